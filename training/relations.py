"""Train the relation model on annotated entities, and say how well it does on papers that it has not seen.

    python training/relations.py GOLD.jsonl TEXTS.jsonl WORK [--output kg/extraction/data/relations.json]

Roles are those that a role model tells that has not seen the paper, as at run time: `training/roles.py` has
left them in WORK.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fitting import FOLDS, Recipe, calibration, fit
from gold_docs import GoldPaper, gold_papers

from kg.extraction.layout import Layout, lay_out
from kg.extraction.pairs import Pairs, cell_of, find_pairs
from kg.extraction.relations import CELLS, MODEL, NONE, RelationModel, best_relations

RECIPE = Recipe(c=0.03, least=3, smallest=0.06, iterations=60)
RAREST_CELL = 0.008  #: a kind of pair that is related less often than this is not asked about


@dataclass(slots=True, kw_only=True, eq=False)
class Case:
    """One paper's pairs and what the annotations say of them."""

    layout: Layout
    pairs: Pairs
    gold: dict[tuple[int, int], str]
    stated: int  #: number of annotated relations


def set_roles(papers: list[GoldPaper], work: Path, numbers: Sequence[int] | None = None) -> list[Layout]:
    """Give every paper's entities the roles that a model tells that has not seen it.

    `numbers` are the papers' places among all annotated ones, where they are not all.
    """
    given = json.loads((work / "roles.json").read_text(encoding="utf-8"))
    for number, paper in zip(numbers or range(len(papers)), papers, strict=True):
        roles = given[number]
        for entity, (role, share) in zip(paper.doc._.entities, roles, strict=True):
            entity.role, entity.role_score = role, share
    return [lay_out(paper.doc) for paper in papers]


def cases_of(
    papers: list[GoldPaper], work: Path, numbers: Sequence[int] | None = None
) -> tuple[list[Case], frozenset[str]]:
    """Each paper's case, and the kinds of pair that are related often enough to ask about."""
    layouts = set_roles(papers, work, numbers)
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


def fit_relations(cases: list[Case], cells: frozenset[str]) -> RelationModel:
    """The model of some papers."""
    linear = fit(
        [row for case in cases for row in case.pairs.rows()],
        [label for case in cases for label in labels_of(case)],
        RECIPE,
    )
    return RelationModel(linear=linear, cells=cells)


def labels_of(case: Case) -> list[str]:
    """The annotated relation of each pair, or none."""
    return [case.gold.get((pair.subject, pair.object), NONE) for pair in case.pairs.pairs]


def main() -> None:
    """Cross-validate, then train on everything and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--cells", type=Path, default=CELLS)
    parser.add_argument("--folds", type=int, default=FOLDS, help="how many of the folds to measure on")
    parser.add_argument("--no-model", action="store_true", help="cross-validate only")
    arguments = parser.parse_args()
    cases, cells = cases_of(list(gold_papers(arguments.gold, arguments.texts)), arguments.work)
    print(f"{sum(len(case.pairs.pairs) for case in cases)} pairs of {len(cells)} kinds", flush=True)
    told: list[tuple[float, str, bool]] = []  # probability, relation, whether it is right
    gold: Counter[str] = Counter()
    for held_out in range(arguments.folds):
        began = time.monotonic()
        model = fit_relations([case for n, case in enumerate(cases) if n % FOLDS != held_out], cells)
        for case in cases[held_out::FOLDS]:
            gold.update(relation for relation in case.gold.values())
            shares = model.probabilities(case.pairs)
            told += [
                (share, predicate, case.gold.get((first, second)) == predicate)
                for first, second, predicate, share in best_relations(
                    case.pairs, shares, model.linear.classes
                )
            ]
        print(f"fold {held_out} fitted in {time.monotonic() - began:.0f} s", flush=True)
    stated = sum(gold.values())
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5) if told else ():
        above = [each for each in told if each[0] >= threshold]
        right = sum(each[2] for each in above)
        print(
            f"threshold {threshold}: P {right / len(above):.3f}  R {right / stated:.3f}"
            f"  F1 {2 * right / (len(above) + stated):.4f}"
        )
        if threshold == 0.3:
            for name in sorted(gold):
                mine = [each[2] for each in above if each[1] == name]
                f1 = 2 * sum(mine) / (len(mine) + gold[name])
                print(f"  {name:14} {gold[name]} stated, {len(mine)} told  F1 {f1:.3f}")
    if told:
        print(calibration(np.array([each[0] for each in told]), np.array([each[2] for each in told])))
    if not arguments.no_model:
        fit_relations(cases, cells).linear.save(arguments.output, scale=100, smallest=RECIPE.smallest)
        arguments.cells.write_text(json.dumps(sorted(cells), indent=0) + "\n", encoding="utf-8")
        print(f"{arguments.output}: {arguments.output.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
