"""RDF files: a graph's blocks in Turtle and N-Triples, streamed by pyoxigraph's serialisers."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from pyoxigraph import RdfFormat, Triple, serialize

from kg.export.base import ExportOptions, ReadableGraph
from kg.export.iris import Iris
from kg.export.rdf import Block, blocks
from kg.export.terms import PREFIXES
from kg.files import atomic_path

#: zlib's own default: on such files level 9 takes four times as long and saves 7 %.
_GZIP_LEVEL = 6


def triples(parts: Iterable[Block]) -> Iterator[Triple]:
    """The triples of blocks, in their order."""
    for subject, properties in parts:
        for property_, value in properties:
            yield Triple(subject, property_, value)


def write_turtle(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.ttl: with prefixes, one subject after the other."""
    prefixes = PREFIXES | Iris(options.base).prefixes()
    with atomic_path(path) as draft, draft.open("wb") as file:
        serialize(triples(blocks(graph, options)), file, RdfFormat.TURTLE, prefixes=prefixes)


def write_ntriples(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.nt.gz: a line a triple, compressed."""
    with atomic_path(path) as draft, draft.open("wb") as file, _gzipped(file) as zipped:
        serialize(triples(blocks(graph, options)), zipped, RdfFormat.N_TRIPLES)


def _gzipped(file: BinaryIO) -> IO[bytes]:
    """A gzip stream that holds neither a time nor a name, so that the same graph gives the same bytes."""
    zipped = gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=_GZIP_LEVEL, mtime=0)
    return cast(IO[bytes], zipped)
