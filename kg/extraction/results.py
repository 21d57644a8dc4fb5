"""Component `kg_results`: stated numbers that score or compare, with whose they are and what they measure.

Two linear models, made by `training/results.py`: `data/results.json` tells results from mere counts
("1,439 videos", "17 models"), `data/subjects.json` finds whose result it is. Metric, dataset and baseline
are then read off the sentence by rules.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.cues import CUES
from kg.extraction.directions import direction_of
from kg.extraction.doc import DocEntity, DocResult, clean_text
from kg.extraction.layout import Layout, Place, Sentence, lay_out
from kg.extraction.linear import LinearModel
from kg.extraction.metrics import metric_of
from kg.extraction.pairs import CONNECTORS, main_proposal
from kg.extraction.pools import load_pools, result_figures
from kg.extraction.quantities import Quantity, quantities
from kg.extraction.rhetoric import sections, subject
from kg.extraction.shipped import pools_file
from kg.extraction.words import words

RESULTS = Path(__file__).with_name("data") / "results.json"
SUBJECTS = Path(__file__).with_name("data") / "subjects.json"

_DIGITS = re.compile(r"\d[\d.,]*")
_VERSUS = words("than over versus vs against to with from baseline baselines unlike whereas while")


@dataclass(slots=True, eq=False)
class Figure:
    """A quantity, and where it stands among its sentence's items."""

    quantity: Quantity
    span: Span
    sentence: Sentence
    item: int  #: of its first token
    last: int  #: of its last token


@Language.factory(
    "kg_results", default_config={"results": None, "subjects": None, "threshold": None, "pools": ""}
)
class ResultReader:
    """Sets `doc._.results`: figures that are a result, and whose, with a score of at least `threshold`.

    `results` and `subjects` are paths to other weights; the defaults are the shipped ones, and the
    threshold is by default the one that training has found best. `pools` is the name of the network that is
    used (`kg.extraction.shipped`), or a path to pools.
    """

    def __init__(
        self,
        nlp: Language,
        name: str,
        results: str | None,
        subjects: str | None,
        threshold: float | None,
        pools: str,
    ) -> None:
        self.name = name
        self.results = load_model(Path(results) if results else RESULTS)
        self.subjects = load_model(Path(subjects) if subjects else SUBJECTS)
        self.threshold = threshold
        self.pools = load_pools(pools_file(pools))

    def __call__(self, doc: Doc) -> Doc:
        doc._.results = []
        if doc._.entities:
            layout = lay_out(doc)
            network = any(each.rule == "recogniser" for each in doc._.candidates)
            scorer = self.pools.scorer("results", network=network)
            least = scorer.threshold if self.threshold is None else self.threshold
            for figure, owner, share in owned_figures(layout, self.results, self.subjects):
                score = scorer(
                    result_figures(share, layout.entities[owner].score, unit=bool(figure.quantity.unit))
                )
                if score >= least:
                    doc._.results.append(_result(layout, figure, owner, score, self.name))
        return doc


@lru_cache(maxsize=4)
def load_model(path: Path) -> LinearModel:
    """The weights, read once."""
    return LinearModel.load(path)


def owned_figures(
    layout: Layout, results: LinearModel, subjects: LinearModel
) -> list[tuple[Figure, int, float]]:
    """Every figure with its likeliest subject and the probability that it is that subject's result."""
    found = figures(layout)
    owners = possible_subjects(layout)
    if not found or not owners:
        return []
    likely = results.probabilities(figure_features(layout, found))[:, results.classes.index("yes")]
    shares = subject_shares(subjects, [subject_features(layout, figure, owners) for figure in found])
    told = []
    for number, figure in enumerate(found):
        best = int(shares[number].argmax())
        # A share of 1 among unlikely subjects is no certainty, so both stages count.
        told.append((figure, owners[best], float(likely[number] * shares[number][best])))
    return told


def subject_shares(model: LinearModel, rows: list[list[list[str]]]) -> list[NDArray[np.float64]]:
    """For each figure, how its chance is shared out among the possible subjects (each sums to 1)."""
    yes = model.classes.index("yes")
    flat = model.scores([row for candidates in rows for row in candidates])
    margins = flat[:, yes] - flat[:, 1 - yes]
    result = []
    position = 0
    for candidates in rows:
        mine = margins[position : position + len(candidates)]
        position += len(candidates)
        exponentials = np.exp(mine - mine.max())
        result.append(exponentials / exponentials.sum())
    return result


def figures(layout: Layout) -> list[Figure]:
    """The quantities of the abstract that are no part of a name."""
    doc = layout.doc
    text = clean_text(doc)
    owned = {
        token
        for places in layout.places
        for place in places
        for token in range(place.span.start, place.span.end)
    }
    starts = [sentence.start for sentence in layout.sentences]
    result = []
    for quantity in quantities(text):
        span = doc.char_span(quantity.start, quantity.end, alignment_mode="expand")
        if span is None or any(token in owned for token in range(span.start, span.end)):
            # A unit can be a name ("5.77 M parameters"): the number alone is read then.
            first = doc.char_span(quantity.start, quantity.start + 1, alignment_mode="expand")
            if first is None or first.start in owned:
                continue
            span = first
        sentence = layout.sentences[bisect_right(starts, span.start) - 1]
        if sentence.title:
            continue
        item = bisect_right(sentence.tokens, span.start) - 1
        last = bisect_right(sentence.tokens, min(span.end, sentence.end) - 1) - 1
        result.append(Figure(quantity, span, sentence, item, max(item, last)))
    return result


def possible_subjects(layout: Layout) -> list[int]:
    """Methods and models, and whatever else the paper proposes."""
    return [
        number
        for number, entity in enumerate(layout.entities)
        if entity.type in ("METHOD", "MODEL") or entity.role == "proposes"
    ]


def _plain(item: str) -> str:
    return _DIGITS.sub("0", item)


def _window(items: list[str], at: int, last: int) -> tuple[list[str], list[str]]:
    before = [_plain(item) for item in items[max(0, at - 8) : at]][::-1]
    after = [_plain(item) for item in items[last + 1 : last + 8]]
    return before, after


def figure_features(layout: Layout, found: list[Figure]) -> list[list[str]]:
    """For each figure, what tells a result from a count: its form, and the words around it."""
    parts = sections(layout.sentences)
    per_sentence = Counter(figure.sentence.index for figure in found)
    rows = []
    for figure in found:
        quantity, sentence = figure.quantity, figure.sentence
        items = sentence.items
        before, after = _window(items, figure.item, figure.last)
        padded = [*before, "<s>", "<s>", "<s>"]
        behind = [*after, "</s>", "</s>", "</s>"]
        shape = f"decimals {min(len(quantity.digits.partition('.')[2]), 3)}"
        size = "range" if quantity.number is None else f"size {len(str(int(abs(quantity.number))))}"
        unit = f"unit {quantity.unit or 'none'}"
        features = {
            "figure",
            unit,
            shape,
            size,
            f"{unit} {shape}",
            f"{unit} {shape} {size}",
            f"part {parts[sentence.index]}",
            f"{unit} part {parts[sentence.index]}",
            f"actor {subject(sentence)}",
            f"-1 {padded[0]}",
            f"-2 {padded[1]} {padded[0]}",
            f"-3 {padded[2]} {padded[1]} {padded[0]}",
            f"+1 {behind[0]}",
            f"+2 {behind[0]} {behind[1]}",
            f"{unit} -1 {padded[0]}",
            f"{unit} +1 {behind[0]}",
            f"figures in sentence {min(per_sentence[sentence.index], 4)}",
        }
        if quantity.number is not None and quantity.number >= 1e6:
            features |= {"millions", f"{unit} millions"}
        if quantity.number is not None and 1900 <= quantity.number <= 2035 and "." not in quantity.digits:
            features.add("like a year")
        features.update(f"before {item}" for item in before)
        features.update(f"after {item}" for item in after[:5])
        features.update(f"has {CUES[item]}" for item in items if item in CUES)
        features.update(f"has {item}" for item in items if item.startswith("<") and len(item) > 3)
        cues = [CUES[item] for item in before if item in CUES]
        if cues:
            features.add(f"after cue {cues[0]}")
            features.add(f"{unit} after cue {cues[0]}")
        rows.append(sorted(features))
    return rows


def subject_features(layout: Layout, figure: Figure, owners: list[int]) -> list[list[str]]:
    """For each possible subject of a figure, what speaks for it."""
    main = main_proposal(layout)
    sentence = figure.sentence
    actor = subject(sentence)
    here: dict[int, list[Place]] = {}
    for place in sentence.places:
        here.setdefault(place.entity, []).append(place)
    candidates = set(owners)
    local = [place for place in sentence.places if place.entity in candidates]
    alone = f"{min(len({place.entity for place in local}), 3)} here"
    rows = []
    for rank, number in enumerate(owners):
        entity = layout.entities[number]
        flag = "main" if number == main else entity.role
        features = {
            "subject",
            flag,
            entity.type,
            f"{flag} {entity.type}",
            f"{flag} actor {actor}",
            f"rank {min(rank, 4)}",
            f"mentions {min(len(layout.places[number]), 4)}",
        }
        if number not in here:
            near = min(
                (
                    sentence.index - place.sentence.index
                    for place in layout.places[number]
                    if place.sentence.index < sentence.index
                ),
                default=9,
            )
            features |= {
                f"elsewhere, {alone}",
                f"{flag} elsewhere, {alone}",
                f"{flag} elsewhere {min(near, 4)}",
            }
            features.add(f"{flag} elsewhere actor {actor}, {alone}")
        else:
            place = min(here[number], key=lambda each: abs(each.item - figure.item))
            features |= _stand(place, figure, local, flag, alone)
        rows.append(sorted(features))
    return rows


def _stand(place: Place, figure: Figure, local: list[Place], flag: str, alone: str) -> set[str]:
    """How a possible subject stands to a figure in the same sentence."""
    items = place.sentence.items
    at = place.item
    side = "before" if at < figure.item else "behind"
    low, high = sorted((at, figure.item))
    between = items[low + 1 : high]
    rivals = sum(low < other.item < high for other in local)
    figures_between = sum(item[0].isdigit() for item in between)
    one = items[at - 1] if at else "<s>"
    two = items[at - 2] if at > 1 else "<s>"
    position = [other.item for other in local].index(at)
    features = {
        f"here {side}",
        f"{flag} here {side}, {alone}",
        f"here {side} past {min(rivals, 2)}",
        f"{flag} here {side} past {min(rivals, 2)}",
        f"{side} past {min(figures_between, 3)} figures",
        f"{side} past {min(rivals, 2)} and {min(figures_between, 2)} figures",
        f"{side} number {min(position, 3)} of {min(len(local), 4)}",
        f"{side} distance {next((str(limit) for limit in (1, 2, 4, 8, 15) if high - low <= limit), 'far')}",
        f"{side} -1 {one}",
        f"{side} -2 {two} {one}",
        f"{side} +1 {items[at + 1] if at + 1 < len(items) else '</s>'}",
    }
    after = [_plain(item) for item in items[at + 1 : at + 4]]
    features.add(f"{side} +2 {' '.join(after[:2])}")
    features.add(f"{side} +3 {' '.join(after)}")
    if not rivals:
        features.add(f"{flag} nearest {side} +1 {after[0] if after else '</s>'}")
        features.update(f"nearest {side} has {CUES[item]}" for item in between if item in CUES)
    if len(between) <= 4:
        features.add(f"{side} by {' '.join(map(_plain, between))}")
    for item in between[:10]:
        features.add(f"{side} word {_plain(item)}")
    versus = next((item for item in items[max(0, at - 4) : at][::-1] if item in _VERSUS), None)
    if versus:
        features |= {f"versus {versus}", f"{flag} versus {versus}", f"{side} versus"}
    kinds = {CONNECTORS[item] for item in between if item in CONNECTORS}
    features.update(f"{side} {kind}" for kind in kinds)
    if at == 0:
        features.add(f"{side} opens")
    return features


def _result(layout: Layout, figure: Figure, owner: int, score: float, rule: str) -> DocResult:
    """Read off metric, dataset and baseline."""
    sentence = figure.sentence
    notes = []
    if figure.item and sentence.items[figure.item - 1] in ("to", "than", "least", "over", "under", "nearly"):
        first = max(sentence.start, figure.span.start - 2)
        notes.append(layout.doc[first : figure.span.start].text)
    return DocResult(
        subject=layout.entities[owner],
        metric=metric_of(layout, sentence, figure.item, figure.last),
        value=figure.span,
        number=figure.quantity.number,
        unit=figure.quantity.unit,
        direction=direction_of(sentence, figure.item, figure.last),
        dataset=_dataset(layout, figure),
        baseline=_baseline(layout, figure, owner),
        sentence=layout.doc[sentence.start : sentence.end],
        rule=rule,
        score=score,
        notes=notes,
    )


def _dataset(layout: Layout, figure: Figure) -> DocEntity | None:
    """The sentence's dataset; in "GAIA (84.4%) and HLE (35.5%)" the one just before, else the nearest."""
    places = [place for place in figure.sentence.places if layout.entities[place.entity].type == "DATASET"]
    if not places:
        return None
    opened = figure.item > 1 and figure.sentence.items[figure.item - 1] == "("
    before = [place for place in places if place.item < figure.item]
    if opened and before:
        return layout.entities[before[-1].entity]
    behind = [place for place in places if place.item > figure.last]
    # "61% on A and 70% on B": the dataset follows its figure, before the next figure comes.
    if behind:
        between = figure.sentence.items[figure.last + 1 : behind[0].item]
        if not any(item[0].isdigit() for item in between) and ("on" in between or len(between) < 3):
            return layout.entities[behind[0].entity]
    nearest = min(places, key=lambda place: abs(place.item - figure.item))
    return layout.entities[nearest.entity]


def _baseline(layout: Layout, figure: Figure, owner: int) -> DocEntity | None:
    """What the figure compares against: an entity of the sentence after "than", "over", "compared to" …"""
    best: tuple[int, DocEntity] | None = None
    items = figure.sentence.items
    for place in figure.sentence.places:
        entity = layout.entities[place.entity]
        if place.entity == owner or entity.type not in ("METHOD", "MODEL"):
            continue
        before = items[max(0, place.item - 4) : place.item]
        joined = " ".join(before)
        compared = re.search(
            r"\b(than|over|versus|vs|against|(compared|relative) (to|with)|outperform\w*|surpass\w*"
            r"|exceed\w*|baselines?)\b",
            joined,
        )
        if compared or (entity.role == "compares" and figure.item < place.item):
            distance = abs(place.item - figure.item)
            if best is None or distance < best[0]:
                best = distance, entity
    return best[1] if best else None
