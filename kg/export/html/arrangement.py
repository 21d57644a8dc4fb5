"""The whole map: which nodes belong together, and where each stands.

Small changes to a graph change its map a little: communities have anchors that stay, the map's start is
blended from the points of hubs, and forces then move what is near its place already. So no build needs to
know of an earlier one, and the same graph always gives the same map.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.export.html.communities import held, stems
from kg.export.html.layout import Layout, lay_out
from kg.export.html.naming import TELLING
from kg.export.html.selection import Selection

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Each node's position, and the number of its community, the largest first."""

    layout: Layout
    groups: Ints


def arranged(selection: Selection) -> Arrangement:
    """Find communities and positions for the nodes of a selection."""
    ids, papers = list(selection.number), len(selection.papers)
    source, target = selection.edges.source, selection.edges.target
    telling = np.zeros(len(ids), np.int64)
    telling[papers:] = [TELLING.get(entity.kind, 0) for entity in selection.entities]
    stem = stems(len(ids), source, target, papers=papers)
    groups, hold = held(len(ids), source, target, stem, telling=telling)
    layout = lay_out(ids, source, target, stem=stem, groups=groups, hold=hold, telling=telling)
    return Arrangement(layout=layout, groups=groups)
