"""A graph as JSON-LD: one node object a line, with the short names of the context that ships."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.export.base import ExportOptions, ReadableGraph
from kg.export.rdf import Block, blocks
from kg.export.terms import PREFIXES, term
from kg.files import atomic_path
from kg.ontology import CONTEXT_FILE

_TYPE = term("rdf:type")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode


@lru_cache(maxsize=1)
def context() -> dict[str, Any]:
    """The shipped context: short name → IRI, or IRI and type."""
    loaded: dict[str, Any] = json.loads(CONTEXT_FILE.read_text(encoding="utf-8"))["@context"]
    return loaded


@lru_cache(maxsize=1)
def _short_names() -> dict[NamedNode, tuple[str, Callable[[Any], Any]]]:
    """For each property, its short name and how its values are written."""
    names: dict[NamedNode, tuple[str, Callable[[Any], Any]]] = {}
    for name, definition in context().items():
        if name in PREFIXES or definition in ("@id", "@type"):
            continue
        if isinstance(definition, str):
            names[term(definition)] = (name, _plain)
        else:
            names[term(definition["@id"])] = (name, _WRITERS[definition["@type"]])
    return names


def _value(value: Any) -> Any:
    return value.value


def _plain(value: Literal) -> Any:
    """A string as it is; any other literal with its datatype."""
    if value.datatype == term("xsd:string"):
        return value.value
    return {"@value": value.value, "@type": _curie(value.datatype)}


#: By the type that the context gives to a property. Decimals stay strings: a JSON number would be read
#: as a double.
_WRITERS: dict[str, Callable[[Any], Any]] = {
    "@id": _value,
    "xsd:decimal": _value,
    "xsd:integer": lambda value: int(value.value),
    "xsd:boolean": lambda value: value.value == "true",
}


@lru_cache(maxsize=1024)
def _curie(name: NamedNode) -> str:
    for prefix, namespace in PREFIXES.items():
        if name.value.startswith(namespace):
            return f"{prefix}:{name.value.removeprefix(namespace)}"
    return name.value


def node_object(block: Block) -> dict[str, Any]:
    """The JSON-LD node object of a block."""
    subject, properties = block
    names = _short_names()
    found: dict[str, list[Any]] = {}
    for property_, value in properties:
        if property_ is _TYPE:
            assert isinstance(value, NamedNode)
            found.setdefault("type", []).append(_curie(value))
        else:
            name, write = names[property_]
            found.setdefault(name, []).append(write(value))
    node: dict[str, Any] = {"id": subject.value}
    for name, values in found.items():
        node[name] = values[0] if len(values) == 1 else values
    return node


def lines(graph: ReadableGraph, options: ExportOptions) -> Iterator[str]:
    """The lines of a JSON-LD document."""
    yield '{"@context": ' + _encode(context()) + ',\n"@graph": [\n'
    separator = ""
    for block in blocks(graph, options):
        yield separator + _encode(node_object(block))
        separator = ",\n"
    yield "\n]}\n"


def write_jsonld(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.jsonld."""
    with atomic_path(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(graph, options))
