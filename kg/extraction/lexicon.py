"""What the patterns know of single words and of phrases, as numbers.

What the numbers of a column stand for is its *kind* (word, group, shape …); `Kinds` knows the values of
each kind and their names, so that learned weights can be read by people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.extraction.wordforms import COINED, SHAPES, ending, normal, shape, singular, word_groups
from kg.schema import ENTITY_TYPES

Ints = NDArray[np.int64]

TYPES: tuple[str, ...] = tuple(ENTITY_TYPES)
EDGE = "<edge>"  #: stands for what is before the first and behind the last token

#: Nouns by which authors say what a name is: "Foo, a benchmark for …". In order of column "what".
WHATS: dict[str, str] = {
    "data": "dataset datasets benchmark benchmarks corpus corpora suite testbed leaderboard simulator "
    "collection treebank database bench",
    "model": "model models llm llms vlm vlms mllm mllms transformer network networks agents chatbot",
    "method": "framework frameworks method methods approach algorithm algorithms system systems pipeline "
    "toolkit library technique strategy paradigm module mechanism loss attack defense architecture optimizer "
    "scheme protocol tool platform agent workflow solution procedure scheduler objective plugin",
    "metric": "metric metrics measure measures score index",
    "task": "task tasks problem challenge setting",
}
_WHAT = {word: number for number, row in enumerate(WHATS.values(), start=1) for word in row.split()}

PLACES = ("title", "title name", "title behind name", "abstract", "first sentence")
#: Columns of a lexicon row.
(WORD, GROUP, SHAPE, ENDING, STEM, LAST, BREAK, NO_FIRST, NO_LAST, WHAT, NAMED) = range(11)


class Kinds:
    """The values of each kind: how many there are, and what each is called."""

    def __init__(self, words: Sequence[str], endings: Sequence[str], phrases: Sequence[str]) -> None:
        groups, group_names = word_groups()
        self.groups = groups
        names: dict[str, tuple[str, ...]] = {
            "word": ("?", EDGE, *words),
            # A word in no group counts by its shape.
            "group": tuple(f"~{name}" for name in group_names)
            + tuple(f"^{name}" for name in SHAPES)
            + (EDGE,),
            "shape": (*SHAPES, EDGE),
            "ending": ("?", EDGE, *endings),
            "place": (*PLACES, EDGE),
            "repeat": (
                "",
                *(f"{n}{where}" for n in ("once", "twice", "often") for where in ("", " title")),
                EDGE,
            ),
            "what": ("", *WHATS, EDGE),
            "phrase": ("?", *phrases),
            "length": tuple(str(n) for n in range(9)),
            "known": ("", *TYPES),
            "short": ("", "short form", "long form", "in long form"),
        }
        names["told"] = names["what"]
        names["glued"], names["single"] = ("spaced", "glued"), ("several", "one")
        self.names = names
        self.size = {kind: len(values) for kind, values in names.items()}


class Lexicon:
    """Everything that does not depend on the context, looked up once for each word form."""

    #: More word forms than this are forgotten and looked up afresh, so that memory stays bounded.
    LIMIT = 100_000

    def __init__(
        self, kinds: Kinds, *, breaks: Iterable[str], no_first: Iterable[str], no_last: Iterable[str]
    ) -> None:
        self.kinds = kinds
        self._words = {word: number for number, word in enumerate(kinds.names["word"])}
        self._endings = {word: number for number, word in enumerate(kinds.names["ending"])}
        self._never = (frozenset(breaks), frozenset(no_first), frozenset(no_last))
        self._rows: dict[str, int] = {}
        self._table: Ints = np.zeros((1024, NAMED + 1), dtype=np.int64)

    def look_up(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """One row of context-free columns for each token, and numbers that are equal for equal tokens."""
        if len(self._rows) > self.LIMIT:
            self._rows.clear()
        rows = self._rows
        numbers: Ints = np.array([rows[text] if text in rows else self._add(text) for text in texts])
        return self._table.take(numbers, axis=0), numbers

    def _add(self, text: str) -> int:
        number = len(self._rows)
        if number >= len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        self._table[number] = self._row(text)
        self._rows[text] = number
        return number

    def _row(self, text: str) -> list[int]:
        word, form = normal(text), shape(text)
        lower = text.lower()
        group = self.kinds.groups.get(lower) or self.kinds.groups.get(word)
        n_groups = len(self.kinds.names["group"]) - len(SHAPES) - 1
        breaks, no_first, no_last = self._never
        number = self._words.get(word, 0)
        return [
            number,
            group or n_groups + form,
            form,
            self._endings.get(ending(word), 0),
            0 if word in "-–‐‑" else number,
            self._words.get(singular(word), 0),
            word in breaks or "\n" in text or "://" in text,
            word in no_first,
            word in no_last,
            _WHAT.get(lower, 0),
            form in COINED,
        ]


class Phrases:
    """Finds which candidates are phrases that the patterns know, by a hash of their words' numbers.

    The hash of words w0 … wn is Σ w_k · f^k in 64 bits with wrap-around. As f is odd it has an inverse,
    so running sums give the hash of every candidate at once.
    """

    _FACTOR = 0x9E3779B97F4A7C15

    def __init__(self, kinds: Kinds) -> None:
        words = {word: number for number, word in enumerate(kinds.names["word"])}
        hashes = [
            self._hash([words[word] for word in phrase.split()]) for phrase in kinds.names["phrase"][1:]
        ]
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        self._hashes = np.array([hashes[number] for number in order], dtype=np.uint64)
        self._numbers: Ints = np.array([number + 1 for number in order], dtype=np.int64)
        self._grow(512)

    def _grow(self, size: int) -> None:
        mask, inverse = (1 << 64) - 1, pow(self._FACTOR, -1, 1 << 64)
        powers, inverses = [1], [1]
        for _ in range(size - 1):
            powers.append(powers[-1] * self._FACTOR & mask)
            inverses.append(inverses[-1] * inverse & mask)
        self._powers = np.array(powers, dtype=np.uint64)
        self._inverses = np.array(inverses, dtype=np.uint64)

    def _hash(self, numbers: Sequence[int]) -> int:
        total = sum(number * pow(self._FACTOR, place) for place, number in enumerate(numbers))
        return int(total) & ((1 << 64) - 1)

    def find(self, stems: Ints, lasts: Ints, firsts: Ints, ends: Ints) -> Ints:
        """Number of each candidate's phrase, 0 for none.

        `stems` holds each token's word, 0 for hyphens, which do not count; `lasts` the word's singular.
        """
        if not len(self._hashes) or not len(firsts):
            return np.zeros(len(firsts), dtype=np.int64)
        if len(stems) >= len(self._powers):
            self._grow(2 * len(stems))
        is_word = stems != 0
        places = np.concatenate([[0], np.cumsum(is_word)])
        terms = stems.astype(np.uint64) * self._powers[places[:-1]]
        sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(terms, dtype=np.uint64)])
        last = ends - 1
        singular_last = lasts[last].astype(np.uint64) * self._powers[places[last]]
        hashes = (sums[last] - sums[firsts] + singular_last) * self._inverses[places[firsts]]
        slots = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        return np.where(self._hashes[slots] == hashes, self._numbers[slots], 0)
