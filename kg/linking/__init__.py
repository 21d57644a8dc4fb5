"""Linking: one node per thing, every edge with its support. A pure function of the set of papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.linking.names import normal_form

if TYPE_CHECKING:
    from kg.linking.linker import Linked, link

__all__ = ["Linked", "link", "normal_form"]


def __getattr__(name: str) -> Any:
    """The linker itself when it is asked for: who looks a name up in a graph does not wait for numpy."""
    if name not in ("Linked", "link"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kg.linking import linker

    return getattr(linker, name)
