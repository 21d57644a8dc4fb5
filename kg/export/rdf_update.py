"""RDF files made of those of an earlier graph: the text of nodes that are the same is copied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import RdfFormat, parse

from kg.export.base import ExportOptions
from kg.export.description import Tally
from kg.export.earlier import EarlierExports, Unusable
from kg.export.iris import Iris
from kg.export.lines import nquads, ntriples
from kg.export.rdf import Block, first_of_tail, tail
from kg.export.rdf_change import Order, changed_nodes, counted, pairs
from kg.export.rdf_files import write_pieces
from kg.export.splice import Splice, find, mapped
from kg.export.turtle import Turtle
from kg.files import atomic_path
from kg.graph import Graph
from kg.graph.tables import open_tables


class Text(NamedTuple):
    """A format in which a node's blocks are lines of their own."""

    head: Callable[[str], str]  #: how the lines of a subject begin
    text: Callable[[Iterable[Block]], Iterator[str]]  #: the lines
    prologue: str  #: what a parser needs to have read before
    format: RdfFormat


def update_ntriples(folder: Path, earlier: EarlierExports, path: Path, options: ExportOptions) -> None:
    """Write graph.nt with what an earlier one has. Raises Unusable where that cannot be done."""
    _update(folder, earlier, path, options, Text(_first, ntriples, "", RdfFormat.N_TRIPLES))


def update_nquads(folder: Path, earlier: EarlierExports, path: Path, options: ExportOptions) -> None:
    """Write graph.nq with what an earlier one has. Raises Unusable where that cannot be done."""
    _update(folder, earlier, path, options, Text(_first, nquads, "", RdfFormat.N_QUADS))


def update_turtle(folder: Path, earlier: EarlierExports, path: Path, options: ExportOptions) -> None:
    """Write graph.ttl with what an earlier one has. Raises Unusable where that cannot be done."""
    turtle = Turtle(Iris(options.base).prefixes())
    head = Text(
        lambda subject: f"{turtle.short(subject)} ", turtle.subjects, turtle.prologue, RdfFormat.TURTLE
    )
    _update(folder, earlier, path, options, head)


def _first(subject: str) -> str:
    return f"{subject} "


def _update(folder: Path, earlier: EarlierExports, path: Path, options: ExportOptions, form: Text) -> None:
    if options.compress:
        raise Unusable("places in a compressed file cannot be found")
    old, new = open_tables(earlier.folder), open_tables(folder)
    nodes = changed_nodes(old, new)
    order, iris, changed = Order.of_nodes(old), Iris(options.base), set(nodes)
    first = first_of_tail(Graph.open(earlier.folder), options)
    if first is None:
        raise Unusable("it has no papers")
    last = form.head(first).encode()

    def head(subject: str) -> bytes:
        return form.head(subject).encode()

    def text(blocks: Iterable[Block]) -> bytes:
        return "".join(form.text(blocks)).encode()

    with mapped(earlier.export(path.name)) as before, atomic_path(path) as draft, draft.open("wb") as out:
        tally = _counted_in(before[find(before, last) :], form)
        splice = Splice(before, out)
        for node, was, becomes in pairs(old, new, nodes, options):
            if was:
                splice.gone(head(was[0][0]))
                for block in was:
                    tally.take_off(block[1])
            if becomes:
                splice.fresh(text(becomes))
                for block in becomes:
                    tally.add(block[1])
            following = order.after(node)
            if following is not None and following not in changed:
                splice.kept(head(iris.node(following)))
        splice.gone(last)
        write_pieces(form.text(tail(Graph.open(folder), options, tally)), out.write)


def _counted_in(text: bytes, form: Text) -> Tally:
    """The counts of all nodes' blocks, by what stands behind them in a file."""
    try:
        read = parse(form.prologue.encode() + text, form.format, lenient=True)
        return counted(quad.triple for quad in read)
    except SyntaxError as error:
        raise Unusable(str(error)) from error
