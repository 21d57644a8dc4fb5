"""A graph as GraphML, flat: networkx, Gephi and yEd read it with its types.

GraphML knows booleans, numbers and strings, no lists and no nothing: lists are joined with " | ", what
is not known is left out. Every attribute has one type in the whole file, declared at its top, so the
file is written in a stream and memory does not grow with the graph.

Gephi takes names from `label`, colours from `r`, `g` and `b`, and the thickness of edges from `weight`;
it tells edges apart by their `id`, which therefore is unique in the whole file. yEd lists every
attribute; choose `label` in its Properties Mapper to see the names.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from kg import schema
from kg.export.base import ExportOptions, ReadableGraph
from kg.export.iris import Iris
from kg.export.terms import clean
from kg.files import atomic_path
from kg.graph.network import result_target
from kg.records import Edge, Entity, Paper, ResultRow, Support, paper_node

SEPARATOR = " | "
Value = str | int | float | bool | list[str] | None

#: Attributes and their types. To add one, add it here and where the values are made below.
NODE_ATTRIBUTES: dict[str, str] = {
    "label": "string",
    "kind": "string",
    "iri": "string",
    "colour": "string",
    "r": "int",
    "g": "int",
    "b": "int",
    "abstract": "string",
    "authors": "string",
    "url": "string",
    "arxiv_id": "string",
    "doi": "string",
    "date": "string",
    "categories": "string",
    "aliases": "string",
    "types": "string",
    "papers": "int",
    "link_kind": "string",
    "concept": "string",
    "ambiguous": "boolean",
}
EDGE_ATTRIBUTES: dict[str, str] = {
    "label": "string",
    "kind": "string",
    "weight": "double",
    "support": "int",
    "confidence": "double",
    "quote": "string",
    "rule": "string",
    "papers": "string",
    "metric": "string",
    "value": "double",
    "unit": "string",
    "baseline": "string",
}

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


def nodes(graph: ReadableGraph, options: ExportOptions) -> Iterator[tuple[str, dict[str, Value]]]:
    """Each node's id and attributes."""
    iris = Iris(options.base)
    for paper in graph.papers():
        yield of_paper(paper, iris, options)
    for entity in graph.entities():
        yield of_entity(entity, iris)


def of_paper(paper: Paper, iris: Iris, options: ExportOptions) -> tuple[str, dict[str, Value]]:
    """A paper's node id and attributes."""
    node_id = paper_node(paper.id)
    return node_id, {**_node("PAPER", paper.title, iris.node(node_id)[1:-1]), **_paper(paper, options)}


def of_entity(entity: Entity, iris: Iris) -> tuple[str, dict[str, Value]]:
    """Another node's id and attributes."""
    return entity.id, {**_node(entity.kind, entity.name, iris.node(entity.id)[1:-1]), **_entity(entity)}


def _node(kind: str, label: str, iri: str) -> dict[str, Value]:
    row = schema.NODE_KINDS[kind]
    red, green, blue = bytes.fromhex(row.colour[1:])
    return {
        "label": label,
        "kind": row.label,
        "iri": iri,
        "colour": row.colour,
        "r": red,
        "g": green,
        "b": blue,
    }


def _paper(paper: Paper, options: ExportOptions) -> dict[str, Value]:
    return {
        "abstract": paper.abstract if options.abstracts else None,
        "authors": list(paper.authors),
        "url": paper.url,
        "arxiv_id": paper.arxiv_id,
        "doi": paper.doi,
        "date": paper.date,
        "categories": list(paper.categories),
    }


def _entity(entity: Entity) -> dict[str, Value]:
    return {
        "aliases": sorted({alias for alias, _ in entity.aliases} - {entity.name}),
        "types": [f"{kind} {count}" for kind, count in entity.types],
        "papers": entity.papers,
        "url": entity.url,
        "link_kind": entity.link_kind,
        "concept": entity.concept,
        "ambiguous": entity.ambiguous or None,
    }


def edges(graph: ReadableGraph) -> Iterator[tuple[str, str, str, dict[str, Value]]]:
    """Each edge's source, target, id and attributes.

    A statement has the id of its RDF statement. A result is an edge as well, from what was
    measured to its data set, else to its metric, else to its paper.
    """
    for edge in graph.edges():
        yield of_edge(edge)
    for row in graph.results():
        yield of_result(row)


_IRIS = Iris(ExportOptions().base)


def edge_id(source: str, kind: str, target: str) -> str:
    """The id of an edge's RDF statement, without the base."""
    return _IRIS.statement(source, kind, target)[1:-1].rpartition("/")[2]


def of_edge(edge: Edge) -> tuple[str, str, str, dict[str, Value]]:
    """An edge's source, target, id and attributes."""
    return edge.source, edge.target, edge_id(edge.source, edge.kind, edge.target), _edge(edge)


def of_result(row: ResultRow) -> tuple[str, str, str, dict[str, Value]]:
    """The same for a result."""
    return row.subject, result_target(row), row.id, _result(row)


def _edge(edge: Edge) -> dict[str, Value]:
    best = best_support(edge.evidence)
    return {
        "label": schema.EDGE_KINDS[edge.kind].label,
        "kind": edge.kind,
        "weight": float(edge.support),
        "support": edge.support,
        "confidence": float(edge.confidence),
        "quote": best.quote if best else None,
        "rule": best.rule if best else None,
        "papers": list(dict.fromkeys(support.paper for support in edge.evidence)),
    }


def _result(row: ResultRow) -> dict[str, Value]:
    return {
        "label": f"{row.metric_text} {row.value}",
        "kind": "result",
        "weight": 1.0,
        "support": 1,
        "confidence": float(row.evidence.score),
        "quote": row.evidence.quote,
        "rule": row.evidence.rule,
        "papers": [row.paper],
        "metric": row.metric_text,
        "value": row.number if row.number is not None and math.isfinite(row.number) else None,
        "unit": row.unit,
        "baseline": row.baseline,
    }


def best_support(evidence: tuple[Support, ...]) -> Support | None:
    """The evidence with the highest score that has a quote; of equals, the first."""
    quoted = [support for support in evidence if support.quote]
    return max(quoted, key=lambda support: support.score) if quoted else None


def flat(values: Mapping[str, Value]) -> dict[str, str | int | float | bool]:
    """What GraphML can carry of these values, without a character that XML forbids.

    >>> flat({"aliases": ["LLM", "LLMs"], "date": None, "papers": 3})
    {'aliases': 'LLM | LLMs', 'papers': 3}
    """
    found: dict[str, str | int | float | bool] = {}
    for name, value in values.items():
        if isinstance(value, list):
            value = SEPARATOR.join(value)
        if isinstance(value, str):
            value = clean(value)
        if value is not None and value != "":
            found[name] = value
    return found


def lines(graph: ReadableGraph, options: ExportOptions) -> Iterator[str]:
    """The lines of a GraphML document."""
    yield _HEAD
    for scope, attributes in (("node", NODE_ATTRIBUTES), ("edge", EDGE_ATTRIBUTES)):
        for name, type_ in attributes.items():
            yield f'<key id="{scope}-{name}" for="{scope}" attr.name="{name}" attr.type="{type_}"/>\n'
    yield '<graph id="kg" edgedefault="directed">\n'
    yield from map(node_line, nodes(graph, options))
    yield from map(edge_line, edges(graph))
    yield f"{END}</graphml>\n"


#: What stands behind the last edge.
END = "</graph>\n"


def node_line(node: tuple[str, dict[str, Value]]) -> str:
    """A node as GraphML; `node_head` is how it begins."""
    node_id, attributes = node
    return f"{node_head(node_id)}{_data('node', attributes)}</node>\n"


def edge_line(edge: tuple[str, str, str, dict[str, Value]]) -> str:
    """An edge as GraphML; `edge_head` is how it begins."""
    source, target, id_, attributes = edge
    ends = f"source={_attribute(source)} target={_attribute(target)}"
    return f"{edge_head(id_)}{ends}>{_data('edge', attributes)}</edge>\n"


def node_head(node_id: str) -> str:
    """How a node begins."""
    return f"<node id={_attribute(node_id)}>"


def edge_head(edge_id: str) -> str:
    """How an edge begins."""
    return f"<edge id={_attribute(edge_id)} "


def _data(scope: str, attributes: Mapping[str, Value]) -> str:
    return "".join(
        f'<data key="{scope}-{name}">{_text(value)}</data>' for name, value in flat(attributes).items()
    )


def _text(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # a parser turns a bare carriage return into a line feed
        return escape(value, {"\r": "&#13;"})
    return repr(value)


def _attribute(text: str) -> str:
    return quoteattr(clean(text))


def write_graphml(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.graphml."""
    with atomic_path(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(graph, options))
