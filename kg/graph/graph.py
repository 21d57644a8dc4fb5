"""A graph to read: records in order, as many as fit at a time, and a few look-ups."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pyarrow.compute as pc

from kg.graph.tables import (
    EDGES,
    ENTITIES,
    EXTRACTIONS,
    MERGES,
    NODES,
    PAPERS,
    REDIRECTS,
    RESULTS,
    TABLES,
    Table,
    TableFile,
    entity_keys,
    linked_rows,
    open_tables,
)
from kg.linking import Linked, normal_form
from kg.linking.redirects import earlier_ids
from kg.records import (
    Edge,
    Entity,
    Extraction,
    LocalNode,
    Merge,
    Paper,
    Redirect,
    ResultRow,
    paper_node,
)

Record = TypeVar("Record", bound=Hashable)


class Tables(Protocol):
    """Where a graph's records are."""

    def read(self, table: Table[Record]) -> Iterator[Record]:
        """All records of a table, in its order."""

    def count(self, table: Table[Any]) -> int:
        """How many there are."""

    def entities_called(self, name: str) -> Iterator[Entity]:
        """The entities with this id, or one of whose names has the same normal form."""

    def redirected(self, id_: str) -> str:
        """The node that also answers to an id, or nothing."""

    def edges_at(self, node: str) -> Iterator[Edge]:
        """The edges from and to a node."""

    def edge_batches(self, columns: Sequence[str]) -> Iterator[Any] | None:
        """The edges as record batches; None where they are not stored so."""

    def batches(self, table: Table[Any], columns: Sequence[str]) -> Iterator[Any] | None:
        """A table as record batches; None where it is not stored so."""

    def entity_keys(self) -> Iterator[Collection[str]]:
        """What each entity is found by, in the order of the entities."""

    def paper_dates(self) -> Iterator[tuple[str, str]]:
        """The id and date of each paper, by id."""


class Graph:
    """A graph of papers and entities, read from its folder or held in memory.

    Every method that gives records gives them in the order of their table (see `kg.graph.tables`).
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @classmethod
    def open(cls, folder: Path | str) -> Graph:
        """The graph that a build wrote into a folder; a later build there does not change what is read.

        Raises UsageError where the folder holds no graph, or a damaged one.
        """
        return cls(_Stored(open_tables(Path(folder))))

    @classmethod
    def of(cls, papers: Sequence[Paper], linked: Linked, extractions: Sequence[Extraction] = ()) -> Graph:
        """A graph of records in memory.

        >>> graph = Graph.of([Paper(id="b", title="B"), Paper(id="a", title="A")], Linked())
        >>> [paper.id for paper in graph.papers()], graph.counts()["edges"]
        (['a', 'b'], 0)
        """
        tables: list[tuple[Table[Any], Iterable[Any]]] = [(PAPERS, papers), (EXTRACTIONS, extractions)]
        tables += linked_rows(linked)
        return cls(_Held({table.name: sorted(rows, key=table.order) for table, rows in tables}))

    def papers(self) -> Iterator[Paper]:
        """All papers, by id."""
        return self._tables.read(PAPERS)

    def paper_dates(self) -> Iterator[tuple[str, str]]:
        """The id and date of each paper, by id; no text is read."""
        return self._tables.paper_dates()

    def extractions(self) -> Iterator[Extraction]:
        """What each paper's text says, by paper."""
        return self._tables.read(EXTRACTIONS)

    def entities(self) -> Iterator[Entity]:
        """All nodes that are not papers, by id."""
        return self._tables.read(ENTITIES)

    def entity_keys(self) -> Iterator[Collection[str]]:
        """What each of the entities is found by: the normal forms of all its names."""
        return self._tables.entity_keys()

    def edges(self) -> Iterator[Edge]:
        """All edges, by source, kind and target."""
        return self._tables.read(EDGES)

    def edge_batches(self, columns: Sequence[str]) -> Iterator[Any] | None:
        """All edges in their order as Arrow record batches, of which only some columns are read.

        Columns have Parquet's names ("evidence.list.element.paper"). None where the graph is held in memory.
        """
        return self._tables.edge_batches(columns)

    def batches(self, table: Table[Any], columns: Sequence[str]) -> Iterator[Any] | None:
        """Any table in its order as Arrow record batches, like `edge_batches`."""
        return self._tables.batches(table, columns)

    def results(self) -> Iterator[ResultRow]:
        """All results, by paper and number."""
        return self._tables.read(RESULTS)

    def merges(self) -> Iterator[Merge]:
        """The decisions of linking, by node."""
        return self._tables.read(MERGES)

    def nodes(self) -> Iterator[LocalNode]:
        """Which node each entity of each paper became, by paper."""
        return self._tables.read(NODES)

    def counts(self) -> dict[str, int]:
        """Number of rows of each table."""
        return {table.name: self._tables.count(table) for table in TABLES}

    def redirects(self) -> Iterator[Redirect]:
        """The ids that nodes also answer to, by node."""
        return self._tables.read(REDIRECTS)

    def find(self, name: str) -> list[Entity]:
        """The nodes with this id, or that are called so in any spelling; the most named first.

        An id that a node had in an older graph finds the node that it leads to now.
        """
        if found := self._called(name):
            return found
        for id_ in earlier_ids(name):
            if found := self._called(self._tables.redirected(id_) or id_):
                return found
        return []

    def _called(self, name: str) -> list[Entity]:
        found = self._tables.entities_called(name) if name else ()
        return sorted(found, key=lambda entity: (-entity.papers, entity.id))

    def find_papers(self, name: str) -> list[Paper]:
        """The papers with this id, node id, arXiv id, DOI or title."""
        wanted, title = name.strip().casefold(), normal_form(name)
        return [
            paper
            for paper in self.papers()
            if wanted
            in {paper.id.casefold(), paper_node(paper.id).casefold(), paper.arxiv_id, paper.doi.casefold()}
            or (title and normal_form(paper.title) == title)
        ]

    def neighbours(self, node: str) -> list[Edge]:
        """The edges from and to a node, by source, kind and target."""
        return list(self._tables.edges_at(node))


@dataclass(frozen=True, slots=True)
class _Held:
    """Records in memory."""

    rows: dict[str, list[Any]]

    def read(self, table: Table[Record]) -> Iterator[Record]:
        return iter(self.rows[table.name])

    def count(self, table: Table[Any]) -> int:
        return len(self.rows[table.name])

    def entities_called(self, name: str) -> Iterator[Entity]:
        key = normal_form(name)
        return (e for e in self.read(ENTITIES) if e.id == name or (key and key in entity_keys(e)))

    def redirected(self, id_: str) -> str:
        return next((redirect.node for redirect in self.read(REDIRECTS) if redirect.id == id_), "")

    def edges_at(self, node: str) -> Iterator[Edge]:
        return (edge for edge in self.read(EDGES) if node in (edge.source, edge.target))

    def edge_batches(self, columns: Sequence[str]) -> None:
        return None

    def batches(self, table: Table[Any], columns: Sequence[str]) -> None:
        return None

    def entity_keys(self) -> Iterator[Collection[str]]:
        return (entity_keys(entity) for entity in self.read(ENTITIES))

    def paper_dates(self) -> Iterator[tuple[str, str]]:
        return ((paper.id, paper.date) for paper in self.read(PAPERS))


@dataclass(frozen=True, slots=True)
class _Stored:
    """Records in Parquet files."""

    files: Mapping[str, TableFile[Any]]

    def read(self, table: Table[Record]) -> Iterator[Record]:
        return iter(self.files[table.name])

    def count(self, table: Table[Any]) -> int:
        return len(self.files[table.name])

    def entities_called(self, name: str) -> Iterator[Entity]:
        return self.files[ENTITIES.name].where(_called(name, normal_form(name)))

    def redirected(self, id_: str) -> str:
        found = self.files[REDIRECTS.name].where(lambda batch: pc.equal(batch.column("id"), id_))
        return next((redirect.node for redirect in found), "")

    def edges_at(self, node: str) -> Iterator[Edge]:
        def at_node(batch: Any) -> Any:
            return pc.or_(pc.equal(batch.column("source"), node), pc.equal(batch.column("target"), node))

        return self.files[EDGES.name].where(at_node)

    def edge_batches(self, columns: Sequence[str]) -> Iterator[Any]:
        return self.files[EDGES.name].batches(columns)

    def batches(self, table: Table[Any], columns: Sequence[str]) -> Iterator[Any]:
        return self.files[table.name].batches(columns)

    def entity_keys(self) -> Iterator[Collection[str]]:
        for batch in self.files[ENTITIES.name].batches(["keys.list.element"]):
            yield from batch.column("keys").to_pylist()

    def paper_dates(self) -> Iterator[tuple[str, str]]:
        for batch in self.files[PAPERS.name].batches(["id", "date"]):
            yield from zip(batch.column("id").to_pylist(), batch.column("date").to_pylist(), strict=True)


def _called(name: str, key: str) -> Any:
    """A mask of the rows of an entities batch that have this id or this normal form."""

    def mask(batch: Any) -> Any:
        by_id = pc.equal(batch.column("id"), name)
        if not key:
            return by_id
        keys = batch.column("keys")
        rows = pc.list_parent_indices(keys).filter(pc.equal(keys.flatten(), key))
        return pc.or_(by_id, pc.is_in(_row_numbers(batch), value_set=rows))

    return mask


def _row_numbers(batch: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    return pa.array(np.arange(batch.num_rows, dtype=np.int64))
