"""Slips of the pen: words that stand in one form only and are one letter away from a common word.

The words are compared, not the names, so the work is that of a dictionary look-up (deletions of one
letter on both sides, as in Garbe's symmetric delete algorithm, 2012).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.linking.forms import Form, Forms
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
        for form in forms.by_key.values():
            for word in set(form.words):
                spelling.papers[word] += form.papers
        for word, count in sorted(spelling.papers.items()):
            if count >= COMMON_WORD and len(word) >= SHORTEST and word.isalpha():
                for rest in _shortened(word):
                    spelling.common.setdefault(rest, []).append(word)
        return spelling

    def slips(self, form: Form, forms: Forms) -> Iterator[tuple[str, tuple[str, str]]]:
        """Keys of the forms that a form may be a misspelling of, with the wrong word and the right one."""
        for position, word in enumerate(form.words):
            if not self.is_odd(word, form):
                continue
            near = {right for rest in _shortened(word) for right in self.common.get(rest, ())}
            for right in sorted(near):
                key = join((*form.words[:position], right, *form.words[position + 1 :]))
                if one_slip(word, right) and key in forms.by_key and forms.by_key[key].papers >= COMMON_FORM:
                    yield key, (word, right)

    def is_odd(self, word: str, form: Form) -> bool:
        """Whether a word is long, and no other form has it."""
        return len(word) >= SHORTEST - 1 and word.isalpha() and self.papers[word] == form.papers


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
