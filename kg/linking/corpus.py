"""What all papers say, in columns: everything that linking needs of papers and extractions, read once.

Millions of small records would take gigabytes and minutes; columns of numbers take neither. Papers,
entities and distinct surfaces are known by number, in the order of paper ids and of the papers' own
words, so the numbers hang on the set of papers alone. No text of a paper is kept, but for the sentences
that state relations, results and links.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.columns import from_batch, to_batch
from kg.linking.digest import AT_A_TIME, NONE, SCHEMA, flat, starts
from kg.records import Abbreviation, Extraction, Link, Paper, Result

Item = TypeVar("Item", Paper, Extraction)
Ints = Any  #: a one-dimensional array of integers

__all__ = [
    "NONE",
    "Codes",
    "Corpus",
    "Ints",
    "PaperKeys",
    "Places",
    "SaidLink",
    "SaidResult",
    "corpus_of",
    "in_order",
    "numbers_of",
]


class Codes:
    """Numbers for words, in the order in which they are met."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words: list[str] = list(words)
        self._codes: dict[str, int] | None = None

    def __call__(self, word: str) -> int:
        """The number of a word."""
        if self._codes is None:
            self._codes = {word: code for code, word in enumerate(self.words)}
        code = self._codes.get(word)
        if code is None:
            code = self._codes[word] = len(self.words)
            self.words.append(word)
        return code

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True, slots=True)
class Places:
    """Pieces of evidence: paper, where in its text, which rule, how sure, and the quote where it is kept."""

    paper: Ints
    start: Ints
    end: Ints
    rule: Ints
    score: Ints
    quote: Ints


class SaidResult(NamedTuple):
    """A result, with its paper and its entities by number."""

    paper: int
    result: Result
    subject: int
    dataset: int
    baseline: int
    metric: int  #: the entity whose name is the metric's wording
    quote: int


class SaidLink(NamedTuple):
    """A link, with its paper, its quote by number, and what the paper's title says before a colon."""

    paper: int
    link: Link
    quote: int
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKeys:
    """What is asked of every paper, whether it has an extraction or not: Arrow columns, by id."""

    ids: Any
    arxiv_ids: Any
    dois: Any
    authors: Any  #: lists

    @classmethod
    def of(cls, papers: Iterable[Paper]) -> PaperKeys:
        """Those of papers, in their order."""
        names = ("id", "arxiv_id", "doi", "authors")
        if hasattr(papers, "batches"):
            batches = list(papers.batches(["id", "arxiv_id", "doi", "authors.list.element"]))
        else:
            items = iter(papers)
            batches = []
            while group := list(islice(items, AT_A_TIME)):
                bare = [
                    Paper(id=p.id, title="", arxiv_id=p.arxiv_id, doi=p.doi, authors=p.authors) for p in group
                ]
                batches.append(to_batch(Paper, bare))
        batches = batches or [to_batch(Paper, [])]
        return cls(
            **dict(
                zip(
                    ("ids", "arxiv_ids", "dois", "authors"),
                    (pa.concat_arrays([batch.column(name) for batch in batches]) for name in names),
                    strict=True,
                )
            )
        )


@dataclass(slots=True, kw_only=True)
class Corpus:
    """All papers and what they say. Numbers of entities of one paper follow one another, and so on."""

    keys: PaperKeys
    papers: list[str]  #: ids, sorted
    read: list[int]  #: the papers that have an extraction
    texts: Any  #: hashes of their texts and of who read them, an Arrow array
    abbreviations: dict[int, list[Abbreviation]]  #: by paper
    names: Codes
    types: Codes
    roles: Codes
    rules: Codes
    concepts: Codes
    predicates: Codes
    surfaces: Codes
    quotes: Any  #: an Arrow array
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

    def known(self) -> dict[str, int]:
        """Papers by arXiv id, DOI and id; of two with the same the first."""
        found: dict[str, int] = {}
        columns = self.keys.arxiv_ids.to_pylist(), self.keys.dois.to_pylist(), self.papers
        for number, (arxiv_id, doi, id_) in enumerate(zip(*columns, strict=True)):
            for key in (arxiv_id, doi.casefold(), id_):
                if key:
                    found.setdefault(key, number)
        return found


def in_order(items: Iterable[Item], key: str) -> Iterable[Item]:
    """The items by id: sequences are sorted, anything else is in order already (see `link`)."""
    return sorted(items, key=attrgetter(key)) if isinstance(items, Sequence) else items


def numbers_of(ids: Sequence[str], keys: PaperKeys) -> Ints:
    """The numbers of some papers."""
    return (
        pc.index_in(pa.array(ids, pa.string()), value_set=keys.ids)
        .to_numpy(zero_copy_only=False)
        .astype(np.int64)
    )


def corpus_of(keys: PaperKeys, read: Ints, digests: Sequence[Any]) -> Corpus:
    """What papers say by their digests: rows of `kg.linking.digest.SCHEMA`, of the papers with the numbers
    `read`, in their order.
    """

    def column(name: str) -> Any:
        return pa.chunked_array(
            [batch.column(name) for batch in digests], SCHEMA.field(name).type
        ).combine_chunks()

    entities_each, entities = flat(column("entities"))
    paper = np.repeat(read, entities_each)
    begins = starts(entities_each)
    spellings, spelt = flat(entities.field("surfaces"))
    surfaces, surface = encoded(spelt.field("surface"))
    names, name = encoded(entities.field("name"))
    types, kind = encoded(entities.field("type"))
    roles, role = encoded(entities.field("role"))
    concepts, concept = encoded(entities.field("concept"))
    if "" in concepts.words:
        concept = np.where(concept == concepts(""), NONE, concept)
    quotes_each, quotes = flat(column("quotes"))
    quote_begins = starts(quotes_each)
    relations_each, relations = flat(column("relations"))
    predicates, predicate = encoded(relations.field("predicate"))
    rules, rule = encoded(pa.concat_arrays([entities.field("rule"), relations.field("rule")]))
    row = np.repeat(np.arange(len(read)), relations_each)

    def global_(field: Any, first: Ints, rows: Ints) -> Ints:
        local = field.to_numpy(zero_copy_only=False).astype(np.int64)
        return np.where(local < 0, NONE, local + first[rows])

    def places(of: Any, papers: Ints, rule: Ints, quote: Ints) -> Places:
        start, end = (
            of.field(part).to_numpy(zero_copy_only=False).astype(np.int64) for part in ("start", "end")
        )
        return Places(papers, start, end, rule, of.field("score").to_numpy(zero_copy_only=False), quote)

    results_each, results = flat(column("results"))
    result_row = np.repeat(np.arange(len(read)), results_each)
    result_ends = [
        global_(results.field(end), begins, result_row).tolist()
        for end in ("subject", "dataset", "baseline", "metric")
    ]
    links_each, links = flat(column("links"))
    link_row = np.repeat(np.arange(len(read)), links_each)
    abbreviations: dict[int, list[Abbreviation]] = {}
    short_each, shorts = flat(column("abbreviations"))
    for number, said in zip(
        np.repeat(read, short_each).tolist(), _records(shorts, Abbreviation), strict=True
    ):
        abbreviations.setdefault(number, []).append(said)
    return Corpus(
        keys=keys,
        papers=keys.ids.to_pylist(),
        read=read.tolist(),
        texts=_texts(column("text_sha256"), digests),
        abbreviations=abbreviations,
        names=names,
        types=types,
        roles=roles,
        rules=rules,
        concepts=concepts,
        predicates=predicates,
        surfaces=surfaces,
        quotes=quotes,
        results=[
            SaidResult(number, result, subject, dataset, baseline, metric, quote)
            for number, result, subject, dataset, baseline, metric, quote in zip(
                read[result_row].tolist(),
                _records(results.field("result"), Result),
                *result_ends,
                global_(results.field("quote"), quote_begins, result_row).tolist(),
                strict=True,
            )
        ],
        links=[
            SaidLink(number, link, quote, heading)
            for number, link, quote, heading in zip(
                read[link_row].tolist(),
                _records(links.field("link"), Link),
                global_(links.field("quote"), quote_begins, link_row).tolist(),
                links.field("heading").to_pylist(),
                strict=True,
            )
        ],
        starts=starts(np.bincount(paper, minlength=len(keys.ids))),
        name=name,
        paper=paper,
        type=kind,
        role=role,
        concept=concept,
        first=starts(spellings),
        said=places(entities, paper, rule[: len(entities)], np.array([], dtype=np.int64)),
        entity=np.repeat(np.arange(len(entities)), spellings),
        surface=surface,
        count=spelt.field("count").to_numpy(zero_copy_only=False).astype(np.int64),
        subject=global_(relations.field("subject"), begins, row),
        predicate=predicate,
        object=global_(relations.field("object"), begins, row),
        stated=places(
            relations, read[row], rule[len(entities) :], global_(relations.field("quote"), quote_begins, row)
        ),
    )


def _texts(hashes: Any, digests: Sequence[Any]) -> Any:
    """The hashes of texts with what their digests' schema says of who read them; where that says nothing, the
    text may have been read in several ways, and each is one by itself.
    """
    told = digests[0].schema.metadata if digests else None
    if not told:
        return pa.array([str(number) for number in range(len(hashes))], pa.string())
    reader = hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()[:16]
    return pc.binary_join_element_wise(hashes, pa.scalar(reader), " ")


def encoded(column: Any) -> tuple[Codes, Ints]:
    """The distinct words of a column in the order in which they are met, and its words' numbers."""
    found = column.dictionary_encode()
    return Codes(found.dictionary.to_pylist()), found.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _records(items: Any, record_type: Any) -> list[Any]:
    return from_batch(record_type, pa.RecordBatch.from_struct_array(items)) if len(items) else []
