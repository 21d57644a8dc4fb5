"""Nodes found by their names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import NamedNode, Quad, Store
from small_graph import ENTITIES, OWL, SmallGraph, entity

from kg.errors import QueryError
from kg.export import ExportOptions
from kg.export.rdf import blocks
from kg.export.rdf_files import triples
from kg.nodes import KINDS, find_node

#: LoRA the method and Lora the model; LoRA is also another name of a dataset that more papers name.
RIVALS = (
    replace(entity("method/lora", "METHOD", "LoRA"), papers=3),
    replace(entity("model/lora", "MODEL", "Lora"), papers=5),
    replace(entity("dataset/low-rank-adaptations", "DATASET", "Low-rank adaptations", "LoRAs"), papers=9),
)


@pytest.fixture(scope="module")
def store() -> Store:
    graph = replace(SmallGraph(), all_entities=ENTITIES + RIVALS)
    store = Store()
    made = triples(blocks(graph, ExportOptions()))
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in made)
    return store


def found(store: Store, name: str, kind: str) -> str:
    return find_node(store, name, kind=kind, notes=[]).value.removeprefix("https://kg.example/")


@pytest.mark.parametrize(
    ("name", "kind", "node"),
    [
        ("LoRA", "method", "method/lora"),
        ("LoRA", "dataset", "dataset/low-rank-adaptations"),
        ("LoRA", "entity", "method/lora"),  # its preferred name, letter by letter
        ("Lora", "entity", "model/lora"),
        ("lora", "entity", "model/lora"),  # preferred by both but for the case: more papers name the model
        ("Ada Finch", "author", "author/ada-finch"),
        ("birdlab/finchnet", "repository", "https://github.com/birdlab/finchnet"),
        (OWL, "paper", f"https://doi.org/{OWL}"),
    ],
)
def test_the_best_node_of_a_name(name: str, kind: str, node: str, store: Store) -> None:
    assert found(store, name, kind) == node


def test_other_nodes_of_the_name_are_told(store: Store) -> None:
    notes: list[str] = []
    find_node(store, "LoRA", kind="entity", notes=notes)
    (note,) = notes
    assert "is taken for https://kg.example/method/lora" in note
    assert "model/lora" in note and "dataset/low-rank-adaptations" in note


def test_an_iri_must_be_of_the_kind(store: Store) -> None:
    iri = "https://kg.example/method/lora"
    assert find_node(store, iri, kind="method", notes=[]) == NamedNode(iri)
    for wrong in (iri + "x", "https://no iri"):
        with pytest.raises(QueryError, match="is not the name of a method"):
            find_node(store, wrong, kind="method", notes=[])
    with pytest.raises(QueryError, match="is not the name of an author"):
        find_node(store, iri, kind="author", notes=[])


def test_what_is_nobodys_name(store: Store) -> None:
    for name in ("", "  ", "\x00", "🦉" * 2000, '"} DROP ALL #'):
        with pytest.raises(QueryError, match="is not the name of an entity"):
            find_node(store, name, kind="entity", notes=[])


def test_every_kind_of_node_can_be_asked_for() -> None:
    assert set(KINDS) == {
        *("method", "model", "dataset", "task", "metric", "entity"),
        *("paper", "author", "repository", "page"),
    }
