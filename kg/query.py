"""Questions to a graph, in SPARQL: the library's, a file's, or ad hoc.

A library query is a file of `queries/`, whose header comments give its title, the question, and its
parameters (queries/README.md has the format). Parameters are bound as RDF terms, never pasted into the
text. One whose type is a kind of node ("dataset", "paper", …) takes any of a node's names: the node is
looked up first, and then bound as its IRI.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
    parse_query_results,
    serialize,
)

from kg.errors import QueryError
from kg.export.terms import PREFIXES
from kg.nodes import KINDS, find_node
from kg.resources import resource
from kg.store import open_store

#: How answers can be written. To add one that the W3C defines, name pyoxigraph's format here.
FORMATS: dict[str, QueryResultsFormat | None] = {
    "table": None,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}

#: How the triples of CONSTRUCT and DESCRIBE are written, by the same names.
TRIPLE_FORMATS: dict[str, RdfFormat] = {
    "table": RdfFormat.TURTLE,
    "ttl": RdfFormat.TURTLE,
    "json": RdfFormat.JSON_LD,
    "xml": RdfFormat.RDF_XML,
}

#: Types of parameters that are no node, and the datatype that each is bound with.
VALUE_TYPES: dict[str, str] = {"text": "string", "integer": "integer", "decimal": "decimal"}

#: A parameter that every query has: how many rows to read.
LIMIT = "limit"

Term = NamedNode | BlankNode | Literal | Triple

_HEADER = re.compile(r"#\s*(title|question|param|example):\s*(.*\S)\s*$")
_PARAMETER = re.compile(
    r"(?P<name>\w+)\s+(?P<type>\w+)(?:\s*=\s*(?P<default>.*?))?\s+—\s+(?P<description>.+)"
)
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LONGEST_COMPLAINT = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something that a query leaves open."""

    name: str  #: of the variable
    type: str  #: a key of KINDS or of VALUE_TYPES
    default: str  #: empty: the query does not choose
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question in SPARQL."""

    name: str
    title: str
    question: str
    parameters: tuple[Parameter, ...]
    text: str
    example: str = ""  #: values that make a good example, as NAME=VALUE, separated by blanks


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a query gives: rows of terms, or triples."""

    columns: tuple[str, ...]  #: empty where the query gives triples
    terms: tuple[tuple[Term | None, ...], ...]  #: a row a solution
    triples: tuple[Triple, ...] = ()
    boolean: bool | None = None  #: the answer of an ASK query
    notes: tuple[str, ...] = ()  #: what to know about how the parameters were understood

    @cached_property
    def rows(self) -> list[list[str]]:
        """The rows as people read them: literals by their text, IRIs in full, nothing as the empty string."""
        return [["" if term is None else _shown(term) for term in row] for row in self.terms]

    def serialise(self, format_: str) -> bytes:
        """The answer in one of FORMATS, as the W3C defines them; triples as Turtle, JSON-LD or RDF/XML.

        Raises QueryError where the format cannot carry the answer.
        """
        if not self.columns:
            if format_ not in TRIPLE_FORMATS:
                raise QueryError(
                    f"{format_} cannot carry triples", hint="choose one of " + ", ".join(TRIPLE_FORMATS)
                )
            written = serialize(self.triples, format=TRIPLE_FORMATS[format_], prefixes=PREFIXES)
            return cast(bytes, written)
        if format_ == "table":
            return "".join("\t".join(row) + "\n" for row in [list(self.columns), *self.rows]).encode()
        if (chosen := FORMATS.get(format_)) is None:
            raise QueryError(f"{format_} cannot carry rows", hint="choose one of " + ", ".join(FORMATS))
        answer = parse_query_results(self._json(), format=QueryResultsFormat.JSON)
        assert isinstance(answer, QuerySolutions | QueryBoolean)
        return cast(bytes, answer.serialize(format=chosen))

    def _json(self) -> bytes:
        """The answer as SPARQL 1.1 Query Results JSON, which pyoxigraph turns into the other formats."""
        if self.boolean is not None:
            return json.dumps({"head": {}, "boolean": self.boolean}).encode()
        bindings = [
            {name: _json_term(term) for name, term in zip(self.columns, row, strict=True) if term is not None}
            for row in self.terms
        ]
        return json.dumps({"head": {"vars": self.columns}, "results": {"bindings": bindings}}).encode()


def library() -> list[Query]:
    """The queries that ship with kg, by name."""
    folder = resource("queries")
    return [read_query(path) for path in sorted(folder.glob("*.rq"))]


def read_query(path: Path) -> Query:
    """The query in a file.

    Raises QueryError where it cannot be read, or its header makes no sense.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path}: cannot be read ({error})") from error
    return parse_query(text, name=path.stem, source=str(path))


def parse_query(text: str, *, name: str = "-", source: str = "") -> Query:
    """A query from its text; header comments are optional.

    >>> parse_query("# title: All\\n# param: kind text = x — which\\nASK {}").parameters[0].default
    'x'

    Raises QueryError where the header makes no sense.
    """
    found: dict[str, str] = {}
    parameters: list[Parameter] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            if line.strip():
                break
            continue
        header = _HEADER.match(line)
        if header is None:
            continue
        if header[1] == "param":
            parameters.append(_parameter(header[2], f"{source or name}:{number}"))
        else:
            found[header[1]] = header[2]
    return Query(
        name=name,
        title=found.get("title", name),
        question=found.get("question", ""),
        example=found.get("example", ""),
        parameters=tuple(parameters),
        text=text,
    )


def _parameter(line: str, place: str) -> Parameter:
    parts = _PARAMETER.fullmatch(line)
    if parts is None:
        raise QueryError(
            f"{place}: {line!r} describes no parameter",
            hint="write: # param: NAME TYPE [= DEFAULT] — what it is",
        )
    if parts["type"] not in KINDS and parts["type"] not in VALUE_TYPES:
        raise QueryError(
            f"{place}: no parameter has the type {parts['type']!r}",
            hint="the types are " + ", ".join([*KINDS, *VALUE_TYPES]),
        )
    return Parameter(
        name=parts["name"],
        type=parts["type"],
        default=parts["default"] or "",
        description=parts["description"],
    )


def find_query(name: str) -> Query:
    """The library's query of that name, or the one in a file of that name.

    Raises QueryError where there is none, with the names that come close.
    """
    path = Path(name)
    if path.suffix == ".rq" or path.is_file():
        return read_query(path)
    queries = {query.name: query for query in library()}
    if name not in queries:
        close = difflib.get_close_matches(name, queries, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else "see them all with: kg queries"
        raise QueryError(f"no query is called {name!r}", hint=hint)
    return queries[name]


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


def _shown(term: Term) -> str:
    return str(term) if isinstance(term, BlankNode | Triple) else term.value


def _json_term(term: Term) -> dict[str, Any]:
    """A term in SPARQL 1.1 Query Results JSON (section 3.2.2)."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {
            "type": "triple",
            "value": {name: _json_term(part) for name, part in parts.items()},
        }
    found = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype.value != PREFIXES["xsd"] + "string":
        found["datatype"] = term.datatype.value
    return found
