"""What makes a recognised name worth a node."""

from __future__ import annotations

import math

import pytest

from kg.extraction.worth import Tagged, describe, log_odds, probability

TYPES = ("METHOD", "MODEL", "TASK")
TEXT = "KnowRL for question answering\nKnowRL answers questions."


def tagged(surface: str, *types: float, from_: int = 0) -> Tagged:
    start = TEXT.index(surface, from_)
    return Tagged(
        start=start,
        end=start + len(surface),
        types=list(types),
        edges=(0.9, 0.8, 0.7),
        roles=[0.5, 0.5],
    )


def test_the_type_is_what_the_mentions_together_speak_for() -> None:
    first = tagged("KnowRL", 0.2, 0.5, 0.1)
    second = tagged("KnowRL", 0.9, 0.1, 0.0, from_=10)
    assert describe(TEXT, [first], TYPES)[0] == TYPES.index("MODEL")
    assert describe(TEXT, [first, second], TYPES)[0] == TYPES.index("METHOD")


def test_features_tell_proper_names_from_common_ones() -> None:
    proper = describe(TEXT, [tagged("KnowRL", 0.9, 0.0, 0.0)], TYPES)[1]
    common = describe(TEXT, [tagged("question answering", 0.0, 0.0, 0.9)], TYPES)[1]
    assert "proper METHOD" in proper
    assert not any(name.startswith("proper") for name in common)
    assert common["words 2"] == 1.0


def test_features_tell_the_title_from_the_abstract() -> None:
    assert describe(TEXT, [tagged("KnowRL", 0.9, 0.0, 0.0)], TYPES)[1]["title"] == 1.0
    assert describe(TEXT, [tagged("KnowRL", 0.9, 0.0, 0.0, from_=10)], TYPES)[1]["title"] == 0.0


def test_log_odds_stay_finite() -> None:
    assert log_odds(0.0) == pytest.approx(-log_odds(1.0))
    assert math.isfinite(log_odds(0.0))


@pytest.mark.parametrize("weight", [-1000.0, -1.0, 0.0, 1.0, 1000.0])
def test_probabilities_stay_between_zero_and_one(weight: float) -> None:
    assert 0.0 <= probability({"title": 1.0, "unheard of": 5.0}, {"bias": 0.0, "title": weight}) <= 1.0


def test_more_of_what_speaks_for_a_name_raises_its_probability() -> None:
    weights = {"bias": -1.0, "mentions": 0.5}
    assert probability({"mentions": 2.0}, weights) > probability({"mentions": 0.0}, weights)
