"""Distinct surfaces taken apart once: their words and normal forms by number, and what kind of name each is.

Most surfaces read alike in every paper: their words are their own. The others hold something that may be
a short form, and are read paper by paper (see `forms`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.linking.corpus import NONE, Codes, encoded
from kg.linking.memory import Memory
from kg.linking.names import Name, join, parse, strip_head

Words = tuple[str, ...]

#: Stands between the words of a name where they are one string.
_APART = "\x1f"
_SCHEMA = pa.schema(
    [
        pa.field("text", pa.string()),
        pa.field("words", pa.string()),  # without a head noun
        pa.field("key", pa.string()),
        *(pa.field(name, pa.bool_()) for name in ("brief", "open", "lower", "brackets")),
        pa.field("shorts", pa.list_(pa.string())),  # keys of what may be a short form in it
    ]
)


def in_one(words: Words) -> str:
    """A list of words as one string."""
    return _APART.join(words)


def in_many(words: str) -> Words:
    """The list of words that `in_one` made a string of; none of none."""
    return tuple(words.split(_APART)) if words else ()


class WordLists:
    """Numbers for lists of words, and for the normal forms that they make."""

    def __init__(
        self, lists: Iterable[str] = (), form: Iterable[int] = (), forms: Codes | None = None
    ) -> None:
        """The lists' words are given as one string each."""
        self._lists = Codes(lists)
        self.form: list[int] = list(form)  #: list of words → number of its normal form
        self.forms = forms or Codes()
        self.words: list[Words] = list(map(in_many, self._lists.words))

    def __call__(self, words: Words) -> int:
        """The number of a list of words."""
        number = self._lists(in_one(words))
        if number == len(self.words):
            self.words.append(words)
            self.form.append(self.forms(join(words)))
        return number

    def alone(self, key: str) -> int:
        """The number of a list without words that makes a normal form of its own."""
        number = self._lists(f"{_APART}{key}")  # no list begins with an empty word
        self.words.append(())
        self.form.append(self.forms(key))
        return number


@dataclass(slots=True)
class Surfaces:
    """What is known of each distinct surface by itself."""

    texts: Codes = field(default_factory=Codes)  #: cleaned spellings
    lists: WordLists = field(default_factory=WordLists)
    text: Any = None  #: surface → its cleaned spelling
    words: Any = None  #: surface → its list of words, without a head noun; NONE where nothing is left
    form: Any = None  #: surface → its normal form; NONE where nothing is left
    brief: Any = None  #: surface → whether it may be a short form
    open: Any = None  #: surface → whether it is to be read paper by paper
    lower: Any = None  #: surface → whether all its letters are small
    brackets: Any = None  #: surface → whether it holds a bracket
    shorts: Any = None  #: surface → keys of what may be a short form in it, as an Arrow array of lists

    def keys(self, surface: int) -> str:
        """The normal form of a surface by itself."""
        return self.lists.forms.words[self.form[surface]] if self.words[surface] >= 0 else ""


def take_apart(written: Iterable[str], memory: Memory | None = None) -> Surfaces:
    """Take all distinct surfaces apart."""
    surfaces = pa.array(written, type=pa.string())
    found = (memory or Memory()).column("surfaces", surfaces, _taken_apart)
    known = pc.not_equal(found.column("words"), "")
    texts, text = encoded(found.column("text"))
    readable = np.flatnonzero(known.to_numpy(zero_copy_only=False))
    lists, words_of = encoded(found.column("words").filter(known))
    forms, form_of = encoded(found.column("key").filter(known))
    words, form = (np.full(len(surfaces), NONE, dtype=np.int64) for _ in range(2))
    words[readable], form[readable] = words_of, form_of
    of_list = np.zeros(len(lists), dtype=np.int64)
    of_list[words_of] = form_of
    flags = {
        name: found.column(name).to_numpy(zero_copy_only=False)
        for name in ("brief", "open", "lower", "brackets")
    }
    return Surfaces(
        texts=texts,
        lists=WordLists(lists.words, of_list.tolist(), forms),
        text=text,
        words=words,
        form=form,
        shorts=found.column("shorts"),
        **flags,
    )


def _taken_apart(written: list[str]) -> Any:
    parse_once = parse.__wrapped__  # a million names in a cache would hold a gigabyte
    columns: list[list[Any]] = [[] for _ in _SCHEMA]
    text, words, key, brief, open_, lower, brackets, shorts = columns
    for surface in written:
        name: Name = parse_once(surface)
        bare = strip_head(name.words, name.keys) if name.keys else ()
        text.append(name.text)
        words.append(in_one(bare))
        key.append(join(bare) if bare else "")
        brief.append(name.brief)
        open_.append(name.brief or any(name.short))
        lower.append(surface.islower())
        brackets.append("(" in surface)
        said = [each for each, short in zip(name.keys, name.short, strict=True) if short]
        shorts.append([*said, name.key] if name.brief else said)
    arrays = [pa.array(column, type=each.type) for column, each in zip(columns, _SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)
