"""GraphML: read back by networkx with the same nodes, edges and types."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from pathlib import Path

import networkx
import pytest
from small_graph import EDGES, ENTITIES, FINCH, NEST, PAPERS, RESULTS, SPARROW, SmallGraph, entity

from kg.export import EXPORTERS, ExportOptions
from kg.export.graphml import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, best_support, edges, flat, nodes
from kg.records import paper_node

HOSTILE = (
    "a\"b'c",
    "<script>alert(1)</script>",
    "x\ny\rz\t",
    "\x00\x0b\ud800\uffff",
    "é💥\u202e",
    "&amp;",
    "]]>",
)


def hostile_graph() -> SmallGraph:
    """The small graph with names that break careless writers of XML."""
    extra = tuple(entity(f"method/h{i}", "METHOD", name) for i, name in enumerate(HOSTILE))
    return replace(SmallGraph(), all_entities=ENTITIES + extra)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graphml") / "graph.graphml"
    EXPORTERS["graphml"].write(hostile_graph(), path)
    return path


@pytest.fixture(scope="module")
def read(path: Path) -> networkx.MultiDiGraph:
    return networkx.read_graphml(path, edge_key_type=str, force_multigraph=True)


def test_every_node_comes_back(read: networkx.MultiDiGraph) -> None:
    wanted = {node_id: flat(attributes) for node_id, attributes in nodes(hostile_graph(), ExportOptions())}
    found = dict(read.nodes(data=True))
    assert found == wanted


def test_every_edge_comes_back(read: networkx.MultiDiGraph) -> None:
    wanted = {
        (source, target, key): flat(attributes) for source, target, key, attributes in edges(hostile_graph())
    }
    found = {(source, target, key): data for source, target, key, data in read.edges(keys=True, data=True)}
    assert {key: {k: v for k, v in data.items() if k != "id"} for key, data in found.items()} == wanted
    assert len(wanted) == len(EDGES) + len(RESULTS)


def test_types_are_those_declared(read: networkx.MultiDiGraph) -> None:
    python = {"string": str, "int": int, "double": float, "boolean": bool}
    for _, attributes in read.nodes(data=True):
        assert {name: type(value) for name, value in attributes.items()} == {
            name: python[NODE_ATTRIBUTES[name]] for name in attributes
        }
    for _, _, attributes in read.edges(data=True):
        attributes = {name: value for name, value in attributes.items() if name != "id"}
        assert {name: type(value) for name, value in attributes.items()} == {
            name: python[EDGE_ATTRIBUTES[name]] for name in attributes
        }


def test_gephi_needs_edge_ids_unique_in_the_whole_file(path: Path) -> None:
    space = "{http://graphml.graphdrawing.org/xmlns}"
    root = ET.parse(path).getroot()
    ids = Counter(edge.get("id") for edge in root.iter(f"{space}edge"))
    assert set(ids.values()) == {1}
    keys = {key.get("attr.name") for key in root.iter(f"{space}key")}
    assert {"label", "weight", "r", "g", "b"} <= keys


def test_a_paper_node_and_its_evidence(read: networkx.MultiDiGraph) -> None:
    paper = read.nodes[paper_node(SPARROW)]
    assert paper["label"] == "SparrowNet hears birds"
    assert paper["authors"] == "Ada Finch | Bo Wren"
    assert (paper["r"], paper["g"], paper["b"]) == tuple(bytes.fromhex(paper["colour"][1:]))
    (outperforms,) = [
        data
        for data in read["model/sparrownet"]["model/waveformer"].values()
        if data["kind"] == "outperforms"
    ]
    assert outperforms["papers"] == f"{SPARROW} | {NEST}"
    assert outperforms["support"] == 2
    assert outperforms["quote"].startswith("It reaches an accuracy of 91.5%")


def test_a_result_is_an_edge_to_its_dataset(read: networkx.MultiDiGraph) -> None:
    (result,) = [
        data for data in read["model/finchnet"]["dataset/chirpset"].values() if data["kind"] == "result"
    ]
    assert (result["metric"], result["value"], result["unit"]) == ("accuracy", 93.0, "%")
    assert result["baseline"] == "model/sparrownet"
    assert result["papers"] == FINCH


def test_the_best_quote_is_the_one_with_the_highest_score() -> None:
    evidence = EDGES[0].evidence[0]
    low, high = replace(evidence, score=0.1, quote="low"), replace(evidence, score=0.7, quote="high")
    bare = replace(evidence, score=1.0, quote="", start=None, end=None)
    assert best_support((low, bare, high)) == high
    assert best_support((bare,)) is None


def test_abstracts_can_be_left_out(tmp_path: Path) -> None:
    EXPORTERS["graphml"].write(SmallGraph(), tmp_path / "g", options=ExportOptions(abstracts=False))
    text = (tmp_path / "g").read_text(encoding="utf-8")
    assert "We propose SparrowNet for bird song recognition. SparrowNet builds" not in text
    assert len(PAPERS) == text.count(">paper</data>")


def test_every_result_is_an_edge(read: networkx.MultiDiGraph) -> None:
    ids = {key for *_, key, data in read.edges(keys=True, data=True) if data["kind"] == "result"}
    assert len(ids) == len(RESULTS)
