"""Train the relation model on annotated entities, and say how well it does on papers that it has not seen.

    python training/relations.py GOLD.jsonl TEXTS.jsonl [--output kg/extraction/data/relations.json]

Roles are those that a role model tells that has not seen the paper, as at run time.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fitting import FOLDS, Recipe, calibration, fit
from gold_docs import GoldPaper, gold_papers
from roles import RECIPE as ROLE_RECIPE
from roles import rows_of as role_rows_of

from kg.extraction.layout import Layout, lay_out
from kg.extraction.pairs import Pairs, cell_of, find_pairs
from kg.extraction.relations import CELLS, MODEL, NONE, RelationModel, choose
from kg.extraction.roles import decide

RECIPE = Recipe(c=0.03, least=3, smallest=0.06)
RAREST_CELL = 0.008  #: a kind of pair that is related less often than this is not asked about


@dataclass(slots=True, kw_only=True, eq=False)
class Case:
    """One paper's pairs and what the annotations say of them."""

    layout: Layout
    pairs: Pairs
    gold: dict[tuple[int, int], str]
    stated: int  #: number of annotated relations


def set_roles(papers: list[GoldPaper]) -> list[Layout]:
    """Give every paper's entities the roles that a model tells that has not seen it."""
    rows, labels, numbers, _ = role_rows_of(papers)
    layouts = [lay_out(paper.doc) for paper in papers]
    for held_out in range(FOLDS):
        seen = [index for index, number in enumerate(numbers) if number % FOLDS != held_out]
        model = fit([rows[index] for index in seen], [labels[index] for index in seen], ROLE_RECIPE)
        for layout in layouts[held_out::FOLDS]:
            decide(layout, model, rule="held out")
    return layouts


def cases_of(papers: list[GoldPaper]) -> tuple[list[Case], frozenset[str]]:
    """Each paper's case, and the kinds of pair that are related often enough to ask about."""
    layouts = set_roles(papers)
    asked: Counter[str] = Counter()
    related: Counter[str] = Counter()
    cases = []
    for paper, layout in zip(papers, layouts, strict=True):
        index = {entity.name: number for number, entity in enumerate(layout.entities)}
        stated = {tuple(relation) for relation in paper.annotation["relations"]}
        gold = {(index[s], index[o]): r for s, r, o in sorted(stated)}
        for pair in (pairs := find_pairs(layout)).pairs:
            cell = cell_of(layout, pair)
            asked[cell] += 1
            related[cell] += (pair.subject, pair.object) in gold
        cases.append(Case(layout=layout, pairs=pairs, gold=gold, stated=len(stated)))
    cells = frozenset(
        cell for cell in asked if related[cell] >= 2 and related[cell] / asked[cell] >= RAREST_CELL
    )
    for case in cases:
        case.pairs.pairs = [pair for pair in case.pairs.pairs if cell_of(case.layout, pair) in cells]
    return cases, cells


def labels_of(case: Case) -> list[str]:
    """The annotated relation of each pair, or none."""
    return [case.gold.get((pair.subject, pair.object), NONE) for pair in case.pairs.pairs]


def main() -> None:
    """Cross-validate, then train on everything and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--cells", type=Path, default=CELLS)
    parser.add_argument("--folds", type=int, default=FOLDS, help="how many of the folds to measure on")
    parser.add_argument("--no-model", action="store_true", help="cross-validate only")
    arguments = parser.parse_args()
    cases, cells = cases_of(list(gold_papers(arguments.gold, arguments.texts)))
    print(f"{sum(len(case.pairs.pairs) for case in cases)} pairs of {len(cells)} kinds", flush=True)
    measured: list[tuple[Case, np.ndarray]] = []
    for held_out in range(arguments.folds):
        began = time.monotonic()
        seen = [case for number, case in enumerate(cases) if number % FOLDS != held_out]
        linear = fit(
            [row for case in seen for row in case.pairs.rows()],
            [label for case in seen for label in labels_of(case)],
            RECIPE,
        )
        model = RelationModel(linear=linear, cells=cells)
        measured += [(case, model.probabilities(case.pairs)) for case in cases[held_out::FOLDS]]
        print(f"fold {held_out} fitted in {time.monotonic() - began:.0f} s", flush=True)
    classes = linear.classes
    stated = sum(case.stated for case, _ in measured)
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        told: Counter[str] = Counter()
        true: Counter[str] = Counter()
        for case, probabilities in measured:
            for first, second, predicate, _ in choose(
                case.pairs, probabilities, classes, threshold=threshold
            ):
                told[predicate] += 1
                true[predicate] += case.gold.get((first, second)) == predicate
        all_told, all_true = sum(told.values()), sum(true.values())
        print(
            f"threshold {threshold}: P {all_true / all_told:.3f}  R {all_true / stated:.3f}"
            f"  F1 {2 * all_true / (all_told + stated):.4f}"
        )
        if threshold == 0.3:
            gold = Counter(relation for case, _ in measured for relation in case.gold.values())
            for name in sorted(gold):
                f1 = 2 * true[name] / (told[name] + gold[name])
                print(f"  {name:14} {gold[name]} stated, {told[name]} told  F1 {f1:.3f}")
    scores, right = [], []
    for case, probabilities in measured:
        for first, second, predicate, score in choose(case.pairs, probabilities, classes, threshold=0.2):
            scores.append(score)
            right.append(case.gold.get((first, second)) == predicate)
    print(calibration(np.array(scores), np.array(right)))
    if not arguments.no_model:
        final = fit(
            [row for case in cases for row in case.pairs.rows()],
            [label for case in cases for label in labels_of(case)],
            RECIPE,
        )
        final.save(arguments.output, scale=100)
        arguments.cells.write_text(json.dumps(sorted(cells), indent=0) + "\n", encoding="utf-8")
        print(f"{arguments.output}: {arguments.output.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
