"""A graph's edges as columns of numbers, read in one go: a million of them take some 200 MB for a moment."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kg.columns import schema_of, to_batch
from kg.export.base import ReadableGraph
from kg.graph.tables import EDGES, Table
from kg.records import Edge, Support, paper_node
from kg.schema import EDGE_KINDS

Record = TypeVar("Record", bound=Hashable)
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Pieces of evidence carried for an edge; the tables and the RDF hold all.
MOST_EVIDENCE = 5

_PIECES = ("paper", "start", "end", "rule", "score")
_COLUMNS = (
    *("source", "target", "kind", "support", "confidence"),
    *(f"evidence.list.element.{name}" for name in _PIECES),
)
_PIECE = [schema_of(Support).field(name) for name in _PIECES]
_SCHEMA = pa.schema(
    [
        *(schema_of(Edge).field(name) for name in _COLUMNS[:5]),
        pa.field("evidence", pa.list_(pa.struct(_PIECE))),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Edges as columns, sorted by source, target and kind; nodes, papers and rules by number.

    The evidence of edge i is at first[i] to first[i + 1] of the columns that begin with `evidence`; a
    start of -1 stands for a paper's record, which no sentence says.
    """

    source: Ints
    target: Ints
    kind: Ints  #: place in EDGE_KINDS
    support: Ints
    confidence: Ints  #: percent
    first: Ints
    evidence_paper: Ints
    evidence_start: Ints
    evidence_end: Ints
    evidence_rule: Ints
    evidence_more: Ints  #: one an edge: pieces of evidence beyond the most supported few
    rules: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.source)

    def chosen(self, inside: Mask, new: Ints, kept: Mask) -> Edges:
        """The edges of a mask, with nodes by their new numbers; evidence from papers that are left out
        goes to `evidence_more`."""
        places = np.flatnonzero(inside)
        source, target, kind = new[self.source[places]], new[self.target[places]], self.kind[places]
        order = np.lexsort((kind, target, source))
        places = places[order]
        rows, edge = pieces_of(self.first, places)
        there = kept[self.evidence_paper[rows]]
        here = np.bincount(edge[there], minlength=len(places))
        rows = rows[there]
        return Edges(
            source=source[order],
            target=target[order],
            kind=kind[order],
            support=self.support[places],
            confidence=self.confidence[places],
            first=_starts(here),
            evidence_paper=new[self.evidence_paper[rows]],
            evidence_start=self.evidence_start[rows],
            evidence_end=self.evidence_end[rows],
            evidence_rule=self.evidence_rule[rows],
            evidence_more=self.evidence_more[places] + np.diff(self.first)[places] - here,
            rules=self.rules,
        )


def read_edges(graph: ReadableGraph, ids: Sequence[str], papers: int) -> Edges:
    """All edges between the nodes with these ids, of which the first are papers, in their table's order."""
    table = pa.Table.from_batches(_batches(graph), _SCHEMA)
    column = {name: table.column(name).combine_chunks() for name in table.column_names}
    del table
    nodes = pa.array(ids, pa.string())
    told = pc.utf8_slice_codeunits(nodes.slice(0, papers), start=len(paper_node("")))
    evidence = column.pop("evidence")
    names = [field.name for field in evidence.type.value_type]
    piece = dict(zip(names, evidence.flatten().flatten(), strict=True))
    first = evidence.offsets.to_numpy().astype(np.int64)
    first -= first[0]
    by = _numbers(pc.index_in(piece["paper"], value_set=told))
    rule = piece["rule"].dictionary_encode()
    rules = rule.dictionary.to_pylist()
    rank = np.argsort(np.argsort(np.array(rules, object), kind="stable"), kind="stable")
    best = _best(first, by, np.asarray(piece["score"].to_numpy(zero_copy_only=False), np.float64))
    best = best[by[best] >= 0]
    count = np.bincount(np.searchsorted(first, best, side="right") - 1, minlength=len(first) - 1)
    return Edges(
        source=_numbers(pc.index_in(column["source"], value_set=nodes)),
        target=_numbers(pc.index_in(column["target"], value_set=nodes)),
        kind=_numbers(pc.index_in(column["kind"], value_set=pa.array(list(EDGE_KINDS)))),
        support=_numbers(column["support"]),
        confidence=(column["confidence"].to_numpy() * 100 + 0.5).astype(np.int64),
        first=_starts(count),
        evidence_paper=by[best],
        evidence_start=_numbers(piece["start"])[best],
        evidence_end=_numbers(piece["end"])[best],
        evidence_rule=rank[_numbers(rule.indices)[best]].astype(np.int64),
        evidence_more=np.diff(first) - count,
        rules=tuple(sorted(rules)),
    )


def stored_batches(graph: ReadableGraph, table: Table[Any], columns: Sequence[str]) -> Iterator[Any] | None:
    """A table's rows as record batches; None where the graph holds records in memory."""
    stored = getattr(graph, "batches", None)
    batches: Iterator[Any] | None = stored(table, columns) if stored else None
    return batches


def records_of(graph: ReadableGraph, table: Table[Record]) -> Iterator[Record]:
    """A table's rows as records."""
    return iter(getattr(graph, table.name)())


def read_columns(graph: ReadableGraph, table: Table[Any], *names: str) -> Iterator[tuple[Any, ...]]:
    """Some fields of each record of a table."""
    batches = stored_batches(graph, table, names)
    if batches is None:
        yield from (tuple(getattr(row, name) for name in names) for row in records_of(graph, table))
        return
    for batch in batches:
        yield from zip(*(batch.column(name).to_pylist() for name in names), strict=True)


def _batches(graph: ReadableGraph) -> Iterator[Any]:
    """All edges in batches of _SCHEMA."""
    batches = stored_batches(graph, EDGES, _COLUMNS) or _made(graph)
    for batch in batches:
        evidence = batch.column("evidence")
        pieces = evidence.flatten()
        fields = dict(zip([field.name for field in pieces.type], pieces.flatten(), strict=True))
        struct = pa.StructArray.from_arrays([fields[name] for name in _PIECES], fields=_PIECE)
        offsets = pc.subtract(evidence.offsets, evidence.offsets[0])
        yield pa.record_batch(
            [*(batch.column(name) for name in _COLUMNS[:5]), pa.ListArray.from_arrays(offsets, struct)],
            schema=_SCHEMA,
        )


def _made(graph: ReadableGraph) -> Iterator[Any]:
    edges = records_of(graph, EDGES)
    while group := list(islice(edges, EDGES.group)):
        # quotes are not needed, and need not be Unicode
        bare = [tuple(replace(piece, quote="") for piece in edge.evidence) for edge in group]
        yield to_batch(Edge, [replace(edge, evidence=own) for edge, own in zip(group, bare, strict=True)])


def _best(first: Ints, paper: Ints, score: Floats) -> Ints:
    """The places of the pieces of evidence to carry, edge by edge: where an edge has many, the best first,
    and a second sentence of a paper after other papers'."""
    many = np.diff(first)
    few = np.flatnonzero(many <= MOST_EVIDENCE)
    more = np.flatnonzero(many > MOST_EVIDENCE)
    rows, edge = pieces_of(first, more)
    order = np.lexsort((rows, -score[rows], edge))
    rows, edge = rows[order], edge[order]
    # which of its paper's each is
    order = np.lexsort((np.arange(len(rows)), paper[rows], edge))
    new = np.ones(len(rows), bool)
    new[1:] = (paper[rows][order][1:] != paper[rows][order][:-1]) | (edge[order][1:] != edge[order][:-1])
    begins = np.flatnonzero(new)
    seen = np.empty(len(rows), np.int64)
    seen[order] = np.arange(len(rows)) - np.repeat(begins, np.diff(np.append(begins, len(rows))))
    order = np.lexsort((np.arange(len(rows)), seen, edge))
    rows, edge = rows[order], edge[order]
    place = np.arange(len(rows)) - np.searchsorted(edge, edge)
    kept = place < MOST_EVIDENCE
    small, small_edge = pieces_of(first, few)
    rows = np.concatenate([small, rows[kept]])
    of = np.concatenate([few[small_edge], more[edge[kept]]])
    best: Ints = rows[np.argsort(of, kind="stable")]
    return best


def pieces_of(first: Ints, places: Ints) -> tuple[Ints, Ints]:
    """The rows of the groups at these places, group by group, and for each row the group's number here."""
    lengths = np.diff(first)[places]
    group = np.repeat(np.arange(len(places)), lengths)
    within = np.arange(len(group)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return first[places][group] + within, group


def _starts(counts: Ints) -> Ints:
    first = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=first[1:])
    return first


def _numbers(column: Any) -> Ints:
    """A column of whole numbers; -1 where it has none."""
    return np.asarray(pc.fill_null(column.cast(pa.int64()), -1).to_numpy(zero_copy_only=False), np.int64)
