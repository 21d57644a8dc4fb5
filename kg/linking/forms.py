"""What is known of each name over all papers: the forms that linking joins into nodes.

A form is one normal form with everything written under it. Each local entity has one form or more;
short forms have been written out by what they stand for in their paper.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.linking.names import Name, expanded, is_unmistakable, join, parse, stands_for
from kg.linking.shortforms import ShortForms, Words, by_length
from kg.records import Extraction, LocalEntity


@dataclass(slots=True)
class Form:
    """One normal form, and what the papers that use it say of it."""

    key: str
    words: Words = ()  #: keys of its words, short forms written out
    local: array[int] = field(default_factory=lambda: array("i"))  #: its local entities, by number
    papers: int = 0
    types: Counter[str] = field(default_factory=Counter)  #: papers
    written: Counter[str] = field(default_factory=Counter)  #: surface → papers
    concepts: dict[str, int] = field(default_factory=dict)  #: found by extraction for entities named so only
    short: set[str] = field(default_factory=set)  #: short forms that papers define by it

    @property
    def type(self) -> str:
        """The type that most papers give it."""
        return max(self.types, key=lambda name: (self.types[name], name))

    @property
    def name(self) -> Name:
        """Its most frequent spelling, taken apart."""
        return parse(max(self.written, key=lambda text: (self.written[text], text)))


@dataclass(slots=True)
class Forms:
    """All forms, and which local entity has which."""

    by_key: dict[str, Form] = field(default_factory=dict)
    paper_of: array[int] = field(default_factory=lambda: array("i"))  #: local entity → paper's number
    papers: int = 0  #: number of all papers
    keys_of: list[tuple[str, ...]] = field(default_factory=list)  #: local entity → its forms' keys
    together: dict[tuple[str, str], int] = field(default_factory=dict)  #: papers that use both for one entity
    slips: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)  #: see `spelling`


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the names of one paper's entities: short forms as the paper means them."""

    paper: str
    readings: ShortForms
    split: frozenset[str] = frozenset()  #: see `names_and_nouns`

    def spellings(self, entity: LocalEntity) -> dict[Words, list[str]]:
        """The words of an entity's forms, each with the surfaces that were written for it.

        A short form that its paper or one of the entity's own long forms explains has that one's words.
        """
        found: dict[Words, list[str]] = {}
        short, long = by_length(entity)
        for name in long:
            meanings = self.readings.within(self.paper) if any(name.short) else {}
            found.setdefault(expanded(name, meanings), []).append(name.text)
        for name in short:
            found.setdefault(self._meant(name, long, entity.type), []).append(name.text)
        return found

    def _meant(self, short: Name, long: Sequence[Name], entity_type: str) -> Words:
        own = next((name for name in long if stands_for(short, name)), None)
        if own is not None:
            return expanded(own, self.readings.within(self.paper))
        if len(short.keys) > 1:
            return expanded(short, self.readings.within(self.paper))
        meaning = self.readings.meaning(self.paper, short.key, entity_type)
        if meaning is not None:
            return meaning
        return (short.key + NAME_MARK,) if short.key in self.split else (short.key,)


#: Marks the key of a name that is also a common noun: MATH, the dataset, beside math, the task.
NAME_MARK = "^"


def names_and_nouns(extractions: Iterable[Extraction]) -> frozenset[str]:
    """Keys that are a name in capitals of one type and a common noun of another."""
    nouns: dict[str, Counter[str]] = {}
    names: dict[str, Counter[str]] = {}
    for extraction in extractions:
        for entity in extraction.entities:
            for surface in entity.surfaces:
                if surface.islower():
                    nouns.setdefault(parse(surface).key, Counter())[entity.type] += 1
                elif (name := parse(surface)).brief:
                    names.setdefault(name.key, Counter())[entity.type] += 1
    return frozenset(
        key
        for key, types in names.items()
        if key in nouns
        and not {_first(types), _first(nouns[key])} <= {"METHOD", "MODEL", "TASK"}
        and _first(types) != _first(nouns[key])
    )


def _first(counts: Counter[str]) -> str:
    return max(counts, key=lambda name: (counts[name], name))


def gather(extractions: Sequence[Extraction], readings: ShortForms) -> Forms:
    """The forms of all local entities; papers and entities are numbered in the order given."""
    forms = Forms(papers=len(extractions))
    split = names_and_nouns(extractions)
    for number, extraction in enumerate(extractions):
        seen: set[str] = set()
        reader = Reader(extraction.paper, readings, split)
        for position, entity in enumerate(extraction.entities):
            found: dict[str, tuple[Words, list[str]]] = {}
            for words, surfaces in reader.spellings(entity).items():
                found.setdefault(join(words), (words, []))[1].extend(surfaces)
            if not found:  # nothing but an unresolved macro: a thing of this paper alone
                found[f"{extraction.paper}#{position}"] = ((), [entity.name])
            local = len(forms.keys_of)
            keys = tuple(sorted(found))
            forms.paper_of.append(number)
            forms.keys_of.append(keys)
            for key in keys:
                form = forms.by_key.get(key)
                if form is None:
                    form = forms.by_key[key] = Form(key)
                _count(form, local, *found[key])
                if key not in seen:
                    form.papers += 1
                    form.types[entity.type] += 1
            if entity.concept and len(keys) == 1:  # else one of its names may be of something wider
                concepts = forms.by_key[keys[0]].concepts
                concepts[entity.concept] = concepts.get(entity.concept, 0) + 1
            seen.update(keys)
            for i, left in enumerate(keys):
                for right in keys[i + 1 :]:
                    forms.together[left, right] = forms.together.get((left, right), 0) + 1
    for short, counts in readings.readings.items():
        for words in counts:
            if form := forms.by_key.get(join(words)):
                form.short.add(short)
    return forms


def _count(form: Form, local: int, words: Words, surfaces: list[str]) -> None:
    form.local.append(local)
    form.written.update(surfaces)
    if (len(words), words) > (len(form.words), form.words):
        form.words = words


def is_proper_form(form: Form) -> bool:
    """Whether most of a form's spellings can only be a proper name."""
    votes = sum(
        count if any(is_unmistakable(word) for word in parse(text).words) else -count
        for text, count in form.written.items()
    )
    return votes > 0


def apart(left: Form, right: Form, forms: Forms) -> int:
    """Number of papers that use two forms for two different entities."""
    few, many = sorted((left, right), key=lambda form: len(form.local))
    papers = {forms.paper_of[local] for local in few.local if many.key not in forms.keys_of[local]}
    if not papers:
        return 0
    return len(
        papers.intersection(
            forms.paper_of[local] for local in many.local if few.key not in forms.keys_of[local]
        )
    )
