"""Answers from a store to what a server passes on: queries, graphs, library questions, neighbourhoods."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from kg.errors import KgError
from kg.export.terms import PREFIXES
from kg.query import Answer, Query, run_query
from kg.query.complaints import malformed
from kg.serve.negotiation import ROWS, TRIPLES, rows_type, triples_type
from kg.serve.neighbourhood import Neighbourhood
from kg.store import has_named_graphs, open_store

_RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_JSON = "application/json"

Writer = Callable[[Any], None]

#: An answer of fewer bytes is sent as it is: it goes in one packet either way.
WORTH_COMPRESSING = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as HTTP has it; a long body is a function that writes to a file."""

    status: int = 200
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Writer = b""
    gzip: bool = False  #: whether the body is to be compressed on its way

    @property
    def head(self) -> dict[str, Any]:
        """All but the body."""
        headers = {**self.headers, "Content-Encoding": "gzip"} if self.gzip else self.headers
        return {"status": self.status, "media_type": self.media_type, "headers": headers}


def refusal(status: int, reason: str) -> Reply:
    """One line that says why not."""
    return Reply(status=status, media_type="text/plain; charset=utf-8", body=f"{reason}\n".encode())


class Answerer:
    """The store of one graph, and what is made of it."""

    def __init__(self, graph: Path) -> None:
        """Raises SourceError where there is no graph, or where it cannot be read."""
        self._store = open_store(graph)
        self._union = has_named_graphs(self._store)
        self._neighbourhood = Neighbourhood(self._store)
        self._kinds: dict[str, Callable[[dict[str, Any]], Reply]] = {
            "query": self._query,
            "graph": self._graph,
            "library": self._library,
            "api": self._api,
        }

    def reply(self, request: bytes) -> Reply:
        """The answer to a request; never an error."""
        asked: dict[str, Any] = json.loads(request)
        reply = self._reply(asked)
        long = callable(reply.body) or len(reply.body) >= WORTH_COMPRESSING
        return replace(reply, gzip=bool(asked.get("gzip")) and long and reply.status == 200)

    def _reply(self, asked: dict[str, Any]) -> Reply:
        try:
            return self._kinds[asked["kind"]](asked)
        except KgError as error:
            return refusal(400, str(error))
        except (OSError, RuntimeError, ValueError) as error:
            return refusal(500, f"cannot be answered ({' '.join(str(error).split())})")

    # ------------------------------------------------------------ SPARQL

    def _query(self, asked: dict[str, Any]) -> Reply:
        try:
            dataset = self._dataset(asked["default_graphs"], asked["named_graphs"])
        except ValueError as error:
            return refusal(400, f"a graph's name is no IRI ({error})")
        text = asked["text"]
        try:
            answer = self._store.query(text, **dataset)
        except SyntaxError as error:
            raise malformed(_asked(text), error) from error
        accept, most = asked["accept"], asked["max_rows"] or None
        if isinstance(answer, QueryTriples):
            return _triples_reply(answer, accept, most)
        if (type_ := rows_type(accept)) is None:
            return _not_acceptable(ROWS)
        return _rows_reply(answer, type_, most)

    def _dataset(self, default: Iterable[str], named: Iterable[str]) -> dict[str, Any]:
        """The graphs that a query is asked of (SPARQL 1.1 Protocol, section 2.1.4)."""
        graphs = {
            "default_graph": [NamedNode(iri) for iri in default],
            "named_graphs": [NamedNode(iri) for iri in named],
        }
        if any(graphs.values()):
            return graphs
        return {"use_default_graph_as_union": self._union}

    # ------------------------------------------------------------ whole graphs

    def _graph(self, asked: dict[str, Any]) -> Reply:
        try:
            graph = DefaultGraph() if asked["graph"] is None else NamedNode(asked["graph"])
        except ValueError as error:
            return refusal(400, f"the graph's name is no IRI ({error})")
        if isinstance(graph, NamedNode) and not self._store.contains_named_graph(graph):
            return refusal(404, f"there is no graph {graph.value}")
        if (type_ := triples_type(asked["accept"])) is None:
            return _not_acceptable(TRIPLES)
        if asked["head"]:
            return Reply(media_type=_with_charset(type_))
        format_ = RdfFormat.from_media_type(type_)

        def write(file: Any) -> None:
            self._store.dump(file, format_, from_graph=graph, prefixes=PREFIXES)

        return Reply(media_type=_with_charset(type_), body=write)

    # ------------------------------------------------------------ the pages

    def _library(self, asked: dict[str, Any]) -> Reply:
        """A question of the library, as JSON for the page's table."""
        answer = run_query(asked["name"], self._store, parameters=asked["parameters"])
        if not answer.columns:
            told: dict[str, Any] = {"triples": answer.serialise("ttl").decode(), "notes": answer.notes}
        else:
            told = {"columns": answer.columns, "rows": answer.rows, "notes": answer.notes}
        return Reply(media_type=_JSON, body=_encoded(told))

    def _api(self, asked: dict[str, Any]) -> Reply:
        found = self._neighbourhood.answer(asked["name"], asked["parameters"])
        if found is None:
            return Reply(status=404, media_type=_JSON, body=_encoded({"error": "there is no such node"}))
        return Reply(media_type=_JSON, body=_encoded(found))


def _asked(text: str) -> Query:
    return Query(name="query", title="", question="", parameters=(), text=text, source="the query")


def _rows_reply(answer: QuerySolutions | QueryBoolean, type_: str, most: int | None) -> Reply:
    format_ = ROWS[type_]
    headers: dict[str, str] = {}
    if isinstance(answer, QueryBoolean) and format_ in ("csv", "tsv"):  # which have no form for it
        type_, format_ = "text/plain", ""
        body = b"true\n" if answer else b"false\n"
    elif isinstance(answer, QueryBoolean) or most is None or not answer.variables:
        body = cast(bytes, answer.serialize(format=_RESULTS[format_]))
    else:
        columns = tuple(variable.value for variable in answer.variables)
        rows = [tuple(row) for row in islice(answer, most + 1)]
        headers = _cut(len(rows), most)
        body = Answer(columns=columns, terms=tuple(rows[:most])).serialise(format_)
    return Reply(media_type=_with_charset(type_), headers=headers, body=body)


def _triples_reply(answer: QueryTriples, accept: str, most: int | None) -> Reply:
    if (type_ := triples_type(accept)) is None:
        return _not_acceptable(TRIPLES)
    triples = list(islice(answer, None if most is None else most + 1))
    body = cast(bytes, serialize(triples[:most], format=_format(type_), prefixes=PREFIXES))
    return Reply(media_type=_with_charset(type_), headers=_cut(len(triples), most), body=body)


def _format(type_: str) -> RdfFormat:
    found = RdfFormat.from_media_type(type_)
    assert found is not None, type_
    return found


def _cut(found: int, most: int | None) -> dict[str, str]:
    """A header that says that an answer is not whole."""
    return {} if most is None or found <= most else {"X-Cut-At": str(most)}


def _not_acceptable(offered: Iterable[str]) -> Reply:
    return refusal(406, "this answer can be had as " + ", ".join(offered))


def _with_charset(type_: str) -> str:
    return f"{type_}; charset=utf-8" if type_.startswith("text/") else type_


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
