"""What all papers say, in columns: everything that linking needs of papers and extractions, read once.

Millions of small records would take gigabytes and minutes; columns of numbers take neither. Papers,
entities and distinct surfaces are known by number, in the order of paper ids and of the papers' own
words, so the numbers hang on the set of papers alone. No text of a paper is kept, but for the sentences
that state relations, results and links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from kg.columns import from_batch, to_batch
from kg.errors import UsageError
from kg.records import Abbreviation, Extraction, Link, Paper, Result

Item = TypeVar("Item", Paper, Extraction)
Ints = Any  #: a one-dimensional array of integers

#: Stands for nothing where a number is wanted.
NONE = -1
_WHOLE = ("name", "type", "role", "concept", "entity", "surface", "count", "subject", "predicate", "object")
#: So many extractions are read at a time where they come as records.
AT_A_TIME = 1024


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

    def column(self, array: Any) -> Ints:
        """The numbers of a column of words."""
        encoded = array.dictionary_encode()
        codes = np.array([self(word) for word in encoded.dictionary.to_pylist()], dtype=np.int64)
        return codes[encoded.indices.to_numpy(zero_copy_only=False)]


@dataclass(slots=True)
class Column:
    """A column that is read piece by piece."""

    pieces: list[Ints] = field(default_factory=list)
    length: int = 0

    def add(self, piece: Ints) -> None:
        """Add a piece at the end."""
        self.pieces.append(piece)
        self.length += len(piece)

    def whole(self, kind: Any = np.int64) -> Ints:
        """All pieces in one."""
        return np.concatenate(self.pieces).astype(kind) if self.pieces else np.array([], dtype=kind)


@dataclass(frozen=True, slots=True)
class Places:
    """Pieces of evidence: paper, where in its text, which rule, how sure, and the quote where it is kept."""

    paper: Ints
    start: Ints
    end: Ints
    rule: Ints
    score: Ints
    quote: Ints


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """All papers and what they say. Numbers of entities of one paper follow one another, and so on."""

    papers: list[str]  #: ids, sorted
    authors: list[tuple[str, ...]]  #: by paper
    known: dict[str, int]  #: arXiv ids, DOIs and ids → paper
    read: list[int]  #: the papers that have an extraction
    abbreviations: dict[int, list[Abbreviation]]  #: by paper
    names: Codes
    types: Codes
    roles: Codes
    rules: Codes
    concepts: Codes
    predicates: Codes
    surfaces: Codes
    quotes: list[str]
    results: list[SaidResult]
    links: list[SaidLink]
    starts: Ints  #: paper → its first entity; one more
    # by entity
    name: Ints
    paper: Ints
    type: Ints
    role: Ints
    concept: Ints
    first: Ints  #: entity → its first spelling; one more
    said: Places
    # by spelling: a surface of an entity
    entity: Ints
    surface: Ints
    count: Ints  #: mentions
    # by relation
    subject: Ints
    predicate: Ints
    object: Ints
    stated: Places

    def spelt(self, entity: int) -> list[str]:
        """The surfaces of an entity, in the order of its text."""
        words = self.surfaces.words
        return [words[code] for code in self.surface[self.first[entity] : self.first[entity + 1]].tolist()]

    def proposals(self, paper: int) -> list[int]:
        """The entities that a paper proposes."""
        proposed = self.roles("proposes")
        entities = range(self.starts[paper], self.starts[paper + 1])
        return [entity for entity in entities if self.role[entity] == proposed]


def in_order(items: Iterable[Item], key: str) -> Iterable[Item]:
    """The items by id: sequences are sorted, anything else is in order already (see `link`)."""
    return sorted(items, key=attrgetter(key)) if isinstance(items, Sequence) else items


def read_corpus(papers: Iterable[Paper], extractions: Iterable[Extraction]) -> Corpus:
    """Read all papers and their extractions, some of them at a time; both are in the order of paper ids.

    Raises UsageError where a name holds half a character.
    """
    reader = _Reader()
    following = enumerate(papers)
    try:
        for batch in _batches(extractions):
            reader.read(batch, following)
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{error.object[:40]!r} holds half a character (a lone surrogate)", hint="mend it in the source"
        ) from error
    for number, paper in following:
        reader.add_paper(number, paper)
    return reader.corpus()


def _batches(extractions: Iterable[Extraction]) -> Iterator[Any]:
    """The extractions as record batches: as they are where they come so (see `kg.graph.tables.Stored`)."""
    if hasattr(extractions, "batches"):
        yield from extractions.batches()
        return
    items = iter(extractions)
    while group := list(islice(items, AT_A_TIME)):
        yield to_batch(Extraction, group)


class _Reader:
    """Reads batches of extractions, each with its papers, into columns."""

    def __init__(self) -> None:
        self.papers: list[str] = []
        self.authors: list[tuple[str, ...]] = []
        self.known: dict[str, int] = {}
        self.read_papers: list[int] = []
        self.abbreviations: dict[int, list[Abbreviation]] = {}
        self.codes = {
            name: Codes()
            for name in ("names", "types", "roles", "rules", "concepts", "predicates", "surfaces")
        }
        self.quotes: list[str] = []
        self.results: list[SaidResult] = []
        self.links: list[SaidLink] = []
        self.columns: dict[str, Column] = {}

    def add(self, name: str, piece: Ints) -> None:
        """Add a piece to a column."""
        self.columns.setdefault(name, Column()).add(piece)

    def whole(self, name: str, kind: Any = np.int64) -> Ints:
        """A column in one."""
        return self.columns.get(name, Column()).whole(kind)

    def add_paper(self, number: int, paper: Paper) -> None:
        """Note what is asked of every paper, whether it has an extraction or not."""
        self.papers.append(paper.id)
        self.authors.append(paper.authors)
        for id_ in (paper.arxiv_id, paper.doi.casefold(), paper.id):
            if id_:
                self.known.setdefault(id_, number)

    def read(self, batch: Any, following: Iterator[tuple[int, Paper]]) -> None:
        """Read a batch of extractions; `following` gives the papers from the first that is not yet read."""
        texts: dict[int, Paper] = {}
        numbers = []
        for id_ in batch.column("paper").to_pylist():
            for number, paper in following:
                self.add_paper(number, paper)
                if paper.id == id_:
                    texts[number] = paper
                    numbers.append(number)
                    break
            else:
                raise ValueError(f"an extraction without its paper, or out of order: {id_}")
        self.read_papers += numbers
        paper_of = np.array(numbers, dtype=np.int64)
        first = self.columns.get("paper", Column()).length
        lengths, entities = _flat(batch.column("entities"))
        bounds = first + np.concatenate([[0], np.cumsum(lengths)])
        self._entities(np.repeat(paper_of, lengths), first, entities, texts)
        named = _Named(entities.field("name"), first, numbers, bounds)
        quoted = _Quoted(self.quotes, texts)
        self._relations(paper_of, batch.column("relations"), named, quoted)
        self._rest(numbers, batch, named, quoted)

    def _entities(self, paper: Ints, first: int, entities: Any, texts: dict[int, Paper]) -> None:
        codes = self.codes
        self.add("paper", paper)
        self.add("name", codes["names"].column(entities.field("name")))
        self.add("type", codes["types"].column(entities.field("type")))
        self.add("role", codes["roles"].column(entities.field("role")))
        nothing = codes["concepts"]("")
        concept = codes["concepts"].column(entities.field("concept"))
        self.add("concept", np.where(concept == nothing, NONE, concept))
        self._places("said", paper, entities.field("evidence"))
        lengths, surfaces = _flat(entities.field("surfaces"))
        entity = np.repeat(np.arange(len(paper)), lengths)
        code = codes["surfaces"].column(surfaces)
        # a surface that is given twice counts once
        _, once = np.unique(entity * len(codes["surfaces"]) + code, return_index=True)
        once.sort()
        entity, code = entity[once], code[once]
        self.add("entity", entity + first)
        self.add("surface", code)
        self.add("count", self._counts(paper, entity, code, entities.field("mentions"), texts))
        self.add("spellings", np.bincount(entity, minlength=len(paper)))

    def _counts(self, paper: Ints, entity: Ints, code: Ints, mentions: Any, texts: dict[int, Paper]) -> Ints:
        """How often each surface of an entity stands in its text; once at least."""
        lengths, flat = _flat(mentions)
        ends = np.cumsum(lengths)
        surfaces = np.bincount(entity, minlength=len(paper))
        count = np.maximum(lengths, 1)[entity]
        firsts = np.cumsum(surfaces) - surfaces
        starts, stops = flat.field("start").to_pylist(), flat.field("end").to_pylist()
        words = self.codes["surfaces"].words
        for one in np.flatnonzero(surfaces > 1).tolist():
            text = texts[int(paper[one])].text
            at = slice(int(ends[one] - lengths[one]), int(ends[one]))
            said = [text[start:end] for start, end in zip(starts[at], stops[at], strict=True)]
            for place in range(firsts[one], firsts[one] + surfaces[one]):
                count[place] = max(said.count(words[code[place]]), 1)
        return count

    def _places(self, name: str, paper: Ints, evidence: Any) -> None:
        self.add(f"{name} paper", paper)
        self.add(f"{name} start", evidence.field("start").to_numpy())
        self.add(f"{name} end", evidence.field("end").to_numpy())
        self.add(f"{name} rule", self.codes["rules"].column(evidence.field("rule")))
        self.add(f"{name} score", evidence.field("score").to_numpy())

    def _relations(self, paper_of: Ints, relations: Any, named: _Named, quoted: _Quoted) -> None:
        lengths, flat = _flat(relations)
        paper = np.repeat(paper_of, lengths)
        numbers = paper.tolist()
        subject, target = (
            np.array(
                [
                    named.of(number, name)
                    for number, name in zip(numbers, flat.field(end).to_pylist(), strict=True)
                ],
                dtype=np.int64,
            )
            for end in ("subject", "object")
        )
        known = (subject >= 0) & (target >= 0)
        flat = flat.filter(pa.array(known))
        paper = paper[known]
        self.add("subject", subject[known])
        self.add("object", target[known])
        self.add("predicate", self.codes["predicates"].column(flat.field("predicate")))
        evidence = flat.field("evidence")
        self._places("stated", paper, evidence)
        places = zip(
            paper.tolist(),
            evidence.field("start").to_pylist(),
            evidence.field("end").to_pylist(),
            strict=True,
        )
        self.add("stated quote", np.array([quoted.number(*place) for place in places], dtype=np.int64))

    def _rest(self, numbers: list[int], batch: Any, named: _Named, quoted: _Quoted) -> None:
        """Results, links and abbreviations, which are few, as records."""
        for paper, result in _records(numbers, batch.column("results"), Result):
            subject = named.of(paper, result.subject)
            if subject >= 0:
                self.results.append(
                    SaidResult(
                        paper=paper,
                        result=result,
                        subject=subject,
                        dataset=named.of(paper, result.dataset),
                        baseline=named.of(paper, result.baseline),
                        metric=named.of(paper, result.metric),
                        quote=quoted.text(paper, result.evidence.start, result.evidence.end),
                    )
                )
        for paper, link in _records(numbers, batch.column("links"), Link):
            head, colon, _ = quoted.papers[paper].title.partition("\n")[0].partition(":")
            quote = quoted.number(paper, link.evidence.start, link.evidence.end)
            self.links.append(SaidLink(paper, link, quote, head if colon else ""))
        for paper, abbreviation in _records(numbers, batch.column("abbreviations"), Abbreviation):
            self.abbreviations.setdefault(paper, []).append(abbreviation)

    def corpus(self) -> Corpus:
        """Everything that was read."""
        paper = self.whole("paper")
        return Corpus(
            papers=self.papers,
            authors=self.authors,
            known=self.known,
            read=self.read_papers,
            abbreviations=self.abbreviations,
            **self.codes,
            quotes=self.quotes,
            results=self.results,
            links=self.links,
            starts=_starts(np.bincount(paper, minlength=len(self.papers))),
            **{name: self.whole(name) for name in _WHOLE},
            paper=paper,
            first=_starts(self.whole("spellings")),
            said=self._all_places("said"),
            stated=self._all_places("stated"),
        )

    def _all_places(self, name: str) -> Places:
        columns = {part: self.whole(f"{name} {part}") for part in ("paper", "start", "end", "rule", "quote")}
        return Places(**columns, score=self.whole(f"{name} score", np.float64))


class _Named:
    """The entities of some papers by name."""

    def __init__(self, names: Any, first: int, numbers: Sequence[int], bounds: Ints) -> None:
        self._names = names
        self._first = first
        self._bounds = dict(zip(numbers, pairwise(bounds.tolist()), strict=True))
        self._paper = NONE
        self._known: dict[str, int] = {}

    def of(self, paper: int, name: str | None) -> int:
        """The number of the entity of a paper that has a name, or NONE."""
        if paper != self._paper:
            start, end = self._bounds[paper]
            names = self._names.slice(start - self._first, end - start).to_pylist()
            self._paper, self._known = paper, dict(zip(names, range(start, end), strict=True))
        return NONE if name is None else self._known.get(name, NONE)


class _Quoted:
    """Stretches of papers' texts; one stretch is one string however often it is quoted."""

    def __init__(self, quotes: list[str], papers: dict[int, Paper]) -> None:
        self.papers = papers
        self._quotes = quotes
        self._known: dict[tuple[int, int, int], int] = {}

    def number(self, paper: int, start: int, end: int) -> int:
        """The number of a quote."""
        place = (paper, start, end)
        if place not in self._known:
            self._known[place] = len(self._quotes)
            self._quotes.append(self.papers[paper].text[start:end])
        return self._known[place]

    def text(self, paper: int, start: int, end: int) -> str:
        """A quote."""
        return self._quotes[self.number(paper, start, end)]


def _flat(lists: Any) -> tuple[Ints, Any]:
    """The length of each list of a column, and all items."""
    offsets = lists.offsets.to_numpy()
    return np.diff(offsets).astype(np.int64), lists.flatten()


def _records(numbers: Sequence[int], lists: Any, record_type: Any) -> Iterator[tuple[int, Any]]:
    """The records of a column of lists, each with its paper."""
    lengths, flat = _flat(lists)
    papers = np.repeat(np.array(numbers, dtype=np.int64), lengths).tolist()
    records = from_batch(record_type, pa.RecordBatch.from_struct_array(flat)) if len(flat) else []
    return zip(papers, records, strict=True)


def _starts(lengths: Ints) -> Ints:
    """Where each group begins, and where the last one ends."""
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
