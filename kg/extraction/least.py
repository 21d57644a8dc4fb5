"""Extractions without what is not sure enough."""

from __future__ import annotations

from dataclasses import replace

from kg.records import Extraction


def at_least(extraction: Extraction, score: float) -> Extraction:
    """The extraction without entities, relations and results that score lower, from 0 to 1.

    A relation or result goes with an entity that it names; a result keeps its number where only its dataset
    or baseline goes. Links and abbreviations are read from the text as they stand, and stay.
    """
    if score <= 0.0:
        return extraction
    kept = {entity.name for entity in extraction.entities if entity.score >= score}
    return replace(
        extraction,
        entities=tuple(entity for entity in extraction.entities if entity.name in kept),
        relations=tuple(
            relation
            for relation in extraction.relations
            if relation.evidence.score >= score and relation.subject in kept and relation.object in kept
        ),
        results=tuple(
            replace(
                result,
                dataset=result.dataset if result.dataset in kept else None,
                baseline=result.baseline if result.baseline in kept else None,
            )
            for result in extraction.results
            if result.evidence.score >= score and result.subject in kept
        ),
    )
