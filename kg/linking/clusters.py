"""From forms to clusters, and from entities to clusters.

Every cluster has a centre: one form. A form joins a centre only by evidence of its own with that very
centre, never through a third form, so A≈B and B≈C do not make A≈C. Centres are taken from the most used
form down; ties fall by key, so the outcome hangs on the set of papers alone. Pairs to look at come from
blocks (shared stems, a head noun less, one entity with two names), so the work grows as the number of
forms does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa

from kg.linking.corpus import Corpus, Ints
from kg.linking.evidence import (
    HEADS,
    JOIN,
    SMALL,
    Grounds,
    head_noun_key,
    mostly_alike,
    same_words,
    stems,
    weigh,
)
from kg.linking.forms import Form, Forms
from kg.linking.grouping import runs
from kg.linking.guards import objection
from kg.linking.memory import Memory
from kg.linking.names import expanded, join, parse
from kg.linking.shortforms import ShortForms, nearly_equal
from kg.linking.spelling import Spelling
from kg.linking.surfaces import Words
from kg.linking.words import stem
from kg.vocabulary import Concept, Vocabulary

#: A block with more forms than this says nothing.
LARGEST_BLOCK = 50
_NUMBERS = pa.schema([("number", pa.uint64())])


@dataclass(frozen=True, slots=True)
class Decision:
    """Two forms that were looked at, by number, and what came of it."""

    left: int
    right: int
    same: bool
    grounds: Grounds


@dataclass(slots=True)
class Clusters:
    """Which centre each form belongs to, and why."""

    centre_of: Ints  #: form → the form that is its centre
    decisions: list[Decision] = field(default_factory=list)
    concept_of: dict[int, str] = field(default_factory=dict)  #: centre → vocabulary concept


def cluster(
    forms: Forms,
    readings: ShortForms,
    *,
    vocabulary: Vocabulary | None = None,
    ruled: Mapping[tuple[str, str], bool] | None = None,
    memory: Memory | None = None,
) -> Clusters:
    """Join forms into clusters; `ruled` says of some pairs of keys whether they belong together."""
    clusters = Clusters(centre_of=np.arange(len(forms)))
    numbered = {
        (forms.number[left], forms.number[right]): same
        for (left, right), same in (ruled or {}).items()
        if left in forms.number and right in forms.number
    }
    barred = _Barred(numbered)
    concept_of = _concepts(forms, readings, vocabulary)
    centre_of_concept: dict[str, int] = {}
    partners = _partners(forms, memory or Memory(), barred.forms)
    placed: set[int] = set()
    # all others are centres of their own, and nothing is ever compared with them
    for number in _ranked(forms, partners.keys() | concept_of.keys() | barred.forms):
        concept = concept_of.get(number, "")
        centre = centre_of_concept.get(concept, -1)
        if centre >= 0 and barred.from_cluster(number, centre, clusters):
            centre = -1
        elif centre >= 0:
            grounds = Grounds("vocabulary", 1.0, f"both name {concept}")
            clusters.decisions.append(Decision(number, centre, True, grounds))
        else:
            near = [other for other in partners.get(number, ()) if other in placed]
            centre = _by_evidence(forms[number], near, forms, clusters, concept_of, barred)
        if centre < 0:
            centre = number
            placed.add(number)
        clusters.centre_of[number] = centre
        barred.note(number, centre)
        if concept and concept not in centre_of_concept:
            clusters.concept_of.setdefault(centre, concept)
            centre_of_concept[concept] = centre
    for (left, right), same in sorted(
        numbered.items(), key=lambda item: (forms.key[item[0][0]], forms.key[item[0][1]])
    ):
        if same:
            _join(left, right, forms, clusters)
    return clusters


def _ranked(forms: Forms, numbers: Iterable[int]) -> list[int]:
    """Forms from the most used down; ties fall by key."""
    key, papers = forms.key, forms.papers
    return sorted(numbers, key=lambda number: (-papers[number], key[number]))


class _Barred:
    """Pairs of forms that must not share a cluster, and who is in the clusters of these forms."""

    def __init__(self, ruled: Mapping[tuple[int, int], bool]) -> None:
        self._rivals: dict[int, set[int]] = {}
        for (left, right), same in ruled.items():
            if not same:
                self._rivals.setdefault(left, set()).add(right)
                self._rivals.setdefault(right, set()).add(left)
        self._centres: dict[int, int] = {}
        self.forms = set(self._rivals)

    def note(self, number: int, centre: int) -> None:
        """Remember the centre of a form that something is barred from."""
        if number in self._rivals:
            self._centres[number] = centre

    def from_cluster(self, number: int, centre: int, clusters: Clusters) -> bool:
        """Whether a form must not join a centre: one of its rivals is there."""
        rivals = self._rivals.get(number)
        if not rivals:
            return False
        rival = next((rival for rival in sorted(rivals) if self._centres.get(rival) == centre), None)
        if rival is None:
            return False
        grounds = Grounds("user", 1.0, "the user says that they differ")
        clusters.decisions.append(Decision(number, rival, False, grounds))
        return True


def _join(left: int, right: int, forms: Forms, clusters: Clusters) -> None:
    """Make one cluster of two forms' clusters: that of the form that more papers use."""
    centre_of = clusters.centre_of
    ends = _ranked(forms, {int(centre_of[left]), int(centre_of[right])})
    grounds = Grounds("user", 1.0, "the user says that they are one")
    clusters.decisions.append(Decision(left, right, True, grounds))
    if len(ends) == 2:
        centre, other = ends
        centre_of[centre_of == other] = centre
        concept = clusters.concept_of.pop(other, "")
        if concept:
            clusters.concept_of.setdefault(centre, concept)


def _concepts(forms: Forms, readings: ShortForms, vocabulary: Vocabulary | None) -> dict[int, str]:
    """The vocabulary concept of each form: the one with a label of this normal form, where it is one only,
    else the one that extraction has found for most of its entities.

    A short form that papers read in several ways has none, whatever the vocabulary says.
    """
    concepts_known = vocabulary.concepts if vocabulary is not None else {}
    labels: dict[str, set[str]] = {}
    for concept in concepts_known.values():
        for label in concept.labels:
            name = parse(label)
            # "LLM judge" is written out in all papers, and so it must be here
            for key in {name.key, join(expanded(name, readings.common))}:
                labels.setdefault(key, set()).add(concept.id)
    numbers = {forms.number[key] for key in labels if key in forms.number}
    numbers.update(np.flatnonzero(np.diff(forms.concepts.starts)).tolist())
    found: dict[int, str] = {}
    for number in sorted(numbers):
        key = forms.key[number]
        if key not in readings.common and len(readings.readings.get(key, ())) > 1:
            continue
        concepts = labels.get(key, set())
        if len(concepts) > 1:
            kind = forms[number].type
            concepts = {concept for concept in concepts if concepts_known[concept].type == kind}
        if len(concepts) == 1:
            (found[number],) = concepts
        elif votes := forms[number].concepts:
            best = max(votes, key=lambda concept: (votes[concept], concept))
            known = concepts_known.get(best)
            if votes[best] * 2 > len(forms[number].entities) and not (
                known and _by_letters(forms[number], known)
            ):
                found[number] = best
    return found


def _by_letters(form: Form, concept: Concept) -> bool:
    """Whether a form seems to be a concept only because papers give it the same short form: "large video
    language model" is no "large vision-language model", though both are LVLM.
    """
    names = [parse(label) for label in concept.labels]
    return any(name.key in form.short for name in names) and not any(
        nearly_equal(stems(form.words), stems(name.keys)) for name in names
    )


def _by_evidence(
    form: Form,
    centres: Sequence[int],
    forms: Forms,
    clusters: Clusters,
    concept_of: Mapping[int, str],
    barred: _Barred,
) -> int:
    """The centre that the form has the strongest evidence for, where one is strong enough; else -1."""
    best: tuple[float, int, str] | None = None
    decided: dict[str, tuple[int, Grounds]] = {}
    for number in sorted(centres, key=forms.key.__getitem__):
        if barred.from_cluster(form.number, number, clusters):
            continue
        other = forms[number]
        grounds = weigh(form, other, forms)
        if grounds is None:
            continue
        guard, reason = objection(form.words, other.words, proper=form.proper or other.proper)
        if guard and grounds.rule != "same_spelling":  # that is one name, written out or not
            clusters.decisions.append(Decision(form.number, number, False, Grounds(guard, 1.0, reason)))
            continue
        ours, theirs = concept_of.get(form.number), clusters.concept_of.get(number)
        if ours and theirs and ours != theirs:
            grounds = Grounds("vocabulary", 1.0, f"{ours} and {theirs} are two concepts")
            clusters.decisions.append(Decision(form.number, number, False, grounds))
            continue
        if grounds.score < JOIN:
            clusters.decisions.append(Decision(form.number, number, False, grounds))
            continue
        decided[other.key] = (number, grounds)
        candidate = (grounds.score, other.papers, other.key)
        best = candidate if best is None else max(best, candidate)
    if best is None:
        return -1
    centre, grounds = decided[best[2]]
    clusters.decisions.append(Decision(form.number, centre, True, grounds))
    return centre


def _partners(forms: Forms, memory: Memory, barred: Collection[int] = ()) -> dict[int, set[int]]:
    """For each form those that it is worth comparing with; for `barred` ones all of their blocks."""
    partners: dict[int, set[int]] = {}
    spelling = Spelling.of(forms)
    sums = stem_sums(spelling, memory)

    def offer(left: int, right: int) -> None:
        partners.setdefault(left, set()).add(right)
        partners.setdefault(right, set()).add(left)

    for (left, right), papers in forms.together.items():
        if papers > 1:
            offer(left, right)
    for left, right in forms.spelt:
        offer(left, right)
    by_short: dict[str, list[int]] = {}
    for number, right, slip in spelling.all_slips(forms):
        forms.slips[number, right] = slip
        offer(number, right)
    for number, words in enumerate(forms.words):
        if words and words[-1] in HEADS:
            shorter = forms.number.get(head_noun_key(words), number)
            if shorter != number:
                offer(number, shorter)
    for number, shorts in forms.short.items():
        for short in shorts:
            by_short.setdefault(short, []).append(number)
    names, proper = forms.words, forms.proper.tolist()
    alike = sums.tolist()
    for block in (*same_stems(sums), *by_short.values()):
        if 1 < len(block) <= LARGEST_BLOCK:
            for left, other in combinations(block, 2):
                # what no evidence can join need not be weighed
                if (
                    (
                        alike[left] == alike[other]
                        and not (proper[left] or proper[other])
                        and same_words(names[left], names[other])
                    )
                    or (
                        left in forms.short
                        and other in forms.short
                        and mostly_alike(names[left], names[other])
                    )
                    or left in barred
                    or other in barred
                ):
                    offer(left, other)
    return partners


def _number_of(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")


def _of_words(words: list[str]) -> Any:
    numbers = [0 if word in SMALL else _number_of(stem(word)) for word in words]
    return pa.RecordBatch.from_arrays([pa.array(numbers, pa.uint64())], schema=_NUMBERS)


def stem_sums(spelling: Spelling, memory: Memory) -> Ints:
    """A number for each form that is the same where its words have the same stems, in whatever order; zero
    for a form without words.
    """
    # hashes, whose sums are alike for like lists only; were two others ever alike, they would be compared
    found = memory.column("stems", pa.array(spelling.words, pa.string()), _of_words)
    of_word = found.column("number").to_numpy(zero_copy_only=False)
    sums = np.zeros(len(spelling.form_words), dtype=np.uint64)
    ends = spelling.form_words.starts
    filled = np.flatnonzero(np.diff(ends) > 0)
    if len(filled):
        sums[filled] = np.add.reduceat(of_word[spelling.form_words.items], ends[:-1][filled])
    return sums


def same_stems(sums: Ints) -> Iterator[list[int]]:
    """Forms whose words have the same stems, in whatever order; see `stem_sums`."""
    filled = np.flatnonzero(sums)
    order = filled[np.argsort(sums[filled], kind="stable")]
    for start, end in runs(sums[order]):
        if end - start > 1:
            yield order[start:end].tolist()


def assign(corpus: Corpus, forms: Forms, clusters: Clusters) -> Ints:
    """The centre of each entity: of its forms' centres the one that most papers use.

    A form that is only a shorter name for an earlier one of the entity does not count. What a paper
    proposes goes by its proper name if it has one, else by its rarest form: a new "medical language model"
    that its paper also calls "the language model" is none that everybody knows.
    """
    centre_of = clusters.centre_of
    papers = np.bincount(centre_of, forms.papers, len(forms)).astype(np.int64)
    starts = forms.of_entity.starts
    centres = centre_of[forms.of_entity.items[starts[:-1]]]
    proposed = corpus.roles("proposes")
    for entity in np.flatnonzero(np.diff(starts) > 1).tolist():
        numbers = forms.of_entity[entity].tolist()
        new = corpus.role[entity] == proposed
        centres[entity] = _centre(numbers, forms, centre_of, papers, new=new)
    return centres


def _centre(numbers: Sequence[int], forms: Forms, centre_of: Ints, papers: Ints, *, new: bool) -> int:
    centres = {int(centre_of[number]) for number in _narrowest(numbers, forms)}
    if len(centres) == 1:
        return centres.pop()
    key = forms.key
    if new:
        return min(centres, key=lambda c: (not forms.proper[c], papers[c], -len(key[c]), key[c]))
    return max(centres, key=lambda c: (papers[c], key[c]))


def _narrowest(numbers: Sequence[int], forms: Forms) -> list[int]:
    """Forms, given in the order in which a text first uses them, without those that are short for an earlier
    one: after "medical language models", "language models" means these; after RoBERTa-base, RoBERTa.
    """
    words, proper = forms.words, forms.proper
    return [
        number
        for i, number in enumerate(numbers)
        if not any(_is_short_for(words[number], words[other], proper=proper[other]) for other in numbers[:i])
    ]


def _is_short_for(inner: Words, outer: Words, *, proper: bool) -> bool:
    """Whether a name is another without its first words, or a proper name without its last ones."""
    size = len(inner)
    if not 0 < size < len(outer):
        return False
    return outer[-size:] == inner or (proper and outer[:size] == inner)
