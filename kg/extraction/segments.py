"""Which stretches of a text are entities, and of which type: a linear model over named patterns.

A semi-Markov conditional random field without transitions (Sarawagi and Cohen 2004): every candidate
stretch gets a score for each type, the sum of the weights of the patterns that hold there, and the
candidates that cannot stand side by side compete for the text. The probability of a candidate is its
share in all ways of cutting the text into entities and the rest (forward-backward algorithm).

The patterns are the templates below. A template names what is looked at, `word-1` the word before,
`group0` the group of the word itself, and it is filled in with what the text has there; the weights
file has one line for each filling that training kept, such as "first: word-1" → "on".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.extraction.lexicon import Ints, Kinds, Lexicon
from kg.extraction.reading import PAD, Reader, Reading, Text

Floats = NDArray[np.float32]

#: What is looked at, by where it counts: at a candidate's first token, at its last, at every token,
#: at every two neighbours, and at the candidate as a whole.
TEMPLATES: dict[str, tuple[str, ...]] = {
    "first": (
        "word-1",
        "word0",
        "group-1",
        "group-2",
        "group0",
        "shape0",
        "shape-1",
        "ending0",
        "shape-1 shape0",
        "group-1 group0",
        "group-2 group-1",
        "word-1 shape0",
        "place0",
        "place0 shape0",
        "repeat0 shape0",
        "told0",
        "what0",
    ),
    "last": (
        "word1",
        "word0",
        "group1",
        "group2",
        "group0",
        "shape0",
        "shape1",
        "ending0",
        "group0 group1",
        "group-1 group0",
        "group1 group2",
        "word1 shape0",
        "place0",
        "place0 shape0",
        "repeat0 shape0",
        "told0",
        "what0",
    ),
    "each": ("word0", "group0", "shape0"),
    "pair": ("group0 group1", "shape0 shape1 glued0"),
    "whole": (
        "length",
        "phrase",
        "known",
        "short",
        "single first.shape0",
        "single first.group0",
        "first.group0 last.group0",
        "first.shape0 last.shape0",
        "first.shape-1 last.shape1",
    ),
}

_PART = re.compile(r"(?:(first|last)\.)?([a-z]+)(-?\d+)?")
_LIMIT = 30.0  #: scores beyond ±30 say no more, and keep the exponentials finite


class Template:
    """One pattern template: how to compute its number for every row, and what the number stands for."""

    def __init__(self, place: str, spec: str, kinds: Kinds) -> None:
        self.name = f"{place}: {spec}"
        self.place = place
        self._parts: list[tuple[str, str, int]] = []
        for part in spec.split():
            match = _PART.fullmatch(part)
            assert match, part
            self._parts.append((match[1] or "", match[2], int(match[3] or 0)))
        self._values = [kinds.names[kind] for _, kind, _ in self._parts]
        self._numbers = [{value: number for number, value in enumerate(values)} for values in self._values]
        self.size = 1
        for values in self._values:
            self.size *= len(values)

    def keys(self, reading: Reading) -> Ints:
        """The filling of each row (token, or candidate for "whole"), as a number below `size`."""
        n = len(reading.breaks)
        result: Ints | None = None
        for (end, kind, offset), values in zip(self._parts, self._values, strict=True):
            if self.place != "whole":
                column = reading.tokens[kind][PAD + offset : PAD + offset + n]
            elif end:
                tokens = reading.firsts if end == "first" else reading.ends - 1
                column = reading.tokens[kind][tokens + (PAD + offset)]
            else:
                column = reading.spans[kind]
            result = column if result is None else result * len(values) + column
        assert result is not None
        return result

    def text(self, key: int) -> str:
        """What a number stands for; parts are joined by " | "."""
        parts = []
        for values in reversed(self._values):
            key, part = divmod(key, len(values))
            parts.append(values[part])
        return " | ".join(reversed(parts))

    def key(self, text: str) -> int:
        """The number of a filling, as `text` gives it."""
        result = 0
        for part, numbers in zip(text.split(" | "), self._numbers, strict=True):
            result = result * len(numbers) + numbers[part]
        return result


def templates(kinds: Kinds) -> Iterator[Template]:
    """All templates, in order."""
    for place, specs in TEMPLATES.items():
        for spec in specs:
            yield Template(place, spec, kinds)


class SegmentModel:
    """Reads texts and tells the probability of every candidate for every type."""

    def __init__(
        self, reader: Reader, types: Sequence[str], weights: Mapping[str, Mapping[str, Sequence[float]]]
    ) -> None:
        self.reader = reader
        self.types = tuple(types)
        rows: list[Sequence[float]] = [[0.0] * len(types)]  # row 0 is for what training did not keep
        self._tables: dict[str, list[tuple[Template, Ints]]] = {place: [] for place in TEMPLATES}
        for template in templates(reader.kinds):
            table: Ints = np.zeros(template.size, dtype=np.int64)
            for text, row in weights.get(template.name, {}).items():
                table[template.key(text)] = len(rows)
                rows.append(row)
            if template.name in weights:
                self._tables[template.place].append((template, table))
        self._weights: Floats = np.array(rows, dtype=np.float32)

    @classmethod
    def load(cls, path: Path) -> SegmentModel:
        """Read the weights that `training/patterns.py` has written."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        phrases = sorted(stored["weights"].get("whole: phrase", {}).keys() - {"?"})
        kinds = Kinds(stored["words"], stored["endings"], phrases)
        never = stored["never"]
        lexicon = Lexicon(kinds, breaks=never["inside"], no_first=never["first"], no_last=never["last"])
        scale = float(stored["scale"])
        weights = {
            name: {text: [value / scale for value in row] for text, row in rows.items()}
            for name, rows in stored["weights"].items()
        }
        return cls(Reader(lexicon), stored["types"], weights)

    def scores(self, reading: Reading) -> Floats:
        """Score of each candidate for each type; 0 is the score of being no entity."""
        sums = {place: self._sum(place, reading) for place in TEMPLATES}
        firsts, ends = reading.firsts, reading.ends
        lasts = ends - 1
        nothing = np.zeros((1, len(self.types)), dtype=np.float32)
        each = np.concatenate([nothing, np.cumsum(sums["each"], axis=0)])
        pair = np.concatenate([nothing, np.cumsum(sums["pair"], axis=0)])
        # `take` fetches rows four times as fast as an index does.
        result = sums["first"].take(firsts, axis=0) + sums["last"].take(lasts, axis=0) + sums["whole"]
        inside = each.take(ends, axis=0) - each.take(firsts, axis=0)
        result += inside + pair.take(lasts, axis=0) - pair.take(firsts, axis=0)
        return result

    def _sum(self, place: str, reading: Reading) -> Floats:
        """Sum of the weights of all templates of one place, one row a token or candidate."""
        tables = self._tables[place]
        if not tables:
            n = len(reading.firsts) if place == "whole" else len(reading.breaks)
            return np.zeros((n, len(self.types)), dtype=np.float32)
        rows = np.array([table.take(template.keys(reading)) for template, table in tables])
        result: Floats = self._weights.take(rows, axis=0).sum(axis=0)
        return result

    def probabilities(self, text: Text) -> tuple[Reading, Floats]:
        """The candidates of a text, and the probability of each for each type."""
        reading = self.reader.read(text)
        return reading, marginals(reading, self.scores(reading))[0]


def marginals(reading: Reading, scores: Floats) -> tuple[Floats, float]:
    """Probability of each candidate for each type, and the logarithm of the partition function."""
    weights = np.exp(np.clip(scores, -_LIMIT, _LIMIT).astype(np.float64))
    totals: list[float] = weights.sum(axis=1).tolist()
    firsts: list[int] = reading.firsts.tolist()
    ends: list[int] = reading.ends.tolist()
    breaks = reading.breaks
    n = len(breaks)
    # ways[i]: sum over all ways to cut the run of tokens before token i; a run starts behind each break.
    ways = [0.0] * (n + 1)
    ways[0] = 1.0
    row, rows = 0, len(firsts)
    log_sum = 0.0
    for i in range(n):
        here = ways[i]
        while row < rows and firsts[row] == i:
            ways[ends[row]] += here * totals[row]
            row += 1
        if breaks[i]:
            log_sum += float(np.log(here))
            ways[i + 1] = 1.0
        else:
            ways[i + 1] += here
    log_sum += float(np.log(ways[n]))
    # rest[i]: the same for what is left of the run from token i on.
    rest = [1.0] * (n + 1)
    row = rows - 1
    shares = [0.0] * rows
    run = ways[n]
    for i in range(n - 1, -1, -1):
        if breaks[i]:
            run = ways[i]
            continue
        here = rest[i + 1]
        while row >= 0 and firsts[row] == i:
            part = totals[row] * rest[ends[row]]
            here += part
            shares[row] = ways[i] * rest[ends[row]] / run
            row -= 1
        rest[i] = here
    result: Floats = (weights * np.array(shares)[:, None]).astype(np.float32)
    return result, log_sum
