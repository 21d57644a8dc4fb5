"""RDF exports made of those of an earlier graph, all in one pass over what has changed."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from pyoxigraph import Triple, parse

from kg.export.base import ExportOptions
from kg.export.earlier import EarlierExports, Unusable
from kg.export.iris import Iris
from kg.export.rdf import Block, first_of_tail, tail
from kg.export.rdf_change import Pair, Target, changed_nodes, counted, pairs
from kg.export.rdf_files import write_pieces
from kg.export.rdf_forms import Form, form
from kg.export.splice import Splice, find, mapped
from kg.export.store_update import updated_store
from kg.files import atomic_path
from kg.graph import Graph
from kg.graph.tables import open_tables


def update_rdf(
    folder: Path, earlier: EarlierExports, paths: Mapping[str, Path], options: ExportOptions
) -> Collection[str]:
    """Write exports of RDF, by name, of the graph in a folder with what an earlier one has.

    Gives the names of those for which that could be done. Raises Unusable where it cannot be done for any.
    """
    old, new = open_tables(earlier.folder), open_tables(folder)
    nodes = changed_nodes(old, new)
    targets: dict[str, Target] = {}
    with ExitStack() as stack:
        for name, path in paths.items():
            with suppress(Unusable):
                opened = updated_store if name == "store" else _updated_text(name)
                targets[name] = stack.enter_context(opened(earlier, path, options))
        if not targets:
            raise Unusable("there are no exports of the graph before")
        tally = counted(next(iter(targets.values())).earlier_tail())
        for pair in pairs(old, new, nodes, options):
            for block in pair.gone:
                tally.take_off(block[1])
            for block in pair.come:
                tally.add(block[1])
            for target in targets.values():
                target.change(pair)
        behind = list(tail(Graph.open(folder), options, tally))
        for target in targets.values():
            target.end(behind)
    return tuple(targets)


def _updated_text(
    name: str,
) -> Callable[[EarlierExports, Path, ExportOptions], AbstractContextManager[Target]]:
    @contextmanager
    def updated(earlier: EarlierExports, path: Path, options: ExportOptions) -> Iterator[Target]:
        if options.compress:
            raise Unusable("places in a compressed file cannot be found")
        first = first_of_tail(Graph.open(earlier.folder), options)
        if first is None:
            raise Unusable("it has no papers")
        with mapped(earlier.export(path.name)) as old, atomic_path(path) as draft, draft.open("wb") as out:
            yield _Text(old, out, form(name, options), first, options)

    return updated


class _Text:
    """A text file that is being made of an earlier one."""

    def __init__(
        self, old: mmap.mmap, out: IO[bytes], form: Form, first_of_tail: str, options: ExportOptions
    ) -> None:
        self._old = old
        self._out = out
        self._form = form
        self._tail = self._head(first_of_tail)
        self._iris = Iris(options.base)
        self._splice = Splice(old, out)

    def earlier_tail(self) -> Iterator[Triple]:
        """What stands behind the nodes in the earlier file."""
        text = self._form.prologue.encode() + self._old[find(self._old, self._tail) :]
        try:
            for quad in parse(text, self._form.format, lenient=True):
                yield quad.triple
        except SyntaxError as error:
            raise Unusable(str(error)) from error

    def change(self, pair: Pair) -> None:
        """Put one node's text in the place of another's."""
        if pair.before:
            self._splice.gone(self._head(pair.before[0][0]))
        if pair.after:
            self._splice.fresh("".join(self._form.text(pair.after)).encode())
        if pair.following is not None:
            self._splice.kept(self._head(self._iris.node(pair.following)))

    def end(self, tail: Iterable[Block]) -> None:
        """Write what stands behind the nodes."""
        self._splice.gone(self._tail)
        write_pieces(self._form.text(tail), self._out.write)

    def _head(self, subject: str) -> bytes:
        return self._form.head(subject).encode()
