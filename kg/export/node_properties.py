"""What RDF says about one node by itself: its classes, names and attributes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from kg import schema
from kg.export.iris import Iris, address
from kg.export.ntriples import TRUE, Properties, date, decimal, integer, iri, literal, month, value_of
from kg.export.terms import clean
from kg.linking.names import parse
from kg.records import Entity, Paper, ResultRow

_TYPES: dict[str, Properties] = {
    kind: [(iri("rdf:type"), iri(name)) for name in row.rdf_classes]
    for kind, row in schema.NODE_KINDS.items()
}


def _keys(forms: Iterable[str]) -> Properties:
    """Normal forms of names, by which queries find a node without reading every label."""
    return [(iri("kg:key"), literal(form)) for form in sorted({clean(form) for form in forms} - {""})]


def paper_properties(paper: Paper, *, abstract: bool) -> Properties:
    """A paper's record, with its abstract where that is wanted."""
    title = literal(paper.title)
    properties = [
        *_TYPES["PAPER"],
        (iri("dcterms:identifier"), literal(paper.id)),
        (iri("rdfs:label"), title),
        (iri("dcterms:title"), title),
    ]
    if paper.abstract and abstract:
        properties.append((iri("dcterms:abstract"), literal(paper.abstract)))
    if (issued := date(paper.date)) is not None:
        properties.append((iri("dcterms:issued"), issued))
    if (issued_in := month(paper.date)) is not None:
        properties.append((iri("kg:month"), issued_in))
    if paper.arxiv_id:
        properties.append((iri("fabio:hasArXivId"), literal(paper.arxiv_id)))
    if paper.doi:
        properties.append((iri("bibo:doi"), literal(paper.doi)))
    properties += _linked("schema:url", paper.url)
    properties += [(iri("schema:keywords"), literal(name)) for name in dict.fromkeys(paper.categories)]
    title_key = parse.__wrapped__(paper.title).key  # past its cache: no title comes again
    return [*properties, *_keys([title_key])]


def entity_properties(entity: Entity, keys: Iterable[str]) -> Properties:
    """The names of any other node with their normal forms, and what its kind has besides."""
    name = clean(entity.name)
    label = literal(name)
    properties = [*_TYPES[entity.kind], (iri("rdfs:label"), label), (iri("skos:prefLabel"), label)]
    if len(entity.aliases) > 1 or (entity.aliases and entity.aliases[0][0] != name):
        aliases = sorted({clean(alias) for alias, _ in entity.aliases} - {name, ""})
        properties += [(iri("skos:altLabel"), literal(alias)) for alias in aliases]
    properties += _keys(keys)
    properties += _ADDITIONS.get(entity.kind, _concept)(entity)
    properties.append((iri("kg:paperCount"), integer(entity.papers)))
    return properties


def _linked(property_: str, url: str) -> Properties:
    found = address(url) if url else None
    return [] if found is None else [(iri(property_), found)]


def _concept(entity: Entity) -> Properties:
    """What only entities proper have: a concept of the vocabulary, votes for other types, doubt."""
    properties = _linked("skos:exactMatch", entity.concept)
    for kind, _ in entity.types:
        if kind != entity.kind:
            properties.append((iri("kg:alsoTyped"), iri(schema.NODE_KINDS[kind].rdf_classes[-1])))
    if entity.ambiguous:
        properties.append((iri("kg:ambiguous"), TRUE))
    return properties


def _link_kind(entity: Entity) -> Properties:
    return [(iri("kg:linkKind"), literal(entity.link_kind))] if entity.link_kind else []


def _repository(entity: Entity) -> Properties:
    name = (iri("schema:name"), literal(entity.name))
    return [name, *_linked("schema:codeRepository", entity.url), *_link_kind(entity)]


def _page(entity: Entity) -> Properties:
    name = (iri("schema:name"), literal(entity.name))
    return [name, *_linked("schema:url", entity.url), *_link_kind(entity)]


def _author(entity: Entity) -> Properties:
    return [(iri("foaf:name"), literal(entity.name))]


_ADDITIONS = {"REPOSITORY": _repository, "PAGE": _page, "AUTHOR": _author}


def result_properties(row: ResultRow, iris: Iris) -> Properties:
    """A model evaluation, its number as a number beside the text's own wording."""
    properties = [
        (iri("rdf:type"), iri("mls:ModelEvaluation")),
        (iri("rdf:type"), iri("kg:Result")),
        (iri("kg:resultSubject"), iris.node(row.subject)),
        (iri("kg:metricText"), literal(row.metric_text)),
        (iri("kg:valueText"), literal(row.value)),
        (iri("kg:confidence"), decimal(row.evidence.score)),
    ]
    if row.metric is not None:
        properties.append((iri("mls:specifiedBy"), iris.node(row.metric)))
    if row.number is not None and math.isfinite(row.number):
        properties.append((iri("mls:hasValue"), decimal(row.number)))
    if row.unit:
        properties.append((iri("kg:unit"), literal(row.unit)))
    if row.dataset is not None:
        properties.append((iri("kg:resultDataset"), iris.node(row.dataset)))
    if row.baseline is not None:
        properties.append((iri("kg:resultBaseline"), iris.node(row.baseline)))
    properties.append((iri("prov:wasQuotedFrom"), iris.paper(row.paper)))
    properties.append((iri("prov:wasGeneratedBy"), iris.run))
    return properties


def month_properties(issued_in: str | None, papers: int) -> Properties:
    """A month, and how many papers are of it; None is for those whose month is not known."""
    properties = [
        (iri("rdf:type"), iri("time:ProperInterval")),
        (iri("rdf:type"), iri("kg:Month")),
        (iri("rdfs:label"), literal("no month" if issued_in is None else value_of(issued_in))),
        (iri("kg:paperCount"), integer(papers)),
    ]
    return properties if issued_in is None else [*properties, (iri("kg:month"), issued_in)]
