"""The graph's tables: one Parquet file a kind of record, in the folder `tables` of a graph.

| file                  | a row is                                | sorted by            |
| ---                   | ---                                     | ---                  |
| `papers.parquet`      | a `Paper`                               | id                   |
| `extractions.parquet` | an `Extraction`, nested columns         | paper                |
| `entities.parquet`    | an `Entity`, and `keys`, to find it by  | id                   |
| `edges.parquet`       | an `Edge` with its evidence             | source, kind, target |
| `results.parquet`     | a `ResultRow`                           | paper, number        |
| `merges.parquet`      | a `Merge`: a decision of linking        | node, other, names   |
| `nodes.parquet`       | a `LocalNode`: what became of an entity | paper, name          |
| `redirects.parquet`   | a `Redirect`: a node's id of other days | node, id             |
| `records.parquet`     | a `SourceRecord`: where a paper is from | paper, source, line  |

The same records give the same bytes: rows are sorted, row groups have a fixed number of rows, and
nothing of the clock or the machine is written. Tables are read and written a row group at a time. That all
files of a graph change together is the business of `kg.folder`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import pyarrow as pa
import pyarrow.parquet as pq

from kg.columns import from_batch, schema_of, to_batch
from kg.errors import OutputError, UsageError
from kg.folder import MANIFEST, current
from kg.linking import Linked, normal_form
from kg.linking.linker import LocalNodes
from kg.records import (
    Edge,
    Entity,
    Extraction,
    LocalNode,
    Merge,
    Paper,
    Redirect,
    ResultRow,
    SourceRecord,
)
from kg.rows import write_rows

Record = TypeVar("Record", bound=Hashable)

FOLDER = "tables"
_KEYS = pa.field("keys", pa.list_(pa.field("item", pa.string(), nullable=False)), nullable=False)


@dataclass(frozen=True, slots=True)
class Table(Generic[Record]):
    """One kind of table: what its rows are, and their order."""

    name: str
    record_type: type[Record]
    order: Callable[[Record], Any]
    group: int  #: rows a row group, which is also how many records are in memory at a time

    @property
    def schema(self) -> Any:
        """The Arrow schema of the file."""
        schema = schema_of(self.record_type)
        return schema.append(_KEYS) if self.record_type is Entity else schema

    @property
    def file(self) -> str:
        """The path of its file within a graph's folder."""
        return f"{FOLDER}/{self.name}.parquet"

    def path(self, folder: Path) -> Path:
        """Where it lies in a graph's folder."""
        return folder / self.file


def _by_number(row: ResultRow) -> tuple[str, int, str]:
    number = row.id.rpartition("/")[2]
    return row.paper, int(number) if number.isdigit() else 0, row.id


PAPERS = Table("papers", Paper, lambda paper: paper.id, 4096)
EXTRACTIONS = Table("extractions", Extraction, lambda extraction: extraction.paper, 1024)
#: Where a build was told to leave out what is less sure, all that was extracted, for the next build.
UNFILTERED = Table("unfiltered", Extraction, lambda extraction: extraction.paper, 1024)
ENTITIES = Table("entities", Entity, lambda entity: entity.id, 8192)
EDGES = Table("edges", Edge, lambda edge: (edge.source, edge.kind, edge.target), 8192)
RESULTS = Table("results", ResultRow, _by_number, 8192)
MERGES = Table(
    "merges", Merge, lambda merge: (merge.node, merge.other, merge.left, merge.right, merge.rule), 8192
)
NODES = Table("nodes", LocalNode, lambda row: (row.paper, row.name), 8192)
REDIRECTS = Table("redirects", Redirect, lambda redirect: (redirect.node, redirect.id), 8192)

RECORDS = Table(
    "records", SourceRecord, lambda row: (row.paper, row.source, -1 if row.line is None else row.line), 4096
)

#: What a reader of the graph needs. To add a table, add it here and write it in `write_linked`.
TABLES: tuple[Table[Any], ...] = (PAPERS, EXTRACTIONS, ENTITIES, EDGES, RESULTS, MERGES, NODES, REDIRECTS)

#: What linking makes of them.
LINKED: tuple[Table[Any], ...] = (ENTITIES, EDGES, RESULTS, MERGES, NODES, REDIRECTS)

# ---------------------------------------------------------------- writing


def write_tables(
    folder: Path, *, papers: Sequence[Paper], extractions: Sequence[Extraction], linked: Linked
) -> None:
    """Write all tables of a graph whose records are in memory into `folder`/tables.

    Raises OutputError where the folder cannot be written, or a text is no Unicode.
    """
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        write_table(PAPERS, papers, folder)
        write_table(EXTRACTIONS, extractions, folder)
        write_linked(folder, linked)
    except OSError as error:
        raise OutputError(
            f"{folder / FOLDER}: cannot be written ({error.strerror or error})",
            hint="choose another folder, or make room",
        ) from error


def write_linked(folder: Path, linked: Linked, tables: Collection[Table[Any]] | None = None) -> None:
    """Write the tables that linking makes, or these of them, into `folder`/tables, which exists."""
    for table, records in linked_rows(linked):
        if tables is not None and table not in tables:
            continue
        if isinstance(records, InBatches):
            write_batches(table, records.batches(table.group), folder)
        else:
            write_table(table, records, folder)


@runtime_checkable
class InBatches(Protocol):
    """Records that can be had as rows, without making the records."""

    def batches(self, size: int) -> Iterable[Any]:
        """Record batches of `size` rows, the last of fewer, in the order of the table."""


def linked_rows(linked: Linked) -> Iterator[tuple[Table[Any], Iterable[Any]]]:
    """The tables that linking makes, with their records."""
    yield ENTITIES, linked.entities
    yield EDGES, linked.edges
    yield RESULTS, linked.results
    yield MERGES, linked.merges
    yield NODES, linked.nodes.table if isinstance(linked.nodes, LocalNodes) else _local_nodes(linked)
    yield REDIRECTS, linked.redirects


def _local_nodes(linked: Linked) -> Iterator[LocalNode]:
    for paper in sorted(linked.nodes):
        for name, node in sorted(linked.nodes[paper].items()):
            yield LocalNode(paper=paper, name=name, node=node)


def write_table(table: Table[Record], records: Iterable[Record], folder: Path) -> int:
    """Write one table; the number of its rows. Lists are sorted first, all else is in order already."""
    if hasattr(records, "batches"):  # linking's edges and nodes are columns as they are
        return write_batches(table, records.batches(table.group), folder)
    ordered = sorted(records, key=table.order) if isinstance(records, list | tuple) else records
    return write_batches(table, _batches(table, iter(ordered)), folder)


def write_batches(table: Table[Any], batches: Iterable[Any], folder: Path) -> int:
    """Write one table of rows that are in its order already; the number of its rows."""
    try:
        return write_rows(table.path(folder), batches, table.schema, group=table.group)
    except UnicodeEncodeError as error:
        table.path(folder).unlink(missing_ok=True)
        raise OutputError(
            f"{table.name}: {error.object[:40]!r} holds half a character (a lone surrogate)",
            hint="mend it in the source",
        ) from error


def _batches(table: Table[Record], records: Iterator[Record]) -> Iterator[Any]:
    while group := list(islice(records, table.group)):
        batch = to_batch(table.record_type, group)
        yield _with_keys(batch, group) if table.record_type is Entity else batch


def _with_keys(batch: Any, entities: Sequence[Any]) -> Any:
    """The batch with the normal forms of all names, by which `Graph.find` looks an entity up."""
    keys = [sorted(entity_keys(entity)) for entity in entities]
    return pa.RecordBatch.from_arrays(
        [*batch.columns, pa.array(keys, type=_KEYS.type)], schema=batch.schema.append(_KEYS)
    )


def entity_keys(entity: Entity) -> set[str]:
    """What an entity is found by: the normal forms of its name and of all its aliases."""
    return {normal_form(name) for name in (entity.name, *(alias for alias, _ in entity.aliases))} - {""}


# ---------------------------------------------------------------- reading

_ADVICE = "make it with: kg build SOURCE... -o DIR"


@dataclass(frozen=True, slots=True)
class TableFile(Generic[Record]):
    """A table of a graph on disk. It stays readable as it was, even where a build replaces it meanwhile."""

    table: Table[Record]
    folder: Path
    file: Any  #: pyarrow's

    def open(self) -> Any:
        """As a `pyarrow.parquet.ParquetFile`.

        Raises UsageError where it is damaged, or of another make.
        """
        path = self.table.path(self.folder)
        try:
            file = pq.ParquetFile(self.file)
        except (OSError, pa.ArrowException) as error:
            raise UsageError(f"{path}: is damaged", hint=_ADVICE) from error
        if not file.schema_arrow.equals(self.table.schema):
            raise UsageError(f"{path}: was made by another version of kg", hint=_ADVICE)
        return file

    def __len__(self) -> int:
        return int(self.open().metadata.num_rows)

    def __iter__(self) -> Iterator[Record]:
        """The records in their order, a row group's worth in memory at a time; each time anew."""
        names = [field.name for field in schema_of(self.table.record_type)]
        for batch in self.batches(names):
            yield from from_batch(self.table.record_type, batch)

    def where(self, chosen: Callable[[Any], Any]) -> Iterator[Record]:
        """The records for which `chosen` gives true: it makes of a record batch a mask of its rows."""
        for batch in self.batches():
            yield from from_batch(self.table.record_type, batch.filter(chosen(batch)))

    def batches(
        self, columns: Sequence[str] | None = None, *, groups: Sequence[int] | None = None
    ) -> Iterator[Any]:
        """The rows as record batches, a row group's worth each, with all columns or with these alone.

        `groups` are the numbers of the row groups to read, instead of all. Columns have Parquet's names
        ("evidence.list.element.paper"). Raises UsageError as `open` does, and where a part of the file cannot
        be read.
        """
        file = self.open()
        try:
            yield from file.iter_batches(
                batch_size=self.table.group,
                columns=None if columns is None else list(columns),
                row_groups=None if groups is None else list(groups),
            )
        except (OSError, pa.ArrowException) as error:
            raise UsageError(f"{self.table.path(self.folder)}: is damaged", hint=_ADVICE) from error

    def group_bytes(self) -> Iterator[bytes]:
        """Each row group as it stands in the file: the same bytes, of tables of one kind, are the same rows.

        Raises UsageError as `batches` does.
        """
        metadata = self.open().metadata
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            chunks = [group.column(place) for place in range(group.num_columns)]
            starts = [chunk.dictionary_page_offset or chunk.data_page_offset for chunk in chunks]
            ends = [start + chunk.total_compressed_size for start, chunk in zip(starts, chunks, strict=True)]
            codecs = ",".join(chunk.compression for chunk in chunks)
            try:
                stored = self.file.read_at(max(ends) - min(starts), min(starts))
            except OSError as error:
                raise UsageError(f"{self.table.path(self.folder)}: is damaged", hint=_ADVICE) from error
            yield codecs.encode() + stored


def open_table(table: Table[Record], folder: Path) -> TableFile[Record]:
    """One table of a graph's folder.

    Raises UsageError where it is missing, damaged, or of another make.
    """
    path = current(folder, table.file)
    try:
        found = TableFile(table, folder, pa.OSFile(str(path)))
    except FileNotFoundError as error:
        raise UsageError(f"{folder}: holds no graph ({table.file} is missing)", hint=_ADVICE) from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error})", hint=_ADVICE) from error
    found.open()
    return found


def open_tables(folder: Path, tables: Sequence[Table[Any]] = TABLES) -> Mapping[str, TableFile[Any]]:
    """Tables of one and the same graph, by name, even while a build puts another in its place.

    Raises UsageError as `open_table` does.
    """
    while True:
        before = _edition(folder)
        try:
            found = {table.name: open_table(table, folder) for table in tables}
        except UsageError:
            if _edition(folder) == before:
                raise
            continue
        if _edition(folder) == before:
            return found


def _edition(folder: Path) -> tuple[int, int] | None:
    """Tells one graph of a folder from the next."""
    try:
        found = current(folder, MANIFEST).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
