"""Docs whose entities are the annotated ones, to train and measure roles, relations and results on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import extraction
from kg.extraction.doc import DocEntity

#: Components that do not depend on entities, so that a gold doc has what a real one has.
BEFORE_ENTITIES = ("kg_sentences", "kg_links", "kg_abbreviations")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPaper:
    """A paper's annotations and the Doc made of them; entities keep the annotations' order and names."""

    id: str
    annotation: dict[str, Any]
    doc: Doc


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def pipeline_before_entities() -> Language:
    """The extraction pipeline up to where entities come in."""
    nlp = extraction.load()
    for name in nlp.pipe_names:
        if name not in BEFORE_ENTITIES:
            nlp.remove_pipe(name)
    return nlp


def gold_papers(gold: Path, texts: Path) -> Iterator[GoldPaper]:
    """Read annotations and texts, in the order of the annotations."""
    nlp = pipeline_before_entities()
    by_id = {text["id"]: text for text in read_lines(texts)}
    for annotation in read_lines(gold):
        text = by_id[annotation["id"]]
        doc = nlp(f"{text['title']}\n{text['abstract']}")
        doc._.entities = gold_entities(doc, annotation["entities"])
        yield GoldPaper(id=annotation["id"], annotation=annotation, doc=doc)


def gold_entities(doc: Doc, annotated: list[dict[str, Any]]) -> list[DocEntity]:
    """Find every occurrence of every surface in the text as given, longest first, none inside another."""
    source: str = doc._.source
    # Characters as given → tokens of the cleaned text.
    token_at: dict[int, int] = {}
    for token in doc:
        first, last = token.idx, token.idx + len(token.text) - 1
        for position in range(int(doc._.source_starts[first]), int(doc._.source_ends[last])):
            token_at.setdefault(position, token.i)
    entities = [
        DocEntity(name=entity["name"], type=entity["type"], spans=[], rule="gold", score=1.0)
        for entity in annotated
    ]
    surfaces = sorted(
        {(surface, index) for index, entity in enumerate(annotated) for surface in entity["surfaces"]},
        key=lambda item: (-len(item[0]), item),
    )
    taken = [False] * len(doc)
    for surface, index in surfaces:
        left = r"(?<!\w)" if surface[:1].isalnum() else ""
        right = r"(?!\w)" if surface[-1:].isalnum() else ""
        for match in re.finditer(left + re.escape(surface) + right, source):
            start, end = token_at.get(match.start()), token_at.get(match.end() - 1)
            if start is None or end is None or any(taken[start : end + 1]):
                continue
            taken[start : end + 1] = [True] * (end + 1 - start)
            entities[index].spans.append(doc[start : end + 1])
    for entity in entities:
        entity.spans.sort(key=lambda span: span.start)
    return entities
