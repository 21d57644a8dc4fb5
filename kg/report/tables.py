"""Tables as all reports show them."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table


def table(*columns: str, title: str = "", numbers: Iterable[str] = ()) -> Table:
    """A table without lines; the columns in `numbers` are set to the right."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return made


def count_rows(rows: Table, head: str, counts: Iterable[tuple[str, int]]) -> None:
    """Add a row a count; the first carries the head."""
    for label, count in counts:
        rows.add_row(head, label, f"{count:,}")
        head = ""
