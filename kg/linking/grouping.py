"""Numbers by group, in two columns: where each group begins, and all items one after the other.

This is the compressed sparse row layout, as `scipy.sparse.csr_array` has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Ints = Any  #: a one-dimensional array of integers


@dataclass(frozen=True, slots=True)
class Groups:
    """Items by group; in a group they keep the order in which they were given."""

    starts: Ints  #: group → its first item; one more
    items: Ints
    weights: Ints = None  #: by item, where they have any

    @classmethod
    def of(cls, group: Ints, items: Ints, size: int, weights: Ints = None) -> Groups:
        """Group items; `group` says to which of `size` groups each belongs.

        >>> Groups.of(np.array([1, 0, 1]), np.array([7, 8, 9]), 3)[1].tolist()
        [7, 9]
        """
        order = np.argsort(group, kind="stable")
        starts = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(group, minlength=size), out=starts[1:])
        return cls(starts, items[order], None if weights is None else weights[order])

    def __getitem__(self, group: int) -> Ints:
        return self.items[self.starts[group] : self.starts[group + 1]]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def counts(self, group: int) -> list[tuple[int, int]]:
        """A group's items with their weights."""
        start, end = self.starts[group], self.starts[group + 1]
        return list(zip(self.items[start:end].tolist(), self.weights[start:end].tolist(), strict=True))

    def all_counts(self) -> Iterator[list[tuple[int, int]]]:
        """The items of each group with their weights, group by group: faster than one at a time."""
        starts, pairs = (
            self.starts.tolist(),
            list(zip(self.items.tolist(), self.weights.tolist(), strict=True)),
        )
        for start, end in pairwise(starts):
            yield pairs[start:end]

    def only(self, groups: Ints) -> Groups:
        """Some of the groups, in this order."""
        lengths = np.diff(self.starts)[groups]
        starts = np.zeros(len(groups) + 1, dtype=np.int64)
        np.cumsum(lengths, out=starts[1:])
        at = np.arange(starts[-1]) + np.repeat(self.starts[:-1][groups] - starts[:-1], lengths)
        return Groups(starts, self.items[at], None if self.weights is None else self.weights[at])

    def sorted(self, rank: Ints) -> Groups:
        """The same with each group's items by weight, the largest first, then by rank; `rank` is by item."""
        group = np.repeat(np.arange(len(self)), np.diff(self.starts))
        order = np.lexsort((rank, -self.weights, group))
        return Groups(self.starts, self.items[order], self.weights[order])

    def find(self, group: int, item: int) -> int:
        """Where in `items` a sorted group has its first item that is not smaller than this one."""
        start, end = self.starts[group], self.starts[group + 1]
        return int(start + np.searchsorted(self.items[start:end], item))


def distinct_numbers(numbers: Ints) -> Ints:
    """The distinct ones of some numbers, sorted; `np.unique` hashes them first, which takes far longer.

    >>> distinct_numbers(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(numbers)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def group_counts(group: Ints, items: Ints, size: int, weights: Ints = None) -> Groups:
    """The distinct items of each group, sorted, with how often each is there, or the sums of their weights.

    >>> group_counts(np.array([0, 0, 0]), np.array([5, 4, 5]), 1).counts(0)
    [(4, 1), (5, 2)]
    """
    width = int(items.max()) + 1 if len(items) else 1
    pairs = group.astype(np.int64) * width + items
    if weights is None:
        distinct, count = np.unique(pairs, return_counts=True)
    else:
        distinct, place = np.unique(pairs, return_inverse=True)
        count = np.bincount(place, weights, len(distinct)).astype(np.int64)
    return Groups.of(distinct // width, distinct % width, size, count)


def runs(sorted_numbers: Ints) -> Iterator[tuple[int, int]]:
    """Begin and end of each stretch of equal numbers.

    >>> list(runs(np.array([3, 3, 5])))
    [(0, 2), (2, 3)]
    """
    if len(sorted_numbers):
        cuts = np.flatnonzero(np.diff(sorted_numbers)) + 1
        bounds = [0, *cuts.tolist(), len(sorted_numbers)]
        yield from pairwise(bounds)
