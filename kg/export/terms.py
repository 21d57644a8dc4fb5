"""RDF terms: the namespaces in use, and clean literals."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode

from kg.vocabulary import ONTOLOGY

#: Prefix → namespace, in the order in which Turtle files declare them.
PREFIXES: dict[str, str] = {
    "kg": ONTOLOGY,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dctype": "http://purl.org/dc/dcmitype/",
    "fabio": "http://purl.org/spar/fabio/",
    "bibo": "http://purl.org/ontology/bibo/",
    "schema": "https://schema.org/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "mls": "http://www.w3.org/ns/mls#",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
}


@cache  # as many as the schema has names
def term(curie: str) -> NamedNode:
    """The IRI of a prefixed name.

    >>> term("dcterms:title").value
    'http://purl.org/dc/terms/title'
    """
    prefix, _, name = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + name)


#: What RDF/XML, JSON or SPARQL results cannot carry: C0 controls other than tab, line feed and carriage
#: return, lone surrogates, and the two code points that are no characters.
_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text with every character that a format would refuse replaced by U+FFFD, one for one.

    The length stays, so offsets into the text stay true.

    >>> clean("a\\x00b")
    'a\ufffdb'
    """
    return text if text.isascii() and text.isprintable() else _UNCLEAN.sub("\ufffd", text)


def literal(text: str) -> Literal:
    """A plain string literal.

    >>> str(literal("KnowRL"))
    '"KnowRL"'
    """
    return Literal(clean(text))


@lru_cache(maxsize=4096)
def decimal(number: float) -> Literal:
    """An xsd:decimal with the digits that Python shows, without an exponent.

    >>> decimal(1e-7).value, decimal(93.2).value
    ('0.0000001', '93.2')
    """
    return Literal(format(Decimal(repr(number)), "f"), datatype=term("xsd:decimal"))


@lru_cache(maxsize=4096)
def integer(number: int) -> Literal:
    """An xsd:integer."""
    return Literal(str(number), datatype=term("xsd:integer"))


TRUE = Literal("true", datatype=term("xsd:boolean"))

_DATES = (
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"), "xsd:date"),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "xsd:gYearMonth"),
    (re.compile(r"\d{4}"), "xsd:gYear"),
)


def date(text: str) -> Literal | None:
    """A date as precise as it is known; None where it is no date.

    >>> str(date("2025-09"))
    '"2025-09"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'
    """
    for pattern, datatype in _DATES:
        if pattern.fullmatch(text):
            return Literal(text, datatype=term(datatype))
    return None
