"""Tables of two graphs compared row by row."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.graph.changes import equal_values, hunks, stretches
from kg.graph.tables import EDGES, Table, open_table, write_table
from kg.records import Edge, Support

#: Row groups of three rows, so that a handful of edges has several.
SMALL = Table(EDGES.name, Edge, EDGES.order, 3)

SUPPORTS = st.lists(
    st.builds(
        Support,
        paper=st.sampled_from("ab"),
        start=st.sampled_from([None, 1]),
        end=st.just(2),
        rule=st.just("r"),
        score=st.sampled_from([0.5, 1.0]),
        quote=st.sampled_from(["", "so"]),
    ),
    max_size=2,
).map(tuple)
GRAPHS = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("uv"), st.sampled_from("xy")), SUPPORTS
)


@settings(max_examples=60, deadline=None)
@given(GRAPHS, GRAPHS)
def test_rows_are_kept_if_and_only_if_both_have_them(
    old: dict[tuple[str, str, str], tuple[Support, ...]], new: dict[tuple[str, str, str], tuple[Support, ...]]
) -> None:
    gone: list[Any] = []
    fresh: list[Any] = []
    kept: list[Any] = []
    with tempfile.TemporaryDirectory() as scratch:
        files = []
        for number, graph in enumerate((old, new)):
            folder = Path(scratch) / str(number)
            (folder / "tables").mkdir(parents=True)
            edges = [
                Edge(source=s, kind=k, target=t, support=1, confidence=1.0, evidence=said)
                for (s, k, t), said in graph.items()
            ]
            write_table(SMALL, edges, folder)
            files.append(open_table(SMALL, folder))
        for stretch in stretches(files[0], files[1], ("source", "kind", "target")):
            for rows, mask, into in (
                (stretch.old, stretch.old_kept, gone),
                (stretch.new, stretch.new_kept, fresh),
            ):
                into.extend(_keys(rows, ~mask))
            kept.extend(_keys(stretch.new, stretch.new_kept))
            assert _keys(stretch.old, stretch.old_kept) == _keys(stretch.new, stretch.new_kept)
    same = sorted(key for key in old if key in new and old[key] == new[key])
    assert gone == sorted(key for key in old if key not in same)
    assert fresh == sorted(key for key in new if key not in same)
    assert set(kept) <= set(same) and kept == sorted(kept)
    # whole row groups may be left out, but not how the tables begin
    assert kept[:1] == same[:1]


def test_row_groups_that_are_the_same_at_the_start_are_not_read(tmp_path: Path) -> None:
    files = []
    for number, count in enumerate((9, 10)):
        folder = tmp_path / str(number)
        (folder / "tables").mkdir(parents=True)
        edges = [
            Edge(source=str(place), kind="uses", target="x", support=1, confidence=1.0, evidence=())
            for place in range(count)
        ]
        write_table(SMALL, edges, folder)
        files.append(open_table(SMALL, folder))
    found = list(stretches(files[0], files[1], ("source", "kind", "target")))
    kept = [key[0] for stretch in found for key in _keys(stretch.new, stretch.new_kept)]
    fresh = [key[0] for stretch in found for key in _keys(stretch.new, ~stretch.new_kept)]
    assert (kept, fresh) == (["0", "1", "2"], ["9"])


def _keys(rows: pa.RecordBatch, mask: np.ndarray) -> list[tuple[str, str, str]]:
    if not rows.num_rows:
        return []
    found = rows.filter(pa.array(mask))
    return list(zip(*(found.column(name).to_pylist() for name in ("source", "kind", "target")), strict=True))


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ([], [], []),
        ([1, 1], [1, 1], []),
        ([0, 0], [], [(0, 2, 0, 0)]),
        ([1, 0, 1], [0, 1, 0, 1, 0], [(0, 0, 0, 1), (1, 2, 2, 3), (3, 3, 4, 5)]),
    ],
)
def test_hunks_cover_all_that_is_not_kept(
    old: list[int], new: list[int], wanted: list[tuple[int, ...]]
) -> None:
    found = hunks(np.array(old, bool), np.array(new, bool))
    assert [tuple(hunk) for hunk in found] == wanted


def test_values_are_compared_to_the_last_level() -> None:
    type_ = pa.list_(pa.struct([("a", pa.string()), ("b", pa.list_(pa.int64()))]))
    left = pa.array(
        [[{"a": "x", "b": [1]}], [], None, [{"a": None, "b": None}], [{"a": "y", "b": [2, 3]}]], type_
    )
    right = pa.array(
        [[{"a": "x", "b": [2]}], [], [], [{"a": None, "b": None}], [{"a": "y", "b": [2, 3]}]], type_
    )
    assert equal_values(left, right).tolist() == [False, True, False, True, True]
