"""From forms to clusters, and from local entities to clusters.

Every cluster has a centre: one form. A form joins a centre only by evidence of its own with that very
centre, never through a third form, so A≈B and B≈C do not make A≈C. Centres are taken from the most used
form down; ties fall by key, so the outcome hangs on the set of papers alone. Pairs to look at come from
blocks (shared stems, a head noun less, one entity with two names), so the work grows as the number of
forms does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.linking.evidence import JOIN, Grounds, head_noun_key, stems, weigh
from kg.linking.forms import Form, Forms, is_proper_form
from kg.linking.guards import objection
from kg.linking.names import parse
from kg.linking.shortforms import ShortForms
from kg.linking.spelling import Spelling
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


def cluster(
    forms: Forms,
    readings: ShortForms,
    *,
    vocabulary: Vocabulary | None = None,
    ruled: Mapping[tuple[str, str], bool] | None = None,
) -> Clusters:
    """Join forms into clusters; `ruled` says of some pairs whether they belong together."""
    clusters = Clusters()
    barred = _Barred(ruled or {})
    concept_of = _concepts(forms, readings, vocabulary)
    centre_of_concept: dict[str, str] = {}
    partners = _partners(forms)
    ranked = sorted(forms.by_key.values(), key=lambda form: (-form.papers, form.key))
    for form in ranked:
        concept = concept_of.get(form.key, "")
        centre = centre_of_concept.get(concept, "")
        if centre and barred.from_cluster(form.key, centre, clusters):
            centre = ""
        elif centre:
            grounds = Grounds("vocabulary", 1.0, f"both name {concept}")
            clusters.decisions.append(Decision(form.key, centre, True, grounds))
        else:
            centre = _by_evidence(form, partners.get(form.key, ()), forms, clusters, concept_of, barred)
        clusters.centre_of[form.key] = centre or form.key
        barred.note(form.key, centre or form.key)
        if concept and concept not in centre_of_concept:
            clusters.concept_of.setdefault(centre or form.key, concept)
            centre_of_concept[concept] = centre or form.key
    for (left, right), same in sorted((ruled or {}).items()):
        if same:
            _join(left, right, forms, clusters)
    return clusters


class _Barred:
    """Pairs of forms that must not share a cluster, and who is in the clusters of these forms."""

    def __init__(self, ruled: Mapping[tuple[str, str], bool]) -> None:
        self._rivals: dict[str, set[str]] = {}
        for (left, right), same in ruled.items():
            if not same:
                self._rivals.setdefault(left, set()).add(right)
                self._rivals.setdefault(right, set()).add(left)
        self._centres: dict[str, str] = {}

    def note(self, key: str, centre: str) -> None:
        """Remember the centre of a form that something is barred from."""
        if key in self._rivals:
            self._centres[key] = centre

    def from_cluster(self, key: str, centre: str, clusters: Clusters) -> bool:
        """Whether a form must not join a centre: one of its rivals is there."""
        rivals = self._rivals.get(key)
        if not rivals:
            return False
        rival = next((rival for rival in sorted(rivals) if self._centres.get(rival) == centre), None)
        if rival is None:
            return False
        grounds = Grounds("user", 1.0, "the user says that they differ")
        clusters.decisions.append(Decision(key, rival, False, grounds))
        return True


def _join(left: str, right: str, forms: Forms, clusters: Clusters) -> None:
    """Make one cluster of two forms' clusters: that of the form that more papers use."""
    if left not in forms.by_key or right not in forms.by_key:
        return
    ends = sorted(
        {clusters.centre_of[left], clusters.centre_of[right]},
        key=lambda key: (-forms.by_key[key].papers, key),
    )
    grounds = Grounds("user", 1.0, "the user says that they are one")
    clusters.decisions.append(Decision(left, right, True, grounds))
    if len(ends) == 2:
        centre, other = ends
        for key, old in clusters.centre_of.items():
            if old == other:
                clusters.centre_of[key] = centre
        concept = clusters.concept_of.pop(other, "")
        if concept:
            clusters.concept_of.setdefault(centre, concept)


def _concepts(forms: Forms, readings: ShortForms, vocabulary: Vocabulary | None) -> dict[str, str]:
    """The vocabulary concept of each form: the one with a label of this normal form, where it is one only,
    else the one that extraction has found for most of its entities.

    A short form that papers read in several ways has none, whatever the vocabulary says.
    """
    concepts_known = vocabulary.concepts if vocabulary is not None else {}
    labels: dict[str, set[str]] = {}
    for concept in concepts_known.values():
        for label in concept.labels:
            labels.setdefault(parse(label).key, set()).add(concept.id)
    found: dict[str, str] = {}
    for key, form in forms.by_key.items():
        if key not in readings.common and len(readings.readings.get(key, ())) > 1:
            continue
        concepts = labels.get(key, set())
        if len(concepts) > 1:
            concepts = {concept for concept in concepts if concepts_known[concept].type == form.type}
        if len(concepts) == 1:
            (found[key],) = concepts
        elif form.concepts:
            votes = form.concepts
            best = max(votes, key=lambda concept: (votes[concept], concept))
            if votes[best] * 2 > len(form.local):
                found[key] = best
    return found


def _by_evidence(
    form: Form,
    partners: Iterable[str],
    forms: Forms,
    clusters: Clusters,
    concept_of: Mapping[str, str],
    barred: _Barred,
) -> str:
    """The centre that the form has the strongest evidence for, where one is strong enough."""
    best: tuple[float, int, str] | None = None
    decided: dict[str, Grounds] = {}
    for key in sorted(partners):
        if clusters.centre_of.get(key) != key or barred.from_cluster(form.key, key, clusters):
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
        ours, theirs = concept_of.get(form.key), clusters.concept_of.get(key)
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
    spelling = Spelling.of(forms)
    for key, form in forms.by_key.items():
        for right, slip in spelling.slips(form, forms):
            forms.slips[key, right] = slip
            offer(key, right)
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
