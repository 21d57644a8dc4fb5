"""Several exports of RDF in one pass over the graph: making the blocks takes longer than writing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from kg.export.base import ExportOptions, ReadableGraph, without_collection
from kg.export.description import Tally
from kg.export.rdf import Block, tail, units
from kg.export.rdf_files import gzipped
from kg.export.rdf_forms import Form, form
from kg.export.store_folder import loaded_store
from kg.files import atomic_path

#: So many bytes of text, roughly, are written at a time.
_CHARACTERS = 1 << 20


class Target(Protocol):
    """An export that is being written."""

    def node(self, said: Sequence[Block]) -> None:
        """Write a node's blocks."""

    def behind(self, said: Sequence[Block]) -> None:
        """Write blocks that stand behind all nodes: all of one subject."""


def write_rdf(graph: ReadableGraph, paths: Mapping[str, Path], options: ExportOptions) -> None:
    """Write some of the exports "store", "ttl", "nt" and "nq", by name.

    Raises OutputError where one cannot be written, and UsageError where the options make no sense.
    """
    with without_collection(), ExitStack() as stack:
        targets: list[Target] = []
        for name, path in paths.items():
            opened = loaded_store(path, options) if name == "store" else _text(name, path, options)
            targets.append(stack.enter_context(opened))
        tally = Tally()
        for _, unit in units(graph, options):
            said = list(unit)
            for block in said:
                tally.add(block[1])
            for target in targets:
                target.node(said)
        for _, group in groupby(tail(graph, options, tally), key=itemgetter(0)):
            said = list(group)
            for target in targets:
                target.behind(said)


@contextmanager
def _text(name: str, path: Path, options: ExportOptions) -> Iterator[Target]:
    with atomic_path(path) as draft, ExitStack() as stack:
        file: BinaryIO | IO[bytes] = stack.enter_context(draft.open("wb"))
        if options.compress:
            file = stack.enter_context(gzipped(cast(BinaryIO, file)))
        target = _Text(file, form(name, options))
        yield target
        target.end()


class _Text:
    def __init__(self, file: BinaryIO | IO[bytes], form: Form) -> None:
        self._file = file
        self._form = form
        self._waiting = [form.prologue]
        self._size = 0

    def node(self, said: Sequence[Block]) -> None:
        for piece in self._form.text(said):
            self._waiting.append(piece)
            self._size += len(piece)
        if self._size >= _CHARACTERS:
            self.end()

    behind = node

    def end(self) -> None:
        """Write what waits."""
        self._file.write("".join(self._waiting).encode())
        self._waiting.clear()
        self._size = 0
