"""A graph as CSV files for `neo4j-admin database import`, each with its header row.

    papers.csv, entities.csv, results.csv       nodes: …:ID, properties with their types, :LABEL
    edges.csv, result_edges.csv                 relationships: :START_ID, :END_ID, :TYPE, properties
    import.args                                 arguments for: neo4j-admin database import full @import.args

Lists are joined with ";", the importer's own delimiter, so a ";" within an item becomes a ",". Line breaks
become blanks, so no option for fields of several lines is needed. What is not known is left empty, which
the importer takes for "no such property".
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg import schema
from kg.export.base import ExportOptions, ReadableGraph
from kg.export.graphml import best_support
from kg.export.iris import Iris
from kg.export.terms import clean
from kg.files import atomic_folder
from kg.records import ResultRow, paper_node

Cell = str | int | float | bool | Iterable[str] | None

#: File → its header row.
HEADERS: dict[str, tuple[str, ...]] = {
    "papers.csv": (
        "id:ID", "title", "abstract", "authors:string[]", "date", "url", "arxiv_id", "doi",
        "categories:string[]", "iri", ":LABEL",
    ),
    "entities.csv": (
        "id:ID", "name", "aliases:string[]", "types:string[]", "papers:int", "url", "link_kind", "concept",
        "ambiguous:boolean", "iri", ":LABEL",
    ),
    "results.csv": (
        "id:ID", "metric_text", "value_text", "value:double", "unit", "confidence:double", "quote", ":LABEL",
    ),
    "edges.csv": (
        ":START_ID", ":END_ID", "support:int", "confidence:double", "papers:string[]", "quote", "rule",
        ":TYPE",
    ),
    "result_edges.csv": (":START_ID", ":END_ID", ":TYPE"),
}  # fmt: skip

_NODES = ("papers.csv", "entities.csv", "results.csv")


def write_neo4j(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write the folder neo4j/."""
    rows = {
        "papers.csv": _papers(graph, options),
        "entities.csv": _entities(graph, options),
        "results.csv": _results(graph),
        "edges.csv": _edges(graph),
        "result_edges.csv": _result_edges(graph),
    }
    with atomic_folder(path) as draft:
        for name, cells in rows.items():
            with (draft / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(HEADERS[name])
                writer.writerows([_cell(cell) for cell in row] for row in cells)
        arguments = [f"--{'nodes' if name in _NODES else 'relationships'}={name}" for name in HEADERS]
        (draft / "import.args").write_text("\n".join(arguments) + "\n", encoding="utf-8")


def _papers(graph: ReadableGraph, options: ExportOptions) -> Iterator[tuple[Cell, ...]]:
    iris = Iris(options.base)
    for paper in graph.papers():
        node = paper_node(paper.id)
        abstract = paper.abstract if options.abstracts else ""
        yield (
            *(node, paper.title, abstract, paper.authors, paper.date, paper.url, paper.arxiv_id, paper.doi),
            *(paper.categories, iris.node(node)[1:-1], "Paper"),
        )


def _entities(graph: ReadableGraph, options: ExportOptions) -> Iterator[tuple[Cell, ...]]:
    iris = Iris(options.base)
    for node in graph.entities():
        aliases = sorted({alias for alias, _ in node.aliases} - {node.name})
        types = [kind for kind, _ in node.types]
        label = schema.NODE_KINDS[node.kind].label.capitalize()
        labels = [label, "Entity"] if node.kind in schema.ENTITY_TYPES else [label]
        yield (
            *(node.id, node.name, aliases, types, node.papers, node.url, node.link_kind, node.concept),
            *(node.ambiguous, iris.node(node.id)[1:-1], labels),
        )


def _results(graph: ReadableGraph) -> Iterator[tuple[Cell, ...]]:
    for row in graph.results():
        number = row.number if row.number is not None and math.isfinite(row.number) else None
        evidence = row.evidence
        yield row.id, row.metric_text, row.value, number, row.unit, evidence.score, evidence.quote, "Result"


def _edges(graph: ReadableGraph) -> Iterator[tuple[Cell, ...]]:
    for edge in graph.edges():
        best = best_support(edge.evidence)
        papers = dict.fromkeys(support.paper for support in edge.evidence)
        quote, rule = (best.quote, best.rule) if best else (None, None)
        yield (
            *(edge.source, edge.target, edge.support, edge.confidence, papers, quote, rule),
            edge.kind.upper(),
        )


def _result_edges(graph: ReadableGraph) -> Iterator[tuple[Cell, ...]]:
    for row in graph.results():
        for type_, target in _targets(row):
            if target is not None:
                yield row.id, target, type_


def _targets(row: ResultRow) -> Iterator[tuple[str, str | None]]:
    yield "RESULT_OF", row.subject
    yield "MEASURED_BY", row.metric
    yield "MEASURED_ON", row.dataset
    yield "COMPARED_WITH", row.baseline
    yield "REPORTED_IN", paper_node(row.paper)


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return " ".join(clean(value).splitlines())
    if isinstance(value, int | float):
        return repr(value)
    return ";".join(_cell(item).replace(";", ",") for item in value)
