"""A text as the patterns see it: columns of small numbers, one row a token or one row a candidate.

Reading a text once into columns lets numpy score all its candidates at once, which is what makes the
patterns fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.extraction.lexicon import (
    BREAK,
    EDGE,
    LAST,
    NAMED,
    NO_FIRST,
    NO_LAST,
    PLACES,
    STEM,
    WHAT,
    Ints,
    Lexicon,
    Phrases,
)
from kg.extraction.words import words as word_set

LONGEST = 12  #: tokens of the longest candidate; hyphens count
PAD = 2  #: rows before the first and behind the last token, so that their neighbours exist

#: Words that may stand between a name and the noun phrase that says what it is.
_ARTICLES = word_set("a an the our this")
_SAYING = word_set("called named dubbed termed coined as is are :")
_PHRASE_ENDS = word_set("that which for to of with by using via in on from , . ; : ( designed based trained")
_NAMING = word_set("called named dubbed termed coined namely")


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
        edge = [self.kinds.names[kind].index(EDGE) for kind in ("word", "group", "shape", "ending")]
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

        breaks = rows[:, BREAK].astype(bool)
        firsts, ends = _candidates(breaks, starts, rows[:, NO_FIRST] != 0, rows[:, NO_LAST] != 0)
        spans = {
            "length": np.minimum(ends - firsts, 8),
            "phrase": self._phrases.find(rows[:, STEM], rows[:, LAST], firsts, ends),
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


def _candidates(
    breaks: NDArray[np.bool_], starts: NDArray[np.bool_], no_first: Any, no_last: Any
) -> tuple[Ints, Ints]:
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
    named = np.flatnonzero(rows[:, NAMED]).tolist()
    if not named:
        return whats, told
    kinds: list[int] = rows[:, WHAT].tolist()
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
    if (
        place + 1 < n
        and (lower[place] in _SAYING or lower[place] in ",-–—")
        and lower[place + 1] in _ARTICLES
    ):
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
