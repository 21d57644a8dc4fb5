"""RDF files: a graph's blocks as N-Triples, N-Quads, Turtle, TriG, JSON-LD and RDF/XML, each in a stream."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, count, islice
from pathlib import Path
from typing import IO, BinaryIO, cast

from pyoxigraph import RdfFormat, Triple, parse

from kg.export.base import ExportOptions, ReadableGraph, without_collection
from kg.export.iris import Iris
from kg.export.jsonld import jsonld
from kg.export.lines import nquads, ntriples
from kg.export.rdf import Block, blocks
from kg.export.rdfxml import rdfxml
from kg.export.turtle import trig, turtle
from kg.files import atomic_folder, atomic_path

#: zlib's own default: on such files level 9 takes four times as long and saves 7 %.
_GZIP_LEVEL = 6

#: So many pieces of text are joined before they are written.
_PIECES = 4096

#: So many blocks, some two million triples, make a part of a graph that is written in parts.
_SHARD = 400_000


def triples(parts: Iterable[Block]) -> Iterator[Triple]:
    """The triples of blocks, in their order, as pyoxigraph's terms."""
    for text in ntriples(parts):
        for quad in parse(text, RdfFormat.N_TRIPLES):
            yield quad.triple


def write_ntriples(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.nt: a line a triple."""
    _write(ntriples(blocks(graph, options)), path, options)


def write_nquads(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.nq: a line a triple and named graph."""
    _write(nquads(blocks(graph, options)), path, options)


def write_turtle(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.ttl: with prefixes, one subject after the other."""
    _write(turtle(blocks(graph, options), Iris(options.base).prefixes()), path, options)


def write_trig(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.trig: as Turtle, in named graphs. A paper's graph is opened wherever it has a part."""
    _write(trig(blocks(graph, options), Iris(options.base).prefixes()), path, options)


def write_jsonld(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.jsonld: a node object a line, with the short names of the context that ships."""
    _write(jsonld(blocks(graph, options)), path, options)


def write_rdfxml(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.rdf: RDF/XML, a description a subject."""
    _write(rdfxml(blocks(graph, options)), path, options)


def write_shards(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.nt.d/: N-Triples in compressed parts, which loaders can read side by side."""
    lines = ntriples(blocks(graph, options))
    with atomic_folder(path) as draft, without_collection():
        for number in count():
            first = list(islice(lines, _PIECES))
            if not first:
                break
            name = f"part-{number:05}.nt.gz"
            with (draft / name).open("wb") as file, gzipped(file) as zipped:
                write_pieces(chain(first, islice(lines, _SHARD - _PIECES)), zipped.write)


def _write(pieces: Iterator[str], path: Path, options: ExportOptions) -> None:
    with atomic_path(path) as draft, without_collection(), ExitStack() as stack:
        file: BinaryIO | IO[bytes] = stack.enter_context(draft.open("wb"))
        if options.compress:
            file = stack.enter_context(gzipped(cast(BinaryIO, file)))
        write_pieces(pieces, file.write)


def write_pieces(pieces: Iterator[str], write: Callable[[bytes], object]) -> None:
    """Hand pieces of text to `write` as UTF-8, many at a time."""
    while some := list(islice(pieces, _PIECES)):
        write("".join(some).encode())


def gzipped(file: BinaryIO) -> IO[bytes]:
    """A gzip stream that holds neither a time nor a name, so that the same graph gives the same bytes."""
    zipped = gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=_GZIP_LEVEL, mtime=0)
    return cast(IO[bytes], zipped)
