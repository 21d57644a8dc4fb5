"""A graph's folder: one writer at a time, and all its files change together or not at all.

    DIR/manifest.json, graph.ttl, …, tables/*.parquet    the last whole graph
    DIR/.kg/lock        held by the process that writes; it says which
    DIR/.kg/draft-…/    the next graph while it is made, files under the names they will have in DIR
    DIR/.kg/commit/     the draft once it is whole: its rename to `commit` is the one moment in which
                         the graph changes. Its files are then moved to their places, the manifest last
    DIR/.kg/scratch/    what only this run needs
    DIR/.kg/kept/       what a next run can use if this one does not end well

A process that is killed before the rename leaves the old graph; one that is killed after it leaves the
new one, of which some files still lie in `commit`: `current` finds each where it is, and the next
writer moves the rest. After a run that ended well, there is no `.kg`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import OutputError

try:
    import fcntl
except ImportError:  # not on Windows: there, nobody looks out for a second writer
    fcntl = None  # type: ignore[assignment]

WORK = ".kg"
MANIFEST = "manifest.json"
_OBSOLETE = ".obsolete"

#: A folder whose parts are moved whole, and under names that say what is in them: databases, of which one
#: file without the others is worth nothing.
_STORES = "store"


def current(folder: Path, name: str) -> Path:
    """Where a file of the folder's last whole graph is, or would be: `name` is its path within the folder.

    >>> current(Path("my-graph"), "graph.ttl").as_posix()
    'my-graph/graph.ttl'
    """
    committed = folder / WORK / "commit" / name
    return committed if committed.exists() else folder / name


@dataclass(slots=True)
class Workplace:
    """Where the next graph of a folder is made."""

    folder: Path
    draft: Path  #: whatever lies here when `commit` is called becomes the folder's graph
    scratch: Path  #: emptied before and after
    kept: Path  #: emptied after a commit only
    committed: bool = False

    def commit(self, *, obsolete: Iterable[str] = ()) -> None:
        """Make the draft the folder's graph, and remove files of the earlier one that have no successor.

        `obsolete` are paths within the folder; those that the draft has too are left alone.
        """
        gone = sorted(name for name in set(obsolete) if not (self.draft / name).exists())
        (self.draft / _OBSOLETE).write_text("".join(f"{name}\n" for name in gone), encoding="utf-8")
        for path in sorted(self.draft.rglob("*")):
            _flush(path)
        self.draft.rename(self.draft.with_name("commit"))
        self.committed = True
        _install(self.folder)


@contextmanager
def writing(folder: Path) -> Iterator[Workplace]:
    """The right to write into a graph's folder, which is made if need be.

    Raises OutputError where another process has that right (the message names it), where the folder
    cannot be written, and where the disk is full.
    """
    made = _make(folder)
    work = folder / WORK
    # a name of its own, so that whatever an earlier run may have left running cannot write into it
    draft = work / f"draft-{os.getpid()}-{time.time_ns()}"
    place = Workplace(folder, draft, work / "scratch", work / "kept")
    try:
        with _lock(folder), _said(folder):
            try:
                _install(folder)
                _remove(*work.glob("draft-*"), place.scratch)
                place.draft.mkdir()
                place.scratch.mkdir()
                yield place
            finally:
                with contextlib.suppress(OSError):
                    _remove(place.draft, place.scratch, *([place.kept] if place.committed else []))
                with contextlib.suppress(OSError):
                    place.kept.rmdir()  # only if nothing was kept
    finally:
        with contextlib.suppress(OSError):
            work.rmdir()
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()  # only if nothing was written


@contextmanager
def _said(folder: Path) -> Iterator[None]:
    """Errors of the disk as errors of kg."""
    try:
        yield
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else str(folder)
        reason = error.strerror or " ".join(str(error).split())
        if found := re.search(r"\[errno \d+\] (.+)", reason):  # pyarrow's words around it say little
            reason = found[1]
        raise OutputError(
            f"{where}: cannot be written ({reason})", hint="make room or choose another folder with -o"
        ) from error


def _make(folder: Path) -> list[Path]:
    """Make the folder and its parents; those that were not there, innermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / WORK).mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror or error})", hint="choose another folder with -o"
        ) from error
    return missing


# ---------------------------------------------------------------- one writer


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock file; the system lets go of it when the process dies, however it dies."""
    path = folder / WORK / "lock"
    handle = _locked(folder, path)
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"process": os.getpid(), "since": int(time.time())}).encode(), 0)
        yield
    finally:
        path.unlink(missing_ok=True)  # while it is still held
        os.close(handle)


def _locked(folder: Path, path: Path) -> int:
    while True:
        try:
            path.parent.mkdir(exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            continue  # another writer has just cleared up
        except OSError as error:
            raise OutputError(
                f"{folder}: cannot be written ({error.strerror or error})",
                hint="choose another folder with -o",
            ) from error
        if fcntl is None:
            return handle
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(handle, 200, 0)
            os.close(handle)
            if not isinstance(error, BlockingIOError):  # a file system without locks
                raise OutputError(
                    f"{folder}: cannot be locked ({error.strerror or error})",
                    hint="choose a folder on another file system with -o",
                ) from error
            raise OutputError(
                f"{folder}: {_who(holder)} is writing into this folder",
                hint="wait until it is done, or choose another folder with -o",
            ) from error
        try:
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)  # the file that was locked has been cleared away meanwhile


def _who(holder: bytes) -> str:
    try:
        told = json.loads(holder)
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(told["since"]))
        return f"process {told['process']}, started {since},"
    except (ValueError, KeyError, TypeError):
        return "another process"


# ---------------------------------------------------------------- all at once


def _install(folder: Path) -> None:
    """Move what was committed to its place; a no-op where nothing waits."""
    commit = folder / WORK / "commit"
    if not commit.is_dir():
        return
    files = [path.relative_to(commit) for path in _movable(commit)]
    last = {Path(MANIFEST): 1, Path(_OBSOLETE): 2}
    for name in sorted(files, key=lambda name: (last.get(name, 0), name)):
        if name == Path(_OBSOLETE):
            for gone in (commit / name).read_text(encoding="utf-8").splitlines():
                (folder / gone).unlink(missing_ok=True)
        elif not (name.parts[0] == _STORES and (folder / name).exists()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (commit / name).replace(folder / name)
    shutil.rmtree(commit)


def _movable(commit: Path) -> Iterator[Path]:
    """What is moved one by one: files, and whole stores."""
    for path in sorted(commit.rglob("*")):
        name = path.relative_to(commit)
        if name.parts[0] == _STORES:
            if len(name.parts) == 2:
                yield path
        elif path.is_file():
            yield path


def _flush(path: Path) -> None:
    """Have a file's bytes on the disk before its name changes, so that a power cut does not empty it."""
    if path.is_file():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _remove(*folders: Path) -> None:
    for path in folders:
        if path.exists():
            shutil.rmtree(path)
