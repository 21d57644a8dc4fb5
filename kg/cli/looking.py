"""`kg stats`, `kg show` and `kg open`: what a graph holds."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from kg.cli.graph_option import graph_option
from kg.cli.printing import show
from kg.errors import UsageError
from kg.export.notebook import write_neighbourhood
from kg.graph import Graph
from kg.report.graph import node_report, statistics_table

PAGE = "graph.html"


@click.command("stats")
@graph_option
def stats_command(folder: Path) -> None:
    """Count what a graph holds: nodes and edges by kind, and its most supported entities.

    \b
    Example:
      kg stats --graph my-graph
    """
    show(statistics_table(Graph.open(folder)))


@click.command("show")
@click.argument("name")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page with a map of the node's neighbourhood, and print nothing else.",
)
@click.option(
    "--hops",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="How far the map reaches; with --html.",
)
@graph_option
def show_command(name: str, page: Path | None, hops: int, folder: Path) -> None:
    """Show what the graph knows of NAME: a paper's id, an entity's name or any of its aliases.

    \b
    Example:
      kg show KnowRL
      kg show KnowRL --html knowrl.html --hops 2
    """
    graph = Graph.open(folder)
    if page is None:
        show(node_report(graph, name))
        return
    write_neighbourhood(graph, page, around=name, hops=hops)
    click.echo(f"Wrote {page}; open it in a browser")


@click.command("open")
@graph_option
def open_command(folder: Path) -> None:
    """Open the graph's page in a browser.

    \b
    Example:
      kg open --graph my-graph
    """
    page = folder / PAGE
    if not page.is_file():
        raise UsageError(f"{page}: not there", hint=f"build it first: kg build -o {folder}")
    if webbrowser.open(page.resolve().as_uri()):
        click.echo(f"Opened {page}")
    else:
        click.echo(f"No browser found; open {page.resolve()} in one")
