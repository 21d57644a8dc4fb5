"""Print the learning curve of the linear models: scores on held-out papers against annotated papers.

    python training/curve.py GOLD.jsonl TEXTS.jsonl WORK [--parts 8 4 2 1]

For each part, the models learn from one annotated paper in so many; the papers held out from the network's
training are what they are measured on, with annotated entities given (but for the patterns, which find them).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import patterns
import relations
import results
from fitting import fit
from folds import held_out
from gold_docs import GoldPaper, gold_papers
from roles import rows_of

from kg.extraction.relations import best_relations
from kg.extraction.results import owned_figures
from kg.extraction.roles import ROLE_NAMES, role_shares

RELATION, RESULT = 0.3, 0.4  #: thresholds


def span_f1(samples: Sequence[patterns.Sample], seen: Sequence[int], unseen: Sequence[int]) -> float:
    """F1 of spans with their types, by the patterns."""
    model = patterns.model_of(patterns.train([samples[n] for n in seen], report=lambda _: None))
    right, told, stands = patterns.span_figures(model, [samples[n] for n in unseen])
    return 2 * right / (told + stands)


def role_figures(papers: list[GoldPaper], seen: Sequence[int], unseen: Sequence[int]) -> tuple[float, float]:
    """Share of right roles, and F1 of what is proposed."""
    rows = rows_of(papers)
    model = rows.fit(seen)
    places = [row for row, number in enumerate(rows.papers) if number in set(unseen)]
    shares, _ = role_shares(model, model.probabilities([rows.features[row] for row in places]))
    for share, place in zip(shares, places, strict=True):
        share[[n for n, name in enumerate(ROLE_NAMES) if name not in rows.allowed[place]]] = -1
    told = np.array(ROLE_NAMES)[shares.argmax(axis=1)]
    gold = np.array([rows.labels[place] for place in places])
    mine, theirs = told == "proposes", gold == "proposes"
    return float((told == gold).mean()), float(2 * (mine & theirs).sum() / (mine.sum() + theirs.sum()))


def relation_f1(papers: list[GoldPaper], work: Path, seen: Sequence[int], unseen: Sequence[int]) -> float:
    """F1 of relations between annotated entities."""
    cases, cells = relations.cases_of([papers[n] for n in seen], work, seen)
    model = relations.fit_relations(cases, cells)
    others, _ = relations.cases_of([papers[n] for n in unseen], work, unseen)
    right = told = 0
    for case in others:
        shares = model.probabilities(case.pairs)
        for first, second, predicate, share in best_relations(case.pairs, shares, model.linear.classes):
            if share >= RELATION:
                told += 1
                right += case.gold.get((first, second)) == predicate
    return 2 * right / (told + sum(case.stated for case in others))


def result_f1(papers: list[GoldPaper], work: Path, seen: Sequence[int], unseen: Sequence[int]) -> float:
    """F1 of subject and value of results."""
    cases = results.cases_of([papers[n] for n in seen], work, seen)
    first = fit(*results.result_rows(cases), results.RESULT_RECIPE)
    second = fit(*results.subject_rows(cases), results.SUBJECT_RECIPE)
    right = told = stated = 0
    for case in results.cases_of([papers[n] for n in unseen], work, unseen):
        found = {
            (owner, results.value_key(results.written(case.layout, figure)))
            for figure, owner, share in owned_figures(case.layout, first, second)
            if share >= RESULT
        }
        right, told, stated = right + len(found & case.gold), told + len(found), stated + len(case.gold)
    return 2 * right / (told + stated)


def main() -> None:
    """Print one row a part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--parts", type=int, nargs="+", default=[8, 4, 2, 1])
    arguments = parser.parse_args()
    papers = list(gold_papers(arguments.gold, arguments.texts))
    samples = patterns.samples(arguments.gold, arguments.texts)
    unseen = [number for number, paper in enumerate(papers) if held_out(paper.id)]
    others = [number for number, paper in enumerate(papers) if not held_out(paper.id)]
    print("| annotated papers | spans | role right | proposes | relations | results |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    for part in arguments.parts:
        seen = others[::part]
        right, proposes = role_figures(papers, seen, unseen)
        figures = (
            span_f1(samples, seen, unseen),
            right,
            proposes,
            relation_f1(papers, arguments.work, seen, unseen),
            result_f1(papers, arguments.work, seen, unseen),
        )
        print(f"| {len(seen)} | " + " | ".join(f"{each:.3f}" for each in figures) + " |", flush=True)


if __name__ == "__main__":
    main()
