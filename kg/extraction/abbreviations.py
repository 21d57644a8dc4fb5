"""Component `kg_abbreviations`: short forms and the long forms that a text gives for them.

How letters are matched with words stands in `kg.extraction.shortforms`; here is where definitions stand:
- "long form (SHORT)", without a space too, with remarks: "(LLMs; e.g., GPT-4)";
- reversed, "PACT (Prompt-configured Action …)", and in titles "SHORT: Long Form";
- without brackets: "Knowledge-enhanced RL, KnowRL", "…, or LAT, …".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.doc import DocAbbreviation, clean_text
from kg.extraction.shortforms import is_short_form, long_form_start, match_beginnings, short_letters

_REMARK = re.compile(r"\s*[,;:]\s")
_NO_DEFINITION = re.compile(r"(?:[Ee]\.g|[Ii]\.e|[Ss]ee|cf|[Oo]urs|or|and|the|in|vs)(?![\w-])")
_OPENING = re.compile(
    r"(?:short for|stands for|i\.e\.,?|namely|abbreviation (?:of|for)|an?|the)\s+", re.IGNORECASE
)
_BRACKET = re.compile(r"\(([^()]{2,200})\)")
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘'”’]+$")
_APPOSED = re.compile(
    r",?\s(?:or|abbreviated(?: as| to)?|dubbed|termed|called|named|coined|denoted(?: as| by)?|namely|short)\s"
    r"(?P<named>[A-Z][\w+-]{1,14})(?=[\s,.;:)]|$)|, (?P<short>[A-Z]?[a-z]*[A-Z][\w+-]*)(?=[,.;:]|$)"
)
_TITLE = re.compile(r"(?P<short>[^\W_][\w+&-]{1,14})\s?(?::| [–—-]) (?P<long>[^:?!\n]+)")
_QUOTES = "\"'“”‘’ "
#: Characters before a definition among which its long form stands.
_REACH = 240

Range = tuple[int, int]


@Language.factory("kg_abbreviations", assigns=["doc._.abbreviations"])
class AbbreviationFinder:
    """Writes `doc._.abbreviations`, in text order, each pair of forms once."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        found: dict[tuple[str, str], DocAbbreviation] = {}
        for short, long in definitions(doc):
            short_span = doc.char_span(*short, alignment_mode="contract")
            long_span = doc.char_span(*long, alignment_mode="expand")
            if short_span is not None and long_span is not None:
                key = (short_span.text, long_span.text.casefold())
                found.setdefault(key, DocAbbreviation(short=short_span, long=long_span))
        doc._.abbreviations = list(found.values())
        return doc


def definitions(doc: Doc) -> list[tuple[Range, Range]]:
    """Where short and long forms stand in `doc.text`, in text order."""
    text = clean_text(doc)
    marks = doc.to_array(["IDX", "SENT_START"]).astype(np.int64).reshape(-1, 2)
    starts = [0, *marks[marks[:, 1] == 1, 0].tolist()]
    title_end = doc._.title_end or 0
    body = doc[title_end].idx if title_end < len(doc) else len(text)
    found = list(_in_brackets(text, starts))
    found += _in_title(text[:body])
    found += _apposed(text, body, starts)
    return sorted(found)


def _sentence_start(starts: list[int], place: int) -> int:
    return max(starts[max(bisect_right(starts, place) - 1, 0)], place - _REACH)


def _in_brackets(text: str, starts: list[int]) -> Iterator[tuple[Range, Range]]:
    """Definitions with brackets, in either direction."""
    for bracket in _BRACKET.finditer(text):
        inner = bracket.group(1)
        remark = _REMARK.search(inner)
        head = (inner[: remark.start()] if remark else inner).strip(_QUOTES)
        if not head:
            continue
        begin = bracket.start(1) + inner.find(head)
        window = _sentence_start(starts, bracket.start())
        before = text[window : bracket.start()].rstrip(_QUOTES)
        if is_short_form(head) and not _NO_DEFINITION.match(head):
            start = long_form_start(head, before)
            if start is not None:
                yield (begin, begin + len(head)), (window + start, window + len(before))
                continue
        word = _WORD_BEFORE.search(before)
        if word and (" " in head or "-" in head) and is_short_form(word.group()):
            reversed_form = _long_form_after(word.group(), head) or _long_form_after(word.group(), inner)
            if reversed_form:
                start, end = reversed_form
                yield (window + word.start(), window + word.end()), (begin + start, begin + end)


def _long_form_after(short: str, text: str) -> Range | None:
    """The long form that `text`, which follows its short form in brackets, consists of."""
    text = text.rstrip()
    opening = _OPENING.match(text)
    for start in (0, opening.end()) if opening else (0,):
        rest = text[start:]
        if re.search(r"[^\W_][\s-]+[^\W_]", rest) and long_form_start(short, rest, whole=True) == 0:
            return start, len(text)
    return None


def _in_title(title: str) -> Iterator[tuple[Range, Range]]:
    """ "SHORT: Long Form" of a title, where the long form's words account for each letter."""
    match = _TITLE.match(title)
    if not match or not is_short_form(match.group("short")):
        return
    letters = short_letters(match.group("short"))
    start = match.start("long")
    opening = re.match(r"(?:A|An|The) ", match.group("long"))
    start += opening.end() if opening else 0
    long = title[start : match.end("long")]
    for word in list(re.finditer(r"\S+", long))[1:]:
        form = long[: word.end()].rstrip(" ,.")
        following = long[word.end() :].split()
        # The last letters of a long short form are no chance, so one word may go without a letter.
        skip = 1 if len(letters) >= 5 and not following else 0
        ends = not following or following[0] in (
            "for",
            "in",
            "with",
            "via",
            "of",
            "on",
            "to",
            "from",
            "by",
            "and",
        )
        if (
            ends
            and len(letters) > 2
            and match_beginnings(letters, form, skip=skip, prefix=3, whole=True) == 0
        ):
            yield match.span("short"), (start, start + len(form))
            return


def _apposed(text: str, body: int, starts: list[int]) -> Iterator[tuple[Range, Range]]:
    """Definitions without brackets; only words' beginnings count here, since commas are everywhere."""
    for match in _APPOSED.finditer(text, body):
        group = "named" if match.group("named") else "short"
        short = match.group(group)
        if sum(letter.isupper() for letter in short) < 2 or not is_short_form(short):
            continue
        window = _sentence_start(starts, match.start())
        before = text[window : match.start()].rstrip(" ,")
        letters = short_letters(short)
        start = match_beginnings(letters, before, skip=0, prefix=8 if group == "named" else 4)
        if start is not None and re.search(r"[\s-]", before[start:]):
            yield match.span(group), (window + start, window + len(before))
