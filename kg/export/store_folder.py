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

from kg.export.base import ExportOptions, ReadableGraph, without_collection
from kg.export.description import Tally
from kg.export.lines import ntriples
from kg.export.rdf import Block, tail, units
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
    with new_store(path, options) as draft:
        draft.contents = _load(graph, options, draft.folder)


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


def _load(graph: ReadableGraph, options: ExportOptions, folder: Path) -> Contents:
    """Load the graph's triples."""
    store = Store(folder)
    digest = Digest()
    triples = 0

    def load(lines: list[bytes]) -> None:
        # the terms are right by construction; to check each again takes a third longer
        store.bulk_load(b"".join(lines), RdfFormat.N_TRIPLES, lenient=True)

    # while one part is loaded, outside Python's lock, the next is made
    with ThreadPoolExecutor(1) as thread, without_collection():
        pending: Future[None] | None = None
        for part in _parts(_pieces(graph, options, digest, folder)):
            if pending is not None:
                pending.result()
            triples += sum(lines.count(b"\n") for lines in part)
            pending = thread.submit(load, part)
        if pending is not None:
            pending.result()
    # what was loaded in parts lies in layers, each of which every look-up has to search; joined into one,
    # they answer three to five times as fast, from two thirds of the space, for a fifth more time now
    store.optimize()
    store.flush()
    return digest.contents(triples)


def _pieces(graph: ReadableGraph, options: ExportOptions, digest: Digest, behind: Path) -> Iterator[bytes]:
    tally = Tally()
    for _, unit in units(graph, options):
        blocks = list(unit)
        for block in blocks:
            tally.add(block[1])
        lines = lines_of(blocks)
        digest.add(lines)
        yield lines
    with kept_tail(behind) as keep:
        for block in tail(graph, options, tally):
            lines = lines_of([block])
            digest.add_tail(lines)
            keep(lines)
            yield lines


@contextmanager
def kept_tail(folder: Path) -> Iterator[Callable[[bytes], object]]:
    """A function that keeps lines which stand behind all nodes, for the next graph's store."""
    with gzip.open(folder / TAIL, "wb", compresslevel=1) as file:
        yield file.write


def _parts(pieces: Iterable[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    size = 0
    for piece in pieces:
        part.append(piece)
        size += len(piece)
        if size >= _BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
