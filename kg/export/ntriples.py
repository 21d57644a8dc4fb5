"""RDF terms as the text that N-Triples writes for them.

All exporters of RDF work on such text: `<https://kg.example/method/lora>`, `"LoRA"`,
`"3"^^<http://www.w3.org/2001/XMLSchema#integer>`. Making an object for each term and serialising it
again took three times as long. A literal is written with the escapes that N-Triples, Turtle and JSON
share, so the text between its quotes can stand in all three as it is.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache, lru_cache

from kg.export.terms import PREFIXES, UNCLEAN, clean

#: A property with its value, both as text.
Properties = list[tuple[str, str]]

_SPECIAL = re.compile(f'["\\\\\n\r\t]|{UNCLEAN.pattern}')


@cache  # as many as the schema has names
def iri(curie: str) -> str:
    """The IRI of a prefixed name.

    >>> iri("dcterms:title")
    '<http://purl.org/dc/terms/title>'
    """
    prefix, _, name = curie.partition(":")
    return f"<{PREFIXES[prefix]}{name}>"


def literal(text: str) -> str:
    r"""A plain string literal, without the characters that some format refuses.

    >>> print(literal('a "word"\n'))
    "a \"word\"\n"
    """
    if _SPECIAL.search(text) is None:
        return f'"{text}"'
    text = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    text = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{text}"'


def value_of(term: str) -> str:
    """What a literal says, or the address of an IRI.

    >>> value_of(literal("tab\\there")), value_of(integer(3)), value_of("<https://e.org/>")
    ('tab\\there', '3', 'https://e.org/')
    """
    if term[0] == "<":
        return term[1:-1]
    written = term[: term.rindex('"') + 1]
    said: str = json.loads(written) if "\\" in written else written[1:-1]
    return said


_INTEGER, _DECIMAL = f'"^^{iri("xsd:integer")}', f'"^^{iri("xsd:decimal")}'

TRUE = f'"true"^^{iri("xsd:boolean")}'


def integer(number: int) -> str:
    """An xsd:integer."""
    return f'"{number}{_INTEGER}'


@lru_cache(maxsize=4096)
def decimal(number: float) -> str:
    """An xsd:decimal with the digits that Python shows, without an exponent.

    >>> value_of(decimal(1e-7)), value_of(decimal(93.2))
    ('0.0000001', '93.2')
    """
    return f'"{Decimal(repr(number)):f}{_DECIMAL}'


_DATES = (
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII), iri("xsd:date")),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII), iri("xsd:gYearMonth")),
    (re.compile(r"\d{4}", re.ASCII), iri("xsd:gYear")),
)


def date(text: str) -> str | None:
    """A date as precise as it is known; None where it is no date.

    >>> date("2025-09")
    '"2025-09"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'
    """
    for pattern, datatype in _DATES:
        if pattern.fullmatch(text):
            return f'"{text}"^^{datatype}'
    return None


def month(text: str) -> str | None:
    """The month of a date; None where it is not known.

    >>> value_of(month("2025-09-02")), month("2025")
    ('2025-09', None)
    """
    return date(text[:7]) if len(text) >= len("2025-09") else None
