"""Files that are either whole or not there."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import OutputError


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A draft beside `path`, renamed to `path` when the block ends well, and removed when it does not.

    A write that fails, or a process that dies, leaves an earlier file at `path` as it was. Raises
    OutputError where the disk or the folder refuses.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with atomic_path(folder / "note.txt") as draft:
    ...     _ = draft.write_text("all of it")
    >>> [file.name for file in folder.iterdir()]
    ['note.txt']
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror or error})",
            hint="choose another folder, or make room",
        ) from error
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """A new folder beside `path`, which takes the place of `path` when the block ends well.

    An earlier folder is there until the very end. Raises OutputError where the disk or the folder refuses.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with atomic_folder(folder / "parts") as draft:
    ...     _ = (draft / "one").write_text("all of it")
    >>> [file.name for file in folder.rglob("*")]
    ['parts', 'one']
    """
    draft, old = (path.with_name(f".{path.name}.{os.getpid()}.{end}") for end in ("tmp", "old"))
    try:
        draft.mkdir()
        yield draft
        if path.exists():
            path.rename(old)
        draft.rename(path)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror or error})",
            hint="choose another folder, or make room",
        ) from error
    finally:
        for folder in (draft, old):
            shutil.rmtree(folder, ignore_errors=True)


def prepare_folder(folder: Path) -> None:
    """Make an output folder, and see that it can be written, before any long work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror or error})", hint="choose another folder with -o"
        ) from error


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits; OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
