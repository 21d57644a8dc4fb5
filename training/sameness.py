"""Learn when two names of one text name one thing (`kg/extraction/sameness.py`) from annotated papers.

python training/sameness.py GOLD.jsonl TEXTS.jsonl kg/extraction/data/sameness.json [--folds 5]
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from gold_docs import gold_papers
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc, Span

from kg.extraction.doc import DocEntity
from kg.extraction.entities import forms_of, known_acronyms
from kg.extraction.linear import LinearModel
from kg.extraction.sameness import features, pairs
from kg.vocabulary import load_vocabulary

RARE = 4  #: pairs that a feature must be seen in
SMALL = 0.05  #: weights below this are not kept
STRENGTH = 0.3  #: inverse of the prior's weight


def labelled(doc: Doc, entities: list[DocEntity]) -> list[tuple[list[str], bool]]:
    """Features of each pair of an annotated doc's forms, and whether they are one entity's."""
    owner: dict[tuple[int, int], int] = {}
    spans = []
    for number, entity in enumerate(entities):
        for span in entity.spans:
            if "://" in span.text:
                continue
            owner[span.start, span.end] = number
            spans.append(Span(doc, span.start, span.end, label=entity.type))
    spans.sort(key=lambda span: span.start)
    grouped = forms_of(doc, spans, known_acronyms(load_vocabulary()))
    forms = [form for form, _ in grouped]
    owners = [Counter(owner[m.start, m.end] for m in members).most_common(1)[0][0] for _, members in grouped]
    return [(features(forms[a], forms[b], forms), owners[a] == owners[b]) for a, b in pairs(forms)]


def fit(rows: list[tuple[list[str], bool]]) -> LinearModel:
    """Logistic regression over the features that are not rare."""
    counts = Counter(name for names, _ in rows for name in set(names))
    index = {name: k for k, name in enumerate(sorted(name for name, n in counts.items() if n >= RARE))}
    places = [
        (row, index[name]) for row, (names, _) in enumerate(rows) for name in set(names) if name in index
    ]
    table = csr_matrix(
        (np.ones(len(places)), tuple(zip(*places, strict=True))), shape=(len(rows), len(index))
    )
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(table, [same for _, same in rows])
    weight, bias = model.coef_[0] / 2, model.intercept_[0] / 2
    return LinearModel(
        ["different", "same"], [-bias, bias], {name: [-weight[k], weight[k]] for name, k in index.items()}
    )


def main() -> None:
    """Train and write, or cross-validate and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    arguments = parser.parse_args()
    papers = [
        labelled(paper.doc, paper.doc._.entities) for paper in gold_papers(arguments.gold, arguments.texts)
    ]
    if not arguments.folds:
        fit([row for paper in papers for row in paper]).save(arguments.output, smallest=SMALL)
        return
    right = found = there = 0
    for fold in range(arguments.folds):
        train = [row for k, paper in enumerate(papers) if k % arguments.folds != fold for row in paper]
        test = [row for paper in papers[fold :: arguments.folds] for row in paper]
        same = fit(train).probabilities([names for names, _ in test])[:, 1] > 0.5
        truth = np.array([value for _, value in test])
        right, found, there = right + (same & truth).sum(), found + same.sum(), there + truth.sum()
    print(f"{there} pairs; precision {right / found:.3f}, recall {right / there:.3f}")


if __name__ == "__main__":
    main()
