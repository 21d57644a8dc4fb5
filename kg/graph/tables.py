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

The same records give the same bytes: rows are sorted, row groups have a fixed number of rows, and
nothing of the clock or the machine is written. All files are written beside their places first and
renamed once every one of them is whole, so a build that dies leaves the earlier tables alone.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import OutputError, UsageError
from kg.columns import from_batch, schema_of, to_batch
from kg.linking import Linked, normal_form
from kg.records import Edge, Entity, Extraction, LocalNode, Merge, Paper, ResultRow

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

    def path(self, folder: Path) -> Path:
        """Where the table is in a graph's folder."""
        return folder / FOLDER / f"{self.name}.parquet"


def _by_number(row: ResultRow) -> tuple[str, int, str]:
    number = row.id.rpartition("/")[2]
    return row.paper, int(number) if number.isdigit() else 0, row.id


PAPERS = Table("papers", Paper, lambda paper: paper.id, 4096)
EXTRACTIONS = Table("extractions", Extraction, lambda extraction: extraction.paper, 1024)
ENTITIES = Table("entities", Entity, lambda entity: entity.id, 8192)
EDGES = Table("edges", Edge, lambda edge: (edge.source, edge.kind, edge.target), 8192)
RESULTS = Table("results", ResultRow, _by_number, 8192)
MERGES = Table(
    "merges", Merge, lambda merge: (merge.node, merge.other, merge.left, merge.right, merge.rule), 8192
)
NODES = Table("nodes", LocalNode, lambda row: (row.paper, row.name), 8192)

#: To add a table, add it here and write it in `write_tables`.
TABLES: tuple[Table[Any], ...] = (PAPERS, EXTRACTIONS, ENTITIES, EDGES, RESULTS, MERGES, NODES)


def write_tables(
    folder: Path, *, papers: Sequence[Paper], extractions: Sequence[Extraction], linked: Linked
) -> None:
    """Write all tables of a graph into `folder`/tables, or leave the earlier ones as they are.

    Raises OutputError where the folder cannot be written, or a text is no Unicode.
    """
    rows = table_rows(papers, extractions, linked)
    written: list[tuple[Path, Path]] = []
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            path = table.path(folder)
            draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            written.append((draft, path))
            _write(table, rows[table.name], draft)
        for draft, path in written:
            draft.replace(path)
    except OSError as error:
        raise OutputError(
            f"{folder / FOLDER}: cannot be written ({error.strerror or error})",
            hint="choose another folder, or make room",
        ) from error
    except UnicodeEncodeError as error:
        raise OutputError(
            f"{written[-1][1].stem}: {error.object[:40]!r} holds half a character (a lone surrogate)",
            hint="mend it in the source",
        ) from error
    finally:
        for draft, _ in written:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)


def table_rows(
    papers: Sequence[Paper], extractions: Sequence[Extraction], linked: Linked
) -> dict[str, Sequence[Any]]:
    """The records of each table, by its name, in no particular order."""
    return {
        "papers": papers,
        "extractions": extractions,
        "entities": linked.entities,
        "edges": linked.edges,
        "results": linked.results,
        "merges": linked.merges,
        "nodes": [
            LocalNode(paper=paper, name=name, node=node)
            for paper, nodes in linked.nodes.items()
            for name, node in nodes.items()
        ],
    }


def _write(table: Table[Record], records: Sequence[Record], path: Path) -> None:
    """Write one table, a row group at a time."""
    ordered = iter(sorted(records, key=table.order))
    with pq.ParquetWriter(
        path, table.schema, version="2.6", compression="zstd", compression_level=3, data_page_version="1.0"
    ) as writer:
        while group := list(islice(ordered, table.group)):
            batch = to_batch(table.record_type, group)
            if table.record_type is Entity:
                batch = _with_keys(batch, group)
            writer.write_batch(batch, row_group_size=table.group)


def _with_keys(batch: Any, entities: Sequence[Any]) -> Any:
    """The batch with the normal forms of all names, by which `Graph.find` looks an entity up."""
    keys = [sorted(entity_keys(entity)) for entity in entities]
    return pa.RecordBatch.from_arrays(
        [*batch.columns, pa.array(keys, type=_KEYS.type)], schema=batch.schema.append(_KEYS)
    )


def entity_keys(entity: Entity) -> set[str]:
    """What an entity is found by: the normal forms of its name and of all its aliases."""
    return {normal_form(name) for name in (entity.name, *(alias for alias, _ in entity.aliases))} - {""}


def open_table(table: Table[Any], folder: Path) -> Any:
    """The Parquet file of a table.

    Raises UsageError where it is missing, damaged, or of another make.
    """
    path = table.path(folder)
    try:
        file = pq.ParquetFile(path)
    except FileNotFoundError as error:
        raise UsageError(
            f"{folder}: holds no graph ({FOLDER}/{path.name} is missing)", hint=_ADVICE
        ) from error
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"{path}: is damaged", hint=_ADVICE) from error
    if not file.schema_arrow.equals(table.schema):
        file.close()
        raise UsageError(f"{path}: was made by another version of kg", hint=_ADVICE)
    return file


_ADVICE = "make it with: kg build SOURCE... -o DIR"


def read_table(
    table: Table[Record], folder: Path, *, chosen: Callable[[Any], Any] | None = None
) -> Iterator[Record]:
    """The records of a table in its order, a row group's worth at a time.

    `chosen` gives for a record batch the mask of the rows wanted; without it, all are. Raises UsageError
    as `open_table` does, and where a part of the file cannot be read.
    """
    columns = None if chosen is not None else [field.name for field in schema_of(table.record_type)]
    with open_table(table, folder) as file:
        try:
            for batch in file.iter_batches(batch_size=table.group, columns=columns):
                rows = batch if chosen is None else batch.filter(chosen(batch))
                yield from from_batch(table.record_type, rows)
        except (OSError, pa.ArrowException) as error:
            raise UsageError(f"{table.path(folder)}: is damaged", hint=_ADVICE) from error
