"""Which part of a graph the page shows: all of a small one, the best connected part of a large one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kg.export.base import ReadableGraph
from kg.records import Edge, Entity, Paper, ResultRow, paper_node

#: vis-network draws some two thousand nodes fluently on a plain computer; beyond, people wait.
MOST_NODES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The part of a graph that a page shows, and how much it leaves out."""

    papers: tuple[Paper, ...]
    entities: tuple[Entity, ...]
    edges: tuple[Edge, ...]
    results: tuple[ResultRow, ...]
    nodes_left_out: int
    edges_left_out: int


def select(graph: ReadableGraph, *, most: int = MOST_NODES) -> Selection:
    """The whole graph if it has at most so many nodes, else its best connected nodes.

    Nodes are taken by the number of their edges, most first, then by name; authors come last, since they
    hang on papers and join few of them. What stays without an edge then is left out as well.
    """
    degree: Counter[str] = Counter()
    edge_count = 0
    for edge in graph.edges():
        edge_count += 1
        degree[edge.source] += 1
        degree[edge.target] += 1
    nodes = [(False, paper_node(paper.id)) for paper in graph.papers()]
    nodes += [(entity.kind == "AUTHOR", entity.id) for entity in graph.entities()]
    # Behind the kind, so that no kind comes first where many nodes have as many edges.
    nodes.sort(key=lambda row: (row[0], -degree[row[1]], row[1].partition("/")[2], row[1]))
    chosen = {node for _, node in nodes[:most]}
    edges = tuple(edge for edge in graph.edges() if edge.source in chosen and edge.target in chosen)
    if len(nodes) > most:
        chosen = {node for edge in edges for node in (edge.source, edge.target)}
    return Selection(
        papers=tuple(paper for paper in graph.papers() if paper_node(paper.id) in chosen),
        entities=tuple(entity for entity in graph.entities() if entity.id in chosen),
        edges=edges,
        results=tuple(result for result in graph.results() if paper_node(result.paper) in chosen),
        nodes_left_out=len(nodes) - len(chosen),
        edges_left_out=edge_count - len(edges),
    )
