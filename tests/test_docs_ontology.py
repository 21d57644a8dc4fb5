"""docs/ontology: a page for each term, as the ontology and the sample corpus have it.

After a change on purpose, `python -m pytest tests/test_docs_ontology.py --regenerate`; then read it.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS

from kg.ontology import ONTOLOGY_FILE
from kg.store import open_store

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "ontology"
EXPORTS = ROOT / "exports"


def terms() -> list[rdflib.URIRef]:
    ontology = rdflib.Graph().parse(ONTOLOGY_FILE)
    types = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    return sorted({term for type_ in types for term in ontology.subjects(RDF.type, type_)})  # type: ignore[misc]


def test_the_pages_are_up_to_date(regenerate: bool) -> None:
    if not any(EXPORTS.glob("graph.*")) and not (EXPORTS / "store.json").exists():
        pytest.skip("needs the sample corpus's build in exports/: kg build")
    made = runpy.run_path(str(ROOT / "docs" / "ontology_pages.py"))["pages"](open_store(EXPORTS))
    if regenerate:
        FOLDER.mkdir(exist_ok=True)
        for name, text in made.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert there == made, "run: python docs/ontology_pages.py"


def test_every_term_has_a_page_and_a_line_in_the_index() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    for term in terms():
        name = term.rpartition("#")[2]
        file = f"class-{name}.md" if name[0].isupper() else f"{name}.md"
        assert (FOLDER / file).exists() and f"[kg:{name}]({file})" in index


@pytest.mark.parametrize("term", terms())
def test_every_term_says_what_it_is(term: rdflib.URIRef) -> None:
    ontology = rdflib.Graph().parse(ONTOLOGY_FILE)
    for property_ in (RDFS.label, RDFS.comment):
        (text,) = ontology.objects(term, property_)
        assert isinstance(text, rdflib.Literal) and str(text).strip() and text.language == "en"
    assert str(ontology.value(term, RDFS.comment)).endswith((".", "…"))
    assert (term, RDFS.isDefinedBy, rdflib.URIRef("https://kg.example/ontology")) in ontology


def test_links_between_pages_lead_somewhere() -> None:
    for path in FOLDER.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (FOLDER / target).exists(), (path.name, target)
