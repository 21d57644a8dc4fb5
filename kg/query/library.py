"""Queries and their headers: the library's, and those of files."""

from __future__ import annotations

import difflib
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from kg.errors import QueryError
from kg.nodes import KINDS
from kg.resources import resource

#: Types of parameters that are no node, and the datatype that each is bound with.
VALUE_TYPES: dict[str, str] = {
    "text": "string",
    "integer": "integer",
    "decimal": "decimal",
    "month": "gYearMonth",
}

#: A parameter that every query has: how many rows to read.
LIMIT = "limit"

_HEADER = re.compile(r"#\s*(title|question|param|example):\s*(.*\S)\s*$")
_PARAMETER = re.compile(
    r"(?P<name>\w+)\s+(?P<type>\w+)(?P<open>\?)?(?:\s*=\s*(?P<default>.*?))?\s+—\s+(?P<description>.+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something that a query leaves open."""

    name: str  #: of the variable
    type: str  #: a key of KINDS or of VALUE_TYPES
    default: str  #: empty: there is none
    description: str
    required: bool = False  #: there is no default, and the query cannot leave it open


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question in SPARQL."""

    name: str
    title: str
    question: str
    parameters: tuple[Parameter, ...]
    text: str
    example: str = ""  #: values that make a good example, as NAME=VALUE, quoted as a shell would have them
    source: str = ""  #: where the text is from, as the user knows it: a file's path, or nothing

    @property
    def example_values(self) -> dict[str, str]:
        """The example's parameters and their values."""
        return dict(part.partition("=")[::2] for part in shlex.split(self.example))


def library() -> list[Query]:
    """The queries that ship with kg, by name."""
    return [find_query(path.stem) for path in sorted(resource("queries").glob("*.rq"))]


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
        source=source,
    )


def _parameter(line: str, place: str) -> Parameter:
    parts = _PARAMETER.fullmatch(line)
    if parts is None:
        raise QueryError(
            f"{place}: {line!r} describes no parameter",
            hint="write: # param: NAME TYPE — what it is, with TYPE? or TYPE = DEFAULT if it may be left out",
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
        required=not parts["default"] and not parts["open"],
    )


def find_query(name: str) -> Query:
    """The library's query of that name, or the one in a file of that name.

    Raises QueryError where there is none, with the names that come close.
    """
    path = Path(name)
    if path.suffix == ".rq" or path.is_file():
        return read_query(path)
    # one file is read, not the whole library: whoever asks is waiting
    shipped = resource("queries") / f"{name}.rq"
    if re.fullmatch(r"[a-z-]+", name) and shipped.is_file():
        return parse_query(shipped.read_text(encoding="utf-8"), name=name)
    queries = [each.stem for each in resource("queries").glob("*.rq")]
    close = difflib.get_close_matches(name, sorted(queries), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else "see them all with: kg queries"
    raise QueryError(f"no query is called {name!r}", hint=hint)
