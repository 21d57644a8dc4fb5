"""Which papers must be read, and where the extractions of the others are.

An extraction depends on a paper's text and the extractor's version alone. So it is taken over from the
graph that is there already; and while a build reads what is new, each batch of extractions is put into a
file of its own, where the next build finds it if this one does not come to its end. Where workers of a
cluster write these files themselves (`kg.sharded`), only their names come back.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.columns import from_batch, schema_of, to_batch
from kg.dataflow import Extractor, Runner, batches
from kg.errors import OutputError
from kg.files import atomic_path
from kg.records import Extraction, Paper
from kg.rows import Numbers, Rows, all_of, gathered
from kg.sharded import COPIED, EXTRACTED, Piece, SharedRunner, pieces
from kg.shards import Recent, Shard, Storage
from kg.sources.remote import reason_of

_SCHEMA = schema_of(Extraction)
#: SHA-256 of texts, 32 bytes each: there may be millions.
Hashes = npt.NDArray[np.bytes_]
_HASH = "S32"


class Part:
    """A batch of extractions in a file: the SHA-256 of what follows, then an Arrow stream."""

    def __init__(self, path: Path, rows: int) -> None:
        self.path = path
        self.starts: Numbers = np.array([0, rows], dtype=np.int64)

    def batch(self, number: int, columns: Sequence[str] | None = None) -> Any:
        """The batch."""
        found = read_part(self.path)
        assert found is not None, f"{self.path} has changed since it was written"
        return found if columns is None else found.select(columns)


def read_part(path: Path) -> Any:
    """The batch in a part's file; None where the file is torn, or no part."""
    with path.open("rb") as file:
        digest, data = file.read(32), file.read()
    if hashlib.sha256(data).digest() != digest:
        return None
    with pa.ipc.open_stream(pa.py_buffer(data)) as stream:
        batch = stream.read_next_batch()
    return batch if batch.schema == _SCHEMA else None


def write_part(path: Path, batch: Any) -> None:
    """Write a part, whole or not at all."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(batch)
    data = sink.getvalue()
    with atomic_path(path) as draft, draft.open("wb") as file:
        file.write(hashlib.sha256(data).digest())
        file.write(data)


@dataclass(slots=True)
class Extractions:
    """The extractions of a graph's papers: those that are there, those that are being made."""

    version: str  #: of the extractor; what another one made does not count
    folder: Path  #: for the parts
    earlier: Rows | None = None  #: of `Extraction`, by paper: a graph's that is there already
    storage: Storage | None = None  #: where workers of a cluster put theirs, if they do
    _parts: list[Rows] = field(default_factory=list)
    _said: list[Hashes] = field(default_factory=list)  #: of the texts of each part's rows
    _wanted: Numbers = field(default_factory=lambda: np.array([], dtype=np.int64))  #: papers, by number
    _texts: Hashes = field(default_factory=lambda: np.array([], dtype=_HASH))  #: of those papers
    _same: Numbers = field(default_factory=lambda: np.array([], dtype=np.int64))

    def __post_init__(self) -> None:
        """Find what is there: in the earlier graph, and in parts that a build left behind."""
        table = all_of(self.earlier, ("text_sha256", "extractor")) if self.earlier is not None else None
        if self.earlier is not None and table is not None:
            made_by = table["extractor"].unique().to_pylist()
            if made_by == [self.version]:
                self._add(self.earlier, table["text_sha256"].to_pylist())
        if not self._parts:
            self.earlier = None
        self.folder.mkdir(exist_ok=True)
        for path in sorted(self.folder.iterdir()):
            batch = read_part(path) if path.suffix == ".part" else None
            if batch is None or batch.num_rows == 0 or batch.column("extractor")[0].as_py() != self.version:
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()
            else:
                self._add(Part(path, batch.num_rows), batch.column("text_sha256").to_pylist())
        here = Storage(str(self.folder.absolute()))
        for storage in {here, self.storage or here}:
            recent = Recent(storage)
            for name in storage.names(EXTRACTED):
                self._take_up(recent, name)

    def _take_up(self, recent: Recent, name: str) -> None:
        """Use a shard of a build that did not come to its end, or remove it."""
        try:
            batch = recent.batch(name)
        except (OSError, pa.ArrowException):
            batch = None
        if (
            batch is None
            or batch.schema != _SCHEMA
            or batch.num_rows == 0
            or batch.column("extractor")[0].as_py() != self.version
        ):
            recent.storage.remove(name)
        else:
            self._add(Shard(recent, name, batch.num_rows), batch.column("text_sha256").to_pylist())

    def missing(self, papers: Rows, unchanged: Numbers) -> int:
        """How many of a graph's papers must be read.

        `papers` are rows of `Paper`, by id; `unchanged` says for each paper its row in the
        earlier graph, or -1 if it is new or has changed there.
        """
        self._same = unchanged if self.earlier is not None else np.full_like(unchanged, -1)
        self._wanted = np.flatnonzero(self._same < 0).astype(np.int64)
        texts = (bytes.fromhex(paper.text_sha256) for _, paper in _chosen(papers, self._wanted))
        self._texts = np.fromiter(texts, dtype=_HASH, count=len(self._wanted))
        return len(self._first())

    def make(self, papers: Rows, runner: Runner, extractor: Extractor, table: Path) -> Iterator[int]:
        """Read the papers that `missing` counted; gives a number of papers each time that many are done.

        `table` is the file whose rows `papers` are. Raises OutputError where the disk is full, KgError where
        the runner cannot go on.
        """
        first = self._first()
        if self.storage is not None and isinstance(runner, SharedRunner):
            yield from self._make_elsewhere(papers, runner, extractor, table, first, self.storage)
            return
        chosen = (paper for _, paper in _chosen(papers, first))
        work = (to_batch(Paper, batch) for batch in batches(chosen))
        taken = {path.name for path in self.folder.iterdir()}
        names = (name for number in range(10**8) if (name := f"{number:08}.part") not in taken)
        for batch, name in zip(runner.extract(work, extractor), names, strict=False):
            path = self.folder / name
            write_part(path, batch)
            self._add(Part(path, batch.num_rows), batch.column("text_sha256").to_pylist())
            yield batch.num_rows

    def _make_elsewhere(
        self,
        papers: Rows,
        runner: SharedRunner,
        extractor: Extractor,
        table: Path,
        first: Numbers,
        storage: Storage,
    ) -> Iterator[int]:
        """The same by workers that read the table of papers, and write shards, themselves."""
        if not len(first):
            return
        recent = Recent(storage)
        given: dict[str, Hashes] = {}

        def work(taken: set[str]) -> Iterator[Piece]:
            names = (name for n in range(10**8) if (name := f"{EXTRACTED}{n:08}.parquet") not in taken)
            for piece, mine in pieces(papers, first, names):
                given[piece.name] = self._texts[np.searchsorted(self._wanted, mine)]
                yield piece

        sent = ""
        try:
            address = str(table.absolute())
            if Storage(str(self.folder.absolute())) != storage:  # else workers see the draft as well
                sent = f"{COPIED}{self.folder.stat().st_ino}-{table.stat().st_mtime_ns}.parquet"
                address = storage.copy_in(table, sent)
            taken = set(storage.names(EXTRACTED))
            for name in runner.extract_shards(work(taken), address, storage, extractor):
                hashes = given.pop(name)
                self._have(Shard(recent, name, len(hashes)), hashes)
                yield len(hashes)
        except (OSError, pa.ArrowException) as error:
            raise OutputError(
                f"{storage.address}: cannot be written ({reason_of(error)})",
                hint="see whether this machine and the workers may write there; what was extracted is kept",
            ) from error
        finally:
            if sent:
                with contextlib.suppress(OSError, pa.ArrowException):
                    storage.remove(sent)

    def table(self, ids: Any, *, size: int) -> Iterator[Any]:
        """The extractions of all papers, by id, in batches of `size`."""
        part = np.zeros(len(self._same), dtype=np.int64)
        row = self._same.copy()
        found, part[self._wanted], row[self._wanted] = self._places()
        assert found.all(), "every text has been read"
        start = 0
        for batch in gathered(self._parts, part, row, schema=_SCHEMA, size=size):
            mine = ids.slice(start, batch.num_rows)  # a paper's id may have changed, its text not
            yield pa.RecordBatch.from_arrays([mine, *batch.columns[1:]], schema=_SCHEMA)
            start += batch.num_rows

    def others(self) -> Iterator[Any]:
        """The extractions of the papers that are not as they were in the earlier graph, by id."""
        _, part, row = self._places()
        return gathered(self._parts, part, row, schema=_SCHEMA)

    def _add(self, rows: Rows, texts: Sequence[str]) -> None:
        self._have(rows, np.array([bytes.fromhex(text) for text in texts], dtype=_HASH))

    def _have(self, rows: Rows, texts: Hashes) -> None:
        self._parts.append(rows)
        self._said.append(texts)

    def _first(self) -> Numbers:
        """The first paper of each text that nobody has read, in ascending order."""
        unread = np.flatnonzero(~self._places()[0])
        _, first = np.unique(self._texts[unread], return_index=True)
        return np.sort(self._wanted[unread[first]])

    def _places(self) -> tuple[npt.NDArray[np.bool_], Numbers, Numbers]:
        """For each text that is wanted whether there is an extraction, and its part and row if so."""
        sizes = [len(texts) for texts in self._said]
        part = np.repeat(np.arange(len(sizes)), sizes)
        row = np.concatenate([np.arange(size) for size in sizes] or [part])
        texts = np.concatenate(self._said) if self._said else np.array([], dtype=_HASH)
        order = np.argsort(texts, kind="stable")
        at = np.searchsorted(texts, self._texts, sorter=order)
        at[at == len(texts)] = 0
        place = order[at] if len(texts) else at
        found = texts[place] == self._texts if len(texts) else np.zeros(len(at), dtype=np.bool_)
        return found, part[place] if len(texts) else at, row[place] if len(texts) else at


def _chosen(papers: Rows, numbers: Numbers) -> Iterator[tuple[int, Paper]]:
    """The papers with these numbers, in ascending order; no batch is read that holds none of them."""
    for batch in np.unique(np.searchsorted(papers.starts, numbers, side="right") - 1).tolist():
        start, end = papers.starts[batch], papers.starts[batch + 1]
        mine = numbers[(numbers >= start) & (numbers < end)]
        chosen = papers.batch(batch).take(pa.array(mine - start))
        yield from zip(mine.tolist(), from_batch(Paper, chosen), strict=True)
