"""Component `kg_mentions`: from what the recognisers propose to spans that do not overlap.

Recognisers leave candidates in `doc._.candidates`, or spans in `doc.spans["mentions"]`, as spaCy's own
recognisers do. Here their scores are pooled, borders are set as the annotation guidelines have them,
generic words are dropped, the best set of stretches without overlap is chosen, and every other place
where the text has the same words becomes a mention as well.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.doc import mark_mention, mention_marks, register_extensions
from kg.extraction.tokens import tokens_of
from kg.extraction.vocabulary import OWN
from kg.extraction.wordforms import singular
from kg.extraction.words import words as word_set
from kg.schema import ENTITY_TYPES
from kg.vocabulary import load_vocabulary

register_extensions()

#: Words that are no part of a name at its beginning …
_NOT_FIRST = word_set(
    "a an the this that these those its our their his her such any some each every all both other another "
    "novel new proposed existing sota various several many few different current recent "
    "previous prior following given respective same popular , . ; : - – / & and or "
    "of for in on with by to ' ’ ``"
)
_NOT_FIRST_PHRASES = (
    ["state", "-", "of", "-", "the", "-", "art"],
    ["well", "-", "known"],
    ["widely", "used"],
    ["widely", "-", "used"],
)
_PHRASE_STARTS = frozenset(phrase[0] for phrase in _NOT_FIRST_PHRASES)
#: … nor at its end …
_NOT_LAST = word_set(", . ; : - – / & and or of for in on with by to the a an ( ' ’ ``")
#: … nor behind a proper name.
_TAILS = word_set(
    "dataset datasets benchmark benchmarks framework frameworks method methods algorithm algorithms corpus "
    "approach system"
)
#: How a web address begins.
_ADDRESSES = ("http://", "https://", "www.")
#: What makes the user's own vocabulary go before everything else.
_SURE = 100.0


@dataclass(slots=True)
class Stretch:
    """What all recognisers together take one stretch of tokens for."""

    start: int
    end: int
    scores: dict[str, float] = field(default_factory=dict)  #: by type
    rule: str = ""  #: of the recogniser that gives most of the score
    most: float = 0.0
    concept: str = ""
    own: bool = False  #: the user's own vocabulary says so

    @property
    def score(self) -> float:
        """Probability that the stretch is an entity of any type."""
        return min(1.0, sum(self.scores.values()))

    @property
    def type(self) -> str:
        """The likeliest type."""
        return max(self.scores, key=lambda name: (self.scores[name], name))


@Language.factory(
    "kg_mentions",
    default_config={"threshold": 0.28, "weights": {"patterns": 1.0, "vocabulary": 0.0, "recogniser": 1.0}},
    assigns=["doc.spans"],
)
class MentionResolver:
    """Writes `doc.spans["mentions"]`: typed spans in text order without overlap.

    `weights` says how much each recogniser's word counts, by its component's name without "kg_"; a
    stretch has the weighted average of the scores of the recognisers that are in the pipeline, and is
    kept from `threshold` on. Where no weighted recogniser is, every candidate's own score counts.
    """

    def __init__(self, nlp: Language, name: str, threshold: float, weights: Mapping[str, float]) -> None:
        self.name = name
        self.threshold = threshold
        self.weights = dict(weights)
        self._nlp = nlp
        self._generic = load_vocabulary().generic

    def __call__(self, doc: Doc) -> Doc:
        texts, lower = tokens_of(doc).texts, tokens_of(doc).lower
        kept = best_set(self.stretches(doc, texts, lower), self.threshold)
        glued = [not spaced for spaced in tokens_of(doc).spaced] if kept else []
        addresses = address_tokens(doc) if kept else set()
        for again in elsewhere(texts, lower, glued, kept):
            if addresses.isdisjoint(range(again.start, again.end)):
                kept.append(again)
        spans = []
        for stretch in sorted(kept, key=lambda stretch: stretch.start):
            span = Span(doc, stretch.start, stretch.end, label=stretch.type, span_id=stretch.concept)
            mark_mention(span, stretch.rule, round(stretch.score, 4))
            spans.append(span)
        doc.spans["mentions"] = spans
        return doc

    def stretches(self, doc: Doc, texts: Sequence[str], lower: Sequence[str]) -> list[Stretch]:
        """What the recognisers propose, by borders, in the order of their ends."""
        shares = self._shares()
        found: dict[tuple[int, int], Stretch] = {}
        addresses = address_tokens(doc)
        borders: dict[tuple[int, int], tuple[int, int]] = {}
        for start, end, label, rule, score, concept in _proposed(doc):
            if addresses and not addresses.isdisjoint(range(start, end)):
                continue
            own = rule == OWN
            if not own:
                if (start, end) not in borders:  # most are proposed several times
                    borders[start, end] = self._borders(texts, lower, start, end)
                start, end = borders[start, end]
                if start >= end:
                    continue
            stretch = found.get((start, end))
            if stretch is None:
                stretch = found[start, end] = Stretch(start, end)
            share = 1.0 if own else score * shares.get(rule, 0.0 if shares else 1.0)
            stretch.scores[label] = stretch.scores.get(label, 0.0) + share
            if concept and not stretch.concept:
                stretch.concept = concept
            if own:
                stretch.own = True
            if share > stretch.most:
                stretch.most, stretch.rule = share, rule
        return sorted(found.values(), key=lambda stretch: (stretch.end, stretch.start))

    def _shares(self) -> dict[str, float]:
        """Each present recogniser's share in the score; empty where none has a weight."""
        names = self._nlp.pipe_names
        present = {rule: weight for rule, weight in self.weights.items() if weight and f"kg_{rule}" in names}
        total = sum(present.values())
        return {rule: weight / total for rule, weight in present.items()}

    def _borders(self, texts: Sequence[str], lower: Sequence[str], start: int, end: int) -> tuple[int, int]:
        """A stretch's borders as a name; empty where it is none."""
        start, end = trimmed(texts, lower, start, end)
        return (start, start) if start < end and self._is_generic(lower, start, end) else (start, end)

    def _is_generic(self, lower: Sequence[str], start: int, end: int) -> bool:
        last = singular(lower[end - 1])
        phrase = last if end - start == 1 else " ".join((*lower[start : end - 1], last))
        if phrase in self._generic:
            return True
        return not (lower[start][0].isalpha() or any(word[0].isalpha() for word in lower[start + 1 : end]))


def address_tokens(doc: Doc) -> set[int]:
    """The tokens that belong to a web address: it leads to a thing, but is no name of one.

    An address may also stand as the words of a link: `\\href{https://a.b}{https://a.b}`.
    """
    tokens = tokens_of(doc)
    written = {number for number, text in enumerate(tokens.lower) if text.startswith(_ADDRESSES)}
    places = [(link.start, link.end) for link in doc._.links]
    if not places:
        return written
    starts, ends = doc._.source_starts, doc._.source_ends
    first = starts[tokens.starts].tolist()
    last = ends[[end - 1 for end in tokens.ends]].tolist()
    return written | {
        token for start, end in places for token in range(bisect_right(last, start), bisect_left(first, end))
    }


def _proposed(doc: Doc) -> list[tuple[int, int, str, str, float, str]]:
    """All that recognisers have left: start, end, label, rule, score, concept."""
    proposed = [
        (each.start, each.end, each.label, each.rule, each.score, each.concept)
        for each in doc._.candidates
        if each.label in ENTITY_TYPES
    ]
    if "mentions" in doc.spans:
        proposed += [
            (span.start, span.end, span.label_, *mention_marks(span), span.id_)
            for span in doc.spans["mentions"]
            if span.label_ in ENTITY_TYPES
        ]
    return proposed


def trimmed(texts: Sequence[str], lower: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Borders without articles, "novel", "proposed", nor "dataset" and the like behind a proper name.

    >>> words = ["the", "novel", "SIMPLER", "benchmark"]
    >>> trimmed(words, words, 0, 4)
    (2, 3)
    >>> trimmed(["few", "-", "shot"], ["few", "-", "shot"], 0, 3)
    (0, 3)
    """
    while start < end:
        if lower[start] in _NOT_FIRST and not (start + 1 < end and lower[start + 1] in "-–"):
            start += 1  # but "few-shot learning" and "in-context learning" begin with their first word
            continue
        for phrase in _NOT_FIRST_PHRASES if lower[start] in _PHRASE_STARTS else ():
            if list(lower[start : start + len(phrase)]) == phrase:
                start += len(phrase)
                break
        else:
            break
    while start < end and lower[end - 1] in _NOT_LAST:
        end -= 1
    if end - start == 2 and lower[end - 1] in _TAILS:
        name = texts[start]
        if any(letter.isupper() for letter in name[1:]):
            end -= 1
    return start, end


def best_set(stretches: Sequence[Stretch], threshold: float) -> list[Stretch]:
    """The stretches without overlap whose scores exceed the threshold by most, all together.

    Weighted interval scheduling; of equal sets the one with the longer names. `stretches` are in the
    order of their ends. What the user's own vocabulary says goes before everything else.
    """
    worth_it = [each for each in stretches if each.own or each.score >= threshold]
    # gains[n]: the best of the first n stretches; before[n]: how many of them end before n begins.
    gains: list[tuple[float, int]] = [(0.0, 0)]
    before: list[int] = []
    for number, each in enumerate(worth_it):
        fits = number
        while fits and worth_it[fits - 1].end > each.start:
            fits -= 1
        before.append(fits)
        gain, length = gains[fits]
        worth = each.score - threshold + (_SURE if each.own else 0.0)
        gains.append(max(gains[number], (round(gain + worth, 9), length + each.end - each.start)))
    chosen = []
    number = len(worth_it)
    while number:
        if gains[number] == gains[number - 1]:
            number -= 1
        else:
            chosen.append(worth_it[number - 1])
            number = before[number - 1]
    return chosen[::-1]


def elsewhere(
    texts: Sequence[str], lower: Sequence[str], glued: Sequence[bool], kept: Sequence[Stretch]
) -> list[Stretch]:
    """The other places where the text has an accepted name.

    A word with a capital behind its first letter is looked for as it is written, give or take a plural
    s; any other in any case, singular or plural.
    """
    if not kept:
        return []
    words = [singular(word) for word in lower]
    names: dict[str, dict[tuple[str, ...], Stretch]] = {}
    taken = [False] * len(texts)
    for stretch in kept:
        name = tuple(words[stretch.start : stretch.end])
        same_start = names.setdefault(name[0], {})
        if name not in same_start or stretch.score > same_start[name].score:
            same_start[name] = stretch
        taken[stretch.start : stretch.end] = [True] * (stretch.end - stretch.start)
    found = []
    for place, word in enumerate(words):
        if word not in names or taken[place]:
            continue
        for name, stretch in sorted(names[word].items(), key=lambda item: -len(item[0])):
            end = place + len(name)
            if (
                tuple(words[place:end]) == name
                and not any(taken[place:end])
                and _same_case(texts[stretch.start : stretch.end], texts[place:end])
                and not _goes_on(texts, glued, place, end)
            ):
                copy = Stretch(place, end, stretch.scores, stretch.rule, stretch.most, stretch.concept)
                found.append(copy)
                taken[place:end] = [True] * len(name)
                break
    return found


def _same_case(name: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a stretch of the text has a name's capitals where they matter."""
    for mine, its in zip(name, other, strict=True):
        if any(letter.isupper() for letter in mine[1:]) and mine.removesuffix("s") != its.removesuffix("s"):
            return False
    # A single word with a capital may be a name ("Transfer") that the word in lower case is not.
    return len(name) > 1 or name[0].islower() or not other[0].islower()


def _goes_on(texts: Sequence[str], glued: Sequence[bool], start: int, end: int) -> bool:
    """Whether a hyphen ties a stretch to another word: "GPT" in "GPT-neo", not in "GPT-based"."""
    if start > 1 and texts[start - 1] in "-–" and glued[start - 1]:
        return True
    if end + 1 < len(texts) and texts[end] in "-–" and glued[end] and glued[end - 1]:
        return not texts[end + 1].islower()
    return False
