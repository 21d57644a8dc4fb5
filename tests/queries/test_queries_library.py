"""Every query of the library: its header, its rows on the small graph, and on the sample corpus.

Expected rows stand in `expected/`: `small/NAME.given.csv` with the parameters below, and `small/NAME.csv`
without any where the query can do without, on the graph of tests/small_graph.py, whose rows were checked by
reading the graph; `sample/NAME.csv` with the query's own example on the sample corpus, as built into
`exports/`.
After a change on purpose: `python -m pytest tests/queries --regenerate`, then read the difference.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from small_graph import (
    CHIRP,
    EDGES,
    ENTITIES,
    FINCH,
    NEST,
    OWL,
    RESULTS,
    SPARROW,
    SmallGraph,
    entity,
)

from kg.errors import QueryError
from kg.export import summaries
from kg.export.base import ExportOptions
from kg.export.rdf import blocks
from kg.export.rdf_files import triples
from kg.export.terms import PREFIXES, term
from kg.query import LIMIT, Answer, Query, library, run_query
from kg.store import open_store

QUERIES = {query.name: query for query in library()}
EXPECTED = Path(__file__).parent / "expected"
EXPORTS = Path(__file__).parents[2] / "exports"

#: Parameters for the small graph.
GIVEN: dict[str, dict[str, str]] = {
    "author-papers": {"author": "ada finch"},
    "authors-on": {"entity": "ChirpSet"},
    "built-on": {"model": "waveformer"},
    "co-authors": {"author": "Ada Finch"},
    "co-used-datasets": {"dataset": "CHIRP set", "min_papers": "1"},
    "code-availability": {"limit": "3"},
    "compared-with": {"entity": "SparrowNets"},
    "contested-results": {"dataset": "ChirpSet"},
    "contradictions": {"entity": "WaveFormer"},
    "dataset-results": {"dataset": "nest bench"},
    "datasets-by-papers": {"min_papers": "3"},
    "datasets-for-task": {"task": "bird song recognition"},
    "doubtful-names": {"entity": "owl", "min_papers": "1"},
    "evidence": {"entity": "EA"},
    "family": {"entity": "WaveFormer"},
    "first-and-latest-papers": {"entity": "finchnet"},
    "graph-overview": {"limit": "5"},
    "how-a-task-is-measured": {"task": "sound localisation"},
    "leaderboard": {"dataset": "chirp-set", "metric": "Accuracy"},
    "lineage": {"entity": "SparrowNet"},
    "lineage-graph": {"entity": "SparrowNet"},
    "methods-for-task": {"task": "bird song recognition"},
    "models-on-dataset": {"dataset": "DawnCorpus"},
    "most-beaten": {"min_papers": "2", "min_winners": "1"},
    "namesakes": {"entity": "WaveFormer"},
    "neighbourhood": {"entity": "transformer"},
    "new-in-month": {"month": "2025-02"},
    "odd-results": {"paper": OWL},
    "paper-graph": {"paper": CHIRP},
    "paper-summary": {"paper": NEST},
    "papers-building-on": {"entity": "SparrowNet"},
    "papers-using-dataset": {"dataset": "dawn corpus"},
    "papers-with-code": {"entity": "ChirpSet"},
    "proposed-with-code": {"task": "bird song recognition", "kind": "model"},
    "reading-list": {"paper": SPARROW},
    "repositories": {"repository": "birdlab/sparrownet"},
    "results-of": {"entity": "WaveFormer"},
    "rising": {"month": "2025-03", "min_papers": "2"},
    "shared-by-two-papers": {"one": SPARROW, "other": FINCH},
    "similar-papers": {"paper": "chirpset, a dataset of songs", "max_papers": "5"},
    "statement-evidence": {"one": "WaveFormer", "other": "SparrowNet"},
    "tasks-of-dataset": {"dataset": "ChirpSet"},
    "trend-by-month": {"entity": "contrastive learning"},
    "used-together": {"entity": "accuracy", "kind": "dataset"},
    "weak-statements": {"node": "FinchNet", "max_confidence": "0.85"},
    "what-is": {"entity": "SparrowNet"},
    "what-outperforms-what": {"winner": "SparrowNet", "loser": "WaveFormer"},
}
#: Queries that find what is odd: asked of the small graph with odd things put in.
ODD = {"contested-results", "contradictions", "namesakes", "odd-results"}
#: Queries that find nothing on the sample corpus, and why.
NOTHING_IN_THE_SAMPLE = {
    "author-papers": "its papers name no authors",
    "co-authors": "its papers name no authors",
    "authors-on": "its papers name no authors",
}
OPEN = [name for name, query in QUERIES.items() if not any(each.required for each in query.parameters)]


def stored(graph: SmallGraph) -> ox.Store:
    store = ox.Store()
    made = triples(blocks(graph, ExportOptions()))
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in made)
    return store


@pytest.fixture(scope="module")
def small() -> ox.Store:
    return stored(SmallGraph())


@pytest.fixture(scope="module")
def odd() -> ox.Store:
    """The small graph with claims that contradict one another, and results that may be misread."""
    claim = next(edge for edge in EDGES if edge.kind == "outperforms")
    sure = next(row for row in RESULTS if row.paper == SPARROW)
    wrong = [
        replace(sure, id="result/x/1", paper=FINCH, value="90.1%", number=90.1),
        replace(sure, id="result/x/2", paper=OWL, value="140%", number=140.0, dataset=None),
        replace(sure, id="result/x/3", paper=OWL, metric=None, metric_text="", dataset=None),
        replace(sure, id="result/x/4", paper=OWL, baseline=sure.subject, dataset=None),
    ]
    graph = SmallGraph(
        all_entities=(*ENTITIES, entity("method/waveformer", "METHOD", "waveformers")),
        all_edges=(*EDGES, replace(claim, source="model/waveformer", target="model/sparrownet", support=1)),
        all_results=(*RESULTS, *wrong),
    )
    return stored(graph)


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


@pytest.mark.parametrize("name", OPEN)
def test_rows_without_parameters(name: str, small: ox.Store, regenerate: bool) -> None:
    check(run_query(QUERIES[name], small), EXPECTED / "small" / f"{name}.csv", regenerate=regenerate)


@pytest.mark.parametrize("name", QUERIES)
def test_the_text_runs_as_it_stands(name: str, small: ox.Store) -> None:
    """As in any other engine: nothing bound, nothing cut off; then it answers for everything."""
    answer = run_query("-", small, text=code_of(QUERIES[name]))
    assert answer.columns or answer.triples


@pytest.mark.parametrize("name", sorted(set(QUERIES) - set(OPEN)))
def test_what_must_be_given_is_asked_for(name: str, small: ox.Store) -> None:
    with pytest.raises(QueryError, match=rf"{name} wants a \w+: .+; for example -p "):
        run_query(QUERIES[name], small)


@pytest.mark.parametrize("name", QUERIES)
def test_rows_with_parameters(name: str, small: ox.Store, odd: ox.Store, regenerate: bool) -> None:
    answer = run_query(QUERIES[name], odd if name in ODD else small, parameters=GIVEN[name])
    assert answer.rows or answer.triples, "a query that finds nothing shows nothing"
    check(answer, EXPECTED / "small" / f"{name}.given.csv", regenerate=regenerate)


@pytest.mark.parametrize("name", QUERIES)
def test_rows_on_the_sample_corpus(name: str, sample: ox.Store, regenerate: bool) -> None:
    if name in NOTHING_IN_THE_SAMPLE:
        assert not list(sample.quads_for_pattern(None, term("dcterms:creator"), None))
        return
    answer = run_query(QUERIES[name], sample, parameters=QUERIES[name].example_values)
    check(answer, EXPECTED / "sample" / f"{name}.csv", regenerate=regenerate)


@pytest.mark.parametrize("name", ["evidence", "weak-statements", "neighbourhood", "what-is"])
def test_a_hubs_named_statements_give_the_same_rows(
    name: str, small: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a graph names the surest and weakest of many statements, and these are all there are."""
    monkeypatch.setattr(summaries, "HUB_STATEMENTS", 0)
    hubs = stored(SmallGraph())
    assert any(hubs.quads_for_pattern(None, term("kg:surest"), None))
    query = replace(QUERIES[name], text=QUERIES[name].text.replace(" 5000", " 0"))
    ours, direct = (
        run_query(query, hubs, parameters=GIVEN[name]),
        run_query(name, small, parameters=GIVEN[name]),
    )
    named = {term("kg:surest"), term("kg:weakest")}
    assert ours.rows == direct.rows
    assert {triple for triple in ours.triples if triple.predicate not in named} == set(direct.triples)


@pytest.mark.parametrize(
    "name", ["authors-on", "used-together", "how-a-task-is-measured", "datasets-for-task"]
)
def test_a_hubs_counts_give_the_same_rows(
    name: str, small: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "HUB_PAPERS", 0)
    query = replace(QUERIES[name], text=QUERIES[name].text.replace("<= 1000", "<= 0"))
    assert query.text != QUERIES[name].text
    ours = run_query(query, stored(SmallGraph()), parameters=GIVEN[name])
    assert ours.rows == run_query(name, small, parameters=GIVEN[name]).rows


def test_no_expected_file_is_left_over() -> None:
    wanted = {f"small/{name}.given.csv" for name in QUERIES} | {f"small/{name}.csv" for name in OPEN}
    wanted |= {f"sample/{name}.csv" for name in QUERIES if name not in NOTHING_IN_THE_SAMPLE}
    assert {str(path.relative_to(EXPECTED)) for path in EXPECTED.glob("*/*.csv")} <= wanted


@pytest.mark.parametrize("name", QUERIES)
def test_each_parameter_can_be_bound(name: str, small: ox.Store) -> None:
    """Each beside those that must be given, to any value of its type: what is bound must be selected."""
    values = {
        "paper": SPARROW,
        "text": "model",
        "integer": "1",
        "decimal": "0.5",
        "month": "2025-02",
        "repository": "birdlab/finchnet",
        "author": "Bo Wren",
        "dataset": "ChirpSet",
        "metric": "accuracy",
        "task": "sound localisation",
        "entity": "FinchNet",
        "node": "FinchNet",
    }
    parameters = QUERIES[name].parameters
    needed = {each.name: values[each.type] for each in parameters if each.required}
    for parameter in parameters:
        run_query(QUERIES[name], small, parameters=needed | {parameter.name: values[parameter.type]})


def test_the_empty_graph_gives_no_rows() -> None:
    for query in QUERIES.values():
        answer = run_query("-", ox.Store(), text=code_of(query))
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
    given = query.example_values
    assert given and set(given) <= {parameter.name for parameter in query.parameters}


@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
def test_rows_come_in_a_fixed_order(query: Query) -> None:
    assert "ORDER BY" in code_of(query).rpartition("}")[2]


@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
def test_it_declares_the_prefixes_that_it_uses_and_no_others(query: Query) -> None:
    declared = dict(re.findall(r"PREFIX (\w+): <([^>]+)>", query.text))
    body = re.sub(r'PREFIX.*|"[^"]*"|<[^>\s]*>', "", code_of(query))
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
        "results-of",
        "papers-building-on",
        "odd-results",
        "most-beaten",
    ]
    for name in [*names, "doubtful-names", "proposed-with-code", "co-used-datasets"]:
        theirs = [
            tuple("" if cell is None else str(cell) for cell in row)
            for row in graph.query(QUERIES[name].text)
        ]
        ours = run_query("-", small, text=code_of(QUERIES[name]))
        shown = {column: i for i, column in enumerate(map(str, graph.query(QUERIES[name].text).vars))}
        kept = [tuple(row[shown[column]] for column in ours.columns) for row in theirs]
        assert kept == [tuple(row) for row in ours.rows], name


def test_a_paper_is_found_by_id_title_and_address(small: ox.Store) -> None:
    answers = [
        run_query("paper-summary", small, parameters={"paper": value}).rows
        for value in (CHIRP, "ChirpSet, a Dataset of Songs", f"https://arxiv.org/abs/{CHIRP}")
    ]
    assert answers[0] and answers[0] == answers[1] == answers[2]
