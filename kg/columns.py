"""Records to Arrow columns and back, by the records' own field types.

A frozen dataclass becomes an Arrow struct: str, int, float and bool fields become columns, `X | None`
a nullable one, a nested record a struct, `tuple[X, ...]` a list, and `tuple[str, int]` (a name and its
count) a struct of `name` and `count`. So records.py alone says what the tables hold, and reading back
what was written gives equal records. Everything is done a column at a time, and records are made by filling
their slots column after column, without calling their `__init__`: that is some ten times faster.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections import deque
from collections.abc import Hashable, Sequence
from functools import cache
from itertools import chain, pairwise, repeat, starmap
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

Record = TypeVar("Record", bound=Hashable)

_SCALARS: dict[type, Any] = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
_COUNT = pa.struct(
    [pa.field("name", pa.string(), nullable=False), pa.field("count", pa.int64(), nullable=False)]
)


@cache
def _fields(record_type: type) -> tuple[tuple[str, Any, bool], ...]:
    """Name, type and nullability of each field of a record type."""
    hints = typing.get_type_hints(record_type)
    rows = []
    for field in dataclasses.fields(record_type):
        hint, nullable = hints[field.name], False
        if isinstance(hint, types.UnionType):
            (hint,) = [part for part in typing.get_args(hint) if part is not type(None)]
            nullable = True
        rows.append((field.name, hint, nullable))
    return tuple(rows)


def _is_count(hint: Any) -> bool:
    return typing.get_args(hint) == (str, int)


def arrow_type(hint: Any) -> Any:
    """The Arrow type of a field type.

    >>> str(arrow_type(tuple[str, ...]))
    'list<item: string not null>'
    """
    if hint in _SCALARS:
        return _SCALARS[hint]
    if dataclasses.is_dataclass(hint):
        return pa.struct(list(schema_of(typing.cast(type, hint))))
    if typing.get_origin(hint) is tuple and typing.get_args(hint)[1:] == (Ellipsis,):
        return pa.list_(pa.field("item", arrow_type(typing.get_args(hint)[0]), nullable=False))
    if _is_count(hint):
        return _COUNT
    raise TypeError(f"no Arrow type for {hint}")


@cache
def schema_of(record_type: type) -> Any:
    """The Arrow schema of a table of such records."""
    return pa.schema(
        [pa.field(name, arrow_type(hint), nullable=nullable) for name, hint, nullable in _fields(record_type)]
    )


def to_batch(record_type: type[Record], records: Sequence[Record]) -> Any:
    """A record batch with one row a record.

    >>> from kg.records import Abbreviation
    >>> to_batch(Abbreviation, [Abbreviation(short="LM", long="language model")]).to_pylist()
    [{'short': 'LM', 'long': 'language model'}]
    """
    return pa.RecordBatch.from_arrays(_columns(record_type, records), schema=schema_of(record_type))


def _columns(record_type: type, records: Sequence[Any]) -> list[Any]:
    return [_column(hint, list(map(attrgetter(name), records))) for name, hint, _ in _fields(record_type)]


def _column(hint: Any, values: list[Any]) -> Any:
    if hint in _SCALARS:
        return pa.array(values, type=_SCALARS[hint])
    if dataclasses.is_dataclass(hint):
        record_type = typing.cast(type, hint)
        fields = list(schema_of(record_type))
        return pa.StructArray.from_arrays(_columns(record_type, values), fields=fields)
    if _is_count(hint):
        names, counts = list(map(itemgetter(0), values)), list(map(itemgetter(1), values))
        return pa.StructArray.from_arrays(
            [pa.array(names, type=pa.string()), pa.array(counts, type=pa.int64())], fields=list(_COUNT)
        )
    offsets = np.zeros(len(values) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(map(len, values), dtype=np.int32, count=len(values)), out=offsets[1:])
    items = _column(typing.get_args(hint)[0], list(chain.from_iterable(values)))
    return pa.ListArray.from_arrays(pa.array(offsets), items, type=arrow_type(hint))


def from_batch(record_type: type[Record], batch: Any) -> list[Record]:
    """The records of a batch, in its order; columns that are no field of the record are left out."""
    columns = [_values(hint, batch.column(name)) for name, hint, _ in _fields(record_type)]
    return _records(record_type, columns, batch.num_rows)


def _records(record_type: type[Record], columns: list[list[Any]], length: int) -> list[Record]:
    """Records whose fields have these values.

    A frozen record's `__init__` sets each field by name, with a check; filling the slots themselves, all
    records' first field, then all records' second, stays in C.
    """
    records: list[Record] = list(starmap(object.__new__, repeat((record_type,), length)))
    for (name, _, _), column in zip(_fields(record_type), columns, strict=True):
        deque(map(getattr(record_type, name).__set__, records, column), maxlen=0)
    return records


def _values(hint: Any, array: Any) -> list[Any]:
    if hint in _SCALARS:
        values: list[Any] = array.to_pylist()
        return values
    if dataclasses.is_dataclass(hint):
        record_type = typing.cast(type, hint)
        # `flatten` minds a slice's offset, `field` would not
        columns = [
            _values(inner, column)
            for (_, inner, _), column in zip(_fields(record_type), array.flatten(), strict=True)
        ]
        return _records(record_type, columns, len(array))
    if _is_count(hint):
        names, counts = array.flatten()
        return list(zip(names.to_pylist(), counts.to_pylist(), strict=True))
    items = _values(typing.get_args(hint)[0], array.flatten())
    if not len(array):
        return []
    bounds = array.offsets.to_numpy()
    ends = (bounds - bounds[0]).tolist()
    rows = tuple(items)
    return [rows[start:end] for start, end in pairwise(ends)]
