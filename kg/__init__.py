"""kg: a knowledge graph of methods, models, datasets, tasks, metrics, results and code from paper abstracts.

>>> import kg
>>> sorted(kg.__all__)
['__version__', 'open_graph', 'open_network']
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx
    import rdflib

__version__ = "0.1.0"

__all__ = ["__version__", "open_graph", "open_network"]


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
