"""Room for everything: nodes apart from one another, trees as fans, components side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.export.html.forces import sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Points = tuple[Floats, Floats]

ROUNDS = 80
#: Nodes for a square of a room's side that count as crowded; a triangular pattern has 1.15.
FULL = 0.75
#: Steps at each grain of easing, and how far each goes.
EASINGS, FLOW = 25, 0.2


def spaced(x: Floats, y: Floats, *, room: float, rounds: int = ROUNDS) -> Points:
    """Push apart what stands closer than that, all pairs at once, until none does or rounds are over."""
    moved = np.ones(len(x), bool)
    for _ in range(rounds):
        a, b = _close(x, y, room, moved)
        dx, dy = x.take(b) - x.take(a), y.take(b) - y.take(a)
        square = dx * dx + dy * dy
        near = square < room * room * 0.98
        if not near.any():
            break
        a, b, dx, dy, square = a[near], b[near], dx[near], dy[near], square[near]
        # In the very same place: part them by their numbers.
        same = square < 1e-6
        dx, dy = np.where(same, 1.0 + a % 3, dx), np.where(same, 1.0 + b % 5, dy)
        distance = np.sqrt(dx * dx + dy * dy)
        # Each of a node's pushes counts less the more there are, else crowds swing.
        crowd = np.bincount(a, minlength=len(x)) + np.bincount(b, minlength=len(x))
        moved = crowd > 0
        shift = (room - np.minimum(distance, room)) / distance * 0.55
        calm_a, calm_b = shift / np.sqrt(crowd[a].astype(float)), shift / np.sqrt(crowd[b].astype(float))
        x = x - sums(a, calm_a * dx, len(x)) + sums(b, calm_b * dx, len(x))
        y = y - sums(a, calm_a * dy, len(y)) + sums(b, calm_b * dy, len(y))
    return x, y


def eased(x: Floats, y: Floats, load: Floats, *, room: float) -> Points:
    """Let crowds spread until there is about room for all, as heat spreads: large crowds first.

    `load` says for how many nodes each needs room.
    Only what is denser than that flows, down the slope of the excess; neighbours stay neighbours.
    """
    for rooms in (24.0, 16.0, 12.0, 8.0, 6.0, 4.0, 3.0, 2.0):
        cell = rooms * room
        limit = FULL * rooms * rooms
        for step in range(EASINGS):
            # The grid shifts from step to step, else its lines would show on the map.
            shift_x, shift_y = step * 5 % 13 / 13, step * 8 % 13 / 13
            gx, gy = (x - x.min()) / cell + 1.0 + shift_x, (y - y.min()) / cell + 1.0 + shift_y
            column, row = gx.astype(np.int64), gy.astype(np.int64)
            u, v = gx - column, gy - row
            width, height = int(column.max()) + 3, int(row.max()) + 3
            corner = row * width + column
            corners = (corner, corner + 1, corner + width, corner + width + 1)
            shares = ((1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v)
            density = np.zeros(width * height)
            for place, share in zip(corners, shares, strict=True):
                density += sums(place, share * load, width * height)
            if not (density > limit).any():
                break
            thick = np.maximum(density, limit).reshape(height, width)
            excess = thick - limit
            slope_x, slope_y = np.zeros_like(excess), np.zeros_like(excess)
            slope_x[:, 1:-1] = excess[:, :-2] - excess[:, 2:]
            slope_y[1:-1] = excess[:-2] - excess[2:]
            flat_x, flat_y = (slope_x / thick).reshape(-1), (slope_y / thick).reshape(-1)
            move_x, move_y = np.zeros_like(x), np.zeros_like(y)
            for place, share in zip(corners, shares, strict=True):
                move_x += share * flat_x.take(place)
                move_y += share * flat_y.take(place)
            x, y = x + FLOW * cell * move_x, y + FLOW * cell * move_y
    return x, y


def _close(x: Floats, y: Floats, room: float, moved: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Pairs of nodes in the same or in adjoining squares of that side, each once; where none of a square's
    nodes and of those around it has moved, none."""
    column = np.floor((x - x.min()) / room).astype(np.int64)
    row = np.floor((y - y.min()) / room).astype(np.int64)
    width = int(column.max()) + 3
    cell = row * width + column + 1
    order = np.argsort(cell, kind="stable")
    ordered = cell[order]
    number = np.flatnonzero(_stirred(ordered, width, moved[order]))
    from_cell = ordered.take(number)
    begins = _begins(ordered, width + 2)
    firsts, seconds = [], []
    for step in (0, 1, width - 1, width, width + 1):
        start = number + 1 if step == 0 else begins(from_cell + step)
        end = begins(from_cell + (step + 1))
        count = np.maximum(end - start, 0)
        first = np.repeat(np.arange(len(number)), count)
        within = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
        firsts.append(order.take(number.take(first)))
        seconds.append(order.take(start.take(first) + within))
    return np.concatenate(firsts), np.concatenate(seconds)


def _stirred(ordered: Ints, width: int, moved: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a node has moved in each one's square or in the eight around it; True where in doubt."""
    squares = int(ordered[-1]) + 1
    if moved.all() or _scattered(squares, len(ordered)):
        return np.ones(len(ordered), bool)
    at = np.zeros(squares + 2 * (width + 1), bool)
    own = ordered[moved] + width + 1
    for row in (-width, 0, width):
        for column in (-1, 0, 1):
            at[own + row + column] = True
    stirred: NDArray[np.bool_] = at.take(ordered + width + 1)
    return stirred


def _scattered(squares: int, nodes: int) -> bool:
    """Whether a table of squares would be much larger than the nodes in them."""
    return squares > 40 * nodes + 100_000


def _begins(ordered: Ints, beyond: int) -> Callable[[Ints], Ints]:
    """Where a square's nodes begin among all, which are sorted by square; it answers for so many squares
    beyond the last."""
    squares = int(ordered[-1]) + 1 + beyond
    if _scattered(squares, len(ordered)):
        return lambda asked: np.searchsorted(ordered, asked, side="left")
    first = np.zeros(squares + 1, np.int64)
    np.cumsum(np.bincount(ordered, minlength=squares), out=first[1:])
    return lambda asked: first.take(asked)


#: Directions of the six neighbours in a triangular pattern.
_SIX = (
    (1.0, 0.0),
    (0.5, 0.75**0.5),
    (-0.5, 0.75**0.5),
    (-1.0, 0.0),
    (-0.5, -(0.75**0.5)),
    (0.5, -(0.75**0.5)),
)


def hive(count: int, *, room: float) -> Points:
    """The first places of a triangular pattern, ring by ring around the origin."""
    x, y = [0.0], [0.0]
    ring = 0
    while len(x) < count:
        ring += 1
        at_x, at_y = _SIX[4][0] * ring, _SIX[4][1] * ring
        for step_x, step_y in _SIX:
            for _ in range(ring):
                x.append(at_x)
                y.append(at_y)
                at_x, at_y = at_x + step_x, at_y + step_y
    return np.array(x[:count]) * room, np.array(y[:count]) * room


def radial(size: int, source: Ints, target: Ints, *, room: float) -> Points:
    """A small component: its best connected node in the middle, the others around it as they are met."""
    near: list[list[int]] = [[] for _ in range(size)]
    for a, b in zip(source.tolist(), target.tolist(), strict=True):
        near[a].append(b)
        near[b].append(a)
    root = max(range(size), key=lambda node: (len(near[node]), -node))
    met = [root]
    seen = {root}
    for node in met:  # grows as it is walked
        for other in near[node]:
            if other not in seen:
                seen.add(other)
                met.append(other)
    places_x, places_y = hive(size, room=room * 1.25)
    x, y = np.empty(size), np.empty(size)
    x[met], y[met] = places_x, places_y
    return x, y


def packed(parts: Sequence[Points], *, room: float) -> list[Points]:
    """Place components, the largest first, beside one another: the first in the middle, the rest in rows
    below it."""
    placed: list[Points] = []
    width = left = top = tallest = 0.0
    for x, y in parts:
        low_x, low_y = float(x.min()) - room, float(y.min()) - room
        wide, tall = float(x.max()) + room - low_x, float(y.max()) + room - low_y
        if not placed:
            width = max(wide, 30 * room)
            placed.append((x - low_x - wide / 2, y - low_y - tall / 2))
            top = tall / 2 + 2 * room
            continue
        if left > 0 and left + wide > width:
            left, top, tallest = 0.0, top + tallest, 0.0
        placed.append((x - low_x + left - width / 2, y - low_y + top))
        left += wide
        tallest = max(tallest, tall)
    return placed
