"""A paper's text with what was read in it: coloured in a terminal, or as a page by displaCy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from kg.records import LocalEntity
from kg.report.tables import table
from kg.schema import ENTITY_TYPES, RELATIONS

if TYPE_CHECKING:
    from kg.extraction.explaining import Explanation, Mark

#: So many stretches that fell short are told.
MISSED_SHOWN = 15


def explanation_report(explanation: Explanation) -> RenderableType:
    """The text with its entities in their colours, and behind it what was read, by whom, how surely."""
    paper, extraction = explanation.paper, explanation.extraction
    text = Text(paper.text)
    text.stylize("bold", 0, len(paper.title))
    for mark in explanation.marks:
        if mark.entity is not None:
            text.stylize(f"underline {ENTITY_TYPES[mark.entity.type].colour}", mark.start, mark.end)
    key = Text("  ").join(Text(kind.label, f"underline {kind.colour}") for kind in ENTITY_TYPES.values())
    entities = table("entity", "type", "role", "score", "role's", "proposed by", numbers=["score", "role's"])
    for entity in extraction.entities:
        colour = ENTITY_TYPES[entity.type].colour
        entities.add_row(
            f"[{colour}]{escape(entity.name)}[/]",
            ENTITY_TYPES[entity.type].label,
            entity.role,
            f"{entity.score:.2f}",
            f"{entity.evidence.score:.2f}",
            escape(_said(_best(explanation, entity))),
        )
    parts: list[RenderableType] = [
        Text(f"{paper.id}   read by {extraction.extractor}", "dim"),
        text,
        key,
        Text(),
        entities,
    ]
    if extraction.relations:
        rows = table("statement", "score", "by", numbers=["score"])
        for relation in extraction.relations:
            label = RELATIONS[relation.predicate].label
            rows.add_row(
                f"{escape(relation.subject)} [dim]{label}[/dim] {escape(relation.object)}",
                f"{relation.evidence.score:.2f}",
                relation.evidence.rule,
            )
        parts += [Text(), rows]
    if extraction.results:
        rows = table("result", "metric", "value", "on", "against", "score", numbers=["value", "score"])
        for result in extraction.results:
            rows.add_row(
                escape(result.subject),
                escape(result.metric),
                escape(result.value),
                escape(result.dataset or ""),
                escape(result.baseline or ""),
                f"{result.evidence.score:.2f}",
            )
        parts += [Text(), rows]
    if extraction.links:
        rows = table("link", "kind", "relation", "words")
        for link in extraction.links:
            rows.add_row(escape(link.url), link.kind, link.relation, escape(link.words))
        parts += [Text(), rows]
    if explanation.missed:
        rows = table("not kept", "proposed by")
        for mark in explanation.missed[:MISSED_SHOWN]:
            rows.add_row(escape(mark.quote), escape(_said(mark)))
        parts += [Text(), rows]
    return Group(*parts)


def displacy_page(explanation: Explanation) -> str:
    """The same text as an HTML page by spaCy's displaCy; it asks nothing of any server."""
    from spacy import displacy

    colours: dict[str, str] = {}
    marks = []
    for mark in explanation.marks:
        if mark.entity is None:
            continue
        label = f"{mark.entity.type} {mark.entity.role} {mark.entity.score:.2f} {_said(mark)}".strip()
        colours[label.upper()] = ENTITY_TYPES[mark.entity.type].colour + "55"  # a tint behind dark letters
        marks.append({"start": mark.start, "end": mark.end, "label": label})
    shown = {"text": explanation.paper.text, "ents": marks, "title": None}
    page: str = displacy.render(
        shown, style="ent", manual=True, page=True, jupyter=False, options={"colors": colours}
    )
    return page


def _best(explanation: Explanation, entity: LocalEntity) -> Mark:
    """The mention of an entity that was proposed most surely."""
    mine = [mark for mark in explanation.marks if mark.entity is entity]
    return max(
        mine, key=lambda mark: max((each.score for each in mark.opinions), default=0.0), default=_none(entity)
    )


def _none(entity: LocalEntity) -> Mark:
    from kg.extraction.explaining import Mark

    return Mark(start=0, end=0, quote="", entity=entity, opinions=())


def _said(mark: Mark) -> str:
    own = mark.entity.type if mark.entity is not None else ""
    return ", ".join(
        f"{each.component} {each.score:.2f}" + ("" if each.type == own else f" as {each.type}")
        for each in mark.opinions
    )
