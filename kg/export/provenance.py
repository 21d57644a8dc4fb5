"""Where each statement comes from: the statement as a resource, and the evidence in the papers' texts.

A statement is the direct triple once more as a resource of its own (plain reification, which every RDF
tool reads), with its support and confidence and the papers it was quoted from. Evidence is a Web
Annotation: its bodies are the statements and results that one rule read in one stretch of a paper's text,
its target that stretch, selected by position and by quote (W3C Web Annotation Data Model, sections 3.2.8,
4.2.4 and 4.2.5). One annotation serves all that a rule read there, and one pair of selectors all rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import schema
from kg.export.edge_rows import EdgeRow, Place
from kg.export.iris import Iris
from kg.export.ntriples import Properties, decimal, integer, iri, literal
from kg.export.terms import clean
from kg.records import Paper

#: A stretch of a paper's text, and what read it.
Reading = tuple[int, int, str]

#: Characters of context that a quote selector carries on either side.
CONTEXT = 32

#: Edges that repeat a paper's record. No text is their evidence, so a statement would add nothing but size.
FROM_RECORDS = frozenset({"written_by"})

# looked up once: a graph has millions of these
_STATEMENT, _ANNOTATION, _SPAN, _POSITION, _QUOTE, _TEXT = (
    (iri("rdf:type"), iri(name))
    for name in (
        "rdf:Statement",
        "oa:Annotation",
        "oa:SpecificResource",
        "oa:TextPositionSelector",
        "oa:TextQuoteSelector",
        "dctype:Text",
    )
)
_SUBJECT, _PREDICATE, _OBJECT = iri("rdf:subject"), iri("rdf:predicate"), iri("rdf:object")
_SUPPORT, _CONFIDENCE, _RULE = iri("kg:support"), iri("kg:confidence"), iri("kg:rule")
_QUOTED_FROM, _GENERATED_BY = iri("prov:wasQuotedFrom"), iri("prov:wasGeneratedBy")
_BODY, _TARGET, _SOURCE, _SELECTOR = (
    iri(f"oa:{name}") for name in ("hasBody", "hasTarget", "hasSource", "hasSelector")
)
_START, _END, _EXACT, _PREFIX, _SUFFIX = (
    iri(f"oa:{name}") for name in ("start", "end", "exact", "prefix", "suffix")
)

_PROPERTY = {kind: iri(row.rdf_property) for kind, row in schema.EDGE_KINDS.items()}


def statement_properties(edge: EdgeRow, papers: Iterable[str], iris: Iris) -> Properties:
    """What is said of the statement that an edge makes, and that these papers support."""
    return [
        _STATEMENT,
        (_SUBJECT, iris.node(edge.source)),
        (_PREDICATE, _PROPERTY[edge.kind]),
        (_OBJECT, iris.node(edge.target)),
        (_SUPPORT, integer(edge.support)),
        (_CONFIDENCE, decimal(edge.confidence)),
        *[(_QUOTED_FROM, paper) for paper in papers],
        (_GENERATED_BY, iris.run),
    ]


def quoted_papers(edge: EdgeRow, iris: Iris) -> list[str]:
    """The papers that say so, each once."""
    if len(edge.evidence) == 1:
        return [iris.paper(edge.evidence[0].paper)]
    return [iris.paper(paper) for paper in dict.fromkeys(place.paper for place in edge.evidence)]


class Readings:
    """What supports statements and results in one paper's text: where, and which of them."""

    def __init__(self, paper: Paper, iris: Iris, elsewhere: Iterable[Reading]) -> None:
        """`elsewhere`: the readings that speak of edges which stand with other nodes."""
        self._paper = paper
        self._iris = iris
        self._bodies: dict[Reading, dict[str, None]] = {reading: {} for reading in elsewhere}

    def add(self, body: str, places: Iterable[Place]) -> None:
        """Take note that a statement or result is read in these places of the paper."""
        for _, start, end, rule in places:
            if start is not None and end is not None:
                self._bodies.setdefault((start, end, rule), {})[body] = None

    def blocks(self) -> Iterator[tuple[str, Properties]]:
        """The annotations, the stretches that they point to, and the text that these are of."""
        if not self._bodies:
            return
        paper, iris = self._paper, self._iris
        source, text = iris.text(paper.id), clean(paper.text)
        yield (
            source,
            [_TEXT, (iri("dcterms:isPartOf"), iris.paper(paper.id))],
        )
        before = None
        for start, end, rule in sorted(self._bodies):
            yield (
                iris.evidence(paper.id, start, end, rule),
                [
                    _ANNOTATION,
                    *[(_BODY, body) for body in self._bodies[start, end, rule]],
                    (_TARGET, iris.span(paper.id, start, end)),
                    (_RULE, literal(rule)),
                ],
            )
            if (start, end) != before:
                yield from _span(paper.id, source, text, start, end, iris)
            before = start, end


def _span(
    paper_id: str, source: str, text: str, start: int, end: int, iris: Iris
) -> Iterator[tuple[str, Properties]]:
    """A stretch of a text with its two selectors."""
    position = iris.span(paper_id, start, end, part="position")
    quote = iris.span(paper_id, start, end, part="quote")
    yield (
        iris.span(paper_id, start, end),
        [
            _SPAN,
            (_SOURCE, source),
            (_SELECTOR, position),
            (_SELECTOR, quote),
        ],
    )
    yield (
        position,
        [
            _POSITION,
            (_START, integer(start)),
            (_END, integer(end)),
        ],
    )
    properties = [
        _QUOTE,
        (_EXACT, literal(text[start:end])),
    ]
    # nothing where the text begins or ends there
    if prefix := text[max(0, start - CONTEXT) : start]:
        properties.append((_PREFIX, literal(prefix)))
    if suffix := text[end : end + CONTEXT]:
        properties.append((_SUFFIX, literal(suffix)))
    yield quote, properties
