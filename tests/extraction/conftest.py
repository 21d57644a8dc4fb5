"""Docs with entities written down by hand, for the components that read what others have found."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from kg import extraction
from kg.extraction.doc import DocEntity

Annotate = Callable[..., Doc]


@pytest.fixture(scope="session")
def annotate() -> Annotate:
    """Make a doc of a text in which `METHOD="A; B|C"` marks the method A and the method B, also called C."""
    nlp = extraction.load()
    for name in nlp.pipe_names:
        if name != "kg_sentences":
            nlp.remove_pipe(name)

    def make(text: str, **names: str) -> Doc:
        doc = nlp(text)
        taken: set[int] = set()
        entities = []
        for type_, listed in names.items():
            for surfaces in listed.split("; "):
                spans = []
                for surface in sorted(surfaces.split("|"), key=len, reverse=True):
                    for match in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", doc.text):
                        span = doc.char_span(*match.span(), alignment_mode="expand")
                        if span is not None and taken.isdisjoint(range(span.start, span.end)):
                            taken.update(range(span.start, span.end))
                            spans.append(span)
                assert spans, f"{surfaces} does not stand in the text"
                spans.sort(key=lambda span: span.start)
                name = surfaces.split("|")[0]
                entities.append(DocEntity(name=name, type=type_, spans=spans, rule="test", score=1.0))
        entities.sort(key=lambda entity: entity.spans[0].start)
        doc._.entities = entities
        return doc

    return make
