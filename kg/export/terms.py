"""What all RDF of kg has in common: the namespaces in use, and the characters that it can carry."""

from __future__ import annotations

import re
from functools import cache

from pyoxigraph import NamedNode

from kg.vocabulary import ONTOLOGY

#: Prefix → namespace, in the order in which Turtle files declare them.
PREFIXES: dict[str, str] = {
    "kg": ONTOLOGY,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
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
    "time": "http://www.w3.org/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
}


@cache  # as many as the schema has names
def term(curie: str) -> NamedNode:
    """The IRI of a prefixed name, as a term for pyoxigraph; `kg.export.ntriples.iri` gives it as text.

    >>> term("dcterms:title").value
    'http://purl.org/dc/terms/title'
    """
    prefix, _, name = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + name)


#: What RDF/XML, JSON or SPARQL results cannot carry: C0 controls other than tab, line feed and carriage
#: return, lone surrogates, and the two code points that are no characters.
UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text with every character that a format would refuse replaced by U+FFFD, one for one.

    The length stays, so offsets into the text stay true.

    >>> clean("a\\x00b")
    'a\ufffdb'
    """
    return text if text.isascii() and text.isprintable() else UNCLEAN.sub("\ufffd", text)
