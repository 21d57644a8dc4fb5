"""BibTeX, read by bibtexparser, which says where each entry stands and goes on behind a broken one."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from copy import copy
from typing import BinaryIO

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
    String,
)

from kg.records import Paper, Problem
from kg.sources.authors import plain_name
from kg.sources.fields import BadRecordError, paper_of
from kg.sources.json_lines import not_utf8
from kg.sources.streams import TOO_LONG, BrokenStreamError, text_lines
from kg.sources.text import is_undecoded, one_line

# the parser logs each entry that it cannot read; here that becomes a Problem
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_ENTRY = re.compile(r"[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]")
_FIRST_ENTRY = re.compile(
    r"^[ \t]*@[ \t]*(?!comment|preamble|string)[A-Za-z]+[ \t]*[{(][^\s{}(),=\"]+,", re.M | re.I
)
#: So many lines are parsed together: a file is never held as a whole.
_LINES_AT_ONCE = 2_000


def read_bibtex(stream: BinaryIO, name: str) -> Iterator[Paper | Problem]:
    r"""The papers of a BibTeX file; the citation key is the id where there is no arXiv id and no DOI.

    >>> import io
    >>> bib = b"@article{lima20, title = {A {B}ig Step}, author = {Lima, Ana and Bo Chen}, year = 2020}"
    >>> [(p.id, p.title, p.authors, p.date) for p in read_bibtex(io.BytesIO(bib), "-")]
    [('lima20', 'A Big Step', ('Ana Lima', 'Bo Chen'), '2020')]
    """
    strings: dict[str, String] = {}  # @string definitions hold for all that follows
    for first_line, text in _stretches(stream):
        if isinstance(text, BrokenStreamError):
            raise text
        blocks = parse_string(text, parse_stack=[]).blocks
        entries = _entries(blocks, strings)
        for at, block in enumerate(blocks):
            line = first_line + (block.start_line or 0)
            if at in entries:
                yield _paper(*entries[at], name, line)
            elif isinstance(block, ParsingFailedBlock):
                yield _failed(block, name, line)


def sniff_bibtex(head: str) -> bool:
    r"""Whether a text holds a BibTeX entry.

    >>> sniff_bibtex("% refs\n@article{key,\n title = {T}}"), sniff_bibtex("write to me@home{or, not}")
    (True, False)
    """
    return _FIRST_ENTRY.search(head) is not None


def plain_text(value: str) -> str:
    r"""A title or abstract as given, but for what BibTeX's encoding adds to it.

    Accents are characters, escaped signs are themselves, braces that only protect capitals are gone.
    Mathematics and macros stay, and so do the braces that belong to them.

    >>> plain_text(r"T{\"U}LU, {BERT} and \textbf{more} for 5\% of {\method}s: $\{x\}_{i}$")
    'TÜLU, BERT and \\textbf{more} for 5% of {\\method}s: $\\{x\\}_{i}$'
    """
    if "\\" in value:
        parts = _MATHEMATICS.split(value)
        parts[::2] = [_ESCAPED.sub(r"\1", _ACCENT.sub(_accented, part)) for part in parts[::2]]
        value = "".join(parts)
    return _unbraced(value) if "{" in value else value


# ---------------------------------------------------------------- entries


def _stretches(stream: BinaryIO) -> Iterator[tuple[int, str | BrokenStreamError]]:
    """The file in stretches of whole entries, each with the number of its first line.

    Lines that begin an entry are where the parser itself starts anew, whatever came before.
    """
    begun, gathered = 1, list[str]()
    try:
        for number, line in text_lines(stream):
            if len(gathered) >= _LINES_AT_ONCE and _ENTRY.match(line):
                yield begun, "".join(gathered)
                begun, gathered = number, []
            gathered.append("\n" if line == TOO_LONG else line.replace("\r\n", "\n"))
    except BrokenStreamError as error:  # what came before it is read first
        yield begun, "".join(gathered)
        yield begun, error
        return
    if gathered:
        yield begun, "".join(gathered)


def _entries(blocks: Sequence[Block], strings: dict[str, String]) -> dict[int, tuple[str, Entry]]:
    """Key and entry of each block that is one, by its position; definitions are added to `strings`."""
    keys: dict[int, str] = {}
    entries: list[Entry] = []
    for at, block in enumerate(blocks):
        whole: Block | None = block
        if isinstance(block, DuplicateFieldKeyBlock | DuplicateBlockKeyBlock):
            whole = block.ignore_error_block  # the first of two equal fields counts
        if isinstance(whole, String):
            strings[whole.key.lower()] = whole
        elif isinstance(whole, Entry):
            keys[at] = whole.key
            whole.key = str(at)  # a library holds each key once, a file may give it twice
            entries.append(whole)
    library = Library([*(copy(string) for string in strings.values()), *entries])
    library = ResolveStringReferencesMiddleware().transform(library)
    library = RemoveEnclosingMiddleware().transform(library)
    resolved = library.entries_dict  # a copy each time it is asked for
    return {at: (key, resolved[str(at)]) for at, key in keys.items()}


def _paper(key: str, entry: Entry, name: str, line: int) -> Paper | Problem:
    if entry.raw and is_undecoded(entry.raw):
        return not_utf8(name, line)
    record: dict[str, object] = {}
    for field in entry.fields:
        record.setdefault(field.key.lower(), field.value)
    record.pop("id", None)
    for text in ("title", "abstract"):
        if isinstance(value := record.get(text), str):
            record[text] = plain_text(value)
    if isinstance(author := record.get("author"), str):
        record["author"] = _names(author)
    try:
        return paper_of(record, source=name, line=line, own_id=key)
    except BadRecordError as error:
        return Problem(
            source=name, line=line, reason=f"{one_line(key)[:80]}: {error.reason}", advice=error.advice
        )


def _failed(block: ParsingFailedBlock, name: str, line: int) -> Problem:
    reason = one_line(str(block.error))
    return Problem(
        source=name,
        line=line,
        reason=f"is not a whole BibTeX entry ({reason[:200]})",
        advice="see whether a brace, a quote or a comma is missing",
    )


def _names(field: str) -> list[str]:
    """The authors of a field, first names first, LaTeX decoded."""
    names = []
    for name in split_multiple_persons_names(field):
        if name[:1] == "{" and name[-1:] == "}":
            names.append(plain_name(name))  # a group, under one name
        else:
            names.append(plain_name(parse_single_name_into_parts(name, strict=False).merge_first_name_first))
    return names


# ---------------------------------------------------------------- texts

_ACCENTS = dict(
    zip(
        "`'^\"~=.cvuHkrbd",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u0328\u030a\u0331\u0323",
        strict=True,
    )
)
_LETTERS = {
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "aa": "å",
    "AA": "Å",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
}
_ACCENT = re.compile(
    r"\\(?:"
    r"(?P<mark>[`'^\"~=.])\s*(?:\{\\?(?P<a>[A-Za-z])\}|\\(?P<b>[ij])(?![A-Za-z])\s?|(?P<c>[A-Za-z]))"
    r"|(?P<named>[cvuHkrbd])(?:\s*\{\\?(?P<d>[A-Za-z])\}|\s+\\(?P<e>[ij])(?![A-Za-z])\s?|\s+(?P<f>[A-Za-z])(?![A-Za-z]))"
    r"|(?P<letter>ss|ae|AE|oe|OE|o|O|l|L|aa|AA|i|j|dh|DH|th|TH)(?:\{\}|(?![A-Za-z])\s?)"
    r")"
)
_ESCAPED = re.compile(r"\\([&%#_])")
_MATHEMATICS = re.compile(r"((?<!\\)\$[^$]*\$)")
_BRACE = re.compile(r"\\.|[{}$]", re.DOTALL)
_MACRO_BEFORE = re.compile(r"(?:\\[A-Za-z]+\*?|[\]^_])\s*\Z")
_MACRO_WITHIN = re.compile(r"\\[A-Za-z]+")


def _accented(match: re.Match[str]) -> str:
    if match["letter"]:
        return _LETTERS[match["letter"]]
    base = match["a"] or match["b"] or match["c"] or match["d"] or match["e"] or match["f"]
    return unicodedata.normalize("NFC", base + _ACCENTS[match["mark"] or match["named"]])


def _unbraced(value: str) -> str:
    """The text without the braces that group words; those of macros and mathematics stay."""
    drop: list[int] = []
    open_at: list[tuple[int, bool]] = []  # position, and whether the pair stays
    in_math = False
    last_kept = -2  # where the last kept brace closed: the next one may be a second argument
    for match in _BRACE.finditer(value):
        at, mark = match.start(), match[0]
        if mark == "$":
            in_math = not in_math and "$" in value[at + 1 :]
        elif mark == "{":
            argument = last_kept == at - 1 or _MACRO_BEFORE.search(value, max(0, at - 40), at) is not None
            open_at.append((at, in_math or argument or _MACRO_WITHIN.match(value, at + 1) is not None))
        elif mark == "}" and open_at:
            begin, stays = open_at.pop()
            if stays:
                last_kept = at
            else:
                drop += (begin, at)
    gone = set(drop)
    return "".join(character for at, character in enumerate(value) if at not in gone)
