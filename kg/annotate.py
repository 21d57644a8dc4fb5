"""Annotations without a graph on disk: what `kg eval` compares with gold ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kg.dataflow import Extractor, extract_all, workers_for
from kg.extraction.annotated import from_annotation
from kg.extraction.annotations import annotation
from kg.linking import link
from kg.progress import Progress, Silent
from kg.records import Extraction, Paper
from kg.vocabulary import load_vocabulary


def annotate(
    papers: Sequence[Paper],
    *,
    extractor: Extractor,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, dict[str, Any]]:
    """Annotations of the papers by id, extracted and linked, without a graph on disk."""
    extractions = list(
        (progress or Silent()).track(
            extract_all(papers, extractor=extractor, workers=workers_for(len(papers), workers)),
            label="extracting",
            total=len(papers),
        )
    )
    linked = link(papers, extractions, vocabulary=load_vocabulary(extractor.vocabularies))
    return {
        paper.id: annotation(paper, extraction, nodes=linked.nodes.get(paper.id, {}))
        for paper, extraction in zip(papers, extractions, strict=True)
    }


def link_annotated(
    papers: Sequence[Paper], gold: Mapping[str, Mapping[str, Any]], *, extractor: Extractor
) -> dict[str, dict[str, Any]]:
    """The gold annotations of the papers, with the nodes that linking gives to their entities.

    Linking sees what an extractor would give it: types, roles, surfaces and where they stand, but not
    the names that annotators gave. Raises RecordError where an annotation is malformed.
    """
    extractions, numbers = [], []
    for paper in papers:
        hidden, number_of = _names_hidden(from_annotation(gold[paper.id], paper))
        extractions.append(hidden)
        numbers.append(number_of)
    linked = link(papers, extractions, vocabulary=load_vocabulary(extractor.vocabularies))
    nodes = {
        paper.id: {number: linked.nodes[paper.id][name] for name, number in number_of.items()}
        for paper, number_of in zip(papers, numbers, strict=True)
    }
    return {
        paper.id: {
            **gold[paper.id],
            "entities": [
                {**entity, "node": nodes[paper.id][number]}
                for number, entity in enumerate(gold[paper.id]["entities"])
            ],
        }
        for paper in papers
    }


def _names_hidden(extraction: Extraction) -> tuple[Extraction, dict[str, int]]:
    """The extraction with entities named by their longest surfaces, and each name's place in the list."""
    number_of: dict[str, int] = {}
    entities = []
    for number, entity in enumerate(extraction.entities):
        name = max(entity.surfaces, key=lambda surface: (len(surface), surface), default=entity.name)
        while name in number_of:
            name += " "
        number_of[name] = number
        entities.append(replace(entity, name=name))
    return replace(extraction, entities=tuple(entities), relations=(), results=()), number_of
