"""How common a phrase is in the literature: what a paper proposes has a name that no other paper uses.

`data/phrases.npz` holds, for each power of two, the phrases that about so many of 60,000 abstracts
use: not the words, but 26 bits of their CRC-32, in ascending order, as differences. `training/phrases.py`
makes it. Two in a thousand unknown phrases pass for a known one; a phrase of two or fewer papers is unknown.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np

DATA = Path(__file__).with_name("data") / "phrases.npz"
LEAST = 3  #: papers that must use a phrase for it to be kept
LONGEST = 5  #: words
BITS = 26

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")


def phrase_key(phrase: str) -> str:
    """A phrase without case, punctuation and plural s.

    >>> phrase_key("Graph-Neural Networks")
    'graph neural network'
    """
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in _WORD.findall(phrase.lower())
    )


def phrase_hash(key: str) -> int:
    """What the file keeps of a phrase key."""
    return zlib.crc32(key.encode()) & ((1 << BITS) - 1)


@lru_cache(maxsize=1)
def _levels() -> dict[int, int]:
    levels: dict[int, int] = {}
    with np.load(DATA) as stored:
        for name in sorted(stored.files):
            for value in np.cumsum(stored[name], dtype=np.int64).tolist():
                levels[value] = int(name)
    return levels


@lru_cache(maxsize=20_000)
def familiarity(phrase: str) -> int:
    """0 for a phrase that fewer than three papers use, else about the binary logarithm of their number.

    >>> familiarity("quixotic turnip regression") < familiarity("transfer learning") < familiarity("LLMs")
    True
    """
    return _levels().get(phrase_hash(phrase_key(phrase)), 0)
