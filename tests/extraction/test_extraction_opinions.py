"""What the network's heads think of entities and of pairs of them, with small weights made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from kg.errors import SourceError
from kg.extraction.doc import DocEntity
from kg.extraction.opinions import (
    GAPS,
    LONGEST_GAP,
    N_FIGURES,
    N_GAPS,
    RELATION_CLASSES,
    Heads,
    Memory,
    Mentions,
    between,
    figures,
    opinion_of,
    remember,
)
from kg.schema import ROLES

NLP = spacy.blank("en")
WIDTH, HIDDEN, PRODUCT = 3, 4, 2


def mentions(places: list[tuple[int, int, int]], types: list[int]) -> Mentions:
    firsts, behinds, owners = np.array(sorted(places, key=lambda p: p[2]), dtype=np.int64).T
    return Mentions(firsts, behinds, owners, np.array(types, dtype=np.int64))


def weights(seed: int = 5) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    entity = 2 * WIDTH + N_FIGURES
    shapes: dict[str, tuple[int, ...]] = {
        "role_1.weight": (entity, HIDDEN),
        "role_1.bias": (HIDDEN,),
        "role_2.weight": (HIDDEN, len(ROLES)),
        "role_2.bias": (len(ROLES),),
        "subject.weight": (entity, HIDDEN),
        "subject.bias": (HIDDEN,),
        "object.weight": (entity, HIDDEN),
        "between.weight": (WIDTH, HIDDEN),
        "gaps.weight": (N_GAPS, HIDDEN),
        "pair.weight": (HIDDEN, len(RELATION_CLASSES)),
        "pair.bias": (len(RELATION_CLASSES),),
        "left.weight": (entity, PRODUCT),
        "right.weight": (entity, PRODUCT),
        "bilinear": (len(RELATION_CLASSES), PRODUCT, PRODUCT),
    }
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture
def heads(tmp_path: Path) -> Heads:
    np.savez(tmp_path / "heads.npz", **weights())
    return Heads(tmp_path / "heads.npz")


def memory_of(doc: Doc) -> Memory:
    starts = np.array([token.idx for token in doc])
    ends = np.array([token.idx + len(token) for token in doc])
    vectors = np.random.default_rng(1).normal(size=(len(doc), WIDTH)).astype(np.float32)
    return Memory(vectors, starts, ends, title_words=2)


def entity(doc: Doc, type_: str, *places: tuple[int, int]) -> DocEntity:
    spans = [doc[a:b] for a, b in places]
    return DocEntity(name=spans[0].text, type=type_, spans=spans, rule="hand", score=1.0)


def test_figures_tell_type_number_and_place() -> None:
    rows = figures(mentions([(1, 2, 0), (6, 7, 0), (4, 5, 1)], [1, 3]), words=8, title_words=2)
    assert rows[0].tolist() == pytest.approx([0, 1, 0, 0, 0, np.log(2), 1, 1 / 8])
    assert rows[1].tolist() == pytest.approx([0, 0, 0, 1, 0, 0, 0, 4 / 8])


def test_what_stands_between_is_taken_from_the_closest_mentions() -> None:
    start, end, how_far = between(mentions([(0, 1, 0), (9, 11, 0), (13, 14, 1)], [0, 0]))
    assert (start[0, 1], end[0, 1]) == (11, 13)
    assert (start[1, 0], end[1, 0]) == (11, 13)
    assert how_far[0, 1] == 1
    assert how_far[1, 0] == 1 + len(GAPS) + 1


def test_neighbours_have_nothing_between_them() -> None:
    start, end, how_far = between(mentions([(2, 4, 0), (4, 5, 1)], [0, 0]))
    assert start[0, 1] == end[0, 1] == 4
    assert how_far[0, 1] == 0


def test_what_stands_between_distant_mentions_says_nothing() -> None:
    far = 1 + LONGEST_GAP + 1
    start, end, how_far = between(mentions([(0, 1, 0), (far, far + 1, 1)], [0, 0]))
    assert start[0, 1] == end[0, 1]
    assert 0 < how_far[0, 1] < N_GAPS


def test_probabilities_sum_to_one(heads: Heads) -> None:
    doc = NLP("Solving Sums Ada beats Bo on sums")
    remember(doc, memory_of(doc), heads)
    said = opinion_of(doc, [entity(doc, "TASK", (1, 2), (6, 7)), entity(doc, "MODEL", (2, 3))])
    assert said is not None
    assert said.roles.shape == (2, len(ROLES))
    assert said.relations.shape == (2, 2, len(RELATION_CLASSES))
    assert said.roles.sum(axis=-1) == pytest.approx(1)
    assert said.relations.sum(axis=-1) == pytest.approx(1)
    assert said.heard.all()


def test_the_order_of_entities_does_not_matter(heads: Heads) -> None:
    doc = NLP("Solving Sums Ada beats Bo on sums")
    remember(doc, memory_of(doc), heads)
    one = entity(doc, "TASK", (1, 2), (6, 7))
    two, three = entity(doc, "MODEL", (2, 3)), entity(doc, "METHOD", (4, 5))
    here = opinion_of(doc, [one, two, three])
    there = opinion_of(doc, [three, one, two])
    assert here is not None and there is not None
    assert there.roles == pytest.approx(here.roles[[2, 0, 1]], abs=1e-6)
    assert there.relations == pytest.approx(here.relations[[2, 0, 1]][:, [2, 0, 1]], abs=1e-6)


def test_a_pair_reads_differently_from_either_side(heads: Heads) -> None:
    doc = NLP("Solving Sums Ada beats Bo on sums")
    remember(doc, memory_of(doc), heads)
    said = opinion_of(doc, [entity(doc, "MODEL", (2, 3)), entity(doc, "MODEL", (4, 5))])
    assert said is not None
    assert said.relations[0, 1] != pytest.approx(said.relations[1, 0])


def test_an_entity_that_no_word_stands_for_is_not_heard(heads: Heads) -> None:
    doc = NLP("Solving Sums Ada beats Bo on sums")
    nowhere = DocEntity(name="Cy", type="MODEL", spans=[], rule="hand", score=1.0)
    remember(doc, memory_of(doc), heads)
    said = opinion_of(doc, [nowhere, entity(doc, "MODEL", (2, 3))])
    alone = opinion_of(doc, [entity(doc, "MODEL", (2, 3))])
    assert said is not None and alone is not None
    assert said.heard.tolist() == [False, True]
    assert said.roles[0] == pytest.approx(1 / len(ROLES))
    assert said.relations[0, 1] == pytest.approx(1 / len(RELATION_CLASSES))
    assert said.roles[1] == pytest.approx(alone.roles[0])


def test_no_opinion_on_a_text_that_was_not_read() -> None:
    doc = NLP("Ada beats Bo")
    assert opinion_of(doc, [entity(doc, "MODEL", (0, 1))]) is None


def test_a_part_of_what_was_asked_before_is_not_thought_about_again(
    heads: Heads, monkeypatch: pytest.MonkeyPatch
) -> None:
    doc = NLP("Solving Sums Ada beats Bo on sums")
    remember(doc, memory_of(doc), heads)
    one, two = entity(doc, "TASK", (1, 2), (6, 7)), entity(doc, "MODEL", (2, 3))
    three = entity(doc, "METHOD", (4, 5))
    fresh = opinion_of(doc, [three, one])
    opinion_of(doc, [one, two, three])
    monkeypatch.setattr(Heads, "__call__", None)
    part = opinion_of(doc, [three, one])
    assert fresh is not None and part is not None
    assert part.roles == pytest.approx(fresh.roles, abs=1e-6)
    assert part.relations == pytest.approx(fresh.relations, abs=1e-6)
    assert part.heard.tolist() == [True, True]


def test_what_was_thought_of_one_type_is_not_said_of_another(heads: Heads) -> None:
    doc = NLP("Ada beats Bo")
    remember(doc, memory_of(doc), heads)
    first = opinion_of(doc, [entity(doc, "MODEL", (0, 1))])
    second = opinion_of(doc, [entity(doc, "METHOD", (0, 1))])
    assert first is not None and second is not None
    assert second.roles != pytest.approx(first.roles)


def test_a_damaged_file_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "heads.npz"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(SourceError, match="not the heads"):
        Heads(path)
