"""Edges as light rows, and where in each paper's text the evidence of statements between entities stands.

Edges are most of a graph. RDF needs no quotes of them (it takes those from the papers' texts), so the
rows are made from the columns in question alone, several times faster than whole records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any, NamedTuple

import numpy as np
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
    first. They are kept as numbers, 16 bytes each.
    """
    stored = getattr(graph, "spoken_batches", None)
    papers = paper_ids(graph)
    rules: dict[str, int] = {}
    parts = [np.zeros((0, 4), dtype=np.int32)]
    for batches in _gathered(map(_spoken, stored(list(COLUMNS)) if stored else _batches(graph))):
        paper, start, end, rule = (
            pa.concat_arrays([b.column(name) for b in batches]) for name in Place._fields
        )
        named = rule.dictionary_encode()
        codes = [rules.setdefault(name, len(rules)) for name in named.dictionary.to_pylist()]
        numbers = pc.fill_null(pc.index_in(paper, value_set=papers), -1).to_numpy()
        rows = np.column_stack(
            (
                numbers,
                start.to_numpy(),
                end.to_numpy(),
                np.array(codes, dtype=np.int32)[named.indices.to_numpy()],
            )
        )
        parts.append(rows[numbers >= 0].astype(np.int32))
    places = np.concatenate(parts)
    parts.clear()
    names = sorted(rules)
    order = np.empty(len(names), dtype=np.int32)
    order[[rules[name] for name in names]] = np.arange(len(names))
    places[:, 3] = order[places[:, 3]]
    places = places[np.lexsort(places.T[::-1])]
    if len(places):
        places = places[np.append(True, (places[1:] != places[:-1]).any(axis=1))]
    for first in range(0, len(places), _GROUP):
        for number, start, end, rule in places[first : first + _GROUP].tolist():
            yield papers[number].as_py(), (start, end, names[rule])


def paper_ids(graph: ReadableGraph) -> Any:
    """The ids of all papers, in order, as an Arrow array."""
    stored = getattr(graph, "paper_dates", None)
    ids = (id_ for id_, _ in stored()) if stored else (paper.id for paper in graph.papers())
    return pa.array(ids, pa.string())


def _gathered(batches: Iterable[Any]) -> Iterator[list[Any]]:
    """Batches, many at a time: to look papers up, the ids of all are hashed first."""
    some: list[Any] = []
    for batch in batches:
        some.append(batch)
        if sum(each.num_rows for each in some) > 4 * _GROUP:
            yield some
            some = []
    if some:
        yield some


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
