"""Rows in Parquet files that every machine of a cluster reads and writes: in a shared folder, or on storage.

A file is there whole or not at all: it is made in memory, then sent in one go, and its pages carry checksums.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from kg.rows import Numbers, one_batch
from kg.sources.remote import file_system, is_remote

#: Shards that are kept in memory after they were read.
AT_HAND = 4


@dataclass(frozen=True, slots=True)
class Storage:
    """A place for shards, by its address: a folder, or for example `s3://bucket/folder`.

    All methods raise OSError or pyarrow's errors where the storage refuses.
    """

    address: str

    def create(self) -> None:
        """Make the folder, or the bucket where the address allows it, if it is not there."""
        system, root = _system(self.address)
        system.create_dir(root, recursive=True)

    def names(self, begin: str = "") -> list[str]:
        """The files that lie there, of those whose names begin so."""
        system, root = _system(self.address)
        infos = system.get_file_info(fs.FileSelector(root, allow_not_found=True))
        names = (info.base_name for info in infos if info.type == fs.FileType.File)
        return sorted(name for name in names if name.startswith(begin))

    def put(self, name: str, data: Any) -> None:
        """Write a file, whole or not at all."""
        system, root = _system(self.address)
        if is_remote(self.address):
            with system.open_output_stream(f"{root}/{name}", compression=None) as stream:
                stream.write(data)  # an object is there once its stream is closed, not before
            return
        draft = f"{root}/.{name}.{os.urandom(4).hex()}.tmp"  # several machines may write the same file
        try:
            with system.open_output_stream(draft, compression=None) as stream:
                stream.write(data)
            system.move(draft, f"{root}/{name}")
        finally:
            Path(draft).unlink(missing_ok=True)

    def get(self, name: str) -> bytes:
        """What a file holds."""
        system, root = _system(self.address)
        with system.open_input_stream(f"{root}/{name}", compression=None) as stream:
            data: bytes = stream.read()
        return data

    def copy_in(self, path: Path, name: str) -> str:
        """Copy a file of this machine to the storage; its address there."""
        system, root = _system(self.address)
        with path.open("rb") as file, system.open_output_stream(f"{root}/{name}", compression=None) as stream:
            shutil.copyfileobj(file, stream, 1 << 20)
        return self.address_of(name)

    def address_of(self, name: str) -> str:
        """The address of one file."""
        address, question, options = self.address.partition("?")
        return f"{address}/{name}{question}{options}"

    def write(self, name: str, batches: Iterable[Any], schema: Any) -> int:
        """Write a shard; the number of its rows."""
        table = pa.Table.from_batches(batches, schema)
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
        self.put(name, sink.getvalue())
        return int(table.num_rows)

    def read(self, name: str, columns: list[str] | None = None) -> Any:
        """A shard's rows as a table, or some of its columns."""
        system, root = _system(self.address)
        with system.open_input_file(f"{root}/{name}") as file:
            return pq.read_table(file, columns=columns, use_threads=False, page_checksum_verification=True)

    def remove(self, *names: str) -> None:
        """Remove files; those that are gone already do not matter."""
        system, root = _system(self.address)
        for name in names:
            if system.get_file_info(f"{root}/{name}").type == fs.FileType.File:
                system.delete_file(f"{root}/{name}")


@lru_cache(maxsize=8)
def _system(address: str) -> tuple[Any, str]:
    if is_remote(address):
        return file_system(address)
    return fs.LocalFileSystem(), str(Path(address).resolve())


def opened_table(address: str) -> Any:
    """A Parquet file at an address, or on a disk, opened for reading in any order."""
    if is_remote(address):
        system, path = file_system(address)
        return system.open_input_file(path)
    return pa.OSFile(address)


class Recent:
    """Shards of one storage; the last few that were read are kept at hand."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self._read: dict[str, Any] = {}

    def batch(self, name: str) -> Any:
        """A shard's rows as one record batch."""
        if name not in self._read:
            if len(self._read) >= AT_HAND:
                del self._read[next(iter(self._read))]
            self._read[name] = one_batch(self.storage.read(name))
        return self._read[name]


class Shard:
    """The rows of one shard, as `kg.rows.Rows`; read when they are asked for."""

    def __init__(self, recent: Recent, name: str, rows: int) -> None:
        self._recent = recent
        self._name = name
        self.starts: Numbers = np.array([0, rows], dtype=np.int64)

    def batch(self, number: int, columns: Any = None) -> Any:
        """All its rows."""
        found = self._recent.batch(self._name)
        return found if columns is None else found.select(columns)
