"""Groups of nodes that hold together, by the edges alone; the same under every version of every library.

The method of Blondel et al. (2008, section 2) in whole numbers, nodes taken by number. networkx has it
too, but what it finds changes with its version, and with it every byte of the page.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Weights = list[dict[int, int]]

#: Resolution of modularity as a fraction: above 1, communities are more and smaller.
RESOLUTION = (3, 2)
#: Rounds over all nodes at one level; what still moves then changes little but takes its time.
MOST_ROUNDS = 12


def communities(size: int, source: Ints, target: Ints, stem: Ints) -> Ints:
    """The number of each node's community, the largest community first, then by its first node.

    A node that hangs on another (see `stems`) counts as a part of it. Several edges between two nodes count
    as one.

    >>> communities(5, np.array([0, 1, 3]), np.array([1, 2, 4]), np.arange(5)).tolist()
    [0, 0, 0, 1, 1]
    """
    # What hangs on one node only tells nothing of where that belongs: with weights of their own, a paper's
    # many own things would make each paper a community.
    weights: Weights = [{} for _ in range(size)]
    for a, b in zip(stem[source].tolist(), stem[target].tolist(), strict=True):
        if a != b:
            weights[a][b] = weights[b][a] = 1
    loops = [0] * size  # twice the weight inside a node that stands for several
    found = list(range(size))
    while True:
        groups = _moved(weights, loops)
        if len(set(groups)) == len(weights):
            break
        weights, loops, number = _merged(weights, loops, groups)
        found = [number[groups[group]] for group in found]
    return by_size(np.array(found, np.int64)[stem])


def stems(size: int, source: Ints, target: Ints, *, papers: int) -> Ints:
    """For each node the one that it hangs on, be it through others; itself where it hangs on none.

    The nodes before `papers` are papers. Another node hangs on a paper that alone names it, and any node on
    its only neighbour among those that are left.

    >>> stems(5, np.array([0, 0, 2, 1]), np.array([2, 3, 3, 3]), papers=2).tolist()
    [3, 3, 3, 3, 4]
    """
    near: list[set[int]] = [set() for _ in range(size)]
    for a, b in zip(source.tolist(), target.tolist(), strict=True):
        if a != b:
            near[a].add(b)
            near[b].add(a)
    stem = list(range(size))
    cut = []

    def hang(leaf: int, on: int) -> None:
        for other in near[leaf]:
            near[other].discard(leaf)
            if other >= papers and len(near[other]) == 1:
                leaves.append(other)
        if len(near[on]) == 1:
            leaves.append(on)
        near[leaf].clear()
        stem[leaf] = on
        cut.append(leaf)

    leaves: list[int] = []
    for node in range(papers, size):
        naming = [other for other in near[node] if other < papers]
        if len(naming) == 1:
            hang(node, naming[0])
    leaves += [node for node in range(size) if len(near[node]) == 1]
    for leaf in leaves:  # grows as it is walked
        if len(near[leaf]) == 1:  # else its only neighbour hung on it
            hang(leaf, min(near[leaf]))
    for leaf in reversed(cut):
        stem[leaf] = stem[stem[leaf]]
    return np.array(stem, np.int64)


def by_size(group: Ints) -> Ints:
    """Groups numbered by size, largest first, then by first node."""
    _, first, number, counts = np.unique(group, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    result: Ints = place[number.reshape(-1)]
    return result


def _moved(weights: Sequence[dict[int, int]], loops: Sequence[int]) -> list[int]:
    """Move each node to the neighbouring community that gains most modularity, until few gain."""
    degree = [sum(near.values()) + loop for near, loop in zip(weights, loops, strict=True)]
    group = list(range(len(weights)))
    filled = degree.copy()
    # The gain times twice the graph's weight times the denominator: no fractions.
    over, under = RESOLUTION
    total = under * sum(degree)
    waiting = group.copy()
    for _ in range(MOST_ROUNDS):
        again: set[int] = set()
        for node in waiting:
            own, own_degree, near = group[node], degree[node], weights[node]
            filled[own] -= own_degree
            towards = {own: 0}
            for other, weight in near.items():
                to = group[other]
                towards[to] = towards.get(to, 0) + weight
            factor = over * own_degree
            best, best_gain = own, total * towards[own] - factor * filled[own]
            for to, weight in towards.items():
                gain = total * weight - factor * filled[to]
                if gain > best_gain or (gain == best_gain and best != own and to < best):
                    best, best_gain = to, gain
            filled[best] += own_degree
            if best != own:
                group[node] = best
                again.update(other for other in near if group[other] != best)
        if not again:
            break
        waiting = sorted(again)
    return group


def _merged(
    weights: Sequence[dict[int, int]], loops: Sequence[int], groups: Sequence[int]
) -> tuple[Weights, list[int], dict[int, int]]:
    """The graph whose nodes are the communities, and the number of each community in it."""
    number = {group: place for place, group in enumerate(sorted(set(groups)))}
    between: Weights = [{} for _ in number]
    inside = [0] * len(number)
    for node, near in enumerate(weights):
        here = number[groups[node]]
        inside[here] += loops[node]
        row = between[here]
        for other, weight in near.items():
            there = number[groups[other]]
            if there == here:
                inside[here] += weight
            else:
                row[there] = row.get(there, 0) + weight
    return between, inside, number
