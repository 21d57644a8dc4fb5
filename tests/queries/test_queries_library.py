"""Every query of the library: its header, its rows on the small graph, and on the sample corpus.

Expected rows stand in `expected/`, one file a query: `small/NAME.csv` and `small/NAME.given.csv` without
and with the parameters below on the graph of tests/small_graph.py, whose rows were checked by reading the
graph; `sample/NAME.csv` with the query's own example on the sample corpus, as built into `exports/`.
After a change on purpose: `python -m pytest tests/queries --regenerate`, then read the difference.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
from pathlib import Path

import pyoxigraph as ox
import pytest
from small_graph import CHIRP, NEST, SPARROW, SmallGraph

from kg.export.base import ExportOptions
from kg.export.rdf import blocks
from kg.export.rdf_files import triples
from kg.export.terms import PREFIXES
from kg.query import LIMIT, Answer, Query, library, run_query
from kg.store import open_store

QUERIES = {query.name: query for query in library()}
EXPECTED = Path(__file__).parent / "expected"
EXPORTS = Path(__file__).parents[2] / "exports"

#: Parameters for the small graph.
GIVEN: dict[str, dict[str, str]] = {
    "built-on": {"model": "waveformer"},
    "co-used-datasets": {"dataset": "CHIRP set", "min_papers": "1"},
    "compared-with": {"entity": "SparrowNets"},
    "dataset-results": {"dataset": "nest bench"},
    "datasets-by-papers": {"min_papers": "3"},
    "doubtful-names": {"entity": "owl"},
    "evidence": {"entity": "EA"},
    "family": {"entity": "WaveFormer"},
    "first-and-latest-papers": {"entity": "finchnet"},
    "leaderboard": {"dataset": "chirp-set", "metric": "Accuracy"},
    "methods-for-task": {"task": "bird song recognition"},
    "models-on-dataset": {"dataset": "DawnCorpus"},
    "neighbourhood": {"entity": "transformer"},
    "paper-summary": {"paper": NEST},
    "papers-using-dataset": {"dataset": "dawn corpus"},
    "proposed-with-code": {"kind": "model", "limit": "1"},
    "repositories": {"repository": "birdlab/sparrownet"},
    "similar-papers": {"paper": "chirpset, a dataset of songs", "max_papers": "5"},
    "trend-by-month": {"entity": "contrastive learning"},
    "weak-statements": {"max_confidence": "0.85"},
    "what-outperforms-what": {"winner": "SparrowNet", "loser": "WaveFormer"},
}


@pytest.fixture(scope="module")
def small() -> ox.Store:
    store = ox.Store()
    made = triples(blocks(SmallGraph(), ExportOptions()))
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in made)
    return store


@pytest.fixture(scope="module")
def sample() -> ox.Store:
    if not any(EXPORTS.glob("graph.*")):
        pytest.skip("needs the sample corpus's build in exports/: kg build")
    return open_store(EXPORTS)


def table(answer: Answer) -> str:
    """The answer as CSV with plain line ends, which a diff shows well; triples as sorted lines."""
    if not answer.columns:
        return "".join(f"{line} .\n" for line in sorted(map(str, answer.triples)))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([answer.columns, *answer.rows])
    return out.getvalue()


def check(answer: Answer, path: Path, *, regenerate: bool) -> None:
    if regenerate:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(table(answer), encoding="utf-8")
    assert path.exists(), "no expected rows yet: python -m pytest tests/queries --regenerate, then read them"
    assert table(answer) == path.read_text(encoding="utf-8")


# ---------------------------------------------------------------- rows


def test_every_query_has_parameters_for_the_small_graph() -> None:
    assert set(GIVEN) == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_rows_without_parameters(name: str, small: ox.Store, regenerate: bool) -> None:
    check(run_query(QUERIES[name], small), EXPECTED / "small" / f"{name}.csv", regenerate=regenerate)


@pytest.mark.parametrize("name", QUERIES)
def test_rows_with_parameters(name: str, small: ox.Store, regenerate: bool) -> None:
    answer = run_query(QUERIES[name], small, parameters=GIVEN[name])
    assert answer.rows or answer.triples, "a query that finds nothing shows nothing"
    check(answer, EXPECTED / "small" / f"{name}.given.csv", regenerate=regenerate)


@pytest.mark.parametrize("name", QUERIES)
def test_rows_on_the_sample_corpus(name: str, sample: ox.Store, regenerate: bool) -> None:
    given = dict(part.split("=", 1) for part in shlex.split(QUERIES[name].example))
    answer = run_query(QUERIES[name], sample, parameters=given)
    check(answer, EXPECTED / "sample" / f"{name}.csv", regenerate=regenerate)


def test_no_expected_file_is_left_over() -> None:
    names = {path.name.split(".")[0] for path in EXPECTED.glob("*/*.csv")}
    assert names <= set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_each_parameter_can_be_bound(name: str, small: ox.Store) -> None:
    """Each by itself, to any value of its type: what is bound must be selected."""
    values = {
        "paper": SPARROW,
        "text": "model",
        "integer": "1",
        "decimal": "0.5",
        "repository": "birdlab/finchnet",
    }
    names = {"dataset": "ChirpSet", "metric": "accuracy", "task": "sound localisation", "entity": "FinchNet"}
    for parameter in QUERIES[name].parameters:
        run_query(QUERIES[name], small, parameters={parameter.name: (values | names)[parameter.type]})


def test_the_empty_graph_gives_no_rows() -> None:
    for query in QUERIES.values():
        answer = run_query(query, ox.Store())
        assert not answer.rows and not answer.triples, query.name


# ---------------------------------------------------------------- headers and text


def code_of(query: Query) -> str:
    return re.sub(r"^\s*#.*$", "", query.text, flags=re.MULTILINE)


@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
def test_header(query: Query) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    assert query.title and query.title != query.name
    assert query.question.endswith((".", "?"))
    assert query.parameters[-1].name == LIMIT
    given = dict(part.split("=", 1) for part in shlex.split(query.example))
    assert given and set(given) <= {parameter.name for parameter in query.parameters}


@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
def test_rows_come_in_a_fixed_order(query: Query) -> None:
    assert "ORDER BY" in code_of(query).rpartition("}")[2]


@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
def test_it_declares_the_prefixes_that_it_uses_and_no_others(query: Query) -> None:
    declared = dict(re.findall(r"PREFIX (\w+): <([^>]+)>", query.text))
    body = re.sub(r'PREFIX.*|"[^"]*"|<[^>]*>', "", code_of(query))
    assert set(re.findall(r"\b([a-z]+):\w", body)) == set(declared)
    assert declared.items() <= PREFIXES.items()


@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
def test_defaults_in_the_text_are_those_of_the_header(query: Query) -> None:
    """So that the file gives the same rows in another engine, where nothing is bound."""
    for parameter in query.parameters:
        if parameter.default and parameter.name != LIMIT:
            quoted = f'"{parameter.default}"' if parameter.type == "text" else parameter.default
            assert f"COALESCE(?{parameter.name}, {quoted})" in query.text


def test_the_same_rows_in_rdflibs_own_engine(small: ox.Store) -> None:
    """A second engine reads the queries alike: the simpler half of them, on a graph small enough for it."""
    import rdflib

    graph = rdflib.Graph()
    graph.parse(data="\n".join(f"{quad.triple} ." for quad in small), format="nt")
    names = [
        "papers-using-dataset",
        "built-on",
        "dataset-results",
        "models-on-dataset",
        "repositories",
        "family",
    ]
    for name in [*names, "doubtful-names", "proposed-with-code", "co-used-datasets"]:
        theirs = [
            tuple("" if cell is None else str(cell) for cell in row)
            for row in graph.query(QUERIES[name].text)
        ]
        ours = run_query(QUERIES[name].text and QUERIES[name], small, parameters={LIMIT: "1000"})
        shown = {column: i for i, column in enumerate(map(str, graph.query(QUERIES[name].text).vars))}
        kept = [tuple(row[shown[column]] for column in ours.columns) for row in theirs]
        assert kept == [tuple(row) for row in ours.rows], name


def test_a_paper_is_found_by_id_title_and_address(small: ox.Store) -> None:
    answers = [
        run_query("paper-summary", small, parameters={"paper": value}).rows
        for value in (CHIRP, "ChirpSet, a Dataset of Songs", f"https://arxiv.org/abs/{CHIRP}")
    ]
    assert answers[0] and answers[0] == answers[1] == answers[2]
