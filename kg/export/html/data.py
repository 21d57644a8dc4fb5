"""A selection as plain data for the page: nodes and edges as columns, every string once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kg.export.html.layout import Layout
from kg.export.html.selection import Selection
from kg.records import Entity, Paper, paper_node
from kg.schema import EDGE_KINDS, NODE_KINDS

#: Sentences carried for an edge, and aliases for a node; the tables and the RDF hold all.
MOST_SENTENCES = 3
MOST_ALIASES = 12


@dataclass(slots=True)
class Strings:
    """Strings by number, each kept once."""

    values: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, text: str) -> int:
        number = self.numbers.setdefault(text, len(self.values))
        if number == len(self.values):
            self.values.append(text)
        return number


def node_order(selection: Selection) -> list[str]:
    """Node ids in the order of their numbers: papers, then entities, each by id."""
    return [
        *(paper_node(paper.id) for paper in selection.papers),
        *(entity.id for entity in selection.entities),
    ]


def page_data(selection: Selection, layout: Layout) -> dict[str, Any]:
    """Everything that the page shows, as lists and numbers.

    `strings` holds all texts; other columns refer to them by number. An edge's sentence is (paper's node,
    quote, rule); a result is (paper, subject, metric, value, dataset, baseline, quote), -1 for none.
    """
    strings = Strings()
    number = {node: index for index, node in enumerate(node_order(selection))}
    kinds, edge_kinds = list(NODE_KINDS), list(EDGE_KINDS)
    nodes = [_paper(paper, strings) for paper in selection.papers]
    nodes += [_entity(entity, strings) for entity in selection.entities]
    for row, (x, y), community in zip(nodes, layout.positions, layout.communities, strict=True):
        row |= {"x": x, "y": y, "community": community}
    columns = ("id", "kind", "name", "about", "url", "aliases", "papers", "x", "y", "community")
    return {
        "kinds": [{"name": name, **_shown(name)} for name in kinds],
        "edgeKinds": [{"name": name, "label": kind.label} for name, kind in EDGE_KINDS.items()],
        "nodes": {column: [row[column] for row in nodes] for column in columns},
        "edges": {
            "source": [number[edge.source] for edge in selection.edges],
            "target": [number[edge.target] for edge in selection.edges],
            "kind": [edge_kinds.index(edge.kind) for edge in selection.edges],
            "support": [edge.support for edge in selection.edges],
            "confidence": [round(edge.confidence, 2) for edge in selection.edges],
            "sentences": [
                [
                    [number.get(paper_node(support.paper), -1), strings[support.quote], strings[support.rule]]
                    for support in edge.evidence[:MOST_SENTENCES]
                ]
                for edge in selection.edges
            ],
        },
        "results": [
            [
                number[paper_node(result.paper)],
                number.get(result.subject, -1),
                strings[result.metric_text],
                strings[result.value],
                number.get(result.dataset or "", -1),
                number.get(result.baseline or "", -1),
                strings[result.evidence.quote],
            ]
            for result in selection.results
        ],
        "leftOut": {"nodes": selection.nodes_left_out, "edges": selection.edges_left_out},
        "strings": strings.values,
    }


def _shown(kind: str) -> dict[str, str]:
    shown = NODE_KINDS[kind]
    return {"label": shown.label, "plural": shown.plural, "colour": shown.colour, "shape": shown.shape}


def _paper(paper: Paper, strings: Strings) -> dict[str, Any]:
    about = [", ".join(paper.authors), paper.date, " ".join(paper.categories)]
    return {
        "id": strings[paper_node(paper.id)],
        "kind": list(NODE_KINDS).index("PAPER"),
        "name": strings[paper.title],
        "about": strings[" · ".join(part for part in about if part)],
        "url": strings[paper.url],
        "aliases": [strings[paper.id]],
        "papers": 1,
    }


def _entity(entity: Entity, strings: Strings) -> dict[str, Any]:
    others = [f"{name.lower()} in {votes}" for name, votes in entity.types if name != entity.kind]
    about = [
        f"a {entity.link_kind} page" if entity.kind == "PAGE" and entity.link_kind else "",
        f"also read as {', '.join(others)}" if others else "",
        "short form that no paper spells out" if entity.ambiguous else "",
    ]
    aliases = sorted(entity.aliases, key=lambda alias: (-alias[1], alias[0]))
    return {
        "id": strings[entity.id],
        "kind": list(NODE_KINDS).index(entity.kind),
        "name": strings[entity.name],
        "about": strings[" · ".join(part for part in about if part)],
        "url": strings[entity.url],
        "aliases": [strings[name] for name, _ in aliases[:MOST_ALIASES] if name != entity.name],
        "papers": entity.papers,
    }
