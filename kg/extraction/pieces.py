"""Turn a text into what the recogniser's network reads: word pieces, and each word's shape.

The network's vocabulary is lower-cased, so that "AIDE" and "aide" become the same piece. What that
loses is told to the network again by a second number for each piece: the shape of its word (case,
digits), whether it is glued to the word before, and whether it stands in the title.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

#: Number of forms that `word_form` tells apart, 0 for special pieces included.
N_FORMS = 10
#: Number of shapes: each form, apart or glued, in the abstract or the title.
N_SHAPES = N_FORMS * 4
#: The most pieces that the network reads at once, the two special ones included.
MAX_PIECES = 512
#: Words that two windows over a longer text share, so that each word is read with words on both sides.
OVERLAP = 128

#: A run of letters and digits, or a single other character.
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
#: Longer "words" (hashes, sequences of bases) are unknown rather than cut in dozens of pieces.
_LONGEST = 60


def word_form(word: str) -> int:
    """The form of a word, 1 to 9. The numbers are part of the trained model.

    >>> [word_form(w) for w in ("beam", "Beam", "BERT", "LLMs", "KnowRL", "A", "2024", "3D", "-")]
    [1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    if not any(c.isalnum() for c in word):
        return 9
    if word.isdigit():
        return 7
    if any(c.isdigit() for c in word):
        return 8
    if word.islower() or not any(c.isupper() for c in word):
        return 1
    if len(word) == 1:
        return 6
    if word.isupper():
        return 3
    if word[0].isupper() and word[1:].islower():
        return 2
    if word[-1] == "s" and word[:-1].isupper():
        return 4
    return 5


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text as the network reads it. Words are the runs between spaces and at punctuation."""

    ids: Ints  #: piece numbers, without the special first and last
    shapes: Ints  #: of the same length: shape numbers
    firsts: Ints  #: for each word, the index of its first piece
    starts: Ints  #: for each word, the offset of its first character
    ends: Ints  #: … and the offset behind its last


class PieceReader:
    """Reads texts with a word-piece vocabulary: a file with one piece a line, "##" before inner pieces.

    Words are cut greedily, the longest piece first (Wu et al. 2016, section 4.1), after lower-casing and
    taking accents off, as the vocabulary expects.
    """

    def __init__(self, path: Path) -> None:
        pieces = path.read_text(encoding="utf-8").split("\n")
        self._numbers = {piece: i for i, piece in enumerate(pieces) if piece}
        self.unknown, self.first, self.last = (self._numbers[p] for p in ("[UNK]", "[CLS]", "[SEP]"))
        # A word's pieces and form are looked up far more often than they are worked out.
        self._known: dict[str, tuple[tuple[int, ...], int]] = {}

    def __call__(self, text: str) -> Pieces:
        """Pieces of `text`, whose first line is taken for the title."""
        title_end = text.find("\n")
        ids: list[int] = []
        shapes: list[int] = []
        firsts: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        before = -1
        for match in _WORD.finditer(text):
            word = match.group()
            start, end = match.span()
            numbers, form = self._known.get(word) or self._look_up(word)
            shape = form * 4 + (start == before) + 2 * (start < title_end)
            firsts.append(len(ids))
            starts.append(start)
            ends.append(end)
            ids += numbers
            shapes += [shape] * len(numbers)
            before = end
        return Pieces(*(np.array(column, dtype=np.int64) for column in (ids, shapes, firsts, starts, ends)))

    def _look_up(self, word: str) -> tuple[tuple[int, ...], int]:
        if len(self._known) > 200_000:
            self._known.clear()
        found = self._known[word] = (self._cut(word), word_form(word))
        return found

    def _cut(self, word: str) -> tuple[int, ...]:
        plain = unicodedata.normalize("NFD", word.lower())
        plain = "".join(c for c in plain if unicodedata.category(c) != "Mn")
        if not plain or len(plain) > _LONGEST:
            return (self.unknown,)
        numbers = []
        start = 0
        while start < len(plain):
            for end in range(len(plain), start, -1):
                number = self._numbers.get(("##" if start else "") + plain[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                return (self.unknown,)
        return tuple(numbers)

    def network_input(self, pieces: Pieces, window: tuple[int, int]) -> tuple[Ints, Ints, Ints]:
        """Piece numbers and shapes of a window, special pieces around, and where its words begin."""
        bounds = np.append(pieces.firsts, len(pieces.ids))
        a, b = int(bounds[window[0]]), int(bounds[window[1]])
        ids = np.concatenate(([self.first], pieces.ids[a:b], [self.last]))
        shapes = np.concatenate(([0], pieces.shapes[a:b], [0]))
        return ids, shapes, pieces.firsts[window[0] : window[1]] - a + 1


def windows(pieces: Pieces, *, size: int = MAX_PIECES - 2, overlap: int = OVERLAP) -> list[tuple[int, int]]:
    """Stretches of words, each of at most `size` pieces, that together cover the text.

    Neighbours share up to `overlap` words' pieces. Most texts need one window.
    """
    bounds = np.append(pieces.firsts, len(pieces.ids))
    n = len(pieces.firsts)
    out = []
    first = 0
    while first < n:
        last = int(np.searchsorted(bounds, bounds[first] + size, side="right")) - 1
        last = max(min(last, n), first + 1)
        out.append((first, last))
        if last == n:
            break
        back = int(np.searchsorted(bounds, bounds[last] - overlap, side="left"))
        first = max(back, first + 1)
    return out
