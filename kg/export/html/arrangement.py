"""The whole map: which nodes belong together, and where each stands, much the same from build to build.

Communities and positions answer to small changes with large ones: one paper more, and the best partition
is another. So the map is drawn from the papers that came first, as many as a round number (each a tenth
above the one before), and later papers are put in amid what they name. New papers therefore leave old
places as they are, give or take the room that they need, until there are a tenth more. No build needs to
know of an earlier one, and the same graph always gives the same map.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.export.html.communities import by_size, communities, stems
from kg.export.html.forces import hashed, sums
from kg.export.html.layout import ROOM, Layout, lay_out
from kg.export.html.packing import spaced
from kg.export.html.selection import Selection

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Points = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Each node's position, and the number of its community, the largest first."""

    layout: Layout
    groups: Ints


def arranged(selection: Selection) -> Arrangement:
    """Find communities and positions for the nodes of a selection."""
    ids = list(selection.number)
    source, target = selection.edges.source, selection.edges.target
    nodes, edges = first_part(selection, round_number(len(selection.papers)))
    early = _drawn(selection, nodes, edges)
    if nodes.all():
        return early
    x, y, groups = np.zeros(len(ids)), np.zeros(len(ids)), np.full(len(ids), -1)
    x[nodes], y[nodes], groups[nodes] = early.layout.x, early.layout.y, early.groups
    x, y, groups = _put_in(source, target, x, y, groups, aside=hashed(ids))
    rest = groups < 0
    if rest.any():
        # What is joined to nothing on the map is drawn by itself, below it.
        apart = _drawn(selection, rest, rest[source] & rest[target])
        below = float(y[~rest].max()) + 3 * ROOM - float(apart.layout.y.min())
        x[rest], y[rest] = apart.layout.x, apart.layout.y + below
        groups[rest] = apart.groups + int(groups.max()) + 1
    x, y = spaced(x, y, room=ROOM)
    layout = Layout(x=np.rint(x).astype(np.int64), y=np.rint(y).astype(np.int64))
    return Arrangement(layout=layout, groups=by_size(groups))


def _drawn(selection: Selection, nodes: Mask, edges: Mask) -> Arrangement:
    """The map of some nodes and the edges between them."""
    new = np.cumsum(nodes) - 1
    ids = [node for node, keep in zip(selection.number, nodes.tolist(), strict=True) if keep]
    source, target = new[selection.edges.source[edges]], new[selection.edges.target[edges]]
    stem = stems(len(ids), source, target, papers=int(nodes[: len(selection.papers)].sum()))
    groups = communities(len(ids), source, target, stem)
    return Arrangement(layout=lay_out(ids, source, target, stem=stem, groups=groups), groups=groups)


def round_number(count: int) -> int:
    """The largest number of a fixed series, in steps of a tenth, that is not above the count.

    >>> [round_number(count) for count in (0, 5, 85, 86, 87, 5000, 60_681)]
    [0, 5, 79, 86, 86, 4895, 58289]
    """
    number = 0
    while (larger := number + max(1, number // 10)) <= count:
        number = larger
    return number


def first_part(selection: Selection, count: int) -> tuple[Mask, Mask]:
    """Masks of the nodes and the edges that the first so many papers give, by date, then by id."""
    papers, size, edges = len(selection.papers), len(selection), selection.edges
    if count == papers:
        return np.ones(size, bool), np.ones(len(edges), bool)
    when = [(paper.date, paper.id, number) for number, paper in enumerate(selection.papers)]
    early = np.zeros(size, bool)
    early[[number for _, _, number in sorted(when)[:count]]] = True
    # An edge is there if one of these papers says so, or if it has more evidence than the file holds.
    pieces = np.diff(edges.first)
    says = np.zeros(len(edges), bool)
    says[np.repeat(np.arange(len(edges)), pieces)[early[edges.evidence_paper]]] = True
    says |= (pieces == 0) | (edges.evidence_more > 0)
    by_paper = edges.source < papers
    said = np.where(by_paper, early[edges.source], says)
    nodes = early.copy()
    nodes[edges.target[said & by_paper]] = True
    # What no paper of the file names has its place by its other edges.
    named = np.zeros(size, bool)
    named[edges.target[by_paper]] = True
    nodes[papers:] |= ~named[papers:]
    return nodes, said & nodes[edges.source] & nodes[edges.target]


def _put_in(
    source: Ints, target: Ints, x: Floats, y: Floats, groups: Ints, *, aside: Points
) -> tuple[Floats, Floats, Ints]:
    """Give nodes without a group (-1) the one that most of their neighbours have, and a place amid these:
    first those next to placed nodes, then those next to them, and so on."""
    size, many = len(x), int(groups.max(initial=0)) + 1
    degree = np.bincount(source, minlength=size) + np.bincount(target, minlength=size)
    # What everybody names tells little of where a paper belongs.
    weight = 1.0 / np.sqrt(degree + 1.0)
    while True:
        placed = groups >= 0
        votes = []
        for end, other in ((source, target), (target, source)):
            open_ = ~placed[end] & placed[other]
            votes.append(np.stack([end[open_], other[open_]]))
        node, near = np.concatenate(votes, axis=1)
        if not len(node):
            return x, y, groups
        ballots, ballot = np.unique(node * many + groups[near], return_inverse=True)
        ballot = ballot.reshape(-1)
        mass = sums(ballot, weight[near], len(ballots))
        to_x = sums(ballot, weight[near] * x[near], len(ballots)) / mass
        to_y = sums(ballot, weight[near] * y[near], len(ballots)) / mass
        # Of each node's ballots the heaviest, and of equals the larger community's, comes last.
        order = np.lexsort((-ballots, mass, ballots // many))
        voter = ballots[order] // many
        best = order[np.append(voter[1:] != voter[:-1], True)]
        node = ballots[best] // many
        x, y, groups = x.copy(), y.copy(), groups.copy()
        groups[node] = ballots[best] % many
        x[node] = to_x[best] + 3 * ROOM * aside[0][node]
        y[node] = to_y[best] + 3 * ROOM * aside[1][node]
