"""What an exporter is, what it is given, and what a user may choose about it."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kg.records import Edge, Entity, Extraction, LocalNode, Paper, ResultRow

if TYPE_CHECKING:
    from kg.export.earlier import EarlierExports

#: How much of the evidence the RDF carries, least first.
PROVENANCE = ("none", "statement", "span")


class ReadableGraph(Protocol):
    """What exporters need of a graph. Each call starts anew, in a fixed order."""

    def papers(self) -> Iterable[Paper]:
        """All papers, by id."""

    def entities(self) -> Iterable[Entity]:
        """All other nodes, by id."""

    def edges(self) -> Iterable[Edge]:
        """All edges, by source, kind and target."""

    def results(self) -> Iterable[ResultRow]:
        """All results, by paper and number."""

    def extractions(self) -> Iterable[Extraction]:
        """What each paper's text says, by paper."""

    def nodes(self) -> Iterable[LocalNode]:
        """Which node each entity of each paper became, by paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What a user may choose about exports."""

    base: str = "https://kg.example/"  #: where the graph's own IRIs begin
    provenance: str = "span"  #: one of PROVENANCE
    abstracts: bool = True  #: whether papers carry their abstracts
    license: str = ""  #: IRI of the terms under which the graph may be used; empty: not stated
    compress: bool = False  #: whether RDF files are gzip files


@contextmanager
def without_collection() -> Iterator[None]:
    """With hardly any of Python's search for objects that refer to one another in a circle.

    Rows and terms never do, and there are millions: looking for circles among them as often as Python does
    takes an eighth of the time of an export. Not looking at all would leave those that reading tables makes.
    """
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


#: So many objects are made between one search and the next.
_SELDOM = 100_000


@contextmanager
def giving_back() -> Iterator[None]:
    """With Arrow's memory from the system's own allocator.

    Arrow's usual one keeps for a while what it is given back; where tables are read a row group at a time,
    that is a third of what an export holds, and it saves no time.
    """
    import pyarrow as pa

    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


Writer = Callable[[ReadableGraph, Path, ExportOptions], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """One format: what it writes, what people call it, and the function that writes it."""

    filename: str
    label: str
    writer: str  #: "module:function"; imported when it writes, so that asking a query waits for none of them
    updater: str = ""  #: "module:function", which makes it, and others, of an earlier graph's (`update`)
    together: str = ""  #: "module:function", which writes it, and others, in one pass over the graph
    default: bool = False  #: whether a plain build writes it
    rdf: bool = False  #: whether it is a file of RDF, which can be compressed

    def name(self, options: ExportOptions) -> str:
        """The name of what it writes into a graph's folder."""
        return f"{self.filename}.gz" if self.rdf and options.compress else self.filename

    def write(self, graph: ReadableGraph, path: Path, *, options: ExportOptions | None = None) -> None:
        """Write the whole file or folder, or leave an earlier one as it is.

        Raises OutputError where `path` cannot be written, and UsageError where the options make no sense.
        """
        function: Writer = _function(self.writer)
        with giving_back():
            function(graph, path, options or ExportOptions())


def write_together(
    graph: ReadableGraph, together: str, paths: Mapping[str, Path], *, options: ExportOptions
) -> None:
    """Have an exporter's function `together` write exports, by name.

    Raises what `Exporter.write` does.
    """
    function: Callable[[ReadableGraph, Mapping[str, Path], ExportOptions], None] = _function(together)
    with giving_back():
        function(graph, paths, options)


def update(
    updater: str,
    folder: Path,
    earlier: EarlierExports,
    paths: Mapping[str, Path],
    *,
    options: ExportOptions,
) -> Collection[str]:
    """Have an exporter's `updater` write exports, by name, of the graph in a folder with an earlier one's.

    Gives the names of those for which that could be done. Raises OutputError where they cannot be written.
    """
    from kg.export.earlier import Unusable

    function: Updater = _function(updater)
    try:
        with without_collection(), giving_back():
            return function(folder, earlier, paths, options)
    except Unusable:
        return ()


Updater = Callable[[Path, "EarlierExports", Mapping[str, Path], ExportOptions], Collection[str]]


def _function(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)
