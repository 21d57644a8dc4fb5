"""`kg query` and `kg queries`: questions to a graph, in SPARQL."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from kg.cli.graph_option import graph_option
from kg.cli.printing import show
from kg.errors import UsageError
from kg.query import (
    FORMATS,
    TRIPLE_FORMATS,
    Query,
    explain_query,
    find_query,
    library,
    parse_query,
    run_query,
)
from kg.report.query import answer_table, queries_table, query_details

Result = TypeVar("Result")


@click.command("query")
@click.argument("query", metavar="NAME|FILE.rq|-")
@graph_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(dict.fromkeys([*FORMATS, *TRIPLE_FORMATS]))),
    default="table",
    show_default=True,
    help="Of the answer; rows as table, csv, tsv, json or xml, triples as ttl, nt, jsonld or rdf.",
)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Bind a parameter. May be given again.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Give up after so long.",
)
@click.option("--explain", is_flag=True, help="Show the text that would be run, and what is bound.")
def query_command(
    query: str,
    folder: Path,
    format_: str,
    parameters: tuple[str, ...],
    timeout: float | None,
    explain: bool,
) -> None:
    """Ask the graph a question: one of the library's (see `kg queries`), a file, or - for standard input.

    \b
    Examples:
      kg query papers-using-dataset -p dataset=ImageNet
      kg query lineage -p entity="Llama 3" --format csv
      kg query my-question.rq --timeout 30
    """
    given = dict(map(_parameter, parameters))
    found = _query(query)
    if explain:
        click.echo(
            _within(timeout, lambda: explain_query(found, folder, parameters=given)).encode(), nl=False
        )
        return
    answer = _within(timeout, lambda: run_query(found, folder, parameters=given))
    for note in answer.notes:
        click.echo(f"kg: {note}", err=True)
    if format_ == "table" and (answer.columns or sys.stdout.isatty()):
        show(answer_table(answer))
    else:
        click.echo(answer.serialise(format_), nl=False)


def _query(name: str) -> Query:
    if name != "-":
        return find_query(name)
    try:
        return parse_query(sys.stdin.buffer.read().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"standard input: not UTF-8 ({error.reason} at byte {error.start})") from error


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"-p {text}: not of the form NAME=VALUE", hint="for example -p method=LoRA")
    return name, value


def _within(seconds: float | None, work: Callable[[], Result]) -> Result:
    """What the work gives, if it is done in time; else the process ends, and so does the work.

    pyoxigraph cannot be interrupted, by a signal or otherwise, but it works without Python's lock. So it
    works in a thread of its own, and the main one waits: for it, for the time to run out, or for Ctrl-C.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    try:
        worker.join(seconds)
    except KeyboardInterrupt:
        _end(130, "stopped")
    if worker.is_alive():
        _end(2, f"no answer within {seconds:g} seconds; ask for less, or give it longer with --timeout")
    if errors:
        raise errors[0]
    return results[0]


def _end(status: int, why: str) -> NoReturn:
    """End the process although a thread is at work; it only reads."""
    click.echo(f"kg: {why}", err=True)
    sys.stderr.flush()
    os._exit(status)


@click.command("queries")
@click.argument("name", required=False)
def queries_command(name: str | None) -> None:
    """List the questions that the library answers, with their parameters; with a NAME, tell all about one.

    \b
    Examples:
      kg queries
      kg queries leaderboard
    """
    show(queries_table(library()) if name is None else query_details(find_query(name)))
