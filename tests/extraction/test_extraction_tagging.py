"""The best tag sequence."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extraction.tagging import best_spans, near_spans, softmax


def table(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=np.float32)


def test_nothing_is_found_where_all_is_outside() -> None:
    assert best_spans(table([0.99, 0.01, 0.0], [1.0, 0.0, 0.0])) == []


def test_neighbours_that_both_begin_are_two_spans() -> None:
    assert best_spans(table([0.1, 0.9, 0.0], [0.1, 0.8, 0.1])) == [(0, 1, 0), (1, 2, 0)]


def test_inside_needs_a_begin_of_its_own_type() -> None:
    rows = table([0.05, 0.9, 0.0, 0.05, 0.0], [0.05, 0.0, 0.3, 0.05, 0.6])
    assert best_spans(rows) == [(0, 2, 0)]


def test_eagerness_finds_what_is_less_likely_than_not() -> None:
    rows = table([0.6, 0.4, 0.0])
    assert best_spans(rows) == []
    assert best_spans(rows, eagerness=2.0) == [(0, 1, 0)]


def test_near_spans_have_ends_that_might_be_right_as_well() -> None:
    rows = table([0.5, 0.45, 0.05], [0.1, 0.45, 0.45], [0.1, 0.0, 0.9], [0.9, 0.05, 0.05])
    assert near_spans(rows, (1, 3, 0)) == [(0, 3, 0)]


def test_near_spans_stay_within_reach_and_text() -> None:
    rows = table([0.1, 0.6, 0.3], *[[0.2, 0.3, 0.5]] * 5)
    for reach in (1, 2):
        for a, b, _ in near_spans(rows, (2, 4, 0), reach=reach, least=0.0):
            assert abs(a - 2) <= reach and abs(b - 4) <= reach and 0 <= a < b <= len(rows)


def test_rows_of_softmax_sum_to_one() -> None:
    assert softmax(table([1.0, 2.0], [300.0, -300.0])).sum(axis=1) == pytest.approx([1.0, 1.0])


def score(rows: np.ndarray, path: tuple[int, ...]) -> float:
    """Log-probability of a path of tags, minus infinity where an inside has nothing to be inside of."""
    for before, tag in zip((0, *path), path, strict=False):
        if tag in (2, 4) and before not in (tag - 1, tag):
            return float("-inf")
    return sum(float(np.log(rows[i, tag])) for i, tag in enumerate(path))


@given(st.lists(st.lists(st.integers(1, 50), min_size=5, max_size=5), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_no_path_is_better_than_the_one_taken(weights: list[list[int]]) -> None:
    rows = np.array(weights, dtype=np.float64)
    rows /= rows.sum(axis=1, keepdims=True)
    path = [0] * len(rows)
    for a, b, t in best_spans(rows):
        path[a:b] = [1 + 2 * t] + [2 + 2 * t] * (b - a - 1)
    best = max(score(rows, p) for p in itertools.product(range(5), repeat=len(rows)))
    assert score(rows, tuple(path)) == pytest.approx(best)
