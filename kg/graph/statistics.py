"""What a graph holds, in numbers, and what it knows of one node: plain data for others to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from kg import schema
from kg.graph.graph import Graph
from kg.records import Edge, Entity, Paper, ResultRow, paper_node


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts over a whole graph."""

    papers: int
    papers_without_abstract: int
    nodes: dict[str, int]  #: by kind, in the schema's order, papers included
    edges: dict[str, int]  #: by kind, in the schema's order
    results: int
    links: dict[str, int]  #: repositories and pages by link kind
    ambiguous: int  #: entities whose name is an acronym that nobody spells out
    top: dict[str, tuple[Entity, ...]]  #: by kind: the entities that most papers name


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An edge as seen from one of its ends."""

    edge: Edge
    outward: bool  #: whether the edge leads away from the node
    node: str  #: id of the other end
    name: str  #: its name, or a paper's title
    kind: str  #: its kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """All that a graph knows of one node."""

    entity: Entity | None  #: None for a paper
    paper: Paper | None
    neighbours: tuple[Neighbour, ...]  #: by kind of edge in the schema's order, most supported first
    results: tuple[ResultRow, ...]  #: in which the node takes part

    @property
    def node(self) -> str:
        """The node's id."""
        if self.paper is not None:
            return paper_node(self.paper.id)
        return self.entity.id if self.entity is not None else ""


def statistics(graph: Graph, *, top: int = 10) -> Statistics:
    """Count what a graph holds; `top` is how many of the most named entities to give of each kind."""
    nodes: Counter[str] = Counter()
    links: Counter[str] = Counter()
    ambiguous = without_abstract = 0
    best: dict[str, list[Entity]] = {}
    for paper in graph.papers():
        nodes["PAPER"] += 1
        without_abstract += not paper.abstract
    for entity in graph.entities():
        nodes[entity.kind] += 1
        ambiguous += entity.ambiguous
        if entity.link_kind:
            links[entity.link_kind] += 1
        mine = best.setdefault(entity.kind, [])
        mine.append(entity)
        if len(mine) > 20 * (top + 1):
            best[entity.kind] = _most_named(mine, top)
    edges = Counter(edge.kind for edge in graph.edges())
    return Statistics(
        papers=nodes["PAPER"],
        papers_without_abstract=without_abstract,
        nodes={kind: nodes[kind] for kind in schema.NODE_KINDS if nodes[kind]},
        edges={kind: edges[kind] for kind in schema.EDGE_KINDS if edges[kind]},
        results=graph.counts()["results"],
        links={kind: links[kind] for kind in schema.LINK_KINDS if links[kind]},
        ambiguous=ambiguous,
        top={kind: tuple(_most_named(best[kind], top)) for kind in schema.NODE_KINDS if kind in best},
    )


def _most_named(entities: Iterable[Entity], top: int) -> list[Entity]:
    return nsmallest(top, entities, key=lambda entity: (-entity.papers, entity.id))


def describe(graph: Graph, name: str) -> list[Description]:
    """What the graph knows of each node of that name.

    The name is a node's id, its name or an alias in any spelling; a paper's id, arXiv id, DOI or title.
    """
    papers = graph.find_papers(name)
    entities = graph.find(name)
    return [
        *(_describe(graph, entity=None, paper=paper) for paper in papers),
        *(_describe(graph, entity=entity, paper=None) for entity in entities),
    ]


def _describe(graph: Graph, *, entity: Entity | None, paper: Paper | None) -> Description:
    node = entity.id if entity is not None else paper_node(paper.id) if paper is not None else ""
    edges = graph.neighbours(node)
    others = {edge.target if edge.source == node else edge.source for edge in edges}
    names = {entity.id: (entity.name, entity.kind) for entity in graph.entities() if entity.id in others}
    for other in graph.papers():
        if (id_ := paper_node(other.id)) in others:
            names[id_] = (other.title, "PAPER")
    order = {kind: rank for rank, kind in enumerate(schema.EDGE_KINDS)}
    neighbours = [
        Neighbour(
            edge=edge,
            outward=edge.source == node,
            node=other,
            name=names.get(other, (other, ""))[0],
            kind=names.get(other, (other, ""))[1],
        )
        for edge in edges
        for other in [edge.target if edge.source == node else edge.source]
    ]
    neighbours.sort(
        key=lambda n: (order.get(n.edge.kind, 99), not n.outward, -n.edge.support, n.name, n.node)
    )
    return Description(
        entity=entity,
        paper=paper,
        neighbours=tuple(neighbours),
        results=tuple(
            row
            for row in graph.results()
            if node in (row.subject, row.metric, row.dataset, row.baseline, paper_node(row.paper))
        ),
    )
