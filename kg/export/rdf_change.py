"""What of a graph's RDF is not that of an earlier graph: node by node, and behind the nodes.

Which nodes' blocks may differ is told by comparing the tables. Both graphs' blocks are then made of these
nodes alone; the counts that a graph gives of itself are the earlier ones, less what went, and what came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

import pyarrow as pa
import pyarrow.compute as pc
from pyoxigraph import Literal, Triple

from kg.export.base import ExportOptions
from kg.export.description import Tally
from kg.export.earlier import Unusable
from kg.export.edge_rows import COLUMNS
from kg.export.ntriples import iri
from kg.export.rdf import Block, units
from kg.graph.changes import Stretch, stretches
from kg.graph.tables import (
    EDGES,
    ENTITIES,
    EXTRACTIONS,
    NODES,
    PAPERS,
    REDIRECTS,
    RESULTS,
    Table,
    TableFile,
)
from kg.records import Edge, Entity, Extraction, LocalNode, Paper, Redirect, ResultRow, paper_node

Tables = Mapping[str, TableFile[Any]]

#: Where more nodes than one in so many may differ, making all anew takes no longer.
_ONE_IN = 4
#: Of so few nodes it does not matter.
_FEW = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """Some nodes of a graph, with the rows that their blocks are made of; for `kg.export.rdf.units`."""

    tables: Tables
    ids: Any  #: ids of nodes, an Arrow array
    texts: Any  #: ids of the papers among them
    _found: dict[tuple[str, ...], tuple[list[Any], list[Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Tables, nodes: Collection[str]) -> Part:
        """The nodes with these ids, as far as there are such."""
        start = paper_node("")
        texts = [node.removeprefix(start) for node in nodes if node.startswith(start)]
        return cls(tables, pa.array(nodes, pa.string()), pa.array(texts, pa.string()))

    def papers(self) -> Iterable[Paper]:
        """The papers among them, by id."""
        return self._where(PAPERS.name, "id", self.texts)

    def entities(self) -> Iterable[Entity]:
        """The others, by id."""
        return self._where(ENTITIES.name, "id", self.ids)

    def results(self) -> Iterable[ResultRow]:
        """The papers' results."""
        return self._where(RESULTS.name, "paper", self.texts)

    def redirects(self) -> Iterable[Redirect]:
        """The nodes' ids of other days."""
        return self._where(REDIRECTS.name, "node", self.ids)

    def paper_dates(self) -> Iterator[tuple[str, str]]:
        """The papers' ids and dates."""
        for batch in self.tables[PAPERS.name].batches(["id", "date"]):
            found = batch.filter(pc.is_in(batch.column("id"), self.texts))
            yield from zip(found.column("id").to_pylist(), found.column("date").to_pylist(), strict=True)

    def entity_keys(self) -> Iterator[Collection[str]]:
        """What the entities are found by."""
        for batch in self.tables[ENTITIES.name].batches(["id", "keys.list.element"]):
            yield from batch.filter(pc.is_in(batch.column("id"), self.ids)).column("keys").to_pylist()

    def edge_batches(self, columns: Iterable[str]) -> Iterator[Any]:
        """The edges that leave them."""
        yield from self._edges(tuple(columns))[0]

    def spoken_batches(self, columns: Iterable[str]) -> Iterator[Any]:
        """The edges of which the papers' texts are evidence."""
        yield from self._edges(tuple(columns))[1]

    def _edges(self, columns: tuple[str, ...]) -> tuple[list[Any], list[Any]]:
        """Both, of one pass over the table."""
        if columns not in self._found:
            leaving, spoken = [], []
            for batch in self.tables[EDGES.name].batches(columns):
                leaving.append(batch.filter(pc.is_in(batch.column("source"), self.ids)))
                evidence = batch.column("evidence")
                said = pc.is_in(evidence.flatten().field("paper"), self.texts)
                spoken.append(batch.take(pc.unique(pc.list_parent_indices(evidence).filter(said))))
            self._found[columns] = leaving, spoken
        return self._found[columns]

    def edges(self) -> Iterable[Edge]:
        """Not asked for: there are the batches."""
        return ()

    def extractions(self) -> Iterable[Extraction]:
        """What the papers' texts say."""
        return self._where(EXTRACTIONS.name, "paper", self.texts)

    def nodes(self) -> Iterable[LocalNode]:
        """Which node each entity of each of the papers became."""
        return self._where(NODES.name, "paper", self.texts)

    def _where(self, table: str, column: str, values: Any) -> Iterator[Any]:
        return self.tables[table].where(lambda batch: pc.is_in(batch.column(column), values))


def changed_nodes(old: Tables, new: Tables) -> list[str]:
    """Ids of the nodes whose blocks may differ, sorted. Raises Unusable where they are too many."""
    found: set[str] = set()
    for table, keys in ((PAPERS, ("id",)), (ENTITIES, ("id",)), (REDIRECTS, ("node", "id"))):
        start = paper_node("") if table is PAPERS else ""
        for rows in differing(stretches(old[table.name], new[table.name], keys)):
            found.update(start + id_ for id_ in rows.column(keys[0]).to_pylist())
    for rows in differing(stretches(old[RESULTS.name], new[RESULTS.name], ("id",), order=("paper",))):
        found.update(map(paper_node, rows.column("paper").to_pylist()))
    edges = stretches(old[EDGES.name], new[EDGES.name], ("source", "kind", "target"), COLUMNS)
    for rows in differing(edges):
        found.update(rows.column("source").to_pylist())
        papers = pc.unique(rows.column("evidence").flatten().field("paper"))
        found.update(map(paper_node, papers.to_pylist()))
    return few(found, of=len(new[PAPERS.name]) + len(new[ENTITIES.name]))


def few(ids: Collection[str], *, of: int) -> list[str]:
    """Ids of what has changed, sorted. Raises Unusable where they are too many of all."""
    if len(ids) > max(of // _ONE_IN, _FEW):
        raise Unusable("too much has changed")
    return sorted(ids)


def differing(compared: Iterator[Stretch]) -> Iterator[Any]:
    """The rows of either table that are not in the other."""
    for old, new, old_kept, new_kept in compared:
        for rows, kept in ((old, old_kept), (new, new_kept)):
            if not kept.all():
                yield rows.filter(pa.array(~kept))


class Order:
    """Ids, in order."""

    def __init__(self, ids: Any) -> None:
        """`ids`: an Arrow array, in any order."""
        self._ids = ids.take(pc.sort_indices(ids))

    @classmethod
    def of_papers(cls, tables: Tables) -> Order:
        """The ids of all papers."""
        return cls(pa.concat_arrays([*_ids(tables, PAPERS), pa.array([], pa.string())]))

    @classmethod
    def of_nodes(cls, tables: Tables) -> Order:
        """The ids of all nodes."""
        start = paper_node("")
        papers = [pc.binary_join_element_wise(start, ids, "") for ids in _ids(tables, PAPERS)]
        return cls(pa.concat_arrays([*papers, *_ids(tables, ENTITIES), pa.array([], pa.string())]))

    def after(self, node: str) -> str | None:
        """The first id behind this one, which need not be there."""
        low, high = 0, len(self._ids)
        while low < high:
            middle = (low + high) // 2
            if self._ids[middle].as_py() <= node:
                low = middle + 1
            else:
                high = middle
        return str(self._ids[low].as_py()) if low < len(self._ids) else None


def _ids(tables: Tables, table: Table[Any]) -> list[Any]:
    return [batch.column("id") for batch in tables[table.name].batches(["id"])]


class Pair(NamedTuple):
    """A node's blocks in both graphs; none where it is not there."""

    before: list[Block]
    after: list[Block]
    following: str | None  #: the node behind it in the earlier graph, if that one is the same in both
    start: int  #: so many blocks at the start are the same in both
    end: int  #: and behind these so many at the end

    @classmethod
    def of(cls, before: list[Block], after: list[Block], following: str | None) -> Pair:
        """Both lists compared: most of what is said of a node that many name is the same in both."""
        most = min(len(before), len(after))
        start = next((place for place in range(most) if before[place] != after[place]), most)
        most -= start
        end = next((place for place in range(most) if before[-1 - place] != after[-1 - place]), most)
        return cls(before, after, following, start, end)

    @property
    def gone(self) -> list[Block]:
        """The blocks from the first that differs to the last, before."""
        return self.before[self.start : len(self.before) - self.end]

    @property
    def come(self) -> list[Block]:
        """The same, after."""
        return self.after[self.start : len(self.after) - self.end]


class Target(Protocol):
    """An export that is being made of an earlier graph's."""

    def earlier_tail(self) -> Iterable[Triple]:
        """What stands behind all nodes in the earlier one. Raises Unusable where that cannot be read."""

    def change(self, pair: Pair) -> None:
        """Put what is said of a node now in the place of what was said; nodes come by id."""

    def end(self, tail: Iterable[Block]) -> None:
        """Put this behind all nodes in the place of what was there."""


def pairs(old: Tables, new: Tables, nodes: Collection[str], options: ExportOptions) -> Iterator[Pair]:
    """The blocks of some nodes in both graphs, by id."""
    order, changed = Order.of_nodes(old), set(nodes)
    sides = [_side(place, Part.of(tables, nodes), options) for place, tables in enumerate((old, new))]
    for node, group in groupby(merge(*sides, key=itemgetter(0, 1)), key=itemgetter(0)):
        found = {place: said for _, place, said in group}
        following = order.after(node)
        yield Pair.of(found.get(0, []), found.get(1, []), None if following in changed else following)


def _side(place: int, part: Part, options: ExportOptions) -> Iterator[tuple[str, int, list[Block]]]:
    for node, unit in units(part, options):
        yield node, place, list(unit)


def counted(tail: Iterable[Triple]) -> Tally:
    """The counts of all nodes' blocks, from what stands behind them in an earlier graph.

    Its description counts its triples by property and its nodes by class; what stands behind the nodes is in
    these counts, and taken off them here. Raises Unusable where there are none.
    """
    tally = Tally()
    named: dict[str, str] = {}
    counts: dict[str, int] = {}
    partitions: dict[str, Counter[str]] = {_PROPERTY: tally.properties, _CLASS: tally.classes}
    parts: list[tuple[str, str]] = []
    for triple in tail:
        subject, predicate, value = str(triple.subject), str(triple.predicate), str(triple.object)
        tally.properties[predicate] -= 1
        if predicate == _TYPE:
            tally.classes[value] -= 1
        elif predicate in partitions:
            parts.append((subject, predicate))
            named[subject] = value
        elif predicate in (_TRIPLES, _ENTITIES) and isinstance(triple.object, Literal):
            counts[subject] = int(triple.object.value)
    if not parts or not counts.keys() >= named.keys():
        raise Unusable("it has no description")
    for subject, predicate in parts:
        partitions[predicate][named[subject]] += counts[subject]
    return tally


_TYPE, _PROPERTY, _CLASS, _TRIPLES, _ENTITIES = map(
    iri, ("rdf:type", "void:property", "void:class", "void:triples", "void:entities")
)
