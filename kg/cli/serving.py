"""`kg serve`: the graph over HTTP."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

import click

from kg.cli.graph_option import graph_option
from kg.errors import UsageError


@click.command("serve")
@graph_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    help="Seconds that a query may take; then it is stopped.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    help="Rows of an answer; the rest is cut off. 0: no limit.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that answer. Default: one a core, and two more so that long questions hold up no others.",
)
def serve_command(
    folder: Path, host: str, port: int, timeout: float, max_rows: int, workers: int | None
) -> None:
    """Serve the graph for reading: SPARQL 1.1 Protocol, a page to ask from, and the explorer.

    \b
    Example:
      kg serve --graph my-graph --port 8080
    """
    from kg.serve.server import run
    from kg.serve.settings import Settings

    if not folder.exists():
        raise UsageError(f"{folder}: no such file or folder", hint="make one with: kg build SOURCE... -o DIR")
    if not _loopback(host):
        click.echo(
            f"kg: {host} can be reached by other machines; whoever reaches it can read the graph", err=True
        )
    settings = Settings(
        graph=folder,
        timeout=timeout,
        max_rows=max_rows,
        workers=workers or (os.cpu_count() or 2) + 2,
    )
    run(settings, host=host, port=port, started=_tell)


def _tell(address: str) -> None:
    click.echo(
        f"Ask at {address}, explore at {address}explorer, SPARQL endpoint {address}sparql; end with Ctrl-C"
    )


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
