"""docs/sparql.md: every query on the page is run on the sample corpus, and has the rows that the page shows.

After a change on purpose, `python -m pytest tests/test_docs_sparql.py --regenerate`; then read it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.export.terms import PREFIXES
from kg.ontology import ALIGNMENT_FILE
from kg.query import Answer, run_query
from kg.store import open_store

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "sparql.md"
EXPORTS = ROOT / "exports"

#: A query, and the table of its rows behind it.
_QUERY = re.compile(r"```sparql\n(?P<text>.*?)```\n(?P<rows>(?:\n(?:\|[^\n]*\n)+)?)", re.DOTALL)


@pytest.fixture(scope="module")
def sample() -> Store:
    if not any(EXPORTS.glob("graph.*")) and not (EXPORTS / "store.json").exists():
        pytest.skip("needs the sample corpus's build in exports/: kg build")
    return open_store(EXPORTS)


def table(answer: Answer) -> str:
    """The rows in Markdown."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in answer.rows]
    lines = [list(answer.columns), ["---"] * len(answer.columns), *cells]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def test_every_query_has_the_rows_that_the_page_shows(sample: Store, regenerate: bool) -> None:
    page = PAGE.read_text(encoding="utf-8")

    def with_rows(found: re.Match[str]) -> str:
        answer = run_query("-", sample, text=found["text"])
        assert answer.rows, f"nothing is found by\n{found['text']}"
        return f"```sparql\n{found['text']}```\n{table(answer)}"

    made = _QUERY.sub(with_rows, page)
    if regenerate:
        PAGE.write_text(made, encoding="utf-8")
        page = made
    assert page == made, "after a change on purpose: pytest tests/test_docs_sparql.py --regenerate"


def test_there_are_ten_worked_examples() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(re.findall(r"^## \d+\. ", page, re.MULTILINE)) == 10
    assert len(_QUERY.findall(page)) == 11


def test_the_page_declares_the_prefixes_that_it_uses() -> None:
    page = PAGE.read_text(encoding="utf-8")
    declared = dict(re.findall(r"PREFIX (\w+): <([^>]+)>", page))
    ours = {prefix: namespace for prefix, namespace in declared.items() if not prefix.startswith("lpwc")}
    assert ours.items() <= PREFIXES.items()
    for query in _QUERY.findall(page):
        assert set(re.findall(r"\b([a-z]+):\w", re.sub(r'"[^"]*"', "", query[0]))) <= set(ours)


def test_the_foreign_query_uses_terms_of_the_alignment() -> None:
    page = PAGE.read_text(encoding="utf-8")
    aligned = ALIGNMENT_FILE.read_text(encoding="utf-8")
    used = set(re.findall(r"lpwcc?:[a-zA-Z]+", page))
    assert len(used) >= 3
    assert all(re.search(rf"\b{re.escape(name)}\b", aligned) for name in used)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).exists(), target
