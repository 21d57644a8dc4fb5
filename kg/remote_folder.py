"""A graph's folder on object storage: built in a folder of this machine, fetched before and sent after.

Object storage has neither renames nor locks. What keeps a reader from seeing half a graph is the order: files
that changed are sent first, the manifest, which names each file's hash, last. Two builds into one address at
once are for their user to avoid.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import fs

from kg.errors import OutputError
from kg.folder import MANIFEST, WORK
from kg.graph.tables import FOLDER
from kg.shards import Storage
from kg.sources.remote import file_system, reason_of

#: Exports that make sense on a disk alone.
LOCAL = ("store",)


@contextmanager
def fetched(address: str) -> Iterator[Path]:
    """A folder of this machine with the manifest and tables of the graph at an address; sent back at the end.

    Raises OutputError where the storage does not answer, or may not be written.
    """
    with tempfile.TemporaryDirectory(prefix="kg-") as scratch:
        folder = Path(scratch) / "graph"
        try:
            system, root = file_system(address)
            before = _files(system, root)
            for name in (*before, MANIFEST) if before else ():
                if name == MANIFEST or name.startswith(f"{FOLDER}/"):
                    _copy_in(system, f"{root}/{name}", folder / name)
        except (OSError, pa.ArrowException) as error:
            raise OutputError(f"{address}: cannot be read ({reason_of(error)})", hint=_ADVICE) from error
        yield folder
        try:
            _send(system, root, folder, before)
        except (OSError, pa.ArrowException) as error:
            raise OutputError(f"{address}: cannot be written ({reason_of(error)})", hint=_ADVICE) from error


def inside(address: str) -> str:
    """The address within a graph's where a build keeps what it needs while it lasts.

    >>> inside("s3://bucket/graph?scheme=http")
    's3://bucket/graph/.kg?scheme=http'
    """
    return Storage(address).address_of(WORK)


def _files(system: Any, root: str) -> dict[str, str]:
    """The files of the graph that is there, with their hashes; none where there is no graph."""
    path = f"{root}/{MANIFEST}"
    if system.get_file_info(path).type != fs.FileType.File:
        return {}
    with system.open_input_stream(path) as file:
        files: dict[str, str] = json.loads(file.read())["files"]
    return files


def _send(system: Any, root: str, folder: Path, before: Mapping[str, str]) -> None:
    """Send what is new or has changed, the manifest last; then remove what the graph no longer has."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return  # the build found nothing to do
    now: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    system.create_dir(root, recursive=True)
    for name in sorted(name for name, digest in now.items() if before.get(name) != digest):
        _copy_out(system, folder / name, f"{root}/{name}")
    _copy_out(system, manifest, f"{root}/{MANIFEST}")
    for name in sorted(before.keys() - now.keys()):
        system.delete_file(f"{root}/{name}")
    if system.get_file_info(f"{root}/{WORK}").type == fs.FileType.Directory:
        system.delete_dir(f"{root}/{WORK}")


def _copy_in(system: Any, source: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with system.open_input_stream(source, compression=None) as stream, target.open("wb") as file:
        shutil.copyfileobj(stream, file)


def _copy_out(system: Any, source: Path, target: str) -> None:
    with source.open("rb") as file, system.open_output_stream(target, compression=None) as stream:
        shutil.copyfileobj(file, stream)


_ADVICE = "see the address, and whether this machine may write there"
