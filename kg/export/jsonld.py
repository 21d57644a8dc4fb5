"""A graph as JSON-LD: one node object a line, with the short names of the context that ships."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from kg.export.ntriples import Properties, iri, value_of
from kg.export.rdf import Block
from kg.export.terms import PREFIXES
from kg.ontology import CONTEXT_FILE

_TYPE = iri("rdf:type")


@lru_cache(maxsize=1)
def context() -> dict[str, Any]:
    """The shipped context: short name → IRI, or IRI and type."""
    loaded: dict[str, Any] = json.loads(CONTEXT_FILE.read_text(encoding="utf-8"))["@context"]
    return loaded


def jsonld(parts: Iterable[Block]) -> Iterator[str]:
    """A JSON-LD document, a line at a time."""
    separator = "\n"
    yield f'{{"@context": {json.dumps(context(), ensure_ascii=False)},\n"@graph": ['
    for subject, group in groupby(parts, key=itemgetter(0)):
        yield separator
        yield _node_object(subject, [pair for block in group for pair in block[1]])
        separator = ",\n"
    yield "\n]}\n"


def _node_object(subject: str, properties: Properties) -> str:
    """A node object; the text of a literal needs no other escapes in JSON than in N-Triples."""
    names = _short_names()
    found: dict[str, list[str]] = {}
    for property_, value in properties:
        name, write = names[property_]
        found.setdefault(name, []).append(write(value))
    members = [f'"id": "{subject[1:-1]}"']
    for name, values in found.items():
        members.append(f'"{name}": {values[0] if len(values) == 1 else "[" + ", ".join(values) + "]"}')
    return "{" + ", ".join(members) + "}"


@lru_cache(maxsize=1)
def _short_names() -> dict[str, tuple[str, Callable[[str], str]]]:
    """For each property, its short name and how its values are written."""
    names: dict[str, tuple[str, Callable[[str], str]]] = {_TYPE: ("type", _class)}
    for name, definition in context().items():
        if name in PREFIXES or definition in ("@id", "@type"):
            continue
        if isinstance(definition, str):
            names[iri(definition)] = (name, _plain)
        else:
            names[iri(definition["@id"])] = (name, _WRITERS.get(definition["@type"], _quoted))
    return names


def _quoted(value: str) -> str:
    """An IRI, or what a literal says, as a JSON string."""
    return f'"{value[1:-1]}"' if value[0] == "<" else value[: value.rindex('"') + 1]


def _plain(value: str) -> str:
    """A string as it is; any other literal with its datatype."""
    if value[-1] == '"':
        return value
    datatype = _class(value[value.rindex("^^") + 2 :])
    return f'{{"@value": {_quoted(value)}, "@type": {datatype}}}'


@lru_cache(maxsize=1024)
def _class(name: str) -> str:
    """The prefixed name of a class or datatype."""
    for prefix, namespace in PREFIXES.items():
        if name.startswith(f"<{namespace}"):
            return f'"{prefix}:{name[len(namespace) + 1 : -1]}"'
    return f'"{name[1:-1]}"'


#: By the type that the context gives to a property, where JSON has such values. Decimals are strings: a
#: JSON number would be read as a double.
_WRITERS: dict[str, Callable[[str], str]] = {
    "xsd:integer": value_of,
    "xsd:boolean": value_of,
}
