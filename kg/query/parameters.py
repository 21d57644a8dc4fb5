"""Parameters: from the words a user gives to the terms that a query's variables are bound to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Store

from kg.errors import QueryError
from kg.export.terms import PREFIXES
from kg.nodes import KINDS, find_node
from kg.query.complaints import named
from kg.query.library import LIMIT, VALUE_TYPES, Parameter, Query

#: What a value of a type looks like, and an example of one. A text may be anything.
_FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "integer": (re.compile(r"[+-]?\d{1,18}"), "3"),
    "decimal": (re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})"), "0.5"),
    "month": (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "2025-06"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a query's parameters were understood as."""

    terms: Mapping[str, NamedNode | Literal]  #: by variable
    found: tuple[str, ...]  #: a line a parameter: what it was taken for
    notes: tuple[str, ...]  #: what the user should know even without asking for an explanation


def bound_parameters(query: Query, given: Mapping[str, str], store: Store) -> Bound:
    """The terms that a query's parameters stand for in a graph; defaults where nothing is given.

    Raises QueryError where a parameter is unknown, missing, of the wrong type, or the name of no node.
    """
    _check_names(query, given)
    terms: dict[str, NamedNode | Literal] = {}
    found: list[str] = []
    notes: list[str] = []
    for parameter in query.parameters:
        value = given.get(parameter.name, parameter.default)
        if parameter.name == LIMIT:
            continue
        if not value:
            found.append(f"?{parameter.name} is left open")
            continue
        if parameter.type in KINDS:
            node = find_node(store, value, kind=parameter.type)
            terms[parameter.name] = node.node
            found.append(f"?{parameter.name} = {node.node}: {value!r} is {node.label!r}")
            if node.others:
                notes.append(f"{value!r} is taken for {node}; it is also a name of {', '.join(node.others)}")
        else:
            terms[parameter.name] = _value(parameter, value)
            found.append(f"?{parameter.name} = {terms[parameter.name]}")
    # a line break in a value would end the comment that it stands in
    return Bound(terms=terms, found=tuple(" ".join(line.split()) for line in found), notes=tuple(notes))


def row_limit(query: Query, given: str) -> int | None:
    """How many rows to read; None where nobody says."""
    value = given or next((each.default for each in query.parameters if each.name == LIMIT), "")
    if not value:
        return None
    if not value.isascii() or not value.isdigit():
        raise QueryError(f"{LIMIT}={value}: not a number of rows", hint=f"for example {LIMIT}=20")
    return int(value)


def _check_names(query: Query, given: Mapping[str, str]) -> None:
    known = {parameter.name: parameter for parameter in query.parameters if parameter.name != LIMIT}
    for name in given:
        if name not in known:
            listed = ", ".join(f"{each.name} ({each.type})" for each in known.values())
            hint = f"it has {listed}, {LIMIT} (integer)" if listed else f"it has only {LIMIT} (integer)"
            raise QueryError(f"{named(query)} has no parameter {name!r}", hint=hint)
    for parameter in known.values():
        if parameter.required and not given.get(parameter.name):
            example = query.example_values.get(parameter.name, "")
            quoted = f'"{example}"' if " " in example else example
            way = f"for example -p {parameter.name}={quoted}" if example else f"-p {parameter.name}=…"
            raise QueryError(
                f"{named(query)} wants a {parameter.name}: {parameter.description}",
                hint=way,
            )


def _value(parameter: Parameter, value: str) -> Literal:
    if parameter.type in _FORMS:
        form, example = _FORMS[parameter.type]
        if not form.fullmatch(value):
            raise QueryError(
                f"{parameter.name}={value}: not of type {parameter.type}",
                hint=f"for example {parameter.name}={example}",
            )
    return Literal(value, datatype=NamedNode(PREFIXES["xsd"] + VALUE_TYPES[parameter.type]))
