"""A graph as RDF: what is said about each node, statement and result, subject by subject.

`blocks` gives the whole graph as blocks, each a subject with some of its properties, in a fixed order: node
by node, by id, and with each node the statements about it; with each paper also its results and the
stretches of its text that support anything; behind them, what follows from the graph as a whole: the months,
what is said in sum, and the description of the graph itself. So one pass over the tables is enough, and what
belongs together stands together.

A block also says in which named graphs it stands, for the formats that have such: a paper's graph, named
by the paper's IRI, holds what that paper says: its record, the statements it supports, its results, its
text and the evidence in it. What several papers share stands in the default graph: what other nodes are,
and what follows from names and vocabularies alone. A statement that several papers support stands in the
graph of each. Formats without named graphs state it once.

Nothing is a blank node, so that two graphs can be compared line by line. Which terms are used, and why,
is told in `kg/ontology/ontology.ttl`. All terms are text, see `kg.export.ntriples`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Generic, TypeVar

import pyarrow as pa

from kg import schema
from kg.errors import UsageError
from kg.export.base import PROVENANCE, ExportOptions, ReadableGraph
from kg.export.description import Tally, description
from kg.export.edge_rows import EdgeRow, Place, edge_rows, shared_places
from kg.export.iris import Iris
from kg.export.node_properties import (
    entity_properties,
    month_properties,
    paper_properties,
    result_properties,
)
from kg.export.ntriples import Properties, iri, month, value_of
from kg.export.provenance import FROM_RECORDS, Reading, Readings, quoted_papers, statement_properties
from kg.export.summaries import summaries
from kg.graph.tables import entity_keys
from kg.records import Entity, Paper, Redirect, ResultRow, paper_node

#: A subject, its properties, and the named graphs in which they stand: none is the default graph.
Block = tuple[str, Properties, tuple[str, ...]]

Row = TypeVar("Row")

#: Edges that no text states: they follow from names and vocabularies, whichever paper these were met in.
_SHARED = frozenset(schema.OTHER_EDGES) - FROM_RECORDS

_PROPERTY = {kind: iri(row.rdf_property) for kind, row in schema.EDGE_KINDS.items()}
_MENTIONS, _BODY = iri("schema:mentions"), iri("oa:hasBody")
_SAME_AS, _NEWCOMER = iri("owl:sameAs"), iri("kg:newcomer")


def blocks(graph: ReadableGraph, options: ExportOptions) -> Iterator[Block]:
    """The graph, subject by subject; no two blocks state the same triple.

    Raises UsageError where the options make no sense.
    """
    tally = Tally()
    for _, unit in units(graph, options):
        for block in unit:
            tally.add(block[1])
            yield block
    yield from tail(graph, options, tally)


def units(graph: ReadableGraph, options: ExportOptions) -> Iterator[tuple[str, Iterator[Block]]]:
    """The blocks of each node in turn, with the node's id; in order of the ids.

    What they say follows from the node's own rows alone: the paper or entity, the edges that leave it, those
    of which its text is evidence, its results and its ids of other days. So after a small change to a graph
    most are the same (`kg.export.rdf_change`). Raises UsageError where the options make no sense.
    """
    if options.provenance not in PROVENANCE:
        raise UsageError(
            f"no provenance is called {options.provenance!r}", hint="choose one of " + ", ".join(PROVENANCE)
        )
    return _Content(graph, options, Iris(options.base)).units()


def tail(graph: ReadableGraph, options: ExportOptions, tally: Tally) -> Iterator[Block]:
    """What stands behind all nodes and follows from the graph as a whole; `tally` counts all nodes' blocks.

    The first block, if there are any papers, is a month's.
    """
    iris = Iris(options.base)
    for block in _Content(graph, options, iris).tail():
        tally.add(block[1])
        yield block
    for subject, properties in description(tally, iris, options):
        yield subject, properties, ()


def first_of_tail(graph: ReadableGraph, options: ExportOptions) -> str | None:
    """The subject of the tail's first block; None where there are no papers."""
    starts = {date[: len("2025-06")] for date in _dates(graph)}
    months = [month(start) for start in starts]
    if not months:
        return None
    known = [value_of(of) for of in months if of is not None]
    return Iris(options.base).month(min(known) if len(known) == len(months) else "none")


class _Following(Generic[Row]):
    """Rows that belong to nodes, in the nodes' order, so that one pass over each will do."""

    def __init__(self, rows: Iterable[tuple[str, Row]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, key: str) -> list[Row]:
        """The rows of a node; to be asked for in order."""
        while self._next is not None and self._next[0] < key:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != key:
            return []
        rows = [row for _, row in self._next[1]]
        self._next = next(self._groups, None)
        return rows


def _entity_keys(graph: ReadableGraph) -> Iterator[Collection[str]]:
    """What each entity is found by: the tables know it, and making it anew takes as long as all the rest."""
    stored = getattr(graph, "entity_keys", None)
    keys: Iterable[Collection[str]] = stored() if stored else map(entity_keys, graph.entities())
    yield from keys


def _dates(graph: ReadableGraph) -> Iterator[str]:
    """The dates of all papers."""
    stored = getattr(graph, "paper_dates", None)
    return (date for _, date in stored()) if stored else (paper.date for paper in graph.papers())


def _other_ids(graph: ReadableGraph) -> Iterator[tuple[str, str]]:
    """Each node's ids of other days, by node."""
    redirects: Iterable[Redirect] = getattr(graph, "redirects", tuple)()
    return ((redirect.node, redirect.id) for redirect in redirects)


class _Content:
    """Everything but the description of the graph itself."""

    def __init__(self, graph: ReadableGraph, options: ExportOptions, iris: Iris) -> None:
        self._graph = graph
        self._options = options
        self._iris = iris
        self._statements = options.provenance != "none"
        self._spans = options.provenance == "span"

    def units(self) -> Iterator[tuple[str, Iterator[Block]]]:
        """Each node's id with its blocks, by id; each node's blocks are to be taken before the next node."""
        edges = _Following((edge.source, edge) for edge in edge_rows(self._graph))
        results = _Following((row.paper, row) for row in self._graph.results())
        elsewhere: _Following[Reading] = _Following(shared_places(self._graph) if self._spans else ())
        papers = ((paper_node(paper.id), paper) for paper in self._graph.papers())
        entities = ((entity.id, entity) for entity in self._graph.entities())
        nodes: Iterable[tuple[str, Paper | Entity]] = merge(papers, entities, key=itemgetter(0))
        keys = _entity_keys(self._graph)
        others: _Following[str] = _Following(_other_ids(self._graph))
        for node_id, node in nodes:
            if isinstance(node, Paper):
                readings = Readings(node, self._iris, elsewhere.of(node.id))
                yield node_id, self._paper(node, edges.of(node_id), results.of(node.id), readings)
            else:
                yield node_id, self._entity(node, next(keys), edges.of(node_id), others.of(node_id))

    def tail(self) -> Iterator[Block]:
        """What is said of the graph as a whole: its months, then what is said of nodes in sum."""
        pa.default_memory_pool().release_unused()  # what reading all tables took
        found = summaries(self._graph, self._iris, statements=self._statements)
        for of, count in found.months.items():
            new = [(_NEWCOMER, self._iris.node(id_)) for id_ in found.newcomers.get(of, ())]
            properties = month_properties(month(of), count)
            yield self._iris.month(of or "none"), [*properties, *new], ()
        for subject, said in found.blocks():
            yield subject, said, ()

    def _paper(
        self, paper: Paper, edges: list[EdgeRow], results: list[ResultRow], readings: Readings
    ) -> Iterator[Block]:
        """A paper, the statements about it, its results, and the evidence in its text."""
        iris = self._iris
        subject = iris.paper(paper.id)
        graphs = (subject,)
        properties = paper_properties(paper, abstract=self._options.abstracts)
        yield subject, [*properties, *self._direct(edges)], graphs
        for edge in edges:
            yield from self._statement(edge, paper.id, readings)
        for row in results:
            result = iris.node(row.id)
            yield result, result_properties(row, iris), graphs
            evidence = row.evidence
            readings.add(result, [Place(paper.id, evidence.start, evidence.end, evidence.rule)])
        if self._spans:
            for part, said in readings.blocks():
                yield part, said, graphs

    def _direct(self, edges: Iterable[EdgeRow]) -> Properties:
        """The direct triples of edges that leave a paper.

        A role also gives schema:mentions, so that "which papers have to do with X" is one pattern.
        """
        node = self._iris.node
        properties = [(_PROPERTY[edge.kind], node(edge.target)) for edge in edges]
        named = dict.fromkeys(edge.target for edge in edges if edge.kind in schema.ROLES)
        return [*properties, *[(_MENTIONS, node(target)) for target in named]]

    def _entity(
        self, entity: Entity, keys: Collection[str], edges: list[EdgeRow], others: list[str]
    ) -> Iterator[Block]:
        """Any other node, with the ids that it also answers to, and the statements about it."""
        subject = self._iris.node(entity.id)
        properties = [
            *entity_properties(entity, keys),
            *[(_SAME_AS, self._iris.node(other)) for other in others],
        ]
        if not edges:
            yield subject, properties, ()
            return
        shared = [edge for edge in edges if edge.kind in _SHARED]
        yield subject, [*properties, *self._direct(shared)], ()
        for edge in edges:
            if edge.kind not in _SHARED:
                direct = [(_PROPERTY[edge.kind], self._iris.node(edge.target))]
                yield subject, direct, tuple(quoted_papers(edge, self._iris))
        for edge in edges:
            yield from self._statement(edge, "", None)

    def _statement(self, edge: EdgeRow, paper: str, readings: Readings | None) -> Iterator[Block]:
        """An edge's statement; evidence in the text of the paper that the edge leaves goes to `readings`."""
        if not self._statements or edge.kind in FROM_RECORDS:
            return
        iris = self._iris
        statement = iris.statement(edge.source, edge.kind, edge.target)
        papers = tuple(quoted_papers(edge, iris))
        yield statement, statement_properties(edge, papers, iris), () if edge.kind in _SHARED else papers
        if not self._spans:
            return
        if readings is not None:
            readings.add(statement, [place for place in edge.evidence if place.paper == paper])
        annotations = {
            (iris.evidence(place.paper, place.start, place.end, place.rule), iris.paper(place.paper))
            for place in edge.evidence
            if place.paper != paper and place.start is not None and place.end is not None
        }
        for annotation, other in sorted(annotations):
            yield annotation, [(_BODY, statement)], (other,)
