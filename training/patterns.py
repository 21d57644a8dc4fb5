"""Learn the weights of the patterns (`kg/extraction/segments.py`) from annotated papers.

    python training/patterns.py GOLD.jsonl TEXTS.jsonl kg/extraction/data/patterns.json [--folds 5]

Which words, endings and phrases the patterns may speak of is counted on the papers themselves: what
stands in too few of them says nothing about the next paper. Weights maximise the likelihood of the
annotated segmentation (stochastic gradient, AdaGrad; Duchi et al. 2011) with a Gaussian prior, are cut
down to those that matter, learned again, and rounded. With `--folds`, nothing is written: each part of
the papers is predicted by a model of the others, which is the honest figure for papers never seen.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gold_docs import gold_papers, pipeline_before_entities
from numpy.typing import NDArray

from kg.extraction.lexicon import TYPES, Ints, Kinds, Lexicon
from kg.extraction.patterns import text_of
from kg.extraction.reading import Reader, Reading, Text
from kg.extraction.segments import SegmentModel, marginals, templates
from kg.extraction.vocabulary import VocabularyMatcher
from kg.extraction.wordforms import ending, normal, singular

Weights = NDArray[np.float64]

RARE_WORD = 5  #: papers that a word, ending or filling of a template must stand in
RARE_PHRASE = 3
RARE_NEVER = 25  #: occurrences without which nobody can say "never"
NEVER = 0.004  #: share of its occurrences at which "never" is close enough
KEPT = 28_000  #: patterns that are shipped
SCALE = 25  #: weights are rounded to 1/25
EPOCHS, RATE, PRIOR, BATCH = 3, 0.1, 0.05, 8


@dataclass(slots=True, kw_only=True)
class Sample:
    """One annotated paper: its text and its typed spans (first token, end, index of the type)."""

    id: str
    text: Text
    spans: list[tuple[int, int, int]]


def samples(gold: Path, texts: Path) -> list[Sample]:
    """The annotated papers."""
    found = []
    find_known = VocabularyMatcher(pipeline_before_entities(), "kg_vocabulary", [])
    for paper in gold_papers(gold, texts):
        find_known(paper.doc)
        spans = [
            (span.start, span.end, TYPES.index(entity.type))
            for entity in paper.doc._.entities
            for span in entity.spans
        ]
        found.append(Sample(id=paper.id, text=text_of(paper.doc), spans=sorted(spans)))
    return found


def count_words(papers: Sequence[Sample]) -> dict[str, Any]:
    """The words, endings, phrases that enough papers have, and the words that entities never have."""
    words: Counter[str] = Counter()
    endings: Counter[str] = Counter()
    phrases: Counter[str] = Counter()
    all_, inside, first, last = (Counter[str]() for _ in range(4))
    for paper in papers:
        forms = [normal(word) for word in paper.text.words]
        words.update(set(forms))
        endings.update({ending(form) for form in forms})
        all_.update(forms)
        found = set()
        for begin, end, _ in paper.spans:
            inside.update(forms[begin:end])
            first[forms[begin]] += 1
            last[forms[end - 1]] += 1
            phrase = [form for form in forms[begin : end - 1] if form not in "-–‐‑"]
            found.add(" ".join([*phrase, singular(forms[end - 1])]))
        phrases.update(found)

    def never(counts: Counter[str]) -> set[str]:
        return {form for form, n in all_.items() if n >= RARE_NEVER and counts[form] < NEVER * n}

    breaks = never(inside)
    known_phrases = sorted(phrase for phrase, n in phrases.items() if n >= RARE_PHRASE)
    known = {word for word, n in words.items() if n >= RARE_WORD}
    known |= {word for phrase in known_phrases for word in phrase.split()}
    return {
        "words": sorted(known - {"", "?", "<edge>"}),
        "endings": sorted(form for form, n in endings.items() if n >= RARE_WORD),
        "phrases": known_phrases,
        "never": {
            "inside": sorted(breaks),
            "first": sorted(never(first) - breaks),
            "last": sorted(never(last) - breaks),
        },
    }


def make_reader(counted: dict[str, Any]) -> Reader:
    """A reader that knows what was counted."""
    kinds = Kinds(counted["words"], counted["endings"], counted["phrases"])
    never = counted["never"]
    return Reader(Lexicon(kinds, breaks=never["inside"], no_first=never["first"], no_last=never["last"]))


@dataclass(slots=True)
class Example:
    """A paper ready to learn from: feature numbers by place, and the gold type of each candidate or -1."""

    reading: Reading
    features: dict[str, Ints]
    gold: Ints


class Features:
    """Numbers for the fillings of templates that enough papers have; 0 for the rest."""

    def __init__(self, reader: Reader, readings: Sequence[Reading]) -> None:
        self.templates = list(templates(reader.kinds))
        self.names: list[tuple[str, str]] = [("", "")]
        self.tables: list[Ints] = []
        papers = [0]
        for template in self.templates:
            counts = np.zeros(template.size, dtype=np.int64)
            for reading in readings:
                counts[np.unique(template.keys(reading))] += 1
            table = np.zeros(template.size, dtype=np.int64)
            for key in np.flatnonzero(counts >= RARE_WORD).tolist():
                table[key] = len(self.names)
                self.names.append((template.name, template.text(key)))
                papers.append(int(counts[key]))
            self.tables.append(table)
        self.papers = np.array(papers)

    def of(self, reading: Reading) -> dict[str, Ints]:
        """Feature numbers, (rows, templates), by place."""
        found: dict[str, list[Ints]] = {}
        for template, table in zip(self.templates, self.tables, strict=True):
            found.setdefault(template.place, []).append(table[template.keys(reading)])
        return {place: np.stack(columns, axis=1) for place, columns in found.items()}


def example(sample: Sample, reading: Reading, features: Features) -> Example:
    """Pair a reading with the annotation."""
    gold = {(first, end): kind for first, end, kind in sample.spans}
    pairs = zip(reading.firsts.tolist(), reading.ends.tolist(), strict=True)
    return Example(reading, features.of(reading), np.array([gold.get(pair, -1) for pair in pairs]))


def gradient(item: Example, weights: Weights, into: Weights) -> tuple[list[Ints], float]:
    """Add the gradient of one paper's negative log-likelihood to `into`; returns the rows touched."""
    reading, features = item.reading, item.features
    firsts, ends, n = reading.firsts, reading.ends, len(reading.breaks)
    if not len(firsts):
        return [], 0.0
    sums = {place: weights[rows].sum(axis=1) for place, rows in features.items()}
    nothing = np.zeros((1, len(TYPES)))
    each = np.concatenate([nothing, np.cumsum(sums["each"], axis=0)])
    pair = np.concatenate([nothing, np.cumsum(sums["pair"], axis=0)])
    scores = sums["first"][firsts] + sums["last"][ends - 1] + sums["whole"]
    scores += each[ends] - each[firsts] + pair[ends - 1] - pair[firsts]
    expected, log_sum = marginals(reading, scores.astype(np.float32))
    slope = expected.astype(np.float64)
    right = np.flatnonzero(item.gold >= 0)
    slope[right, item.gold[right]] -= 1
    loss = log_sum - float(scores[right, item.gold[right]].sum())
    slopes = {"whole": slope}
    for place, begin, end in (
        ("first", firsts, None),
        ("last", ends - 1, None),
        ("each", firsts, ends),
        ("pair", firsts, ends - 1),
    ):
        total = np.zeros((n + 1, len(TYPES)))
        np.add.at(total, begin, slope)
        if end is not None:
            np.add.at(total, end, -slope)
            total = np.cumsum(total, axis=0)
        slopes[place] = total[:n]
    touched = []
    for place, rows in features.items():
        matters = np.abs(slopes[place]).sum(axis=1) > 1e-4
        chosen = rows[matters]
        np.add.at(into, chosen.ravel(), np.repeat(slopes[place][matters], chosen.shape[1], axis=0))
        touched.append(chosen.ravel())
    return touched, loss


def learn(
    items: Sequence[Example], size: int, *, keep: NDArray[np.bool_] | None = None, epochs: int = EPOCHS
) -> Weights:
    """Fit the weights; rows that are not to be kept stay 0."""
    weights = np.zeros((size, len(TYPES)))
    squares = np.full_like(weights, 1e-6)
    keep = np.ones(size, dtype=bool) if keep is None else keep
    keep[0] = False
    random = np.random.default_rng(0)
    slope = np.zeros_like(weights)
    for _ in range(epochs):
        order = random.permutation(len(items))
        for begin in range(0, len(order), BATCH):
            touched: list[Ints] = []
            for number in order[begin : begin + BATCH]:
                touched += gradient(items[number], weights, slope)[0]
            if not touched:
                continue
            rows = np.unique(np.concatenate(touched))
            used = rows[keep[rows]]
            step = slope[used] + PRIOR * weights[used]
            squares[used] += step**2
            weights[used] -= RATE * step / np.sqrt(squares[used])
            slope[rows] = 0
    return weights


def train(papers: Sequence[Sample], report: Callable[[str], None] = print) -> dict[str, Any]:
    """What the weights file holds."""
    counted = count_words(papers)
    reader = make_reader(counted)
    readings = [reader.read(paper.text) for paper in papers]
    features = Features(reader, readings)
    items = [example(paper, reading, features) for paper, reading in zip(papers, readings, strict=True)]
    lost = sum(len(paper.spans) for paper in papers) - sum(int((item.gold >= 0).sum()) for item in items)
    report(f"{len(papers)} papers, {len(features.names)} patterns, {lost} spans are no candidates")
    weights = learn(items, len(features.names))
    # What matters is how much a pattern says and, less so, how many papers have it.
    value = np.abs(weights).max(axis=1) * np.minimum(features.papers, 200) ** 0.25
    keep = value >= np.sort(value)[-min(KEPT, len(value))]
    weights = learn(items, len(features.names), keep=keep)
    rounded = np.rint(weights * SCALE).astype(int)
    stored: dict[str, dict[str, list[int]]] = {}
    for number in np.flatnonzero(np.abs(rounded).max(axis=1) > 0).tolist():
        name, text = features.names[number]
        stored.setdefault(name, {})[text] = rounded[number].tolist()
    report(f"{sum(map(len, stored.values()))} patterns kept")
    return {
        "types": list(TYPES),
        "scale": SCALE,
        "never": counted["never"],
        "words": counted["words"],
        "endings": counted["endings"],
        "weights": stored,
    }


def write(stored: dict[str, Any], path: Path) -> None:
    """One line a pattern, so that changes can be read."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    head = [f'"{key}":{line(value)}' for key, value in stored.items() if key != "weights"]
    rows = []
    for name, fillings in stored["weights"].items():
        inner = ",\n".join(f"{line(text)}:{line(row)}" for text, row in sorted(fillings.items()))
        rows.append(f"{line(name)}:{{\n{inner}}}")
    body = ",\n".join([*head, '"weights":{\n' + ",\n".join(rows) + "}"])
    path.write_text("{" + body + "}\n", encoding="utf-8")


def model_of(stored: dict[str, Any]) -> SegmentModel:
    """The model that a weights file gives, without the file."""
    counted = {**stored, "phrases": sorted(stored["weights"].get("whole: phrase", {}).keys() - {"?"})}
    weights = {
        name: {text: [value / stored["scale"] for value in row] for text, row in rows.items()}
        for name, rows in stored["weights"].items()
    }
    return SegmentModel(make_reader(counted), stored["types"], weights)


def best(reading: Reading, probabilities: NDArray[np.float32]) -> list[tuple[int, int, int]]:
    """Candidates more likely than not to be something, with their likeliest type."""
    chosen = np.flatnonzero(probabilities.sum(axis=1) > 0.45)
    kinds = probabilities.argmax(axis=1)
    return [(int(reading.firsts[row]), int(reading.ends[row]), int(kinds[row])) for row in chosen]


def span_figures(model: SegmentModel, papers: Iterable[Sample]) -> tuple[int, int, int]:
    """Right, predicted and annotated spans."""
    right = predicted = annotated = 0
    for paper in papers:
        found = set(best(*model.probabilities(paper.text)))
        right += len(found & set(paper.spans))
        predicted += len(found)
        annotated += len(paper.spans)
    return right, predicted, annotated


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
    papers = samples(arguments.gold, arguments.texts)
    if not arguments.folds:
        write(train(papers), arguments.output)
        return
    sums = np.zeros(3)
    for fold in range(arguments.folds):
        model = model_of(train([paper for k, paper in enumerate(papers) if k % arguments.folds != fold]))
        sums += span_figures(model, papers[fold :: arguments.folds])
        print(f"spans after fold {fold + 1}: F1 {2 * sums[0] / (sums[1] + sums[2]):.3f}")


if __name__ == "__main__":
    main()
