"""What a graph holds, and what it knows of a node."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from kg.errors import UsageError
from kg.graph import Graph, describe, statistics
from kg.graph.statistics import Description, Neighbour
from kg.report.tables import count_rows, table
from kg.schema import EDGE_KINDS, NODE_KINDS

#: Neighbours of one kind, and sentences in all, that `kg show` prints.
NEIGHBOURS_SHOWN = 12
SENTENCES_SHOWN = 5


def statistics_table(graph: Graph) -> RenderableType:
    """Counts over a graph, and the entities that most papers name."""
    found = statistics(graph)
    counts = table("", "", "count", numbers=["count"])
    count_rows(
        counts,
        "papers",
        [("all", found.papers), ("without abstract", found.papers_without_abstract)],
    )
    count_rows(counts, "nodes", ((NODE_KINDS[kind].plural, n) for kind, n in found.nodes.items()))
    count_rows(counts, "edges", ((EDGE_KINDS[kind].label, n) for kind, n in found.edges.items()))
    count_rows(counts, "links", found.links.items())
    count_rows(counts, "", [("results", found.results), ("ambiguous short forms", found.ambiguous)])
    top = table("most named", "", "papers", numbers=["papers"])
    for kind, entities in found.top.items():
        if kind not in ("AUTHOR", "PAGE"):
            count_rows(top, NODE_KINDS[kind].plural, ((escape(e.name), e.papers) for e in entities[:5]))
    return Group(counts, Text(), top)


def node_report(graph: Graph, name: str) -> RenderableType:
    """All that a graph knows of the nodes of that name.

    Raises UsageError where there is none.
    """
    found = describe(graph, name)
    if not found:
        raise UsageError(f"no node is called {name!r}", hint="see `kg stats`, or search on the page: kg open")
    return Group(*(_description(each) for each in found))


def _description(found: Description) -> RenderableType:
    parts: list[RenderableType] = []
    if found.paper is not None:
        paper = found.paper
        parts.append(Text.assemble((paper.title, "bold"), f"  paper {paper.id}"))
        parts += [Text(line) for line in (", ".join(paper.authors), paper.date, paper.url) if line]
    elif found.entity is not None:
        entity = found.entity
        label = NODE_KINDS[entity.kind].label
        parts.append(
            Text.assemble(
                (entity.name, "bold"), f"  {label}, {entity.papers:,} papers  ", (found.node, "dim")
            )
        )
        others = [f"{alias} ({count})" for alias, count in entity.aliases if alias != entity.name]
        if others:
            parts.append(Text("also written " + ", ".join(others)))
        minority = [f"{type_} in {votes}" for type_, votes in entity.types if type_ != entity.kind]
        if minority:
            parts.append(Text("also read as " + ", ".join(minority)))
        if entity.ambiguous:
            parts.append(Text("a short form that no paper spells out"))
        if entity.url:
            parts.append(Text(entity.url))
    rows = table("", "", "papers", numbers=["papers"])
    for label, neighbours in _grouped(found.neighbours):
        head = label
        for each in neighbours[:NEIGHBOURS_SHOWN]:
            shown = f"{escape(each.name)} [dim]{NODE_KINDS[each.kind].label if each.kind else ''}[/dim]"
            rows.add_row(head, shown, f"{each.edge.support:,}")
            head = ""
        if len(neighbours) > NEIGHBOURS_SHOWN:
            rows.add_row("", f"and {len(neighbours) - NEIGHBOURS_SHOWN:,} more", "")
    parts.append(rows)
    if found.results:
        results = table("results", "value", "paper")
        for row in found.results:
            results.add_row(escape(row.metric_text or ""), escape(row.value), escape(row.paper))
        parts.append(results)
    sentences = dict.fromkeys(
        (support.paper, support.quote)
        for neighbour in found.neighbours
        for support in neighbour.edge.evidence
        if support.quote
    )
    for paper_id, quote in list(sentences)[:SENTENCES_SHOWN]:
        parts.append(Text.assemble("“", quote.strip(), "”  ", (paper_id, "dim")))
    parts.append(Text())
    return Group(*parts)


def _grouped(neighbours: Sequence[Neighbour]) -> list[tuple[str, list[Neighbour]]]:
    groups: dict[str, list[Neighbour]] = {}
    for each in neighbours:
        label = EDGE_KINDS[each.edge.kind].label
        groups.setdefault(label if each.outward else f"… {label} this", []).append(each)
    return list(groups.items())
