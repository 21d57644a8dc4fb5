"""The shipped vocabularies keep what seeds/vocabulary/README.md says of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from kg.resources import resource
from kg.schema import ENTITY_TYPES
from kg.vocabulary import CONCEPTS, Concept, load_vocabulary, read_concepts

FOLDER = resource("seeds", "vocabulary")
FILES = sorted(FOLDER.glob("*.ttl"))
VOCABULARY = load_vocabulary()


def as_matched(label: str) -> str:
    """A label as texts meet it: a label in lower case with or without its hyphens, others as they are."""
    return label.replace("-", " ") if label.islower() else label


def ancestors(concept: Concept) -> set[str]:
    """IRIs of all that a concept is a variant of, directly or not."""
    found: set[str] = set()
    waiting = list(concept.broader)
    while waiting:
        iri = waiting.pop()
        if iri not in found:
            found.add(iri)
            waiting += VOCABULARY.concepts[iri].broader
    return found


def test_there_are_enough_concepts_of_every_type() -> None:
    counts = Counter(concept.type for concept in VOCABULARY.concepts.values())
    assert counts.keys() == ENTITY_TYPES.keys()
    assert min(counts.values()) >= 200
    assert counts.total() >= 1500


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_holds_one_type_and_concepts_of_its_own_in_order(path: Path) -> None:
    concepts = read_concepts(path)
    folder = CONCEPTS + path.stem.removesuffix("s") + "/"
    assert {concept.type for concept in concepts} == {path.stem.removesuffix("s").upper()}
    assert all(concept.id.startswith(folder) for concept in concepts)
    subjects = re.findall(r"^(\S+) a kg:", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert subjects == sorted(subjects)
    assert len(subjects) == len(set(subjects)) == len(concepts)


def test_identifiers_are_lower_case_words_that_begin_with_a_letter() -> None:
    name = re.compile(re.escape(CONCEPTS) + r"[a-z]+/[a-z][a-z0-9]*(-[a-z0-9]+)*")
    assert [iri for iri in VOCABULARY.concepts if not name.fullmatch(iri)] == []


def test_a_label_belongs_to_one_concept_of_its_type() -> None:
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for concept in VOCABULARY.concepts.values():
        for label in concept.labels:
            owners[concept.type, as_matched(label)].add(concept.id)
    assert {label: iris for label, iris in owners.items() if len(iris) > 1} == {}


def test_only_short_acronyms_are_shared_between_types() -> None:
    types: defaultdict[str, set[str]] = defaultdict(set)
    for concept in VOCABULARY.concepts.values():
        for label in concept.labels:
            types[as_matched(label)].add(concept.type)
    shared = [label for label, names in types.items() if len(names) > 1]
    assert [label for label in shared if not (label.isupper() and len(label) <= 5)] == []


def test_what_concepts_are_variants_of_exists_and_goes_in_no_circle() -> None:
    for concept in VOCABULARY.concepts.values():
        assert set(concept.broader) <= VOCABULARY.concepts.keys(), concept.id
        assert concept.id not in ancestors(concept), concept.id


def test_labels_are_plain_text() -> None:
    for concept in VOCABULARY.concepts.values():
        for label in concept.labels:
            assert label == label.strip() and not re.search(r"[$\\{}|\n]|  ", label), concept.id


def test_generic_words_are_singular_lower_case_and_no_label() -> None:
    labels = {as_matched(label) for concept in VOCABULARY.concepts.values() for label in concept.labels}
    assert {as_matched(word) for word in VOCABULARY.generic} & labels == set()
    lines = (FOLDER / "generic.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert lines == sorted(set(lines))
    assert [line for line in lines if line != line.lower() or line.endswith("models")] == []


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("model/llama-3-1-8b", "model/llama"),
        ("dataset/imagenet-21k", "dataset/imagenet"),
        ("dataset/swe-bench-verified", "dataset/swe-bench"),
        ("method/qlora", "method/parameter-efficient-fine-tuning"),
        ("model/gpt-4o-mini", "model/large-language-model"),
    ],
)
def test_versions_lead_to_their_families(narrow: str, wide: str) -> None:
    assert CONCEPTS + wide in ancestors(VOCABULARY.concepts[CONCEPTS + narrow])


def test_a_data_set_of_another_size_is_no_variant() -> None:
    assert VOCABULARY.concepts[CONCEPTS + "dataset/cifar-100"].broader == ()
