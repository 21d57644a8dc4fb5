"""`kg query` and `kg queries`: questions to a graph, in SPARQL."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.graph_option import graph_option
from kg.cli.printing import show
from kg.errors import UsageError
from kg.query import FORMATS, library, run_query
from kg.report.query import answer_table, queries_table


@click.command("query")
@click.argument("query", metavar="NAME|FILE.rq|-")
@graph_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    default="table",
    show_default=True,
    help="Of the answer.",
)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Bind a parameter. May be given again.",
)
def query_command(query: str, folder: Path, format_: str, parameters: tuple[str, ...]) -> None:
    """Ask the graph a question: one of the library's (see `kg queries`), a file, or - for standard input.

    \b
    Example:
      kg query papers-using-dataset -p dataset=ImageNet
    """
    given: dict[str, str] = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise UsageError(f"-p {parameter}: not of the form NAME=VALUE", hint="for example -p method=LoRA")
        given[name] = value
    text = sys.stdin.read() if query == "-" else None
    answer = run_query(query, folder, parameters=given, text=text)
    for note in answer.notes:
        click.echo(f"kg: {note}", err=True)
    if format_ == "table":
        show(answer_table(answer))
    else:
        sys.stdout.buffer.write(answer.serialise(format_))


@click.command("queries")
def queries_command() -> None:
    """List the questions that the library answers, with their parameters.

    \b
    Example:
      kg queries
    """
    show(queries_table(library()))
