"""`kg query` and `kg queries`, as users run them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result
from small_graph import SmallGraph

from kg.cli import main
from kg.export import EXPORTERS
from kg.query import library

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?f && ?i != ?a) }"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("graph")
    EXPORTERS["store"].write(SmallGraph(), folder / "store.json")
    return str(folder)


def kg(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=text)


def process(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)


def test_a_table_for_people(graph: str) -> None:
    result = kg("query", "papers-using-dataset", "--graph", graph, "-p", "dataset=dawn corpus")
    assert result.exit_code == 0
    assert "RobinNet: contrastive learning of songs" in result.stdout
    assert "2 rows" in result.stdout


@pytest.mark.parametrize("format_", ["csv", "tsv", "json", "xml"])
def test_rows_for_programs(format_: str, graph: str) -> None:
    result = kg("query", "datasets-by-papers", "--graph", graph, "--format", format_)
    assert result.exit_code == 0
    if format_ == "csv":
        assert next(csv.DictReader(io.StringIO(result.stdout)))["name"] == "ChirpSet"
    elif format_ == "json":
        assert json.loads(result.stdout)["results"]["bindings"]
    else:
        assert "ChirpSet" in result.stdout


@pytest.mark.parametrize("format_", ["table", "ttl", "nt", "json", "jsonld", "xml", "rdf"])
def test_triples_in_every_format(format_: str, graph: str) -> None:
    result = kg("query", "neighbourhood", "--graph", graph, "-p", "entity=FinchNet", "--format", format_)
    assert result.exit_code == 0
    assert "FinchNet" in result.stdout


def test_prefixes_are_those_in_use(graph: str) -> None:
    turtle = kg("query", "lineage-graph", "--graph", graph, "-p", "entity=FinchNet").stdout
    assert "kg:basedOn model:sparrownet" in turtle
    assert "@prefix void:" not in turtle


def test_standard_input(graph: str) -> None:
    result = kg("query", "-", "--graph", graph, "--format", "csv", text="SELECT (1 AS ?x) {}")
    assert result.stdout.split() == ["x", "1"]
    wrong = kg("query", "-", "--graph", graph, text="SELECT ?x {\n  ?x a }")
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("kg: standard input: line 2, column ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["leaderbord"], "no query is called 'leaderbord'; did you mean leaderboard?"),
        (["leaderboard"], "leaderboard wants a dataset: any of the dataset's names; for example -p dataset="),
        (["leaderboard", "-p", "data=x"], "leaderboard has no parameter 'data'; it has dataset (dataset)"),
        (["leaderboard", "-p", "dataset"], "-p dataset: not of the form NAME=VALUE"),
        (
            ["leaderboard", "-p", "dataset=ChirpSat"],
            "'ChirpSat' is not the name of a dataset in this graph; did you mean ChirpSet?",
        ),
        (["rising", "-p", "month=June"], "month=June: not of type month; for example month=2025-06"),
        (["nowhere.rq"], "nowhere.rq: cannot be read"),
    ],
)  # fmt: skip
def test_one_clear_line(arguments: list[str], complaint: str, graph: str) -> None:
    result = kg("query", *arguments, "--graph", graph)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"kg: {complaint}")
    assert result.stderr.count("\n") == 1


def test_what_would_be_run_is_shown(graph: str) -> None:
    result = kg("query", "leaderboard", "--explain", "--graph", graph, "-p", "dataset=chirp-set")
    assert result.exit_code == 0
    assert "# ?dataset = <https://kg.example/dataset/chirpset>: 'chirp-set' is 'ChirpSet'" in result.stdout
    assert "ORDER BY ?dataset_name" in result.stdout


def test_a_query_that_would_run_for_ever_is_given_up(graph: str) -> None:
    done = process("query", "-", "--graph", graph, "--timeout", "0.5", text=ENDLESS)
    assert done.returncode == 2
    assert done.stderr == "kg: no answer within 0.5 seconds; ask for less, or give it longer with --timeout\n"
    assert kg("query", "-", "--graph", graph, "--timeout", "60", text="ASK {}").exit_code == 0
    assert kg("query", "-", "--graph", graph, "--timeout", "0", text="ASK {}").exit_code == 2


@pytest.mark.parametrize("format_", ["table", "csv"])
def test_a_reader_that_stops_reading_is_no_error(format_: str, graph: str) -> None:
    command = [sys.executable, "-m", "kg", "query", "-", "--graph", graph, "--format", format_]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True) as run:
        assert run.stdin and run.stdout and run.stderr
        run.stdin.write("SELECT * { ?s ?p ?o . ?a a ?b } LIMIT 20000")
        run.stdin.close()
        run.stdout.readline()
        run.stdout.close()
        assert run.stderr.read() == ""


def test_the_library_is_listed_and_each_query_told() -> None:
    listed = kg("queries").stdout
    assert all(query.name in listed for query in library())
    told = kg("queries", "leaderboard").stdout
    assert "must be given" in told and "example: kg query leaderboard -p dataset=" in told
    assert kg("queries", "nothing").exit_code == 2
