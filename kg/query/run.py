"""Asking: parameters become terms, pyoxigraph answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store, Variable

from kg.errors import QueryError
from kg.export.terms import PREFIXES
from kg.nodes import KINDS, find_node
from kg.query.answer import Answer
from kg.query.library import LIMIT, VALUE_TYPES, Parameter, Query, find_query, parse_query
from kg.store import open_store

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LONGEST_COMPLAINT = 160


def run_query(
    query: str | Query,
    graph: Path | Store,
    *,
    parameters: Mapping[str, str] | None = None,
    text: str | None = None,
) -> Answer:
    """Ask a graph: a query of the library by its name, one in a file, or `text` itself where it is given.

    `graph` is a graph's folder, an RDF file, or an open store. Raises QueryError where the query is
    unknown or malformed or a parameter is wrong, and SourceError where the graph cannot be read.
    """
    if isinstance(query, str):
        query = find_query(query) if text is None else parse_query(text, name=query)
    given = dict(parameters or {})
    _check_names(query, given)
    limit = _limit(given.pop(LIMIT, ""), query)
    store = open_store(graph) if isinstance(graph, Path) else graph
    notes: list[str] = []
    bound = {
        parameter.name: _bound(parameter, value, store, notes)
        for parameter in query.parameters
        if parameter.name != LIMIT and (value := given.get(parameter.name, parameter.default))
    }
    answer = _evaluated(query, store, bound)
    if isinstance(answer, QueryBoolean):
        said = Literal("yes" if answer else "no")
        return Answer(columns=("answer",), terms=((said,),), boolean=bool(answer), notes=tuple(notes))
    try:
        if isinstance(answer, QueryTriples):
            return Answer(columns=(), terms=(), triples=tuple(islice(answer, limit)), notes=tuple(notes))
        return _rows(answer, bound, limit, notes)
    except (OSError, RuntimeError) as error:  # a SERVICE that does not answer, a value that cannot be
        raise QueryError(f"{query.name}: cannot be answered ({error})") from error


def _check_names(query: Query, given: Mapping[str, str]) -> None:
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known and name != LIMIT:
            listed = ", ".join(
                f"{each.name} ({each.type})" for each in query.parameters if each.name != LIMIT
            )
            hint = f"it has {listed}, {LIMIT} (integer)" if listed else f"it has only {LIMIT} (integer)"
            raise QueryError(f"{query.name} has no parameter {name!r}", hint=hint)


def _limit(given: str, query: Query) -> int | None:
    value = given or next((each.default for each in query.parameters if each.name == LIMIT), "")
    if not value:
        return None
    if not value.isdigit():
        raise QueryError(f"{LIMIT}={value}: not a number of rows", hint=f"for example {LIMIT}=20")
    return int(value)


def _bound(parameter: Parameter, value: str, store: Store, notes: list[str]) -> NamedNode | Literal:
    """The term that a parameter's value stands for."""
    if parameter.type in KINDS:
        return find_node(store, value, kind=parameter.type, notes=notes)
    if parameter.type != "text":
        try:
            float(value) if parameter.type == "decimal" else int(value)
        except ValueError as error:
            raise QueryError(f"{parameter.name}={value}: not of type {parameter.type}") from error
    return Literal(value, datatype=NamedNode(PREFIXES["xsd"] + VALUE_TYPES[parameter.type]))


def _evaluated(
    query: Query, store: Store, bound: Mapping[str, NamedNode | Literal]
) -> QuerySolutions | QueryBoolean | QueryTriples:
    substitutions = {Variable(name): term for name, term in bound.items()}
    try:
        return store.query(query.text, prefixes=PREFIXES, substitutions=cast(Any, substitutions))
    except SyntaxError as error:
        place = _PLACE.match(str(error))
        where, what = (f"line {place[1]}, column {place[2]}: ", place[3]) if place else ("", str(error))
        complaint = " ".join(what.split())
        if len(complaint) > _LONGEST_COMPLAINT:
            complaint = complaint[:_LONGEST_COMPLAINT] + "…"
        raise QueryError(f"{query.name}: {where}{complaint}") from error
    except (OSError, RuntimeError) as error:
        raise QueryError(f"{query.name}: cannot be answered ({error})") from error


def _rows(
    solutions: QuerySolutions,
    bound: Mapping[str, NamedNode | Literal],
    limit: int | None,
    notes: Sequence[str],
) -> Answer:
    """The solutions, without the columns that only repeat what was asked for.

    pyoxigraph binds only what the query selects, so every parameter is among the variables.
    """
    variables = [variable.value for variable in solutions.variables]
    kept = [i for i, name in enumerate(variables) if name not in bound] or list(range(len(variables)))
    return Answer(
        columns=tuple(variables[i] for i in kept),
        terms=tuple(tuple(solution[i] for i in kept) for solution in islice(solutions, limit)),
        notes=tuple(notes),
    )
