"""Vocabularies: SKOS files of one's own and the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.resources import resource
from kg.schema import ENTITY_TYPES
from kg.vocabulary import load_vocabulary, read_concepts, read_generic

PREFIXES = """@prefix kg: <https://kg.example/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <https://words.example/> .
"""


def write(folder: Path, body: str, name: str = "own.ttl") -> Path:
    path = folder / name
    path.write_text(PREFIXES + body, encoding="utf-8")
    return path


def test_a_concept_has_type_names_and_broader_terms(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """x:foo a kg:Model ; skos:prefLabel "Foo"@en ; skos:altLabel "FooNet", "Foo  Net" ;
        skos:hiddenLabel "Fooo" ; skos:broader x:bar ; skos:exactMatch <https://elsewhere.example/1> .""",
    )
    (concept,) = read_concepts(path)
    assert (concept.id, concept.type, concept.name) == ("https://words.example/foo", "MODEL", "Foo")
    assert concept.labels == ("Foo", "Foo Net", "FooNet", "Fooo")
    assert concept.broader == ("https://words.example/bar",)
    assert concept.same_as == ("https://elsewhere.example/1",)


def test_what_is_no_concept_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, """x:scheme a skos:ConceptScheme ; skos:topConceptOf x:other .""")
    assert read_concepts(path) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("x:foo a kg:Model ;\n skos:prefLabel .", "own.ttl:5"),
        ('x:foo skos:prefLabel "Foo" .', "has no type"),
        ('x:foo a kg:Model, kg:Task ; skos:prefLabel "Foo" .', "has several types"),
        ("x:foo a kg:Model .", "has no preferred label"),
        ('x:foo a kg:Model ; skos:prefLabel "Foo", "Bar" .', "has several preferred labels"),
    ],
)
def test_a_bad_file_is_told_with_file_and_place(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_concepts(write(tmp_path, body))
    assert message in str(raised.value)
    assert "own.ttl" in str(raised.value)
    assert raised.value.hint


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.ttl", tmp_path):
        with pytest.raises(UsageError, match=path.name):
            read_concepts(path)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_bytes(b"\x00\xff\xfe\x80")
    with pytest.raises(UsageError, match=r"own\.ttl"):
        read_concepts(path)


def test_the_users_own_file_goes_before_the_shipped_ones(tmp_path: Path) -> None:
    shipped = load_vocabulary()
    known = next(concept for concept in shipped.concepts.values() if concept.type == "METHOD")
    path = tmp_path / "own.ttl"
    path.write_text(f'{PREFIXES}<{known.id}> a kg:Task ; skos:prefLabel "my word for it" .', encoding="utf-8")
    vocabulary = load_vocabulary([path])
    changed = vocabulary.concepts[known.id]
    assert (changed.type, changed.name) == ("TASK", "my word for it")
    assert set(known.labels) <= set(changed.labels)
    assert vocabulary.own == {known.id}
    assert shipped.own == frozenset()


def test_generic_words_leave_comments_and_blank_lines_out(tmp_path: Path) -> None:
    path = tmp_path / "generic.txt"
    path.write_text("# none\nModel # plain\n\nour method\n", encoding="utf-8")
    assert read_generic(path) == {"model", "our method"}


def test_the_shipped_vocabularies_have_all_types_and_no_generic_names() -> None:
    vocabulary = load_vocabulary()
    assert {concept.type for concept in vocabulary.concepts.values()} == set(ENTITY_TYPES)
    assert "model" in vocabulary.generic
    assert not {concept.name.casefold() for concept in vocabulary.concepts.values()} & vocabulary.generic


def test_what_did_not_come_with_the_program_is_told() -> None:
    assert (resource("seeds", "vocabulary") / "README.md").is_file()
    with pytest.raises(UsageError, match="seeds/no-such-thing"):
        resource("seeds", "no-such-thing")
