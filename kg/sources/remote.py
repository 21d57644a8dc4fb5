"""Files on object storage and other file systems of a cluster, by address: `s3://bucket/papers/*.jsonl.gz`.

Arrow's file systems do the work: `s3://`, `gs://`, `hdfs://`, `abfs://`. Keys come from each storage's usual
places (the environment, files at home). An S3 server of one's own is named in the address:
`s3://bucket/file?endpoint_override=127.0.0.1:9000&scheme=http`, or in AWS_ENDPOINT_URL.
"""

from __future__ import annotations

import fnmatch
from typing import Any, BinaryIO, cast

import pyarrow as pa
from pyarrow import fs

from kg.errors import SourceError

SCHEMES = ("s3", "gs", "gcs", "hdfs", "viewfs", "abfs", "abfss")


def is_remote(name: str) -> bool:
    """Whether a source is an address on other storage.

    >>> is_remote("s3://bucket/a.jsonl"), is_remote("C://a.jsonl"), is_remote("a.jsonl")
    (True, False, False)
    """
    scheme, colon, _ = name.partition("://")
    return bool(colon) and scheme.lower() in SCHEMES


def listed(name: str) -> list[tuple[str, int]]:
    """The files that an address means, with sizes in bytes: one file, all below a folder, or a pattern's.

    Raises SourceError where there are none, or the storage does not answer.
    """
    address, question, options = name.partition("?")
    pattern = "*" in address.rpartition("/")[2]
    try:
        system, path = file_system(name)
        folder = path.rpartition("/")[0] if pattern else path
        infos = [system.get_file_info(folder)]
        if infos[0].type == fs.FileType.Directory:
            infos = system.get_file_info(fs.FileSelector(folder, recursive=not pattern))
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"{name}: cannot be read ({reason_of(error)})", hint=_ADVICE) from error
    files = sorted(
        (info.path, info.size)
        for info in infos
        if info.type == fs.FileType.File and (not pattern or fnmatch.fnmatch(info.path, path))
    )
    if not files:
        raise SourceError(f"{name}: {'no file matches' if pattern else 'does not exist'}", hint=_ADVICE)
    scheme = address.partition("://")[0]
    return [(f"{scheme}://{path}{question}{options}", size) for path, size in files]


def opened(name: str) -> BinaryIO:
    """A file on other storage, to be read from its beginning.

    Raises OSError where it cannot be.
    """
    try:
        system, path = file_system(name)
        return cast(BinaryIO, system.open_input_stream(path, compression=None))
    except pa.ArrowException as error:
        raise OSError(reason_of(error)) from error


def file_system(name: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    system, path = fs.FileSystem.from_uri(name.replace("*", "%2A"))
    return system, path.replace("%2A", "*")


_ADVICE = "see the address, and whether this machine may read there"


def reason_of(error: Exception) -> str:
    """What a storage says, in one line."""
    return " ".join(str(error).split())[:200]
