"""A linear classifier over named features: what the learned components share at run time.

A row is a collection of feature names, each of which counts once; a name that training has not kept
counts nothing. The scores of a class are the bias plus the weights of the row's features, and the
probabilities are their softmax (multinomial logistic regression). The weights are JSON, so that a
reader can look up why something was decided:

    {"classes": ["mentions", "uses"], "bias": [0.1, -0.1], "scale": 100,
     "weights": {"title": [-20, 20]}}

Weights are whole numbers, `scale` to one, which keeps files small and the same on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class LinearModel:
    """Multinomial logistic regression over named features.

    >>> model = LinearModel(["no", "yes"], [0.0, 0.0], {"title": [-1.0, 1.0]})
    >>> model.probabilities([["title"], ["unheard of"]]).round(3).tolist()
    [[0.119, 0.881], [0.5, 0.5]]
    """

    def __init__(
        self, classes: Sequence[str], bias: Sequence[float], weights: Mapping[str, Sequence[float]]
    ) -> None:
        self.classes = tuple(classes)
        self._rows = {name: row for row, name in enumerate(sorted(weights), start=1)}
        # Row 0 holds the bias, so that every row of `scores` has something to sum.
        table = [bias, *(weights[name] for name in self._rows)]
        self._table: Floats = np.array(table, dtype=np.float64).reshape(len(table), len(self.classes))

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read the weights that `save` has written."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        scale = float(stored["scale"])
        weights = {name: [value / scale for value in row] for name, row in stored["weights"].items()}
        return cls(stored["classes"], stored["bias"], weights)

    def save(self, path: Path, *, scale: int = 100, smallest: float = 0.0) -> None:
        """Write the weights, rounded to 1/`scale`, without features whose weights all stay below `smallest`.

        What a row of weights has in common over all classes changes no probability, so it goes first.
        """
        lines = []
        for name, row in self._rows.items():
            centred = self._table[row] - self._table[row].mean()
            rounded = [round(float(value) * scale) for value in centred]
            if any(rounded) and float(np.abs(centred).max()) >= smallest:
                lines.append(f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps(rounded)}")
        bias = [round(float(value), 4) for value in self._table[0] - self._table[0].mean()]
        head = f'{{"classes": {json.dumps(self.classes)},\n "bias": {bias},\n "scale": {scale},\n'
        path.write_text(head + ' "weights": {\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")

    def scores(self, rows: Sequence[Iterable[str]]) -> Floats:
        """Unnormalised log-probabilities, (rows, classes)."""
        return self.sums([self.places(row) for row in rows])

    def places(self, names: Iterable[str]) -> tuple[int, ...]:
        """Where the weights of these features stand, for `sums`; unknown ones stand nowhere."""
        find = self._rows.get
        return tuple([index for index in map(find, names) if index is not None])

    def sums(self, rows: Sequence[Iterable[int]]) -> Floats:
        """The bias plus the weights at these places, (rows, classes)."""
        if not rows:
            return np.zeros((0, len(self.classes)))
        indices: list[int] = []
        starts: list[int] = []
        for row in rows:
            starts.append(len(indices))
            indices.append(0)
            indices += row
        totals: Floats = np.add.reduceat(self._table.take(indices, axis=0), starts, axis=0)
        return totals

    def probabilities(self, rows: Sequence[Iterable[str]]) -> Floats:
        """Probability of each class, (rows, classes); each row sums to 1."""
        return self.shares(self.scores(rows))

    def shares(self, scores: Floats) -> Floats:
        """Probabilities from scores, (rows, classes)."""
        if not len(scores):
            return scores
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
        return result
