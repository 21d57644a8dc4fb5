"""Which piece between two abstracts of a copied page is a title.

Between two abstracts lies a gap of short pieces: counts, names, dates, buttons, and one title. The title
is the nearest piece above the abstract that looks most like one; what is repeated from gap to gap is
the page's own; and where two look alike, that one is taken which stands where other titles stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from kg.sources import page_forms as forms
from kg.sources.page_pieces import Piece


class Looks(IntEnum):
    """How much a piece looks like a title."""

    NEVER = 0  #: a count, a date, an address
    BESIDE = 1  #: names, and what a page repeats
    DOUBTFUL = 2  #: a word and a number, a word in small letters
    ONE_WORD = 3
    SHORT_TITLE = 4  #: two or three words, the name of a university
    TITLE = 5


@dataclass(kw_only=True)
class Gap:
    """The pieces between an abstract and the one before it, and that abstract; None behind the last."""

    pieces: list[Piece]
    abstract: Piece | None


def looks_of(piece: Piece) -> int:
    """How much a piece looks like a title, by itself."""
    text = piece.flat
    if forms.is_sign(text) or forms.is_date(text) or forms.is_address(text) or forms.arxiv_of_line(text):
        return Looks.NEVER
    if piece.width > 400 or forms.is_notice(text):
        return Looks.NEVER
    if len(piece.names) > 2 or forms.is_beside(text):
        return Looks.BESIDE
    if piece.names:  # two of them may be a title in capitals, with an "and" in it
        return Looks.ONE_WORD
    count = forms.words(text)
    if count <= 1 or forms.is_count(text):
        return Looks.ONE_WORD if re.search(r"^\w*[A-Z]", text) else Looks.DOUBTFUL
    if count <= 3:
        return Looks.SHORT_TITLE
    begin = text.split()[0]
    if begin.islower() and begin.isalpha():  # few titles begin small
        return Looks.ONE_WORD
    if forms.is_affiliation(text) or (count <= 12 and re.search(r"[.!。！]$", text)):
        return Looks.SHORT_TITLE
    return Looks.TITLE


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the gaps of a page have in common."""

    repeated: Repeated
    dates_apart: bool  #: dates head sections, rather than stand at each paper
    below_title: int | None  #: how many pieces stand between title and abstract, where most gaps agree

    @classmethod
    def of(cls, gaps: Sequence[Gap]) -> Layout:
        """Learn it from all gaps of a page; the last one has no abstract."""
        repeated = Repeated(gaps)
        gaps = [gap for gap in gaps if gap.abstract]
        dated = sum(any(forms.is_date(piece.flat) for piece in gap.pieces) for gap in gaps)
        first = cls(
            repeated=repeated,
            dates_apart=2 * dated <= max(2, len(gaps)),
            below_title=None,
        )
        agreed: Counter[int] = Counter()
        for gap in gaps:
            looks = first.looks(gap)
            if looks.count(Looks.TITLE) == 1:
                at = looks.index(Looks.TITLE)
                agreed[sum(look > Looks.NEVER for look in looks[at + 1 :])] += 1
        below, count = max(agreed.items(), key=lambda item: (item[1], -item[0]), default=(0, 0))
        if count < 3 or 2 * count <= agreed.total():
            return first
        return replace(first, below_title=below)

    def looks(self, gap: Gap) -> list[int]:
        """How much each piece of a gap looks like a title, on this page."""
        looks = [looks_of(piece) for piece in gap.pieces]
        for at, piece in enumerate(gap.pieces):
            if looks[at] > Looks.BESIDE and self.repeated(piece.flat):
                looks[at] = Looks.BESIDE
        return looks

    def titled(self, gap: Gap) -> tuple[Gap, int | None]:
        """The gap with its title's place; a title that its abstract has taken in is put into the gap."""
        if gap.abstract is None:
            return gap, None
        at = self.title_of(gap)
        if at is None and (split := gap.abstract.beheaded()):
            return Gap(pieces=[*gap.pieces, split[0]], abstract=split[1]), len(gap.pieces)
        return gap, at

    def title_of(self, gap: Gap) -> int | None:
        """Where in its gap the title stands; None if nothing there can be one."""
        pieces = gap.pieces
        looks = self.looks(gap)
        begin = 0
        if self.dates_apart:
            heads = [at for at, piece in enumerate(pieces) if forms.is_date(piece.flat)]
            above = max(looks[: heads[-1]], default=Looks.NEVER) if heads else Looks.NEVER
            below = max(looks[heads[-1] + 1 :], default=Looks.NEVER) if heads else Looks.NEVER
            if below >= Looks.SHORT_TITLE or (below == Looks.ONE_WORD and above <= Looks.SHORT_TITLE):
                begin = heads[-1] + 1
        end = len(pieces)
        lists = [at for at in range(begin, end) if pieces[at].names]
        if lists:  # a title stands above its authors
            above = max(looks[begin : lists[-1]], default=Looks.NEVER)
            if above > Looks.DOUBTFUL and above >= max(looks[lists[-1] :]):
                end = lists[-1]
        best = max(looks[begin:end], default=Looks.NEVER)
        equals = [at for at in range(begin, end) if looks[at] == best > Looks.NEVER]
        if best == Looks.BESIDE:  # a title that the page repeats, or that looks like names
            equals = [at for at in equals if forms.words(pieces[at].flat) >= 4]
            equals = [at for at in equals if not forms.is_beside(pieces[at].flat)]
        elif best == Looks.DOUBTFUL:
            equals = [at for at in equals if any(map(str.isupper, pieces[at].flat))]
        if len(equals) > 1 and self.below_title is not None:
            for at in equals:
                if sum(look > Looks.NEVER for look in looks[at + 1 :]) == self.below_title:
                    return at
        if not equals:
            return None
        last = equals[-1]
        if last > begin and looks[last - 1] >= Looks.ONE_WORD and best <= Looks.SHORT_TITLE:
            return last - 1 if _is_author_below(pieces[last - 1].flat, pieces[last].flat) else last
        return last


def _is_author_below(title: str, author: str) -> bool:
    """Whether the second line is the one author of a short title above it, rather than a title itself.

    >>> _is_author_below("Orca 2", "Ana Lima"), _is_author_below("Ana Lima", "Orca 2")
    (True, False)
    >>> _is_author_below("Subscribe", "Deep Ignorance")
    False
    """
    if not forms.is_person(author):
        return False
    if forms.is_person(title):
        return forms.words(title) > forms.words(author)
    return " " in title or re.search(r"^\w+[A-Z]|^[A-Z]\S*\d", title) is not None


class Repeated:
    """What stands in several gaps and is therefore the page's own."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self._lines: Counter[str] = Counter()
        self._starts: Counter[str] = Counter()
        self._ends: Counter[str] = Counter()
        self._gaps = len(gaps)
        for gap in gaps:
            self._lines.update({_shape(piece.flat) for piece in gap.pieces})
            self._starts.update({start for piece in gap.pieces if (start := _start(piece.flat))})
            self._ends.update({end for piece in gap.pieces if (end := _end(piece.flat))})

    def __call__(self, text: str) -> bool:
        """Whether gaps have this line, whatever its numbers, or many have one that begins or ends like it."""
        # a long line may stand there twice because its paper does
        if self._lines[_shape(text)] > (1 if forms.words(text) <= 6 else 2):
            return True
        many = max(3, 0.3 * self._gaps)
        return self._starts[_start(text)] >= many or self._ends[_end(text)] >= many


def _shape(text: str) -> str:
    return re.sub(r"\d+(?:[.,]\d+)?\s?[kKmM]?\b", "0", text.casefold())


def _start(text: str) -> str:
    parts = _shape(text).split()
    return " ".join(parts[:2]) if 3 <= len(parts) <= 6 else ""


def _end(text: str) -> str:
    parts = _shape(text).split()
    return " ".join(parts[-2:]) if 3 <= len(parts) <= 6 else ""
