"""CSV and its relatives."""

from __future__ import annotations

import io

from kg.records import Paper, Problem
from kg.sources.tables import read_table, sniff_table


def read(text: str | bytes) -> list[Paper | Problem]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_table(io.BytesIO(data), "x.csv"))


def titles(items: list[Paper | Problem]) -> list[str]:
    return [item.title for item in items if isinstance(item, Paper)]


def problems(items: list[Paper | Problem]) -> list[str]:
    return [str(item) for item in items if isinstance(item, Problem)]


def test_the_first_row_tells_the_separator() -> None:
    for separator in ",;\t|":
        text = f'id{separator}Title\na{separator}"One{separator}two"\n'
        assert titles(read(text)) == [f"One{separator}two".replace("\t", " ")]


def test_quoted_fields_may_hold_line_breaks_and_lines_are_counted_on() -> None:
    items = read('\n\ntitle,abstract\n"One","A\nB"\nTwo,C\n')
    assert [(item.title, item.line) for item in items] == [("One", 4), ("Two", 6)]  # type: ignore[union-attr]
    assert items[0].abstract == "A\nB"  # type: ignore[union-attr]


def test_rows_of_another_length_are_reported() -> None:
    items = read("id,title,abstract\n1,One,A\n2,Two, with a comma,B\n3,Three\n4,Four,D,,\n")
    assert titles(items) == ["One", "Four"]
    assert [problem.split(": ")[0] for problem in problems(items)] == ["x.csv:3", "x.csv:4"]
    assert "has 4 fields where the first row has 3" in problems(items)[0]


def test_without_a_title_column_nothing_is_guessed() -> None:
    (problem,) = problems(read("a,b\n1,2\n"))
    assert "no column is called title (the first row begins: a,b)" in problem


def test_an_id_column_wins_over_a_doi_column() -> None:
    (item,) = read("id,doi,title\nseed-001,10.1000/x,One\n")
    assert isinstance(item, Paper) and (item.id, item.doi) == ("seed-001", "10.1000/x")


def test_ids_that_a_spreadsheet_took_for_numbers() -> None:
    assert [item.id for item in read("id,title\n2506.0123,One\n704.0001,Two\n1.5,Three\n")] == [  # type: ignore[union-attr]
        "2506.01230",
        "0704.0001",
        "1.5",
    ]


def test_other_encodings_cost_their_rows_alone() -> None:
    items = read(b"title,abstract\nOne,A\nCaf\xe9,B\nThree,C\n")
    assert titles(items) == ["One", "Three"]
    assert problems(items) == ["x.csv:3: is not UTF-8; save the file as UTF-8"]


def test_an_open_quote_is_reported_and_the_table_goes_on() -> None:
    items = read('title,abstract\nOne,"' + "x " * 700_000 + "\nTwo,B\n")
    assert titles(items) == ["Two"]
    assert problems(items)[0].startswith("x.csv:2: the row cannot be read")


def test_blank_rows_byte_order_mark_and_crlf() -> None:
    assert titles(read(b"\xef\xbb\xbftitle,abstract\r\nOne,A\r\n,\r\n\r\nTwo,B\r\n")) == ["One", "Two"]


def test_a_table_of_titles_alone_can_be_read_but_is_not_recognised() -> None:
    assert titles(read("Title\nOne\n")) == ["One"]
    assert not sniff_table("Title\nOne\n")
    assert sniff_table("\nid;title\n")
