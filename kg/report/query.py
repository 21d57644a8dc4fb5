"""The library of queries, and answers, for the terminal."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from kg.export.base import ExportOptions
from kg.query import Answer, Parameter, Query
from kg.report.tables import table

DEFAULT_BASE = ExportOptions().base


def queries_table(queries: Sequence[Query]) -> RenderableType:
    """The library: names, titles, parameters (in brackets what may be left out)."""
    rows = table("name", "what it answers", "parameters")
    for query in queries:
        parameters = ", ".join(map(_parameter, query.parameters))
        rows.add_row(query.name, escape(query.title), escape(parameters))
    return Group(rows, Text("what is in brackets may be left out; more on one: kg queries NAME", style="dim"))


def _parameter(parameter: Parameter) -> str:
    if parameter.required:
        return parameter.name
    return f"[{parameter.name}={parameter.default}]" if parameter.default else f"[{parameter.name}]"


def query_details(query: Query) -> RenderableType:
    """One query: its question, what each parameter means, an example, and its text."""
    rows = table("parameter", "type", "default", "what it is")
    for parameter in query.parameters:
        default = parameter.default or ("must be given" if parameter.required else "left open")
        rows.add_row(parameter.name, parameter.type, escape(default), escape(parameter.description))
    example = " ".join(f"-p {shlex.quote(f'{name}={value}')}" for name, value in query.example_values.items())
    return Group(
        Text(query.title, style="bold"),
        Text(query.question),
        rows,
        Text(f"example: kg query {query.name} {example}"),
        Text(f"\n{query.text.strip()}", style="dim"),
    )


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
