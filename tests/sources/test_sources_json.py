"""JSON lines and other JSON."""

from __future__ import annotations

import io
import json

import pytest

from kg.records import Paper, Problem
from kg.sources.json_lines import read_json_lines, sniff_arxiv, sniff_json_lines
from kg.sources.json_values import read_json, sniff_json


def lines(text: str | bytes) -> list[Paper | Problem]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_json_lines(io.BytesIO(data), "x.jsonl"))


def values(text: str | bytes) -> list[Paper | Problem]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_json(io.BytesIO(data), "x.json"))


def titles(items: list[Paper | Problem]) -> list[str]:
    return [item.title for item in items if isinstance(item, Paper)]


def problems(items: list[Paper | Problem]) -> list[str]:
    return [str(item) for item in items if isinstance(item, Problem)]


def test_blank_lines_byte_order_marks_and_crlf_are_nothing_special() -> None:
    items = lines(b'\xef\xbb\xbf{"title": "One"}\r\n\r\n   \n{"title": "Two"}')
    assert titles(items) == ["One", "Two"]
    assert [item.line for item in items] == [1, 4]  # type: ignore[union-attr]


def test_a_bad_line_is_reported_with_its_number_and_skipped() -> None:
    items = lines('{"title": "One"}\n{"title": "Two"}\n{"title": \n{"title": "Four"}\n')
    assert titles(items) == ["One", "Two", "Four"]
    assert problems(items) == [
        "x.jsonl:3: is not valid JSON (expecting value, column 10); correct it, or take it out"
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[1]", "is a list, not an object"),
        ('"text"', "is a text, not an object"),
        ("7", "is a single value, not an object"),
        ("null", "is null, not an object"),
        ("{}", "has no title"),
        ('{"title": ["A", "B"]}', "its title is a list, not text"),
        ("[" * 100_000, "nested too deeply"),
        ('{"title": ' + "9" * 5000 + "}", "not valid JSON"),
        (b'{"title": "caf\xe9"}', "is not UTF-8 (byte 15 of the line)"),
        (b"\x00\x01", "not valid JSON"),
    ],
)
def test_lines_that_make_no_paper(line: str | bytes, words: str) -> None:
    (problem,) = problems(lines(line))
    assert problem.startswith("x.jsonl:1: ") and words in problem


def test_a_five_megabyte_abstract_is_one_problem() -> None:
    items = lines(json.dumps({"title": "T", "abstract": "x" * 5_000_000}) + '\n{"title": "Next"}')
    assert titles(items) == ["Next"]
    assert "abstract has 5,000,000 characters" in problems(items)[0]


def test_lone_surrogates_and_nul_do_not_reach_the_paper() -> None:
    (item,) = lines(r'{"title": "A\ud800\u0000B", "abstract": "\udc80"}')
    assert isinstance(item, Paper)
    assert (item.title, item.abstract) == ("A\ufffd B", "\ufffd")


def test_arrays_objects_on_end_and_wrapped_lists() -> None:
    assert titles(values('[{"title": "One"},\n {"title": "Two"}]')) == ["One", "Two"]
    assert titles(values('{"title": "One"}\n{"title":\n "Two"}')) == ["One", "Two"]
    assert titles(values('{"total": 2, "papers": [{"title": "One"}, {"title": "Two"}]}')) == ["One", "Two"]
    assert titles(
        values('{"papers": [{"title": "One"}, {"title": "Two"}], "next": {"title": "no paper"}}')
    ) == [
        "One",
        "Two",
    ]
    assert values("[]") == []


def test_a_record_that_begins_with_a_list_is_no_wrapper() -> None:
    assert titles(values('{"id": 1, "authors": [{"name": "Ana"}], "title": "One"}')) == ["One"]


def test_array_elements_carry_their_lines() -> None:
    items = values('[\n{"title": "One"},\n\n{"title":\n"Two"}, 3]')
    assert [item.line for item in items] == [2, 4, 5]  # type: ignore[union-attr]


def test_reading_goes_on_behind_a_damaged_element() -> None:
    items = values('[\n  {"title": "One"},\n  {"title": "Two", },\n  {"title": "Three"}\n]')
    assert titles(items) == ["One", "Three"]
    (problem,) = problems(items)
    assert problem.startswith("x.json:3: is not valid JSON (")


def test_elements_longer_than_the_window_are_whole() -> None:
    long = [{"title": f"Paper {n}", "abstract": "word " * 30_000} for n in range(3)]
    assert titles(values(json.dumps(long, indent=1))) == ["Paper 0", "Paper 1", "Paper 2"]


def test_a_truncated_array_keeps_what_is_whole() -> None:
    items = values('[{"title": "One"}, {"title": "Tw')
    assert titles(items) == ["One"] and len(problems(items)) == 1


def test_bytes_that_are_not_utf8_cost_one_element() -> None:
    items = values(b'[{"title": "One"}, {"title": "caf\xe9"}, {"title": "Three"}]')
    assert titles(items) == ["One", "Three"]
    assert "is not UTF-8" in problems(items)[0]


def test_sniffing_tells_the_kinds_of_json_apart() -> None:
    arxiv = '{"id": "0704.0001", "title": "T", "categories": "cs.CL", "abstract": "A"}\n'
    plain = '{"id": "1", "title": "T"}\n'
    array = '[\n {"title": "T"}\n]'
    assert [sniff_arxiv(text) for text in (arxiv, plain, array)] == [True, False, False]
    assert [sniff_json_lines(text) for text in (arxiv, plain, array)] == [True, True, False]
    assert sniff_json(array) and not sniff_json("[see the notes]")
    assert sniff_json_lines("not json\n" + plain) is True
    assert sniff_json_lines('{"title": "' + "x" * 70_000) is True
