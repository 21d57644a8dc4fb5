"""Hashing, decompression, lines."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import tracemalloc

import pytest
import zstandard

from kg.sources import streams
from kg.sources.streams import TOO_LONG, BrokenStreamError, Opened, lines, text_lines

TEXT = "".join(f"line {n} of a file that is longer than one buffer\n" for n in range(20_000)).encode()

COMPRESSED = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "zstandard": zstandard.ZstdCompressor().compress(TEXT),
}


@pytest.mark.parametrize("kind", COMPRESSED)
def test_compressed_files_read_as_what_they_hold_and_hash_as_stored(kind: str) -> None:
    opened = Opened(io.BytesIO(COMPRESSED[kind]))
    assert opened.head == TEXT[: streams.HEAD]
    assert opened.stream.read() == TEXT
    assert opened.stored.sha256() == hashlib.sha256(COMPRESSED[kind]).hexdigest()


@pytest.mark.parametrize("kind", COMPRESSED)
def test_files_of_several_parts_are_one(kind: str) -> None:
    assert Opened(io.BytesIO(COMPRESSED[kind] * 3)).stream.read() == TEXT * 3


@pytest.mark.parametrize("kind", COMPRESSED)
def test_a_file_that_breaks_off_gives_its_lines_and_then_says_so(kind: str) -> None:
    data = COMPRESSED[kind]
    opened = Opened(io.BytesIO(data[: len(data) * 3 // 4]))
    got = []
    with pytest.raises(BrokenStreamError, match="break off"):
        for _, line in lines(opened.stream):
            got.append(line)
    assert got == TEXT.splitlines(keepends=True)[: len(got)]
    if kind in ("gzip", "zstandard"):  # the others hold all of it in one block
        assert got
    opened.stored.sha256()


def test_damage_is_reported_as_such() -> None:
    data = bytearray(COMPRESSED["gzip"])
    data[-6] ^= 0xFF  # the checksum
    opened = Opened(io.BytesIO(bytes(data)))
    with pytest.raises(BrokenStreamError, match="damaged"):
        opened.stream.read()


def test_padding_behind_a_gzip_file_is_not_read() -> None:
    assert Opened(io.BytesIO(COMPRESSED["gzip"] + bytes(512))).stream.read() == TEXT


def test_nothing_but_a_header_is_broken_from_the_start() -> None:
    opened = Opened(io.BytesIO(COMPRESSED["gzip"][:12]))
    assert (opened.head, opened.broken != "") == (b"", True)


def test_the_hash_covers_what_was_not_read() -> None:
    assert Opened(io.BytesIO(TEXT)).stored.sha256() == hashlib.sha256(TEXT).hexdigest()


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_a_small_file_that_stands_for_a_large_one_does_not_fill_memory(compress: object) -> None:
    data = compress(bytes(64 << 20))  # type: ignore[operator]
    tracemalloc.start()
    opened = Opened(io.BytesIO(data))
    assert len(opened.stream.read(1 << 20)) == 1 << 20
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20


def test_lines_that_are_too_long_to_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LONGEST_LINE", 10)
    stream = io.BytesIO(b"short\n" + b"x" * 500_000 + b"\nnext\n1234567890")
    assert list(lines(stream)) == [(1, b"short\n"), (2, None), (3, b"next\n"), (4, None)]


def test_text_lines_mark_what_is_not_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(text_lines(io.BytesIO(b"\xef\xbb\xbfa\n\xe9"))) == [(1, "a\n"), (2, "\udce9")]
    monkeypatch.setattr(streams, "LONGEST_LINE", 4)
    assert list(text_lines(io.BytesIO(b"12345\n6"))) == [(1, TOO_LONG), (2, "6")]
