"""Edges as light rows, and where in each paper's text the evidence of statements between entities stands.

Edges are most of a graph. RDF needs no quotes of them (it takes those from the papers' texts), so the
rows are made from the columns in question alone, several times faster than whole records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kg.export.base import ReadableGraph
from kg.records import Edge

#: Rows that are in memory at a time.
_GROUP = 8192


class Place(NamedTuple):
    """A stretch of a paper's text, and the rule that read it; no offsets where the paper's record says it."""

    paper: str
    start: int | None
    end: int | None
    rule: str


class EdgeRow(NamedTuple):
    """An edge without its quotes."""

    source: str
    target: str
    kind: str
    support: int
    confidence: float
    evidence: list[Place]


#: All that rows are made of, as Parquet names it.
COLUMNS = (*EdgeRow._fields[:-1], *(f"evidence.list.element.{name}" for name in Place._fields))


def edge_rows(graph: ReadableGraph) -> Iterator[EdgeRow]:
    """All edges, by source, kind and target."""
    for batch in _batches(graph):
        columns = [batch.column(name).to_pylist() for name in EdgeRow._fields[:-1]]
        evidence = batch.column("evidence")
        bounds = evidence.offsets.to_pylist()
        first = bounds[0] if bounds else 0
        places = list(map(Place._make, zip(*_place_columns(evidence), strict=True)))
        supports = (places[start - first : end - first] for start, end in pairwise(bounds))
        yield from map(EdgeRow._make, zip(*columns, supports, strict=True))


def _place_columns(evidence: Any) -> list[list[Any]]:
    """The columns of Place in a list array of evidence."""
    pieces = evidence.flatten()
    names = [field.name for field in pieces.type]
    columns = dict(zip(names, pieces.flatten(), strict=True))
    return [columns[name].to_pylist() for name in Place._fields]


def edge_columns(graph: ReadableGraph, columns: Sequence[str]) -> Iterator[Any]:
    """Record batches of the edges with some of their columns; with more, where the graph has no tables."""
    return _batches(graph, columns)


def _batches(graph: ReadableGraph, columns: Sequence[str] = COLUMNS) -> Iterator[Any]:
    """Record batches of the edges: from the tables where the graph has some, else made of its records."""
    stored = getattr(graph, "edge_batches", None)
    batches: Iterable[Any] | None = stored(list(columns)) if stored else None
    if batches is not None:
        yield from batches
        return
    from kg.columns import to_batch

    edges = iter(graph.edges())
    while group := list(islice(edges, _GROUP)):
        yield to_batch(Edge, group)


def shared_places(graph: ReadableGraph) -> Iterator[tuple[str, tuple[int, int, str]]]:
    """Paper by paper, in order, the readings of its text that speak of edges between other nodes.

    Such an edge stands with its source, not with the papers that say so; so the stretches are gathered
    first. They are kept in columns, about 30 bytes each, which for a paper is less than its title.
    """
    stored = getattr(graph, "spoken_batches", None)
    parts = [_spoken(batch) for batch in (stored(list(COLUMNS)) if stored else _batches(graph))]
    parts = [part for part in parts if part.num_rows]
    if not parts:
        return
    names = list(Place._fields)
    table = pa.Table.from_batches(parts).group_by(names).aggregate([])
    table = table.sort_by([(name, "ascending") for name in names])
    for batch in table.to_batches(max_chunksize=_GROUP):
        papers, *readings = (batch.column(name).to_pylist() for name in names)
        yield from zip(papers, zip(*readings, strict=True), strict=True)


def _spoken(batch: Any) -> Any:
    """The evidence of a batch's edges that a text states, save where the edge leaves the very paper."""
    evidence = batch.column("evidence")
    pieces = evidence.flatten()
    columns = dict(zip((field.name for field in pieces.type), pieces.flatten(), strict=True))
    offsets = [columns[name].cast(pa.int32()) for name in ("start", "end")]
    spoken = pa.RecordBatch.from_arrays(
        [columns["paper"], *offsets, columns["rule"]], names=list(Place._fields)
    )
    sources = batch.column("source").take(pc.list_parent_indices(evidence))
    own = pc.equal(sources, pc.binary_join_element_wise("paper/", columns["paper"], ""))
    return spoken.filter(pc.and_(pc.is_valid(columns["start"]), pc.invert(own)))
