"""Which rows of a table are not those of the same table of an earlier graph.

Both tables are read side by side, in their order, a stretch of keys at a time: no more than a few row
groups are in memory, however long the tables are. Rows are compared value by value; nothing rests on hashes.
Row groups at the tables' start that have the same bytes in both are not read: where only what is newest was
added, that is most of some tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kg.graph.tables import TableFile

Mask = npt.NDArray[np.bool_]

#: Stands between the parts of a key; sorts before whatever an id may hold.
_BETWEEN = "\x00"


class Stretch(NamedTuple):
    """Rows of both tables that lie between the same two keys."""

    old: Any  #: record batch
    new: Any  #: record batch
    old_kept: Mask  #: which rows of `old` are in `new` too, with all their values
    new_kept: Mask  #: which rows of `new` these are: as many, in the same order


class Hunk(NamedTuple):
    """Rows `start` to `end` of a stretch's `old` make way for rows `new_start` to `new_end` of its `new`."""

    start: int
    end: int
    new_start: int
    new_end: int


def stretches(
    old: TableFile[Any],
    new: TableFile[Any],
    keys: Sequence[str],
    columns: Sequence[str] | None = None,
    *,
    order: Sequence[str] = (),
) -> Iterator[Stretch]:
    """Two tables of one kind, compared; no two rows share `keys`, which are columns of strings.

    Rows may be left out that are the same in both, though not the first. Both tables are sorted by `order`,
    if not by `keys`. Only `columns` are read, which have Parquet's names ("evidence.list.element.paper").
    Raises UsageError where a table cannot be read.
    """
    same = takewhile(lambda pair: pair[0] == pair[1], zip(old.group_bytes(), new.group_bytes(), strict=False))
    skipped = sum(1 for _ in same)
    sides = [_Side(table, order or keys, columns, skipped) for table in (old, new)]
    while True:
        lasts = [side.last() for side in sides]
        some = [last for last in lasts if last is not None]
        if not some:
            return
        before, after = (side.take(min(some)) for side in sides)
        yield Stretch(before, after, *_kept(before, after, keys))


def hunks(old_kept: Mask, new_kept: Mask) -> Iterator[Hunk]:
    """What makes way for what, in order, as many rows together as possible.

    >>> kept = np.array([True, False, True]), np.array([True, True, False])
    >>> [tuple(hunk) for hunk in hunks(*kept)]
    [(1, 2, 1, 1), (3, 3, 2, 3)]
    """
    # the place behind each kept row, and behind the end
    old_at = np.append(np.flatnonzero(old_kept), len(old_kept))
    new_at = np.append(np.flatnonzero(new_kept), len(new_kept))
    old_from, new_from = np.append(0, old_at[:-1] + 1), np.append(0, new_at[:-1] + 1)
    for place in np.flatnonzero((old_from < old_at) | (new_from < new_at)).tolist():
        yield Hunk(int(old_from[place]), int(old_at[place]), int(new_from[place]), int(new_at[place]))


class _Side:
    """One of the tables: what was read of it and not yet given."""

    def __init__(
        self, table: TableFile[Any], order: Sequence[str], columns: Sequence[str] | None, skipped: int
    ) -> None:
        """Of the first `skipped` row groups only the very first is read."""
        self._order = order
        groups = range(table.open().metadata.num_row_groups)
        self._batches = table.batches(columns, groups=[*groups[: min(skipped, 1)], *groups[skipped:]])
        self._rows: Any = None
        self._places: Any = None

    def last(self) -> str | None:
        """The last place in the order that was read; None at the end."""
        while self._rows is None or not self._rows.num_rows:
            batch = next(self._batches, None)
            if batch is None:
                return None
            self._rows, self._places = batch, _joined(batch, self._order)
        last: str = self._places[-1].as_py()
        return last

    def take(self, place: str) -> Any:
        """The rows up to and with a place in the order."""
        if self._rows is None:  # an empty table
            return pa.RecordBatch.from_pylist([], schema=pa.schema([]))
        count = pc.sum(pc.less_equal(self._places, place)).as_py() or 0
        taken = self._rows.slice(0, count)
        self._rows, self._places = self._rows.slice(count), self._places.slice(count)
        return taken


def _joined(rows: Any, names: Sequence[str]) -> Any:
    columns = [rows.column(name) for name in names]
    return pc.binary_join_element_wise(*columns, _BETWEEN) if len(columns) > 1 else columns[0]


def _kept(old: Any, new: Any, keys: Sequence[str]) -> tuple[Mask, Mask]:
    """Which rows of either are the same in the other."""
    old_kept, new_kept = np.zeros(old.num_rows, bool), np.zeros(new.num_rows, bool)
    if not old.num_rows or not new.num_rows:
        return old_kept, new_kept
    found = pc.index_in(_joined(new, keys), value_set=_joined(old, keys))
    there = pc.is_valid(found)
    at_new = np.flatnonzero(there.to_numpy(zero_copy_only=False))
    at_old = found.filter(there).to_numpy(zero_copy_only=False).astype(np.int64)
    same = np.ones(len(at_new), bool)
    if len(at_new) < new.num_rows:
        new = new.take(pa.array(at_new))
    if len(at_old) < old.num_rows:
        old = old.take(pa.array(at_old))
    for left, right in zip(old.columns, new.columns, strict=True):
        same &= equal_values(left, right)
    old_kept[at_old[same]] = True
    new_kept[at_new[same]] = True
    return old_kept, new_kept


def equal_values(left: Any, right: Any) -> Mask:
    """Where two Arrow arrays of one length and type have the same values, nested ones included.

    >>> equal_values(pa.array([[1, 2], [3], None]), pa.array([[1, 2], [4], None])).tolist()
    [True, False, True]
    """
    same: Mask
    if pa.types.is_struct(left.type):
        same = _mask(pc.equal(pc.is_valid(left), pc.is_valid(right)))
        for one, other in zip(left.flatten(), right.flatten(), strict=True):
            same &= equal_values(one, other)
        return same
    if pa.types.is_list(left.type):
        length, other = (
            pc.fill_null(pc.list_value_length(each), -1).to_numpy(zero_copy_only=False)
            for each in (left, right)
        )
        same = length == other
        if not same.all():
            chosen = pa.array(same)
            left, right = left.filter(chosen), right.filter(chosen)
        counts = np.maximum(length[same], 0)
        differing = np.flatnonzero(~equal_values(left.flatten(), right.flatten()))
        rows = np.searchsorted(np.cumsum(counts), differing, side="right")
        same[np.flatnonzero(same)[rows]] = False
        return same
    if left.equals(right):  # most often, and much faster
        return np.ones(len(left), bool)
    equal = pc.fill_null(pc.equal(left, right), False)
    return _mask(pc.or_(equal, pc.and_(pc.is_null(left), pc.is_null(right))))


def _mask(values: Any) -> Mask:
    mask: Mask = np.array(values.to_numpy(zero_copy_only=False), dtype=bool)
    return mask
