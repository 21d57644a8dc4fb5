"""The graph: its tables, a reader for them, and the same as a networkx graph."""

from kg.graph.graph import Graph
from kg.graph.network import to_networkx
from kg.graph.statistics import describe, statistics
from kg.graph.tables import write_tables

__all__ = ["Graph", "describe", "statistics", "to_networkx", "write_tables"]
