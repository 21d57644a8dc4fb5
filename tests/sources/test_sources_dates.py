"""Dates in the forms that sources use."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.dates import earliest, from_parts, is_date_line, iso_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-09-02", "2025-09-02"),
        ("2025-09-02 10:00:00+00:00", "2025-09-02"),
        ("2025/9/2", "2025-09-02"),
        ("20250902", "2025-09-02"),
        ("2020-05/2020-06", "2020-05"),
        ("2. September 2025", "2025-09-02"),
        ("2 de septiembre de 2025", "2025-09-02"),
        ("2025年9月2日", "2025-09-02"),
        ("Sept 2025", "2025-09"),
        ("13/09/2025", "2025-09-13"),
        ("05/06/2025", "2025"),  # which is the month cannot be told
        ("Sep 2", ""),  # no year, and none is guessed
        ("9月2日", ""),
        ("2025-02-30", ""),
        ("in press", ""),
        ("", ""),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert iso_date(text) == expected


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2999, 12, 31)))
def test_iso_dates_stay_as_they_are(date: datetime.date) -> None:
    assert iso_date(date.isoformat()) == date.isoformat()


@given(st.text())
def test_any_text_gives_a_date_or_nothing(text: str) -> None:
    assert len(iso_date(text)) in (0, 4, 7, 10)
    assert len(from_parts(text, text)) in (0, 4, 7, 10)
    assert is_date_line(text) in (True, False)


def test_bibtex_months() -> None:
    assert [from_parts("2017", month) for month in ("jun", "June", "06", '"1~" # jun', "summer")] == [
        "2017-06",
        "2017-06",
        "2017-06",
        "2017-06",
        "2017",
    ]


@pytest.mark.parametrize(
    "line", ["Sep 2", "Tue, Sep 2", "2. September", "2 septembre 2025", "02.09.2025", "9月2日", "2025-09-02"]
)
def test_date_lines_in_several_languages(line: str) -> None:
    assert is_date_line(line)


@pytest.mark.parametrize(
    "line", ["September", "12", "March of the Models", "A Study of 3 Things in May 2025 by Us"]
)
def test_other_lines_are_no_dates(line: str) -> None:
    assert not is_date_line(line)


def test_the_earliest_date_and_the_most_precise_of_it() -> None:
    assert earliest(["2025-06", "", "2025-06-03", "2026"]) == "2025-06-03"
    assert earliest([]) == ""
