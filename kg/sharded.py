"""Reading and extraction by workers that take their part from storage, and leave what they make there.

    files ──read_into──▶ shards of records ──▶ the table of papers ──extract_into──▶ shards of extractions

Only names travel between the workers and the machine that builds: of files and of shards. It collects the
records' shards to see which are one paper, and writes the table of papers; workers read that a row group at
a time. Which worker does what, and in which order, leaves no trace in the graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from kg.columns import from_batch, schema_of, to_batch
from kg.dataflow import Extractor, Runner, batches, extract_batch
from kg.progress import Progress
from kg.records import Extraction, Paper
from kg.rows import Numbers, ParquetRows, Rows, Spool
from kg.shards import Storage, opened_table
from kg.sources import PaperRead, ReadElsewhere, Reading, SourceFile
from kg.sources.union import all_keys, keys_of, spooled, title_keys

if TYPE_CHECKING:
    from spacy.language import Language

#: How names begin: of records that were read, of extractions, of copies of the papers' table.
READ, EXTRACTED, COPIED = "read-", "extracted-", "papers-"
#: Characters of the records in a shard: some 1,400 abstracts.
SHARD_CHARACTERS = 2_000_000
#: Papers that are extracted into one shard: a few seconds of work. Fewer where there are few in all.
PAPERS_IN_SHARD, FEWEST_IN_SHARD = 256, 16
#: So many shards are worth having, that many workers have something to do.
SHARDS_WORTH_HAVING = 32

_READ_SCHEMA = schema_of(PaperRead).append(pa.field("title_key", pa.string(), nullable=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Papers to extract into one shard."""

    name: str  #: of the shard
    group: int  #: the row group of the table of papers
    rows: tuple[int, ...]  #: of the group


@runtime_checkable
class SharedRunner(Runner, Protocol):
    """A runner whose workers may read and write storage themselves."""

    def connected(self) -> AbstractContextManager[None]:
        """The workers are at hand within this block, if not yet before; they are let go at its end."""
        ...

    def shared(self, folder: Path) -> Storage | None:
        """Where all workers and this machine can read and write: the storage that was named, else `folder`.

        None where none was named, and not all of them see the folder. Raises UsageError where a worker cannot
        use the storage that was named.
        """
        ...

    def read(self, files: Iterable[SourceFile], storage: Storage) -> Iterator[ReadElsewhere | None]:
        """What each file holds, in their order; None for a file that is not to be seen by workers."""
        ...

    def extract_shards(
        self, pieces: Iterable[Piece], table: str, storage: Storage, extractor: Extractor
    ) -> Iterator[str]:
        """Have each piece of the table of papers extracted into its shard; their names, in any order.

        Pieces are taken from the iterable as they are needed. Raises KgError where the work cannot go on.
        """
        ...

    def cleared(self, storage: Storage | None) -> None:
        """The graph is there: what lies on the storage is not needed any more."""
        ...


# ---------------------------------------------------------------- on a worker


def read_into(file: SourceFile, storage: Storage, begin: str) -> ReadElsewhere | None:
    """Read a file, its records into shards whose names begin so; None if it is not to be seen here."""
    reading = Reading.of(file)
    if reading is None:
        return None
    names = []
    for number, papers in enumerate(batches(reading, characters=SHARD_CHARACTERS)):
        records = [paper for paper in papers if isinstance(paper, PaperRead)]
        rows = to_batch(PaperRead, records)
        rows = pa.RecordBatch.from_arrays([*rows.columns, title_keys(records)], schema=_READ_SCHEMA)
        names.append(f"{begin}-{number:06}.parquet")
        storage.write(names[-1], [rows], _READ_SCHEMA)
    if not reading.files:  # it has gone while it was being read
        return None
    return ReadElsewhere(file=reading.files[0], problems=tuple(reading.problems), shards=tuple(names))


class PapersTable:
    """The table of papers as a worker reads it: opened once, the last row groups kept at hand."""

    def __init__(self) -> None:
        self._address = ""
        self._rows: ParquetRows | None = None

    def papers(self, address: str, piece: Piece) -> list[Paper]:
        """The papers of a piece."""
        if self._rows is None or address != self._address:
            self._rows, self._address = ParquetRows(opened_table(address)), address
        return from_batch(Paper, self._rows.batch(piece.group).take(pa.array(piece.rows, type=pa.int64())))


def extract_into(piece: Piece, papers: Sequence[Paper], storage: Storage, nlp: Language) -> str:
    """Extract papers into a shard; its name."""
    found = [extract_batch(to_batch(Paper, few), nlp) for few in batches(papers)]
    storage.write(piece.name, found, schema_of(Extraction))
    return piece.name


# ---------------------------------------------------------------- on the machine that builds


def clear(storage: Storage) -> None:
    """Remove all that builds have left on a storage.

    Raises OSError and pyarrow's errors where it does not answer.
    """
    storage.remove(*storage.names(READ), *storage.names(EXTRACTED), *storage.names(COPIED))


def spooled_by(
    runner: SharedRunner, reading: Reading, storage: Storage, spool: Spool, progress: Progress
) -> Any:
    """What `kg.sources.union.spooled` gives, where workers read the files."""
    storage.remove(*storage.names(READ))  # of a build that did not come to its end
    keys: list[Any] = []

    def taken() -> Iterator[object]:
        for found in reading.by(lambda files: runner.read(files, storage)):
            if not isinstance(found, ReadElsewhere):
                table = spooled(found, spool)
                keys.extend(table.to_batches())
                yield from range(table.num_rows)
                continue
            for name in found.shards:
                for batch in copied(storage, name, spool):
                    keys.append(batch)
                    yield from range(batch.num_rows)
                storage.remove(name)

    for _ in progress.track(taken(), label="reading papers"):
        pass
    return all_keys(keys)


def copied(storage: Storage, name: str, spool: Spool) -> Iterator[Any]:
    """Put the records of a shard on this machine's disk; their keys, in batches."""
    for batch in storage.read(name).to_batches():
        spool.add(batch.select(schema_of(PaperRead).names))
        yield keys_of(batch, batch.column("title_key"))


def pieces(papers: Rows, numbers: Numbers, names: Iterator[str]) -> Iterator[tuple[Piece, Numbers]]:
    """The papers with these numbers, in ascending order, in pieces of a row group; each with its numbers.

    >>> from kg.rows import HeldRows
    >>> rows = HeldRows([pa.record_batch([pa.array([1, 2, 3])], names=["n"])] * 2)
    >>> [(piece.name, piece.group, piece.rows) for piece, _ in pieces(rows, np.array([1, 2, 5]), iter("ab"))]
    [('a', 0, (1, 2)), ('b', 1, (2,))]
    """
    size = min(PAPERS_IN_SHARD, max(FEWEST_IN_SHARD, len(numbers) // SHARDS_WORTH_HAVING))
    groups = np.searchsorted(papers.starts, numbers, side="right") - 1
    bounds = np.flatnonzero(np.diff(groups, prepend=-1, append=-1))
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        group = int(groups[start])
        for first in range(start, end, size):
            mine = numbers[first : min(first + size, end)]
            rows = tuple((mine - papers.starts[group]).tolist())
            yield Piece(name=next(names), group=group, rows=rows), mine
