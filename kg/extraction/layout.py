"""A paper's text as roles, relations and results read it: sentences in which each mention is one item.

Reading around mentions rather than tokens keeps a name's own words out of its context: in "we propose
a Graph Neural Network for link prediction" the item before TASK's is "for", and the one before that
is METHOD.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

from kg.extraction.doc import DocEntity
from kg.extraction.tokens import sentence_starts_of, tokens_of

#: What an item reads as where it is an entity's mention.
MASKS = {
    "METHOD": "<METHOD>",
    "MODEL": "<MODEL>",
    "DATASET": "<DATASET>",
    "TASK": "<TASK>",
    "METRIC": "<METRIC>",
}


@dataclass(slots=True, eq=False)
class Place:
    """One mention: which entity, and where in its sentence."""

    entity: int  #: index into `doc._.entities`
    span: Span
    sentence: Sentence
    item: int  #: index into the sentence's items


@dataclass(slots=True, eq=False)
class Sentence:
    """One sentence; the title is sentence 0 where there is one."""

    index: int
    start: int  #: tokens
    end: int
    title: bool
    items: list[str] = field(default_factory=list)  #: lower-cased words, and a mask for each mention
    tokens: list[int] = field(default_factory=list)  #: index of each item's first token
    places: list[Place] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Layout:
    """All sentences, and each entity's places."""

    doc: Doc
    entities: list[DocEntity]
    sentences: list[Sentence]
    places: list[list[Place]]  #: by entity, in text order
    words: list[str]  #: lower-cased, by token


def lay_out(doc: Doc) -> Layout:
    """Read a doc's tokens, sentences and entities; where mentions overlap the longer one is read."""
    entities: list[DocEntity] = doc._.entities
    words = tokens_of(doc).lower
    starting: dict[int, tuple[int, int, Span]] = {}
    for index, entity in enumerate(entities):
        for span in entity.spans:
            known = starting.get(span.start)
            if known is None or span.end > known[1]:
                starting[span.start] = (index, span.end, span)
    sentences: list[Sentence] = []
    places: list[list[Place]] = [[] for _ in entities]
    title_end = doc._.title_end or 0
    starts = sentence_starts_of(doc)
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(words)], strict=True)):
        sentence = Sentence(number, start, end, end <= title_end)
        token = start
        while token < end:
            found = starting.get(token)
            if found is None:
                if words[token] != "\n":
                    sentence.items.append(words[token])
                    sentence.tokens.append(token)
                token += 1
                continue
            entity_index, span_end, span = found
            place = Place(entity_index, span, sentence, len(sentence.items))
            sentence.items.append(MASKS.get(entities[entity_index].type, "<OTHER>"))
            sentence.tokens.append(token)
            sentence.places.append(place)
            places[entity_index].append(place)
            token = max(token + 1, span_end)
        sentences.append(sentence)
    return Layout(doc, entities, sentences, places, words)
