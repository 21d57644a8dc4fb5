"""Train the role model on annotated entities, and say how well it does on papers that it has not seen.

python training/roles.py GOLD.jsonl TEXTS.jsonl [--output kg/extraction/data/roles.json] [--no-model]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from fitting import Recipe, calibration, cross_validated, fit
from gold_docs import GoldPaper, gold_papers

from kg.extraction.layout import lay_out
from kg.extraction.roles import MODEL, _allowed, entity_features, place_features

RECIPE = Recipe(c=0.06, least=2, smallest=0.05)


def rows_of(papers: list[GoldPaper]) -> tuple[list[list[str]], list[str], list[int], list[frozenset[str]]]:
    """Features, gold role, paper number and permitted roles of every entity."""
    rows: list[list[str]] = []
    labels: list[str] = []
    numbers: list[int] = []
    allowed: list[frozenset[str]] = []
    for number, paper in enumerate(papers):
        layout = lay_out(paper.doc)
        rows += entity_features(layout, place_features(layout))
        labels += [entity["role"] for entity in paper.annotation["entities"]]
        numbers += [number] * len(layout.entities)
        allowed += [
            _allowed(entity.type, places)
            for entity, places in zip(layout.entities, layout.places, strict=True)
        ]
    return rows, labels, numbers, allowed


def main() -> None:
    """Cross-validate, then train on everything and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--no-model", action="store_true", help="cross-validate only")
    arguments = parser.parse_args()
    rows, labels, numbers, allowed = rows_of(list(gold_papers(arguments.gold, arguments.texts)))
    classes, probabilities = cross_validated(rows, labels, numbers, RECIPE)
    for permitted, row in zip(allowed, probabilities, strict=True):
        row[[number for number, name in enumerate(classes) if name not in permitted]] = -1
    predicted = np.array(classes)[probabilities.argmax(axis=1)]
    gold = np.array(labels)
    print(f"roles: {(predicted == gold).mean():.4f} of {len(gold)} right")
    for role in classes:
        true = int(((predicted == role) & (gold == role)).sum())
        told, stands = int((predicted == role).sum()), int((gold == role).sum())
        print(f"  {role:10} P {true / told:.3f}  R {true / stands:.3f}  F1 {2 * true / (told + stands):.3f}")
    print(calibration(probabilities.max(axis=1), predicted == gold))
    if not arguments.no_model:
        fit(rows, labels, RECIPE).save(arguments.output, scale=100)
        print(f"{arguments.output}: {arguments.output.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
