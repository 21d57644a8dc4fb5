"""Extractions as annotations, one JSON object a paper; `kg.extraction.annotated` leads back.

The format is that of hand-made annotations: `id`, `title`, `entities`, `links`, `relations` (lists of
three) and `results`. What a program knows beyond that stands in keys of its own: an entity's `score`,
`mentions` (`start`, `end`, `sentence_start`, `sentence_end`), and `node`; a link's `relation`, `words` and
offsets; under `evidence`, for each relation and result in order, [start, end, rule, score] of the
sentence that says so. All offsets count characters of the title, a newline and the abstract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kg.records import Evidence, Extraction, LocalEntity, Paper


def annotation(
    paper: Paper, extraction: Extraction, *, nodes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The extraction as a JSON object; `nodes` gives the graph node of each entity, by its name.

    Raises ValueError where the extraction was not made from this paper's text.
    """
    text = paper.text
    if extraction.text_sha256 != paper.text_sha256:
        raise ValueError(f"the extraction was not made from the text of paper {paper.id}")
    return {
        "id": paper.id,
        "title": paper.title,
        "entities": [_entity(entity, text, nodes) for entity in extraction.entities],
        "links": [
            {
                "url": link.url,
                "kind": link.kind,
                "relation": link.relation,
                "words": link.words,
                "start": link.start,
                "end": link.end,
                "evidence": _row(link.evidence),
            }
            for link in extraction.links
        ],
        "relations": [
            [relation.subject, relation.predicate, relation.object] for relation in extraction.relations
        ],
        "results": [
            {
                "subject": result.subject,
                "metric": result.metric,
                "value": result.value,
                "number": result.number,
                "unit": result.unit,
                "dataset": result.dataset,
                "baseline": result.baseline,
                "direction": result.direction,
            }
            for result in extraction.results
        ],
        "abbreviations": [[found.short, found.long] for found in extraction.abbreviations],
        "evidence": {
            "relations": [_row(relation.evidence) for relation in extraction.relations],
            "results": [_row(result.evidence) for result in extraction.results],
        },
        "extractor": extraction.extractor,
    }


def _entity(entity: LocalEntity, text: str, nodes: Mapping[str, str] | None) -> dict[str, Any]:
    for mention in entity.mentions:
        if text[mention.start : mention.end] not in entity.surfaces:
            quoted = text[mention.start : mention.end]
            raise ValueError(f"entity {entity.name!r} has no surface {quoted!r}")
    found: dict[str, Any] = {
        "name": entity.name,
        "type": entity.type,
        "role": entity.role,
        "surfaces": list(entity.surfaces),
        "score": entity.score,
        "mentions": [asdict(mention) for mention in entity.mentions],
        "rule": entity.rule,
        "evidence": _row(entity.evidence),
    }
    if entity.concept:
        found["concept"] = entity.concept
    if nodes is not None and entity.name in nodes:
        found["node"] = nodes[entity.name]
    return found


def _row(evidence: Evidence) -> list[Any]:
    return [evidence.start, evidence.end, evidence.rule, evidence.score]
