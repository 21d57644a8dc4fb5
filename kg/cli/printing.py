"""Printing what reports are made of."""

from __future__ import annotations

import sys

from rich.console import Console, RenderableType

#: Where nobody says how wide the paper is, tables may be wider than an old terminal.
WIDTH_OF_FILES = 160


def show(report: RenderableType) -> None:
    """Print a report to standard output, as wide as the terminal."""
    Console(width=None if sys.stdout.isatty() else WIDTH_OF_FILES).print(report)
