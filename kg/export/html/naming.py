"""Communities as people see them on the map: what each is called, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.export.html.selection import Selection

Ints = NDArray[np.int64]

#: What is smaller is no community; its nodes are in none.
LEAST_NODES = 8
#: So many are named, the largest; more names would only fight for room.
MOST_NAMED = 40
#: What so many of a community's papers name may stand for it; what fewer name, only where there is no such.
LEAST_PAPERS = 3
MOST_MEMBERS = 6
LONGEST_NAME = 48
#: What names a field best, most first; what papers work on says more than what they measure with.
TELLING = {"TASK": 4, "METHOD": 3, "MODEL": 2, "DATASET": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Communities:
    """The named communities, largest first, and each node's."""

    of: Ints  #: one a node: number of its community, or -1
    names: tuple[str, ...]  #: no two alike; empty for all but the largest
    members: tuple[tuple[int, ...], ...]  #: the nodes that tell most, best first
    sizes: tuple[int, ...]
    x: tuple[int, ...]  #: centre: the median of its nodes
    y: tuple[int, ...]
    radius: tuple[int, ...]  #: within it lie three quarters of its nodes


def described(selection: Selection, groups: Ints, x: Ints, y: Ints) -> Communities:
    """Name each community by what it shares: the entities that most of its papers and few others name.

    `groups` numbers each node's community, largest first (see `kg.export.html.communities`).
    """
    size = len(selection)
    counts = np.bincount(groups, minlength=1) if size else np.zeros(1, np.int64)
    named = int((counts >= LEAST_NODES).sum())
    of = np.where(groups < named, groups, -1)
    members = _telling(selection, of, named)
    order = np.argsort(of, kind="stable")
    bounds = np.searchsorted(of[order], np.arange(named + 1))
    xs, ys, radii = [], [], []
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        nodes = order[start:end]
        centre_x, centre_y = _middle(x[nodes]), _middle(y[nodes])
        far = np.sort((x[nodes] - centre_x) ** 2 + (y[nodes] - centre_y) ** 2)
        xs.append(centre_x)
        ys.append(centre_y)
        radii.append(int(np.sqrt(float(far[len(far) * 3 // 4]))) + 1)
    called = [paper.title for paper in selection.papers] + [entity.name for entity in selection.entities]
    return Communities(
        of=of,
        names=_distinct([[called[node] for node in nodes] for nodes in members[:MOST_NAMED]])
        + ("",) * (named - MOST_NAMED),
        members=tuple(tuple(nodes) for nodes in members),
        sizes=tuple(counts[:named].tolist()),
        x=tuple(xs),
        y=tuple(ys),
        radius=tuple(radii),
    )


def _middle(values: Ints) -> int:
    return int(np.sort(values)[len(values) // 2])


def _telling(selection: Selection, of: Ints, named: int) -> list[list[int]]:
    """The most telling nodes of each community."""
    source, target = selection.edges.source, selection.edges.target
    size, papers = len(selection), len(selection.papers)
    degree = np.bincount(source, minlength=size) + np.bincount(target, minlength=size)
    # Papers that name it: here, and anywhere.
    by_paper = source < papers
    naming = np.bincount(target[by_paper], minlength=size)
    here = np.bincount(target[by_paper & (of[source] == of[target])], minlength=size)
    scored: list[list[tuple[int, int, int]]] = [[] for _ in range(named)]
    for node, entity in enumerate(selection.entities, start=papers):
        community, weight = int(of[node]), TELLING.get(entity.kind, 0)
        if community < 0 or not weight or entity.ambiguous:
            continue
        inside, all_ = int(here[node]), int(naming[node])
        # How many of its papers are of this community, times how large a share, in whole numbers.
        score = weight * inside**3 * 1000 // max(all_**2, 1)
        scored[community].append((-min(inside, LEAST_PAPERS), -score, node))
    best = []
    for rows in map(sorted, scored):
        # Beside what papers share, what a single paper has says nothing of the community.
        shared = [row for row in rows if row[0] < -1]
        best.append([node for _, _, node in (shared or rows)[:MOST_MEMBERS]])
    # A community without any such entity is called after its best connected node.
    for community in (number for number, nodes in enumerate(best) if not nodes):
        best[community] = [int(max(np.flatnonzero(of == community), key=lambda node: (degree[node], -node)))]
    return best


def _distinct(candidates: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A name for each community from the names of its nodes: two of them, more where others have the same.

    >>> _distinct([["parsing", "syntax"], ["parsing", "syntax", "trees"], ["x" * 60]])[:2]
    ('parsing · syntax', 'parsing · trees')
    """
    taken: set[str] = set()
    found = []
    for names in candidates:
        words: list[str] = []
        for name in (_short(name) for name in names):
            if not any(_alike(name, other) for other in words):
                words.append(name)
        pairs = [words[0]] if len(words) < 2 else [f"{words[0]} · {other}" for other in words[1:]]
        pairs = [name for name in pairs if len(name) <= LONGEST_NAME] or [words[0]]
        name = next((name for name in pairs if name not in taken), "")
        number = 2
        while not name or name in taken:
            name = f"{pairs[0][: LONGEST_NAME - 4]} {number}"
            number += 1
        taken.add(name)
        found.append(name)
    return tuple(found)


def _alike(one: str, other: str) -> bool:
    """Whether two names say much the same: one holds the other, or they begin with the same word."""
    one, other = one.lower(), other.lower()
    return one in other or other in one


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
