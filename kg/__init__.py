"""kg: a knowledge graph of methods, models, datasets, tasks, metrics, results and code from paper abstracts.

>>> import kg
>>> sorted(kg.__all__)
['__version__', 'open_graph', 'open_network', 'to_pyvis']
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx
    import rdflib
    from pyvis.network import Network

    from kg.graph import Graph

__version__ = "0.1.0"

__all__ = ["__version__", "open_graph", "open_network", "to_pyvis"]


def open_graph(path: str | Path) -> rdflib.Graph:
    """The graph in a folder that `kg build` wrote, or in an RDF file, as an `rdflib.Graph`.

    Raises kg.errors.SourceError where there is none, or where it cannot be read.
    """
    from kg import store  # imported here: `import kg` must stay quick

    return store.open_graph(path)


def open_network(folder: str | Path) -> networkx.MultiDiGraph:
    """The graph in a folder that `kg build` wrote, as a `networkx.MultiDiGraph`.

    Nodes carry kind, name, aliases and more; edges are keyed by kind and carry support, confidence and
    evidence. Raises kg.errors.UsageError where there is no graph, or a damaged one.
    """
    from kg.graph import Graph, to_networkx

    return to_networkx(Graph.open(folder))


def to_pyvis(graph: Graph | Path | str, *, around: str | None = None, hops: int = 2) -> Network:
    """A part of a graph as a `pyvis.network.Network`, for notebooks: the nodes within so many hops of the
    node `around` (its id, name or any alias), or a whole small graph. `graph` is a `kg.graph.Graph` or its
    folder.

    The network shows itself in a notebook; its `write_html` gives a page that works offline. Raises
    kg.errors.UsageError where there is no such node, or where the part has more than 5,000 nodes.
    """
    from kg.export import notebook

    return notebook.to_pyvis(graph, around=around, hops=hops)
