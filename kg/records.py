"""The records that move through kg, in the order in which they come about.

    Paper ──extraction──▶ Extraction ──linking──▶ Entity, Edge, ResultRow

All are frozen; a stage takes records of one kind and gives records of the next. Offsets count
characters (Unicode code points) of `Paper.text`: the title, a newline and the abstract, as given.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper, as its source gives it.

    >>> Paper(id="2506.01234", title="KnowRL", abstract="We propose KnowRL.").text
    'KnowRL\\nWe propose KnowRL.'
    """

    id: str  #: arXiv id without version, else DOI, else the source's own id, else a slug of the title
    title: str
    abstract: str = ""  #: empty where the source has none; the paper is a node all the same
    authors: tuple[str, ...] = ()  #: name forms as given
    url: str = ""
    arxiv_id: str = ""
    doi: str = ""
    date: str = ""  #: ISO 8601 as precise as known: "2025", "2025-09", "2025-09-02"
    categories: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What extraction reads, and what all offsets count in."""
        return f"{self.title}\n{self.abstract}"

    @property
    def text_sha256(self) -> str:
        """Hash of the text; the same text gives the same extraction."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A record of a source, and the paper of the graph that it became a part of.

    What it takes to tell, when more records come, which of all are one paper and what that paper is.
    """

    paper: str  #: the paper's id
    source: str  #: file name as the user gave it, "-" for standard input
    line: int | None  #: counted from 1
    id: str  #: the record's own id, and its other keys; see kg.sources.unique
    arxiv_id: str
    doi: str
    title: str
    differing: tuple[Paper, ...]  #: the record itself where the paper is not the same, else nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that was skipped, with where it stands and what to do about it."""

    source: str  #: file name as the user gave it, "-" for standard input
    line: int | None  #: counted from 1; None where lines mean nothing
    reason: str
    advice: str = ""

    def __str__(self) -> str:
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{where}: {self.reason}" + (f"; {self.advice}" if self.advice else "")


# ---------------------------------------------------------------- what one paper's text says


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place where a text names an entity, and the sentence around it."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The stretch of text that says so, and what read it that way."""

    start: int  #: of the sentence
    end: int
    rule: str  #: name of the component or rule
    score: float = 1.0  #: 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEntity:
    """An entity as one paper's text has it, before it is linked to other papers'."""

    name: str  #: unique within its extraction; relations and results refer to it
    type: str  #: a key of schema.ENTITY_TYPES
    role: str  #: a key of schema.ROLES
    surfaces: tuple[str, ...]  #: every form in the text, verbatim, in order of first occurrence
    mentions: tuple[Mention, ...]  #: in text order
    evidence: Evidence  #: the sentence that gives the role
    rule: str  #: the component that recognised it
    score: float  #: 0 to 1
    concept: str = ""  #: id of the vocabulary concept whose label it matched, if any


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What a text states between two of its entities, each given by name."""

    subject: str
    predicate: str  #: a key of schema.RELATIONS
    object: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A stated number that scores or compares."""

    subject: str  #: an entity's name
    metric: str  #: as worded
    value: str  #: verbatim
    number: float | None  #: the value as a number, where it is one
    unit: str  #: "%", "x", "points", "s", … or ""
    dataset: str | None  #: an entity's name
    baseline: str | None  #: an entity's name
    evidence: Evidence
    direction: str = ""  #: "better", "worse", "higher" or "lower" than before or the baseline, if worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A web address in a text, whole and clean."""

    url: str
    kind: str  #: one of schema.LINK_KINDS
    relation: str  #: a key of schema.LINK_RELATIONS
    words: str  #: the words that say so, verbatim from the text
    start: int  #: of the address in the text as given
    end: int
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Abbreviation:
    """A short form that a text defines."""

    short: str
    long: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What one paper's text says. Depends on that text and the extractor's version alone."""

    paper: str  #: the paper's id
    text_sha256: str
    extractor: str  #: name and version of what made it
    entities: tuple[LocalEntity, ...] = ()
    relations: tuple[Relation, ...] = ()
    results: tuple[Result, ...] = ()
    links: tuple[Link, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()


# ---------------------------------------------------------------- what all papers say together


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One piece of evidence for an edge: a paper, and the stretch of its text that says so."""

    paper: str
    start: int | None  #: None where the paper's record says it, not its text
    end: int | None
    quote: str  #: equals text[start:end]
    rule: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A node of the graph that is not a paper: an entity, a repository, a page or an author."""

    id: str  #: "method/knowrl", "repository/github.com/owner/name", …: safe as the tail of an IRI
    kind: str  #: a key of schema.NODE_KINDS
    name: str
    aliases: tuple[tuple[str, int], ...] = ()  #: every surface with its number of mentions
    types: tuple[tuple[str, int], ...] = ()  #: votes: type and number of papers, most first
    papers: int = 0  #: number of papers that name it
    url: str = ""
    link_kind: str = ""  #: of pages and repositories: one of schema.LINK_KINDS
    concept: str = ""  #: vocabulary concept, if any
    ambiguous: bool = False  #: a bare acronym that no paper spells out


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A statement, with everything that supports it. Papers are nodes "paper/ID"."""

    source: str  #: a node id
    target: str
    kind: str  #: a key of schema.EDGE_KINDS
    support: int  #: number of papers that say so
    confidence: float  #: 0 to 1
    evidence: tuple[Support, ...]  #: by paper, then offset


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """A result whose subject, metric, dataset and baseline are nodes."""

    id: str  #: "result/PAPER/1", counted from 1 within the paper
    paper: str  #: the paper's id
    subject: str  #: node id
    metric: str | None  #: node id, where the metric is an entity
    metric_text: str
    value: str
    number: float | None
    unit: str
    dataset: str | None
    baseline: str | None
    evidence: Support


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalNode:
    """Which node an entity of a paper became."""

    paper: str  #: the paper's id
    name: str  #: of the LocalEntity
    node: str  #: node id


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A decision of linking about two names: joined in one node, or kept apart in two."""

    node: str  #: node id of the first name
    other: str  #: node id of the second name; equal to `node` where they were joined
    left: str  #: the first name, as written most often
    right: str
    same: bool
    rule: str  #: the evidence function or guard that decided
    score: float  #: 0 to 1
    reason: str
    papers: tuple[str, ...] = ()  #: ids of some of the papers whose text is the evidence, sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """An id that a node also answers to: with fewer or more papers it would have had it."""

    id: str
    node: str  #: node id


def paper_node(paper_id: str) -> str:
    """The node id of a paper.

    >>> paper_node("2506.01234")
    'paper/2506.01234'
    """
    return f"paper/{paper_id}"
