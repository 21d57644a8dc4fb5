"""A copied web page cut into pieces: its paragraphs, and each of the short lines around them.

Lines may be broken by hand. Such a break can be told from the end of a paragraph without knowing the
language: where the first word of the next line would still have fitted, the line was ended on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from kg.sources import page_forms as forms
from kg.sources.text import one_line, wide

#: A line as wide as this is a paragraph of its own, or as good as one; titles are shorter.
PARAGRAPH = 200
#: Where lines are broken by hand, they are at least this long …
_NARROWEST = 45
#: … and a line that leaves more than this share of the width free was ended on purpose.
_SLACK = 0.15


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A paragraph, a title or a scrap of a page."""

    line: int  #: number of its first line
    lines: tuple[str, ...]
    after_blank: bool  #: whether a blank line stands before it

    @cached_property
    def text(self) -> str:
        """As given, with its line breaks."""
        return "\n".join(self.lines)

    @cached_property
    def flat(self) -> str:
        """On one line."""
        return one_line(self.text)

    @cached_property
    def width(self) -> int:
        return wide(self.flat)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return forms.names_of(self.flat)

    @cached_property
    def is_paragraph(self) -> bool:
        """Whether it is running text of some length."""
        if self.width < PARAGRAPH or self.names:
            return False
        return forms.sentences(self.flat) > 0 or self.width >= 2 * PARAGRAPH

    def beheaded(self) -> tuple[Piece, Piece] | None:
        """The title that a paragraph broken by hand has taken in, and the rest; None if it has not.

        The title's last line was full, so that nothing but its capitals shows where it ended.
        """
        for at in range(1, min(4, len(self.lines) - 2)):
            title = " ".join(self.lines[:at])
            if not forms.is_capitalised(title) or forms.sentences(title) > 1:
                return None
            first = self.lines[at]
            if first[0].isupper() and not forms.is_capitalised(first) and not _OPEN_END.search(title):
                rest = Piece(line=self.line + at, lines=self.lines[at:], after_blank=False)
                return Piece(line=self.line, lines=self.lines[:at], after_blank=self.after_blank), rest
        return None


def pieces(numbered: Iterable[tuple[int, str]]) -> list[Piece]:
    """The pieces of a page, given its lines with their numbers."""
    blocks = list(_blocks(numbered))
    breaks = _Breaks.of([[text for _, text in block] for block in blocks])
    found: list[Piece] = []
    for block in blocks:
        texts = [text for _, text in block]
        cuts = breaks.cuts(texts)
        for begin, end in zip([0, *cuts], [*cuts, len(block)], strict=True):
            found.append(Piece(line=block[begin][0], lines=tuple(texts[begin:end]), after_blank=begin == 0))
    return found


def _blocks(numbered: Iterable[tuple[int, str]]) -> Iterable[list[tuple[int, str]]]:
    """Runs of lines without a blank one."""
    block: list[tuple[int, str]] = []
    for number, line in numbered:
        line = line.strip().strip("\u200b\ufeff")
        if line:
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


@dataclass(frozen=True, kw_only=True)
class _Breaks:
    """How a page's lines are broken by hand."""

    width: int  #: of the widest line that is; 0 if none is
    slack: float  #: the share of the width by which lines vary

    @classmethod
    def of(cls, blocks: Sequence[Sequence[str]]) -> _Breaks:
        """Learn it from neighbours that belong together, since the second begins with a small letter."""
        neighbours = [pair for texts in blocks for pair in pairwise(texts)]
        inside = [
            (before, after) for before, after in neighbours if after[0].islower() and wide(before) < PARAGRAPH
        ]
        widths = sorted(wide(before) for before, _ in inside)
        width = widths[int(0.98 * len(widths))] if widths else 0
        runs = 0  # three lines on end that fill the width
        full = 0
        for texts in blocks:
            for text in texts:
                full = full + 1 if 0.7 * width <= wide(text) <= width else 0
                runs += full == 3
            full = 0
        unbroken = sum(wide(text) >= PARAGRAPH for texts in blocks for text in texts)
        if width < _NARROWEST or runs <= unbroken:
            return cls(width=0, slack=0.0)
        exact = sum(_with_next(before, after) > width for before, after in inside)
        return cls(width=width, slack=0.0 if exact >= 0.9 * len(inside) else _SLACK)

    def cuts(self, texts: Sequence[str]) -> list[int]:
        """Where a block of lines is to be cut: positions of lines that begin a piece."""
        everywhere = list(range(1, len(texts)))
        if not self.width:
            return everywhere
        cuts: list[int] = []
        for at in everywhere:
            taken = at - (cuts[-1] if cuts else 0)  # lines that the piece has so far
            if self._is_cut(texts[at - 1], texts[at], taken=taken):
                cuts.append(at)
        tails = (_tail(texts, begin, end) for begin, end in pairwise([0, *cuts, len(texts)]))
        return sorted({*cuts, *(at for at in tails if at)})

    def _is_cut(self, before: str, after: str, *, taken: int) -> bool:
        if _is_scrap(before) or (_is_scrap(after) and not _is_end(before, after)):
            return True
        if wide(before) >= PARAGRAPH or wide(after) >= PARAGRAPH:
            return True
        early = _with_next(before, after) <= (1 - self.slack) * self.width
        names = 2 if early else 3  # two capitalised words, twice, may be the second line of a title
        if taken == 1 and len(forms.names_of(before)) >= names:
            return True
        if len(forms.names_of(after)) >= names and not _OPEN_END.search(before):
            return early or taken <= 3 or forms.ends_paragraph(before)  # in longer ones, an enumeration
        if after[0].islower() and not forms.ends_sentence(before):
            return False
        return early


_OPEN_END = re.compile(r"[,:;(/–-]$|(?:^|\s)[a-z]{1,4}$")


def _tail(texts: Sequence[str], begin: int, end: int) -> int | None:
    """Where a paragraph has taken in a line or two that do not belong to it; None if it has not.

    Its last line was full, so that nothing but the end of a sentence shows where it ended.
    """
    if end - begin < 4 or forms.ends_paragraph(texts[end - 1]):
        return None
    for at in range(end - 1, end - 4, -1):
        if forms.ends_paragraph(texts[at - 1]):
            tail = " ".join(texts[at:end])
            apart = forms.words(tail) <= 5 or forms.is_capitalised(tail)
            apart = apart and not forms.holds_address(tail)
            return at if apart and at - begin >= 3 else None
    return None


def _with_next(before: str, after: str) -> int:
    """How wide a line would be with the first word of the next."""
    return wide(before) + 1 + min(wide(after.split(maxsplit=1)[0]), 30)


def _is_scrap(line: str) -> bool:
    """Whether a line is the page's own, however wide it is."""
    return (
        forms.is_sign(line)
        or forms.is_date(line)
        or forms.is_beside(line)
        or (forms.is_count(line) and not line[0].isalnum())
    )


def _is_end(before: str, after: str) -> bool:
    """Whether a line of figures ends the sentence of the line before: "… of" and "95.2%."."""
    return forms.ends_sentence(after) and not forms.ends_sentence(before)
