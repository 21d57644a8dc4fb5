"""What a build did."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from kg.build import BuildReport
from kg.report.tables import count_rows, table
from kg.schema import EDGE_KINDS, NODE_KINDS


def build_table(report: BuildReport, *, where: str = "") -> RenderableType:
    """The short table at the end of a build."""
    rows = table("", "", "count", numbers=["count"])
    count_rows(rows, "read", report.counts.items())
    count_rows(rows, "nodes", ((NODE_KINDS[kind].plural, count) for kind, count in report.nodes.items()))
    count_rows(rows, "edges", ((EDGE_KINDS[kind].label, count) for kind, count in report.edges.items()))
    if report.problems:
        count_rows(rows, "skipped", [("records, said below", len(report.problems))])
    rate = report.counts["papers"] / report.extraction_seconds if report.extraction_seconds else 0.0
    rows.add_row("time", "seconds", f"{report.seconds:.1f}")
    rows.add_row("", "abstracts a second, extracting", f"{rate:,.0f}")
    return Group(rows, Text(f"The graph is in {where or report.folder}"))
