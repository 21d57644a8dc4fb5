"""What linking decided, and how a node came about."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from kg.errors import UsageError
from kg.graph import Graph
from kg.records import Entity, Merge
from kg.report.tables import table


def merges_table(graph: Graph, name: str | None = None) -> RenderableType:
    """All decisions, or those about the nodes of a name.

    Raises UsageError where no node has the name.
    """
    wanted = None if name is None else {entity.id for entity in found(graph, name)}
    return _rows(
        merge for merge in graph.merges() if wanted is None or merge.node in wanted or merge.other in wanted
    )


def why_report(graph: Graph, name: str) -> RenderableType:
    """How each node of that id or name came about."""
    parts: list[RenderableType] = []
    for entity in found(graph, name):
        forms = ", ".join(f"{alias} ({count})" for alias, count in entity.aliases)
        votes = ", ".join(f"{type_} in {papers}" for type_, papers in entity.types)
        parts.append(Text.assemble((entity.name, "bold"), f"  {entity.id}, {entity.papers:,} papers"))
        parts.append(Text(f"written: {forms or entity.name}"))
        if votes:
            parts.append(Text(f"type, by papers: {votes}"))
        if entity.concept:
            parts.append(Text(f"vocabulary: {entity.concept}"))
        if entity.ambiguous:
            parts.append(Text("ambiguous: a short form that no paper spells out"))
        parts.append(_rows(merge for merge in graph.merges() if entity.id in (merge.node, merge.other)))
        parts.append(Text())
    return Group(*parts)


def found(graph: Graph, name: str) -> list[Entity]:
    """The nodes of an id or a name.

    Raises UsageError where there are none.
    """
    entities = graph.find(name)
    if not entities:
        raise UsageError(f"no node is called {name!r}", hint="see `kg stats`, or search on the page: kg open")
    return entities


def _rows(merges: Iterable[Merge]) -> Table:
    rows = table("", "name", "name", "rule", "score", "reason", "papers", numbers=["score"])
    for merge in merges:
        rows.add_row(
            "same" if merge.same else "different",
            escape(merge.left),
            escape(merge.right),
            escape(merge.rule),
            f"{merge.score:.2f}",
            escape(merge.reason),
            escape(", ".join(merge.papers[:3])),
        )
    return rows
