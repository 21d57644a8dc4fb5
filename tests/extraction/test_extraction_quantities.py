"""Numbers in running text."""

from __future__ import annotations

import pytest

from kg.extraction.quantities import quantities


def read(text: str) -> list[tuple[str, float | None, str]]:
    return [(text[found.start : found.end], found.number, found.unit) for found in quantities(text)]


@pytest.mark.parametrize(
    ("text", "written", "number", "unit"),
    [
        ("a gain of 45%", "45%", 45.0, "%"),
        ("a 1.93X speed-up", "1.93X", 1.93, "x"),
        ("runs 4.5× faster", "4.5×", 4.5, "x"),
        ("a 25-fold rise", "25-fold", 25.0, "x"),
        ("by 3.2 points", "3.2 points", 3.2, "points"),
        ("by 7 percentage points.", "7 percentage points", 7.0, "points"),
        ("a score of 35.2 percent", "35.2 percent", 35.2, "%"),
        ("with 2.5M weights", "2.5M", 2_500_000.0, ""),
        ("with 1.5 billion weights", "1.5 billion", 1_500_000_000.0, ""),
        ("on 1,234,567 images", "1,234,567", 1234567.0, ""),
        ("changes by -0.5 dB", "-0.5 dB", -0.5, "dB"),
        ("within 0.7 seconds", "0.7 seconds", 0.7, "s"),
        ("uses 9 GB", "9 GB", 9.0, "GB"),
        ("a kappa of .17 only", ".17", 0.17, ""),
        ("(84.4%)", "84.4%", 84.4, "%"),
        ("reaches 61.2.", "61.2", 61.2, ""),
        ("a Dice of 0.91 ± 0.07", "0.91 ± 0.07", 0.91, ""),
        ("a score of 0.54 +- 0.04", "0.54 +- 0.04", 0.54, ""),
    ],
)
def test_a_number_with_its_unit(text: str, written: str, number: float, unit: str) -> None:
    assert read(text) == [(written, number, unit)]


@pytest.mark.parametrize(
    ("text", "written", "unit"),
    [
        ("a gain of 10-29%", "10-29%", "%"),
        ("is 2-3x faster", "2-3x", "x"),
        ("rises from 61.2 to 67.8", "from 61.2 to 67.8", ""),
        ("by 1.3% to 5.6%", "1.3% to 5.6%", "%"),
        ("between 3--5 ms", "3--5 ms", "ms"),
    ],
)
def test_a_range_is_one_quantity_but_no_one_number(text: str, written: str, unit: str) -> None:
    assert read(text) == [(written, None, unit)]


@pytest.mark.parametrize("text", ["GPT-4 and Qwen2.5", "Top-5", "W4A4", "3D views", "F1", "x^2", "v1.2.3"])
def test_digits_in_names_are_no_quantities(text: str) -> None:
    assert read(text) == []


def test_numbers_on_their_own_stay_apart() -> None:
    assert [written for written, _, _ in read("12, 15 and 18 of 20")] == ["12", "15", "18", "20"]
