"""The package's front door: a graph as rdflib and networkx see it."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest
import rdflib

import kg
from kg.build import BuildOptions, build
from kg.errors import KgError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of one paper."""
    folder = tmp_path_factory.mktemp("package")
    record = {
        "id": "2501.00001",
        "title": "TinyNet: a small model",
        "abstract": "We propose TinyNet, a neural network.",
    }
    (folder / "one.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    build([str(folder / "one.jsonl")], folder / "graph", options=BuildOptions(only=("nt",)))
    return folder / "graph"


def test_rdflib_finds_the_paper_by_its_title(folder: Path) -> None:
    graph = kg.open_graph(folder)
    assert isinstance(graph, rdflib.Graph)
    papers = list(graph.subjects(rdflib.DCTERMS.title, None))
    assert rdflib.URIRef("https://arxiv.org/abs/2501.00001") in papers


def test_networkx_has_typed_nodes_and_keyed_edges(folder: Path) -> None:
    network = kg.open_network(folder)
    assert isinstance(network, nx.MultiDiGraph)
    names = {data.get("name"): node for node, data in network.nodes(data=True)}
    assert "TinyNet" in names
    edges = network.get_edge_data("paper/2501.00001", names["TinyNet"])
    assert edges and all(data["evidence"] for data in edges.values())


def test_a_folder_without_a_graph_is_an_error_of_kg(tmp_path: Path) -> None:
    with pytest.raises(KgError):
        kg.open_graph(tmp_path)
    with pytest.raises(KgError):
        kg.open_network(tmp_path)
