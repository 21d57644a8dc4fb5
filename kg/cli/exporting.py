"""`kg export`: further formats of a graph that is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kg.cli.export_options import chosen_options, export_options
from kg.cli.graph_option import graph_option
from kg.errors import OutputError, UsageError
from kg.export import EXPORTERS, chosen
from kg.graph import Graph
from kg.store import POINTER, tidy


@click.command("export")
@click.argument("names", metavar="NAME...", nargs=-1)
@graph_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write; for one NAME only. Default: into the graph's folder. RDF named .gz is compressed.",
)
@export_options
def export_command(names: tuple[str, ...], folder: Path, output: Path | None, **given: Any) -> None:
    """Write a graph in further formats: NAME is one of those that kg export lists without one.

    \b
    Example:
      kg export nq --graph my-graph -o my-graph.nq.gz
    """
    if not names:
        for name, exporter in EXPORTERS.items():
            click.echo(f"{name:12} {exporter.filename:18} {exporter.label}")
        return
    wanted = chosen(only=names)
    if not wanted:
        raise UsageError("the tables are what exports are made of; they are there")
    options = chosen_options(**given)
    if output is not None and len(wanted) > 1:
        raise UsageError("-o names one file", hint="export one NAME at a time, or leave -o out")
    graph = Graph.open(folder)
    for name in wanted:
        exporter = EXPORTERS[name]
        if output is not None and exporter.rdf and output.name.endswith(".gz"):
            options = replace(options, compress=True)
        path = output or folder / exporter.name(options)
        if not path.parent.is_dir():
            raise OutputError(f"{path.parent}: no such folder", hint="make it first, or name another with -o")
        if output is not None and output.is_dir() and exporter.filename.rpartition(".")[2] != "d":
            path = output / exporter.name(options)
        exporter.write(graph, path, options=options)
        if path.name == POINTER:
            tidy(path.parent)
        click.echo(f"Wrote {path}")
