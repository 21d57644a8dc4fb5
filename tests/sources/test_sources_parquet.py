"""Parquet files as sources."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.errors import SourceError
from kg.records import Problem
from kg.sources import Reading
from kg.sources.parquet import read_parquet


def stored(**columns: list[object]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def test_rows_are_papers_with_their_dates_and_lists() -> None:
    data = stored(
        title=["Small Lamps"],
        abstract=["We light them."],
        arxiv_id=["2501.00002"],
        published=[datetime.datetime(2025, 1, 2, 3, 4)],
        authors=[["A. Lamp", "B. Wick"]],
    )
    (paper,) = read_parquet(io.BytesIO(data), "x.parquet")
    assert not isinstance(paper, Problem)
    assert (paper.id, paper.date, paper.authors) == ("2501.00002", "2025-01-02", ("A. Lamp", "B. Wick"))


def test_a_row_without_title_is_named_and_the_others_kept() -> None:
    first, second = read_parquet(io.BytesIO(stored(title=["", "Lamps"], abstract=["a", "b"])), "x.parquet")
    assert isinstance(first, Problem) and first.line == 1 and "title" in first.reason
    assert not isinstance(second, Problem)


def test_a_table_without_titles_names_its_columns() -> None:
    (problem,) = read_parquet(io.BytesIO(stored(name=["x"], text=["y"])), "x.parquet")
    assert isinstance(problem, Problem) and "name, text" in problem.reason


def test_a_file_that_breaks_off_is_one_problem() -> None:
    data = stored(title=["Lamps"] * 50, abstract=["b"] * 50)
    (problem,) = read_parquet(io.BytesIO(data[:-20]), "x.parquet")
    assert isinstance(problem, Problem) and "damaged" in problem.reason


def test_it_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "papers"
    path.write_bytes(stored(title=["Lamps"], abstract=["b"]))
    assert [paper.title for paper in Reading([str(path)])] == ["Lamps"]


def test_text_forced_to_be_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text('{"title": "Lamps"}\n', encoding="utf-8")
    with pytest.raises(SourceError, match="is no parquet file"):
        Reading([str(path)], format="parquet")
