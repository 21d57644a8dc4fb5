"""A graph's nodes and edges as numbers, in columns: what a count over all of them is made from.

Nodes have their places among all ids; of the edges only is kept what is counted, some ten bytes each. The
table is read in stretches, so that what is needed for a moment, names above all, does not grow with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg import schema
from kg.export.base import ReadableGraph
from kg.export.edge_rows import edge_columns
from kg.export.ntriples import month, value_of
from kg.records import paper_node

Numbers = Any  #: a numpy array of integers

#: Edges that are numbered at a time, unless there are more nodes: to look names up, all ids are hashed first.
_EDGES = 1 << 18

_BITS = {kind: 1 << place for place, kind in enumerate(schema.ROLES)}
_WRITTEN_BY = "written_by"


class Pairs(NamedTuple):
    """Papers and what each is at the other end of an edge from it; by paper, no pair twice."""

    papers: Numbers
    others: Numbers
    kinds: Numbers  #: the kinds of the edges, see `are`; zero for authors

    def are(self, *kinds: str) -> Pairs:
        """Those that some of these roles connect."""
        chosen = (self.kinds & sum(_BITS[kind] for kind in kinds)) > 0
        return Pairs(*(column[chosen] for column in self))


@dataclass(frozen=True, slots=True)
class Numbered:
    """A graph in numbers. Papers come first, then all other nodes, either by id."""

    ids: Any  #: an Arrow array: the ids of all nodes
    months: list[str]  #: in order
    month_of: Numbers  #: by paper, the place of its month in `months`; -1 where it is not known
    named: Pairs  #: what papers name
    authors: Pairs
    statements: Numbers  #: by node, how many edges that some text states are at it
    papers: Numbers  #: by node, how many papers name it

    @classmethod
    def of(cls, graph: ReadableGraph, *, unstated: Iterable[str]) -> Numbered:
        """A graph's numbers; no text states edges of the kinds `unstated`."""
        dates = _dates(graph)
        papers = pa.array([paper_node(id_) for id_, _ in dates], pa.string())
        months, month_of = _months(date for _, date in dates)
        ids = pa.concat_arrays([papers, *_entity_ids(graph)])
        del dates
        named, authors = _Gathered(), _Gathered()
        statements = np.zeros(len(ids), dtype=np.int32)
        for sources, targets, kinds in _numbers(graph, ids):
            for ends in (sources, targets):
                stated = ends[~np.isin(kinds, _codes(unstated))]
                statements += np.bincount(stated, minlength=len(ids)).astype(np.int32)
            of_papers = sources < len(papers)
            sources, targets, kinds = sources[of_papers], targets[of_papers], kinds[of_papers]
            for code, bit in zip(_codes(_BITS), _BITS.values(), strict=True):
                named.add(sources[kinds == code], targets[kinds == code], bit)
            written = kinds == _codes([_WRITTEN_BY])[0]
            authors.add(sources[written], targets[written], 0)
        pairs = named.pairs()
        naming = np.bincount(pairs.others, minlength=len(ids)).astype(np.int32)
        return cls(ids, months, month_of, pairs, authors.pairs(), statements, naming)

    def name(self, node: int) -> str:
        """A node's id."""
        return str(self.ids[int(node)].as_py())

    def begin(self, starts: Iterable[str]) -> Any:
        """Which nodes have an id that begins with one of these."""
        found = np.zeros(len(self.ids), dtype=bool)
        for start in starts:
            found |= pc.starts_with(self.ids, start).to_numpy(zero_copy_only=False)
        return found


class Groups:
    """The values of keys, where many keys have several."""

    def __init__(self, keys: Numbers, values: Numbers, length: int) -> None:
        """`keys` are less than `length`."""
        order = np.argsort(keys, kind="stable")
        self._values = values[order]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=length))])

    def of(self, keys: Numbers) -> Numbers:
        """The values of some keys, key by key."""
        starts, counts = self._starts[keys], self._starts[keys + 1] - self._starts[keys]
        behind = np.cumsum(counts)
        return self._values[np.arange(counts.sum()) + np.repeat(starts - behind + counts, counts)]


class _Gathered:
    """Pairs that are being gathered: each with its kind in one number, of 28, 30 and 5 bits."""

    def __init__(self) -> None:
        self._parts: list[Numbers] = [np.zeros(0, dtype=np.int64)]

    def add(self, papers: Numbers, others: Numbers, kind: int) -> None:
        self._parts.append(papers.astype(np.int64) << 35 | others.astype(np.int64) << 5 | kind)

    def pairs(self) -> Pairs:
        """All that were added, each once; kinds of the same pair are taken together."""
        numbers = np.concatenate(self._parts)
        self._parts.clear()
        numbers.sort()
        pairs = numbers >> 5
        first = np.flatnonzero(np.concatenate([np.ones(min(len(pairs), 1), bool), pairs[1:] != pairs[:-1]]))
        kinds = (numbers & 31).astype(np.uint8)
        kinds = np.bitwise_or.reduceat(kinds, first) if len(first) else kinds
        pairs = pairs[first]
        return Pairs((pairs >> 30).astype(np.int32), (pairs & (1 << 30) - 1).astype(np.int32), kinds)


def _dates(graph: ReadableGraph) -> list[tuple[str, str]]:
    stored = getattr(graph, "paper_dates", None)
    return list(stored() if stored else ((paper.id, paper.date) for paper in graph.papers()))


def _months(dates: Iterable[str]) -> tuple[list[str], Numbers]:
    texts = [date[:7] for date in dates]
    known = {text: said for text in set(texts) if (said := month(text)) is not None}
    names = sorted({value_of(said) for said in known.values()})
    places = {name: place for place, name in enumerate(names)}
    of = {text: places[value_of(said)] for text, said in known.items()}
    return names, np.array([of.get(text, -1) for text in texts], dtype=np.int32)


def _entity_ids(graph: ReadableGraph) -> list[Any]:
    from kg.graph.tables import ENTITIES

    stored = getattr(graph, "batches", None)
    batches = stored(ENTITIES, ["id"]) if stored else None
    if batches is None:
        return [pa.array([entity.id for entity in graph.entities()], pa.string())]
    return [batch.column("id") for batch in batches]


_KINDS = {kind: code for code, kind in enumerate(schema.EDGE_KINDS)}


def _codes(kinds: Iterable[str]) -> list[int]:
    return [_KINDS[kind] for kind in kinds]


def _numbers(graph: ReadableGraph, ids: Any) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """The edges' sources, targets and kinds; those at nodes that are not there are left out."""
    for rows in _stretches(graph, max(_EDGES, len(ids))):
        kinds = np.concatenate([_looked_up(kind, pa.array(list(_KINDS))) for _, _, kind in rows])
        columns = [column for source, target, _ in rows for column in (source, target)]
        # one look-up for all: Arrow hashes the ids anew each time
        names = pa.concat_arrays([column.dictionary for column in columns])
        found = pc.fill_null(pc.index_in(names, value_set=ids), -1).to_numpy()
        starts = np.cumsum([0, *(len(column.dictionary) for column in columns)])
        numbers = [
            found[column.indices.to_numpy() + start]
            for column, start in zip(columns, starts[:-1].tolist(), strict=True)
        ]
        sources, targets = np.concatenate(numbers[0::2]), np.concatenate(numbers[1::2])
        known = (sources >= 0) & (targets >= 0)
        yield sources[known], targets[known], kinds[known]


def _stretches(graph: ReadableGraph, edges: int) -> Iterator[list[tuple[Any, Any, Any]]]:
    """The edges' sources, targets and kinds as dictionary arrays, so many edges at a time."""
    rows: list[tuple[Any, Any, Any]] = []
    count = 0
    for batch in edge_columns(graph, ("source", "target", "kind")):
        source, target, kind = (batch.column(n).dictionary_encode() for n in ("source", "target", "kind"))
        rows.append((source, target, kind))
        count += len(kind)
        if count >= edges:
            yield rows
            rows, count = [], 0
    if rows:
        yield rows


def _looked_up(column: Any, values: Any) -> Numbers:
    return pc.index_in(column.dictionary, value_set=values).to_numpy()[column.indices.to_numpy()]
