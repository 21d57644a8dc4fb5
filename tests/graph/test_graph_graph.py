"""Look-ups, the networkx graph, and statistics."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.graph import Graph, describe, statistics, to_networkx, write_tables
from kg.linking import link
from kg.records import (
    Evidence,
    Extraction,
    Link,
    LocalEntity,
    Paper,
    Relation,
    Result,
)

SAID = Evidence(start=0, end=6, rule="r", score=0.8)


def _entity(name: str, type: str, role: str, *others: str) -> LocalEntity:
    return LocalEntity(
        name=name,
        type=type,
        role=role,
        surfaces=(name, *others),
        mentions=(),
        evidence=SAID,
        rule="r",
        score=0.9,
    )


PAPERS = [
    Paper(id="2506.01234", arxiv_id="2506.01234", title="KnowRL", abstract="We use it.", authors=("Ada L.",)),
    Paper(id="b", title="No abstract"),
]
EXTRACTIONS = [
    Extraction(
        paper="2506.01234",
        text_sha256=PAPERS[0].text_sha256,
        extractor="x",
        entities=(
            _entity("KnowRL", "METHOD", "proposes"),
            _entity("large language models", "MODEL", "uses", "LLMs"),
            _entity("accuracy", "METRIC", "uses"),
            _entity("ARC", "DATASET", "uses"),
        ),
        relations=(
            Relation(subject="KnowRL", predicate="based_on", object="large language models", evidence=SAID),
        ),
        results=(
            Result(
                subject="KnowRL",
                metric="accuracy",
                value="91%",
                number=91.0,
                unit="%",
                dataset="ARC",
                baseline=None,
                evidence=SAID,
            ),
        ),
        links=(
            Link(
                url="https://github.com/o/KnowRL",
                kind="code",
                relation="provides",
                words="",
                start=0,
                end=1,
                evidence=SAID,
            ),
        ),
    ),
    Extraction(
        paper="b",
        text_sha256=PAPERS[1].text_sha256,
        extractor="x",
        entities=(_entity("LLM", "MODEL", "mentions"), _entity("PE", "METHOD", "mentions")),
    ),
]


@pytest.fixture(params=["held", "stored"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Graph:
    linked = link(PAPERS, EXTRACTIONS)
    if request.param == "held":
        return Graph.of(PAPERS, linked, EXTRACTIONS)
    write_tables(tmp_path, papers=PAPERS, extractions=EXTRACTIONS, linked=linked)
    return Graph.open(tmp_path)


@pytest.mark.parametrize(
    "name", ["model/large-language-model", "LLM", "llms", "Large-Language Models", "large language model"]
)
def test_a_node_is_found_by_id_name_and_alias(graph: Graph, name: str) -> None:
    assert [entity.id for entity in graph.find(name)] == ["model/large-language-model"]


def test_nothing_is_found_under_no_name(graph: Graph) -> None:
    assert graph.find("") == graph.find("...") == graph.find("quokka") == []


@pytest.mark.parametrize("name", ["2506.01234", "paper/2506.01234", "knowrl"])
def test_a_paper_is_found_by_id_and_title(graph: Graph, name: str) -> None:
    assert [paper.id for paper in graph.find_papers(name)] == ["2506.01234"]


def test_neighbours_are_the_edges_at_both_ends(graph: Graph) -> None:
    assert [(edge.source, edge.kind) for edge in graph.neighbours("model/large-language-model")] == [
        ("method/knowrl", "based_on"),
        ("paper/2506.01234", "uses"),
        ("paper/b", "mentions"),
    ]


def test_the_networkx_graph_has_everything(graph: Graph) -> None:
    network = to_networkx(graph)
    assert network.nodes["paper/2506.01234"]["authors"] == ["Ada L."]
    assert network.nodes["model/large-language-model"]["aliases"] == {
        "LLM": 1,
        "LLMs": 1,
        "large language models": 1,
    }
    assert network.nodes["author/ada-l"]["kind"] == "AUTHOR"
    edge = network.edges["method/knowrl", "model/large-language-model", "based_on"]
    assert (edge["support"], edge["confidence"]) == (1, 0.8)
    assert edge["evidence"] == [
        {"paper": "2506.01234", "start": 0, "end": 6, "quote": "KnowRL", "rule": "r", "score": 0.8}
    ]
    assert network.edges["method/knowrl", "repository/github.com/o/knowrl", "implemented_by"]
    result = network.edges["method/knowrl", "dataset/arc", "result/2506.01234/1"]
    assert (result["kind"], result["metric"], result["number"]) == ("result", "metric/accuracy", 91.0)
    assert network.number_of_edges() == graph.counts()["edges"] + graph.counts()["results"]
    assert network.number_of_nodes() == graph.counts()["entities"] + graph.counts()["papers"]


def test_statistics_count_nodes_edges_and_links(graph: Graph) -> None:
    found = statistics(graph, top=1)
    assert (found.papers, found.papers_without_abstract, found.results) == (2, 1, 1)
    assert found.nodes == {
        "METHOD": 2,
        "MODEL": 1,
        "DATASET": 1,
        "METRIC": 1,
        "PAPER": 2,
        "REPOSITORY": 1,
        "AUTHOR": 1,
    }
    assert found.edges == {
        "proposes": 1,
        "uses": 3,
        "mentions": 2,
        "based_on": 1,
        "provides": 1,
        "written_by": 1,
        "implemented_by": 1,
    }
    assert found.links == {"code": 1}
    assert found.ambiguous == 1  # PE
    assert [entity.name for entity in found.top["MODEL"]] == ["large language model"]


def test_the_most_named_are_found_among_many() -> None:
    papers = [Paper(id=f"p{i:03}", title="t") for i in range(60)]
    extractions = [
        Extraction(
            paper=paper.id,
            text_sha256="",
            extractor="x",
            entities=(
                _entity("beam search", "METHOD", "uses"),
                *(_entity(f"way {chr(97 + i % 26)}{i // 26}", "METHOD", "uses") for _ in [0]),
            ),
        )
        for i, paper in enumerate(papers)
    ]
    found = statistics(Graph.of(papers, link(papers, extractions)), top=1)
    assert [entity.id for entity in found.top["METHOD"]] == ["method/beam-search"]


def test_a_description_tells_all_of_an_entity(graph: Graph) -> None:
    (found,) = describe(graph, "method/knowrl")
    assert found.node == "method/knowrl"
    assert [(n.edge.kind, n.outward, n.kind, n.name) for n in found.neighbours] == [
        ("proposes", False, "PAPER", "KnowRL"),
        ("based_on", True, "MODEL", "large language model"),
        ("implemented_by", True, "REPOSITORY", "o/KnowRL"),
    ]
    assert [row.id for row in found.results] == ["result/2506.01234/1"]


def test_a_description_of_a_paper_and_a_name_it_shares(graph: Graph) -> None:
    papers = [found.node for found in describe(graph, "KnowRL")]
    assert papers == ["paper/2506.01234", "method/knowrl"]


def test_nothing_is_described_under_an_unknown_name(graph: Graph) -> None:
    assert describe(graph, "quokka") == []
