"""RDF/XML: a description a subject, an element a property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from xml.sax.saxutils import escape, quoteattr

from kg.export.ntriples import value_of
from kg.export.rdf import Block
from kg.export.terms import PREFIXES


def rdfxml(parts: Iterable[Block]) -> Iterator[str]:
    """An RDF/XML document."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    for prefix, namespace in PREFIXES.items():
        yield f"\n    xmlns:{prefix}={quoteattr(namespace)}"
    yield ">\n"
    for subject, group in groupby(parts, key=itemgetter(0)):
        elements = [_element(property_, value) for block in group for property_, value in block[1]]
        yield f"<rdf:Description rdf:about={quoteattr(subject[1:-1])}>\n"
        yield from elements
        yield "</rdf:Description>\n"
    yield "</rdf:RDF>\n"


def _element(property_: str, value: str) -> str:
    name = _name(property_)
    if value[0] == "<":
        return f"  <{name} rdf:resource={quoteattr(value[1:-1])}/>\n"
    # a parser turns a bare carriage return into a line feed
    text = escape(value_of(value), {"\r": "&#13;"})
    if value[-1] == '"':
        return f"  <{name}>{text}</{name}>\n"
    datatype = value[value.rindex("^^") + 3 : -1]
    return f"  <{name} rdf:datatype={quoteattr(datatype)}>{text}</{name}>\n"


@lru_cache(maxsize=256)
def _name(property_: str) -> str:
    """A property's name as an element; every property in use has a prefix."""
    for prefix, namespace in PREFIXES.items():
        if property_.startswith(f"<{namespace}"):
            return f"{prefix}:{property_[len(namespace) + 1 : -1]}"
    raise AssertionError(f"{property_} has no prefix")  # pragma: no cover
