"""Turtle and TriG: one subject after the other, with prefixes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from kg.export.ntriples import Properties, iri
from kg.export.rdf import Block
from kg.export.terms import PREFIXES

#: What may stand behind a prefix for every parser, without an escape.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_SPLIT = re.compile(r"(.*[/#])([^/#]*)")

_INTEGER, _DECIMAL, _BOOLEAN = (iri(f"xsd:{name}") for name in ("integer", "decimal", "boolean"))
_TYPE = iri("rdf:type")


class Turtle:
    """Turtle with some prefixes besides those of the vocabularies."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        known = PREFIXES | dict(prefixes)
        self.prologue = "".join(_head(known))  #: the lines that declare the prefixes
        self.short = _shortener(known)  #: a term as short as Turtle allows

    def subjects(self, parts: Iterable[Block]) -> Iterator[str]:
        """The blocks, one subject after the other."""
        for subject, group in groupby(parts, key=itemgetter(0)):
            yield _subject(self.short, subject, [pair for block in group for pair in block[1]], "")


def turtle(parts: Iterable[Block], prefixes: Mapping[str, str]) -> Iterator[str]:
    """A Turtle document; `prefixes` besides those of the vocabularies."""
    form = Turtle(prefixes)
    yield form.prologue
    yield from form.subjects(parts)


def trig(parts: Iterable[Block], prefixes: Mapping[str, str]) -> Iterator[str]:
    """A TriG document."""
    short = _shortener(PREFIXES | dict(prefixes))
    yield from _head(PREFIXES | dict(prefixes))
    quads = (
        (graph, subject, properties) for subject, properties, graphs in parts for graph in graphs or ("",)
    )
    for graph, group in groupby(quads, key=itemgetter(0)):
        indent = "    " if graph else ""
        if graph:
            yield f"{short(graph)} {{\n"
        for subject, same in groupby(group, key=itemgetter(1)):
            yield _subject(short, subject, [pair for block in same for pair in block[2]], indent)
        if graph:
            yield "}\n"


def _head(prefixes: Mapping[str, str]) -> Iterator[str]:
    for prefix, namespace in prefixes.items():
        yield f"@prefix {prefix}: <{namespace}> .\n"
    yield "\n"


def _subject(short: Callable[[str], str], subject: str, properties: Properties, indent: str) -> str:
    """All that is said of a subject; values of the same property that follow one another share it."""
    text = [indent, short(subject)]
    last = ""
    for property_, value in properties:
        if property_ == last:
            text.append(" , ")
        else:
            text.append(f" ;\n{indent}    " if last else " ")
            text.append("a " if property_ == _TYPE else f"{short(property_)} ")
            last = property_
        text.append(value if value[-1] == '"' else short(value))
    text.append(" .\n")
    return "".join(text)


def _shortener(prefixes: Mapping[str, str]) -> Callable[[str], str]:
    """A function that makes terms as short as Turtle allows."""
    names = {namespace: prefix for prefix, namespace in prefixes.items()}

    @lru_cache(maxsize=1 << 16)
    def short(term: str) -> str:
        if term[0] == '"':
            return _number(term)
        if (parts := _SPLIT.fullmatch(term, 1, len(term) - 1)) is not None:
            prefix = names.get(parts[1])
            if prefix is not None and _LOCAL.fullmatch(parts[2]):
                return f"{prefix}:{parts[2]}"
        return term

    def _number(term: str) -> str:
        written, _, datatype = term.rpartition("^^")
        if datatype in (_INTEGER, _BOOLEAN) or (datatype == _DECIMAL and "." in written):
            return written[1:-1]
        return f"{written}^^{short(datatype)}"

    return short
