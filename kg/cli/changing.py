"""`kg remove` and `kg diff`: papers leave a graph; what two graphs do not share."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.build import remove
from kg.cli.graph_option import graph_option
from kg.cli.printing import show
from kg.cli.source_options import quiet_option, workers_option
from kg.graph import Graph
from kg.graph.diff import differences
from kg.progress import shown
from kg.report.diff import diff_json, diff_table


@click.command("remove")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@graph_option
@workers_option
@quiet_option
def remove_command(ids: tuple[str, ...], folder: Path, workers: int | None, quiet: bool) -> None:
    """Take papers out of a graph, by id, arXiv id or DOI, as if they had never been in it.

    Everything that came from them goes, and all exports are written anew, with the options of the last build.

    \b
    Example:
      kg remove 2506.01234 10.1000/example --graph my-graph
    """
    with shown(quiet=quiet) as progress:
        report, unknown = remove(ids, folder, workers=workers, progress=progress)
    click.echo(f"The graph in {folder} has {report.counts['papers']:,} papers now")
    for name in unknown:
        click.echo(f"kg: {folder}: has no paper {name}; name papers by id, arXiv id or DOI", err=True)
    if unknown:
        click.get_current_context().exit(1)


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write all that changed as JSON.")
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="How many of each to name."
)
def diff_command(old: Path, new: Path, as_json: bool, limit: int) -> None:
    """Tell what changed from the graph in OLD to the graph in NEW: papers, entities, edges, and merges.

    \b
    Example:
      kg diff my-graph-last-week my-graph
    """
    found = differences(Graph.open(old), Graph.open(new))
    if as_json:
        click.echo(json.dumps(diff_json(found), indent=2, ensure_ascii=False))
    else:
        show(diff_table(found, limit=limit))
