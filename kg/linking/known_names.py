"""What a cleaned spelling says by itself of the node that it may name: its name and the ends of its ids."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kg.linking.digest import flat, starts
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
    ]
    return _batch(_TEXTS, columns)


def names_of_many(spellings: Sequence[tuple[Mapping[str, int], str]], memory: Memory) -> Any:
    """Names and ends of ids of nodes that are written in several ways: a record batch of `name` and `tail`.

    Each node has its spellings, with how often each is written, and its type.
    """
    keys = [
        json.dumps(("DATASET" if kind in ("DATASET", "MODEL") else "METHOD", sorted(written.items())))
        for written, kind in spellings
    ]
    distinct = pa.array(keys, type=pa.string()).dictionary_encode()
    return memory.column("names", distinct.dictionary, _of_many).take(distinct.indices)


def _of_many(keys: list[str]) -> Any:
    names = []
    for key in keys:
        kind, written = json.loads(key)
        names.append(canonical_name(dict(written), entity_type=kind))
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
