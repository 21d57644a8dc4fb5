"""The command line. Each command reads its options, calls one function that does the work, and reports.

Exit statuses: 0 all is well; 1 done, but something in the input was skipped; 2 nothing was done.
"""

from __future__ import annotations

import importlib

import click

import kg
from kg.errors import KgError

#: Commands, in the order of the help, and where each is defined. To add one, write it and name it here.
#: A module is imported when one of its commands runs: whoever asks a query does not wait for spaCy.
COMMANDS: dict[str, str] = {
    "build": "kg.cli.building:build_command",
    "extract": "kg.cli.building:extract_command",
    "remove": "kg.cli.changing:remove_command",
    "diff": "kg.cli.changing:diff_command",
    "eval": "kg.cli.scoring:eval_command",
    "query": "kg.cli.asking:query_command",
    "queries": "kg.cli.asking:queries_command",
    "serve": "kg.cli.serving:serve_command",
    "export": "kg.cli.exporting:export_command",
    "stats": "kg.cli.looking:stats_command",
    "show": "kg.cli.looking:show_command",
    "open": "kg.cli.looking:open_command",
    "merges": "kg.cli.deciding:merges_command",
    "why": "kg.cli.deciding:why_command",
    "same": "kg.cli.deciding:same_command",
    "different": "kg.cli.deciding:different_command",
}


class Commands(click.Group):
    """A group that loads its commands when they are asked for, and turns the project's errors into one
    line and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KgError as error:
            click.echo(f"kg: {error}", err=True)
            ctx.exit(error.exit_status)
        except KeyboardInterrupt:
            click.echo(
                "kg: stopped; what was written before is whole, and the same command takes up what was begun",
                err=True,
            )
            ctx.exit(130)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kg.__version__, prog_name="kg")
def main() -> None:
    """Build a knowledge graph from paper abstracts, ask it, and look at it."""
