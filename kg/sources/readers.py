"""The formats that can be read, and how one is told from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from kg.records import Paper, Problem
from kg.sources.bibtex import read_bibtex, sniff_bibtex
from kg.sources.daily import read_daily, sniff_daily
from kg.sources.feed import read_feed, sniff_feed
from kg.sources.json_lines import read_json_lines, sniff_arxiv, sniff_json_lines
from kg.sources.json_values import read_json, sniff_json
from kg.sources.parquet import MAGIC, read_parquet
from kg.sources.remote import is_remote
from kg.sources.streams import COMPRESSED_SUFFIXES
from kg.sources.tables import read_table, sniff_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One format: what it is called, how it is recognised, and how it is read."""

    name: str  #: what `--from` takes
    label: str  #: for people
    extensions: tuple[str, ...]  #: without dot; several readers may share one, then the content decides
    sniff: Callable[[str], bool]  #: whether the first 64 KB of a text look like it
    read: Callable[[BinaryIO, str], Iterator[Paper | Problem]]  #: of decompressed bytes and the source's name
    magic: bytes = b""  #: how every such file begins, of a format that is no text


# To add a format, add a row. `read` is given the bytes, decompressed and in a stream, and the name by which
# the user knows the source. It yields a `PaperRead` for each paper (`fields.paper_of` makes one from named
# fields) and a `Problem`, with the line, for each record that makes none; it never raises for bad content.
# `sniff` is asked in the order of the table, so a narrower format stands before a wider one.
READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        Reader(
            name="arxiv",
            label="arXiv's metadata snapshot (JSON lines)",
            extensions=("json", "jsonl", "ndjson"),
            sniff=sniff_arxiv,
            read=read_json_lines,
        ),
        Reader(
            name="jsonl",
            label="JSON lines with title and abstract",
            extensions=("jsonl", "ndjson", "json"),
            sniff=sniff_json_lines,
            read=read_json_lines,
        ),
        Reader(
            name="json",
            label="JSON array of objects with title and abstract",
            extensions=("json",),
            sniff=sniff_json,
            read=read_json,
        ),
        Reader(
            name="bibtex",
            label="BibTeX",
            extensions=("bib", "bibtex"),
            sniff=sniff_bibtex,
            read=read_bibtex,
        ),
        Reader(
            name="feed",
            label="Atom or RSS feed",
            extensions=("atom", "rss", "xml"),
            sniff=sniff_feed,
            read=read_feed,
        ),
        Reader(
            name="csv",
            label="CSV or TSV with a first row that names title and abstract",
            extensions=("csv", "tsv", "tab"),
            sniff=sniff_table,
            read=read_table,
        ),
        Reader(
            name="parquet",
            label="Parquet with columns title and abstract",
            extensions=("parquet", "pq"),
            sniff=lambda head: False,
            read=read_parquet,
            magic=MAGIC,
        ),
        Reader(
            name="daily",
            label="daily-papers page, copied as text",
            extensions=(),
            sniff=sniff_daily,
            read=read_daily,
        ),
    )
}


def binary_reader(head: bytes) -> Reader | None:
    """The reader for a file that is no text, by its first bytes; None if there is none.

    >>> binary_reader(b"PAR1...").name
    'parquet'
    """
    return next((each for each in READERS.values() if each.magic and head.startswith(each.magic)), None)


def reader_of(name: str, head: str) -> Reader | None:
    """The reader for a source, by its extension where that is enough, else by its content; None if unknown.

    >>> reader_of("a.csv.gz", "").name, reader_of("-", '{"title": "T"}').name, reader_of("a.txt", "Hello")
    ('csv', 'jsonl', None)
    """
    extension = extension_of(name)
    named = [reader for reader in READERS.values() if extension in reader.extensions]
    if len(named) == 1:
        return named[0]
    recognised = next((reader for reader in (*named, *READERS.values()) if reader.sniff(head)), None)
    if recognised is None and named:
        return named[-1]  # the widest; each bad record will be reported
    return recognised


def may_be_papers(name: str) -> bool:
    """Whether a file that was met in a folder is worth looking into: a folder holds other things too.

    >>> may_be_papers("page.txt"), may_be_papers("papers.bib.gz"), may_be_papers("README.md")
    (True, True, False)
    """
    extension = extension_of(name)
    return extension in ("", "txt", "text") or any(
        extension in reader.extensions for reader in READERS.values()
    )


def extension_of(name: str) -> str:
    """The extension of a file name, lower case, behind those of compression.

    >>> extension_of("a/Papers.JSONL.gz"), extension_of("notes"), extension_of("-")
    ('jsonl', '', '')
    """
    path = PurePath(name.partition("?")[0] if is_remote(name) else name)
    if path.suffix.lower() in COMPRESSED_SUFFIXES:
        path = path.with_suffix("")
    return path.suffix.lower().removeprefix(".")
