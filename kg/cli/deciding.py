"""`kg merges`, `kg why`, `kg same`, `kg different`: what linking decided, and the user's own word on it."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.graph_option import graph_option
from kg.cli.printing import show
from kg.graph import Graph
from kg.linking.rulings import Ruling, add_ruling
from kg.report.merges import merges_table, why_report

decisions_option = click.option(
    "--decisions",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default="decisions.tsv",
    show_default=True,
    metavar="FILE",
    help="The file to append to; hand it to kg build --decisions.",
)


@click.command("merges")
@click.argument("name", required=False)
@graph_option
def merges_command(name: str | None, folder: Path) -> None:
    """List which names were joined and which were kept apart, with the rule, its score and the reason.

    With NAME, only what concerns nodes of that name, in any spelling.

    \b
    Example:
      kg merges BERT --graph my-graph
    """
    show(merges_table(Graph.open(folder), name))


@click.command("why")
@click.argument("node", metavar="NODE")
@graph_option
def why_command(node: str, folder: Path) -> None:
    """Tell how a node came about: its forms, the votes on its type, and each decision about it.

    \b
    Example:
      kg why method/knowrl --graph my-graph
    """
    show(why_report(Graph.open(folder), node))


def _decide(same: bool, left: str, right: str, file: Path) -> None:
    add_ruling(file, Ruling(same=same, left=left, right=right))
    click.echo(f"Written to {file}; it counts in builds with --decisions {file}")


@click.command("same")
@click.argument("a")
@click.argument("b")
@decisions_option
def same_command(a: str, b: str, file: Path) -> None:
    """Decide that A and B are one thing, whatever linking thinks.

    \b
    Example:
      kg same "LLM judge" "LLM-as-a-judge"
    """
    _decide(True, a, b, file)


@click.command("different")
@click.argument("a")
@click.argument("b")
@decisions_option
def different_command(a: str, b: str, file: Path) -> None:
    """Decide that A and B are two things, whatever linking thinks.

    \b
    Example:
      kg different attention "attention mechanism"
    """
    _decide(False, a, b, file)
