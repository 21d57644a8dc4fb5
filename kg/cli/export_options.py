"""What one may choose about exports: the same at `kg build` and `kg export`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kg.export import PROVENANCE, ExportOptions

Command = TypeVar("Command", bound=Callable[..., Any])

_DEFAULT = ExportOptions()

_OPTIONS = (
    click.option(
        "--base",
        default=_DEFAULT.base,
        show_default=True,
        metavar="IRI",
        help="Where the graph's own IRIs begin.",
    ),
    click.option(
        "--provenance",
        type=click.Choice(PROVENANCE),
        default=_DEFAULT.provenance,
        show_default=True,
        help="How much of the evidence the RDF carries.",
    ),
    click.option(
        "--abstracts/--no-abstracts",
        default=_DEFAULT.abstracts,
        show_default=True,
        help="Whether papers carry their abstracts.",
    ),
    click.option(
        "--license",
        "licence",
        default=_DEFAULT.license,
        metavar="IRI",
        help="Terms under which the graph may be used; the RDF states them.",
    ),
    click.option("--compress", is_flag=True, help="Write RDF files as .gz."),
)


def export_options(command: Command) -> Command:
    """A command with these options; they come as base, provenance, abstracts, licence and compress."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen_options(**given: Any) -> ExportOptions:
    """The options as exporters take them."""
    return ExportOptions(license=given.pop("licence"), **given)
