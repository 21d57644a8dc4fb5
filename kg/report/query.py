"""The library of queries, and answers, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from kg.export.base import ExportOptions
from kg.query import Answer, Query
from kg.report.tables import table

DEFAULT_BASE = ExportOptions().base


def queries_table(queries: Sequence[Query]) -> RenderableType:
    """The library: names, titles, parameters."""
    rows = table("name", "what it answers", "parameters")
    for query in queries:
        parameters = ", ".join(
            f"{parameter.name}={parameter.default}" if parameter.default else parameter.name
            for parameter in query.parameters
        )
        rows.add_row(query.name, escape(query.title), escape(parameters))
    return rows


def answer_table(answer: Answer) -> RenderableType:
    """A query's answer for the terminal."""
    if answer.boolean is not None:
        return Text("yes" if answer.boolean else "no")
    if not answer.columns:
        return Text(answer.serialise("ttl").decode("utf-8"))
    rows = table(*answer.columns)
    for row in answer.rows:
        # The graph's own nodes by their ids, as `kg show` and `kg why` take them: short enough to read.
        rows.add_row(*(escape(cell.removeprefix(DEFAULT_BASE)) for cell in row))
    return Group(rows, Text(f"{len(answer.rows):,} rows", style="dim"))
