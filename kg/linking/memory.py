"""What linking found out before, so that it need not be found out again: a cache that decides nothing.

Everything in it is a pure function of one string: what a surface reads like, what a name's id would be, what
a paper's text says in columns. It can be deleted at any time, and where it does not fit (another version of
the code, a file that was cut) it counts as empty. After a build it holds what that build asked for and no
more, in an order that follows from the papers, so it too tells nothing of the graph's history.

A file is a checksum (CRC-32) of what follows, a line with the code's version, and an Arrow stream.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.rows import HeldRows

#: The name of the column of what is known about.
KEY = "of"


class Memory:
    """Tables of pure functions' values, by name; a row a string."""

    def __init__(self, earlier: Path | None = None) -> None:
        """`earlier` is a folder of an earlier build's files; it need not be there."""
        self._earlier = earlier
        self._known: dict[str, list[Any] | None] = {}
        self._kept: dict[str, Iterable[Any]] = {}

    def read(self) -> None:
        """Read all files ahead."""
        if self._earlier is not None and self._earlier.is_dir():
            for path in sorted(self._earlier.glob("*.arrow")):
                self._known[path.stem] = read_batches(path)

    def column(self, name: str, keys: Any, make: Callable[[list[str]], Any]) -> Any:
        """The values for some distinct strings, as a record batch with a row each.

        `make` gives that batch for those of which nothing is known. `keys` is an Arrow array.
        """
        known = self._table(name)
        if known is None or not known.num_rows:
            found = make(keys.to_pylist())
        else:
            place = pc.index_in(keys, value_set=known.column(KEY))
            missing = place.is_null()
            news = keys.filter(missing)
            values = known.select([each for each in known.schema.names if each != KEY])
            if len(news):
                fresh = make(news.to_pylist())
                if fresh.schema == values.schema:
                    at = np.cumsum(missing.to_numpy(zero_copy_only=False)) - 1 + known.num_rows
                    joined = pa.Table.from_batches([values, fresh]).combine_chunks()
                    found = joined.take(pc.coalesce(place.cast(pa.int64()), pa.array(at)))
                else:  # another make of the table
                    found = pa.Table.from_batches([make(keys.to_pylist())])
            else:
                found = pa.Table.from_batches([values.take(place)])
            found = found.combine_chunks().to_batches()
            found = found[0] if found else make([])
        self._kept[name] = [
            pa.RecordBatch.from_arrays(
                [keys, *found.columns], schema=pa.schema([pa.field(KEY, pa.string()), *found.schema])
            )
        ]
        return found

    def rows(self, name: str, schema: Any) -> HeldRows | None:
        """A table that was put by as it is, if it has this schema, its metadata included."""
        batches = self._batches(name)
        fits = batches is not None and batches and batches[0].schema.equals(schema, check_metadata=True)
        return HeldRows(batches) if batches is not None and fits else None

    def keep(self, name: str, batches: Iterable[Any]) -> None:
        """Put a table by as it is; its batches are asked for when it is written."""
        self._kept[name] = batches

    def write(self, folder: Path, names: Sequence[str] | None = None) -> None:
        """Write all tables, or these of them, into a folder, which is made, and let go of them."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(self._kept) if names is None else names:
            if batches := list(self._kept.pop(name)):
                write_batches(folder / f"{name}.arrow", batches)

    def _table(self, name: str) -> Any:
        batches = self._batches(name)
        return batches[0] if batches else None

    def _batches(self, name: str) -> list[Any] | None:
        if name in self._known:
            return self._known.pop(name)
        return read_batches(self._earlier / f"{name}.arrow") if self._earlier is not None else None


def write_batches(path: Path, batches: Sequence[Any]) -> None:
    """Write a cache's file."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(sink, batches[0].schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    data = sink.getvalue()
    with path.open("wb") as file:
        head = code_version().encode()
        file.write(zlib.crc32(data, zlib.crc32(head)).to_bytes(4, "big") + head)
        file.write(data)


def read_batches(path: Path) -> list[Any] | None:
    """The batches of a cache's file; None where it is missing, torn, or another version's."""
    head = code_version().encode()
    try:
        with path.open("rb") as file:
            checksum, version = file.read(4), file.read(len(head))
            if version != head:
                return None
            data = file.read()
        if zlib.crc32(data, zlib.crc32(head)).to_bytes(4, "big") != checksum:
            return None
        with pa.ipc.open_stream(pa.py_buffer(data)) as stream:
            return list(stream)
    except (OSError, pa.ArrowException):
        return None


@cache
def code_version() -> str:
    """A hash of the code whose values are kept: these modules', and of the versions that they rest on."""
    import unicodedata
    from importlib.metadata import version

    digest = hashlib.sha256()
    package = Path(__file__).parent
    for path in (*sorted(package.glob("*.py")), package.parent / "records.py", package.parent / "schema.py"):
        digest.update(path.name.encode() + b"\n" + path.read_bytes())
    digest.update(f"{unicodedata.unidata_version} {pa.__version__} {version('pylatexenc')}".encode())
    return digest.hexdigest()[:32]
