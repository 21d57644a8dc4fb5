"""GEXF, as networkx reads it, and the CSV files that neo4j-admin imports."""

from __future__ import annotations

import csv
import gzip
import re
from dataclasses import replace
from pathlib import Path

import networkx
import pyoxigraph as ox
import pytest
from small_graph import EDGES, ENTITIES, PAPERS, RESULTS, SPARROW, SmallGraph, entity

from kg import schema
from kg.export import EXPORTERS, ExportOptions
from kg.export.rdf import blocks
from kg.export.rdf_files import triples
from kg.records import Paper, paper_node

HOSTILE = replace(
    SmallGraph(),
    all_entities=(*ENTITIES, entity("method/odd", "METHOD", 'a "b";\n<c>&\t\x00', "one; two", "x,y")),
    all_papers=(*PAPERS, Paper(id="odd", title="line\r\nbreak", abstract="a\nb", authors=("A; B",))),
)


# ---------------------------------------------------------------- GEXF


def test_networkx_reads_every_node_and_edge_with_its_attributes(tmp_path: Path) -> None:
    path = tmp_path / "graph.gexf"
    EXPORTERS["gexf"].write(HOSTILE, path)
    read = networkx.read_gexf(path)
    assert read.is_directed()
    assert read.number_of_nodes() == len(PAPERS) + len(ENTITIES) + 2
    assert read.number_of_edges() == len(EDGES) + len(RESULTS)
    sparrow = read.nodes["model/sparrownet"]
    assert sparrow["label"] == "SparrowNet" and sparrow["papers"] >= 1
    red, green, blue = bytes.fromhex(schema.NODE_KINDS["MODEL"].colour[1:])
    assert sparrow["viz"]["color"] == {"r": red, "g": green, "b": blue, "a": 1.0}
    assert read.nodes["method/odd"]["label"] == 'a "b";\n<c>&\t\ufffd'
    paper, model = paper_node(SPARROW), "model/sparrownet"
    (edge,) = [data for _, _, data in read.edges([paper], data=True) if data.get("kind") == "proposes"]
    assert edge["weight"] == 1.0 and edge["support"] == 1 and edge["quote"]
    assert model in read[paper]


# ---------------------------------------------------------------- Neo4j

#: The types that the importer knows, by its manual ("Header format", "Property types").
_TYPES = "int long float double boolean byte short char string point date localtime time datetime duration"
_TYPE = rf"({'|'.join(_TYPES.split())})(\[\])?"
_NODE_FIELD = re.compile(rf"\w*:ID|:LABEL|\w+(:{_TYPE})?")
_EDGE_FIELD = re.compile(rf":START_ID|:END_ID|:TYPE|\w+(:{_TYPE})?")
_OF_TYPE = {
    "int": re.compile(r"-?\d+"),
    "double": re.compile(r"-?\d+(\.\d+)?(e-?\d+)?"),
    "boolean": re.compile("true|false"),
}


@pytest.fixture(scope="module")
def neo4j(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("import") / "neo4j"
    EXPORTERS["neo4j"].write(HOSTILE, folder)
    return folder


def table(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def test_the_arguments_name_every_file_and_no_other(neo4j: Path) -> None:
    arguments = (neo4j / "import.args").read_text().split()
    files = [argument.partition("=")[2] for argument in arguments]
    assert all(re.fullmatch(r"--(nodes|relationships)=\w+\.csv", argument) for argument in arguments)
    assert sorted(files) == sorted(path.name for path in neo4j.glob("*.csv"))


def test_the_files_keep_to_the_importers_rules(neo4j: Path) -> None:
    ids: list[str] = []
    ends: list[str] = []
    for argument in (neo4j / "import.args").read_text().split():
        kind, _, name = argument.partition("=")
        header, rows = table(neo4j / name)
        assert len(set(header)) == len(header)
        assert rows and {len(row) for row in rows} == {len(header)}
        field = _NODE_FIELD if kind == "--nodes" else _EDGE_FIELD
        assert [column for column in header if not field.fullmatch(column)] == []
        for column, values in zip(header, zip(*rows, strict=True), strict=True):
            assert not any("\n" in value or "\r" in value for value in values), "needs --multiline-fields"
            type_ = column.partition(":")[2].removesuffix("[]")
            if type_ in _OF_TYPE:
                assert [value for value in values if value and not _OF_TYPE[type_].fullmatch(value)] == []
            if column.endswith(":ID"):
                ids += values
            elif column in (":START_ID", ":END_ID"):
                ends += values
            elif column in (":LABEL", ":TYPE"):
                assert all(re.fullmatch(r"\w+(;\w+)*", value) for value in values)
        wanted = {":LABEL"} if kind == "--nodes" else {":START_ID", ":END_ID", ":TYPE"}
        assert wanted <= set(header)
        assert sum(column.endswith(":ID") for column in header) == (kind == "--nodes")
    assert all(ids) and len(set(ids)) == len(ids), "an id is there twice"
    assert set(ends) <= set(ids), "a relationship leads nowhere"


def test_lists_keep_their_items(neo4j: Path) -> None:
    header, rows = table(neo4j / "entities.csv")
    (odd,) = [dict(zip(header, row, strict=True)) for row in rows if row[0] == "method/odd"]
    assert odd["aliases:string[]"].split(";") == ["one, two", "x,y"]
    assert odd[":LABEL"] == "Method;Entity" and odd["ambiguous:boolean"] == "false"


def test_results_are_nodes_with_their_relationships(neo4j: Path) -> None:
    _, nodes = table(neo4j / "results.csv")
    assert len(nodes) == len(RESULTS)
    _, edges = table(neo4j / "result_edges.csv")
    mine = {(type_, target) for source, target, type_ in edges if source == f"result/{SPARROW}/1"}
    assert ("MEASURED_ON", "dataset/chirpset") in mine and ("REPORTED_IN", paper_node(SPARROW)) in mine


def test_a_second_export_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    for name in ("neo4j", "nt-shards"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "old").write_text("of an earlier build")
        EXPORTERS[name].write(SmallGraph(), folder)
        assert not (folder / "old").exists() and any(folder.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["neo4j", "nt-shards"]


# ---------------------------------------------------------------- shards


def test_shards_together_are_the_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.export.rdf_files._PIECES", 10)
    monkeypatch.setattr("kg.export.rdf_files._SHARD", 100)
    folder = tmp_path / "graph.nt.d"
    EXPORTERS["nt-shards"].write(SmallGraph(), folder)
    parts = sorted(folder.iterdir())
    assert len(parts) > 2
    assert [part.name for part in parts] == [f"part-{number:05}.nt.gz" for number in range(len(parts))]
    found: list[str] = []
    for part in parts:  # each can be read by itself
        quads = ox.parse(gzip.decompress(part.read_bytes()), ox.RdfFormat.N_TRIPLES)
        found += [str(quad.triple) for quad in quads]
    assert found == [str(triple) for triple in triples(blocks(SmallGraph(), ExportOptions()))]
