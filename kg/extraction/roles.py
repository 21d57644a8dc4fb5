"""Component `kg_roles`: how the paper relates to each entity, and the mention by which that was decided.

A linear model (`data/roles.json`, made by `training/roles.py`) reads, for every mention of an entity, the
sentence around it: part of the abstract, who acts, cue words before and after; and for the entity as a
whole how often and where it is named, what its name looks like, and how common that name is elsewhere.
Where the recogniser's network has an opinion on the role as well, the two are pooled (`kg.extraction.pools`).
The decision is one for all mentions together; its evidence is the mention that speaks for it most.

The model has one class more than there are roles: `SPURIOUS`, for what a recogniser takes for an entity
and no annotator would. Together with the recognisers' own word it gives each entity its score, and what
scores too low goes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.cues import CUES
from kg.extraction.doc import DocEntity
from kg.extraction.familiarity import familiarity
from kg.extraction.layout import Layout, Place, lay_out
from kg.extraction.linear import Floats, LinearModel
from kg.extraction.opinions import opinion_of
from kg.extraction.polarity import denied
from kg.extraction.pools import Pools, entity_figures, load_pools
from kg.extraction.rhetoric import sections, subject
from kg.extraction.shipped import pools_file
from kg.extraction.tokens import span_text
from kg.extraction.words import words
from kg.schema import ROLES

MODEL = Path(__file__).with_name("data") / "roles.json"
#: The class of what is no entity.
SPURIOUS = "spurious"
ROLE_NAMES: tuple[str, ...] = tuple(ROLES)
#: What recognisers of a paper's own words are called; entities of any other origin keep their score.
_RECOGNISERS = frozenset(("patterns", "recogniser", "vocabulary"))

_INNER_CAPITAL = re.compile(r"\w[A-Z]|\d")
_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9-]*[A-Z][A-Za-z0-9-]*")


@Language.factory("kg_roles", default_config={"model": None, "pools": ""})
class RoleDecider:
    """Sets `role`, `role_rule`, `role_score` and `role_span` of each of `doc._.entities`.

    `model` is a path to other weights in the same format; the default is the shipped ones. `pools` is the
    name of the network that is used (`kg.extraction.shipped`), or a path to pools.
    """

    def __init__(self, nlp: Language, name: str, model: str | None, pools: str) -> None:
        self.name = name
        self.model = load_model(Path(model) if model else MODEL)
        self.pools = load_pools(pools_file(pools))

    def __call__(self, doc: Doc) -> Doc:
        layout = lay_out(doc)
        if layout.entities:
            worth = decide(layout, self.model, rule=self.name, pools=self.pools)
            doc._.entities = worthy(doc, worth, self.pools)
        return doc


@lru_cache(maxsize=4)
def load_model(path: Path) -> LinearModel:
    """The weights, read once."""
    return LinearModel.load(path)


def decide(layout: Layout, model: LinearModel, *, rule: str, pools: Pools | None = None) -> list[float]:
    """Set the roles of a layout's entities; returns the linear model's probability that each is one.

    `pools` are by default the shipped ones.
    """
    pools = pools or load_pools()
    # Features are looked up once a sentence and once a mention; an entity's are those of its mentions
    # together, and its own.
    shared = {index: model.places(row) for index, row in sentence_features(layout).items()}
    found = [
        [shared[place.sentence.index] + model.places(_around(place)) for place in places]
        for places in layout.places
    ]
    together = [
        sorted(set(model.places(own)).union(*rows))
        for own, rows in zip(own_features(layout), found, strict=True)
    ]
    ours, worth = role_shares(model, model.shares(model.sums(together)))
    probabilities = pools.roles(ours, heard(layout), ROLE_NAMES)
    several: list[int] = []
    for number, entity in enumerate(layout.entities):
        row = dict(zip(ROLE_NAMES, probabilities[number].tolist(), strict=True))
        allowed = _allowed(entity.type, layout.places[number])
        role = max((each for each in ROLE_NAMES if each in allowed), key=lambda each: row[each])
        entity.role, entity.role_rule, entity.role_score = role, rule, round(row[role], 4)
        places = layout.places[number]
        entity.role_span = places[0].span if places else None
        if len(places) > 1:
            several.append(number)
    votes = model.shares(model.sums([row for number in several for row in found[number]]))
    position = 0
    for number in several:
        entity = layout.entities[number]
        column = model.classes.index(entity.role)
        count = len(found[number])
        best = int(votes[position : position + count, column].argmax())
        entity.role_span = layout.places[number][best].span
        position += count
    return worth


def role_shares(model: LinearModel, probabilities: Floats) -> tuple[Floats, list[float]]:
    """Probabilities of `ROLE_NAMES` for each entity, given that it is one, and the probability of that."""
    columns = probabilities[:, [model.classes.index(name) for name in ROLE_NAMES]]
    worth = columns.sum(axis=1)
    shares: Floats = columns / worth[:, None]
    return shares, worth.tolist()


def worthy(doc: Doc, worth: list[float], pools: Pools) -> list[DocEntity]:
    """Give each entity its score, and leave out what scores too low."""
    network = any(each.rule == "recogniser" for each in doc._.candidates)
    scorer = pools.scorer("entities", network=network)
    kept = []
    for entity, share in zip(doc._.entities, worth, strict=True):
        if entity.rule in _RECOGNISERS:
            figures = entity_figures(entity.type, entity.score, share, len(entity.spans))
            entity.score = scorer(figures)
            if entity.score < scorer.threshold:
                continue
        kept.append(entity)
    return kept


def heard(layout: Layout) -> Floats | None:
    """What the network thinks of each entity's role, (entities, roles); None where it is mute."""
    said = opinion_of(layout.doc, layout.entities)
    if said is not None:
        return said.roles
    opinions = {
        (each.start, each.end): each.roles
        for each in layout.doc._.candidates
        if len(each.roles) == len(ROLE_NAMES)
    }
    if not opinions:
        return None
    rows: Floats = np.ones((len(layout.entities), len(ROLE_NAMES)))
    for row, entity in zip(rows, layout.entities, strict=True):
        said_here = [
            opinions[place] for span in entity.spans if (place := (span.start, span.end)) in opinions
        ]
        if said_here:
            row[:] = np.mean(said_here, axis=0)
    return rows


def _allowed(type_: str, places: list[Place]) -> frozenset[str]:
    """Roles that a type may have; where every mention is denied or put off, no role that claims a use."""
    roles = {"proposes", "compares", "uses", "mentions"}
    if type_ == "TASK":
        roles = {"proposes", "addresses", "uses", "mentions"}
    if places and all(denied(place) for place in places):
        roles = {"compares", "mentions"} if type_ != "TASK" else {"mentions"}
    return frozenset(roles)


def _up_to(number: int, *limits: int) -> str:
    return next((str(limit) for limit in limits if number <= limit), "more")


def place_features(layout: Layout) -> list[list[list[str]]]:
    """For each entity, for each of its places, what the sentence around it says."""
    shared = sentence_features(layout)
    return [[shared[place.sentence.index] + _around(place) for place in places] for places in layout.places]


def sentence_features(layout: Layout) -> dict[int, list[str]]:
    """For each sentence that names an entity, by its index, what all its places share."""
    parts = sections(layout.sentences)
    named = sorted({place.sentence.index for places in layout.places for place in places})
    return {index: _sentence_features(layout, index, parts[index]) for index in named}


def _sentence_features(layout: Layout, index: int, part: str) -> list[str]:
    sentence = layout.sentences[index]
    count = len(layout.sentences)
    actor = subject(sentence)
    items = sentence.items
    features = [f"part={part}", f"actor={actor}", f"actor={actor}, part={part}"]
    if sentence.title:
        features.append("place=title")
    else:
        from_end = count - 1 - index
        place = {0: "last", 1: "last but one"}.get(from_end, str(index) if index <= 3 else "middle")
        features += [f"place={place}", f"fifth={5 * (index - 1) // max(1, count - 1)}"]
    features += sorted({f"sentence has {CUES[item]}" for item in items if item in CUES})
    features += [f"begins {' '.join(items[:size])}" for size in (1, 2, 3)]
    return features


def _around(place: Place) -> list[str]:
    """The words next to a mention, and the nearest cue of each class on either side."""
    items = place.sentence.items
    at = place.item
    padded = ["<s>", "<s>", "<s>", *items[max(0, at - 3) : at]][-3:]
    three, two, one = padded
    after = [*items[at + 1 : at + 4], "</s>", "</s>", "</s>"]
    features = [
        f"-1 {one}",
        f"-2 {two} {one}",
        f"-3 {three} {two} {one}",
        f"+1 {after[0]}",
        f"+2 {after[0]} {after[1]}",
        f"+3 {after[0]} {after[1]} {after[2]}",
        f"-1 {one} +1 {after[0]}",
    ]
    features += _cues("before", items[max(0, at - 14) : at][::-1], near=(3, 6, 14), reach=8)
    features += _governor(place)
    features += _cues("after", items[at + 1 : at + 11], near=(3, 10), reach=6)
    features.append("first in sentence" if place.sentence.places[0] is place else "later in sentence")
    if place.sentence.title:
        features.append(f"title item {_up_to(at, 0, 1, 3, 6)}")
        if ":" in items:
            colon = items.index(":")
            features.append("before title colon" if at < colon else "after title colon")
            if at == 0 and colon == 1:
                features.append("is the title up to the colon")
    return features


_LINKS = words(", and or ; / & ( ) as well both e.g. i.e. : \" “ ” '' ``")
_VERBS = frozenset(("PROPOSE", "USE", "EVALUATE", "STUDY", "COMPARE", "ADDRESS"))


def _governor(place: Place) -> list[str]:
    """What governs a mention from further off: the head of its list, and the sentence's first verb.

    "We introduce three patterns: Monologue, Dialogue and Analogue" introduces all three.
    """
    items = place.sentence.items
    before = [other for other in place.sentence.places if other.item < place.item]
    head = place.item
    while before and all(item in _LINKS for item in items[before[-1].item + 1 : head]):
        head = before.pop().item
    features = []
    if head != place.item:
        one = items[head - 1] if head else "<s>"
        two = items[head - 2] if head > 1 else "<s>"
        features += [f"listed, head -1 {one}", f"listed, head -2 {two} {one}"]
        cue = next((CUES[item] for item in items[max(0, head - 8) : head][::-1] if item in CUES), "none")
        features.append(f"listed, head before {cue}")
    for at, item in enumerate(items[: place.item]):
        cue = CUES.get(item, "")
        if cue in _VERBS and not (cue == "ADDRESS" and at < 2):
            colon = ":" in items[at : place.item]
            features += [
                f"governed by {cue}{' :' * colon}",
                f"governed by {item}",
                f"{subject(place.sentence)} {cue}",
            ]
            break
    else:
        features.append("ungoverned")
    return features


def _cues(side: str, items: list[str], *, near: tuple[int, ...], reach: int) -> list[str]:
    """Cues on one side, nearest first; how far they are and how many names stand between matters."""
    features: list[str] = []
    seen: set[str] = set()
    names = 0
    for distance, item in enumerate(items, start=1):
        if item.startswith("<") and len(item) > 3:
            names += 1
        cue = CUES.get(item)
        if cue and cue not in seen:
            within = next(limit for limit in near if distance <= limit)
            features += [f"{side} {cue}", f"{side} {cue} within {within} past {min(names, 2)}"]
            if not seen:
                features.append(f"{side} first {cue}")
            seen.add(cue)
        if distance <= reach:
            features.append(f"{side} {item}")
    return features


def entity_features(layout: Layout, by_place: list[list[list[str]]]) -> list[list[str]]:
    """For each entity, what all its places say, and what its name and its spread over the text say."""
    return [
        sorted({*own, *(feature for row in rows for feature in row)})
        for own, rows in zip(own_features(layout), by_place, strict=True)
    ]


def own_features(layout: Layout) -> list[list[str]]:
    """For each entity, what its name and its spread over the text say."""
    parts = sections(layout.sentences)
    title_words = {
        word
        for sentence in layout.sentences
        if sentence.title
        for word in layout.words[sentence.start : sentence.end]
    }
    surfaces = [sorted(set(map(span_text, entity.spans))) or [entity.name] for entity in layout.entities]
    lowered = [[surface.lower() for surface in each] for each in surfaces]
    nestings = _nestings(lowered, [entity.type for entity in layout.entities])
    result = []
    for number, entity in enumerate(layout.entities):
        features = {f"type {entity.type}"} | nestings[number]
        features.update(_spread(layout, layout.places[number], parts))
        features.update(_name(surfaces[number], title_words))
        result.append(sorted(features))
    return result


def _spread(layout: Layout, places: list[Place], parts: list[str]) -> list[str]:
    """How often and where in the text an entity is named."""
    if not places:
        return ["nowhere"]
    first, last = places[0].sentence.index, places[-1].sentence.index
    items, at = places[0].sentence.items, places[0].item
    return [
        f"mentions {min(len(places), 6)}",
        f"sentences {min(len({place.sentence.index for place in places}), 5)}",
        f"first in {min(first, 6)}",
        f"last {min(len(layout.sentences) - 1 - last, 5)} from end",
        f"over {_up_to(last - first, 0, 1, 3, 5)}",
        f"parts {', '.join(sorted({parts[place.sentence.index] for place in places}))}",
        f"first mention -1 {items[at - 1] if at else '<s>'}",
        f"first mention +1 {items[at + 1] if at + 1 < len(items) else '</s>'}",
        f"first mention part={parts[first]}",
        f"first mention actor={subject(places[0].sentence)}",
    ]


def _name(surfaces: list[str], title_words: set[str]) -> list[str]:
    """What an entity's surfaces look like, and how common they are."""
    longest = max(surfaces, key=lambda surface: (len(surface), surface))
    words = longest.lower().split()
    features = [
        f"head {words[-1]}",
        f"opening {words[0]}",
        f"words {min(len(words), 6)}",
        f"surfaces {min(len(surfaces), 4)}",
        f"familiarity {familiarity(longest)}",
        f"most familiarity {max(familiarity(surface) for surface in surfaces)}",
    ]
    features += [f"is {surface.lower()}" for surface in surfaces]
    if any(_INNER_CAPITAL.search(surface) for surface in surfaces):
        features.append("proper name")
    if any(_ACRONYM.fullmatch(surface) for surface in surfaces):
        features.append("acronym")
    if all(surface[:1].isupper() for surface in surfaces):
        features.append("always capital")
    content = [word for word in words if len(word) > 3]
    if content:
        features.append(f"in title {4 * sum(word in title_words for word in content) // len(content)}")
    return features


def _nestings(names: list[list[str]], types: list[str]) -> list[set[str]]:
    """For each entity whether its names hold another's: "xLSTM-F" is likely proposed where "xLSTM" is."""
    result: list[set[str]] = [set() for _ in names]
    flat = [(name, number) for number, each in enumerate(names) for name in each]
    for mine, number in flat:
        for theirs, other in flat:
            if (theirs in mine or mine in theirs) and other != number and theirs != mine:
                if len(theirs) > 2 and theirs in mine:
                    result[number].add(f"holds a {types[other]}")
                elif len(mine) > 2 and mine in theirs:
                    result[number].add(f"inside a {types[other]}")
    return result
