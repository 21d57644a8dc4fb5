"""Which part of a graph the page shows: all of it up to a size, else its most supported part."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import compress
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kg.columns import from_batch, schema_of
from kg.export.base import ReadableGraph
from kg.export.html.edges import Edges, read_columns, read_edges, records_of, stored_batches
from kg.graph.tables import ENTITIES, PAPERS, Table
from kg.records import Entity, Paper, ResultRow, paper_node
from kg.schema import NODE_KINDS

Record = TypeVar("Record", bound=Hashable)
Ints = NDArray[np.int64]

#: What one file carries: more makes it slow to open on a plain computer, and a map of it says little.
MOST_NODES = 100_000
MOST_EDGES = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The part of a graph that a page shows, and how much it leaves out.

    A node's number is its place among the papers, then the entities, each by id.
    """

    papers: tuple[Paper, ...]
    entities: tuple[Entity, ...]
    edges: Edges
    results: tuple[ResultRow, ...]
    number: dict[str, int]  #: node id → number
    more: Ints  #: one a node: its edges that are left out
    whole: dict[str, int]  #: papers, entities, edges and results of the whole graph
    left_out_kinds: dict[str, int]  #: kind of node → how many are left out

    def __len__(self) -> int:
        return len(self.papers) + len(self.entities)


def select(graph: ReadableGraph, *, most_nodes: int = MOST_NODES, most_edges: int = MOST_EDGES) -> Selection:
    """The whole graph where it has no more nodes and edges than that, else its most supported part.

    Nodes are taken by the number of their edges to nodes that have other edges too, most first, as many
    as fit, and nodes with a single edge after all others; authors come last, since they hang on papers
    and join few of them. What stays without an edge
    then is left out as well. The graph is read once, and its edges are held as numbers.
    """
    ids = [paper_node(row) for (row,) in read_columns(graph, PAPERS, "id")]
    papers = len(ids)
    named = list(read_columns(graph, ENTITIES, "id", "kind"))
    ids += [row for row, _ in named]
    kinds = ["PAPER"] * papers + [kind for _, kind in named]
    edges = read_edges(graph, ids, papers)
    source, target = edges.source, edges.target
    kept = _best(ids, kinds, source, target, most_nodes=most_nodes, most_edges=most_edges)
    inside = kept[source] & kept[target]
    if not kept.all():
        # by now some have lost all their neighbours
        linked = np.zeros(len(ids), bool)
        linked[source[inside]] = linked[target[inside]] = True
        kept &= linked
    degree = np.bincount(source, minlength=len(ids)) + np.bincount(target, minlength=len(ids))
    shown = np.bincount(source[inside], minlength=len(ids)) + np.bincount(target[inside], minlength=len(ids))
    new = np.cumsum(kept) - 1
    places = [int(place) for place in np.flatnonzero(kept)]
    number = {ids[place]: row for row, place in enumerate(places)}
    results, all_results = [], 0
    for row in graph.results():
        all_results += 1
        if paper_node(row.paper) in number:
            results.append(row)
    left_out: dict[str, int] = {}
    for out in np.flatnonzero(~kept).tolist():
        left_out[kinds[out]] = left_out.get(kinds[out], 0) + 1
    return Selection(
        papers=tuple(_kept(graph, PAPERS, kept[:papers])),
        entities=tuple(_kept(graph, ENTITIES, kept[papers:])),
        edges=edges.chosen(inside, new, kept),
        results=tuple(results),
        number=number,
        more=(degree - shown)[kept],
        whole={
            "papers": papers,
            "entities": len(ids) - papers,
            "edges": len(source),
            "results": all_results,
        },
        left_out_kinds={kind: left_out[kind] for kind in NODE_KINDS if kind in left_out},
    )


def _kept(graph: ReadableGraph, table: Table[Record], kept: NDArray[np.bool_]) -> Iterator[Record]:
    """A table's records under a mask."""
    names = [field.name for field in schema_of(table.record_type)]
    batches = stored_batches(graph, table, names)
    if batches is None:
        yield from compress(records_of(graph, table), kept.tolist())
        return
    at = 0
    for batch in batches:
        yield from from_batch(table.record_type, batch.filter(pa.array(kept[at : at + batch.num_rows])))
        at += batch.num_rows


def _best(
    ids: list[str], kinds: list[str], source: Ints, target: Ints, *, most_nodes: int, most_edges: int
) -> NDArray[np.bool_]:
    """A mask of the nodes to show."""
    size = len(ids)
    if size <= most_nodes and len(source) <= most_edges:
        return np.ones(size, bool)
    degree = np.bincount(source, minlength=size) + np.bincount(target, minlength=size)
    shared = np.bincount(source, degree[target] > 1, size) + np.bincount(target, degree[source] > 1, size)
    nodes = pa.array(ids, pa.string())
    tails = pc.replace_substring_regex(nodes, "^[^/]*/?", "")
    keys = {
        "author": np.array([kind == "AUTHOR" for kind in kinds]),
        "single": degree < 2,
        "shared": -shared.astype(np.int64),
        "degree": -degree,
        # so that no kind comes first where many nodes have as many edges
        "tail": tails,
        "id": nodes,
    }
    order = pc.sort_indices(pa.table(keys), sort_keys=[(name, "ascending") for name in keys]).to_numpy()
    rank = np.empty(size, np.int64)
    rank[order] = np.arange(size)
    # An edge comes in with the later of its ends, so edges up to each rank can be counted.
    comes = np.cumsum(np.bincount(np.maximum(rank[source], rank[target]), minlength=size))
    fitting = int(np.searchsorted(comes, most_edges, side="right"))
    mask: NDArray[np.bool_] = rank < min(most_nodes, fitting)
    return mask
