"""Which of the formats that an answer has the client wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: Media types of rows and of yes or no, best first → pyoxigraph's name of the format.
ROWS: dict[str, str] = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}

#: Media types of triples, best first → the extension of the format.
TRIPLES: dict[str, str] = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/xml": "rdf",
    "text/xml": "rdf",
    "application/n-quads": "nq",
    "application/trig": "trig",
    "text/plain": "nt",
}

#: The type that is sent for one that only stands for it.
_PROPER = {
    "rows": {
        "application/json": "application/sparql-results+json",
        "application/xml": "application/sparql-results+xml",
        "text/xml": "application/sparql-results+xml",
    },
    "triples": {
        "application/json": "application/ld+json",
        "application/xml": "application/rdf+xml",
        "text/xml": "application/rdf+xml",
        "text/plain": "application/n-triples",
    },
}


def preferred(accept: str, offered: Iterable[str]) -> str | None:
    """The media type that a client likes best of those offered, of equals the first; None if it takes none.

    >>> preferred("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    >>> preferred("image/png", ["text/csv"]) is None
    True
    """
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    best, best_weight = None, 0.0
    for type_ in offered:
        weight = _weight(type_, ranges)
        if weight > best_weight:
            best, best_weight = type_, weight
    return best


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept.split(","):
        range_, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                try:
                    weight = min(1.0, max(0.0, float(value)))
                except ValueError:
                    weight = 0.0
        if range_:
            yield range_.lower(), weight


def _weight(type_: str, ranges: Iterable[tuple[str, float]]) -> float:
    """The weight of the most specific range that covers a type."""
    found = (-1, 0.0)
    for range_, weight in ranges:
        specific = 2 if range_ == type_ else 1 if range_ == f"{type_.partition('/')[0]}/*" else 0
        if (specific or range_ == "*/*") and specific > found[0]:
            found = specific, weight
    return found[1]


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client takes an answer compressed by gzip, and likes it no less than as it is.

    >>> takes_gzip("br, gzip;q=0.8"), takes_gzip("gzip;q=0"), takes_gzip("")
    (True, False, False)
    """
    weights = dict(_ranges(accept_encoding))
    weight = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return weight > 0 and weight >= weights.get("identity", 0.0)


def rows_type(accept: str) -> str | None:
    """The media type for rows."""
    return _proper(preferred(accept, ROWS), "rows")


def triples_type(accept: str) -> str | None:
    """The media type for triples."""
    return _proper(preferred(accept, TRIPLES), "triples")


def _proper(type_: str | None, kind: str) -> str | None:
    proper: Mapping[str, str] = _PROPER[kind]
    return None if type_ is None else proper.get(type_, type_)
