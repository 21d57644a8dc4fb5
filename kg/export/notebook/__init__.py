"""Small graphs for notebooks: a neighbourhood as a `pyvis.network.Network`, and as a page of its own.

graph ─neighbourhood─▶ nodes within some hops ─layout─▶ positions ─drawing─▶ Network, page
"""

from __future__ import annotations

from kg.export.notebook.neighbourhood import MOST_NODES, Part, neighbourhood, part_of
from kg.export.notebook.network import to_pyvis, write_neighbourhood

__all__ = ["MOST_NODES", "Part", "neighbourhood", "part_of", "to_pyvis", "write_neighbourhood"]
