"""Nodes found by their names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from small_graph import ENTITIES, OWL, SmallGraph, entity

from kg.errors import QueryError
from kg.export import ExportOptions
from kg.export.rdf import blocks
from kg.export.rdf_files import triples
from kg.export.terms import term
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
    return find_node(store, name, kind=kind).node.value.removeprefix("https://kg.example/")


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


def test_what_hundreds_of_papers_call_so_comes_before_a_namesake_in_one() -> None:
    hub = replace(entity("model/language-model", "MODEL", "language model", "LM"), papers=900)
    small = replace(entity("model/lm", "MODEL", "LM"), papers=1)
    graph = replace(SmallGraph(), all_entities=(hub, small), all_edges=(), all_results=())
    store = Store()
    made = triples(blocks(graph, ExportOptions()))
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in made)
    node = find_node(store, "LM", kind="entity")
    assert node.papers == 900 and "model/lm" in node.others[0]
    assert find_node(store, "model/lm", kind="entity").papers == 1


def test_a_paper_by_any_version_and_address_of_its_arxiv_id(store: Store) -> None:
    for name in ("arXiv:2501.00001", "2501.00001v3", "https://arxiv.org/pdf/2501.00001v2.pdf", "2501.00001"):
        assert found(store, name, "paper") == "https://arxiv.org/abs/2501.00001"
    assert found(store, f"https://doi.org/{OWL}", "paper") == f"https://doi.org/{OWL}"
    assert found(store, f"doi:{OWL}", "node") == f"https://doi.org/{OWL}"


def test_an_id_will_do(store: Store) -> None:
    assert found(store, "model/lora", "entity") == "model/lora"
    with pytest.raises(QueryError, match="'model/lora' is not the name of a method"):
        find_node(store, "model/lora", kind="method")


def test_other_nodes_of_the_name_are_told(store: Store) -> None:
    node = find_node(store, "LoRA", kind="entity")
    assert str(node) == "https://kg.example/method/lora (LoRA, 3 papers)"
    assert node.others == (
        "https://kg.example/model/lora (Lora, 5 papers)",
        "https://kg.example/dataset/low-rank-adaptations (Low-rank adaptations, 9 papers)",
    )


def test_no_choice_is_made_where_nothing_tells_them_apart(store: Store) -> None:
    twins = Store()
    twins.extend(store)
    for kind in ("method", "task"):
        for property_, value in {
            "rdf:type": term(f"kg:{kind.title()}"),
            "rdfs:label": Literal("Twin"),
            "kg:key": Literal("twin"),
            "kg:paperCount": Literal(2),
        }.items():
            twins.add(Quad(NamedNode(f"https://kg.example/{kind}/twin"), term(property_), value))
    with pytest.raises(QueryError, match=r"could be \S+/method/twin \(Twin, 2 papers\) or \S+/task/twin"):
        find_node(twins, "twin", kind="entity")
    assert found(twins, "twin", "task") == "task/twin"


@pytest.mark.parametrize(
    ("name", "kind", "close"),
    [
        ("FinchNot", "model", "FinchNet"),
        ("Chirp", "dataset", "ChirpSet"),
        ("bird song recogniton", "task", "song"),
    ],
)
def test_names_that_come_close_are_told(name: str, kind: str, close: str, store: Store) -> None:
    with pytest.raises(QueryError, match=f"{name!r} is not the name .*; did you mean.*{close}"):
        find_node(store, name, kind=kind)


def test_an_iri_must_be_of_the_kind(store: Store) -> None:
    iri = "https://kg.example/method/lora"
    assert find_node(store, iri, kind="method").node == NamedNode(iri)
    for wrong in (iri + "x", "https://no iri"):
        with pytest.raises(QueryError, match="is not the name of a method"):
            find_node(store, wrong, kind="method")
    with pytest.raises(QueryError, match="is not the name of an author"):
        find_node(store, iri, kind="author")


def test_what_is_nobodys_name(store: Store) -> None:
    for name in ("", "  ", "\x00", "🦉" * 2000, '"} DROP ALL #'):
        with pytest.raises(QueryError, match="is not the name of an entity"):
            find_node(store, name, kind="entity")


def test_every_kind_of_node_can_be_asked_for() -> None:
    assert set(KINDS) == {
        *("method", "model", "dataset", "task", "metric", "entity"),
        *("paper", "author", "repository", "page", "node"),
    }
