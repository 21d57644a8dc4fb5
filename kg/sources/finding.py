"""Which files a user means: files, folders with all below them, globs, standard input."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import SourceError
from kg.sources.remote import is_remote, listed

STANDARD_INPUT = "-"
_NAME = "name a file, a folder, a glob, or - for standard input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file to read."""

    name: str  #: as the user gave it, or the folder as given and the path within it
    named: bool  #: whether the user named this very file; else it was met in a folder or by a glob
    seekable: bool  #: whether it can be opened and read twice
    size: int | None  #: in bytes, as stored


def find(sources: Sequence[str]) -> Iterator[Found]:
    """The files that the sources mean, in their order, each once; those of a folder by name.

    Raises SourceError for a source that means no file.
    """
    seen: set[str] = set()
    for source in sources:
        for found in _find_one(source):
            own = found.name == STANDARD_INPUT or is_remote(found.name)
            key = found.name if own else os.path.realpath(found.name)
            if key not in seen:
                seen.add(key)
                yield found


def _find_one(source: str) -> Iterator[Found]:
    if source == STANDARD_INPUT:
        yield Found(name=source, named=True, seekable=False, size=None)
        return
    if is_remote(source):
        stored = listed(source)
        for name, size in stored:
            yield Found(name=name, named=len(stored) == 1, seekable=True, size=size)
        return
    try:
        mode = os.stat(source).st_mode  # noqa: PTH116 - the name may not be a path at all
    except (OSError, ValueError) as error:
        if glob.has_magic(source):
            yield from _globbed(source)
            return
        why = "does not exist"
        if not isinstance(error, FileNotFoundError):
            why = f"cannot be read ({getattr(error, 'strerror', None) or error})"
        name = source[:200] if source and source.isprintable() else repr(source[:200])
        raise SourceError(f"{name}: {why}", hint=_NAME) from error
    if stat.S_ISDIR(mode):
        files = list(_below(source))
        if not files:
            raise SourceError(f"{source}: the folder holds no files", hint=_NAME)
        yield from files
    else:
        yield _found(source, named=True)


def _globbed(pattern: str) -> Iterator[Found]:
    names = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - keeps the names as given
    if not names:
        raise SourceError(f"{pattern}: no file matches", hint=_NAME)
    for name in names:
        if Path(name).is_dir():
            if not pattern.endswith("**"):  # which matches the files of the folder as well
                yield from _below(name)
        else:
            yield _found(name, named=False)


def _below(folder: str) -> Iterator[Found]:
    """The files of a folder and those below it, by path; hidden ones are not meant."""
    for path in sorted(Path(folder).rglob("*"), key=lambda path: path.parts):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file():
            yield _found(str(path), named=False)


def _found(name: str, *, named: bool) -> Found:
    try:
        status = os.stat(name)  # noqa: PTH116 - as above
    except OSError:
        return Found(name=name, named=named, seekable=True, size=0)  # opening it will tell
    regular = stat.S_ISREG(status.st_mode)
    return Found(name=name, named=named, seekable=regular, size=status.st_size if regular else None)
