"""Slips of the pen: words that stand in one form only and are one letter away from a common word.

The words are compared, not the names, so the work is that of a dictionary look-up (deletions of one
letter on both sides, as in Garbe's symmetric delete algorithm, 2012).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pyarrow as pa

from kg.linking.corpus import Ints, encoded
from kg.linking.digest import starts
from kg.linking.forms import Forms
from kg.linking.grouping import Groups, distinct_numbers
from kg.linking.names import join

#: Papers that must use a word for it to be the right spelling of another.
COMMON_WORD = 5
#: Papers that must use the name that is spelt right.
COMMON_FORM = 3
#: Shorter words are another word as often as a slip ("word" and "world").
SHORTEST = 7
#: Letters at the front in which words of two meanings differ: "intra" and "inter", "micro" and "macro".
FRONT = 4


@dataclass(slots=True)
class Spelling:
    """How many papers use each word, and common words by what is left of them without one letter."""

    words: list[str]  #: all words of forms, by number
    form_words: Groups  #: form → its words
    papers: Ints  #: word → papers
    common: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, forms: Forms) -> Spelling:
        """Count the words of all forms."""
        lengths = np.fromiter(map(len, forms.words), dtype=np.int64, count=len(forms))
        words, code = encoded(pa.array(list(chain.from_iterable(forms.words)), pa.string()))
        form = np.repeat(np.arange(len(forms)), lengths)
        size = max(len(words), 1)
        pairs = distinct_numbers(form * size + code)
        papers = np.bincount(pairs % size, forms.papers[pairs // size], size).astype(np.int64)
        spelling = cls(words.words, Groups(starts(lengths), code), papers)
        for word in sorted(words.words[one] for one in np.flatnonzero(papers >= COMMON_WORD) if len(words)):
            if len(word) >= SHORTEST and word.isalpha():
                for rest in _shortened(word):
                    spelling.common.setdefault(rest, []).append(word)
        return spelling

    def all_slips(self, forms: Forms) -> Iterator[tuple[int, int, tuple[str, str]]]:
        """Forms that may be misspelt, what they may stand for, with the wrong word and the right one."""
        long = np.array([len(word) >= SHORTEST - 1 and word.isalpha() for word in self.words], dtype=bool)
        form = np.repeat(np.arange(len(forms)), np.diff(self.form_words.starts))
        code = self.form_words.items
        # only a long word that no other form has is odd
        for place in np.flatnonzero(long[code] & (self.papers[code] == forms.papers[form])).tolist():
            number = int(form[place])
            for other, slip in self._slips(number, int(place - self.form_words.starts[number]), forms):
                yield number, other, slip

    def _slips(self, number: int, position: int, forms: Forms) -> Iterator[tuple[int, tuple[str, str]]]:
        """The forms that a form may be because of one of its words."""
        words = forms.words[number]
        word = words[position]
        near = {right for rest in _shortened(word) for right in self.common.get(rest, ())}
        for right in sorted(near):
            if one_slip(word, right):
                key = join((*words[:position], right, *words[position + 1 :]))
                other = forms.number.get(key)
                if other is not None and forms.papers[other] >= COMMON_FORM:
                    yield other, (word, right)


def _shortened(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def one_slip(wrong: str, right: str) -> bool:
    """Whether one word is another with a letter too many, too few, changed, or two letters swapped.

    Not at the front, where it would make another word, nor at the end, where it makes another form.

    >>> one_slip("generalizibility", "generalizability"), one_slip("intraclass", "interclass")
    (True, False)
    >>> one_slip("segmnetation", "segmentation"), one_slip("judged", "judge")
    (True, False)
    """
    front = 0
    while front < min(len(wrong), len(right)) and wrong[front] == right[front]:
        front += 1
    if front < FRONT or wrong == right:
        return False
    ours, theirs = wrong[front:], right[front:]
    if len(ours) < 2 or len(theirs) < 2:
        return False
    swapped = ours[:2] == theirs[1::-1] and ours[2:] == theirs[2:]
    return swapped or ours[1:] == theirs[1:] or ours[1:] == theirs or ours == theirs[1:]
