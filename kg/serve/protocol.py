"""What a request asks for: SPARQL 1.1 Protocol, section 2.1, and Graph Store HTTP Protocol, section 4."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

#: The largest request that is read: no question written by a person comes near.
LONGEST = 1 << 20

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

# everything in which the word SERVICE would mean nothing: comments, addresses, strings
_ASIDE = re.compile(
    r"""<[^<>"{}|^`\\\x00-\x20]*>|\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|\#[^\n\r]*""",
    re.DOTALL,
)
_SERVICE = re.compile(r"(?<![\w:?$.-])SERVICE(?![\w:-])", re.IGNORECASE)


class RefusedError(Exception):
    """A request that is not answered: an HTTP status, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query, and the graphs that it is asked of where the request names some."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def question(method: str, content_type: str, url_query: str, body: bytes) -> Question | None:
    """The question that a request asks; None where it asks none and so wants the service's description.

    Raises RefusedError where the request is not one of the protocol's, or is an update.
    """
    fields = _fields(url_query)
    if method == "POST":
        type_ = content_type.partition(";")[0].strip().lower()
        if type_ == FORM:
            if "query" in fields or "update" in fields:
                raise RefusedError(400, "a form has its query in the body, not in the address")
            fields = _merged(fields, _fields(_text(body)))
        elif type_ == QUERY:
            if "query" in fields:
                raise RefusedError(400, "one query in the body, one in the address: send one")
            fields = {**fields, "query": [_text(body)]}
        elif type_ == UPDATE:
            raise RefusedError(403, "this service is read only: it takes no updates")
        else:
            raise RefusedError(415, f"a query is posted as {QUERY} or {FORM}")
    if "update" in fields:
        raise RefusedError(403, "this service is read only: it takes no updates")
    if any(name in fields for name in ("using-graph-uri", "using-named-graph-uri")):
        raise RefusedError(400, "using-graph-uri belongs to updates")
    queries = fields.get("query", [])
    if len(queries) > 1:
        raise RefusedError(400, "one query at a time")
    if not queries:
        if method == "POST" or fields:
            raise RefusedError(400, "the parameter `query` is missing")
        return None
    if _SERVICE.search(_ASIDE.sub(" ", queries[0])):
        raise RefusedError(403, "this service asks no other services: SERVICE is not followed")
    return Question(
        text=queries[0],
        default_graphs=tuple(fields.get("default-graph-uri", ())),
        named_graphs=tuple(fields.get("named-graph-uri", ())),
    )


def stored_graph(url_query: str) -> str | None:
    """The graph that a Graph Store request names; None is the default graph.

    Raises RefusedError where it names none, or several.
    """
    fields = _fields(url_query)
    wanted = [*fields.get("graph", ()), *(["default"] if "default" in fields else [])]
    if len(wanted) != 1:
        raise RefusedError(400, "name one graph: ?default or ?graph=IRI")
    return None if "default" in fields else fields["graph"][0]


def _fields(encoded: str) -> dict[str, list[str]]:
    try:
        return parse_qs(encoded, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (UnicodeDecodeError, ValueError) as error:
        raise RefusedError(400, "the parameters are not UTF-8, or too many") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(400, "the body is not UTF-8") from error


def _merged(one: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: [*one.get(name, ()), *other.get(name, ())] for name in (*one, *other)}
