"""A graph's nodes found by their names, in a store."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Store

from kg import schema
from kg.errors import QueryError
from kg.export.terms import term

_TYPE, _KEY = term("rdf:type"), term("kg:key")

#: What a name can be asked to name → the classes of such nodes.
KINDS: dict[str, tuple[NamedNode, ...]] = {
    row.label: (term(row.rdf_classes[-1]),) for row in schema.NODE_KINDS.values()
} | {"entity": tuple(term(row.rdf_classes[-1]) for row in schema.ENTITY_TYPES.values())}


def find_node(store: Store, name: str, *, kind: str, notes: list[str]) -> NamedNode:
    """The node of a kind (a key of KINDS) that goes by a name, an id, or an IRI.

    Names are compared in their normal form, so case, plural and hyphens do not matter. Where several
    nodes go by the name, one whose preferred name it is comes first, then the one that more papers
    name; the others are told in `notes`. Raises QueryError where there is none, with names that come close.
    """
    found = sorted(set(_candidates(store, name, kind)), key=lambda node: _order(store, node, name))
    if not found:
        article = "an" if kind[0] in "aeiou" else "a"
        close = _close(store, name, kind)
        hint = f"did you mean {' or '.join(close)}?" if close else ""
        raise QueryError(f"{name!r} is not the name of {article} {kind} in this graph", hint=hint)
    if len(found) > 1:
        others = ", ".join(node.value for node in found[1:4])
        notes.append(f"{name!r} is taken for {found[0].value}; it is also a name of {others}")
    return found[0]


def _key(name: str) -> str:
    from kg.linking.names import normal_form  # imported here: linking takes longer to load than to ask

    return normal_form(name)


def _candidates(store: Store, name: str, kind: str) -> Iterator[NamedNode]:
    if name.startswith(("http://", "https://")):
        try:
            named = NamedNode(name)
        except ValueError:
            return
        if _is(store, named, kind):
            yield named
        return
    keys = [(_KEY, _key(name)), (term("dcterms:identifier"), name)]
    for property_, value in keys:
        for quad in store.quads_for_pattern(None, property_, Literal(value)):
            if isinstance(quad.subject, NamedNode) and _is(store, quad.subject, kind):
                yield quad.subject


def _is(store: Store, node: NamedNode, kind: str) -> bool:
    for class_ in KINDS[kind]:
        for _ in store.quads_for_pattern(node, _TYPE, class_):
            return True
    return False


def _order(store: Store, node: NamedNode, name: str) -> tuple[int, int, str]:
    label = _value(store, node, term("skos:prefLabel"))
    papers = _value(store, node, term("kg:paperCount"))
    rank = 0 if label == name else 1 if label.casefold() == name.casefold() else 2
    return rank, -int(papers or 0), node.value


def _value(store: Store, node: NamedNode, property_: NamedNode) -> str:
    for quad in store.quads_for_pattern(node, property_, None):
        if isinstance(quad.object, Literal):
            return quad.object.value
    return ""


def _close(store: Store, name: str, kind: str) -> list[str]:
    """Names of nodes of the kind whose keys are like the name's; at most three."""
    key = _key(name)
    near: dict[str, NamedNode] = {}
    for quad in store.quads_for_pattern(None, _KEY, None):
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            other = quad.object.value
            # a cheap look first: a graph may have half a million keys
            if other[:1] == key[:1] and abs(len(other) - len(key)) <= max(2, len(key) // 3):
                near.setdefault(other, quad.subject)
    found: list[str] = []
    for other in difflib.get_close_matches(key, sorted(near), n=12, cutoff=0.6):
        label = _value(store, near[other], term("skos:prefLabel")) or near[other].value
        if _is(store, near[other], kind) and label not in found:
            found.append(label)
    return found[:3]
