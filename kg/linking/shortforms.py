"""What short forms stand for: in each paper by its own words, and over the whole set.

A paper's own definition always holds in that paper. Where a paper does not define a short form, the
set's common reading is taken: the one on which most of the papers agree that define it for an entity of
this type, or for any entity. Where they do not agree the short form stands for itself, and its node says
that it is ambiguous.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from kg.linking.corpus import Corpus
from kg.linking.corpus import encoded as codes_of
from kg.linking.digest import flat
from kg.linking.memory import Memory
from kg.linking.names import Name, expanded, join, parse, short_form_inside, stands_for
from kg.linking.surfaces import Surfaces, Words, in_many, in_one
from kg.linking.words import stem
from kg.vocabulary import Vocabulary

#: Share of the defining papers that must agree on a reading.
AGREEMENT = 0.7
#: Share of their words that two readings must have in common to be one.
ALIKE = 0.7
#: A vocabulary's reading counts as so many papers: it decides where none speaks, not where they differ.
VOCABULARY_PAPERS = 1
#: So many papers settle a short form for entities of a type that none of them gives it.
SETTLED = 3

_LAST_NUMBER = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form's long form as a paper gives it, and the type of what it names, if it is an entity."""

    long: Name
    type: str


@dataclass(slots=True)
class ShortForms:
    """Readings of short forms, by their keys; a reading is the keys of the long form's words."""

    own: dict[int, dict[str, Words]] = field(default_factory=dict)  #: by paper
    common: dict[str, Words] = field(default_factory=dict)  #: agreed on by all papers
    typed: dict[tuple[str, str], Words] = field(default_factory=dict)  #: agreed on for one class of types
    readings: dict[str, dict[Words, int]] = field(default_factory=dict)  #: papers that define each so
    settled: set[str] = field(default_factory=set)  #: common whatever the type

    def meaning(self, paper: int, short: str, entity_type: str) -> Words | None:
        """What a short form that is all of an entity's name stands for, if that is known."""
        own = self.own.get(paper)
        if own is not None and short in own:
            return own[short]
        typed = self.typed.get((short, type_class(entity_type)))
        if typed is not None:
            return typed
        return self.common.get(short) if short in self.settled else None

    def within(self, paper: int) -> Mapping[str, Words]:
        """What short forms stand for inside longer names."""
        own = self.own.get(paper)
        return ChainMap(own, self.common) if own else self.common

    def told(self, short: str, kind: str, own: Mapping[str, Words]) -> str:
        """All that decides what a short form stands for in a name, in one string: `kind` is a class of types,
        `own` what a paper says itself.
        """
        said = own.get(short, ()), self.typed.get((short, kind), ()), self.common.get(short, ())
        return "\t".join((short, *map(in_one, said), "settled" if short in self.settled else ""))

    def told_apart(self) -> Iterator[tuple[int, str]]:
        """The short forms that a paper itself reads in another way than it would if it said nothing."""
        unlike = {short for (short, _), words in self.typed.items() if words != self.common.get(short)}
        for paper, own in self.own.items():
            for short, words in own.items():
                if short in unlike or short not in self.settled or words != self.common.get(short):
                    yield paper, short

    def keep_apart(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Forget that short forms commonly stand for these long forms; papers' own definitions stay."""
        for left, right in pairs:
            for short, long in ((left, right), (right, left)):
                if join(self.common.get(short, ())) == long:
                    del self.common[short]
                for place in [place for place, words in self.typed.items() if place[0] == short]:
                    if join(self.typed[place]) == long:
                        del self.typed[place]


def type_class(entity_type: str) -> str:
    """Types that papers do not tell apart: a method is often called by its task."""
    return "METHOD" if entity_type == "TASK" else entity_type


@dataclass(frozen=True, slots=True)
class Definitions:
    """The short forms that papers define, in columns."""

    paper: list[int]
    short: list[str]
    long: list[str]  #: long forms that may hold short forms themselves, else nothing
    words: list[Words]  #: keys of the long form's words, without a head noun
    type: list[str]


_DEFINITION = pa.struct([(name, pa.string()) for name in ("short", "long", "words", "type")])
_SCHEMA = pa.schema([("definitions", pa.list_(_DEFINITION))])


def definitions(corpus: Corpus, surfaces: Surfaces, memory: Memory | None = None) -> Definitions:
    """The short forms that each paper defines: in brackets, or by naming one entity both ways."""
    readable = surfaces.words[corpus.surface] >= 0
    brief = surfaces.brief[corpus.surface]
    size = len(corpus.name)
    both = (np.bincount(corpus.entity, brief & readable, size) > 0) & (
        np.bincount(corpus.entity, ~brief & readable, size) > 0
    )
    inside = np.bincount(corpus.entity, surfaces.brackets[corpus.surface], size) > 0
    telling = np.flatnonzero(both | inside)
    papers = np.union1d(corpus.paper[telling], np.array(list(corpus.abbreviations), dtype=np.int64))
    texts = corpus.texts.take(pa.array(np.searchsorted(np.array(corpus.read, dtype=np.int64), papers)))
    encoded = texts.dictionary_encode()

    def make(some: list[str]) -> Any:
        number = dict(zip(texts.to_pylist(), papers.tolist(), strict=True))
        wanted = {number[text] for text in some}
        by_paper: dict[int, list[int]] = {}
        for entity, paper in zip(telling.tolist(), corpus.paper[telling].tolist(), strict=True):
            if paper in wanted:
                by_paper.setdefault(paper, []).append(entity)
        found = [
            [
                {
                    "short": short,
                    "long": each.long.text if any(each.long.short) else "",
                    "words": in_one(expanded(each.long, {})),
                    "type": each.type,
                }
                for short, each in _definitions(
                    number[text], by_paper.get(number[text], ()), corpus, surfaces, both
                ).items()
            ]
            for text in some
        ]
        return pa.RecordBatch.from_arrays([pa.array(found, type=_SCHEMA.field(0).type)], schema=_SCHEMA)

    told = (memory or Memory()).column("definitions", encoded.dictionary, make).column(0)
    lengths, found = flat(told.take(encoded.indices))
    lists, code = codes_of(found.field("words"))
    words = [in_many(each) for each in lists.words]
    return Definitions(
        paper=np.repeat(papers, lengths).tolist(),
        short=found.field("short").to_pylist(),
        long=found.field("long").to_pylist(),
        words=[words[each] for each in code.tolist()],
        type=found.field("type").to_pylist(),
    )


def _definitions(
    paper: int, telling: Sequence[int], corpus: Corpus, surfaces: Surfaces, both: Any
) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    if abbreviations := corpus.abbreviations.get(paper):
        types = _types(paper, corpus, surfaces)
        for abbreviation in abbreviations:
            brief, full = parse(abbreviation.short), parse(abbreviation.long)
            _define(found, brief, full, types.get(full.key) or types.get(brief.key, ""))
    for entity in telling:
        for surface in corpus.spelt(entity):
            if "(" in surface:
                within, brief = map(parse, short_form_inside(surface))
                if stands_for(brief, within):
                    _define(found, brief, within, "")
    for entity in telling:
        if both[entity]:
            short, long = by_length(corpus.spelt(entity))
            for brief in short:
                for full in long:
                    if brief.key not in found and stands_for(brief, full):
                        _define(found, brief, full, corpus.types.words[corpus.type[entity]])
    return found


def _types(paper: int, corpus: Corpus, surfaces: Surfaces) -> dict[str, str]:
    """The type of the first entity of a paper under each normal form of a name."""
    types: dict[str, str] = {}
    begin, last = corpus.starts[paper], corpus.starts[paper + 1]
    start, end = corpus.first[begin], corpus.first[last]
    kinds = corpus.type[begin:last].tolist()
    named = surfaces.form[corpus.surface[start:end]].tolist()
    keys = surfaces.lists.forms.words
    for entity, form in zip((corpus.entity[start:end] - begin).tolist(), named, strict=True):
        if form >= 0:
            types.setdefault(keys[form], corpus.types.words[kinds[entity]])
    return types


def by_length(spelt: Iterable[str]) -> tuple[list[Name], list[Name]]:
    """Surfaces taken apart: those that may be short forms, and the others."""
    short: list[Name] = []
    long: list[Name] = []
    for surface in spelt:
        name = parse(surface)
        if name.keys:
            (short if name.brief else long).append(name)
    return short, long


def _define(found: dict[str, Definition], short: Name, long: Name, entity_type: str) -> None:
    if not short.key or short.key in long.keys or len(long.key) < len(short.key):
        return  # "ResNet (ResNet50)" says what is meant, not what ResNet50 is short for
    version = _LAST_NUMBER.search(short.key)
    if version and version[0] not in " ".join(long.keys):
        return  # nor does "residual networks (ResNet50)"
    # "VideoLLM" is "video LLM" in one word, yet what that stands for is news
    if short.key != join(long.keys) or any(long.short):
        found.setdefault(short.key, Definition(long, entity_type))


def survey(
    corpus: Corpus, surfaces: Surfaces, *, vocabulary: Vocabulary | None = None, memory: Memory | None = None
) -> ShortForms:
    """Gather the definitions of all papers, and find the readings that they agree on."""
    defined = definitions(corpus, surfaces, memory)
    known = _vocabulary_readings(vocabulary) if vocabulary is not None else {}
    # twice: a long form may hold a short one ("video LLM"), to be written out before long forms are compared
    names = [parse(long) for long in set(defined.long) if long]
    inside = {key for name in names for key, short in zip(name.keys, name.short, strict=True) if short}
    inner = _agree(defined, defined.words, known, only=inside).common
    words = [
        expanded(parse(long), inner) if long else words
        for long, words in zip(defined.long, defined.words, strict=True)
    ]
    forms = _agree(defined, words, known)
    for paper, short, each in zip(defined.paper, defined.short, words, strict=True):
        forms.own.setdefault(paper, {})[short] = each
    return forms


def _agree(
    defined: Definitions,
    meant: Sequence[Words],
    known: Mapping[str, Words],
    *,
    only: Collection[str] | None = None,
) -> ShortForms:
    """What papers agree on, of all short forms or of some only; `meant` are the long forms' words."""
    forms = ShortForms()
    by_type: dict[tuple[str, str], dict[Words, int]] = {}
    for short, words, kind in zip(defined.short, meant, defined.type, strict=True):
        if only is not None and short not in only:
            continue
        said = forms.readings.setdefault(short, {})
        said[words] = said.get(words, 0) + 1
        if kind:
            said = by_type.setdefault((short, type_class(kind)), {})
            said[words] = said.get(words, 0) + 1
    for short in sorted(forms.readings.keys() | known.keys()):
        readings = forms.readings.get(short, {})
        if common := _agreed(readings, known.get(short, ())):
            forms.common[short] = common
            if short in known or is_special(short) or sum(readings.values()) >= SETTLED:
                forms.settled.add(short)
    for (short, kind), readings in sorted(by_type.items()):
        if agreed := _agreed(readings, forms.common.get(short, ())):
            forms.typed[short, kind] = agreed
    return forms


def _vocabulary_readings(vocabulary: Vocabulary) -> dict[str, Words]:
    """Short labels of just one concept, with the long label that they stand for."""
    readings: dict[str, set[Words]] = {}
    for concept in vocabulary.concepts.values():
        names = [parse(label) for label in concept.labels]
        for short in names:
            if short.brief:
                long = next((name.keys for name in names if stands_for(short, name)), None)
                if long is not None:
                    readings.setdefault(short.key, set()).add(long)
    return {short: next(iter(words)) for short, words in readings.items() if len(words) == 1}


def _agreed(readings: Mapping[Words, int], known: Words) -> Words:
    """The reading that most papers share, or none; `known` is one that counts as several papers."""
    if len(readings) == 1 and not known:
        return next(iter(readings))  # most short forms are defined in one way only
    if known and readings.keys() <= {known}:
        return known
    counts = dict(readings)
    if known:
        counts[known] = counts.get(known, 0) + VOCABULARY_PAPERS
    if not counts:
        return ()
    merged = _alike(counts)
    totals = {group: sum(said.values()) for group, said in merged.items()}
    best = max(totals, key=lambda group: (totals[group], group))
    if totals[best] < AGREEMENT * sum(totals.values()):
        return ()
    said = merged[best]
    return max(said, key=lambda words: (said[words], words))


def _alike(counts: Mapping[Words, int]) -> dict[Words, dict[Words, int]]:
    """Readings of one short form together that differ in how words are written, or in a small part of them:
    "area under (the) receiver operating (characteristic) curve".
    """
    groups: dict[Words, dict[Words, int]] = {}
    totals: dict[Words, int] = {}
    for words, count in counts.items():
        group = tuple(map(stem, words))
        groups.setdefault(group, {})[words] = count
        totals[group] = totals.get(group, 0) + count
    merged: dict[Words, dict[Words, int]] = {}
    for group in sorted(groups, key=lambda group: (-totals[group], group)):
        home = next((other for other in merged if nearly_equal(group, other)), group)
        merged.setdefault(home, {}).update(groups[group])
    return merged


def nearly_equal(left: Words, right: Words) -> bool:
    """Whether two lists of words are one name, written in two ways or with a small part left out."""
    if "".join(left) == "".join(right):
        return True
    ours, theirs = set(left), set(right)
    return len(ours & theirs) >= ALIKE * len(ours | theirs)


def is_special(short: str) -> bool:
    """Whether a short form is unlikely to be coined twice.

    >>> is_special("knowrl"), is_special("sr")
    (True, False)
    """
    return len(short) >= 5
