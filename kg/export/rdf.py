"""A graph as RDF: what is said about each node, statement and result, subject by subject.

`blocks` gives the whole graph as blocks, each a subject with its properties, in a fixed order: papers,
other nodes, results, statements with their evidence, the stretches of text that these point to, and last
the description of the graph itself.
`kg.export.rdf_files` writes them. Nothing is a blank node, so that two graphs can be compared line by
line. Which terms are used, and why, is told in `kg/ontology/ontology.ttl`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeVar

from pyoxigraph import Literal, NamedNode

from kg import schema
from kg.errors import UsageError
from kg.export.base import PROVENANCE, ExportOptions, ReadableGraph
from kg.export.description import Tally, description
from kg.export.iris import Iris, address
from kg.export.provenance import Spans, result_blocks, statement_blocks, text_blocks
from kg.export.terms import TRUE, clean, date, integer, literal, term
from kg.linking.names import normal_form
from kg.records import Edge, Entity, Paper, paper_node

Properties = list[tuple[NamedNode, NamedNode | Literal]]
Block = tuple[NamedNode, Properties]
Node = TypeVar("Node", Paper, Entity)


def blocks(graph: ReadableGraph, options: ExportOptions) -> Iterator[Block]:
    """The graph, subject by subject; no two blocks state the same triple.

    Raises UsageError where the options make no sense.
    """
    if options.provenance not in PROVENANCE:
        raise UsageError(
            f"no provenance is called {options.provenance!r}", hint="choose one of " + ", ".join(PROVENANCE)
        )
    iris = Iris(options.base)
    tally = Tally()
    for block in _content(graph, options, iris):
        tally.add(block)
        yield block
    yield from description(tally, iris, options)


def _content(graph: ReadableGraph, options: ExportOptions, iris: Iris) -> Iterator[Block]:
    for paper, edges in _with_edges(graph.papers(), graph.edges(), lambda paper: paper_node(paper.id)):
        yield (
            iris.node(paper_node(paper.id)),
            [*_paper(paper, abstract=options.abstracts), *_edges(edges, iris)],
        )
    for entity, edges in _with_edges(graph.entities(), graph.edges(), lambda entity: entity.id):
        yield iris.node(entity.id), [*_entity(entity), *_edges(edges, iris)]
    spans = Spans() if options.provenance == "span" else None
    yield from result_blocks(graph.results(), iris, spans)
    if options.provenance != "none":
        yield from statement_blocks(graph.edges(), iris, spans)
    if spans is not None:
        for paper in graph.papers():
            yield from text_blocks(paper, spans, iris)


def _with_edges(
    nodes: Iterable[Node], edges: Iterable[Edge], id_of: Callable[[Node], str]
) -> Iterator[tuple[Node, Iterable[Edge]]]:
    """Each node with the edges that leave it; both come sorted, so one pass over each will do."""
    groups = groupby(edges, key=lambda edge: edge.source)
    group = next(groups, None)
    for node in nodes:
        node_id = id_of(node)
        while group is not None and group[0] < node_id:
            group = next(groups, None)
        if group is not None and group[0] == node_id:
            yield node, group[1]
        else:
            yield node, ()


def _edges(edges: Iterable[Edge], iris: Iris) -> Properties:
    """The direct triples of edges that leave one node.

    A role also gives schema:mentions, so that "which papers have to do with X" is one pattern.
    """
    properties: Properties = []
    mentioned: dict[NamedNode, None] = {}
    for edge in edges:
        target = iris.node(edge.target)
        properties.append((term(schema.EDGE_KINDS[edge.kind].rdf_property), target))
        if edge.kind in schema.ROLES:
            mentioned[target] = None
    properties += [(term("schema:mentions"), target) for target in mentioned]
    return properties


def _types(kind: str) -> Properties:
    return [(term("rdf:type"), term(name)) for name in schema.NODE_KINDS[kind].rdf_classes]


def _keys(*names: str) -> list[str]:
    """Normal forms of names, by which queries find a node without reading every label."""
    return sorted({clean(normal_form(name)) for name in names} - {""})


def _paper(paper: Paper, *, abstract: bool) -> Properties:
    properties = _types("PAPER")
    properties.append((term("dcterms:identifier"), literal(paper.id)))
    title = literal(paper.title)
    properties.append((term("rdfs:label"), title))
    properties.append((term("dcterms:title"), title))
    if paper.abstract and abstract:
        properties.append((term("dcterms:abstract"), literal(paper.abstract)))
    if (issued := date(paper.date)) is not None:
        properties.append((term("dcterms:issued"), issued))
    if paper.arxiv_id:
        properties.append((term("fabio:hasArXivId"), literal(paper.arxiv_id)))
    if paper.doi:
        properties.append((term("bibo:doi"), literal(paper.doi)))
    if (url := address(paper.url)) is not None:
        properties.append((term("schema:url"), url))
    for category in dict.fromkeys(paper.categories):
        properties.append((term("schema:keywords"), literal(category)))
    properties += [(term("kg:key"), Literal(key)) for key in _keys(paper.title)]
    return properties


def _entity(entity: Entity) -> Properties:
    properties = _types(entity.kind)
    name = clean(entity.name)
    properties.append((term("rdfs:label"), Literal(name)))
    properties.append((term("skos:prefLabel"), Literal(name)))
    for alias in sorted({clean(alias) for alias, _ in entity.aliases} - {name, ""}):
        properties.append((term("skos:altLabel"), Literal(alias)))
    for key in _keys(entity.name, *(alias for alias, _ in entity.aliases)):
        properties.append((term("kg:key"), Literal(key)))
    properties += _ADDITIONS.get(entity.kind, _concept)(entity)
    properties.append((term("kg:paperCount"), integer(entity.papers)))
    return properties


def _concept(entity: Entity) -> Properties:
    """What only entities proper have: a concept of the vocabulary, votes for other types, doubt."""
    properties: Properties = []
    if (concept := address(entity.concept)) is not None:
        properties.append((term("skos:exactMatch"), concept))
    for kind, _ in entity.types:
        if kind != entity.kind:
            properties.append((term("kg:alsoTyped"), term(schema.NODE_KINDS[kind].rdf_classes[-1])))
    if entity.ambiguous:
        properties.append((term("kg:ambiguous"), TRUE))
    return properties


def _repository(entity: Entity) -> Properties:
    return [(term("schema:name"), literal(entity.name)), *_linked(entity, "schema:codeRepository")]


def _page(entity: Entity) -> Properties:
    return [(term("schema:name"), literal(entity.name)), *_linked(entity, "schema:url")]


def _linked(entity: Entity, property_: str) -> Properties:
    properties: Properties = []
    if (url := address(entity.url)) is not None:
        properties.append((term(property_), url))
    if entity.link_kind:
        properties.append((term("kg:linkKind"), literal(entity.link_kind)))
    return properties


def _author(entity: Entity) -> Properties:
    return [(term("foaf:name"), literal(entity.name))]


_ADDITIONS = {"REPOSITORY": _repository, "PAGE": _page, "AUTHOR": _author}
