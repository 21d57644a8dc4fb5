"""Where each node stands: a force-directed layout, component by component, the same in every run.

Repulsion is summed over the cells of a grid, each taken as one body at its centre of mass, as Barnes and
Hut (1986) do with a tree; forces are those of ForceAtlas2 (Jacomy et al. 2014, section on the model):
repulsion by (degree + 1), attraction by distance. The arithmetic uses only operations whose result IEEE
754 fixes (sums in a fixed order, products, quotients, square roots), so that positions do not depend
on the processor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ITERATIONS = 260
CELLS_A_SIDE = 20
#: Nodes looked at together: few enough that what is computed for them stays in the processor's cache.
BLOCK = 128
#: Length of an edge between two nodes of degree one at rest, in the page's units.
EDGE_LENGTH = 70.0
#: Least distance between two nodes' centres, so that shapes do not cover each other.
ROOM = 34.0
#: Root mean square distance from the centre, for each unit of room and square root of the nodes; a disc
#: packed without gaps has 0.37.
SPREAD = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Positions and communities of the nodes 0 to n - 1."""

    positions: tuple[tuple[int, int], ...]
    communities: tuple[int, ...]  #: by size, largest first


def lay_out(nodes: int, edges: Sequence[tuple[int, int]]) -> Layout:
    """Positions for nodes 0 to `nodes` - 1, joined by `edges`.

    >>> lay_out(2, [(0, 1)]).communities
    (0, 0)
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(edge for edge in edges if edge[0] != edge[1])
    communities = _communities(graph)
    components = sorted(
        (sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part)
    )
    placed = [_component(graph.subgraph(part), part, communities) for part in components]
    positions = np.zeros((nodes, 2))
    for part, points in zip(components, _packed(placed), strict=True):
        positions[part] = points
    rounded = [(round(float(x)), round(float(y))) for x, y in positions]
    return Layout(positions=tuple(rounded), communities=tuple(communities))


def _communities(graph: nx.Graph) -> list[int]:
    """The number of each node's community, largest community first.

    The method of Blondel et al. (2008, section 2) in whole numbers, nodes taken by number. networkx has
    it too, but what it finds changes with its version, and with it every byte of the page.
    """
    size = graph.number_of_nodes()
    weights: list[dict[int, int]] = [dict.fromkeys(sorted(graph[node]), 1) for node in range(size)]
    loops = [0] * size  # twice the weight inside a node that stands for several
    found = list(range(size))
    while True:
        groups = _moved(weights, loops)
        if len(set(groups)) == len(weights):
            break
        weights, loops, number = _merged(weights, loops, groups)
        found = [number[groups[group]] for group in found]
    parts: dict[int, list[int]] = {}
    for node, group in enumerate(found):
        parts.setdefault(group, []).append(node)
    numbers = [0] * size
    for place, part in enumerate(sorted(parts.values(), key=lambda part: (-len(part), part))):
        for node in part:
            numbers[node] = place
    return numbers


def _moved(weights: Sequence[dict[int, int]], loops: Sequence[int]) -> list[int]:
    """Move each node to the neighbouring community that gains most modularity, until none gains."""
    degree = [sum(near.values()) + loop for near, loop in zip(weights, loops, strict=True)]
    total, group = sum(degree), list(range(len(weights)))
    filled = degree.copy()
    moved = True
    while moved:
        moved = False
        for node, near in enumerate(weights):
            own = group[node]
            filled[own] -= degree[node]
            towards = {own: 0}
            for other, weight in near.items():
                towards[group[other]] = towards.get(group[other], 0) + weight
            # The gain times twice the graph's weight times five: resolution 4/5 without fractions.
            gain = {to: 5 * total * weight - 4 * degree[node] * filled[to] for to, weight in towards.items()}
            best = max(gain, key=lambda to: (gain[to], to == own, -to))
            filled[best] += degree[node]
            if best != own:
                group[node], moved = best, True
    return group


def _merged(
    weights: Sequence[dict[int, int]], loops: Sequence[int], groups: Sequence[int]
) -> tuple[list[dict[int, int]], list[int], dict[int, int]]:
    """The graph whose nodes are the communities, and the number of each community in it."""
    number = {group: place for place, group in enumerate(sorted(set(groups)))}
    between: list[dict[int, int]] = [{} for _ in number]
    inside = [0] * len(number)
    for node, near in enumerate(weights):
        here = number[groups[node]]
        inside[here] += loops[node]
        for other, weight in near.items():
            there = number[groups[other]]
            if there == here:
                inside[here] += weight
            else:
                between[here][there] = between[here].get(there, 0) + weight
    return [dict(sorted(near.items())) for near in between], inside, number


def _component(graph: nx.Graph, part: Sequence[int], communities: Sequence[int]) -> Floats:
    """Positions of one connected component, around its own centre, in the order of `part`."""
    size = len(part)
    if size == 1:
        return np.zeros((1, 2))
    index = {node: row for row, node in enumerate(part)}
    pairs = np.array(sorted((index[min(a, b)], index[max(a, b)]) for a, b in graph.edges()))
    # The start: communities on a ring of spirals, so that they begin apart.
    group = np.array([communities[node] for node in part])
    position = _spiral(size)[np.argsort(np.argsort(group, kind="stable"), kind="stable")]
    return _without_overlap(_scaled(_forced(position, pairs, group)))


def _spiral(count: int) -> Floats:
    """Points of a square spiral: neighbours in number are neighbours in place."""
    points = []
    x = y = 0
    dx, dy, run, left, turns = 1, 0, 1, 1, 0
    for _ in range(count):
        points.append((float(x), float(y)))
        x, y, left = x + dx, y + dy, left - 1
        if not left:
            dx, dy, turns = -dy, dx, turns + 1
            run += turns % 2 == 0
            left = run
    # A touch of unevenness: points in one line would push each other along it for ever.
    spread = np.array(points) * EDGE_LENGTH
    spread[:, 0] += np.arange(count) % 7
    spread[:, 1] += np.arange(count) % 5
    return spread


def _forced(position: Floats, pairs: NDArray[np.int64], group: NDArray[np.int64]) -> Floats:
    """Let the forces work."""
    size = len(position)
    a, b = pairs[:, 0], pairs[:, 1]
    degree = np.bincount(a, minlength=size) + np.bincount(b, minlength=size)
    mass: Floats = degree + np.float64(1.0)
    # Edges inside a community pull harder, which moves communities apart; a hub's edges pull less each,
    # which keeps what hangs on it from a ball around it.
    pull = np.where(group[a] == group[b], 1.0, 0.25) / np.sqrt(np.minimum(degree[a], degree[b]))
    x, y = position[:, 0].copy(), position[:, 1].copy()
    strength = EDGE_LENGTH * EDGE_LENGTH / 4
    for iteration in range(ITERATIONS):
        push_x, push_y = _repulsion(x, y, mass)
        dx, dy = x[b] - x[a], y[b] - y[a]
        fx = np.bincount(a, pull * dx, size) - np.bincount(b, pull * dx, size)
        fy = np.bincount(a, pull * dy, size) - np.bincount(b, pull * dy, size)
        distance = np.sqrt(x * x + y * y) + 1.0
        fx += strength * push_x - 0.6 * mass * x / distance * np.sqrt(float(size))
        fy += strength * push_y - 0.6 * mass * y / distance * np.sqrt(float(size))
        length = np.sqrt(fx * fx + fy * fy) + 1e-9
        hottest = EDGE_LENGTH * (1.0 - iteration / ITERATIONS) + 0.5
        step = np.minimum(length * 0.08, hottest) / length
        x += fx * step
        y += fy * step
    return np.stack([x, y], axis=1)


def _scaled(position: Floats) -> Floats:
    """The same picture at a size where nodes have just enough room: the forces set shape, not scale."""
    centred = position - position.sum(axis=0) / len(position)
    spread = float(np.sqrt((centred * centred).sum(axis=0).sum() / len(centred)))
    wanted = SPREAD * ROOM * float(np.sqrt(float(len(position))))
    result: Floats = centred * (wanted / spread)
    return result


def _repulsion(x: Floats, y: Floats, mass: Floats) -> tuple[Floats, Floats]:
    """What every node feels from all others: from each cell of the grid as from one body."""
    left, bottom = x.min(), y.min()
    side = max(float(x.max() - left), float(y.max() - bottom), 1.0) / CELLS_A_SIDE * 1.0001
    cell = ((x - left) / side).astype(np.int64) * CELLS_A_SIDE + ((y - bottom) / side).astype(np.int64)
    used, own = np.unique(cell, return_inverse=True)
    cells = len(used)
    weight = np.bincount(own, mass, cells)
    sum_x, sum_y = np.bincount(own, mass * x, cells), np.bincount(own, mass * y, cells)
    centre_x, centre_y = (sum_x / weight)[:, None], (sum_y / weight)[:, None]
    far_x, far_y = np.empty_like(x), np.empty_like(y)
    for start in range(0, len(x), BLOCK):
        block = slice(start, start + BLOCK)
        dx, dy = x[None, block] - centre_x, y[None, block] - centre_y
        share = weight[:, None] / (dx * dx + dy * dy + 25.0)
        share[own[block], np.arange(share.shape[1])] = 0.0
        # Sums down the columns add row by row, in order, on every processor.
        dx *= share
        dy *= share
        far_x[block], far_y[block] = dx.sum(axis=0), dy.sum(axis=0)
    # The own cell without oneself, at the centre of the others in it.
    others = weight[own] - mass
    alone = others <= 0
    others = np.where(alone, 1.0, others)
    ox, oy = x - (sum_x[own] - mass * x) / others, y - (sum_y[own] - mass * y) / others
    inner = np.where(alone, 0.0, others / (ox * ox + oy * oy + 25.0))
    return mass * (far_x + inner * ox), mass * (far_y + inner * oy)


def _without_overlap(position: Floats, *, rounds: int = 60) -> Floats:
    """Push apart what stands closer than a shape's room, looking only at neighbouring cells."""
    points = [[float(x), float(y)] for x, y in position]
    for _ in range(rounds):
        cells: dict[tuple[int, int], list[int]] = {}
        for number, (x, y) in enumerate(points):
            cells.setdefault((int(x // ROOM), int(y // ROOM)), []).append(number)
        moved = False
        for (column, row), members in sorted(cells.items()):
            around = [
                other
                for i in (-1, 0, 1)
                for j in (-1, 0, 1)
                for other in cells.get((column + i, row + j), ())
            ]
            for number in members:
                for other in around:
                    if other > number:
                        moved |= _push(points, number, other)
        if not moved:
            break
    return np.array(points)


def _push(points: list[list[float]], number: int, other: int) -> bool:
    """Move two points apart to each other's least distance; whether they had to move."""
    dx, dy = points[other][0] - points[number][0], points[other][1] - points[number][1]
    square = dx * dx + dy * dy
    if square >= ROOM * ROOM - 1e-6:
        return False
    if square == 0.0:  # in the very same place: part them by their numbers
        dx, dy, square = 1.0 + number % 3, 1.0 + other % 5, 1.0
    distance = float(np.sqrt(square))
    shift = (ROOM - distance) / distance / 2
    for point, sign in ((points[number], -1.0), (points[other], 1.0)):
        point[0] += sign * dx * shift
        point[1] += sign * dy * shift
    return True


def _packed(parts: Sequence[Floats]) -> list[Floats]:
    """Place components beside one another: the largest in the middle, the others in rows below it."""
    placed: list[Floats] = []
    boxes = [(points.min(axis=0) - ROOM, points.max(axis=0) + ROOM) for points in parts]
    if not boxes:
        return placed
    width = max(float((boxes[0][1] - boxes[0][0])[0]), 1200.0)
    left, top = 0.0, 0.0
    tallest = 0.0
    for points, (low, high) in zip(parts, boxes, strict=True):
        size = high - low
        if left > 0 and left + float(size[0]) > width:
            left, top, tallest = 0.0, top + tallest, 0.0
        placed.append(points - low + np.array([left, top]))
        left += float(size[0])
        tallest = max(tallest, float(size[1]))
    return placed
