"""Asking a graph: parameters, formats, and what is said when a question makes no sense."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from small_graph import SPARROW, SmallGraph

from kg.errors import QueryError, SourceError
from kg.export import EXPORTERS
from kg.export.terms import term
from kg.linking import normal_form
from kg.query import FORMATS, Answer, explain_query, parse_query, run_query
from kg.store import open_store

PAPERS = "SELECT ?title { ?paper a kg:Paper ; dcterms:title ?title } ORDER BY ?title"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    EXPORTERS["store"].write(SmallGraph(), folder / "store.json")
    return folder


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return open_store(folder)


def ask(text: str, store: Store, **parameters: str) -> Answer:
    return run_query("-", store, text=text, parameters=parameters)


# ---------------------------------------------------------------- where a query comes from


def test_a_query_of_the_library_by_its_name(folder: Path) -> None:
    answer = run_query("datasets-by-papers", folder)
    assert answer.columns[:2] == ("name", "papers")
    assert answer.rows[0][:2] == ["ChirpSet", "6"]


def test_a_query_in_a_file(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(PAPERS, encoding="utf-8")
    assert len(run_query(str(path), folder).rows) == 11


def test_text_needs_no_prefixes_of_its_own(store: Store) -> None:
    assert ask(PAPERS, store).rows[0] == ["A survey of <models> & songs"]


def test_an_unknown_name_says_which_come_close(store: Store) -> None:
    with pytest.raises(QueryError, match=r"no query is called 'leader-board'; did you mean leaderboard\?"):
        run_query("leader-board", store)
    with pytest.raises(QueryError, match="see them all with: kg queries"):
        run_query("zzzzzz", store)


def test_a_missing_or_unreadable_file(store: Store, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"nothing\.rq: cannot be read"):
        run_query(str(tmp_path / "nothing.rq"), store)
    (tmp_path / "binary.rq").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QueryError, match=r"binary\.rq: cannot be read"):
        run_query(str(tmp_path / "binary.rq"), store)


# ---------------------------------------------------------------- parameters


def test_a_name_in_any_spelling_finds_the_node(store: Store) -> None:
    spellings = ("ChirpSet", "chirpset", "CHIRP-Set", "Chirp set", "https://kg.example/dataset/chirpset")
    answers = [
        run_query("papers-using-dataset", store, parameters={"dataset": name}).rows for name in spellings
    ]
    assert len(answers[0]) == 5
    assert all(answer == answers[0] for answer in answers)


def test_a_name_that_nothing_has_says_which_come_close(store: Store) -> None:
    with pytest.raises(
        QueryError, match=r"'ChirpSit' is not the name of a dataset in this graph; did you mean Chirp"
    ):
        run_query("papers-using-dataset", store, parameters={"dataset": "ChirpSit"})


def test_a_name_of_another_kind_does_not_do(store: Store) -> None:
    with pytest.raises(QueryError, match="'FinchNet' is not the name of a dataset"):
        run_query("papers-using-dataset", store, parameters={"dataset": "FinchNet"})


def test_a_wrong_parameter_lists_the_right_ones(store: Store) -> None:
    with pytest.raises(
        QueryError, match=r"no parameter 'data'; it has dataset \(dataset\), limit \(integer\)"
    ):
        run_query("papers-using-dataset", store, parameters={"data": "ChirpSet"})
    with pytest.raises(QueryError, match=r"no parameter 'x'; it has only limit"):
        ask(PAPERS, store, x="1")


def test_values_are_bound_as_terms_never_as_text(store: Store) -> None:
    text = (
        "# param: word text — any\nSELECT ?word ?title { ?paper dcterms:title ?title FILTER(?title = ?word) }"
    )
    assert ask(text, store, word="FinchNet").rows == [["FinchNet"]]
    assert ask(text, store, word='" || true || "').rows == []


@pytest.mark.parametrize(
    ("type_", "value"),
    [("integer", "many"), ("integer", "1.5"), ("decimal", "1,5"), ("decimal", "nan"), ("month", "2025-13")],
)
def test_a_value_of_the_wrong_type(type_: str, value: str, store: Store) -> None:
    text = f"# param: n {type_} — a number\nSELECT ?n {{ FILTER(?n > 0) }}"
    with pytest.raises(QueryError, match=f"n={value}: not of type {type_}"):
        ask(text, store, n=value)


def test_a_default_is_bound_like_a_given_value(store: Store) -> None:
    text = "# param: n integer = 3 — a number\nSELECT ?x ?n { BIND(?n + 1 AS ?x) }"
    assert ask(text, store).rows == [["4"]]
    assert ask(text, store, n="5").rows == [["6"]]


def test_limit_is_for_every_query(store: Store) -> None:
    assert len(ask(PAPERS, store, limit="2").rows) == 2
    assert len(ask("# param: limit integer = 3 — rows\n" + PAPERS, store).rows) == 3
    with pytest.raises(QueryError, match="limit=all: not a number of rows"):
        ask(PAPERS, store, limit="all")


def test_columns_that_repeat_what_was_asked_are_left_out(store: Store) -> None:
    given = run_query("papers-using-dataset", store, parameters={"dataset": "ChirpSet"})
    assert given.columns == ("dataset_name", "issued", "title", "paper")


def test_what_must_be_given_is_asked_for(store: Store) -> None:
    text = "# param: n integer — how many\n# param: m integer? — or not\nSELECT ?n ?m {}"
    with pytest.raises(QueryError, match=r"standard input wants a n: how many; -p n=…"):
        ask(text, store)
    assert ask(text, store, n="1", m="2").rows == [["1", "2"]]
    with pytest.raises(QueryError, match=r"wants a dataset: any .*; for example -p dataset=AGIEval"):
        run_query("papers-using-dataset", store)


def test_a_parameter_changes_no_line_of_the_text(store: Store, tmp_path: Path) -> None:
    """What is wrong stands where the user wrote it, whatever is bound."""
    path = tmp_path / "mine.rq"
    path.write_text(
        "# param: d dataset — any\nSELECT ?d ?p {\n  ?p kg:uses ?d .\n  ?p foo:x 1\n}\n", encoding="utf-8"
    )
    with pytest.raises(QueryError, match=r"mine\.rq: line 4, column \d+: the prefix"):
        run_query(str(path), store, parameters={"d": "ChirpSet"})


def test_an_explanation_is_a_query_that_runs_anywhere(store: Store) -> None:
    text = (
        "# param: d dataset — any\n# param: m month? — when\nSELECT ?d ?p ?m { ?p kg:uses ?d ; kg:month ?m }"
    )
    told = explain_query("-", store, text=text, parameters={"d": "chirp set", "limit": "7"})
    assert "# ?d = <https://kg.example/dataset/chirpset>: 'chirp set' is 'ChirpSet'\n" in told
    assert "# ?m is left open\n" in told
    assert "# of the answer, the first 7 rows are read\n" in told
    assert told.endswith(f"PREFIX kg: <https://kg.example/ontology#>\n{text}\n")
    Store().query(told)
    with pytest.raises(QueryError, match="line 1, column"):
        explain_query("-", store, text="FOO")


def test_an_explanation_cannot_be_broken_out_of(store: Store) -> None:
    text = "# param: t text — any\nASK { ?s ?p ?t }"
    told = explain_query(
        "-", store, text=f"{text}".replace("ASK", "SELECT ?t"), parameters={"t": 'x"\nDROP ALL\n#'}
    )
    assert "\nDROP" not in told


def test_a_name_that_several_go_by_is_noted(store: Store) -> None:
    answer = run_query("what-is", store, parameters={"entity": "EA"})
    assert not answer.notes
    two = Store()
    two.extend(store)
    key = Literal(normal_form("Echo augmentation"))
    two.add(Quad(NamedNode("https://kg.example/model/owl"), term("kg:key"), key))
    (note,) = run_query("what-is", two, parameters={"entity": "Echo augmentation"}).notes
    assert "is taken for https://kg.example/method/echo-augmentation (echo augmentation, 1 paper)" in note
    assert "it is also a name of https://kg.example/model/owl (OWL" in note


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("# param: dataset", "describes no parameter"),
        ("# param: x number — a", "no parameter has the type 'number'"),
    ],
)
def test_a_bad_header_names_its_line(header: str, complaint: str) -> None:
    with pytest.raises(QueryError, match=f"mine.rq:2: .*{complaint}"):
        parse_query(f"# title: Mine\n{header}\nASK {{}}", source="mine.rq")


# ---------------------------------------------------------------- what is said of a bad query


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT ?x WHERE {\n  ?x ?y }", "line 2, column"),
        ("FOO", "line 1, column"),
        (
            "SELECT ?x {\n?x nowhere:y ?z }",
            r"line 2, column \d+: the prefix is not declared, in .\?x no",
        ),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", "line 1, column 10: an update, and graphs are only read"),
        ("PREFIX a: <b:insert>\nDROP ALL", "line 2, column 9: an update"),
        (
            "SELECT ?x (COUNT(?y) AS ?n) {\n ?x a ?y }",
            "SELECT has a variable that nothing groups",
        ),
        ("", "line 1, column"),
    ],
)
def test_a_malformed_query_names_line_and_column(text: str, place: str, store: Store) -> None:
    with pytest.raises(QueryError, match=place) as raised:
        ask(text, store)
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 300


def test_a_parameter_that_is_not_selected_is_said_so(store: Store) -> None:
    text = "# param: word text — any\nSELECT ?title { ?paper dcterms:title ?title FILTER(?title = ?word) }"
    with pytest.raises(QueryError, match=r"standard input: \?word is a parameter, so SELECT must have it"):
        ask(text, store, word="x")


def test_a_service_that_does_not_answer(store: Store) -> None:
    with pytest.raises(QueryError, match="cannot be answered"):
        ask("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", store)


def test_a_graph_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no graph"):
        run_query("leaderboard", tmp_path)


# ---------------------------------------------------------------- formats

MIXED = """SELECT ?iri ?text ?number ?nothing ?tagged {
  VALUES (?iri ?text ?number ?tagged) {
    (<https://e.org/a> "a, \\"quoted\\"\\nline" 1.5 "x"@en) (UNDEF "b" UNDEF UNDEF)
  }
}"""


def test_csv(store: Store) -> None:
    rows = list(csv.reader(io.StringIO(ask(MIXED, store).serialise("csv").decode())))
    assert rows == [
        ["iri", "text", "number", "nothing", "tagged"],
        ["https://e.org/a", 'a, "quoted"\nline', "1.5", "", "x"],
        ["", "b", "", "", ""],
    ]


def test_tsv(store: Store) -> None:
    head, first, second = ask(MIXED, store).serialise("tsv").decode().splitlines()
    assert head.split("\t") == ["?iri", "?text", "?number", "?nothing", "?tagged"]
    assert first.split("\t")[0] == "<https://e.org/a>"
    assert first.split("\t")[2:] == ["1.5", "", '"x"@en']
    assert second.split("\t") == ["", '"b"', "", "", ""]


def test_json(store: Store) -> None:
    answer = json.loads(ask(MIXED, store).serialise("json"))
    assert answer["head"]["vars"] == ["iri", "text", "number", "nothing", "tagged"]
    first, second = answer["results"]["bindings"]
    assert first["iri"] == {"type": "uri", "value": "https://e.org/a"}
    assert first["number"]["datatype"].endswith("#decimal")
    assert first["tagged"] == {"type": "literal", "value": "x", "xml:lang": "en"}
    assert second == {"text": {"type": "literal", "value": "b"}}


def test_xml(store: Store) -> None:
    root = ET.fromstring(ask(MIXED, store).serialise("xml"))
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert next(variable.get("name") for variable in root.iter(f"{space}variable")) == "iri"
    assert len(list(root.iter(f"{space}result"))) == 2


def test_every_format_carries_no_rows_at_all(store: Store) -> None:
    for name in FORMATS:
        assert ask("SELECT ?x { ?x a kg:Nothing }", store).serialise(name)


def test_ask_is_answered_in_every_format(store: Store) -> None:
    yes, no = ask("ASK { ?x a kg:Paper }", store), ask("ASK { ?x a kg:Nothing }", store)
    assert (yes.rows, no.rows) == ([["yes"]], [["no"]])
    assert json.loads(yes.serialise("json"))["boolean"] is True
    assert no.serialise("csv").strip() == b"false"
    assert b"<boolean>true</boolean>" in yes.serialise("xml")


def test_construct_gives_turtle(store: Store) -> None:
    answer = ask(
        f"CONSTRUCT {{ ?p dcterms:title ?t }} {{ ?p dcterms:identifier '{SPARROW}' ; dcterms:title ?t }}",
        store,
    )
    assert not answer.columns
    turtle = answer.serialise("ttl").decode()
    assert 'dcterms:title "SparrowNet hears birds"' in turtle
    assert answer.serialise("table").decode() == turtle
    assert json.loads(answer.serialise("json"))
    assert b"<rdf:RDF" in answer.serialise("xml")
    with pytest.raises(QueryError, match="csv cannot carry triples; choose one of table, ttl, nt, json,"):
        answer.serialise("csv")


def test_describe_gives_turtle(store: Store) -> None:
    assert ask(f"DESCRIBE <https://arxiv.org/abs/{SPARROW}>", store).triples


def test_an_unknown_format(store: Store) -> None:
    with pytest.raises(QueryError, match="ttl cannot carry rows; choose one of table, csv, tsv, json, xml"):
        ask(PAPERS, store).serialise("ttl")


def test_blank_nodes_and_quoted_triples_are_written(store: Store) -> None:
    answer = ask("SELECT (BNODE() AS ?b) (<<( <a:s> <a:p> 1 )>> AS ?t) {}", store)
    assert json.loads(answer.serialise("json"))["results"]["bindings"][0]["b"]["type"] == "bnode"
    assert answer.rows[0][0].startswith("_:")
    assert "<a:p>" in answer.rows[0][1]


def test_literals_are_shown_by_their_text() -> None:
    answer = Answer(columns=("x",), terms=((Literal("a\tb"),), (None,)))
    assert answer.rows == [["a\tb"], [""]]
