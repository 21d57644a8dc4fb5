"""Where each node stands on the map: component by component, then the components beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.export.html.communities import components, simple
from kg.export.html.forces import forced, hashed, total
from kg.export.html.packing import eased, packed, radial, spaced

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Least distance between two nodes' centres, so that shapes do not cover each other.
ROOM = 34.0
#: Root mean square distance from the centre, for each unit of room and square root of the nodes; a disc
#: packed without gaps has 0.37.
SPREAD = 0.8
#: This share of the nodes makes the map's disc; all others come to lie in a margin around it.
WITHIN, MARGIN = 0.93, 0.2
#: Components that fewer nodes hold together are drawn as rings: forces would tell nothing more of them.
#: A whole map is looked at more closely than what lies beside one.
LEAST_FORCED, LEAST_FIRST = 40, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Positions of the nodes 0 to n - 1, in whole units; y grows downwards."""

    x: Ints
    y: Ints


def lay_out(
    ids: Sequence[str],
    source: Ints,
    target: Ints,
    *,
    stem: Ints,
    groups: Ints,
    hold: Floats | None = None,
    telling: Ints | None = None,
) -> Layout:
    """Positions for nodes with these ids, joined by edges between their numbers.

    What hangs on a node comes to lie around it (see `kg.export.html.communities.stems`), and nodes of a
    group come to lie close together, the more so the larger their `hold` (0 to 1, by default 1). Which way
    round the map lies is decided by the nodes whose `telling` is not 0, by default all.

    >>> layout = lay_out(["a", "b"], np.array([0]), np.array([1]), stem=np.arange(2), groups=np.zeros(2, int))
    >>> bool(abs(layout.x[0] - layout.x[1]) + abs(layout.y[0] - layout.y[1]) >= 34)
    True
    """
    size = len(ids)
    source, target = simple(size, source, target)
    component = components(size, source, target)
    order = np.argsort(component, kind="stable")
    bounds = np.searchsorted(component[order], np.arange(component.max(initial=-1) + 2))
    parts = [order[start:end] for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
    edge_order = np.argsort(component[source], kind="stable")
    edge_bounds = np.searchsorted(component[source][edge_order], np.arange(len(parts) + 1))
    place = np.empty(size, np.int64)
    for part in parts:
        place[part] = np.arange(len(part))
    kept = np.ones(size) if hold is None else hold
    wanted = np.ones(size, np.int64) if telling is None else telling
    drawn: list[tuple[Floats, Floats]] = []
    for part, low, high in zip(parts, edge_bounds[:-1].tolist(), edge_bounds[1:].tolist(), strict=True):
        edges = edge_order[low:high]
        own_ids = [ids[node] for node in part]
        near = place[source[edges]], place[target[edges]]
        group = np.unique(groups[part], return_inverse=True)[1].reshape(-1)
        least = LEAST_FORCED if drawn else LEAST_FIRST
        drawn.append(_component(own_ids, *near, place[stem[part]], group, kept[part], wanted[part], least))
    x, y = np.zeros(size), np.zeros(size)
    for part, (own_x, own_y) in zip(parts, packed(drawn, room=ROOM), strict=True):
        x[part], y[part] = own_x, own_y
    return Layout(x=np.rint(x).astype(np.int64), y=np.rint(y).astype(np.int64))


def _component(
    ids: Sequence[str],
    source: Ints,
    target: Ints,
    stem: Ints,
    group: Ints,
    hold: Floats,
    telling: Ints,
    least: int,
) -> tuple[Floats, Floats]:
    """Positions of one component around its own centre."""
    size = len(ids)
    core = np.flatnonzero(stem == np.arange(size))
    load = np.bincount(stem, minlength=size)[core].astype(np.float64)
    place = np.full(size, -1)
    place[core] = np.arange(len(core))
    if len(core) < least:
        return spaced(*radial(size, source, target, room=ROOM), room=ROOM)
    core_ids = [ids[node] for node in core.tolist()]
    core_x, core_y = forced(
        core_ids,
        *simple(len(core), place[stem[source]], place[stem[target]]),
        group[core],
        hold[core],
        telling[core],
    )
    core_x, core_y = core_x - total(core_x * load) / size, core_y - total(core_y * load) / size
    core_x, core_y = _drawn_in(core_x, core_y, load)
    # The forces set the shape, not the scale.
    spread = np.sqrt(total((core_x * core_x + core_y * core_y) * load) / size)
    scale = SPREAD * ROOM * np.sqrt(float(size)) / spread
    core_x, core_y = eased(core_x * scale, core_y * scale, load, room=ROOM)
    # What hangs on a node starts around it, where its id says, and finds its room there.
    x, y = core_x[place[stem]], core_y[place[stem]]
    aside_x, aside_y = hashed(ids)
    reach = np.where(stem == np.arange(size), 0.0, ROOM * np.sqrt(load[place[stem]]) * 0.6)
    return spaced(x + reach * aside_x, y + reach * aside_y, room=ROOM)


def _drawn_in(x: Floats, y: Floats, load: Floats) -> tuple[Floats, Floats]:
    """The few that lie far out come nearer: the map's size is that of most of its nodes."""
    far = np.sqrt(x * x + y * y)
    order = np.argsort(far, kind="stable")
    filled = np.cumsum(load[order])
    rim = far[order][int(np.searchsorted(filled, WITHIN * filled[-1]))] + 1e-9
    beyond = np.maximum(far - rim, 0.0) / (MARGIN * rim)
    share = np.where(beyond > 0, rim * (1.0 + MARGIN * beyond / (1.0 + beyond)) / np.maximum(far, rim), 1.0)
    return x * share, y * share
