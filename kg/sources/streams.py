"""Bytes from files and standard input: hashed as stored, decompressed by what they hold, in a stream.

A compressed file that breaks off in the middle gives all that came before the break, and then raises
`BrokenStreamError`; readers see an ordinary stream until then.
"""

from __future__ import annotations

import bz2
import hashlib
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import zstandard

#: How much of a file is looked at to tell its format.
HEAD = 1 << 16
#: The longest line that is taken into memory.
LONGEST_LINE = 64 << 20

_CHUNK = 1 << 16
_MAGIC = 6  # bytes; the longest key of COMPRESSIONS
_MOST_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Compression:
    """A way of compressing files."""

    start: Callable[[], Any]  #: makes an object with `decompress`, `eof` and `unused_data`
    bite: int  #: compressed bytes to feed at a time: few where they may stand for a thousand times as many


#: By the first bytes of a file. To add a compression, add a row.
COMPRESSIONS: dict[bytes, Compression] = {
    b"\x1f\x8b\x08": Compression(lambda: zlib.decompressobj(wbits=31), 1 << 11),
    b"BZh": Compression(bz2.BZ2Decompressor, 1 << 16),
    b"\xfd7zXZ\x00": Compression(lzma.LZMADecompressor, 1 << 16),
    b"\x28\xb5\x2f\xfd": Compression(lambda: zstandard.ZstdDecompressor().decompressobj(), 1 << 8),
}
#: What such files are called; taken off before the format is read from the name.
COMPRESSED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst")


class BrokenStreamError(Exception):
    """The file breaks off or is damaged here; all before it has been given."""


class Stored(io.RawIOBase):
    """A file as it is stored: counts and hashes every byte that is read."""

    def __init__(self, file: BinaryIO, *, owned: bool = True) -> None:
        super().__init__()
        self._file = file
        self._owned = owned
        self._hash = hashlib.sha256()
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer)) or b""
        self._hash.update(data)
        self.bytes_read += len(data)
        buffer[: len(data)] = data
        return len(data)

    def sha256(self) -> str:
        """Hash of the whole file, as far as it can be read: what has not been read yet is read now."""
        with suppress(OSError):  # the reader has met it before, and told
            while self.read(_CHUNK):
                pass
        return self._hash.hexdigest()

    def close(self) -> None:
        if not self.closed and self._owned:
            self._file.close()
        super().close()


class Decompressed(io.RawIOBase):
    """A stored file without its compression; files of several compressed parts are one."""

    def __init__(self, stored: Stored, head: bytes, compression: Compression) -> None:
        super().__init__()
        self._stored = stored
        self._compression = compression
        self._engine = compression.start()
        self._waiting = head  # compressed bytes not yet fed
        self._ready = b""  # decompressed bytes not yet given
        self._error: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            if self._error is not None:
                raise BrokenStreamError(self._error)
            try:
                if not self._more():
                    return 0
            except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError, zstandard.ZstdError) as error:
                self._error = f"its compressed data are damaged ({error})"
        data = self._ready[: len(buffer)]
        self._ready = self._ready[len(data) :]
        buffer[: len(data)] = data
        return len(data)

    def _more(self) -> bool:
        """Decompress a little; False at the end."""
        engine = self._engine
        if engine.eof:
            self._waiting = engine.unused_data + self._waiting
            while len(self._waiting) < _MAGIC:
                data = self._stored.read(_CHUNK)
                if not data:
                    break
                self._waiting += data
            compression = _compression(self._waiting)
            if compression is None:
                return False  # padding behind the last part
            self._compression = compression
            self._engine = engine = compression.start()
        if getattr(engine, "needs_input", True):
            self._waiting = self._waiting or self._stored.read(_CHUNK) or b""
            if not self._waiting:
                self._error = "its compressed data break off in the middle"
                return True
            size = self._compression.bite
            bite, self._waiting = self._waiting[:size], self._waiting[size:]
        else:
            bite = b""
        if hasattr(engine, "needs_input"):
            self._ready = engine.decompress(bite, _MOST_AT_ONCE)
        else:
            self._ready = engine.decompress(bite)
        return True


class Prefixed(io.RawIOBase):
    """A stream whose beginning has been read before."""

    def __init__(self, head: bytes, rest: io.RawIOBase) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._head:
            data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
            buffer[: len(data)] = data
            return len(data)
        return self._rest.readinto(buffer)


class Opened:
    """An open source: its first bytes to tell the format by, its stream to read, its hash at the end."""

    def __init__(self, file: BinaryIO, *, owned: bool = True) -> None:
        """`owned` says whether closing this closes the file: not so for standard input."""
        self.stored = Stored(file, owned=owned)
        magic = _exactly(self.stored, _MAGIC)
        compression = _compression(magic)
        rest: io.RawIOBase = Prefixed(magic, self.stored)
        if compression is not None:
            rest = Decompressed(self.stored, magic, compression)
        self.broken = ""  #: why nothing at all can be read, if so
        try:
            self.head = _exactly(rest, HEAD)
        except BrokenStreamError as error:
            self.head = b""
            self.broken = str(error)
        self.stream = io.BufferedReader(Prefixed(self.head, rest), buffer_size=_CHUNK)

    def close(self) -> None:
        """Close the file, if it is this object's own."""
        self.stored.close()


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    r"""The lines of a stream with their numbers, from 1; None for a line that is too long to hold.

    >>> list(lines(io.BytesIO(b"a\r\nb")))
    [(1, b'a\r\n'), (2, b'b')]
    """
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield number, line
            continue
        while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
            pass
        yield number, None


def text_lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """The same as text without byte order mark; bytes that are not UTF-8 become lone surrogates.

    A line that is too long to hold is `TOO_LONG`.
    """
    for number, line in lines(stream):
        text = TOO_LONG if line is None else line.decode("utf-8", "surrogateescape")
        yield number, text.removeprefix("\ufeff") if number == 1 else text


#: Stands for a line that was too long to hold; no file can contain it.
TOO_LONG = "\udfff"


def _compression(begin: bytes) -> Compression | None:
    return next((COMPRESSIONS[first] for first in COMPRESSIONS if begin.startswith(first)), None)


def _exactly(stream: io.RawIOBase, size: int) -> bytes:
    """The first bytes of a stream, as many as asked unless it ends before."""
    found = b""
    while len(found) < size:
        try:
            data = stream.read(size - len(found))
        except BrokenStreamError:
            if found:
                break
            raise
        if not data:
            break
        found += data
    return found
