"""Where each statement comes from: statements, the annotations that support them, and texts.

A statement is the direct triple once more as a resource of its own (plain reification, which every RDF
tool reads), with its support and confidence and the papers it was quoted from. Evidence is a Web
Annotation: its body is the statement or result, its target a stretch of a paper's text, selected by
position and by quote (W3C Web Annotation Data Model, sections 4.2.4 and 4.2.5). Statements that share a
sentence share its selectors.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from kg import schema
from kg.export.iris import Iris
from kg.export.terms import clean, decimal, integer, literal, term
from kg.records import Edge, Paper, ResultRow, Support, paper_node

Properties = list[tuple[NamedNode, NamedNode | Literal]]
Block = tuple[NamedNode, Properties]

#: Characters of context that a quote selector carries on either side.
CONTEXT = 32

#: Edges that repeat a paper's record. No text is their evidence, so a statement would add nothing but size.
_FROM_RECORDS = frozenset({"written_by"})


class Spans:
    """The stretches of each paper's text that support anything, gathered as statements are written."""

    def __init__(self) -> None:
        self._by_paper: dict[str, set[tuple[int, int]]] = {}

    def add(self, paper: str, start: int, end: int) -> None:
        """Take note of a stretch."""
        self._by_paper.setdefault(paper, set()).add((start, end))

    def of(self, paper: str) -> list[tuple[int, int]]:
        """The stretches of a paper's text, in text order."""
        return sorted(self._by_paper.get(paper, ()))


def text_blocks(paper: Paper, spans: Spans, iris: Iris) -> Iterator[Block]:
    """A paper's text, and the stretches of it that support anything."""
    ordered = spans.of(paper.id)
    if not ordered:
        return
    source = iris.text(paper.id)
    text = clean(paper.text)
    yield (
        source,
        [
            (term("rdf:type"), term("dctype:Text")),
            (term("dcterms:isPartOf"), iris.node(paper_node(paper.id))),
        ],
    )
    for start, end in ordered:
        target = iris.span(paper.id, start, end)
        position, quote = iris.selector("position", target), iris.selector("quote", target)
        yield (
            target,
            [
                (term("rdf:type"), term("oa:SpecificResource")),
                (term("oa:hasSource"), source),
                (term("oa:hasSelector"), position),
                (term("oa:hasSelector"), quote),
            ],
        )
        yield (
            position,
            [
                (term("rdf:type"), term("oa:TextPositionSelector")),
                (term("oa:start"), integer(start)),
                (term("oa:end"), integer(end)),
            ],
        )
        yield (
            quote,
            [
                (term("rdf:type"), term("oa:TextQuoteSelector")),
                (term("oa:exact"), Literal(text[start:end])),
                *_context("oa:prefix", text[max(0, start - CONTEXT) : start]),
                *_context("oa:suffix", text[end : end + CONTEXT]),
            ],
        )


def _context(property_: str, words: str) -> Properties:
    """Words before or after a quote; nothing where the text begins or ends there."""
    return [(term(property_), Literal(words))] if words else []


def statement_blocks(edges: Iterable[Edge], iris: Iris, spans: Spans | None) -> Iterator[Block]:
    """A statement for each edge; with `spans` to gather, each followed by the annotations that support it."""
    for edge in edges:
        if edge.kind in _FROM_RECORDS:
            continue
        statement = iris.statement(edge)
        yield (
            statement,
            [
                (term("rdf:type"), term("rdf:Statement")),
                (term("rdf:subject"), iris.node(edge.source)),
                (term("rdf:predicate"), term(schema.EDGE_KINDS[edge.kind].rdf_property)),
                (term("rdf:object"), iris.node(edge.target)),
                (term("kg:support"), integer(edge.support)),
                (term("kg:confidence"), decimal(edge.confidence)),
                *_quoted(edge.evidence, iris),
                (term("prov:wasGeneratedBy"), iris.run),
            ],
        )
        if spans is not None:
            yield from annotation_blocks(statement, edge.evidence, iris, spans)


def _quoted(evidence: Iterable[Support], iris: Iris) -> Properties:
    papers = dict.fromkeys(support.paper for support in evidence)
    return [(term("prov:wasQuotedFrom"), iris.node(paper_node(paper))) for paper in papers]


def annotation_blocks(
    body: NamedNode, evidence: Iterable[Support], iris: Iris, spans: Spans
) -> Iterator[Block]:
    """An annotation for each stretch of text that supports a statement or a result."""
    seen: set[NamedNode] = set()
    for support in evidence:
        annotation = iris.evidence(body, support)
        if support.start is None or support.end is None or annotation in seen:
            continue
        seen.add(annotation)
        spans.add(support.paper, support.start, support.end)
        yield (
            annotation,
            [
                (term("rdf:type"), term("oa:Annotation")),
                (term("oa:hasBody"), body),
                (term("oa:hasTarget"), iris.span(support.paper, support.start, support.end)),
                (term("kg:rule"), literal(support.rule)),
                (term("kg:score"), decimal(support.score)),
            ],
        )


def result_blocks(results: Iterable[ResultRow], iris: Iris, spans: Spans | None) -> Iterator[Block]:
    """A model evaluation for each result, its number as a number beside the text's own wording."""
    for row in results:
        subject = iris.node(row.id)
        properties: Properties = [
            (term("rdf:type"), term("mls:ModelEvaluation")),
            (term("rdf:type"), term("kg:Result")),
            (term("kg:resultSubject"), iris.node(row.subject)),
            (term("kg:metricText"), literal(row.metric_text)),
            (term("kg:valueText"), literal(row.value)),
        ]
        if row.metric is not None:
            properties.append((term("mls:specifiedBy"), iris.node(row.metric)))
        if row.number is not None and math.isfinite(row.number):
            properties.append((term("mls:hasValue"), decimal(row.number)))
        if row.unit:
            properties.append((term("kg:unit"), literal(row.unit)))
        if row.dataset is not None:
            properties.append((term("kg:resultDataset"), iris.node(row.dataset)))
        if row.baseline is not None:
            properties.append((term("kg:resultBaseline"), iris.node(row.baseline)))
        properties.append((term("prov:wasQuotedFrom"), iris.node(paper_node(row.paper))))
        properties.append((term("prov:wasGeneratedBy"), iris.run))
        yield subject, properties
        if spans is not None:
            yield from annotation_blocks(subject, (row.evidence,), iris, spans)
