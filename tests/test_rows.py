"""Rows on disk: gathered in any order, and written to the same bytes whatever batches they come in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.rows import HeldRows, ParquetRows, Spool, all_of, gathered, write_rows

SCHEMA = pa.schema([pa.field("name", pa.string()), pa.field("parts", pa.list_(pa.int64()))])


def batch(names: list[str]) -> Any:
    lists = [list(range(len(name))) for name in names]
    return pa.record_batch([pa.array(names), pa.array(lists, type=pa.list_(pa.int64()))], schema=SCHEMA)


def names_of(batches: Any) -> list[str]:
    return [name for one in batches for name in one.column("name").to_pylist()]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(st.lists(st.text("ab", max_size=3), min_size=1, max_size=4), max_size=3), min_size=1),
    st.randoms(use_true_random=False),
)
def test_rows_of_several_files_come_in_the_order_asked_for(files: list[list[list[str]]], chance: Any) -> None:
    parts = [HeldRows([batch(names) for names in file]) for file in files]
    places = [
        (part, row, name)
        for part, file in enumerate(files)
        for row, name in enumerate(name for names in file for name in names)
    ]
    chance.shuffle(places)
    part, row = (np.array([place[i] for place in places], dtype=np.int64) for i in (0, 1))
    found = list(gathered(parts, part, row, schema=SCHEMA, size=3))
    assert names_of(found) == [name for _, _, name in places]
    assert [len(parts) for one in found for parts in one.column("parts").to_pylist()] == [
        len(name) for _, _, name in places
    ]


def test_the_same_rows_give_the_same_bytes_whatever_their_batches(tmp_path: Path) -> None:
    names = [f"name {number}" for number in range(50)]
    for file, size in (("a", 50), ("b", 7), ("c", 1)):
        parts = (batch(names[start : start + size]) for start in range(0, 50, size))
        assert write_rows(tmp_path / file, parts, SCHEMA, group=16) == 50
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()
    rows = ParquetRows(tmp_path / "a")
    assert rows.starts.tolist() == [0, 16, 32, 48, 50]
    assert all_of(rows, ["name"])["name"].to_pylist() == names
    rows.close()


def test_what_is_spooled_is_read_back_and_nothing_is_nothing(tmp_path: Path) -> None:
    with Spool(tmp_path / "a", SCHEMA) as spool:
        spool.add(batch(["x", "y"]))
        spool.add(batch(["z"]))
        rows = spool.rows()
    assert names_of(rows.batch(number) for number in range(2)) == ["x", "y", "z"]
    with Spool(tmp_path / "b", SCHEMA) as spool:
        assert spool.rows().starts.tolist() == [0]
    assert write_rows(tmp_path / "c", [], SCHEMA, group=4) == 0
