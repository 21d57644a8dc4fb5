"""From scores of tags, one row a word, to typed stretches of words.

The best sequence of tags under the one rule that "inside" follows "begin" or "inside" of the same
type (Viterbi 1967). Tags are in the order O, B-t1, I-t1, B-t2, I-t2, …
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: Words that are outside as surely as this are taken to be; the best path need not look at them.
_SURE = 0.995


def softmax(scores: Floats) -> Floats:
    """Probabilities of each row."""
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True), dtype=np.float32)


def best_spans(probabilities: Floats, *, eagerness: float = 1.0) -> list[tuple[int, int, int]]:
    """Spans of the best tag sequence: (first word, word behind the last, type's index).

    `probabilities` has a row for each word and a column for each tag. `eagerness` above 1 divides the
    probability of being outside, so that more spans are found.

    >>> import numpy as np
    >>> best_spans(np.array([[0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.9, 0.05, 0.05]]))
    [(0, 2, 0)]
    """
    n_types = (probabilities.shape[1] - 1) // 2
    unsure = np.flatnonzero(probabilities[:, 0] < _SURE)
    if not len(unsure):
        return []
    logs = np.log(np.maximum(probabilities[unsure], 1e-9))
    logs[:, 0] -= np.log(eagerness)
    rows = logs.tolist()
    words = unsure.tolist()
    # A word alone, as most are: outside, or the likeliest beginning.
    alone = logs[:, [0, *range(1, 2 * n_types, 2)]].argmax(axis=1).tolist()
    spans: list[tuple[int, int, int]] = []
    cuts = [0, *(np.flatnonzero(np.diff(unsure) > 1) + 1).tolist(), len(rows)]
    for start, end in pairwise(cuts):
        first = words[start]
        if end - start > 1:
            spans += [(a + first, b + first, t) for a, b, t in _viterbi(rows[start:end], n_types)]
        elif alone[start]:
            spans.append((first, first + 1, alone[start] - 1))
    return spans


def near_spans(
    probabilities: Floats, span: tuple[int, int, int], *, reach: int = 2, least: float = 0.08
) -> list[tuple[int, int, int]]:
    """Spans of the same type that overlap this one and whose ends lie up to `reach` words off.

    Only those at least as likely as `least`; the likelihood of a span is that of its tags and of ending
    behind it, word by word.

    >>> import numpy as np
    >>> near_spans(np.array([[0.1, 0.8, 0.1], [0.55, 0.05, 0.4], [0.9, 0.05, 0.05]]), (0, 1, 0))
    [(0, 2, 0)]
    """
    first, behind, t = span
    n = len(probabilities)
    begin, inside = 1 + 2 * t, 2 + 2 * t
    low, high = max(0, first - reach), min(n, behind + reach)
    rows = probabilities[low : min(n, high + 1), begin : inside + 1].tolist()
    found = []
    shortest = max(behind - reach, first + 1)
    for a in range(low, min(behind, first + reach + 1)):
        likelihood = rows[a - low][0]
        for b in range(a + 1, high + 1):
            if likelihood < least:
                break
            stops = 1 - rows[b - low][1] if b < n else 1.0
            if likelihood * stops >= least and b >= shortest and (a, b) != (first, behind):
                found.append((a, b, t))
            if b < n:
                likelihood *= rows[b - low][1]
    return found


def _viterbi(rows: list[list[float]], n_types: int) -> list[tuple[int, int, int]]:
    """Spans of one stretch of words; states 0 (outside), 1 + 2t (begin), 2 + 2t (inside)."""
    impossible = -1e9
    states = range(1, 2 * n_types, 2)
    score = rows[0].copy()
    for s in states:
        score[s + 1] = impossible  # nothing to be inside of
    back: list[list[int]] = []
    for row in rows[1:]:
        top = max(score)
        best = score.index(top)
        pointers = [best] * len(score)
        new = [top + x for x in row]
        for s in states:
            source = s if score[s] >= score[s + 1] else s + 1
            new[s + 1] = score[source] + row[s + 1]
            pointers[s + 1] = source
        back.append(pointers)
        score = new
    path = [score.index(max(score))]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    path.reverse()
    spans = []
    start = -1
    for i, state in enumerate([*path, 0]):
        inside = state > 0 and state % 2 == 0
        if not inside:
            if start >= 0:
                spans.append((start, i, (path[start] - 1) // 2))
            start = i if state > 0 else -1
    return spans
