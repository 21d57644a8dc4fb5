"""Train the role model on annotated and recognised entities, and say how well it does on unseen papers.

python training/roles.py GOLD.jsonl TEXTS.jsonl WORK [--output kg/extraction/data/roles.json] [--no-model]

WORK is what `training/folds.py` has written, and gets roles.json: for each paper the roles that a model of
other papers gives to its annotated entities, for `relations.py` and `results.py` to learn from. What a
recogniser of other papers finds in a paper is learned from as well: with the annotated role where an
annotator gave the same entity, else as spurious.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from fitting import FOLDS, Recipe, calibration, fit
from folds import RecognisedPaper, recognised
from gold_docs import GoldPaper, gold_papers

from kg.extraction.layout import lay_out
from kg.extraction.linear import LinearModel
from kg.extraction.roles import (
    MODEL,
    ROLE_NAMES,
    SPURIOUS,
    _allowed,
    entity_features,
    place_features,
    role_shares,
)

RECIPE = Recipe(c=0.06, least=2, smallest=0.05, iterations=60)


@dataclass(slots=True)
class Rows:
    """Features and gold role of entities, with the number of the paper that each stands in."""

    features: list[list[str]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    papers: list[int] = field(default_factory=list)
    allowed: list[frozenset[str]] = field(default_factory=list)

    def fit(self, papers: Sequence[int]) -> LinearModel:
        """The model of some papers' rows."""
        chosen = set(papers)
        places = [row for row, number in enumerate(self.papers) if number in chosen]
        return fit([self.features[row] for row in places], [self.labels[row] for row in places], RECIPE)

    def extend(self, other: Rows) -> None:
        """Add other rows."""
        self.features += other.features
        self.labels += other.labels
        self.papers += other.papers
        self.allowed += other.allowed


def rows_of(papers: Sequence[GoldPaper | RecognisedPaper]) -> Rows:
    """The rows of papers' entities; unmatched ones are spurious."""
    rows = Rows()
    for place, paper in enumerate(papers):
        layout = lay_out(paper.doc)
        rows.features += entity_features(layout, place_features(layout))
        annotated = paper.annotation["entities"]
        if isinstance(paper, RecognisedPaper):
            number = paper.number
            rows.labels += [
                annotated[paper.matched[each]]["role"] if each in paper.matched else SPURIOUS
                for each in range(len(layout.entities))
            ]
        else:
            number = place
            rows.labels += [entity["role"] for entity in annotated]
        rows.papers += [number] * len(layout.entities)
        rows.allowed += [
            _allowed(entity.type, places)
            for entity, places in zip(layout.entities, layout.places, strict=True)
        ]
    return rows


def all_rows(gold: Path, texts: Path, work: Path) -> tuple[list[GoldPaper], Rows, int]:
    """The annotated papers; rows of annotated, then of recognised entities; how many are the former."""
    papers = list(gold_papers(gold, texts))
    rows = rows_of(papers)
    annotated = len(rows.labels)
    rows.extend(rows_of(recognised(gold, texts, work, network=None)))
    return papers, rows, annotated


def main() -> None:
    """Cross-validate, then train on everything and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--no-model", action="store_true", help="cross-validate only")
    arguments = parser.parse_args()
    papers, rows, annotated = all_rows(arguments.gold, arguments.texts, arguments.work)
    numbers = range(len(papers))
    shares = np.zeros((annotated, len(ROLE_NAMES)))
    for held_out in range(FOLDS):
        model = rows.fit([number for number in numbers if number % FOLDS != held_out])
        unseen = [row for row in range(annotated) if rows.papers[row] % FOLDS == held_out]
        shares[unseen] = role_shares(model, model.probabilities([rows.features[row] for row in unseen]))[0]
    stated = shares.copy()
    for permitted, row in zip(rows.allowed[:annotated], shares, strict=True):
        row[[number for number, name in enumerate(ROLE_NAMES) if name not in permitted]] = -1
    best = shares.argmax(axis=1)
    predicted, sure = np.array(ROLE_NAMES)[best], stated[np.arange(annotated), best]
    given: list[list[tuple[str, float]]] = [[] for _ in papers]
    for number, role, share in zip(rows.papers, predicted.tolist(), sure.tolist(), strict=False):
        given[number].append((role, round(share, 4)))
    (arguments.work / "roles.json").write_text(json.dumps(given), encoding="utf-8")
    gold = np.array(rows.labels[:annotated])
    print(f"roles: {(predicted == gold).mean():.4f} of {annotated} right")
    for role in ROLE_NAMES:
        true = int(((predicted == role) & (gold == role)).sum())
        told, stands = int((predicted == role).sum()), int((gold == role).sum())
        print(f"  {role:10} P {true / told:.3f}  R {true / stands:.3f}  F1 {2 * true / (told + stands):.3f}")
    print(calibration(sure, predicted == gold))
    if not arguments.no_model:
        rows.fit(numbers).save(arguments.output, scale=100, smallest=RECIPE.smallest)
        print(f"{arguments.output}: {arguments.output.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
