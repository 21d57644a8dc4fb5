"""The option by which commands are told where a graph is."""

from __future__ import annotations

from pathlib import Path

import click

DEFAULT_FOLDER = "exports"

graph_option = click.option(
    "--graph",
    "folder",
    type=click.Path(path_type=Path),
    default=DEFAULT_FOLDER,
    show_default=True,
    metavar="DIR",
    help="The folder of a graph that `kg build` has made.",
)
