"""Pairs of names labelled by reading: `linking_cases.csv`, and what linking makes of them, frozen.

Columns: the two names, their type, the context, the verdict, its strength (STRONG: anyone would say so;
MEDIUM: most would; WEAK: it may be argued), and why. The context is a list of definitions, "SHORT = long
form; …", each given by a paper of its own. Every pair is linked in a set of its own, without a vocabulary
and with the shipped one.

A STRONG pair that is linked wrongly fails. Where linking changes, the difference to the frozen run shows
what else it does; look at it, then freeze it anew with:

    python tests/linking/test_linking_cases.py
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import pytest
from linking_factory import entity, paper

from kg.linking import link
from kg.vocabulary import Vocabulary, load_vocabulary

CASES = Path(__file__).parents[1] / "linking_cases.csv"
FROZEN = CASES.with_suffix(".frozen.csv")
HEADER = ("left", "right", "context", "verdict", "strength", "linked", "linked with vocabulary")

Case = dict[str, str]


def _read(path: Path) -> list[Case]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    return load_vocabulary()


def outcome(case: Case, vocabulary: Vocabulary | None) -> str:
    """ "same" or "different", as linking has it."""
    said = [
        paper("left", entity(case["left"], type=case["type"])),
        paper("right", entity(case["right"], type=case["type"])),
    ]
    for number, definition in enumerate(filter(None, map(str.strip, case["context"].split(";")))):
        short, _, long = map(str.strip, definition.partition("="))
        said.append(
            paper(f"context{number}", entity(long, short, type=case["type"]), abbreviations=[(short, long)])
        )
    found = link([p for p, _ in said], [x for _, x in said], vocabulary=vocabulary)
    return "same" if found.nodes["left"][case["left"]] == found.nodes["right"][case["right"]] else "different"


def frozen_row(case: Case) -> tuple[str, ...]:
    return (
        *(case[column] for column in HEADER[:5]),
        outcome(case, None),
        outcome(case, _vocabulary()),
    )


STRONG = [case for case in _read(CASES) if case["strength"] == "STRONG"]


@pytest.mark.parametrize("case", STRONG, ids=lambda case: f"{case['left']}|{case['right']}")
def test_a_strong_case_is_right(case: Case) -> None:
    assert outcome(case, None) == case["verdict"], case["why"]
    assert outcome(case, _vocabulary()) == case["verdict"], f"with the vocabulary: {case['why']}"


def test_the_frozen_run_is_this_one() -> None:
    frozen = [tuple(row[column] for column in HEADER) for row in _read(FROZEN)]
    assert [frozen_row(case) for case in _read(CASES)] == frozen


def test_there_are_enough_cases_of_both_kinds() -> None:
    cases = _read(CASES)
    assert len(cases) >= 300
    assert len({(c["left"], c["right"], c["context"]) for c in cases}) == len(cases)
    assert min(sum(c["verdict"] == verdict for c in cases) for verdict in ("same", "different")) >= 100
    assert {c["strength"] for c in cases} == {"STRONG", "MEDIUM", "WEAK"}


if __name__ == "__main__":
    with FROZEN.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(frozen_row(case) for case in _read(CASES))
