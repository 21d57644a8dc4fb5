"""Distinct surfaces taken apart once: their words and normal forms by number, and what kind of name each is.

Most surfaces read alike in every paper: their words are their own. The others hold something that may be
a short form, and are read paper by paper (see `forms`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kg.linking.corpus import NONE, Codes
from kg.linking.names import Name, join, parse, strip_head

Words = tuple[str, ...]


class WordLists:
    """Numbers for lists of words, and for the normal forms that they make."""

    def __init__(self) -> None:
        self.words: list[Words] = []
        self.form: list[int] = []  #: list of words → number of its normal form
        self.forms = Codes()
        self._numbers: dict[Words, int] = {}

    def __call__(self, words: Words) -> int:
        """The number of a list of words."""
        number = self._numbers.get(words)
        if number is None:
            number = self._numbers[words] = len(self.words)
            self.words.append(words)
            self.form.append(self.forms(join(words)))
        return number

    def alone(self, key: str) -> int:
        """The number of a list without words that makes a normal form of its own."""
        self.words.append(())
        self.form.append(self.forms(key))
        return len(self.words) - 1


@dataclass(slots=True)
class Surfaces:
    """What is known of each distinct surface by itself."""

    texts: Codes = field(default_factory=Codes)  #: cleaned spellings
    lists: WordLists = field(default_factory=WordLists)
    text: Any = None  #: surface → its cleaned spelling
    words: Any = None  #: surface → its list of words, without a head noun; NONE where nothing is left
    brief: Any = None  #: surface → whether it may be a short form
    open: Any = None  #: surface → whether it is to be read paper by paper
    lower: Any = None  #: surface → whether all its letters are small
    brackets: Any = None  #: surface → whether it holds a bracket

    def keys(self, surface: int) -> str:
        """The normal form of a surface by itself."""
        return (
            self.lists.forms.words[self.lists.form[self.words[surface]]] if self.words[surface] >= 0 else ""
        )


def take_apart(written: Iterable[str]) -> Surfaces:
    """Take all distinct surfaces apart."""
    surfaces = Surfaces()
    text, words, brief, lower, brackets, open_ = [], [], [], [], [], []
    parse_once = parse.__wrapped__  # a million names in a cache would hold a gigabyte
    for surface in written:
        name: Name = parse_once(surface)
        text.append(surfaces.texts(name.text))
        words.append(surfaces.lists(strip_head(name.words, name.keys)) if name.keys else NONE)
        brief.append(name.brief)
        open_.append(name.brief or any(name.short))
        lower.append(surface.islower())
        brackets.append("(" in surface)
    surfaces.text = np.array(text, dtype=np.int32)
    surfaces.words = np.array(words, dtype=np.int32)
    surfaces.brief = np.array(brief, dtype=bool)
    surfaces.open = np.array(open_, dtype=bool)
    surfaces.lower = np.array(lower, dtype=bool)
    surfaces.brackets = np.array(brackets, dtype=bool)
    return surfaces
