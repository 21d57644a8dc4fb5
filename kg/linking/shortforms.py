"""What short forms stand for: in each paper by its own words, and over the whole set.

A paper's own definition always holds in that paper. Where a paper does not define a short form, the
set's common reading is taken, if there is one: most of the papers that define it agree, and there are
several of them or the short form is too special to be met by chance. Otherwise it stands for itself.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.linking.names import Name, is_short_form, join, parse, short_form_inside, stands_for
from kg.linking.words import stem
from kg.records import Extraction, LocalEntity
from kg.vocabulary import Vocabulary

#: Share of the defining papers that must agree on a common reading.
AGREEMENT = 0.7
#: A vocabulary's reading counts as much as so many papers.
VOCABULARY_PAPERS = 3

Words = tuple[str, ...]


@dataclass(slots=True)
class ShortForms:
    """Readings of short forms, by their keys; a reading is the keys of the long form's words."""

    own: dict[str, dict[str, Words]] = field(default_factory=dict)  #: by paper
    common: dict[str, Words] = field(default_factory=dict)
    readings: dict[str, Counter[Words]] = field(default_factory=dict)  #: papers that define each so

    def of(self, paper: str) -> Mapping[str, Words]:
        """What short forms stand for in a paper."""
        own = self.own.get(paper)
        return ChainMap(own, self.common) if own else self.common


def definitions(extraction: Extraction) -> dict[str, Words]:
    """The short forms that a paper defines: in brackets, or by naming one entity both ways."""
    found: dict[str, Words] = {}
    for abbreviation in extraction.abbreviations:
        _define(found, parse(abbreviation.short), parse(abbreviation.long))
    for entity in extraction.entities:
        for surface in entity.surfaces:
            if "(" in surface:
                within, brief = map(parse, short_form_inside(surface))
                if stands_for(brief, within):
                    _define(found, brief, within)
        short, long = by_length(entity)
        for brief in short:
            for full in long:
                if brief.key not in found and stands_for(brief, full):
                    _define(found, brief, full)
    return found


def by_length(entity: LocalEntity) -> tuple[list[Name], list[Name]]:
    """An entity's surfaces: those that may be short forms, and the others."""
    short: list[Name] = []
    long: list[Name] = []
    for surface in entity.surfaces:
        name = parse(surface)
        if name.keys:
            (short if is_short_form(name) else long).append(name)
    return short, long


def _define(found: dict[str, Words], short: Name, long: Name) -> None:
    # the long form may carry the short one along: "large language model (LLM) agents"
    words = tuple(key for key in long.keys if key != short.key)
    if short.key and len(words) > 0 and short.key != join(words):
        found.setdefault(short.key, words)


def survey(extractions: Iterable[Extraction], *, vocabulary: Vocabulary | None = None) -> ShortForms:
    """Gather the definitions of all papers, and find the common readings."""
    forms = ShortForms()
    for extraction in extractions:
        own = definitions(extraction)
        if own:
            forms.own[extraction.paper] = own
            for short, words in own.items():
                forms.readings.setdefault(short, Counter())[words] += 1
    known = _vocabulary_readings(vocabulary) if vocabulary is not None else {}
    for short in sorted(forms.readings.keys() | known.keys()):
        reading = _common(short, forms.readings.get(short, Counter()), known.get(short, ()))
        if reading:
            forms.common[short] = reading
    return forms


def _vocabulary_readings(vocabulary: Vocabulary) -> dict[str, tuple[Words, ...]]:
    """Short labels of concepts that also have a long label, with what they stand for."""
    readings: dict[str, set[Words]] = {}
    for concept in vocabulary.concepts.values():
        names = [parse(label) for label in concept.labels]
        for short in names:
            if is_short_form(short):
                for long in names:
                    if stands_for(short, long):
                        readings.setdefault(short.key, set()).add(long.keys)
                        break
    return {short: tuple(sorted(words)) for short, words in readings.items()}


def _common(short: str, papers: Counter[Words], known: tuple[Words, ...]) -> Words:
    """The reading that most papers share, or none."""
    groups: dict[Words, Counter[Words]] = {}
    for words, count in papers.items():
        groups.setdefault(tuple(map(stem, words)), Counter())[words] += count
    if len(known) == 1:
        groups.setdefault(tuple(map(stem, known[0])), Counter())[known[0]] += VOCABULARY_PAPERS
    if not groups:
        return ()
    best = max(groups, key=lambda group: (groups[group].total(), group))
    total = sum(group.total() for group in groups.values())
    count = groups[best].total()
    if count < AGREEMENT * total or (count < 1 and not is_special(short)):
        return ()
    return max(groups[best], key=lambda words: (groups[best][words], words))


def is_special(short: str) -> bool:
    """Whether a short form is unlikely to be coined twice.

    >>> is_special("knowrl"), is_special("sr")
    (True, False)
    """
    return len(short) >= 5
