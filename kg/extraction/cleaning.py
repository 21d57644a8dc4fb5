"""Text clean-up with offsets: from a title or abstract as given to text that reads well.

Every character of the cleaned text knows which stretch of the text as given it stands for, so that
whatever is found in the one can be quoted verbatim from the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_SPACES = re.compile(r"\s+")

Offsets = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cleaned:
    """A cleaned text; character `i` of `text` stands for `source[starts[i]:ends[i]]`."""

    text: str
    starts: Offsets
    ends: Offsets


def clean(source: str) -> Cleaned:
    """Clean a text.

    >>> clean("two  words").text
    'two words'
    """
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for gap in _SPACES.finditer(source):
        characters.extend(source[position : gap.start()])
        starts.extend(range(position, gap.start()))
        ends.extend(range(position + 1, gap.start() + 1))
        position = gap.end()
        if gap.start() and gap.end() < len(source):
            characters.append(" ")
            starts.append(gap.start())
            ends.append(gap.end())
    characters.extend(source[position:])
    starts.extend(range(position, len(source)))
    ends.extend(range(position + 1, len(source) + 1))
    return Cleaned(text="".join(characters), starts=np.array(starts, np.int32), ends=np.array(ends, np.int32))
