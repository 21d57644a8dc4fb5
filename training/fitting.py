"""Fitting and cross-validating the linear models of `kg.extraction.linear`."""

from __future__ import annotations

import itertools
import warnings
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from kg.extraction.linear import LinearModel

FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a model is fitted."""

    c: float  #: inverse strength of the L2 penalty
    least: int = 2  #: a feature of fewer rows is left out
    smallest: float = 0.0  #: features all of whose weights are smaller are left out of the file
    iterations: int = 300


def fit(rows: Sequence[Sequence[str]], labels: Sequence[str], recipe: Recipe) -> LinearModel:
    """Multinomial logistic regression with an L2 penalty; the same input gives the same weights."""
    counts = Counter(itertools.chain.from_iterable(rows))
    names = sorted(name for name, count in counts.items() if count >= recipe.least)
    column = {name: number for number, name in enumerate(names)}
    indices, starts = array("i"), array("q", [0])
    for row in rows:
        indices.extend(sorted({column[name] for name in row if name in column}))
        starts.append(len(indices))
    matrix = csr_matrix(
        (np.ones(len(indices)), np.frombuffer(indices, np.int32), np.frombuffer(starts, np.int64)),
        shape=(len(rows), len(names)),
    )
    model = LogisticRegression(C=recipe.c, max_iter=recipe.iterations, tol=1e-4)
    with warnings.catch_warnings():
        # Stopping early is meant: more iterations change nothing that can be measured.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix, np.array(labels))
    classes = [str(name) for name in model.classes_]
    weights, bias = model.coef_, model.intercept_
    if len(classes) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    keep = np.abs(weights - weights.mean(axis=0)).max(axis=0) >= recipe.smallest
    table = {name: weights[:, number].tolist() for name, number in column.items() if keep[number]}
    return LinearModel(classes, bias.tolist(), table)


def cross_validated(
    rows: Sequence[Sequence[str]],
    labels: Sequence[str],
    papers: Sequence[int],
    recipe: Recipe,
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Classes, and for each row the probabilities by a model that has not seen the row's paper."""
    fold = np.array(papers) % FOLDS
    classes = tuple(sorted(set(labels)))
    result = np.zeros((len(rows), len(classes)))
    for held_out in range(FOLDS):
        seen = [number for number in range(len(rows)) if fold[number] != held_out]
        unseen = [number for number in range(len(rows)) if fold[number] == held_out]
        model = fit([rows[number] for number in seen], [labels[number] for number in seen], recipe)
        columns = [classes.index(name) for name in model.classes]
        result[np.ix_(unseen, columns)] = model.probabilities([rows[number] for number in unseen])
    return classes, result


def calibration(probabilities: NDArray[np.float64], right: NDArray[np.bool_]) -> str:
    """A table: stated confidence by tenths, and the share that was right."""
    lines = []
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (probabilities >= low) & (probabilities < low + 0.1 + 1e-9)
        if inside.any():
            stated, share = probabilities[inside].mean(), right[inside].mean()
            lines.append(f"  stated {stated:.2f}: right {share:.2f} of {inside.sum()}")
    return "\n".join(lines)
