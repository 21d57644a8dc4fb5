"""The nodes within some hops of a node, and all that lies between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kg.columns import from_batch, schema_of
from kg.errors import UsageError
from kg.graph import Graph
from kg.records import Edge, Entity, Extraction, LocalNode, Paper, ResultRow, paper_node

#: pyvis keeps fluent up to some thousands of nodes.
MOST_NODES = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a graph, which exporters read like a whole one."""

    all_papers: tuple[Paper, ...]
    all_entities: tuple[Entity, ...]
    all_edges: tuple[Edge, ...]
    all_results: tuple[ResultRow, ...] = ()

    def papers(self) -> Iterable[Paper]:
        """Its papers, by id."""
        return self.all_papers

    def entities(self) -> Iterable[Entity]:
        """Its other nodes, by id."""
        return self.all_entities

    def edges(self) -> Iterable[Edge]:
        """Its edges, by source, kind and target."""
        return self.all_edges

    def results(self) -> Iterable[ResultRow]:
        """Its results, by paper and number."""
        return self.all_results

    def extractions(self) -> Iterable[Extraction]:
        """None: a part shows what papers say, not how it was read."""
        return ()

    def nodes(self) -> Iterable[LocalNode]:
        """None, as for extractions."""
        return ()


def part_of(graph: Graph, *, around: str | None = None, hops: int = 1, most: int = MOST_NODES) -> Part:
    """The nodes within so many hops of the node `around`, and the edges between them; without `around`, the
    whole graph.

    `around` is a node's id, a name or an alias in any spelling, a paper's id or title; of several nodes of
    one name, the one that most papers name. Raises UsageError where there is none, and where the part has
    more than `most` nodes.
    """
    if hops < 0:
        raise UsageError(f"{hops} hops make no sense", hint="use 0 or more")
    if around is None:
        counts = graph.counts()
        _check(counts["papers"] + counts["entities"], most, f"the graph has more than {most:,} nodes")
        return Part(
            all_papers=tuple(graph.papers()),
            all_entities=tuple(graph.entities()),
            all_edges=tuple(graph.edges()),
            all_results=tuple(graph.results()),
        )
    chosen = neighbourhood(graph, _node(graph, around), hops=hops, most=most)
    papers = tuple(paper for paper in graph.papers() if paper_node(paper.id) in chosen)
    return Part(
        all_papers=papers,
        all_entities=tuple(entity for entity in graph.entities() if entity.id in chosen),
        all_edges=tuple(_edges_within(graph, chosen)),
        all_results=tuple(row for row in graph.results() if paper_node(row.paper) in chosen),
    )


def _check(count: int, most: int, problem: str) -> None:
    if count > most:
        raise UsageError(
            problem, hint="take fewer hops or a rarer name, or look at the whole graph's page: kg open"
        )


def _node(graph: Graph, name: str) -> str:
    """The id of the node of that name."""
    entities = graph.find(name)
    if entities:
        return entities[0].id
    papers = graph.find_papers(name)
    if papers:
        return paper_node(papers[0].id)
    raise UsageError(f"no node is called {name!r}", hint="see `kg stats`, or search on the page: kg open")


def neighbourhood(graph: Graph, node: str, *, hops: int, most: int = MOST_NODES) -> set[str]:
    """The ids of the nodes within so many hops.

    Raises UsageError as soon as they are more than `most`.
    """
    seen = frontier = {node}
    for hop in range(1, hops + 1):
        found: set[str] = set()
        for source, target in _ends_at(graph, frontier):
            found.add(target if source in frontier else source)
            found.add(source)
        frontier = found - seen
        seen = seen | frontier
        _check(len(seen), most, f"{node}: more than {most:,} nodes lie within {hop} hop{'s' * (hop > 1)}")
    return seen


def _ends_at(graph: Graph, nodes: Set[str]) -> Iterator[tuple[str, str]]:
    """Source and target of the edges that touch these nodes."""
    batches = graph.edge_batches(["source", "target"])
    if batches is None:
        yield from (
            (edge.source, edge.target)
            for edge in graph.edges()
            if edge.source in nodes or edge.target in nodes
        )
        return
    wanted = pa.array(sorted(nodes), pa.string())
    for batch in batches:
        mask = pc.or_(*(pc.is_in(batch.column(end), value_set=wanted) for end in ("source", "target")))
        rows = batch.filter(mask)
        yield from zip(rows.column("source").to_pylist(), rows.column("target").to_pylist(), strict=True)


def _edges_within(graph: Graph, nodes: Set[str]) -> Iterator[Edge]:
    """The edges whose ends are both among these nodes."""
    batches: Iterable[Any] | None = graph.edge_batches([field.name for field in schema_of(Edge)])
    if batches is None:
        yield from (edge for edge in graph.edges() if edge.source in nodes and edge.target in nodes)
        return
    wanted = pa.array(sorted(nodes), pa.string())
    for batch in batches:
        mask = pc.and_(*(pc.is_in(batch.column(end), value_set=wanted) for end in ("source", "target")))
        yield from from_batch(Edge, batch.filter(mask))
