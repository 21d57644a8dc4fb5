"""Ids that nodes also answer to, as papers come and go."""

from __future__ import annotations

import random

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from linking_factory import Said, entity, paper

from kg.graph import Graph
from kg.linking import Linked, link
from kg.linking.redirects import resolve
from kg.records import Entity

_SURFACES = st.sampled_from(
    [
        ("large language models", "LLMs"),
        ("LLM",),
        ("Large Language Model",),
        ("language models", "LM"),
        ("super-resolution", "SR"),
        ("SR",),
        ("mitigating bias",),
        ("bias mitigation",),
        ("Transformers",),
        ("Transformer models", "transformer"),
        ("fine-tuning", "finetuned"),
        ("PPO algorithm", "PPO"),
        ("alpha", "beta"),
        ("beta", "gamma"),
        ("gamma",),
    ]
)
_TYPES = st.sampled_from(["METHOD", "MODEL", "TASK"])


@st.composite
def _papers(draw: st.DrawFn) -> list[Said]:
    return [
        paper(
            f"p{number}",
            *(
                entity(*surfaces, type=draw(_TYPES))
                for surfaces in draw(st.lists(_SURFACES, max_size=4, unique_by=lambda s: max(s, key=len)))
            ),
        )
        for number in range(draw(st.integers(1, 7)))
    ]


def linked(said: list[Said]) -> Linked:
    return link([p for p, _ in said], [x for _, x in said])


def found(id_: str, graph: Linked) -> str:
    nodes = {each.id for each in graph.entities}
    return resolve(id_, nodes, {redirect.id: redirect.node for redirect in graph.redirects})


def spellings(node: Entity) -> set[str]:
    return {surface for surface, _ in node.aliases}


def test_a_type_that_is_outvoted_leaves_its_id_behind() -> None:
    task = [paper("a", entity("beam search", type="TASK"))]
    more = [paper(id_, entity("beam search")) for id_ in ("b", "c")]
    assert [each.id for each in linked(task).entities] == ["task/beam-search"]
    assert found("task/beam-search", linked([*task, *more])) == "method/beam-search"


def test_a_short_form_that_papers_begin_to_spell_out_leaves_its_id_behind() -> None:
    bare = [paper("a", entity("LLM", type="MODEL"))]
    more = [paper("b", entity("large language models", "LLMs", type="MODEL"))]
    assert [each.id for each in linked(bare).entities] == ["model/llm"]
    assert found("model/llm", linked([*bare, *more])) == "model/large-language-model"


def test_two_nodes_that_become_one_are_both_found() -> None:
    apart = [paper("a", entity("bias mitigation", type="TASK")), paper("b", entity("prejudice control"))]
    both = [paper(f"x{i}", entity("bias mitigation", "prejudice control", type="TASK")) for i in range(4)]
    ids = {each.id for each in linked(apart).entities}
    graph = linked([*apart, *both])
    assert len(ids) == 2
    assert {found(id_, graph) for id_ in ids} == {"task/bias-mitigation"}


def test_of_several_nodes_the_one_that_is_written_so_most_often_answers() -> None:
    said = [
        paper("a", entity("super-resolution", "SR", type="TASK")),
        paper("b", entity("super-resolution", "SR", type="TASK")),
        paper("c", entity("speech recognition", "SR", type="TASK")),
    ]
    assert found("task/sr", linked(said)) == "task/super-resolution"


def test_an_id_with_a_hash_finds_what_the_id_without_it_does() -> None:
    graph = linked([paper("a", entity("beam search"))])
    assert found("method/beam-search-0bdffc37", graph) == "method/beam-search"
    assert found("method/quokka-0bdffc37", graph) == ""


def test_a_graph_finds_nodes_by_the_ids_of_other_days() -> None:
    said = [paper("a", entity("beam search", type="TASK")), *(paper(i, entity("beam search")) for i in "bc")]
    graph = Graph.of([p for p, _ in said], linked(said))
    for id_ in ("task/beam-search", "task/beam-search-0bdffc37", "dataset/beam-search", "method/beam-search"):
        assert [each.id for each in graph.find(id_)] == ["method/beam-search"]
    assert graph.find("method/quokka") == []


@settings(max_examples=80, deadline=None)
@given(_papers(), st.data())
def test_every_id_of_fewer_papers_finds_its_node_among_more(said: list[Said], data: st.DataObject) -> None:
    fewer = data.draw(st.lists(st.sampled_from(said), unique_by=lambda each: each[0].id))
    more = linked(said)
    nodes = {each.id: each for each in more.entities}
    for old in linked(fewer).entities:
        node = found(old.id, more)
        assert node
        assert spellings(nodes[node]) & spellings(old)


@settings(max_examples=80, deadline=None)
@given(_papers(), st.data())
def test_every_id_of_more_papers_finds_its_node_among_fewer(said: list[Said], data: st.DataObject) -> None:
    fewer = data.draw(st.lists(st.sampled_from(said), unique_by=lambda each: each[0].id))
    assume(fewer)
    few = linked(fewer)
    kinds = {
        (surface, kind) for each in few.entities for surface in spellings(each) for kind, _ in each.types
    }
    for old in linked(said).entities:
        if all((surface, old.kind) in kinds for surface in spellings(old)):  # what names it still occurs
            assert found(old.id, few)


@settings(max_examples=60, deadline=None)
@given(_papers(), st.randoms(use_true_random=False))
def test_the_order_of_papers_does_not_matter_to_them(said: list[Said], chance: random.Random) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)
    assert linked(shuffled).redirects == linked(said).redirects


@settings(max_examples=60, deadline=None)
@given(_papers())
def test_no_id_leads_to_two_nodes(said: list[Said]) -> None:
    graph = linked(said)
    nodes = {each.id for each in graph.entities}
    ids = [redirect.id for redirect in graph.redirects]
    assert len(ids) == len(set(ids))
    assert not nodes & set(ids)
    assert {redirect.node for redirect in graph.redirects} <= nodes
