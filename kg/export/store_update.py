"""A store made of that of an earlier graph: a copy, in which what has changed is changed.

The database's large files never change once they are written, so the copy shares them with the earlier store
(hard links); only what the change adds is written.
"""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import RdfFormat, Store, Triple, parse

from kg.errors import SourceError
from kg.export.base import ExportOptions
from kg.export.earlier import EarlierExports, Unusable
from kg.export.rdf import Block
from kg.export.rdf_change import Pair, Target
from kg.export.store_folder import TAIL, Digest, kept_tail, lines_of, new_store
from kg.store import Contents, pointed

#: What a store's folder has that the next store does not take over.
_LEFT = ("LOCK", "LOG", "reading", TAIL)


@contextmanager
def updated_store(earlier: EarlierExports, path: Path, options: ExportOptions) -> Iterator[Target]:
    """A store that is made of an earlier graph's and that `path`, a graph's store.json, will name.

    Raises Unusable where the earlier graph has none.
    """
    earlier.export(path.name)
    try:
        store, contents = pointed(earlier.folder)
        behind = gzip.decompress((store / TAIL).read_bytes())
    except (SourceError, OSError, EOFError, zlib.error) as error:
        raise Unusable(str(error)) from error
    with new_store(path, options) as draft:
        _copy(store, draft.folder)
        target = _Changes(draft.folder, contents, behind)
        yield target
        draft.contents = target.made()


def _copy(old: Path, new: Path) -> None:
    for file in old.iterdir():
        if file.name.startswith(_LEFT):
            continue
        if file.suffix == ".sst":
            try:
                os.link(file, new / file.name)
                continue
            except OSError:  # a file system without such links
                pass
        shutil.copy2(file, new / file.name)


class _Changes:
    """What goes from a store and what comes into it."""

    def __init__(self, folder: Path, contents: Contents, behind: bytes) -> None:
        self._folder = folder
        self._contents = contents
        self._behind = behind
        self._digest = Digest(contents.nodes)
        self._gone = {f"{line}\n" for line in behind.decode().split("\n")[:-1]}
        self._come: set[str] = set()

    def earlier_tail(self) -> Iterator[Triple]:
        """What stood behind the nodes."""
        return (quad.triple for quad in parse(self._behind, RdfFormat.N_TRIPLES, lenient=True))

    def change(self, pair: Pair) -> None:
        """Take note of what is said of a node."""
        start = lines_of(pair.before[: pair.start])
        end = lines_of(pair.before[len(pair.before) - pair.end :])
        if pair.before:
            self._digest.take_off(b"".join((start, lines_of(pair.gone), end)))
        if pair.after:
            self._digest.add(b"".join((start, lines_of(pair.come), end)))
        before, after = set(_lines(pair.gone)), set(_lines(pair.come))
        self._gone |= before - after
        self._come |= after - before

    def end(self, tail: Iterable[Block]) -> None:
        """Take note of what stands behind the nodes."""
        with kept_tail(self._folder) as keep:
            for block in tail:
                lines = lines_of([block])
                self._digest.add_tail(lines)
                keep(lines)
                self._come.update(_lines([block]))

    def made(self) -> Contents:
        """Change the store; what it holds then."""
        store = Store(self._folder)
        for quad in parse("".join(self._gone - self._come), RdfFormat.N_TRIPLES, lenient=True):
            store.remove(quad)
        store.bulk_load("".join(self._come - self._gone), RdfFormat.N_TRIPLES, lenient=True)
        store.flush()
        return self._digest.contents(self._contents.triples - len(self._gone) + len(self._come))


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    # not by cutting the text at its line ends: literals may hold more kinds of them than N-Triples knows
    for subject, properties, _ in blocks:
        for property_, value in properties:
            yield f"{subject} {property_} {value} .\n"
