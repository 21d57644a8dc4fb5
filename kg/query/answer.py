"""What a query gives: rows of terms or triples, and how they are written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse_query_results,
    serialize,
)

from kg import schema
from kg.errors import QueryError
from kg.export.base import ExportOptions
from kg.export.terms import PREFIXES

#: How answers can be written. To add one that the W3C defines, name pyoxigraph's format here.
FORMATS: dict[str, QueryResultsFormat | None] = {
    "table": None,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}

#: How the triples of CONSTRUCT and DESCRIBE are written; rows' formats by the format nearest to them.
TRIPLE_FORMATS: dict[str, RdfFormat] = {
    "table": RdfFormat.TURTLE,
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "json": RdfFormat.JSON_LD,
    "jsonld": RdfFormat.JSON_LD,
    "xml": RdfFormat.RDF_XML,
    "rdf": RdfFormat.RDF_XML,
}

#: The namespaces that triples may be shortened by: the vocabularies', and those of the graph's own nodes.
_NAMESPACES = PREFIXES | {
    kind.label: f"{ExportOptions().base}{kind.label}/" for kind in schema.ENTITY_TYPES.values()
}

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a query gives: rows of terms, or triples."""

    columns: tuple[str, ...]  #: empty where the query gives triples
    terms: tuple[tuple[Term | None, ...], ...]  #: a row a solution
    triples: tuple[Triple, ...] = ()
    boolean: bool | None = None  #: the answer of an ASK query
    notes: tuple[str, ...] = ()  #: what to know about how the parameters were understood

    @cached_property
    def rows(self) -> list[list[str]]:
        """The rows as people read them: literals by their text, IRIs in full, nothing as the empty string."""
        return [["" if term is None else _shown(term) for term in row] for row in self.terms]

    def serialise(self, format_: str) -> bytes:
        """The answer in one of FORMATS, as the W3C defines them; triples as Turtle, JSON-LD or RDF/XML.

        Raises QueryError where the format cannot carry the answer.
        """
        if not self.columns:
            if format_ not in TRIPLE_FORMATS:
                raise QueryError(
                    f"{format_} cannot carry triples", hint="choose one of " + ", ".join(TRIPLE_FORMATS)
                )
            written = serialize(self.triples, format=TRIPLE_FORMATS[format_], prefixes=self._prefixes())
            return cast(bytes, written)
        if format_ == "table":
            return "".join("\t".join(row) + "\n" for row in [list(self.columns), *self.rows]).encode()
        if (chosen := FORMATS.get(format_)) is None:
            raise QueryError(f"{format_} cannot carry rows", hint="choose one of " + ", ".join(FORMATS))
        answer = parse_query_results(self._json(), format=QueryResultsFormat.JSON)
        assert isinstance(answer, QuerySolutions | QueryBoolean)
        return cast(bytes, answer.serialize(format=chosen))

    def _prefixes(self) -> dict[str, str]:
        """Prefixes of the namespaces that the triples use; a reader need not wade through the others."""
        used = {
            iri.value[: max(iri.value.rfind("/"), iri.value.rfind("#")) + 1]
            for triple in self.triples
            for iri in (triple.subject, triple.predicate, triple.object)
            if isinstance(iri, NamedNode)
        } | {
            triple.object.datatype.value.partition("#")[0] + "#"
            for triple in self.triples
            if isinstance(triple.object, Literal)
        }
        return {prefix: namespace for prefix, namespace in _NAMESPACES.items() if namespace in used}

    def _json(self) -> bytes:
        """The answer as SPARQL 1.1 Query Results JSON, which pyoxigraph turns into the other formats."""
        if self.boolean is not None:
            return json.dumps({"head": {}, "boolean": self.boolean}).encode()
        bindings = [
            {name: _json_term(term) for name, term in zip(self.columns, row, strict=True) if term is not None}
            for row in self.terms
        ]
        return json.dumps({"head": {"vars": self.columns}, "results": {"bindings": bindings}}).encode()


def _shown(term: Term) -> str:
    return str(term) if isinstance(term, BlankNode | Triple) else term.value


def _json_term(term: Term) -> dict[str, Any]:
    """A term in SPARQL 1.1 Query Results JSON (section 3.2.2)."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {
            "type": "triple",
            "value": {name: _json_term(part) for name, part in parts.items()},
        }
    found = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype.value != PREFIXES["xsd"] + "string":
        found["datatype"] = term.datatype.value
    return found
