"""Why a text was read as it was."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from kg.extraction import load
from kg.extraction.explaining import Explanation, explain
from kg.records import Paper
from kg.report.explanation import displacy_page, explanation_report

PAPER = Paper(
    id="x1",
    title="Gradient Lanterns: a <b>bright</b> optimiser",
    abstract="We propose Gradient Lanterns (GL), an optimiser. GL beats Adam on CIFAR-10 by 2.1% accuracy.",
)


@pytest.fixture(scope="module")
def told() -> Explanation:
    return explain(PAPER, load(without=["kg_recogniser"]))


def test_marks_quote_the_text_and_do_not_overlap(told: Explanation) -> None:
    assert told.marks
    for before, after in zip(told.marks, told.marks[1:], strict=False):
        assert before.end <= after.start
    assert all(PAPER.text[mark.start : mark.end] == mark.quote for mark in told.marks)


def test_a_mark_names_the_components_that_proposed_it(told: Explanation) -> None:
    (dataset,) = (mark for mark in told.marks if mark.quote == "CIFAR-10")
    assert {said.component for said in dataset.opinions} == {"kg_patterns", "kg_vocabulary"}
    assert all(0.0 < said.score <= 1.0 for said in dataset.opinions)


def test_what_fell_short_overlaps_nothing_that_was_kept(told: Explanation) -> None:
    kept = {place for mark in told.marks for place in range(mark.start, mark.end)}
    assert all(kept.isdisjoint(range(mark.start, mark.end)) for mark in told.missed)
    assert all(mark.entity is None for mark in told.missed)


def test_the_report_shows_text_type_and_score(told: Explanation) -> None:
    stream = io.StringIO()
    Console(file=stream, width=160).print(explanation_report(told))
    shown = stream.getvalue()
    assert PAPER.title in shown  # as text: its angle brackets and all
    (row,) = (line for line in shown.splitlines() if line.startswith("CIFAR-10"))
    assert "dataset" in row and "kg_patterns" in row


def test_colours_are_used_in_a_terminal(told: Explanation) -> None:
    stream = io.StringIO()
    Console(file=stream, width=160, force_terminal=True, color_system="truecolor").print(
        explanation_report(told)
    )
    assert "\x1b[4;38;2;" in stream.getvalue()


def test_the_page_escapes_the_text_and_asks_no_server(told: Explanation) -> None:
    page = displacy_page(told)
    assert "<b>bright</b>" not in page
    assert "&lt;b&gt;bright" in page
    assert "CIFAR-10" in page and "DATASET" in page
    assert "src=" not in page and "<link" not in page
