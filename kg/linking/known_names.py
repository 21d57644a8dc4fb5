"""What a cleaned spelling says by itself of the node that it may name: its name and the ends of its ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.linking.digest import flat, starts
from kg.linking.grouping import Groups
from kg.linking.identifiers import slug
from kg.linking.memory import Memory
from kg.linking.names import is_brief, is_unmistakable, normal_form, parse, singular_phrase
from kg.linking.naming import PLAIN, canonical_name, names_of

_STRINGS = pa.list_(pa.field("item", pa.string(), nullable=False))
_TEXTS = pa.schema(
    [
        ("name", pa.string()),
        ("tail", pa.string()),
        ("brief", pa.bool_()),
        ("proper", pa.bool_()),
        ("tails", _STRINGS),
        ("again", pa.string()),
    ]
)
_NAMES = pa.schema([("name", pa.string()), ("tail", pa.string())])
_KEYS = pa.schema([("normal", pa.string())])


def id_tail(name: str) -> str:
    """What stands in a node's id behind its type: one for singular and plural, for which of them is the name
    may change as papers are added.
    """
    return slug(singular_phrase(name.lower()) if " " in name else name)


@dataclass(frozen=True, slots=True)
class Texts:
    """Each cleaned spelling by itself, by number."""

    name: Any  #: the name of a node that is written so only
    tail: Any  #: the end of its id
    brief: Any  #: whether it may be a short form
    proper: Any  #: whether it can only be a proper name
    starts: Any  #: spelling → its first in `tails`; one more
    tails: Any  #: the ends of all ids that a node may have because of it
    again: Any  #: the same cleaned as if it were written so

    @classmethod
    def of(cls, texts: Sequence[str], memory: Memory) -> Texts:
        """Those of some distinct spellings."""
        found = memory.column("texts", pa.array(texts, type=pa.string()), _of_texts)
        lengths, tails = flat(found.column("tails"))
        return cls(
            name=found.column("name"),
            tail=found.column("tail"),
            brief=found.column("brief").to_numpy(zero_copy_only=False),
            proper=found.column("proper").to_numpy(zero_copy_only=False),
            starts=starts(lengths),
            tails=tails,
            again=found.column("again"),
        )


def _of_texts(texts: list[str]) -> Any:
    names = [canonical_name({text: 1}) for text in texts]
    tails = [sorted({id_tail(name) for name in names_of(text)}) for text in texts]
    # most are common nouns in small letters, and need not be taken apart
    proper = [not PLAIN.fullmatch(text) and any(map(is_unmistakable, parse(text).words)) for text in texts]
    columns: list[Sequence[object]] = [
        names,
        list(map(id_tail, names)),
        list(map(is_brief, texts)),
        proper,
        tails,
        [text if PLAIN.fullmatch(text) else parse(text).text for text in texts],
    ]
    return _batch(_TEXTS, columns)


def names_of_many(written: Groups, distinct_names: Any, texts: Sequence[str], memory: Memory) -> Any:
    """Names and ends of ids of nodes that are written in several ways: two columns.

    `written` has each node's spellings, by number, with how often each is written; `distinct_names` says
    which nodes are things with names of their own, data sets or models.
    """
    used, place = np.unique(written.items, return_inverse=True)
    spelt = pa.array([texts[code] for code in used.tolist()], pa.string())
    rank = np.empty(len(used), dtype=np.int64)
    rank[pc.sort_indices(spelt).to_numpy()] = np.arange(len(used))
    group = np.repeat(np.arange(len(written)), np.diff(written.starts))
    order = np.lexsort((rank[place], group))
    counts = pa.array(written.weights[order]).cast(pa.string())
    each = pc.binary_join_element_wise(counts, spelt.take(pa.array(place[order])), " ")
    lists = pa.ListArray.from_arrays(pa.array(written.starts, pa.int32()), each)
    kinds = pa.array(np.where(distinct_names, "DATASET", "METHOD"), pa.string())
    keys = pc.binary_join_element_wise(kinds, pc.binary_join(lists, "\n"), "\n").dictionary_encode()
    found = memory.column("names", keys.dictionary, _of_many).take(keys.indices)
    return found.column("name"), found.column("tail")


def _of_many(keys: list[str]) -> Any:
    names = []
    for key in keys:
        kind, *said = key.split("\n")  # a cleaned spelling is on one line
        parts = [each.partition(" ") for each in said]
        names.append(canonical_name({text: int(count) for count, _, text in parts}, entity_type=kind))
    return _batch(_NAMES, [names, list(map(id_tail, names))])


def normal_forms(names: Any, memory: Memory) -> Any:
    """The normal forms of some distinct names, as an Arrow array."""
    return memory.column(
        "keys", names, lambda some: _batch(_KEYS, [[normal_form(name) for name in some]])
    ).column(0)


def _batch(schema: Any, columns: Sequence[Sequence[Any]]) -> Any:
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


__all__ = ["Texts", "id_tail", "names_of_many", "normal_forms"]
