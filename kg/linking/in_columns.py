"""Records that are kept as Arrow columns, and made when they are asked for."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from kg.columns import from_batch, schema_of

Record = TypeVar("Record", bound=Hashable)

#: So many records are made at a time.
AT_A_TIME = 8192


class InColumns(Sequence[Record], Generic[Record]):
    """A sequence of records over a table, which may have more columns than the records have fields."""

    def __init__(self, record_type: type[Record], table: Any) -> None:
        """`table` is a `pyarrow.Table`."""
        self.record_type = record_type
        self.table = table.combine_chunks()

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | Sequence[Record]:
        if isinstance(place, slice):
            return tuple(self)[place]
        return next(self._records(self.table.slice(range(len(self))[place], 1)))

    def __iter__(self) -> Iterator[Record]:
        return self._records(self.table)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(self) == len(other)
            and all(ours == theirs for ours, theirs in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]

    def batches(self, size: int) -> Iterator[Any]:
        """Record batches of so many rows, the last one maybe fewer."""
        yield from self.table.to_batches(max_chunksize=size)

    def _records(self, table: Any) -> Iterator[Record]:
        names = schema_of(self.record_type).names
        for batch in table.select(names).to_batches(max_chunksize=AT_A_TIME):
            yield from from_batch(self.record_type, batch)
