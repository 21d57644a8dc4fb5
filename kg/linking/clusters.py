"""From forms to clusters, and from local entities to clusters.

Every cluster has a centre: one form. A form joins a centre only by evidence of its own with that very
centre, never through a third form, so A≈B and B≈C do not make A≈C. Centres are taken from the most used
form down; ties fall by key, so the outcome hangs on the set of papers alone. Pairs to look at come from
blocks (shared stems, a head noun less, one entity with two names), so the work grows as the number of
forms does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.linking.evidence import JOIN, Grounds, head_noun_key, stems, weigh
from kg.linking.forms import Form, Forms, is_proper_form
from kg.linking.guards import objection
from kg.linking.names import parse
from kg.linking.shortforms import ShortForms
from kg.records import Extraction
from kg.vocabulary import Vocabulary

#: A block with more forms than this says nothing.
LARGEST_BLOCK = 50


@dataclass(frozen=True, slots=True)
class Decision:
    """Two forms that were looked at, and what came of it."""

    left: str
    right: str
    same: bool
    grounds: Grounds


@dataclass(slots=True)
class Clusters:
    """Which centre each form belongs to, and why."""

    centre_of: dict[str, str] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    concept_of: dict[str, str] = field(default_factory=dict)  #: centre → vocabulary concept


def cluster(forms: Forms, readings: ShortForms, *, vocabulary: Vocabulary | None = None) -> Clusters:
    """Join forms into clusters."""
    clusters = Clusters()
    concept_of = _concepts(forms, readings, vocabulary)
    by_concept: dict[str, list[str]] = {}
    for key, concept in concept_of.items():
        by_concept.setdefault(concept, []).append(key)
    partners = _partners(forms)
    ranked = sorted(forms.by_key.values(), key=lambda form: (-form.papers, form.key))
    for form in ranked:
        concept = concept_of.get(form.key, "")
        centre = _by_concept(form, concept, by_concept, clusters)
        if not centre:
            centre = _by_evidence(form, partners.get(form.key, ()), forms, clusters, concept_of)
        clusters.centre_of[form.key] = centre or form.key
        if not centre and concept:
            clusters.concept_of[form.key] = concept
    return clusters


def _concepts(forms: Forms, readings: ShortForms, vocabulary: Vocabulary | None) -> dict[str, str]:
    """The vocabulary concept of each form, where a label of just one concept has its normal form.

    A short form that papers read in several ways has none, whatever the vocabulary says.
    """
    if vocabulary is None:
        return {}
    labels: dict[str, set[str]] = {}
    for concept in vocabulary.concepts.values():
        for label in concept.labels:
            labels.setdefault(parse(label).key, set()).add(concept.id)
    found: dict[str, str] = {}
    for key, form in forms.by_key.items():
        if key in readings.readings and key not in readings.common:
            continue
        concepts = labels.get(key, set())
        if len(concepts) > 1:
            concepts = {concept for concept in concepts if vocabulary.concepts[concept].type == form.type}
        if len(concepts) == 1:
            (found[key],) = concepts
    return found


def _by_concept(form: Form, concept: str, by_concept: dict[str, list[str]], clusters: Clusters) -> str:
    """The centre of the form's concept, where an earlier form has made one."""
    if not concept:
        return ""
    for key in by_concept[concept]:
        if clusters.concept_of.get(key) == concept:
            grounds = Grounds("vocabulary", 1.0, f"both name {concept}")
            clusters.decisions.append(Decision(form.key, key, True, grounds))
            return key
    return ""


def _by_evidence(
    form: Form, partners: Iterable[str], forms: Forms, clusters: Clusters, concept_of: dict[str, str]
) -> str:
    """The centre that the form has the strongest evidence for, where one is strong enough."""
    best: tuple[float, int, str] | None = None
    decided: dict[str, Grounds] = {}
    for key in sorted(partners):
        if clusters.centre_of.get(key) != key:
            continue
        other = forms.by_key[key]
        grounds = weigh(form, other, forms)
        if grounds is None:
            continue
        guard, reason = objection(
            form.words, other.words, proper=is_proper_form(form) or is_proper_form(other)
        )
        if guard:
            clusters.decisions.append(Decision(form.key, key, False, Grounds(guard, 1.0, reason)))
            continue
        ours, theirs = concept_of.get(form.key), concept_of.get(key)
        if ours and theirs and ours != theirs:
            grounds = Grounds("vocabulary", 1.0, f"{ours} and {theirs} are two concepts")
            clusters.decisions.append(Decision(form.key, key, False, grounds))
            continue
        if grounds.score < JOIN:
            clusters.decisions.append(Decision(form.key, key, False, grounds))
            continue
        decided[key] = grounds
        candidate = (grounds.score, other.papers, key)
        best = candidate if best is None else max(best, candidate)
    if best is None:
        return ""
    centre = best[2]
    clusters.decisions.append(Decision(form.key, centre, True, decided[centre]))
    return centre


def _partners(forms: Forms) -> dict[str, set[str]]:
    """For each form the keys of those that it is worth comparing with."""
    partners: dict[str, set[str]] = {}

    def offer(left: str, right: str) -> None:
        partners.setdefault(left, set()).add(right)
        partners.setdefault(right, set()).add(left)

    for (left, right), papers in forms.together.items():
        if papers > 1:
            offer(left, right)
    blocks: dict[tuple[str, ...], list[str]] = {}
    by_short: dict[str, list[str]] = {}
    for key, form in forms.by_key.items():
        shorter = head_noun_key(form)
        if shorter and shorter != key and shorter in forms.by_key:
            offer(key, shorter)
        if form.words:
            blocks.setdefault(stems(form), []).append(key)
        for short in form.short:
            by_short.setdefault(short, []).append(key)
    for block in (*blocks.values(), *by_short.values()):
        if 1 < len(block) <= LARGEST_BLOCK:
            for i, left in enumerate(block):
                for right in block[i + 1 :]:
                    offer(left, right)
    return partners


def assign(extractions: Iterable[Extraction], forms: Forms, clusters: Clusters) -> list[str]:
    """The centre of each local entity: of its forms' centres the one that most papers use.

    What a paper proposes goes by its proper name if it has one, else by its rarest form: a new "medical
    language model" that its paper also calls "the language model" is none that everybody knows.
    """
    papers: Counter[str] = Counter()
    for key, form in forms.by_key.items():
        papers[clusters.centre_of[key]] += form.papers
    entities = (entity for extraction in extractions for entity in extraction.entities)
    return [
        _centre(keys, forms, clusters, papers, new=entity.role == "proposes")
        for keys, entity in zip(forms.keys_of, entities, strict=True)
    ]


def _centre(keys: Sequence[str], forms: Forms, clusters: Clusters, papers: Counter[str], *, new: bool) -> str:
    if len(keys) == 1:
        return clusters.centre_of[keys[0]]
    centres = {clusters.centre_of[key] for key in keys}
    if new:
        named = {centre: is_proper_form(forms.by_key[centre]) for centre in centres}
        return min(centres, key=lambda centre: (not named[centre], papers[centre], -len(centre), centre))
    return max(centres, key=lambda centre: (papers[centre], centre))
