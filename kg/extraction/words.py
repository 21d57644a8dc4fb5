"""Word lists, written as prose."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of `text`, parted by white space.

    >>> sorted(words("fine  coarse"))
    ['coarse', 'fine']
    """
    return frozenset(text.split())
