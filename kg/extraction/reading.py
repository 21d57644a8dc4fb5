"""A text as the patterns see it: columns of small numbers, one row a token or one row a candidate.

Reading a text once into columns lets numpy score all its candidates at once, which is what makes the
patterns fast. What the numbers of a column stand for is its *kind* (word, group, shape …); `Kinds`
knows the values of each and their names, so that learned weights can be read by people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.extraction.wordforms import SHAPES, ending, normal, shape, singular, word_groups
from kg.schema import ENTITY_TYPES

Ints = NDArray[np.int64]

TYPES: tuple[str, ...] = tuple(ENTITY_TYPES)
LONGEST = 12  #: tokens of the longest candidate; hyphens count
PAD = 2  #: rows before the first and behind the last token, so that their neighbours exist
_EDGE = "<edge>"  #: the word that these rows hold

#: Nouns by which authors say what a name is: "Foo, a benchmark for …". In order of column "what".
WHATS: dict[str, str] = {
    "data": "dataset datasets benchmark benchmarks corpus corpora suite testbed leaderboard simulator collection "
    "treebank database bench dataset.",
    "model": "model models llm llms vlm vlms mllm mllms transformer network networks agents chatbot",
    "method": "framework frameworks method methods approach algorithm algorithms system systems pipeline toolkit "
    "library technique strategy paradigm module mechanism loss attack defense architecture optimizer scheme "
    "protocol tool platform agent workflow solution procedure scheduler objective plugin",
    "metric": "metric metrics measure measures score index",
    "task": "task tasks problem challenge setting",
}
_WHAT = {word: number for number, row in enumerate(WHATS.values(), start=1) for word in row.split()}

PLACES = ("title", "title name", "title behind name", "abstract", "first sentence")
_NAMED_SHAPES = frozenset(
    SHAPES.index(name)
    for name in ("CAPS", "camelCase", "CamelCase", "Digit1", "DIGIT1", "name-1", "CAPSs")
)
#: Words that may stand between a name and the noun phrase that says what it is.
_ARTICLES = frozenset("a an the our this".split())
_SAYING = frozenset("called named dubbed termed coined as is are :".split())
_PHRASE_ENDS = frozenset("that which for to of with by using via in on from , . ; : ( designed based trained".split())
_NAMING = frozenset("called named dubbed termed coined namely".split())

# Columns of a lexicon row.
(_WORD, _GROUP, _SHAPE, _ENDING, _STEM, _LAST, _BREAK, _NO_FIRST, _NO_LAST, _WHAT_AT, _NAMED) = range(11)


class Kinds:
    """The values of each kind: how many there are, and what each is called."""

    def __init__(self, words: Sequence[str], endings: Sequence[str], phrases: Sequence[str]) -> None:
        groups, group_names = word_groups()
        self.groups = groups
        names: dict[str, tuple[str, ...]] = {
            "word": ("?", _EDGE, *words),
            # A word in no group counts by its shape.
            "group": tuple(f"~{name}" for name in group_names) + tuple(f"^{name}" for name in SHAPES) + (_EDGE,),
            "shape": (*SHAPES, _EDGE),
            "ending": ("?", _EDGE, *endings),
            "place": (*PLACES, _EDGE),
            "repeat": ("", *(f"{n}{where}" for n in ("once", "twice", "often") for where in ("", " title")), _EDGE),
            "what": ("", *WHATS, _EDGE),
            "phrase": ("?", *phrases),
            "length": tuple(str(n) for n in range(9)),
            "known": ("", *TYPES, "several"),
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
        self._table: Ints = np.zeros((1024, 11), dtype=np.int64)

    def look_up(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """One row of context-free columns for each token, and numbers that are equal for equal tokens."""
        if len(self._rows) > self.LIMIT:
            self._rows.clear()
        rows = self._rows
        numbers: Ints = np.array([rows[text] if text in rows else self._add(text) for text in texts])
        return self._table[numbers], numbers

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
            form in _NAMED_SHAPES,
        ]


class Phrases:
    """Finds which candidates are phrases that the patterns know, by a hash of their words' numbers.

    The hash of words w0 … wn is Σ w_k · f^k in 64 bits with wrap-around. As f is odd it has an inverse,
    so running sums give the hash of every candidate at once.
    """

    _FACTOR = 0x9E3779B97F4A7C15

    def __init__(self, kinds: Kinds) -> None:
        words = {word: number for number, word in enumerate(kinds.names["word"])}
        hashes = [self._hash([words[word] for word in phrase.split()]) for phrase in kinds.names["phrase"][1:]]
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
        return sum(number * self._FACTOR**place for place, number in enumerate(numbers)) & ((1 << 64) - 1)

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


@dataclass(slots=True)
class Text:
    """What is read: one item a token in each list."""

    words: list[str]
    spaced: list[bool]  #: white space follows
    starts: list[bool]  #: begins a sentence
    title_end: int  #: number of tokens of the title
    known: dict[tuple[int, int], int]  #: vocabulary labels: (first token, end) → value of kind "known"
    shorts: list[tuple[int, int, int, int]]  #: abbreviations: short form's first and end, long form's


@dataclass(slots=True)
class Reading:
    """The columns of one text."""

    tokens: dict[str, Ints]  #: by kind; the row of token i is i + PAD
    spans: dict[str, Ints]  #: by kind, one row a candidate
    firsts: Ints  #: first token of each candidate, ascending
    ends: Ints  #: token behind its last
    breaks: list[bool]  #: tokens that no candidate reaches into from before


class Reader:
    """Reads texts into columns."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.kinds = lexicon.kinds
        self._lexicon = lexicon
        self._phrases = Phrases(lexicon.kinds)
        edge = [self.kinds.names[kind].index(_EDGE) for kind in ("word", "group", "shape", "ending")]
        self._edge: Ints = np.array(edge, dtype=np.int64)

    def read(self, text: Text) -> Reading:
        """The columns of a text with at least one token."""
        n = len(text.words)
        rows, alike = self._lexicon.look_up(text.words)
        columns = dict(zip(("word", "group", "shape", "ending"), rows.T, strict=False))
        tokens = {kind: _padded(column, self._edge[k]) for k, (kind, column) in enumerate(columns.items())}
        tokens["repeat"] = _padded(_repeats(alike, text.title_end))
        starts = np.array(text.starts, dtype=bool)
        lower = [word.lower() for word in text.words]
        tokens["place"] = _padded(_places(lower, starts, text.title_end))
        whats, told = _whats(lower, text.words, rows, text.title_end)
        tokens["what"], tokens["told"] = _padded(whats), _padded(told)
        tokens["glued"] = _padded(1 - np.array(text.spaced, dtype=np.int64))

        breaks = rows[:, _BREAK].astype(bool)
        firsts, ends = _candidates(breaks, starts, rows[:, _NO_FIRST] != 0, rows[:, _NO_LAST] != 0)
        spans = {
            "length": np.minimum(ends - firsts, 8),
            "phrase": self._phrases.find(rows[:, _STEM], rows[:, _LAST], firsts, ends),
            "known": np.zeros(len(firsts), dtype=np.int64),
            "short": np.zeros(len(firsts), dtype=np.int64),
            "single": (ends - firsts == 1).astype(np.int64),
        }
        if text.known or text.shorts:
            _mark(spans, firsts, ends, n, text)
        return Reading(tokens, spans, firsts, ends, (breaks).tolist())


def _padded(column: Ints, edge: int = 0) -> Ints:
    result = np.full(len(column) + 2 * PAD, edge, dtype=np.int64)
    result[PAD : PAD + len(column)] = column
    return result


def _candidates(breaks: NDArray[np.bool_], starts: NDArray[np.bool_], no_first: Any, no_last: Any) -> tuple[Ints, Ints]:
    """All stretches without a break, within a sentence, that may begin and end as they do."""
    n = len(breaks)
    # Token behind the last that a candidate from here can have: the next break or sentence start.
    stops = np.where(breaks, np.arange(n), n)
    sentence = np.where(starts, np.arange(n), n)
    limit = np.minimum.accumulate(stops[::-1])[::-1]
    following = np.concatenate([sentence[1:], [n]])
    limit = np.minimum(limit, np.minimum.accumulate(following[::-1])[::-1])
    first = np.flatnonzero(~(breaks | no_first))
    lengths = np.minimum(limit[first] - first, LONGEST)
    firsts = np.repeat(first, lengths)
    offsets = np.arange(len(firsts)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    ends = firsts + offsets + 1
    keep = ~no_last[ends - 1]
    return firsts[keep], ends[keep]


def _repeats(alike: Ints, title_end: int) -> Ints:
    """How often a text has a token's word, and whether its title has it."""
    _, inverse, counts = np.unique(alike, return_inverse=True, return_counts=True)
    in_title = np.zeros(len(counts), dtype=np.int64)
    in_title[inverse[:title_end]] = 1
    return (1 + 2 * (np.minimum(counts, 3) - 1) + in_title)[inverse]


def _places(lower: list[str], starts: NDArray[np.bool_], title_end: int) -> Ints:
    n = len(lower)
    places = np.full(n, PLACES.index("abstract"), dtype=np.int64)
    second = np.flatnonzero(starts[title_end + 1 :])
    first_end = title_end + 1 + int(second[0]) if len(second) else n
    places[title_end:first_end] = PLACES.index("first sentence")
    places[:title_end] = PLACES.index("title")
    colon = _colon(lower, title_end)
    if colon:
        places[:colon] = PLACES.index("title name")
        places[colon:title_end] = PLACES.index("title behind name")
    return places


def _colon(lower: list[str], title_end: int) -> int:
    """Where the colon of "NAME: what it is" stands in a title; 0 where there is none near its start."""
    for place in range(1, min(title_end, 8)):
        if lower[place] == ":":
            return place
    return 0


def _whats(lower: list[str], texts: list[str], rows: Ints, title_end: int) -> tuple[Ints, Ints]:
    """By what noun the text introduces a name at this place, and anywhere in the text."""
    n = len(lower)
    whats: Ints = np.zeros(n, dtype=np.int64)
    told: Ints = np.zeros(n, dtype=np.int64)
    named = np.flatnonzero(rows[:, _NAMED]).tolist()
    if not named:
        return whats, told
    kinds: list[int] = rows[:, _WHAT_AT].tolist()
    colon = _colon(lower, title_end)
    by_name: dict[str, int] = {}
    for place in named:
        if place < colon:
            found = _last_what(lower, kinds, colon + 1, title_end)
        else:
            found = _what_behind(lower, kinds, place) or _what_before(lower, kinds, place)
        if found:
            whats[place] = found
            by_name.setdefault(texts[place], found)
    for place in named:
        told[place] = by_name.get(texts[place], 0)
    return whats, told


def _what_behind(lower: list[str], kinds: list[int], place: int) -> int:
    """Foo, a large benchmark of …; Foo (Fully Open Oracle) is a framework that …"""
    n = len(lower)
    place += 1
    if place < n and lower[place] == "(":
        closing = place + 1
        while closing < min(n, place + 12) and lower[closing] != ")":
            closing += 1
        place = closing + 1
    if place + 1 < n and (lower[place] in _SAYING or lower[place] in ",-–—") and lower[place + 1] in _ARTICLES:
        return _last_what(lower, kinds, place + 2, min(n, place + 16))
    return 0


def _what_before(lower: list[str], kinds: list[int], place: int) -> int:
    """a framework called Foo; our benchmark, Foo"""
    if place >= 2 and lower[place - 1] == "," and kinds[place - 2]:
        return kinds[place - 2]
    if place >= 2 and lower[place - 1] in _NAMING:
        for before in range(place - 2, max(-1, place - 8), -1):
            if kinds[before]:
                return kinds[before]
    return 0


def _last_what(lower: list[str], kinds: list[int], start: int, end: int) -> int:
    """The last telling noun of the noun phrase that starts here."""
    found = 0
    for place in range(start, end):
        if lower[place] in _PHRASE_ENDS:
            break
        found = kinds[place] or found
    return found


def _mark(spans: dict[str, Ints], firsts: Ints, ends: Ints, n: int, text: Text) -> None:
    """Write vocabulary matches and abbreviations into the columns "known" and "short"."""
    codes = firsts * (n + 1) + ends  # ascending, as candidates are
    wanted = [(first, end, "known", value) for (first, end), value in text.known.items()]
    for short_first, short_end, long_first, long_end in text.shorts:
        wanted += [(short_first, short_end, "short", 1), (long_first, long_end, "short", 2)]
        inside = (firsts >= long_first) & (ends <= long_end)
        spans["short"][inside] = 3
    if not len(codes):
        return
    for first, end, kind, value in wanted:
        code = first * (n + 1) + end
        slot = int(np.searchsorted(codes, code))
        if slot < len(codes) and codes[slot] == code:
            spans[kind][slot] = value
