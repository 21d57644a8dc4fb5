"""Component `kg_mentions`: from what the recognisers propose to spans that do not overlap.

Recognisers leave candidates in `doc._.candidates` (or spans in `doc.spans["mentions"]`, as spaCy's own
recognisers can be made to). Here their scores are pooled, borders are set as the annotation guidelines
have them, generic words are dropped, the best set of stretches that do not overlap is chosen, and
every other place where the text has the same words becomes a mention as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.doc import register_extensions
from kg.extraction.vocabulary import OWN
from kg.extraction.wordforms import singular
from kg.schema import ENTITY_TYPES
from kg.vocabulary import load_vocabulary

register_extensions()

#: Words that are no part of a name at its beginning …
_NOT_FIRST = frozenset(
    "a an the this that these those our its their his her such any some each every all both other another "
    "novel new proposed existing state-of-the-art sota various several many few different current recent "
    "previous prior following given respective same popular widely-used well-known , . ; : - – / & and or "
    "of for in on with by to ' ’ ``".split()
)
#: … nor at its end …
_NOT_LAST = frozenset(", . ; : - – / & and or of for in on with by to the a an ( ' ’ ``".split())
#: … nor behind a proper name.
_TAILS = frozenset(
    "dataset datasets benchmark benchmarks framework frameworks method methods algorithm algorithms corpus "
    "approach system".split()
)


@dataclass(slots=True)
class _Stretch:
    """What all recognisers together take one stretch for."""

    start: int
    end: int
    scores: dict[str, float] = field(default_factory=dict)  #: by type
    rule: str = ""  #: of the recogniser that is surest
    best: float = 0.0
    concept: str = ""
    own: bool = False  #: the user's own vocabulary says so

    @property
    def score(self) -> float:
        return min(1.0, sum(self.scores.values()))

    @property
    def type(self) -> str:
        return max(self.scores, key=lambda name: (self.scores[name], name))


@Language.factory(
    "kg_mentions",
    default_config={"threshold": 0.38, "weights": {"patterns": 1.0, "vocabulary": 0.0, "recogniser": 1.0}},
    assigns=["doc.spans"],
)
class MentionResolver:
    """Writes `doc.spans["mentions"]`: typed spans in text order without overlap.

    `weights` says how much each recogniser's word counts, by its name without "kg_"; a stretch has the
    average of the scores of the recognisers that are in the pipeline, and is kept from `threshold` on.
    """

    def __init__(self, nlp: Language, name: str, threshold: float, weights: Mapping[str, float]) -> None:
        self.name = name
        self.threshold = threshold
        self.weights = dict(weights)
        self._nlp = nlp
        self._generic = load_vocabulary().generic

    def __call__(self, doc: Doc) -> Doc:
        lower = [token.lower_ for token in doc]
        kept = _best(self._stretches(doc, lower), self.threshold)
        kept = sorted([*kept, *_elsewhere(doc, lower, kept)], key=lambda stretch: stretch.start)
        spans = []
        for stretch in kept:
            span = Span(doc, stretch.start, stretch.end, label=stretch.type, span_id=stretch.concept)
            span._.rule, span._.score = stretch.rule, round(stretch.score, 4)
            spans.append(span)
        doc.spans["mentions"] = spans
        return doc

    def _stretches(self, doc: Doc, lower: list[str]) -> list[_Stretch]:
        """All candidates, those with the same borders in one."""
        present = {name.removeprefix("kg_") for name in self._nlp.pipe_names}
        total = sum(weight for rule, weight in self.weights.items() if rule in present) or 1.0
        found: dict[tuple[int, int], _Stretch] = {}
        proposed = [
            (each.start, each.end, each.label, each.rule, each.score, each.concept)
            for each in doc._.candidates
        ]
        if "mentions" in doc.spans:
            proposed += [
                (span.start, span.end, span.label_, span._.rule, span._.score, span.id_)
                for span in doc.spans["mentions"]
            ]
        for start, end, label, rule, score, concept in proposed:
            if label not in ENTITY_TYPES:
                continue
            start, end = (start, end) if rule == OWN else _trimmed(lower, doc, start, end)
            if start >= end or (rule != OWN and self._is_generic(lower, start, end)):
                continue
            stretch = found.get((start, end))
            if stretch is None:
                stretch = found[start, end] = _Stretch(start, end)
            share = 1.0 if rule == OWN else score * self.weights.get(rule, 1.0) / total
            stretch.scores[label] = stretch.scores.get(label, 0.0) + share
            stretch.concept = stretch.concept or concept
            stretch.own = stretch.own or rule == OWN
            if share > stretch.best:
                stretch.best, stretch.rule = share, rule
        return sorted(found.values(), key=lambda stretch: (stretch.end, stretch.start))

    def _is_generic(self, lower: list[str], start: int, end: int) -> bool:
        words = [*lower[start : end - 1], singular(lower[end - 1])]
        return " ".join(words) in self._generic or not any(word[0].isalpha() for word in words)


def _trimmed(lower: list[str], doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Borders without articles, "novel", "proposed", nor "dataset" and the like behind a proper name."""
    while start < end and lower[start] in _NOT_FIRST:
        start += 1
    while start < end and lower[end - 1] in _NOT_LAST:
        end -= 1
    if end - start == 2 and lower[end - 1] in _TAILS:
        name = doc[start].text
        if not name[1:].islower() and any(letter.isupper() for letter in name[1:]):
            end -= 1
    return start, end


def _best(stretches: list[_Stretch], threshold: float) -> list[_Stretch]:
    """The set without overlap whose scores exceed the threshold by most, all together.

    Weighted interval scheduling; of equal sets the one with the longer names. What the user's own
    vocabulary says goes before everything else.
    """
    worth_it = [each for each in stretches if each.own or each.score >= threshold]
    gains: list[tuple[float, int]] = [(0.0, 0)]
    before: list[int] = []
    ends = [each.end for each in worth_it]
    for number, each in enumerate(worth_it):
        fits = number
        while fits and ends[fits - 1] > each.start:
            fits -= 1
        before.append(fits)
        gain, length = gains[fits]
        taken = (gain + each.score - threshold + (100.0 if each.own else 1e-9), length + each.end - each.start)
        gains.append(max(gains[number], taken))
    chosen = []
    number = len(worth_it)
    while number:
        if gains[number] == gains[number - 1]:
            number -= 1
        else:
            chosen.append(worth_it[number - 1])
            number = before[number - 1]
    return chosen[::-1]


def _elsewhere(doc: Doc, lower: list[str], kept: list[_Stretch]) -> list[_Stretch]:
    """The other places where the text has an accepted name.

    A name with capitals behind its first letter is looked for as it is written, give or take a plural
    s; anything else in any case, singular or plural.
    """
    if not kept:
        return []
    singulars = [singular(word) for word in lower]
    texts = [token.text for token in doc]
    names: dict[str, dict[tuple[str, ...], _Stretch]] = defaultdict(dict)
    for stretch in kept:
        words = tuple(singulars[stretch.start : stretch.end])
        known = names[words[0]].get(words)
        if known is None or stretch.score > known.score:
            names[words[0]][words] = stretch
    taken = [False] * len(doc)
    for stretch in kept:
        taken[stretch.start : stretch.end] = [True] * (stretch.end - stretch.start)
    found = []
    for place, word in enumerate(singulars):
        if taken[place] or word not in names:
            continue
        for words, stretch in sorted(names[word].items(), key=lambda item: -len(item[0])):
            end = place + len(words)
            if tuple(singulars[place:end]) != words or any(taken[place:end]):
                continue
            if not _same_case(texts, place, stretch) or _inside_longer(doc, place, end):
                continue
            found.append(
                _Stretch(place, end, dict(stretch.scores), stretch.rule, stretch.best, stretch.concept)
            )
            taken[place:end] = [True] * len(words)
            break
    return found


def _same_case(texts: list[str], place: int, stretch: _Stretch) -> bool:
    for mine, other in zip(texts[stretch.start : stretch.end], texts[place:], strict=False):
        if any(letter.isupper() for letter in mine[1:]) and mine.removesuffix("s") != other.removesuffix("s"):
            return False
    # A single word with a capital may be a name ("Transfer") that the lower-case word is not.
    return stretch.end - stretch.start > 1 or texts[stretch.start][0].islower() or not texts[place].islower()


def _inside_longer(doc: Doc, start: int, end: int) -> bool:
    """Whether a hyphen ties the stretch to another word: "GPT" in "GPT-neo", not in "GPT-based"."""
    if start > 0 and doc[start - 1].text in "-–" and not doc[start - 1].whitespace_:
        return True
    if end + 1 < len(doc) and doc[end].text in "-–" and not doc[end].whitespace_ and not doc[end - 1].whitespace_:
        return not doc[end + 1].text.islower()
    return False
