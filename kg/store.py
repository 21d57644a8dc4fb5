"""A graph opened for SPARQL: pyoxigraph's store, and the same behind rdflib's interface.

A folder that `kg build` wrote holds a store on disk (`kg.export.store_folder`), which opens at once and
for reading only, in any number of processes. Other RDF, of whatever make, is read into memory.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from pyoxigraph import RdfFormat, Store

from kg.errors import SourceError
from kg.folder import current

try:
    import fcntl
except ImportError:  # not on Windows: there, what is open cannot be deleted anyway
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    import rdflib

#: The folder of stores within a graph's folder, and the file that names the one in use.
STORES = "store"
POINTER = "store.json"

#: Changes when stores are laid out in another way.
_LAYOUT = 1

#: RDF files of a graph's folder that hold the whole of it, fastest first; without a store, one is read.
FILES: tuple[str, ...] = (
    "graph.nt",
    "graph.nt.gz",
    "graph.ttl",
    "graph.ttl.gz",
    "graph.nq",
    "graph.nq.gz",
    "graph.trig",
)
FILES += ("graph.trig.gz", "graph.rdf", "graph.rdf.gz", "graph.jsonld", "graph.jsonld.gz")

_ADVICE = "make one with: kg build SOURCE... -o DIR"
_LOCK = "reading"

#: A file that every store has.
_DATABASE = "CURRENT"


class Contents(NamedTuple):
    """What a store on disk holds."""

    name: str  #: a hash of the triples, which is the name of its folder
    triples: int  #: how many
    nodes: str  #: the part of the hash that a store made of this one goes on from


def pointer(contents: Contents, *, base: str) -> dict[str, Any]:
    """What `store.json` says: where the store is, and what it holds."""
    said = {"layout": _LAYOUT, "folder": f"{STORES}/{contents.name}"}
    return {**said, "triples": contents.triples, "nodes": contents.nodes, "base": base}


def pointed(folder: Path) -> tuple[Path, Contents]:
    """The store on disk of a graph's folder, and what it holds. Raises SourceError where there is none."""
    file = current(folder, POINTER)
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        found = Contents(Path(told["folder"]).name, told["triples"], told["nodes"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{file}: cannot be read", hint="write it again with: kg export store") from error
    if (store := _stored(folder)) is None:
        raise SourceError(f"{file}: names no store", hint="write it again with: kg export store")
    return store, found


def open_store(path: Path) -> Store:
    """The graph in a folder that `kg build` wrote, or in an RDF file of any make.

    A folder's own store is opened for reading only; anything else becomes a store in memory. A file's
    extension tells its format; behind it may stand `.gz`. Raises SourceError where there is no graph, or
    where it cannot be read, with the line where that is known.
    """
    if path.is_dir() and (folder := _stored(path)) is not None:
        return _read_only(folder)
    store = Store()
    _load(store, _file(path))
    return store


def store_folder(path: Path, scratch: Path) -> Path:
    """A folder from which `open_store` opens the same graph for reading only, in any number of processes.

    That of a graph's folder is its own; for any other RDF, one is made at `scratch`. Raises SourceError as
    `open_store` does.
    """
    if path.is_dir() and _stored(path) is not None:
        return path
    file = _file(path)
    store = Store(scratch)
    _load(store, file)
    store.flush()
    return scratch


def _load(store: Store, file: Path) -> None:
    try:
        with _opened(file) as stream:
            store.bulk_load(stream, _format(file), base_iri=file.resolve().as_uri())
    except SyntaxError as error:
        place = f":{error.lineno}" if error.lineno else ""
        raise SourceError(f"{file}{place}: not the RDF that its name promises ({error.msg})") from error
    except (OSError, EOFError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise SourceError(f"{file}: cannot be read ({reason})") from error


def has_named_graphs(store: Store) -> bool:
    """Whether a store holds named graphs, as those read from N-Quads and TriG may; then all graphs together
    are what is asked."""
    return next(iter(store.named_graphs()), None) is not None


def open_graph(path: str | Path) -> rdflib.Graph:
    """The same as an `rdflib.Graph`, with pyoxigraph's store and query engine under it (by oxrdflib).

    Where there are named graphs it is an `rdflib.Dataset` whose default graph is all of them together.
    Raises SourceError as `open_store` does.
    """
    import oxrdflib
    import rdflib
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    opened = open_store(Path(path))
    store = oxrdflib.OxigraphStore(store=opened)
    if has_named_graphs(opened):
        return rdflib.Dataset(store=store, default_union=True)
    return rdflib.Graph(store=store, identifier=DATASET_DEFAULT_GRAPH_ID)


# ---------------------------------------------------------------- stores on disk


def _stored(folder: Path) -> Path | None:
    """The store of a graph's folder, or the folder itself where it is one; None where there is none."""
    if (folder / _DATABASE).is_file():
        return folder
    file = current(folder, POINTER)
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told["layout"] != _LAYOUT:
            return None
        store = current(folder, told["folder"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{file}: cannot be read", hint="write it again with: kg export store") from error
    return store if store.is_dir() else None


def _read_only(folder: Path) -> Store:
    """Open a store on disk, and hold it against being tidied away for as long as this process lives."""
    try:
        _hold(folder)
        return Store.read_only(str(folder))
    except (OSError, RuntimeError) as error:
        raise SourceError(
            f"{folder}: cannot be opened ({' '.join(str(error).split())})",
            hint="write it again with: kg export store",
        ) from error


_held: dict[str, int] = {}


def _hold(folder: Path) -> None:
    """Share the lock of a store that is being read; the system lets go of it when the process ends."""
    name = str(folder.resolve())
    if fcntl is None or name in _held:
        return
    try:
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError:  # where nothing may be written, nothing will be deleted either
        return
    with suppress(OSError):  # a file system without locks
        fcntl.flock(handle, fcntl.LOCK_SH)
    _held[name] = handle


def tidy(folder: Path) -> None:
    """Delete the stores of a graph's folder that are not in use: neither named by `store.json` nor read."""
    named = _stored(folder)
    for store in (folder / STORES).glob("*"):
        if named is None or store.name != named.name:
            with _unread(store) as free:
                if free:
                    shutil.rmtree(store, ignore_errors=True)
    with suppress(OSError):
        (folder / STORES).rmdir()  # only if it is empty


@contextmanager
def _unread(store: Path) -> Iterator[bool]:
    """Whether no process reads a store."""
    if fcntl is None or not (store / _LOCK).exists():
        yield True
        return
    with (store / _LOCK).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


# ---------------------------------------------------------------- other files


def _file(path: Path) -> Path:
    """The file to read: the path itself, or the first of FILES in a folder."""
    if path.is_dir():
        for name in FILES:
            if (file := current(path, name)).is_file():
                return file
        raise SourceError(f"{path}: holds no graph that can be asked ({POINTER}, graph.ttl, …)", hint=_ADVICE)
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder", hint=_ADVICE)
    return path


def _format(file: Path) -> RdfFormat:
    name = file.name.removesuffix(".gz")
    extension = name.rpartition(".")[2]
    found = RdfFormat.from_extension(extension)
    if found is None:
        raise SourceError(
            f"{file}: no RDF format has the extension .{extension}",
            hint="known are .ttl, .nt, .nq, .trig, .jsonld, .rdf, each with .gz behind it or not",
        )
    return found


def _opened(file: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(file)) if file.name.endswith(".gz") else file.open("rb")
