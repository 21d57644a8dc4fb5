"""Groups of nodes that hold together, each around something that many papers name.

The best partition of a graph, by whatever measure, is another one as soon as a paper more comes in: of
two partitions by modularity of 5,000 and 5,100 papers no more than half agrees. So communities have
anchors, the things named most, which stay while a graph grows; every other node goes with the anchor from
which it hears most when each speaks to its neighbours and these pass it on. Label propagation from
seeds (Zhu and Ghahramani 2002, "Learning from labeled and unlabeled data with label propagation"), with
few rounds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kg.export.html.forces import sums, total

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Most anchors: the map's colours and names serve no more.
MOST_ANCHORS = 40
#: An anchor has so many neighbours, and for each so many nodes one at the most, lest small graphs be cut up.
LEAST_NEIGHBOURS, NODES_FOR_EACH = 5, 24
#: Rounds of passing on: farther away nothing tells one anchor from another.
ROUNDS = 4


def communities(size: int, source: Ints, target: Ints, stem: Ints, *, telling: Ints | None = None) -> Ints:
    """The number of each node's community, as `held` finds it.

    >>> communities(5, np.array([0, 1, 3]), np.array([1, 2, 4]), np.arange(5)).tolist()
    [0, 0, 0, 1, 1]
    """
    return held(size, source, target, stem, telling=telling)[0]


def held(
    size: int, source: Ints, target: Ints, stem: Ints, *, telling: Ints | None = None
) -> tuple[Ints, Floats]:
    """The number of each node's community, the largest community first, then by its first node; and how much
    more it belongs there than to the next, from 0 to 1.

    A node that hangs on another (see `stems`) counts as a part of it. Several edges between two nodes count
    as one. Anchors are nodes with many neighbours times a large `telling`, where this is not 0; by default
    any node may be one. What no anchor reaches is a community with all that it is joined to.
    """
    # What hangs on one node only tells nothing of where that belongs.
    core = np.flatnonzero(stem == np.arange(size))
    place = np.full(size, -1)
    place[core] = np.arange(len(core))
    near = simple(len(core), place[stem[source]], place[stem[target]])
    wanted = np.ones(len(core), np.int64) if telling is None else telling[core]
    at = anchors(len(core), *near, wanted)
    group, hold = _heard(len(core), *near, at)
    # the rest by what it is joined to
    rest = group < 0
    group[rest] = len(at) + components(len(core), *near)[rest]
    return by_size(group[place[stem]]), hold[place[stem]]


def anchors(size: int, source: Ints, target: Ints, telling: Ints) -> Ints:
    """The nodes around which communities form: the best connected, none half of whose neighbours are those
    of better ones."""
    degree = np.bincount(source, minlength=size) + np.bincount(target, minlength=size)
    order = np.lexsort((np.arange(size), -degree * telling))
    order = order[(degree[order] >= LEAST_NEIGHBOURS) & (telling[order] > 0)]
    node, other = np.concatenate([source, target]), np.concatenate([target, source])
    other = other[np.argsort(node, kind="stable")]
    first = np.zeros(size + 1, np.int64)
    np.cumsum(degree, out=first[1:])
    covered = np.zeros(size, bool)
    found: list[int] = []
    most = min(MOST_ANCHORS, max(2, size // NODES_FOR_EACH))
    for candidate in order.tolist():
        around = other[first[candidate] : first[candidate + 1]]
        if len(found) < most and 2 * int(covered[around].sum()) <= len(around) and not covered[candidate]:
            found.append(candidate)
            covered[around] = True
    return np.array(found, np.int64)


def _heard(size: int, source: Ints, target: Ints, at: Ints) -> tuple[Ints, Floats]:
    """The number of the anchor from which each node hears most, -1 where it hears none; and how much louder
    that is than the next, as a share of both."""
    group, best, second = np.full(size, -1), np.zeros(size), np.zeros(size)
    if not len(at):
        return group, best
    degree = np.bincount(source, minlength=size) + np.bincount(target, minlength=size)
    weight = 1.0 / np.sqrt(np.maximum(degree[source], degree[target]).astype(np.float64))
    mass = sums(source, weight, size) + sums(target, weight, size)
    for number, anchor in enumerate(at.tolist()):
        voice = np.zeros(size)
        voice[anchor] = 1.0
        for _ in range(ROUNDS):
            voice = sums(source, weight * voice.take(target), size) + sums(
                target, weight * voice.take(source), size
            )
            voice = voice / np.maximum(mass, 1e-12)
            # The loudest would drown the others: half of its advantage is taken away.
            voice = voice / np.sqrt(total(voice * mass))
            voice[at] = 0.0
            voice[anchor] = max(float(voice.max()), 1e-9)
        louder = voice > best
        second = np.where(louder, best, np.maximum(second, voice))
        group[louder], best[louder] = number, voice[louder]
    hold = (best - second) / np.maximum(best + second, 1e-300)
    group[at] = np.arange(len(at))
    # What is too far away goes with its neighbours.
    while True:
        nearest = np.full(size, len(at))
        for end, other in ((source, target), (target, source)):
            heard = group[other] >= 0
            np.minimum.at(nearest, end[heard], group[other[heard]])
        late = (group < 0) & (nearest < len(at))
        if not late.any():
            return group, hold
        group[late] = nearest[late]


def simple(size: int, source: Ints, target: Ints) -> tuple[Ints, Ints]:
    """Each pair of joined nodes once, the lower number first; no node joined to itself."""
    low, high = np.minimum(source, target), np.maximum(source, target)
    # sorted here, for numpy's own `unique` of whole numbers takes ten times as long
    pairs = np.sort((low * size + high)[low != high])
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]
    return pairs // max(size, 1), pairs % max(size, 1)


def components(size: int, source: Ints, target: Ints) -> Ints:
    """The number of each node's connected component: the largest first, then by first node."""
    # Every node takes the least number around it, then that number's, until nothing changes.
    least = np.arange(size)
    while True:
        before = least
        least = least.copy()
        np.minimum.at(least, source, before[target])
        np.minimum.at(least, target, before[source])
        least = least[least]
        if (least == before).all():
            break
    return by_size(least)


def stems(size: int, source: Ints, target: Ints, *, papers: int) -> Ints:
    """For each node the one that it hangs on, be it through others; itself where it hangs on none.

    The nodes before `papers` are papers. Another node hangs on a paper that alone names it, and any node on
    its only neighbour among those that are left.

    >>> stems(5, np.array([0, 0, 2, 1]), np.array([2, 3, 3, 3]), papers=2).tolist()
    [3, 3, 3, 3, 4]
    """
    source, target = simple(size, source, target)
    stem = np.arange(size)
    # Of each node's neighbours, how many are papers; their sum is the paper where there is one.
    named = np.zeros((2, size), np.int64)
    for end, other in ((source, target), (target, source)):
        paper = other < papers
        named[0] += np.bincount(end[paper], minlength=size)
        np.add.at(named[1], end[paper], other[paper])
    alone = np.flatnonzero((named[0] == 1) & (stem >= papers))
    stem[alone] = named[1][alone]
    cut = np.zeros(size, bool)
    cut[alone] = True
    left = ~(cut[source] | cut[target])
    for leaf, on in _peeled(size, source[left], target[left]):
        stem[leaf] = on
    # What hangs last is what others hang on.
    while True:
        beyond = stem[stem]
        if (beyond == stem).all():
            return stem
        stem = beyond


def _peeled(size: int, source: Ints, target: Ints) -> list[tuple[int, int]]:
    """Nodes with one neighbour, and that neighbour, taken away until there are no more."""
    ends, others = np.concatenate([source, target]), np.concatenate([target, source])
    degree = np.bincount(ends, minlength=size)
    sums_of = np.zeros(size, np.int64)
    np.add.at(sums_of, ends, others)
    leaves = np.flatnonzero(degree == 1).tolist()
    count, about = degree.tolist(), sums_of.tolist()  # the sum of one neighbour is that neighbour
    peeled = []
    for leaf in leaves:  # grows as it is walked
        if count[leaf] == 1:  # else its only neighbour hung on it
            on = about[leaf]
            count[leaf], about[on] = 0, about[on] - leaf
            count[on] -= 1
            peeled.append((leaf, on))
            if count[on] == 1:
                leaves.append(on)
    return peeled


def by_size(group: Ints) -> Ints:
    """Groups numbered by size, largest first, then by first node."""
    _, first, number, counts = np.unique(group, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    result: Ints = place[number.reshape(-1)]
    return result
