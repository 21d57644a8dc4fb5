"""Text clean-up with offsets: from a title or abstract as given to text that reads well.

Every character of the cleaned text knows which stretch of the text as given it stands for, so that
whatever is found in the one can be quoted verbatim from the other. One pass of one pattern finds the
places that need work; a plain text has none and costs next to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from kg.extraction.hyphens import joined
from kg.extraction.latex import NotLatexError, Pieces, render
from kg.extraction.latex_macros import is_droppable
from kg.extraction.mapped import Cleaned, MappedText

#: Characters at which work may begin. All else, a single space included, stays as it is.
_TRIGGERS = r"\\${~\[\-`'\x00-\x1f\x7f-\U0010ffff"
_TRIGGER = re.compile(f"[{_TRIGGERS}]")
_TRIGGER_OR_SPACE = re.compile(f"[{_TRIGGERS} ]")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s{}\\<>]+")
_PLACE = re.compile(
    r"""
      (?P<space>\s\s+)
    | (?P<latex>\\(?:[A-Za-z]|[('"`^~=.,;:!@/\ ]|\[|\{|-(?=\w))|\$|\{)
    | (?P<hyphen>[-\u2010]\s*\n\s*(?=[^\W_]))
    | (?P<dashes>(?<!-)---?(?!-))
    | (?P<escape>\\[%&\#_$}])
    | (?P<citation>\[\d{1,3}(?:\s?[,;\u2013-]\s?\d{1,3})*\](?=[\s.,;:)]|$))
    | (?P<quotes>``|'')
    | (?P<tie>~)
    | (?P<ligature>[\ufb00-\ufb06])
    | (?P<invisible>[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064]
                   |[\u2066-\u2069\ufeff])
    | (?P<surrogate>[\ud800-\udfff])
    | (?P<accent>[\u0300-\u036f]+)
    """,
    re.VERBOSE,
)
_CITE = re.compile(r"\\[A-Za-z]*cite[a-zA-Z]*\*?(?:\[[^\]]*\])*\{[^{}]*\}")
_MATH = re.compile(r"\$\$((?:\\.|[^$\\]){1,400}?)\$\$|\$((?:\\.|[^$\\]){1,400}?)\$", re.DOTALL)
_BRACKETS = re.compile(r"\\\(.{1,400}?\\\)|\\\[.{1,400}?\\\]", re.DOTALL)
_MACRO = re.compile(r"\\[A-Za-z]+\*?")
_HREF = re.compile(r"\\href\s*\{([^{}]*)\}\s*(?=(\{))?")
_URL = re.compile(r"\\url\s*\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[A-Za-z]+\*?\}")
_ACCENT = re.compile(r"\\['\"`^~=.]\s?(?:\{\\?[A-Za-z]?\}|\\?[A-Za-z])")
_LETTER_ACCENT = re.compile(r"\\[cvuHkrbdt](?:\s[A-Za-z](?![A-Za-z])|\{\\?[A-Za-z]\})")
#: Accents that European names carry; `\"` and `\'` before other letters are quotes that somebody escaped.
_ACCENTED = {
    '"': "aeiouyAEIOUY",
    "'": "aceilnorsuyzACEILNORSUYZ",
    "`": "aeiouAEIOU",
    "^": "aceghijosuwyACEGHIJOSUWY",
}
_ESCAPED_QUOTE = re.compile(r"\\\"(?=[\s.,;:)?!]|$)")
_PLAIN_PROSE = re.compile(r"[A-Za-z]{3,}\s+[A-Za-z]{3,}|^\s*\d[\d.,]*\s+[A-Za-z]{3,}|\n\s*\n")
_NUMBER = re.compile(r"[\d.,]+%?")
_INTERVAL = re.compile(
    r"(?:\b(?:in|range|interval|within|between|to|of|on|from|over|is|are|∈|=)|[=∈(,])\s?$", re.IGNORECASE
)
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}


def clean(source: str, *, names: Mapping[str, str] | None = None) -> Cleaned:
    r"""Clean a title or an abstract: LaTeX, spaces, ligatures, hyphenation, citation marks.

    `names` says what the authors' own macros stand for (`kg.extraction.macros`).

    >>> clean("The  T\\\"ULU 3 recipe gains 5\\% [12].").text
    'The TÜLU 3 recipe gains 5%.'
    >>> cleaned = clean(r"We release {\method} today.", names={"method": "MIRAGE"})
    >>> cleaned.text, int(cleaned.starts[11]), int(cleaned.ends[16])
    ('We release MIRAGE today.', 11, 20)
    """
    return _Cleaner(source, names or {}).run()


class _Cleaner:
    """One text on its way."""

    def __init__(self, source: str, names: Mapping[str, str]) -> None:
        self.source = source
        self.text = MappedText(source)
        self.names = tuple(sorted(names.items()))
        self.braces: dict[int, int] | None = None
        self.has_latex = "\\" in source
        self.has_quotes = "``" in source
        self.escapes_quotes = self.has_latex and _ESCAPED_QUOTE.search(source) is not None

    def run(self) -> Cleaned:
        source = self.source
        finish = len(source.rstrip())
        self.text.position = place_at = len(source) - len(source.lstrip())
        addresses = _ADDRESS.finditer(source) if "://" in source or "www." in source else iter(())
        address = next(addresses, None)
        trigger = (_TRIGGER if source.find("  ", place_at, finish) < 0 else _TRIGGER_OR_SPACE).search
        found = trigger(source, place_at, finish)
        while found is not None:
            place_at = found.start()
            while address is not None and address.end() <= place_at:
                address = next(addresses, None)
            if address is not None and address.start() <= place_at:
                place_at = address.end()  # nothing inside an address is touched
            else:
                place = _PLACE.match(source, place_at)
                place_at = max(place_at + 1, self._work(place) if place else 0)
            found = trigger(source, place_at, finish)
        self.text.keep_until(finish)
        return self.text.finished()

    # ------------------------------------------------------------ one method for each kind of place

    def _work(self, place: re.Match[str]) -> int:
        """Do what the place needs; give where to go on."""
        kind, start, end, found = place.lastgroup, place.start(), place.end(), place.group()
        if kind == "space":
            return self.text.replace(start, end, " ")
        if kind == "latex":
            return self._latex(start)
        if kind == "escape":
            return self.text.replace(start, end, found[1])
        if kind == "hyphen":
            if not self.source[start - 1 : start].isalnum():  # a dash before the line's end
                return start + 1
            return self.text.replace(start, end, joined(self.source, start, end))
        if kind == "citation":
            interval = re.search(r"\[0*[,;\u2013\-\]]", found) or _INTERVAL.search(
                self.source, max(0, start - 12), start
            )
            return end if interval or start == 0 else self._remove(start, end)
        if kind == "quotes":
            if found == "''" and not self.has_quotes:
                return end
            return self.text.replace(start, end, "“" if found == "``" else "”")
        if kind == "dashes":
            return self._dashes(start, end)
        if kind == "tie":
            return self._tie(start, end)
        if kind == "ligature":
            return self.text.replace(start, end, _LIGATURES[found])
        if kind == "invisible":
            return self.text.replace(start, end, "")
        if kind == "surrogate":
            return self.text.replace(start, end, "\ufffd")
        if start == self.text.position:
            return end
        composed = unicodedata.normalize("NFC", self.source[start - 1 : end])
        return self.text.replace(start - 1, end, composed) if len(composed) == 1 else end

    def _remove(self, start: int, end: int) -> int:
        """Take out a reference, with the space or tie before it."""
        while start > self.text.position and (
            self.source[start - 1].isspace() or self.source[start - 1] == "~"
        ):
            start -= 1
        return self.text.replace(start, end, "")

    def _dashes(self, start: int, end: int) -> int:
        option = start and self.source[start - 1].isspace() and self.source[end : end + 1].isalpha()
        if option and end - start == 2:  # "--depth" is an option of a program
            return end
        return self.text.replace(start, end, "–" if end - start == 2 else "—")

    def _tie(self, start: int, end: int) -> int:
        cite = _CITE.match(self.source, end)
        if cite:
            return self._remove(start, cite.end())
        before, after = self.source[start - 1 : start], self.source[end : end + 1]
        if (
            not before
            or before.isspace()
            or before in "([<>=/\"'"
            or not after
            or after.isspace()
            or after in "/."
        ):
            return end
        if before.isdigit() and after.isdigit() and not self.has_latex:  # "5~10" is a range
            return end
        return self.text.replace(start, end, " ")

    def _latex(self, start: int) -> int:
        source = self.source
        following = source[start + 1 : start + 2]
        if source[start] == "$":
            return self._formula(start)
        if source[start] == "{":
            return self._group(start)
        if following in "([":
            match = _BRACKETS.match(source, start)
            return self._rendered(start, match.end()) if match else start + 2
        if following == "{":  # an escaped brace is a brace
            return self.text.replace(start, start + 2, "{")
        if following in ",;:! @/-":
            return self.text.replace(start, start + 2, "" if following in "!@/-" else " ")
        if not following.isalpha():
            return self._accent(start)
        return self._macro(start)

    def _formula(self, start: int) -> int:
        match = _MATH.match(self.source, start)
        if not match:
            return start + 1
        content = match.group(1) or match.group(2)
        following = self.source[match.end() : match.end() + 1]
        if content == "~":  # meant as "about"
            return self.text.replace(start, match.end(), "~")
        if re.search(r"[\\^_{}]", content) or not re.search(r"\w", content):
            return self._rendered(start, match.end())
        # Two sums of money are no formula (pandoc's rule), nor is prose between two dollars.
        prose = content[0].isspace() != content[-1].isspace() or _PLAIN_PROSE.search(content)
        money = content.strip()[0].isdigit() and following.isalpha() and not _NUMBER.fullmatch(content)
        if prose or money or following.isdigit():
            return start + 1
        return self._rendered(start, match.end())

    def _group(self, start: int) -> int:
        end = self._closing(start)
        if end < 0 or not is_droppable(self.source[start + 1 : end - 1]):
            return start + 1
        return self._rendered(start, end)

    def _accent(self, start: int) -> int:
        match = _ACCENT.match(self.source, start)
        mark = self.source[start + 1]
        if not match:
            return self.text.replace(start, start + 2, mark) if mark in "\"'" else start + 2
        letter = match.group().rstrip("}")[-1]
        contraction = mark == "'" and re.match(r"\\'(?:s|t|re|ve|ll|d|m)\b", self.source[start : start + 6])
        if contraction or letter not in _ACCENTED.get(mark, letter) or (mark == '"' and self.escapes_quotes):
            return self.text.replace(start, start + 2, mark)
        return self._rendered(start, match.end())

    def _macro(self, start: int) -> int:
        source = self.source
        letter = _LETTER_ACCENT.match(source, start)
        if letter:
            return self._rendered(start, letter.end())
        if source.startswith("\\href", start):
            match = _HREF.match(source, start)
            if match:
                return self._href(start, match)
        match = _CITE.match(source, start)
        if match:
            return self._remove(start, match.end())
        match = _ENVIRONMENT.match(source, start)
        if match:
            return self.text.replace(start, match.end(), "")
        match = _URL.match(source, start)
        if match:
            self.text.replace(start, match.start(1), "")
            self.text.keep_until(match.end(1))
            return self.text.replace(match.end(1), match.end(), "")
        match = _MACRO.match(source, start)
        end = match.end() if match else start + 2
        while source[end : end + 1] in ("{", "["):
            close = self._closing(end) if source[end] == "{" else source.find("]", end, end + 60) + 1
            if close <= 0:
                if (
                    source[end] == "{" and match and end == match.end()
                ):  # nobody closes it: the macro goes, the words stay
                    return self.text.replace(start, end + 1, "")
                break
            end = close
        return self._rendered(start, end)

    def _href(self, start: int, match: re.Match[str]) -> int:
        """`\\href{address}{words}` reads as its words, as its address where there are none."""
        if match.group(2):
            close = self._closing(match.end())
            if close - match.end() > 2:
                self.text.replace(start, match.end() + 1, "")
                inner = clean(self.source[match.end() + 1 : close - 1], names=dict(self.names))
                return self.text.put_cleaned(match.end() + 1, close, inner)
        self.text.replace(start, match.start(1), "")
        self.text.keep_until(match.end(1))
        return self.text.replace(match.end(1), match.end(1) + 1, "")

    def _rendered(self, start: int, end: int) -> int:
        """Put the Unicode of a stretch of LaTeX; where it is none, leave it and go on."""
        pieces = _pieces(self.source[start:end], self.names)
        if pieces is not None:
            return self.text.put(start, end, pieces)
        macro = _MACRO.match(self.source, start)
        if macro and _pieces(macro.group() + "{}", ()) is not None and macro.end() < len(self.source):
            # "\textbf" without its argument, or with one that is broken: the macro goes, the words stay.
            brace = self.source[macro.end()] == "{"
            return self.text.replace(start, macro.end() + brace, "")
        return start + 1

    def _closing(self, start: int) -> int:
        """Where the group that opens at `start` ends (behind its brace); -1 where it does not."""
        if self.braces is None:
            self.braces = _pairs(self.source)
        return self.braces.get(start, -1)


@lru_cache(maxsize=4096)
def _pieces(snippet: str, names: tuple[tuple[str, str], ...]) -> Pieces | None:
    try:
        return render(snippet, dict(names))
    except NotLatexError:
        return None


def _pairs(source: str) -> dict[int, int]:
    """For each opening brace that is closed, where its group ends."""
    pairs: dict[int, int] = {}
    open_at: list[int] = []
    for brace in re.finditer(r"\\.|[{}]", source, re.DOTALL):
        if brace.group() == "{":
            open_at.append(brace.start())
        elif brace.group() == "}" and open_at:
            pairs[open_at.pop()] = brace.end()
    return pairs
