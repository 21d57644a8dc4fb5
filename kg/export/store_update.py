"""A store made of that of an earlier graph: a copy, in which what has changed is changed.

The database's large files never change once they are written, so the copy shares them with the earlier store
(hard links); only what the change adds is written.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, Store, parse

from kg.errors import SourceError
from kg.export.base import ExportOptions
from kg.export.description import Tally
from kg.export.earlier import EarlierExports, Unusable
from kg.export.rdf import Block, earlier_tail, tail
from kg.export.rdf_change import changed_nodes, counted, pairs
from kg.export.store_folder import Digest, lines_of, new_store
from kg.export.terms import term
from kg.graph import Graph
from kg.graph.tables import open_tables
from kg.store import Contents, pointed

#: What a database leaves in its folder that no other needs.
_LEFT = ("LOCK", "LOG", "reading")


def update_store(folder: Path, earlier: EarlierExports, path: Path, options: ExportOptions) -> None:
    """Write store.json and the store beside it with what an earlier one has.

    Raises Unusable where that cannot be done.
    """
    earlier.export(path.name)
    try:
        store, contents = pointed(earlier.folder)
    except SourceError as error:
        raise Unusable(str(error)) from error
    with new_store(path, options) as draft:
        _copy(store, draft.folder)
        draft.contents = _change(Store(draft.folder), contents, folder, earlier.folder, options)


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


def _change(store: Store, contents: Contents, folder: Path, before: Path, options: ExportOptions) -> Contents:
    """Make the store of one graph that of another; the store is closed when nobody else holds it."""
    old, new = open_tables(before), open_tables(folder)
    nodes = changed_nodes(old, new)
    gone: set[str] = set()
    come: set[str] = set()
    digest = Digest(contents.nodes)

    behind = list(earlier_tail(Graph.open(before), options, _counts(store)))
    gone.update(_lines(behind))
    tally = counted(quad.triple for quad in parse(lines_of(behind), RdfFormat.N_TRIPLES, lenient=True))
    for _, was, becomes in pairs(old, new, nodes, options):
        for block in was:
            tally.take_off(block[1])
        for block in becomes:
            tally.add(block[1])
        if was:
            digest.take_off(lines_of(was))
        if becomes:
            digest.add(lines_of(becomes))
        lines, others = set(_lines(was)), set(_lines(becomes))
        gone |= lines - others
        come |= others - lines
    for block in tail(Graph.open(folder), options, tally):
        digest.add_tail(lines_of([block]))
        come.update(_lines([block]))

    for quad in parse("".join(gone - come), RdfFormat.N_TRIPLES, lenient=True):
        store.remove(quad)
    store.bulk_load("".join(come - gone), RdfFormat.N_TRIPLES, lenient=True)
    store.flush()
    return digest.contents(contents.triples - len(gone) + len(come))


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    # not by cutting the text at its line ends: literals may hold more kinds of them than N-Triples knows
    for subject, properties, _ in blocks:
        for property_, value in properties:
            yield f"{subject} {property_} {value} .\n"


def _counts(store: Store) -> Tally:
    """What the graph in a store says of itself: its triples by property, its nodes by class."""
    tally = Tally()
    for which, number, counts in (
        ("void:property", "void:triples", tally.properties),
        ("void:class", "void:entities", tally.classes),
    ):
        for quad in store.quads_for_pattern(None, term(which), None):
            for count in store.quads_for_pattern(quad.subject, term(number), None):
                if isinstance(count.object, Literal):
                    counts[str(quad.object)] = int(count.object.value)
    return tally
