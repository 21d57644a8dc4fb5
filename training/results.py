"""Train the two result models on annotated entities, and say how they do on papers that they have not seen.

    python training/results.py GOLD.jsonl TEXTS.jsonl WORK

Roles are those that a role model tells that has not seen the paper, as at run time: `training/roles.py` has
left them in WORK. A figure counts as a result where an annotated result of its paper has its value, compared
as the annotations' scorer does. WORK/results.json keeps the score of each figure by models that have not seen
its paper, for `pool.py`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fitting import FOLDS, Recipe, calibration, fit
from gold_docs import GoldPaper, gold_papers
from relations import set_roles

from kg.extraction.doc import source_span
from kg.extraction.layout import Layout
from kg.extraction.results import (
    RESULTS,
    SUBJECTS,
    Figure,
    figure_features,
    figures,
    owned_figures,
    possible_subjects,
    subject_features,
)

RESULT_RECIPE = Recipe(c=0.1, least=2, smallest=0.03, iterations=80)
SUBJECT_RECIPE = Recipe(c=0.1, least=2, smallest=0.03, iterations=80)


def value_key(value: str) -> str:
    """Digits and signs alone: values that differ in wording only are the same."""
    kept = re.sub(r"[^0-9.\-–%x×]", "", value.casefold())
    return kept.replace("×", "x").strip(".")


@dataclass(slots=True, kw_only=True, eq=False)
class Case:
    """One paper's figures and what the annotations say of them."""

    layout: Layout
    found: list[Figure]
    keys: list[str]  #: value key of each figure
    gold: set[tuple[int, str]]  #: subject and value key


def cases_of(papers: list[GoldPaper], work: Path, numbers: Sequence[int] | None = None) -> list[Case]:
    """Each paper's case."""
    cases = []
    for paper, layout in zip(papers, set_roles(papers, work, numbers), strict=True):
        index = {entity.name: number for number, entity in enumerate(layout.entities)}
        found = figures(layout)
        cases.append(
            Case(
                layout=layout,
                found=found,
                keys=[value_key(written(layout, figure)) for figure in found],
                gold={
                    (index[result["subject"]], value_key(result["value"]))
                    for result in paper.annotation["results"]
                },
            )
        )
    return cases


def written(layout: Layout, figure: Figure) -> str:
    """A figure verbatim, as it stands in the text as given."""
    span = figure.span
    start, end = source_span(layout.doc, span.start_char, span.end_char)
    return str(layout.doc._.source)[start:end]


def result_rows(cases: list[Case]) -> tuple[list[list[str]], list[str]]:
    """Features and whether it is a result, for every figure."""
    rows: list[list[str]] = []
    labels: list[str] = []
    for case in cases:
        values = {key for _, key in case.gold}
        rows += figure_features(case.layout, case.found)
        labels += ["yes" if key in values else "no" for key in case.keys]
    return rows, labels


def subject_rows(cases: list[Case]) -> tuple[list[list[str]], list[str]]:
    """Features and whether it is the subject, for every result and every possible subject."""
    rows: list[list[str]] = []
    labels: list[str] = []
    for case in cases:
        owners = possible_subjects(case.layout)
        values = {key for _, key in case.gold}
        for figure, key in zip(case.found, case.keys, strict=True):
            if key in values:
                rows += subject_features(case.layout, figure, owners)
                labels += ["yes" if (owner, key) in case.gold else "no" for owner in owners]
    return rows, labels


def main() -> None:
    """Cross-validate, then train on everything and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--subjects", type=Path, default=SUBJECTS)
    parser.add_argument("--no-model", action="store_true", help="cross-validate only")
    arguments = parser.parse_args()
    cases = cases_of(list(gold_papers(arguments.gold, arguments.texts)), arguments.work)
    told: list[tuple[float, bool, bool]] = []  # score, the whole is right, the value is a result's
    kept: list[tuple[int, float, bool, bool]] = []  # paper, score, whether it has a unit, the whole is right
    for held_out in range(FOLDS):
        seen = [case for number, case in enumerate(cases) if number % FOLDS != held_out]
        results = fit(*result_rows(seen), RESULT_RECIPE)
        subjects = fit(*subject_rows(seen), SUBJECT_RECIPE)
        for number in range(held_out, len(cases), FOLDS):
            case = cases[number]
            values = {key for _, key in case.gold}
            best: dict[tuple[int, str], float] = {}
            for figure, owner, score in owned_figures(case.layout, results, subjects):
                pair = owner, value_key(written(case.layout, figure))
                best[pair] = max(score, best.get(pair, 0.0))
                kept.append((number, round(score, 4), bool(figure.quantity.unit), pair in case.gold))
            told += [(score, pair in case.gold, pair[1] in values) for pair, score in sorted(best.items())]
    (arguments.work / "results.json").write_text(json.dumps(kept), encoding="utf-8")
    stated = sum(len(case.gold) for case in cases)
    print(f"{sum(len(case.found) for case in cases)} figures, {stated} results stated")
    for threshold in (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        above = [each for each in told if each[0] >= threshold]
        right = sum(each[1] for each in above)
        print(
            f"threshold {threshold}: P {right / len(above):.3f}  R {right / stated:.3f}"
            f"  F1 {2 * right / (len(above) + stated):.4f}"
            f"  (value alone right: {sum(each[2] for each in above) / len(above):.3f})"
        )
    print(calibration(np.array([each[0] for each in told]), np.array([each[1] for each in told])))
    if not arguments.no_model:
        fit(*result_rows(cases), RESULT_RECIPE).save(arguments.results)
        fit(*subject_rows(cases), SUBJECT_RECIPE).save(arguments.subjects)
        for path in (arguments.results, arguments.subjects):
            print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
