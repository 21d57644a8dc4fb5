"""Queries and their headers: the library's, and those of files."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from kg.errors import QueryError
from kg.nodes import KINDS
from kg.resources import resource

#: Types of parameters that are no node, and the datatype that each is bound with.
VALUE_TYPES: dict[str, str] = {"text": "string", "integer": "integer", "decimal": "decimal"}

#: A parameter that every query has: how many rows to read.
LIMIT = "limit"

_HEADER = re.compile(r"#\s*(title|question|param|example):\s*(.*\S)\s*$")
_PARAMETER = re.compile(
    r"(?P<name>\w+)\s+(?P<type>\w+)(?:\s*=\s*(?P<default>.*?))?\s+—\s+(?P<description>.+)"
)


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
