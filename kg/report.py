"""What the command line shows, as rich's tables and text: made here from plain data, printed by the CLI."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from kg.build import BuildReport
from kg.errors import UsageError
from kg.evaluation import Evaluation
from kg.graph import Graph, describe, statistics
from kg.graph.statistics import Description, Neighbour
from kg.query import Answer, Query
from kg.schema import EDGE_KINDS, NODE_KINDS

#: Neighbours of one kind, and sentences in all, that `kg show` prints.
NEIGHBOURS_SHOWN = 12
SENTENCES_SHOWN = 5


def _table(*columns: str, title: str = "", numbers: Iterable[str] = ()) -> Table:
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return table


def _count_rows(table: Table, head: str, counts: Iterable[tuple[str, int]]) -> None:
    for label, count in counts:
        table.add_row(head, label, f"{count:,}")
        head = ""


def build_table(report: BuildReport) -> RenderableType:
    """The short table at the end of a build."""
    table = _table("", "", "count", numbers=["count"])
    _count_rows(table, "read", report.counts.items())
    _count_rows(table, "nodes", ((NODE_KINDS[kind].plural, count) for kind, count in report.nodes.items()))
    _count_rows(table, "edges", ((EDGE_KINDS[kind].label, count) for kind, count in report.edges.items()))
    if report.problems:
        _count_rows(table, "skipped", [("records, said below", len(report.problems))])
    rate = report.counts["papers"] / report.extraction_seconds if report.extraction_seconds else 0.0
    table.add_row("time", "seconds", f"{report.seconds:.1f}")
    table.add_row("", "abstracts a second, extracting", f"{rate:,.0f}")
    return Group(table, Text(f"The graph is in {report.folder}"))


def evaluation_table(evaluation: Evaluation) -> RenderableType:
    """Precision, recall and F1 by what was compared."""
    numbers = ["precision", "recall", "F1", "gold", "predicted"]
    head = f"{evaluation.papers:,} papers"
    if evaluation.absent:
        head += f", {evaluation.absent:,} of them not predicted"
    table = _table("", *numbers, title=head, numbers=numbers)
    for name, tally in evaluation.tallies.items():
        table.add_row(
            name,
            f"{tally.precision:.3f}",
            f"{tally.recall:.3f}",
            f"{tally.f1:.3f}",
            f"{tally.gold:,}",
            f"{tally.predicted:,}",
        )
    for name, share in evaluation.shares.items():
        table.add_row(f"{name}, share right", f"{share.share:.3f}", "", "", f"{share.of:,}", "")
    return table


def statistics_table(graph: Graph) -> RenderableType:
    """Counts over a graph, and the entities that most papers name."""
    found = statistics(graph)
    counts = _table("", "", "count", numbers=["count"])
    _count_rows(
        counts,
        "papers",
        [("all", found.papers), ("without abstract", found.papers_without_abstract)],
    )
    _count_rows(counts, "nodes", ((NODE_KINDS[kind].plural, n) for kind, n in found.nodes.items()))
    _count_rows(counts, "edges", ((EDGE_KINDS[kind].label, n) for kind, n in found.edges.items()))
    _count_rows(counts, "links", found.links.items())
    _count_rows(counts, "", [("results", found.results), ("ambiguous short forms", found.ambiguous)])
    top = _table("most named", "", "papers", numbers=["papers"])
    for kind, entities in found.top.items():
        if kind not in ("AUTHOR", "PAGE"):
            _count_rows(top, NODE_KINDS[kind].plural, ((escape(e.name), e.papers) for e in entities[:5]))
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
    table = _table("", "", "papers", numbers=["papers"])
    for label, neighbours in _grouped(found.neighbours):
        head = label
        for each in neighbours[:NEIGHBOURS_SHOWN]:
            shown = f"{escape(each.name)} [dim]{NODE_KINDS[each.kind].label if each.kind else ''}[/dim]"
            table.add_row(head, shown, f"{each.edge.support:,}")
            head = ""
        if len(neighbours) > NEIGHBOURS_SHOWN:
            table.add_row("", f"and {len(neighbours) - NEIGHBOURS_SHOWN:,} more", "")
    parts.append(table)
    if found.results:
        results = _table("results", "value", "paper")
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


def queries_table(queries: Sequence[Query]) -> RenderableType:
    """The library: names, titles, parameters."""
    table = _table("name", "what it answers", "parameters")
    for query in queries:
        parameters = ", ".join(
            f"{parameter.name}={parameter.default}" if parameter.default else parameter.name
            for parameter in query.parameters
        )
        table.add_row(query.name, escape(query.title), escape(parameters))
    return table


def answer_table(answer: Answer) -> RenderableType:
    """A query's answer for the terminal."""
    if not answer.columns:
        return Text(answer.serialise("ttl").decode("utf-8"))
    table = _table(*answer.columns)
    for row in answer.rows:
        table.add_row(*(escape(cell) for cell in row))
    return Group(table, Text(f"{len(answer.rows):,} rows", style="dim"))
