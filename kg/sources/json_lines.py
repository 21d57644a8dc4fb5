"""JSON lines: one object a line, as arXiv's metadata snapshot has it and as most tools write it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from kg.records import Paper, Problem
from kg.sources.fields import BadRecordError, names_title, paper_of
from kg.sources.ids import arxiv_id
from kg.sources.streams import LONGEST_LINE, lines


def read_json_lines(stream: BinaryIO, name: str) -> Iterator[Paper | Problem]:
    """The papers of a stream of JSON lines, and a problem for each line that makes none.

    >>> import io
    >>> [str(item.id) for item in read_json_lines(io.BytesIO(b'{"id": "a", "title": "T"}'), "-")]
    ['a']
    """
    for number, line in lines(stream):
        if line is None:
            yield Problem(
                source=name,
                line=number,
                reason=f"the line is longer than {LONGEST_LINE >> 20} MB",
                advice="write one paper a line",
            )
            continue
        if line.isspace():
            continue
        try:
            text = line.rstrip().decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            yield not_utf8(name, number, f" (byte {error.start + 1} of the line)")
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as error:
            if text:
                column = f", column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
                yield invalid_json(name, number, f"{said(error)}{column}")
            continue
        yield paper_or_problem(record, name, number)


def paper_or_problem(record: object, name: str, line: int | None) -> Paper | Problem:
    """The paper of a JSON value, or what is wrong with it."""
    if not isinstance(record, dict):
        kind = {list: "a list", str: "a text", type(None): "null"}.get(type(record), "a single value")
        return Problem(
            source=name,
            line=line,
            reason=f"is {kind}, not an object",
            advice='write {"title": …, "abstract": …}',
        )
    try:
        return paper_of(record, source=name, line=line)
    except BadRecordError as error:
        return Problem(source=name, line=line, reason=error.reason, advice=error.advice)


def invalid_json(name: str, line: int | None, words: str) -> Problem:
    """The problem of text that is no JSON."""
    return Problem(
        source=name, line=line, reason=f"is not valid JSON ({words})", advice="correct it, or take it out"
    )


def said(error: Exception) -> str:
    """What the JSON parser found wrong, in a few words."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" starting at")
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def not_utf8(name: str, line: int | None, where: str = "") -> Problem:
    """The problem of text in another encoding."""
    return Problem(source=name, line=line, reason=f"is not UTF-8{where}", advice="save the file as UTF-8")


def sniff_json_lines(head: str) -> bool:
    r"""Whether a text begins with lines that are JSON objects with a title.

    >>> sniff_json_lines('{"title": "T"}\n'), sniff_json_lines('{\n"title": "T"}'), sniff_json_lines("Title")
    (True, False, False)
    """
    return _first_record(head) is not None


def sniff_arxiv(head: str) -> bool:
    r"""Whether the lines are arXiv's: an arXiv id, and the categories in one string.

    >>> sniff_arxiv('{"id": "0704.0001", "title": "T", "categories": "hep-ph cs.LG", "abstract": "A"}\n')
    True
    >>> sniff_arxiv('{"id": "0704.0001", "title": "T", "abstract": "A"}\n')
    False
    """
    record = _first_record(head)
    return (
        record is not None
        and isinstance(record.get("categories"), str)
        and arxiv_id(str(record.get("id", ""))) != ""
    )


def _first_record(head: str) -> dict[str, object] | None:
    """The first of a text's lines that is an object with a title; a bad line may come before it."""
    head = head.removeprefix("\ufeff")
    if head.lstrip().startswith("[") or "{" not in head:
        return None
    for line in head.split("\n", 20)[:20]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and (names_title(record) or isinstance(record.get("paper"), dict)):
            return record
    if "\n" not in head.strip() and head.lstrip().startswith('{"') and '"title"' in head.lower():
        return {}  # one line, longer than the head
    return None
