"""How well annotations match."""

from __future__ import annotations

from rich.console import RenderableType

from kg.evaluation import Evaluation, Reliability
from kg.report.tables import table


def evaluation_table(evaluation: Evaluation) -> RenderableType:
    """Precision, recall and F1 by what was compared."""
    numbers = ["precision", "recall", "F1", "gold", "predicted"]
    head = f"{evaluation.papers:,} papers"
    if evaluation.absent:
        head += f", {evaluation.absent:,} of them not predicted"
    rows = table("", *numbers, title=head, numbers=numbers)
    for name, tally in evaluation.tallies.items():
        rows.add_row(
            name,
            f"{tally.precision:.3f}",
            f"{tally.recall:.3f}",
            f"{tally.f1:.3f}",
            f"{tally.gold:,}",
            f"{tally.predicted:,}",
        )
    for name, share in evaluation.shares.items():
        rows.add_row(f"{name}, share right", f"{share.share:.3f}", "", "", f"{share.of:,}", "")
    return rows


def reliability_table(name: str, reliability: Reliability) -> RenderableType:
    """Stated confidence of entities, roles, relations or results against the share that is right."""
    numbers = ["stated", "share right", "count"]
    head = f"{name}: calibration error {reliability.error:.3f}"
    rows = table("score", *numbers, title=head, numbers=numbers)
    for number, each in enumerate(reliability.bins):
        bounds = f"{number / 10:.1f} to {(number + 1) / 10:.1f}"
        if each.count:
            rows.add_row(bounds, f"{each.stated:.2f}", f"{each.share:.2f}", f"{each.count:,}")
        else:
            rows.add_row(bounds, "", "", "0")
    return rows
