"""The graph as a `networkx.MultiDiGraph`, for whoever wants to compute on it in Python."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import networkx as nx

from kg.graph.graph import Graph
from kg.records import Edge, Entity, Paper, ResultRow, paper_node

RESULT = "result"


def to_networkx(graph: Graph) -> nx.MultiDiGraph:
    """All nodes and edges, in the graph's order.

    A node's attributes are `kind`, `name` and what its kind has besides: papers `title`, `abstract`,
    `authors`, `date`, `url`, `arxiv_id`, `doi`, `categories`; all others `aliases` and `types` (name →
    count), `papers`, `url`, `link_kind`, `concept`, `ambiguous`.

    Edges are keyed by their kind and have `kind`, `support`, `confidence` and `evidence`, a list of
    dicts with `paper`, `start`, `end`, `quote`, `rule`, `score`. A result is an edge of kind "result",
    keyed by its id, from its subject to its dataset, else its metric, else its paper.

    >>> from kg.linking import link
    >>> papers = [Paper(id="a", title="A", authors=("Ada L.",))]
    >>> network = to_networkx(Graph.of(papers, link(papers, [])))
    >>> list(network.edges(keys=True))
    [('paper/a', 'author/ada-l', 'written_by')]
    """
    network = nx.MultiDiGraph()
    for paper in graph.papers():
        network.add_node(paper_node(paper.id), **paper_attributes(paper))
    for entity in graph.entities():
        network.add_node(entity.id, **entity_attributes(entity))
    for edge in graph.edges():
        network.add_edge(edge.source, edge.target, key=edge.kind, **edge_attributes(edge))
    for result in graph.results():
        network.add_edge(result.subject, result_target(result), key=result.id, **result_attributes(result))
    return network


def paper_attributes(paper: Paper) -> dict[str, Any]:
    """What a paper's node carries."""
    return {
        "kind": "PAPER",
        "name": paper.title,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "date": paper.date,
        "url": paper.url,
        "arxiv_id": paper.arxiv_id,
        "doi": paper.doi,
        "categories": list(paper.categories),
    }


def entity_attributes(entity: Entity) -> dict[str, Any]:
    """What any other node carries."""
    return {
        "kind": entity.kind,
        "name": entity.name,
        "aliases": dict(entity.aliases),
        "types": dict(entity.types),
        "papers": entity.papers,
        "url": entity.url,
        "link_kind": entity.link_kind,
        "concept": entity.concept,
        "ambiguous": entity.ambiguous,
    }


def edge_attributes(edge: Edge) -> dict[str, Any]:
    """What an edge carries."""
    return {
        "kind": edge.kind,
        "support": edge.support,
        "confidence": edge.confidence,
        "evidence": [asdict(support) for support in edge.evidence],
    }


def result_target(result: ResultRow) -> str:
    """Where a result's edge leads: its dataset, else its metric, else its paper."""
    return result.dataset or result.metric or paper_node(result.paper)


def result_attributes(result: ResultRow) -> dict[str, Any]:
    """What a result's edge carries."""
    return {
        "kind": RESULT,
        "paper": result.paper,
        "metric": result.metric,
        "metric_text": result.metric_text,
        "value": result.value,
        "number": result.number,
        "unit": result.unit,
        "dataset": result.dataset,
        "baseline": result.baseline,
        "support": 1,
        "confidence": result.evidence.score,
        "evidence": [asdict(result.evidence)],
    }
