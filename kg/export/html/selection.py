"""Which part of a graph the page shows: all of it up to a size, else its most supported part."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.export.base import ReadableGraph
from kg.records import Edge, Entity, Paper, ResultRow, Support, paper_node
from kg.schema import EDGE_KINDS, NODE_KINDS

Ints = NDArray[np.int64]

#: What one file carries: more makes it slow to open on a plain computer, and a map of it says little.
MOST_NODES = 100_000
MOST_EDGES = 500_000
#: Pieces of evidence carried for an edge; the tables and the RDF hold all.
MOST_EVIDENCE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Edges as columns, sorted by source, target and kind; nodes, papers and rules by number.

    The evidence of edge i is at first[i] to first[i + 1] of the columns that begin with `evidence`; a
    start of -1 stands for a paper's record, which no sentence says.
    """

    source: Ints
    target: Ints
    kind: Ints  #: place in EDGE_KINDS
    support: Ints
    confidence: Ints  #: percent
    first: Ints
    evidence_paper: Ints
    evidence_start: Ints
    evidence_end: Ints
    evidence_rule: Ints
    evidence_more: Ints  #: one an edge: pieces of evidence beyond the most supported few
    rules: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.source)


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
    ids = [paper_node(paper.id) for paper in graph.papers()]
    kinds, papers = ["PAPER"] * len(ids), len(ids)
    for entity in graph.entities():
        ids.append(entity.id)
        kinds.append(entity.kind)
    number = {node: place for place, node in enumerate(ids)}
    edges = _Columns(number)
    edges.read(graph.edges())
    source, target = edges.ends()
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
    results, all_results = [], 0
    for row in graph.results():
        all_results += 1
        if (place := number.get(paper_node(row.paper))) is not None and kept[place]:
            results.append(row)
    left_out: dict[str, int] = {}
    for out in np.flatnonzero(~kept).tolist():
        left_out[kinds[out]] = left_out.get(kinds[out], 0) + 1
    return Selection(
        papers=tuple(paper for paper, keep in zip(graph.papers(), kept[:papers], strict=True) if keep),
        entities=tuple(entity for entity, keep in zip(graph.entities(), kept[papers:], strict=True) if keep),
        edges=edges.chosen(inside, new, kept),
        results=tuple(results),
        number={ids[place]: row for row, place in enumerate(places)},
        more=(degree - shown)[kept],
        whole={
            "papers": papers,
            "entities": len(ids) - papers,
            "edges": len(source),
            "results": all_results,
        },
        left_out_kinds={kind: left_out[kind] for kind in NODE_KINDS if kind in left_out},
    )


def _best(
    ids: list[str], kinds: list[str], source: Ints, target: Ints, *, most_nodes: int, most_edges: int
) -> NDArray[np.bool_]:
    """A mask of the nodes to show."""
    size = len(ids)
    if size <= most_nodes and len(source) <= most_edges:
        return np.ones(size, bool)
    degree = np.bincount(source, minlength=size) + np.bincount(target, minlength=size)
    shared = np.bincount(source, degree[target] > 1, size) + np.bincount(target, degree[source] > 1, size)
    # By id's tail at last, so that no kind comes first where many nodes have as many edges.
    order = sorted(
        range(size),
        key=lambda node: (
            kinds[node] == "AUTHOR",
            degree[node] < 2,
            -shared[node],
            -degree[node],
            ids[node].partition("/")[2],
            ids[node],
        ),
    )
    rank = np.empty(size, np.int64)
    rank[order] = np.arange(size)
    # An edge comes in with the later of its ends, so edges up to each rank can be counted.
    comes = np.cumsum(np.bincount(np.maximum(rank[source], rank[target]), minlength=size))
    fitting = int(np.searchsorted(comes, most_edges, side="right"))
    mask: NDArray[np.bool_] = rank < min(most_nodes, fitting)
    return mask


def _best_evidence(evidence: tuple[Support, ...]) -> Iterable[Support]:
    if len(evidence) <= MOST_EVIDENCE:
        return evidence
    # Of what one paper says more than once, the best first; a second sentence of it after other papers'.
    seen: dict[str, int] = {}
    order = []
    for support in sorted(evidence, key=lambda support: -support.score):
        seen[support.paper] = seen.get(support.paper, 0) + 1
        order.append((seen[support.paper], support))
    return [support for _, support in sorted(order, key=lambda row: row[0])[:MOST_EVIDENCE]]


@dataclass(slots=True)
class _Columns:
    """All edges of a graph as numbers: a million of them take some 60 MB."""

    number: dict[str, int]
    columns: dict[str, Any] = field(
        default_factory=lambda: {
            name: array("q")
            for name in ("source", "target", "kind", "support", "confidence", "count", "more")
        }
    )
    evidence: Any = field(default_factory=lambda: array("q"))  #: paper, start, end, rule; one after another
    rules: dict[str, int] = field(default_factory=dict)

    def read(self, edges: Iterable[Edge]) -> None:
        """Take the edges in."""
        kinds = {kind: place for place, kind in enumerate(EDGE_KINDS)}
        number, rules, evidence = self.number, self.rules, self.evidence
        sources, targets, kind, supports, confidence, count, more = self.columns.values()
        for edge in edges:
            sources.append(number[edge.source])
            targets.append(number[edge.target])
            kind.append(kinds[edge.kind])
            supports.append(edge.support)
            confidence.append(int(edge.confidence * 100 + 0.5))
            kept = 0
            for support in _best_evidence(edge.evidence):
                paper = number.get(paper_node(support.paper), -1)
                if paper < 0:
                    continue
                start, end = support.start, support.end
                rule = rules.setdefault(support.rule, len(rules))
                evidence.extend((paper, -1 if start is None else start, -1 if end is None else end, rule))
                kept += 1
            count.append(kept)
            more.append(len(edge.evidence) - kept)

    def ends(self) -> tuple[Ints, Ints]:
        """All sources and all targets."""
        return self._column("source"), self._column("target")

    def _column(self, name: str) -> Ints:
        return np.frombuffer(self.columns[name], np.int64) if self.columns[name] else np.zeros(0, np.int64)

    def chosen(self, inside: NDArray[np.bool_], new: Ints, kept: NDArray[np.bool_]) -> Edges:
        """The edges of a mask, with nodes by their new numbers; evidence from papers that are left out
        goes to `evidence_more`."""
        places = np.flatnonzero(inside)
        source, target = (new[column[places]] for column in self.ends())
        kind = self._column("kind")[places]
        order = np.lexsort((kind, target, source))
        places = places[order]
        count, start = self._column("count"), np.zeros(len(inside) + 1, np.int64)
        np.cumsum(count, out=start[1:])
        rows = (
            np.frombuffer(self.evidence, np.int64).reshape(-1, 4) if self.evidence else np.zeros((0, 4), int)
        )
        # the places of all evidence of the chosen edges, edge by edge
        lengths = count[places]
        edge = np.repeat(np.arange(len(places)), lengths)
        within = np.arange(len(edge)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        rows = rows[start[places][edge] + within]
        there = kept[rows[:, 0]]
        here = np.bincount(edge[there], minlength=len(places))
        first = np.zeros(len(places) + 1, np.int64)
        np.cumsum(here, out=first[1:])
        rows = rows[there]
        return Edges(
            source=source[order],
            target=target[order],
            kind=kind[order],
            support=self._column("support")[places],
            confidence=self._column("confidence")[places],
            first=first,
            evidence_paper=new[rows[:, 0]],
            evidence_start=rows[:, 1],
            evidence_end=rows[:, 2],
            evidence_rule=rows[:, 3],
            evidence_more=self._column("more")[places] + lengths - here,
            rules=tuple(self.rules),
        )
