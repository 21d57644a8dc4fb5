"""A graph as a store on disk, which answers SPARQL without reading the graph again.

    DIR/store.json            which store is the graph's
    DIR/store/CONTENT/        pyoxigraph's files (RocksDB); CONTENT is a hash of the triples
    DIR/store/CONTENT/tail.nt.gz    of these, those that stand behind all nodes (`kg.export.rdf.tail`)

A store is complete before `store.json` names it, and never changes afterwards, so whoever has it open goes
on reading it whatever builds do meanwhile. `store.json` is the same for the same graph; the store's own
files are not, byte for byte.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.export.base import ExportOptions, ReadableGraph
from kg.export.lines import ntriples
from kg.export.rdf import Block
from kg.files import atomic_path
from kg.store import STORES, Contents, pointer

#: So many bytes of N-Triples, some 400,000 triples, are loaded at a time: of larger parts the loading itself
#: is no faster and takes more memory, of smaller ones it leaves more files to be joined.
_BYTES = 50_000_000

#: The file beside the database's own that holds what stands behind all nodes.
TAIL = "tail.nt.gz"


def write_store(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write store.json at `path`, and the store beside it.

    Raises OutputError where the folder cannot be written.
    """
    from kg.export.rdf_together import write_rdf

    write_rdf(graph, {"store": path}, options)


class Draft:
    """A store that is being made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder  #: empty; holds the whole store at the end
        self.contents: Contents | None = None  #: to be told when the store is whole


@contextmanager
def new_store(path: Path, options: ExportOptions) -> Iterator[Draft]:
    """A store that `path`, the graph's store.json, will name when the block ends well.

    Raises OutputError where the folder cannot be written.
    """
    stores = path.parent / STORES
    draft = Draft(stores / f".{os.getpid()}.tmp")
    with atomic_path(path) as pointing:
        if not path.parent.is_dir():
            raise FileNotFoundError(2, "No such file or directory", str(path.parent))
        try:
            shutil.rmtree(draft.folder, ignore_errors=True)
            draft.folder.mkdir(parents=True)
            yield draft
            assert draft.contents is not None, "a block that ends well has made a store"
            final = stores / draft.contents.name
            if final.exists():  # the same graph: whoever reads it may go on
                shutil.rmtree(draft.folder)
            else:
                draft.folder.rename(final)
        finally:
            shutil.rmtree(draft.folder, ignore_errors=True)
        told = pointer(draft.contents, base=options.base)
        pointing.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


class Digest:
    """A hash of a graph's triples that can follow a change: the sum of the hashes of all nodes' triples, and
    the hash of what stands behind the nodes."""

    def __init__(self, nodes: str = "0") -> None:
        self._sum = int(nodes, 16)
        self._tail = hashlib.blake2b(digest_size=_HASH)

    def add(self, node: bytes) -> None:
        """Put a node's lines in."""
        self._sum += _number(node)

    def take_off(self, node: bytes) -> None:
        """Take a node's lines out."""
        self._sum -= _number(node)

    def add_tail(self, lines: bytes) -> None:
        """Put lines in that stand behind the nodes, in their order."""
        self._tail.update(lines)

    def contents(self, triples: int) -> Contents:
        """The name of the store that holds all this, and what the next will want to know."""
        nodes = f"{self._sum % (1 << 8 * _HASH):0{2 * _HASH}x}"
        name = hashlib.blake2b(nodes.encode() + self._tail.digest(), digest_size=10).hexdigest()
        return Contents(name=name, triples=triples, nodes=nodes)


_HASH = 20


def _number(lines: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(lines, digest_size=_HASH).digest(), "big")


def lines_of(blocks: Iterable[Block]) -> bytes:
    """Blocks as N-Triples."""
    return "".join(ntriples(blocks)).encode()


@contextmanager
def loaded_store(path: Path, options: ExportOptions) -> Iterator[Loader]:
    """A store to load, which `path`, a graph's store.json, will name when the block ends well.

    Raises OutputError where the folder cannot be written.
    """
    with new_store(path, options) as draft, ThreadPoolExecutor(1) as thread:
        loader = Loader(draft.folder, thread)
        with kept_tail(draft.folder) as loader.keep:
            yield loader
        draft.contents = loader.end()


class Loader:
    """Loads a graph, node by node. While one part is loaded, outside Python's lock, the next is made."""

    def __init__(self, folder: Path, thread: ThreadPoolExecutor) -> None:
        self._store = [Store(folder)]
        self._thread = thread
        self.keep: Callable[[bytes], object]  #: keeps what stands behind all nodes
        self._digest = Digest()
        self._triples = 0
        self._part: list[bytes] = []
        self._size = 0
        self._pending: Future[None] | None = None

    def node(self, said: Iterable[Block]) -> None:
        """Load a node's blocks."""
        lines = lines_of(said)
        self._digest.add(lines)
        self._put(lines)

    def behind(self, said: Iterable[Block]) -> None:
        """Load blocks that stand behind all nodes."""
        lines = lines_of(said)
        self._digest.add_tail(lines)
        self.keep(lines)
        self._put(lines)

    def end(self) -> Contents:
        """Load what waits, and close the store; what it holds."""
        self._load()
        self._wait()
        store = self._store.pop()
        # what was loaded in parts lies in layers, each of which every look-up has to search; joined into one,
        # they answer three to five times as fast, from two thirds of the space, for a fifth more time now
        store.optimize()
        store.flush()
        return self._digest.contents(self._triples)

    def _put(self, lines: bytes) -> None:
        self._part.append(lines)
        self._size += len(lines)
        if self._size >= _BYTES:
            self._load()

    def _load(self) -> None:
        self._wait()
        part = b"".join(self._part)
        self._part.clear()
        self._size = 0
        self._triples += part.count(b"\n")
        self._pending = self._thread.submit(_loaded, self._store[0], part)

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()


def _loaded(store: Store, lines: bytes) -> None:
    # the terms are right by construction; to check each again takes a third longer
    store.bulk_load(lines, RdfFormat.N_TRIPLES, lenient=True)


@contextmanager
def kept_tail(folder: Path) -> Iterator[Callable[[bytes], object]]:
    """A function that keeps lines which stand behind all nodes, for the next graph's store."""
    with gzip.open(folder / TAIL, "wb", compresslevel=1) as file:
        yield file.write
