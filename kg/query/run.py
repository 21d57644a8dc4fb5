"""Asking: parameters become terms, pyoxigraph answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    Variable,
)

from kg.errors import QueryError
from kg.export.terms import PREFIXES
from kg.query.answer import Answer
from kg.query.complaints import malformed, named
from kg.query.library import LIMIT, Query, find_query, parse_query
from kg.query.parameters import bound_parameters, row_limit
from kg.store import has_named_graphs, open_store

_SERVICE = re.compile(r"\bSERVICE\b", re.IGNORECASE)

_NOT_SELECTED = re.compile(r"does not contains? variable (\?\w+) in its SELECT projection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A query with its parameters understood, ready to be asked."""

    query: Query
    terms: Mapping[str, NamedNode | Literal]  #: by variable
    limit: int | None  #: how many rows or triples are read
    found: tuple[str, ...]  #: a line a parameter: what it was taken for
    notes: tuple[str, ...]  #: what to know about how the parameters were understood

    def explanation(self) -> str:
        """The text that is run, under comments that tell what is bound before; SPARQL that runs anywhere."""
        lines = [f"# {line}" for line in self.found]
        if self.terms:
            lines.append("# bound as terms before the query runs (SEP-0007); the text stays as it is")
        if self.limit is not None:
            lines.append(f"# of the answer, the first {self.limit:,} rows are read")
        lines += [
            f"PREFIX {prefix}: <{namespace}>"
            for prefix, namespace in PREFIXES.items()
            if f"{prefix}:" in self.query.text and f"PREFIX {prefix}:" not in self.query.text
        ]
        return "".join(f"{line}\n" for line in lines) + self.query.text.rstrip("\n") + "\n"


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
    store, prepared = prepare_query(query, graph, parameters=parameters, text=text)
    answer = _evaluated(prepared, store)
    if isinstance(answer, QueryBoolean):
        said = Literal("yes" if answer else "no")
        return Answer(columns=("answer",), terms=((said,),), boolean=bool(answer), notes=prepared.notes)
    try:
        if isinstance(answer, QueryTriples):
            return Answer(columns=(), terms=(), triples=_graph(answer, prepared), notes=prepared.notes)
        return _rows(answer, prepared)
    except (OSError, RuntimeError) as error:  # a SERVICE that does not answer, a value that cannot be
        raise QueryError(f"{named(prepared.query)}: cannot be answered ({error})") from error


def explain_query(
    query: str | Query,
    graph: Path | Store,
    *,
    parameters: Mapping[str, str] | None = None,
    text: str | None = None,
) -> str:
    """What `run_query` would run: the text, and as comments which term each parameter is bound to.

    Raises what `run_query` raises.
    """
    _, prepared = prepare_query(query, graph, parameters=parameters, text=text)
    if not _SERVICE.search(prepared.query.text):
        _evaluated(prepared, Store())  # what cannot run must not be shown as if it could; no rows, no time
    return prepared.explanation()


def prepare_query(
    query: str | Query,
    graph: Path | Store,
    *,
    parameters: Mapping[str, str] | None = None,
    text: str | None = None,
) -> tuple[Store, Prepared]:
    """The open store, and the query with its parameters looked up there; see `run_query`."""
    if isinstance(query, str):
        query = find_query(query) if text is None else parse_query(text, name=query)
    given = dict(parameters or {})
    limit = row_limit(query, given.pop(LIMIT, ""))
    store = open_store(graph) if isinstance(graph, Path) else graph
    bound = bound_parameters(query, given, store)
    return store, Prepared(query=query, terms=bound.terms, limit=limit, found=bound.found, notes=bound.notes)


def _evaluated(prepared: Prepared, store: Store) -> QuerySolutions | QueryBoolean | QueryTriples:
    substitutions = {Variable(name): term for name, term in prepared.terms.items()}
    try:
        return store.query(
            prepared.query.text,
            prefixes=PREFIXES,
            substitutions=cast(Any, substitutions),
            use_default_graph_as_union=has_named_graphs(store),
        )
    except SyntaxError as error:
        raise malformed(prepared.query, error) from error
    except (OSError, RuntimeError) as error:
        if (left_out := _NOT_SELECTED.search(str(error))) is not None:
            raise QueryError(
                f"{named(prepared.query)}: {left_out[1]} is a parameter, so SELECT must have it",
                hint="the answer leaves out the columns of what was asked for",
            ) from error
        raise QueryError(f"{named(prepared.query)}: cannot be answered ({error})") from error


def _graph(answer: QueryTriples, prepared: Prepared) -> tuple[Triple, ...]:
    """The first triples, each once, with those of one subject together."""
    seen = dict.fromkeys(islice(answer, prepared.limit))
    subjects: dict[object, list[Triple]] = {}
    for triple in seen:
        subjects.setdefault(triple.subject, []).append(triple)
    return tuple(triple for triples in subjects.values() for triple in triples)


def _rows(solutions: QuerySolutions, prepared: Prepared) -> Answer:
    """The solutions, without the columns that only repeat what was asked for.

    pyoxigraph binds only what the query selects, so every parameter is among the variables.
    """
    variables = [variable.value for variable in solutions.variables]
    kept = [i for i, name in enumerate(variables) if name not in prepared.terms] or list(
        range(len(variables))
    )
    return Answer(
        columns=tuple(variables[i] for i in kept),
        terms=tuple(tuple(solution[i] for i in kept) for solution in islice(solutions, prepared.limit)),
        notes=prepared.notes,
    )
