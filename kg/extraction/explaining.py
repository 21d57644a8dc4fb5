"""Why a paper's text was read as it was: its mentions, who proposed each, and what fell just short."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction import read
from kg.extraction.collect import extraction_of, extractor_version, source_offsets
from kg.extraction.doc import DocCandidate
from kg.records import Extraction, LocalEntity, Paper

#: Candidates from this score on are worth telling although they were not kept.
NEAR = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one component took a stretch of text for."""

    component: str
    type: str
    score: float  #: 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stretch of the text as given that was, or was nearly, taken for an entity."""

    start: int
    end: int
    quote: str  #: equals text[start:end]
    entity: LocalEntity | None  #: None where it was not kept
    opinions: tuple[Opinion, ...]  #: surest first; empty where the name was recognised in another place only


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A paper's extraction with what led to it."""

    paper: Paper
    extraction: Extraction
    marks: tuple[Mark, ...]  #: every mention, by offset, without overlap
    missed: tuple[Mark, ...]  #: what fell short of the threshold, surest first


def explain(paper: Paper, nlp: Language) -> Explanation:
    """Read one paper and tell, for each mention, which components proposed it and how sure each was."""
    (doc,) = read([paper], nlp)
    extraction = extraction_of(doc, paper, extractor_version(nlp))
    opinions = _opinions(doc)
    marks = sorted(
        (
            Mark(
                start=mention.start,
                end=mention.end,
                quote=paper.text[mention.start : mention.end],
                entity=entity,
                opinions=opinions.get((mention.start, mention.end), ()),
            )
            for entity in extraction.entities
            for mention in entity.mentions
        ),
        key=lambda mark: (mark.start, -mark.end),
    )
    apart: list[Mark] = []
    for mark in marks:
        if not apart or mark.start >= apart[-1].end:
            apart.append(mark)
    return Explanation(
        paper=paper,
        extraction=extraction,
        marks=tuple(apart),
        missed=_missed(paper, opinions, apart),
    )


def _opinions(doc: Doc) -> dict[tuple[int, int], tuple[Opinion, ...]]:
    """What each component took each stretch for, by offsets in the text as given; its likeliest type only."""
    best: dict[tuple[int, int], dict[str, DocCandidate]] = {}
    candidates: list[DocCandidate] = doc._.candidates
    for found in candidates:
        by_rule = best.setdefault(source_offsets(doc[found.start : found.end]), {})
        if found.rule not in by_rule or found.score > by_rule[found.rule].score:
            by_rule[found.rule] = found
    return {
        place: tuple(
            Opinion(component=f"kg_{found.rule}", type=found.label, score=found.score)
            for found in sorted(by_rule.values(), key=lambda found: (-found.score, found.rule))
        )
        for place, by_rule in best.items()
    }


def _missed(
    paper: Paper, opinions: dict[tuple[int, int], tuple[Opinion, ...]], marks: list[Mark]
) -> tuple[Mark, ...]:
    """Stretches that overlap no mention and that some component found likely enough to be told."""
    taken: set[int] = set()
    for mark in marks:
        taken.update(range(mark.start, mark.end))
    found: list[Mark] = []
    for (start, end), said in sorted(opinions.items(), key=lambda item: (-item[1][0].score, item[0])):
        if said[0].score >= NEAR and taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            found.append(Mark(start=start, end=end, quote=paper.text[start:end], entity=None, opinions=said))
    return tuple(found)
