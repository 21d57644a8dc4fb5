"""What all papers say, in columns: everything that linking needs of papers and extractions, read once.

Millions of small records would take gigabytes and minutes; columns of numbers take neither. Papers,
entities and distinct surfaces are known by number, in the order of paper ids and of the papers' own
words, so the numbers hang on the set of papers alone. No text of a paper is kept, but for the sentences
that state relations and links.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np

from kg.records import Abbreviation, Evidence, Extraction, Link, LocalEntity, Paper, Result

Item = TypeVar("Item", Paper, Extraction)
Ints = Any  #: a one-dimensional array of integers

_COLUMNS = [
    "paper",
    "type",
    "role",
    "concept",
    "first",
    "entity",
    "surface",
    "count",
    "subject",
    "predicate",
    "object",
    "starts",
]

#: Stands for nothing where a number is wanted.
NONE = -1


class Codes:
    """Numbers for words, in the order in which they are met."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._codes: dict[str, int] = {}

    def __call__(self, word: str) -> int:
        """The number of a word."""
        code = self._codes.get(word)
        if code is None:
            code = self._codes[word] = len(self.words)
            self.words.append(word)
        return code

    def __len__(self) -> int:
        return len(self.words)


@dataclass(slots=True)
class Places:
    """Pieces of evidence: paper, where in its text, which rule, how sure, and the quote where it is kept."""

    paper: array[int] = field(default_factory=lambda: array("i"))
    start: array[int] = field(default_factory=lambda: array("i"))
    end: array[int] = field(default_factory=lambda: array("i"))
    rule: array[int] = field(default_factory=lambda: array("h"))
    score: array[float] = field(default_factory=lambda: array("d"))
    quote: array[int] = field(default_factory=lambda: array("i"))

    def add(self, paper: int, evidence: Evidence, rule: int, quote: int = NONE) -> None:
        """Add one; `rule` is the number of its name, `quote` that of its quote."""
        self.paper.append(paper)
        self.start.append(evidence.start)
        self.end.append(evidence.end)
        self.rule.append(rule)
        self.score.append(evidence.score)
        self.quote.append(quote)


@dataclass(frozen=True, slots=True)
class SaidResult:
    """A result, with its paper and its entities by number."""

    paper: int
    result: Result
    subject: int
    dataset: int
    baseline: int
    metric: int  #: the entity whose name is the metric's wording
    quote: str


@dataclass(frozen=True, slots=True)
class SaidLink:
    """A link, with its paper, its quote by number, and what the paper's title says before a colon."""

    paper: int
    link: Link
    quote: int
    heading: str


@dataclass(slots=True)
class Corpus:
    """All papers and what they say. Numbers of entities of one paper follow one another, and so on."""

    papers: list[str] = field(default_factory=list)  #: ids, sorted
    authors: list[tuple[str, ...]] = field(default_factory=list)  #: by paper
    known: dict[str, int] = field(default_factory=dict)  #: arXiv ids, DOIs and ids → paper
    read: list[int] = field(default_factory=list)  #: the papers that have an extraction
    abbreviations: dict[int, tuple[Abbreviation, ...]] = field(default_factory=dict)  #: by paper
    types: Codes = field(default_factory=Codes)
    roles: Codes = field(default_factory=Codes)
    rules: Codes = field(default_factory=Codes)
    concepts: Codes = field(default_factory=Codes)
    predicates: Codes = field(default_factory=Codes)
    surfaces: Codes = field(default_factory=Codes)
    quotes: list[str] = field(default_factory=list)
    # by entity
    name: list[str] = field(default_factory=list)
    paper: Ints = field(default_factory=lambda: array("i"))
    type: Ints = field(default_factory=lambda: array("b"))
    role: Ints = field(default_factory=lambda: array("b"))
    concept: Ints = field(default_factory=lambda: array("i"))
    first: Ints = field(default_factory=lambda: array("i", [0]))  #: entity → its first spelling; one more
    said: Places = field(default_factory=Places)
    # by spelling: a surface of an entity
    entity: Ints = field(default_factory=lambda: array("i"))
    surface: Ints = field(default_factory=lambda: array("i"))
    count: Ints = field(default_factory=lambda: array("i"))  #: mentions
    # by relation
    subject: Ints = field(default_factory=lambda: array("i"))
    predicate: Ints = field(default_factory=lambda: array("b"))
    object: Ints = field(default_factory=lambda: array("i"))
    stated: Places = field(default_factory=Places)
    results: list[SaidResult] = field(default_factory=list)
    links: list[SaidLink] = field(default_factory=list)
    starts: Ints = field(default_factory=lambda: array("i"))  #: paper → its first entity; one more

    def spelt(self, entity: int) -> list[str]:
        """The surfaces of an entity, in the order of its text."""
        words = self.surfaces.words
        return [words[self.surface[i]] for i in range(self.first[entity], self.first[entity + 1])]

    def proposals(self, paper: int) -> list[int]:
        """The entities that a paper proposes."""
        roles = self.roles.words
        return [
            e for e in range(self.starts[paper], self.starts[paper + 1]) if roles[self.role[e]] == "proposes"
        ]


def in_order(items: Iterable[Item], key: str) -> Iterable[Item]:
    """The items by id: sequences are sorted, anything else is in order already (see `link`)."""
    return sorted(items, key=attrgetter(key)) if isinstance(items, Sequence) else items


def read_corpus(papers: Iterable[Paper], extractions: Iterable[Extraction]) -> Corpus:
    """Read all papers and their extractions, one of each at a time; both are in the order of paper ids."""
    corpus = Corpus()
    following = iter(extractions)
    extraction = next(following, None)
    for number, paper in enumerate(papers):
        corpus.papers.append(paper.id)
        corpus.authors.append(paper.authors)
        for id_ in (paper.arxiv_id, paper.doi.casefold(), paper.id):
            if id_:
                corpus.known.setdefault(id_, number)
        corpus.starts.append(len(corpus.name))
        while extraction is not None and extraction.paper == paper.id:
            corpus.read.append(number)
            _read(corpus, number, paper, extraction)
            extraction = next(following, None)
    if extraction is not None:
        raise ValueError(f"an extraction without its paper, or out of order: {extraction.paper}")
    corpus.starts.append(len(corpus.name))
    for name in _COLUMNS:
        setattr(corpus, name, np.array(getattr(corpus, name), dtype=np.int64))
    return corpus


def _read(corpus: Corpus, number: int, paper: Paper, extraction: Extraction) -> None:
    text = paper.text
    rules = corpus.rules
    named: dict[str, int] = {}
    if extraction.abbreviations:
        corpus.abbreviations[number] = extraction.abbreviations
    for entity in extraction.entities:
        local = named[entity.name] = len(corpus.name)
        corpus.name.append(entity.name)
        corpus.paper.append(number)
        corpus.type.append(corpus.types(entity.type))
        corpus.role.append(corpus.roles(entity.role))
        corpus.concept.append(corpus.concepts(entity.concept) if entity.concept else NONE)
        corpus.said.add(number, entity.evidence, rules(entity.evidence.rule))
        for surface, count in mention_counts(entity, text).items():
            corpus.entity.append(local)
            corpus.surface.append(corpus.surfaces(surface))
            corpus.count.append(count)
        corpus.first.append(len(corpus.entity))
    quotes: dict[tuple[int, int], int] = {}

    def quote(evidence: Evidence) -> int:
        place = (evidence.start, evidence.end)
        if place not in quotes:
            quotes[place] = len(corpus.quotes)
            corpus.quotes.append(text[evidence.start : evidence.end])
        return quotes[place]

    for relation in extraction.relations:
        subject, target = named.get(relation.subject), named.get(relation.object)
        if subject is not None and target is not None:
            corpus.subject.append(subject)
            corpus.predicate.append(corpus.predicates(relation.predicate))
            corpus.object.append(target)
            evidence = relation.evidence
            corpus.stated.add(number, evidence, rules(evidence.rule), quote(evidence))
    for result in extraction.results:
        if result.subject in named:
            dataset = NONE if result.dataset is None else named.get(result.dataset, NONE)
            baseline = NONE if result.baseline is None else named.get(result.baseline, NONE)
            corpus.results.append(
                SaidResult(
                    paper=number,
                    result=result,
                    subject=named[result.subject],
                    dataset=dataset,
                    baseline=baseline,
                    metric=named.get(result.metric, NONE),
                    quote=text[result.evidence.start : result.evidence.end],
                )
            )
    head, colon, _ = paper.title.partition("\n")[0].partition(":")
    for link in extraction.links:
        corpus.links.append(SaidLink(number, link, quote(link.evidence), head if colon else ""))


def mention_counts(entity: LocalEntity, text: str) -> dict[str, int]:
    """How often each of an entity's surfaces stands in a text; once at least."""
    counts = dict.fromkeys(entity.surfaces, 0)
    if len(counts) == 1:
        (surface,) = counts
        return {surface: len(entity.mentions) or 1}
    for mention in entity.mentions:
        surface = text[mention.start : mention.end]
        if surface in counts:
            counts[surface] += 1
    return {surface: count or 1 for surface, count in counts.items()}
