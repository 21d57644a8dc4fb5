"""Rows on disk, in batches: written one batch after the other, read one batch at a time, in any order.

Parquet for what stays, Arrow's own file format, mapped into memory, for what is needed for a moment. No
function here holds more than a few batches, however long the tables are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Numbers = npt.NDArray[np.int64]

#: Rows that are gathered at a time.
ROWS = 1024


class Rows(Protocol):
    """Rows that can be read a batch at a time, by the batch's number."""

    @property
    def starts(self) -> Numbers:
        """The number of each batch's first row, and at the end the number of all rows."""

    def batch(self, number: int, columns: Sequence[str] | None = None) -> Any:
        """A record batch, with all columns or with these."""


class ParquetRows:
    """The rows of a Parquet file; a batch is a row group. The last few that were read are kept at hand."""

    def __init__(self, source: Any) -> None:
        """`source` is a path, or a file that pyarrow has opened."""
        self._file = pq.ParquetFile(source)
        metadata = self._file.metadata
        sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        self.starts: Numbers = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        self._recent: dict[int, Any] = {}

    def batch(self, number: int, columns: Sequence[str] | None = None) -> Any:
        """A row group."""
        if columns is not None:
            return self._read(number, columns)
        if number not in self._recent:
            if len(self._recent) > 2:
                del self._recent[next(iter(self._recent))]
            self._recent[number] = self._read(number, None)
        return self._recent[number]

    def _read(self, number: int, columns: Sequence[str] | None) -> Any:
        return one_batch(self._file.read_row_group(number, columns=columns, use_threads=False))

    def close(self) -> None:
        """Close the file, if it was opened here."""
        self._recent.clear()
        self._file.close()


class HeldRows:
    """Rows in memory."""

    def __init__(self, batches: Sequence[Any]) -> None:
        self._batches = list(batches)
        sizes = [batch.num_rows for batch in self._batches]
        self.starts: Numbers = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)

    def batch(self, number: int, columns: Sequence[str] | None = None) -> Any:
        """One of the batches."""
        batch = self._batches[number]
        return batch if columns is None else batch.select(columns)


def mapped(path: Path) -> HeldRows:
    """The rows of an Arrow file, mapped from the disk."""
    reader = pa.ipc.open_file(pa.memory_map(str(path)))
    return HeldRows([reader.get_batch(number) for number in range(reader.num_record_batches)])


class Spool:
    """Rows that are put on disk in any order, to be read back once all are there.

    >>> import tempfile
    >>> schema = pa.schema([pa.field("n", pa.int64())])
    >>> with Spool(Path(tempfile.mkdtemp()) / "numbers", schema) as spool:
    ...     spool.add(pa.record_batch([pa.array([1, 2])], schema=schema))
    ...     spool.rows().batch(0).to_pylist()
    [{'n': 1}, {'n': 2}]
    """

    def __init__(self, path: Path, schema: Any) -> None:
        self.path = path
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._file, schema)
        self._map: Any = None

    def add(self, batch: Any) -> None:
        """Put a batch on disk."""
        if batch.num_rows:
            self._writer.write_batch(batch)

    def rows(self) -> HeldRows:
        """All rows; nothing can be added any more. They are mapped from the disk, not read."""
        if self._map is None:
            self._writer.close()
            self._file.close()
            self._map = pa.memory_map(str(self.path))
        reader = pa.ipc.open_file(self._map)
        return HeldRows([reader.get_batch(number) for number in range(reader.num_record_batches)])

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._map is None:
            try:
                self._writer.close()
                self._file.close()
            except OSError:
                if error is None:
                    raise
        else:
            self._map.close()


def one_batch(table: Any) -> Any:
    """A table as one record batch."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def all_of(rows: Rows, columns: Sequence[str]) -> Any:
    """Some columns of all rows as one table; for columns that are short."""
    batches = [rows.batch(number, columns) for number in range(len(rows.starts) - 1)]
    return pa.Table.from_batches(batches) if batches else None


def gathered(
    parts: Sequence[Rows], part: Numbers, row: Numbers, *, schema: Any, size: int = ROWS
) -> Iterator[Any]:
    """Rows of several files in a new order, `size` at a time.

    The row at place i is row `row[i]` of `parts[part[i]]`. Columns are those of the schema. Rows that lie
    side by side are taken as one stretch, so what is nearly in order already costs little more than a copy.
    """
    for start in range(0, len(part), size):
        yield _gather(parts, part[start : start + size], row[start : start + size], schema)


def _gather(parts: Sequence[Rows], part: Numbers, row: Numbers, schema: Any) -> Any:
    batch = np.empty_like(row)
    for number in np.unique(part).tolist():
        mine = part == number
        batch[mine] = np.searchsorted(parts[number].starts, row[mine], side="right") - 1
    breaks = np.flatnonzero((np.diff(part) != 0) | (np.diff(batch) != 0) | (np.diff(row) != 1)) + 1
    bounds = [0, *breaks.tolist(), len(row)]
    stretches = []
    for first, end in pairwise(bounds):
        rows, number = parts[part[first]], int(batch[first])
        found = rows.batch(number)
        offset = int(row[first] - rows.starts[number])
        stretches.append(found.slice(offset, end - first).select(schema.names))
    return one_batch(pa.Table.from_batches([_under(stretch, schema) for stretch in stretches], schema))


def _under(batch: Any, schema: Any) -> Any:
    return batch if batch.schema == schema else pa.RecordBatch.from_arrays(batch.columns, schema=schema)


def write_rows(path: Path, batches: Iterable[Any], schema: Any, *, group: int) -> int:
    """Write a Parquet file with `group` rows a row group; the number of rows.

    Nothing of the clock or the machine is written: the same rows give the same bytes, whatever the batches
    they come in.
    """
    count = 0
    with pq.ParquetWriter(
        path, schema, version="2.6", compression="zstd", compression_level=3, data_page_version="1.0"
    ) as writer:
        for batch in regrouped(batches, schema, group):
            writer.write_batch(batch, row_group_size=group)
            count += batch.num_rows
    return count


def regrouped(batches: Iterable[Any], schema: Any, size: int) -> Iterator[Any]:
    """The same rows in batches of `size`, but for the last.

    >>> schema = pa.schema([pa.field("n", pa.int64())])
    >>> parts = [pa.record_batch([pa.array(part)], schema=schema) for part in ([1, 2], [3], [4, 5])]
    >>> [batch.num_rows for batch in regrouped(parts, schema, 2)]
    [2, 2, 1]
    """
    waiting: list[Any] = []
    rows = 0
    for batch in batches:
        while batch.num_rows:
            piece = batch.slice(0, size - rows)
            waiting.append(piece)
            rows += piece.num_rows
            batch = batch.slice(piece.num_rows)
            if rows == size:
                yield _joined(waiting, schema)
                waiting, rows = [], 0
    if rows:
        yield _joined(waiting, schema)


def _joined(batches: Sequence[Any], schema: Any) -> Any:
    return batches[0] if len(batches) == 1 else one_batch(pa.Table.from_batches(batches, schema))
