"""What is known of each name over all papers: the forms that linking joins into nodes.

A form is one normal form with everything written under it. Each local entity has one form or more;
short forms have been written out by what they stand for in their paper.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.linking.names import Name, expanded, is_unmistakable, parse, stands_for
from kg.linking.shortforms import ShortForms, Words, by_length
from kg.records import Extraction, LocalEntity


@dataclass(slots=True)
class Form:
    """One normal form, and what the papers that use it say of it."""

    key: str
    local: array[int] = field(default_factory=lambda: array("i"))  #: its local entities, by number
    papers: int = 0
    types: Counter[str] = field(default_factory=Counter)  #: papers
    written: Counter[str] = field(default_factory=Counter)  #: surface → papers
    long: Words = ()  #: words' keys, where the form is only known by its short form

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
    keys_of: list[tuple[str, ...]] = field(default_factory=list)  #: local entity → its forms' keys
    together: dict[tuple[str, str], int] = field(default_factory=dict)  #: papers that use both for one entity


def keys_of(entity: LocalEntity, paper: str, readings: ShortForms) -> dict[str, list[str]]:
    """The keys of an entity's forms, each with the surfaces that were written for it.

    A short form that its paper or one of the entity's own long forms explains has that one's key.
    """
    short, long = by_length(entity)
    found: dict[str, list[str]] = {}
    if not short and len(long) == 1 and len(long[0].keys) == 1:  # most entities: one plain word
        found[long[0].key] = list(entity.surfaces)
        return found
    meanings = readings.of(paper)
    for name in long:
        found.setdefault(expanded(name, meanings), []).append(name.text)
    for name in short:
        own = next((other for other in long if stands_for(name, other)), None)
        key = expanded(own, meanings) if own is not None else expanded(name, meanings)
        found.setdefault(key, []).append(name.text)
    return found


def gather(extractions: Sequence[Extraction], readings: ShortForms) -> Forms:
    """The forms of all local entities; papers and entities are numbered in the order given."""
    forms = Forms()
    for number, extraction in enumerate(extractions):
        seen: set[str] = set()
        for position, entity in enumerate(extraction.entities):
            local = len(forms.keys_of)
            found = keys_of(entity, extraction.paper, readings)
            if not found:  # nothing but an unresolved macro: a thing of this paper alone
                found = {f"{extraction.paper}#{position}": [entity.name]}
            keys = tuple(sorted(found))
            forms.paper_of.append(number)
            forms.keys_of.append(keys)
            for key in keys:
                form = forms.by_key.get(key)
                if form is None:
                    form = forms.by_key[key] = Form(key)
                form.local.append(local)
                form.written.update(found[key])
                if key not in seen:
                    form.papers += 1
                    form.types[entity.type] += 1
                    seen.add(key)
            for i, left in enumerate(keys):
                for right in keys[i + 1 :]:
                    forms.together[left, right] = forms.together.get((left, right), 0) + 1
    return forms


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
