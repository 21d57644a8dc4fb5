"""Text put together from stretches of a source, each character with the stretch that it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extraction.latex import Pieces

Offsets = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cleaned:
    """A cleaned text; character `i` of `text` stands for `source[starts[i]:ends[i]]`."""

    text: str
    starts: Offsets
    ends: Offsets


_ODD_SPACE = re.compile(r"[^\S ]")
_SPARE_SPACE = re.compile(r"^ +| +$|(?<= ) +")
_COUNT = np.arange(1 << 14, dtype=np.int32)


class MappedText:
    """A text in the making: what stands in the source from `position` on comes next."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self._parts: list[str] = []
        self._starts: list[Offsets] = []
        self._ends: list[Offsets] = []

    def keep_until(self, end: int) -> None:
        """Take the source over as it is, up to `end`."""
        if end > self.position:
            self._parts.append(self.source[self.position : end])
            if end < len(_COUNT):
                run = _COUNT[self.position : end + 1]
            else:
                run = np.arange(self.position, end + 1, dtype=np.int32)
            self._starts.append(run[:-1])
            self._ends.append(run[1:])
            self.position = end

    def replace(self, start: int, end: int, text: str) -> int:
        """Put `text` for `source[start:end]`; give where to go on."""
        self.keep_until(start)
        if text:
            self._parts.append(text)
            self._starts.append(np.full(len(text), start, np.int32))
            self._ends.append(np.full(len(text), end, np.int32))
        self.position = end
        return end

    def put(self, start: int, end: int, pieces: Pieces) -> int:
        """Put characters, whose offsets count from `start`, for `source[start:end]`."""
        self.keep_until(start)
        if pieces.characters:
            self._parts.append("".join(pieces.characters))
            self._starts.append(np.array(pieces.starts, np.int32) + np.int32(start))
            self._ends.append(np.array(pieces.ends, np.int32) + np.int32(start))
        self.position = end
        return end

    def put_cleaned(self, start: int, end: int, cleaned: Cleaned) -> int:
        """Put a text that was cleaned by itself, from `start` on, for `source[start:end]`."""
        self.keep_until(start)
        self._parts.append(cleaned.text)
        self._starts.append(cleaned.starts + np.int32(start))
        self._ends.append(cleaned.ends + np.int32(start))
        self.position = end
        return end

    def finished(self) -> Cleaned:
        """The text, with every kind of white space as a space, none doubled, none at either end."""
        text = _ODD_SPACE.sub(" ", "".join(self._parts))
        if not text:
            return Cleaned(text="", starts=_COUNT[:0], ends=_COUNT[:0])
        starts = self._starts[0] if len(self._starts) == 1 else np.concatenate(self._starts)
        ends = self._ends[0] if len(self._ends) == 1 else np.concatenate(self._ends)
        if "  " in text or text[0] == " " or text[-1] == " ":
            keep = np.ones(len(text), bool)
            for run in _SPARE_SPACE.finditer(text):
                keep[run.start() : run.end()] = False
            text = _SPARE_SPACE.sub("", text)
            starts, ends = starts[keep], ends[keep]
        return Cleaned(text=text, starts=starts, ends=ends)
