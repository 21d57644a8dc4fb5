"""What changed from one graph to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from kg.graph.diff import Change, Changes
from kg.report.tables import table

_WORDS = ("added", "removed", "changed")


def diff_table(found: Mapping[str, Changes], *, limit: int) -> RenderableType:
    """Counts by kind of record, then the first `limit` of each."""
    counts = table("", *_WORDS, numbers=_WORDS)
    parts: list[RenderableType] = [counts]
    for name, changes in found.items():
        lists = [getattr(changes, word) for word in _WORDS]
        counts.add_row(name, *(f"{len(some):,}" for some in lists))
        for word, some in zip(_WORDS, lists, strict=True):
            if some and limit:
                parts += [Text(), _rows(f"{name} {word}", some, limit)]
    return Group(*parts)


def _rows(title: str, changes: tuple[Change, ...], limit: int) -> RenderableType:
    rows = table("name", "id", "what", title=title)
    for change in changes[:limit]:
        id_ = "" if change.id == change.name else change.id
        rows.add_row(escape(change.name), escape(id_), ", ".join(change.fields))
    if len(changes) > limit:
        rows.add_row(f"and {len(changes) - limit:,} more", "", "")
    return rows


def diff_json(found: Mapping[str, Changes]) -> dict[str, Any]:
    """The same, whole, as plain data."""
    return {
        name: {
            word: [
                {
                    "id": change.id,
                    "name": change.name,
                    **({"fields": list(change.fields)} if change.fields else {}),
                }
                for change in getattr(changes, word)
            ]
            for word in _WORDS
        }
        for name, changes in found.items()
    }
