"""Slips of the pen: words that stand in one form only and are one letter away from a common word.

The words are compared, not the names, so the work is that of a dictionary look-up (deletions of one
letter on both sides, as in Garbe's symmetric delete algorithm, 2012).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.linking.forms import Forms
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

    papers: Counter[str] = field(default_factory=Counter)
    common: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, forms: Forms) -> Spelling:
        """Count the words of all forms."""
        spelling = cls()
        for words, papers in zip(forms.words, forms.papers.tolist(), strict=True):
            for word in set(words):
                spelling.papers[word] += papers
        for word, count in sorted(spelling.papers.items()):
            if count >= COMMON_WORD and len(word) >= SHORTEST and word.isalpha():
                for rest in _shortened(word):
                    spelling.common.setdefault(rest, []).append(word)
        return spelling

    def slips(self, number: int, forms: Forms) -> Iterator[tuple[int, tuple[str, str]]]:
        """The forms that a form may be a misspelling of, with the wrong word and the right one."""
        words, papers = forms.words[number], forms.papers[number]
        for position, word in enumerate(words):
            if len(word) < SHORTEST - 1 or not word.isalpha() or self.papers[word] != papers:
                continue  # only a long word that no other form has is odd
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
