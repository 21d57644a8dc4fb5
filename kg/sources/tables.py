"""CSV and its relatives: a first row with the names of the columns, then one paper a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from kg.records import Paper, Problem
from kg.sources.fields import BadRecordError, names_title, paper_of
from kg.sources.json_lines import not_utf8
from kg.sources.streams import TOO_LONG, text_lines
from kg.sources.text import is_undecoded, one_line

#: What may stand between columns, most usual first; the first row's names decide.
_SEPARATORS = ",\t;|"
#: A longer field is a quote that was never closed, or a full text. Python's csv counts characters.
_LONGEST_FIELD = 1 << 20


def read_table(stream: BinaryIO, name: str) -> Iterator[Paper | Problem]:
    r"""The papers of a CSV file whose columns are separated by commas, tabs, semicolons or bars.

    >>> import io
    >>> [paper.title for paper in read_table(io.BytesIO(b'id;title\na;"One; two"\n'), "-")]
    ['One; two']
    """
    numbered = text_lines(stream)
    first = next(((number, line) for number, line in numbered if line.strip()), None)
    if first is None:
        return
    separator, columns = _columns(first[1])
    if not columns:
        yield Problem(
            source=name,
            line=first[0],
            reason=f"no column is called title (the first row begins: {one_line(first[1])[:80]})",
            advice="name the columns id, title, abstract, …",
        )
        return
    if csv.field_size_limit() < _LONGEST_FIELD:
        csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.reader((line for _, line in numbered), delimiter=separator)
    while True:
        line = first[0] + rows.line_num + 1  # csv counts the lines that it has taken
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(
                source=name,
                line=line,
                reason=f"the row cannot be read ({error})",
                advice="give the abstract alone, not the full text; and close every quote",
            )
            continue
        if any(map(str.strip, row)):
            yield _paper(columns, row, name, line)


def sniff_table(head: str) -> bool:
    r"""Whether the first row names columns, and title is one of them.

    >>> sniff_table("id,title,abstract\n1,T,A\n"), sniff_table("Title\n"), sniff_table("A title, and more\n")
    (True, False, False)
    """
    line = next((line for line in head.removeprefix("\ufeff").splitlines() if line.strip()), "")
    return len(_columns(line)[1]) > 1


def _columns(header: str) -> tuple[str, list[str]]:
    """The separator by which the first row names a title, and its columns; no columns if none does."""
    for separator in _SEPARATORS:
        try:
            row = next(csv.reader([header], delimiter=separator), [])
        except csv.Error:
            continue
        if len(row) > 1 and names_title(row):
            return separator, row
    alone = header.strip().strip('"')
    return _SEPARATORS[0], [alone] if names_title([alone]) else []


def _paper(columns: list[str], row: list[str], name: str, line: int) -> Paper | Problem:
    while len(row) > len(columns) and not row[-1].strip():
        row.pop()
    if any(TOO_LONG in field for field in row):
        return Problem(
            source=name,
            line=line,
            reason="a line is too long to be read",
            advice="see whether a quote is left open",
        )
    if any(map(is_undecoded, row)):
        return not_utf8(name, line)
    if len(row) != len(columns):
        return Problem(
            source=name,
            line=line,
            reason=f"has {len(row)} fields where the first row has {len(columns)}",
            advice="put fields that hold separators or line breaks in double quotes",
        )
    try:
        return paper_of(dict(zip(columns, row, strict=True)), source=name, line=line, untyped=True)
    except BadRecordError as error:
        return Problem(source=name, line=line, reason=error.reason, advice=error.advice)
