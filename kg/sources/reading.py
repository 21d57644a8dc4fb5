"""From what a user names - files, folders, globs, standard input - to a stream of papers."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import RecordError, SourceError
from kg.records import Paper, Problem
from kg.sources.finding import STANDARD_INPUT, Found, find
from kg.sources.readers import READERS, Reader, binary_reader, may_be_papers, reader_of
from kg.sources.remote import is_remote
from kg.sources.remote import opened as opened_remote
from kg.sources.streams import BrokenStreamError, Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """A source that was read, for the manifest."""

    name: str  #: as the user gave it, or the folder as given and the path within it; "-" for standard input
    format: str  #: a key of READERS
    sha256: str  #: of its bytes as stored
    papers: int  #: how many it gave, before `unique`
    skipped: int  #: how many of its records were skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file to read, as another machine can look for it."""

    name: str  #: as in `FileRead`
    path: str  #: where it lies: a whole path, or an address
    format: str  #: a key of READERS
    size: int | None  #: in bytes, as stored
    beginning: str  #: SHA-256 of its first bytes, decompressed, so that no other file is taken for it


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadElsewhere:
    """What another machine has read of a file."""

    file: FileRead
    problems: tuple[Problem, ...]
    shards: tuple[str, ...]  #: where its papers are, in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    file: SourceFile
    reader: Reader
    opened: Opened | None  #: kept open where a source can be read but once

    @property
    def name(self) -> str:
        return self.file.name


class Reading:
    """The papers of some sources, one after the other, in a stream; it can be iterated once.

    A source is a file, a folder (read with all below it, in the order of their names), a glob, or "-" for
    standard input; files may be compressed by gzip, bzip2, xz or Zstandard. `format` is a key of
    READERS that is to be used for all; without it, name and content decide. All sources are looked at when
    the object is made: a SourceError then says what is missing, cannot be read, or is of no known format.

    Bad records are skipped and listed in `problems`; with `strict`, the first raises RecordError. While
    and after iterating, `problems` and `files` tell what has been met so far, `bytes_read` how far
    reading has come, of `bytes_total` (None if that cannot be known).
    """

    def __init__(self, sources: Sequence[str], *, format: str | None = None, strict: bool = False) -> None:
        if format is not None and format not in READERS:
            raise SourceError(f"no format is called {format!r}", hint=f"the formats are {', '.join(READERS)}")
        self.problems: list[Problem] = []
        self.files: list[FileRead] = []
        self._strict = strict
        self._forced = READERS[format] if format else None
        self._done = 0
        self._current: Opened | None = None
        self._sources: list[_Source] = []
        self._skipped: list[Problem] = []
        self.bytes_total: int | None = 0
        try:
            for found in find(sources):
                self._look_at(found)
            if not self._sources and not all(problem.reason == "is empty" for problem in self._skipped):
                first = self._skipped[0]
                raise SourceError(f"{first.source}: {first.reason}", hint=first.advice)
        except SourceError:
            self._close()
            raise
        self._papers = self._read_all()

    @classmethod
    def of(cls, file: SourceFile) -> Reading | None:
        """The papers of one file that another machine has looked at; None where it is not the same here."""
        try:
            reading = cls([file.path], format=file.format)
        except SourceError:
            return None
        if [(each.file.size, each.file.beginning) for each in reading._sources] != [
            (file.size, file.beginning)
        ]:
            reading._close()
            return None
        (source,) = reading._sources
        reading._sources = [_Source(file=file, reader=source.reader, opened=source.opened)]
        return reading

    def __iter__(self) -> Iterator[Paper]:
        return self._papers

    def look(self) -> list[SourceFile]:
        """The files that can be read more than once, in their order."""
        return [source.file for source in self._sources if source.opened is None]

    def by(
        self, read: Callable[[Sequence[SourceFile]], Iterator[ReadElsewhere | None]]
    ) -> Iterator[ReadElsewhere | Iterator[Paper]]:
        """The same papers, file by file, as `read` has others read them; in place of iterating this object.

        `read` says of each file, in their order, what became of it, or None where nobody else sees the file;
        for these, and for what can be read but once, the papers are given here, and must be taken before the
        next file is asked for.
        """
        try:
            for problem in self._skipped:
                self._report(problem)
            told = read(self.look())
            for source in self._sources:
                found = next(told) if source.opened is None else None
                if found is None:
                    yield self._read(source)
                    continue
                for problem in found.problems:
                    self._report(problem)
                self.files.append(found.file)
                yield found
        finally:
            self._close()

    @property
    def bytes_read(self) -> int:
        """Stored bytes read so far."""
        return self._done + (self._current.stored.bytes_read if self._current else 0)

    # ---------------------------------------------------------------- before reading

    def _look_at(self, found: Found) -> None:
        """Open a file, tell its format, and close it again if it can be opened twice."""
        try:
            opened = _open(found.name)
        except OSError as error:
            if found.named:
                reason = f"{found.name}: cannot be read ({error.strerror or error})"
                raise SourceError(reason, hint="see who may read it") from error
            self._skip(found.name, f"cannot be read ({error.strerror or error})", "see who may read it")
            return
        keep = False
        try:
            if opened.broken:
                self._skip(found.name, opened.broken, "fetch or make the file again")
                return
            if not opened.head.strip():
                self._skip(found.name, "is empty", "fetch or make the file again")
                return
            reason, advice = "", ""
            reader = self._forced or binary_reader(opened.head)
            if reader is not None and reader.magic:
                if not opened.head.startswith(reader.magic):
                    reason, advice = f"is no {reader.name} file", "leave --from out, or fetch the file again"
            elif kind := _binary(opened.head):
                reason, advice = f"is {kind}", "give one of the text formats: " + ", ".join(READERS)
            elif reader is None:
                head = opened.head.decode("utf-8", "replace").removeprefix("\ufeff")
                reader = reader_of(found.name, head) if found.named or may_be_papers(found.name) else None
                if reader is None:
                    reason = "is of no known format"
                    advice = f"name it with --from: {', '.join(READERS)}"
            if reason or reader is None:
                if found.named:
                    raise SourceError(f"{found.name}: {reason}", hint=advice)
                self._skip(found.name, reason, advice)
                return
            keep = not found.seekable
            own = found.name == STANDARD_INPUT or is_remote(found.name)
            file = SourceFile(
                name=found.name,
                path=found.name if own else str(Path(found.name).absolute()),
                format=reader.name,
                size=found.size,
                beginning=hashlib.sha256(opened.head).hexdigest(),
            )
            self._sources.append(_Source(file=file, reader=reader, opened=opened if keep else None))
            if found.size is None:
                self.bytes_total = None
            elif self.bytes_total is not None:
                self.bytes_total += found.size
        finally:
            if not keep:
                opened.close()

    def _skip(self, name: str, reason: str, advice: str = "") -> None:
        self._skipped.append(Problem(source=name, line=None, reason=reason, advice=advice))

    def _close(self) -> None:
        for source in self._sources:
            if source.opened is not None:
                source.opened.close()

    # ---------------------------------------------------------------- reading

    def _read_all(self) -> Iterator[Paper]:
        try:
            for problem in self._skipped:
                self._report(problem)
            for source in self._sources:
                yield from self._read(source)
        finally:
            self._close()

    def _read(self, source: _Source) -> Iterator[Paper]:
        try:
            opened = source.opened or _open(source.file.path)
        except OSError as error:  # it has changed since it was looked at
            reason = f"cannot be read any more ({error.strerror or error})"
            advice = "leave the sources as they are while they are read"
            self._report(Problem(source=source.name, line=None, reason=reason, advice=advice))
            return
        self._current = opened
        papers = skipped = 0
        try:
            try:
                for item in source.reader.read(cast(BinaryIO, opened.stream), source.name):
                    if isinstance(item, Problem):
                        skipped += 1
                        self._report(item)
                    else:
                        papers += 1
                        yield item
            except (BrokenStreamError, OSError) as error:
                skipped += 1
                reason = (
                    str(error) if isinstance(error, BrokenStreamError) else f"cannot be read on ({error})"
                )
                before = f"{papers:,} papers before that were kept" if papers else "no paper came before that"
                advice = "fetch or make the file again"
                self._report(
                    Problem(source=source.name, line=None, reason=f"{reason}; {before}", advice=advice)
                )
            if not papers and not skipped:
                self._report(
                    Problem(
                        source=source.name,
                        line=None,
                        reason=f"holds no papers (read as {source.reader.label})",
                        advice="if that is not its format, name it with --from",
                    )
                )
            self.files.append(
                FileRead(
                    name=source.name,
                    format=source.reader.name,
                    sha256=opened.stored.sha256(),
                    papers=papers,
                    skipped=skipped,
                )
            )
        finally:
            self._done += opened.stored.bytes_read
            self._current = None
            opened.close()

    def _report(self, problem: Problem) -> None:
        self.problems.append(problem)
        if self._strict:
            where = problem.source if problem.line is None else f"{problem.source}:{problem.line}"
            raise RecordError(f"{where}: {problem.reason}", hint=problem.advice)


def _open(name: str) -> Opened:
    if name == STANDARD_INPUT:
        return Opened(sys.stdin.buffer, owned=False)
    file: BinaryIO = (
        opened_remote(name) if is_remote(name) else cast(BinaryIO, Path(name).open("rb", buffering=0))  # noqa: SIM115
    )
    try:
        return Opened(file)
    except OSError:
        file.close()
        raise


def _binary(head: bytes) -> str:
    """What a file that holds no text is, in words; empty for text.

    >>> _binary(b"%PDF-1.7"), _binary(b"Title"), _binary(bytes(100))
    ('a PDF document', '', 'a binary file')
    """
    if head.startswith(b"%PDF-"):
        return "a PDF document"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "in UTF-16; save it as UTF-8"
    if head.startswith(b"PK\x03\x04"):
        return "a ZIP archive; unpack it"
    sample = head[:4096]
    strange = sum(byte < 32 and byte not in b"\t\n\r\f\v\x1b" for byte in sample)
    undecoded = sample.decode("utf-8", "replace").count("\ufffd")
    return "a binary file" if 100 * strange > len(sample) * 2 or 100 * undecoded > len(sample) * 20 else ""
