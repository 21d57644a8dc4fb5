"""A graph as a store on disk, which answers SPARQL without reading the graph again.

    DIR/store.json            which store is the graph's
    DIR/store/CONTENT/        pyoxigraph's files (RocksDB); CONTENT is a hash of the triples

A store is complete before `store.json` names it, and never changes afterwards, so whoever has it open goes
on reading it whatever builds do meanwhile. `store.json` is the same for the same graph; the store's own
files are not, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.export.base import ExportOptions, ReadableGraph, without_collection
from kg.export.lines import ntriples
from kg.export.rdf import blocks
from kg.files import atomic_path
from kg.store import STORES, pointer

#: So many blocks are loaded at a time, some 400,000 triples: of larger parts the loading itself is no faster
#: and takes more memory, of smaller ones it leaves more files to be joined.
_BLOCKS = 80_000


def write_store(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write store.json at `path`, and the store beside it.

    Raises OutputError where the folder cannot be written.
    """
    stores = path.parent / STORES
    draft = stores / f".{os.getpid()}.tmp"
    with atomic_path(path) as pointing:
        if not path.parent.is_dir():
            raise FileNotFoundError(2, "No such file or directory", str(path.parent))
        try:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            triples, content = _load(graph, options, draft)
            final = stores / content
            if final.exists():  # the same graph: whoever reads it may go on
                shutil.rmtree(draft)
            else:
                draft.rename(final)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        told = pointer(content, triples=triples, base=options.base)
        pointing.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _load(graph: ReadableGraph, options: ExportOptions, folder: Path) -> tuple[int, str]:
    """Load the graph's triples; how many they are, and a hash of them."""
    store = Store(folder)
    digest = hashlib.blake2b(digest_size=10)
    triples = 0

    def load(lines: bytes) -> None:
        digest.update(lines)
        # the terms are right by construction; to check each again takes a third longer
        store.bulk_load(lines, RdfFormat.N_TRIPLES, lenient=True)

    # while one part is loaded, outside Python's lock, the next is made
    with ThreadPoolExecutor(1) as thread, without_collection():
        pending = None
        for part in _parts(ntriples(blocks(graph, options))):
            if pending is not None:
                pending.result()
            triples += part.count(b"\n")
            pending = thread.submit(load, part)
        if pending is not None:
            pending.result()
    store.flush()
    return triples, digest.hexdigest()


def _parts(lines: Iterator[str]) -> Iterator[bytes]:
    while some := list(islice(lines, _BLOCKS)):
        yield "".join(some).encode()
