"""Positions of the nodes of one connected component: a force-directed layout, the same in every run.

Forces are those of the LinLog model with repulsion by degree (Noack 2007, "Energy models for graph
clustering", section 3): nodes push each other away by 1/distance, edges pull with constant strength, and
groups of nodes that hold together come to lie apart. The push of all nodes on all is the gradient of a
potential that solves Poisson's equation on a grid (particle-mesh: Hockney and Eastwood 1981, chapter 5),
found by multigrid cycles.

Where it starts from decides which way round the map lies. The start is a blend over the graph of points
drawn from the ids of the best connected nodes, so that graphs with mostly the same hubs and edges start
alike; and since the forces then only move what is near its place already, they end alike.

The arithmetic uses only operations whose result IEEE 754 fixes (sums in a fixed order, products,
quotients, square roots), so that positions depend on neither processor nor numpy's version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Points = tuple[Floats, Floats]

#: Rounds of blending at the start: fewer leave noise, more draw out what hangs on a thread.
BLENDS = 12
#: Iterations, and how much of its size the map may move in the first of them: by its edges alone, then by
#: its groups too.
FREE, GATHERING = (40, 0.015), (80, 0.03)
#: How much of its size the map may move in a last iteration.
COLDEST = 0.0005
#: How strongly nodes far out are drawn in, and each node towards the middle of its group.
GRAVITY = 0.3
COHESION = 10.0


def forced(
    ids: Sequence[str], source: Ints, target: Ints, group: Ints, hold: Floats, telling: Ints
) -> Points:
    """Positions around the origin, at no particular scale, of nodes joined by these edges.

    Nodes are drawn to their group's middle by their `hold`, so that one which might as well be of another
    does not jump when it is. Of the nodes whose `telling` is not 0 the start is blended.
    """
    size = len(ids)
    degree = np.bincount(source, minlength=size) + np.bincount(target, minlength=size)
    # An edge to what many papers name tells less about where a paper belongs.
    weight = 1.0 / np.sqrt(np.maximum(degree[source], degree[target]).astype(np.float64))
    forces = _Forces(source, target, weight, group, hold, size)
    x, y = _start(ids, source, target, weight, degree * (telling > 0))
    # The groups come in late: where they lie has then been decided by all edges, which small changes to the
    # graph change little, and not by which partition happens to be the best.
    x, y = forces.settled(x, y, *FREE, cohesion=0.0)
    return forces.settled(x, y, *GATHERING, cohesion=COHESION)


def hashed(ids: Sequence[str]) -> tuple[Floats, Floats]:
    """A point of the square from -1 to 1 for each id, from the id alone."""
    digests = b"".join(
        hashlib.blake2b(node.encode("utf-8", "replace"), digest_size=8).digest() for node in ids
    )
    points = np.frombuffer(digests, np.dtype("<u4")).reshape(-1, 2).astype(np.float64)
    points = points / 2.0**31 - 1.0
    return points[:, 0].copy(), points[:, 1].copy()


def sums(places: Ints, values: Floats, size: int) -> Floats:
    """The values at each place added up, in order."""
    return np.asarray(np.bincount(places, values, size), np.float64)


def total(values: Floats) -> float:
    """The sum in order: numpy's own takes an order that depends on the processor."""
    return float(np.cumsum(values)[-1])


def _start(
    ids: Sequence[str], source: Ints, target: Ints, weight: Floats, say: Ints
) -> tuple[Floats, Floats]:
    jitter_x, jitter_y = hashed(ids)
    size = len(ids)
    # With every node's point as good as any other's, a tenth more nodes would turn the map by a third.
    loud = say.astype(np.float64) if say.any() else np.ones(size)
    x, y = jitter_x * loud * loud, jitter_y * loud * loud
    mass = sums(source, weight, size) + sums(target, weight, size)
    for _ in range(BLENDS):
        blended = []
        for axis in (x, y):
            mean = sums(source, weight * axis[target], size) + sums(target, weight * axis[source], size)
            axis = 0.5 * axis + 0.5 * mean / mass
            blended.append(axis - total(axis * mass) / total(mass))
        x, y = blended
        x = x / np.sqrt(total(x * x * mass) / total(mass))
        y = y - x * (total(x * y * mass) / total(mass))
        y = y / np.sqrt(total(y * y * mass) / total(mass))
    # What hangs on a thread comes out far away: bring it near.
    near = np.sqrt(1.0 + (x * x + y * y) / 2.0)
    x, y = x / near, y / near
    # What was blended to one place must not stay there.
    return x + 0.05 * jitter_x, y + 0.05 * jitter_y


class _Forces:
    """The forces between the nodes of a component."""

    def __init__(
        self, source: Ints, target: Ints, weight: Floats, group: Ints, hold: Floats, size: int
    ) -> None:
        self.source, self.target, self.weight, self.group, self.size = source, target, weight, group, size
        self.mass = sums(source, weight, size) + sums(target, weight, size)
        self.held = self.mass * hold
        self.groups = int(group.max()) + 1
        self.group_mass = np.maximum(sums(group, self.held, self.groups), 1e-12)
        side = 16
        while side * side < 2 * size and side < 256:
            side *= 2
        self.field = Field(side)

    def settled(self, x: Floats, y: Floats, iterations: int, hottest: float, *, cohesion: float) -> Points:
        """Let the forces work, ever more gently."""
        for iteration in range(iterations):
            left = 1.0 - iteration / iterations
            spread = np.sqrt(total((x * x + y * y) * self.mass) / total(self.mass))
            x, y = x / spread, y / spread
            step_x, step_y = self._step(x, y, cohesion)
            length = np.sqrt(step_x * step_x + step_y * step_y) + 1e-12
            share = np.minimum(1.0, (hottest * left * left + COLDEST) / length)
            x, y = x + step_x * share, y + step_y * share
        return x, y

    def _step(self, x: Floats, y: Floats, cohesion: float) -> Points:
        """Where each node is drawn, as far as it would go if nothing else moved."""
        source, target, size, mass = self.source, self.target, self.size, self.mass
        fx, fy = self.field.push(x, y, mass)
        # `take` gathers in half the time that indexing takes
        dx, dy = x.take(target), y.take(target)
        dx -= x.take(source)
        dy -= y.take(source)
        far = dx * dx
        far += dy * dy
        far += 1e-4
        pull = self.weight / np.sqrt(far, out=far)
        firm = sums(source, pull, size) + sums(target, pull, size)
        dx *= pull
        dy *= pull
        inwards = GRAVITY * (x * x + y * y)
        fx = mass * (fx - inwards * x) + sums(source, dx, size) - sums(target, dx, size)
        fy = mass * (fy - inwards * y) + sums(source, dy, size) - sums(target, dy, size)
        firm += mass * inwards
        if cohesion:
            # towards the middle of the own group
            to_x = (sums(self.group, self.held * x, self.groups) / self.group_mass).take(self.group) - x
            to_y = (sums(self.group, self.held * y, self.groups) / self.group_mass).take(self.group) - y
            pull = cohesion * self.held / np.sqrt(to_x * to_x + to_y * to_y + 1e-4)
            fx += pull * to_x
            fy += pull * to_y
            firm += pull
        return fx / firm, fy / firm


class Field:
    """The push of all nodes on each, by a potential on a grid of `side` by `side` cells."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.potential = np.zeros((side + 1, side + 1))

    def push(self, x: Floats, y: Floats, mass: Floats) -> tuple[Floats, Floats]:
        """What each node feels from all others, for a total mass of one: about 1/distance."""
        side, points = self.side, self.side + 1
        # A quarter of the grid stays free around the nodes: at its border the potential is held at zero.
        half = 1.6 * max(float(np.abs(x).max()), float(np.abs(y).max()), 1e-9)
        cell = 2.0 * half / side
        gx, gy = (x + half) / cell, (y + half) / cell
        column, row = gx.astype(np.int64), gy.astype(np.int64)
        u, v = gx - column, gy - row
        corner = row * points + column
        corners = (corner, corner + 1, corner + points, corner + points + 1)
        shares = ((1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v)
        density = np.zeros(points * points)
        for place, share in zip(corners, shares, strict=True):
            density += sums(place, share * mass, points * points)
        density = density.reshape(points, points) * (2 * np.pi / total(mass))
        for _ in range(2):
            _cycle(self.potential, density)
        field_x, field_y = np.zeros_like(density), np.zeros_like(density)
        field_x[:, 1:-1] = self.potential[:, :-2] - self.potential[:, 2:]
        field_y[1:-1] = self.potential[:-2] - self.potential[2:]
        flat_x, flat_y = field_x.reshape(-1), field_y.reshape(-1)
        push_x, push_y = np.zeros_like(x), np.zeros_like(y)
        for place, share in zip(corners, shares, strict=True):
            push_x += share * flat_x.take(place)
            push_y += share * flat_y.take(place)
        return push_x / (2.0 * cell), push_y / (2.0 * cell)


def _cycle(potential: Floats, density: Floats) -> None:
    """One multigrid cycle towards the potential whose Laplacian is minus the density, in place."""
    inner = potential[1:-1, 1:-1]
    if len(potential) == 3:
        inner[:] = density[1:-1, 1:-1] / 4
        return
    for _ in range(2):
        _smooth(potential, density)
    rest = np.zeros_like(potential)
    rest[1:-1, 1:-1] = density[1:-1, 1:-1] - (
        4 * inner - potential[:-2, 1:-1] - potential[2:, 1:-1] - potential[1:-1, :-2] - potential[1:-1, 2:]
    )
    coarse = np.zeros(((len(potential) + 1) // 2, (len(potential) + 1) // 2))
    coarse[1:-1, 1:-1] = (
        4 * rest[2:-2:2, 2:-2:2]
        + 2 * (rest[1:-3:2, 2:-2:2] + rest[3:-1:2, 2:-2:2] + rest[2:-2:2, 1:-3:2] + rest[2:-2:2, 3:-1:2])
        + (rest[1:-3:2, 1:-3:2] + rest[3:-1:2, 1:-3:2] + rest[1:-3:2, 3:-1:2] + rest[3:-1:2, 3:-1:2])
    ) / 4.0
    error = np.zeros_like(coarse)
    _cycle(error, coarse)
    potential[::2, ::2] += error
    potential[1::2, ::2] += (error[:-1] + error[1:]) / 2
    potential[::2, 1::2] += (error[:, :-1] + error[:, 1:]) / 2
    potential[1::2, 1::2] += (error[:-1, :-1] + error[1:, :-1] + error[:-1, 1:] + error[1:, 1:]) / 4
    _smooth(potential, density)


def _smooth(potential: Floats, density: Floats) -> None:
    """Bring every second point to the mean of its neighbours and its charge, then the others."""
    for colour in (0, 1):
        for row in (1, 2):
            column = 1 + (row + colour) % 2
            potential[row:-1:2, column:-1:2] = (
                density[row:-1:2, column:-1:2]
                + potential[row - 1 : -2 : 2, column:-1:2]
                + potential[row + 1 :: 2, column:-1:2]
                + potential[row:-1:2, column - 1 : -2 : 2]
                + potential[row:-1:2, column + 1 :: 2]
            ) / 4
