"""JSON that is not one line a record: an array of objects, objects on end, or a list within an object."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from kg.records import Paper, Problem
from kg.sources.fields import names_title
from kg.sources.json_lines import invalid_json, not_utf8, paper_or_problem, said
from kg.sources.streams import LONGEST_LINE, BrokenStreamError
from kg.sources.text import is_undecoded

_CHUNK = 1 << 16
_BETWEEN = re.compile(r"[\s,\ufeff]*")
#: An object that begins with a list of objects, but for a few plain values before it.
_WRAPPER = re.compile(r'\{(?:\s*"[^"\\]*"\s*:\s*(?:"[^"\\]*"|[\w.+-]+)\s*,)*\s*"[^"\\]*"\s*:\s*\[\s*(?=\{)')
_TITLE = re.compile(r'"[\w -]*title"\s*:', re.IGNORECASE)
_LAST_INDENT = re.compile(r"(?:^|\n)([ \t]*)\Z")


def read_json(stream: BinaryIO, name: str) -> Iterator[Paper | Problem]:
    """The papers of JSON values, one value in memory at a time: of a list, or of a list within an object.

    Behind a value that is damaged, reading goes on at the next line that begins an object as it did.
    """
    text = _Window(stream)
    text.skip(_BETWEEN)
    wrapped = text.enter_wrapper()
    in_list = wrapped
    while True:
        text.skip(_BETWEEN)
        if text.at_end():
            return
        if text.startswith("]" if in_list else "["):
            text.advance(1)
            if wrapped:
                return  # what else the object holds are no papers
            in_list = not in_list
            continue
        line = text.line
        value, raw, error = text.value()
        if error is not None:
            yield invalid_json(name, text.line_of(error), said(error))
            text.resume()
        elif is_undecoded(raw):
            yield not_utf8(name, line)
        else:
            yield paper_or_problem(value, name, line)


def sniff_json(head: str) -> bool:
    r"""Whether a text is JSON with titles in it.

    >>> sniff_json('[\n {"title": "T"}]'), sniff_json('[1, 2]'), sniff_json("[Title] of a page")
    (True, False, False)
    """
    begin = head.lstrip("\ufeff \t\r\n")
    return (
        begin[:1] in ("{", "[") and begin[1:].lstrip()[:1] in ('"', "{") and _TITLE.search(head) is not None
    )


class _Window:
    """The stretch of a stream that is being parsed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._json = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._ended = False
        self._indent = ""  # of the value that was begun last
        self.line = 1

    def at_end(self) -> bool:
        return self._at == len(self._text) and not self._more()

    def startswith(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Pass over what the pattern matches, wherever the window ends."""
        while True:
            match = pattern.match(self._text, self._at)
            self.advance(match.end() - self._at if match else 0)
            if self._at < len(self._text) or not self._more():
                return

    def enter_wrapper(self) -> bool:
        """Go to the first record of a list that is wrapped in an object; False if there is none."""
        if not self._text and not self._more():
            return False
        match = _WRAPPER.match(self._text, self._at)
        if match is None:
            return False
        try:
            first, _ = self._json.raw_decode(self._text, match.end())
        except (ValueError, RecursionError):
            return False
        if not isinstance(first, dict) or not names_title(first):
            return False  # a record that begins with its authors
        self.advance(match.end() - self._at)
        return True

    def advance(self, size: int) -> None:
        passed = self._text[self._at : self._at + size]
        self.line += passed.count("\n")
        if (indent := _LAST_INDENT.search(passed)) is not None:
            self._indent = indent[1]
        self._at += size

    def value(self) -> tuple[object, str, Exception | None]:
        """The JSON value that begins here, and its text; the window stays where it is if it is damaged."""
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._at > LONGEST_LINE:
                    return None, "", ValueError(f"a value is longer than {LONGEST_LINE >> 20} MB")
                if isinstance(error, RecursionError) or not self._more():
                    return None, "", error
                continue
            raw = self._text[self._at : end]
            indent = self._indent
            self.advance(end - self._at)
            self._indent = indent
            return value, raw, None

    def line_of(self, error: Exception) -> int:
        """The line at which a value went wrong."""
        if isinstance(error, json.JSONDecodeError):
            return self.line + self._text.count("\n", self._at, error.pos)
        return self.line

    def resume(self) -> None:
        """Pass over a damaged value."""
        next_one = re.compile(rf"\n{self._indent}\{{")
        self.advance(1)
        while True:
            match = next_one.search(self._text, self._at)
            if match:
                self.advance(match.start() + 1 - self._at)
                return
            keep = max(self._at, len(self._text) - 1 - len(self._indent))
            self.advance(keep - self._at)
            if not self._more():
                self.advance(len(self._text) - self._at)
                return

    def _more(self) -> bool:
        """Read on, twice as far as before; False at the end."""
        if self._ended:
            return False
        wanted = max(_CHUNK, len(self._text) - self._at)
        read = 0
        parts = [self._text[self._at :]]
        while read < wanted and not self._ended:
            try:
                data = getattr(self._stream, "read1", self._stream.read)(_CHUNK)
            except BrokenStreamError:
                if read == 0:
                    raise
                break  # what came before is parsed first; the next call raises again
            self._ended = not data
            read += len(data)
            parts.append(self._decode(data, self._ended))
        self._text = "".join(parts)
        self._at = 0
        return read > 0
