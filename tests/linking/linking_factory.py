"""Papers and extractions made by hand for the tests of linking and of the graph."""

from __future__ import annotations

from collections.abc import Sequence

from kg.records import (
    Abbreviation,
    Evidence,
    Extraction,
    Link,
    LocalEntity,
    Mention,
    Paper,
    Relation,
    Result,
)

Said = tuple[Paper, Extraction]


def entity(*surfaces: str, type: str = "METHOD", role: str = "uses", concept: str = "") -> LocalEntity:
    """An entity with these surfaces; its name is the longest of them."""
    return LocalEntity(
        name=max(surfaces, key=len),
        type=type,
        role=role,
        surfaces=surfaces,
        mentions=(),
        evidence=Evidence(start=0, end=4, rule="test", score=0.8),
        rule="test",
        score=0.9,
        concept=concept,
    )


def paper(
    id: str,
    *entities: LocalEntity,
    relations: Sequence[tuple[str, str, str]] = (),
    results: Sequence[Result] = (),
    links: Sequence[Link] = (),
    abbreviations: Sequence[tuple[str, str]] = (),
    **record: object,
) -> Said:
    """A paper whose abstract is a list of the entities' surfaces, and its extraction."""
    said = Paper(
        id=id,
        title=f"Title of {id}",
        abstract=", ".join(surface for each in entities for surface in each.surfaces) + ".",
        **record,  # type: ignore[arg-type]
    )
    return said, Extraction(
        paper=id,
        text_sha256=said.text_sha256,
        extractor="test 1",
        entities=tuple(_with_mentions(each, said.text) for each in entities),
        relations=tuple(
            Relation(
                subject=s, predicate=p, object=o, evidence=Evidence(start=0, end=4, rule="test", score=0.6)
            )
            for s, p, o in relations
        ),
        results=tuple(results),
        links=tuple(links),
        abbreviations=tuple(Abbreviation(short=short, long=long) for short, long in abbreviations),
    )


def _with_mentions(each: LocalEntity, text: str) -> LocalEntity:
    mentions = tuple(
        Mention(start=start, end=start + len(surface), sentence_start=0, sentence_end=len(text))
        for surface in each.surfaces
        if (start := text.find(surface)) >= 0
    )
    return LocalEntity(
        name=each.name,
        type=each.type,
        role=each.role,
        surfaces=each.surfaces,
        mentions=mentions,
        evidence=each.evidence,
        rule=each.rule,
        score=each.score,
        concept=each.concept,
    )


def link_to(url: str, *, kind: str = "code", relation: str = "provides") -> Link:
    """A link that the first four characters of a text speak of."""
    return Link(
        url=url,
        kind=kind,
        relation=relation,
        words="",
        start=0,
        end=4,
        evidence=Evidence(start=0, end=4, rule="test", score=0.9),
    )


def result(subject: str, metric: str, *, dataset: str | None = None, baseline: str | None = None) -> Result:
    """A result of 91.5 per cent."""
    return Result(
        subject=subject,
        metric=metric,
        value="91.5%",
        number=91.5,
        unit="%",
        dataset=dataset,
        baseline=baseline,
        evidence=Evidence(start=0, end=4, rule="test", score=0.7),
    )
