"""A file made of an earlier one: what is the same is copied, what is new is put between.

Files are rows of elements that begin at the start of a line with a text that occurs at the start of no other
line up to there. So places are found by searching, from one to the next, and nothing about the earlier file
has to be remembered.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg.export.earlier import Unusable

#: So many bytes are copied at a time.
_BYTES = 1 << 24


class Splice:
    """Writes a new file from an old one; told in order what of the old is kept or gone, and what is new.

    >>> import io
    >>> out = io.BytesIO()
    >>> splice = Splice(b"a 1\\nb 1\\nc 1\\n", out)
    >>> splice.kept(b"a ")
    >>> splice.gone(b"b ")
    >>> splice.fresh(b"b 2\\n")
    >>> splice.kept(b"c ")
    >>> splice.fresh(b"d 1\\n")
    >>> splice.end()
    >>> out.getvalue()
    b'a 1\\nb 2\\nc 1\\nd 1\\n'
    """

    def __init__(self, old: bytes | mmap.mmap, out: IO[bytes]) -> None:
        self._old = old
        self._out = out
        self._place = 0  # up to here the old file has been looked at
        self._from: int | None = 0  # from here on it is being copied
        self._waiting: list[bytes] = []  # what is new and stands behind what is being copied

    def kept(self, head: bytes) -> None:
        """The element that begins so, and all behind it, stay until something else is said."""
        if self._from is None or self._waiting:
            place = self._until(head)
            self._from = place

    def gone(self, head: bytes) -> None:
        """The element that begins so, and all behind it, go, until something else is said."""
        if self._from is not None:
            self._until(head)

    def fresh(self, text: bytes) -> None:
        """This stands where the new file has got to."""
        if self._from is None:
            self._out.write(text)
        else:
            self._waiting.append(text)

    def end(self) -> None:
        """What is being copied goes to the end of the old file."""
        self._copy(len(self._old))

    def _until(self, head: bytes) -> int:
        """Copy what is to be copied up to an element."""
        place = find(self._old, head, self._place)
        self._copy(place)
        self._place = place
        return place

    def _copy(self, end: int) -> None:
        if self._from is not None:
            with memoryview(self._old) as old:
                for start in range(self._from, end, _BYTES):
                    with old[start : min(end, start + _BYTES)] as some:
                        self._out.write(some)
        self._from = None
        for text in self._waiting:
            self._out.write(text)
        self._waiting.clear()


def find(text: bytes | mmap.mmap, head: bytes, start: int = 0) -> int:
    """Where the first line that begins so begins, not before `start`. Raises Unusable where there is none."""
    if text[start : start + len(head)] == head and (start == 0 or text[start - 1 : start] == b"\n"):
        return start
    place = text.find(b"\n" + head, start)
    if place < 0:
        raise Unusable("its text is not what its tables say")
    return place + 1


@contextmanager
def mapped(path: Path) -> Iterator[mmap.mmap]:
    """A file's bytes, without reading them all. Raises Unusable where that cannot be done."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            yield text
    except ValueError as error:  # an empty file
        raise Unusable(str(path)) from error
