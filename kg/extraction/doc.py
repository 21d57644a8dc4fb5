"""What the extraction components write on a spaCy `Doc`, so that any of them can be swapped.

The pipeline reads a paper's text as given. Its tokeniser cleans the text first, so a `Doc` holds the
*cleaned* text; `source_span` leads from there back to the text as given.

| attribute              | written by         | holds                                                    |
| ---                    | ---                | ---                                                      |
| `doc._.source`         | tokeniser          | the text as given: title, newline, abstract              |
| `doc._.source_starts`  | tokeniser          | for each character of `doc.text`, where it starts there  |
| `doc._.source_ends`    | tokeniser          | … and where it ends                                      |
| `doc._.title_end`      | tokeniser          | number of tokens of the title, newline token included    |
| `doc._.abbreviations`  | kg_abbreviations   | list of `DocAbbreviation`                                |
| `doc._.links`          | kg_links           | list of `DocLink`                                        |
| `doc._.candidates`     | recognisers        | list of `DocCandidate`, which may overlap and disagree   |
| `doc.user_data`        | kg_recogniser      | its memory of each word, for `kg.extraction.opinions`    |
| `doc.spans["mentions"]`| recognisers        | typed spans, without overlap once `kg_mentions` has run; |
|                        |                    | `span._.rule`, `span._.score`, `span.id_` (concept)      |
| `doc._.entities`       | kg_entities        | list of `DocEntity`, in text order                       |
| `doc._.relations`      | kg_relations       | list of `DocRelation`                                    |
| `doc._.results`        | kg_results         | list of `DocResult`                                      |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from spacy.tokens import Doc, Span

from kg.extraction.balance import balanced


@dataclass(slots=True, kw_only=True)
class DocAbbreviation:
    """A short form and the long form that the text gives for it."""

    short: Span
    long: Span


@dataclass(slots=True, kw_only=True)
class DocCandidate:
    """What one recogniser takes a stretch of tokens for.

    Not a `Span`: spaCy keeps what stands under `span._` by offsets alone, so that two recognisers, or
    two types, could not differ about one stretch.
    """

    start: int  #: first token
    end: int  #: token behind the last
    label: str  #: a key of schema.ENTITY_TYPES
    rule: str  #: name of the recogniser's component without "kg_"
    score: float  #: 0 to 1
    concept: str = ""  #: id of the vocabulary concept
    roles: tuple[float, ...] = ()  #: probability of each of schema.ROLES, in their order, where known


@dataclass(slots=True, kw_only=True)
class DocLink:
    """A web address; `start` and `end` count characters of the text as given."""

    url: str
    kind: str
    relation: str
    start: int
    end: int
    words: tuple[int, int]  #: offsets, in the text as given, of the words that give the relation
    sentence: Span
    rule: str
    score: float = 1.0


@dataclass(slots=True, kw_only=True, eq=False)
class DocEntity:
    """An entity of this text: its spans, and what later components find out about it."""

    name: str
    type: str
    spans: list[Span]  #: in text order
    rule: str
    score: float
    concept: str = ""
    role: str = "mentions"
    role_rule: str = "default"
    role_score: float = 0.5
    role_span: Span | None = None  #: the mention by which the role was decided


@dataclass(slots=True, kw_only=True, eq=False)
class DocRelation:
    """A stated relation between two entities of the text."""

    subject: DocEntity
    predicate: str
    object: DocEntity
    sentence: Span
    rule: str
    score: float


@dataclass(slots=True, kw_only=True, eq=False)
class DocResult:
    """A stated number; `value` is the span that holds it."""

    subject: DocEntity
    metric: str
    value: Span
    number: float | None
    unit: str
    dataset: DocEntity | None
    baseline: DocEntity | None
    sentence: Span
    rule: str
    score: float
    direction: str = ""  #: "better", "worse", "higher", "lower", or "" where the text does not say
    notes: list[str] = field(default_factory=list)


#: Where spaCy keeps the extensions of a doc.
_SOURCE, _SOURCE_STARTS, _SOURCE_ENDS = (
    ("._.", name, None, None) for name in ("source", "source_starts", "source_ends")
)


def source_text(doc: Doc) -> str:
    """The text as given, `doc._.source`."""
    data: dict[Any, Any] = doc.user_data
    return str(data[_SOURCE])


def mark_mention(span: Span, rule: str, score: float) -> None:
    """Set `span._.rule` and `span._.score`, where `span._` keeps them."""
    data: dict[Any, Any] = span.doc.user_data
    start, end = span.start_char, span.end_char
    data["._.", "rule", start, end], data["._.", "score", start, end] = rule, score


def mention_marks(span: Span) -> tuple[str, float]:
    """`span._.rule` and `span._.score`."""
    data: dict[Any, Any] = span.doc.user_data
    start, end = span.start_char, span.end_char
    return data.get(("._.", "rule", start, end), ""), data.get(("._.", "score", start, end), 1.0)


def source_span(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Offsets in the text as given for characters `start` to `end` of `doc.text` (`start < end`).

    Where that text is LaTeX, the stretch takes in both halves of its braces and dollars.
    """
    get: Callable[[Any], Any] = doc.user_data.get  # what `doc._` reads, without an object for each reading
    source, starts, ends = get(_SOURCE), get(_SOURCE_STARTS), get(_SOURCE_ENDS)
    if source is None or starts is None or ends is None:
        raise ValueError("the doc does not know its text as given: a tokeniser sets doc._.source")
    return balanced(source, int(starts[start]), int(ends[end - 1]))


def clean_text(doc: Doc) -> str:
    """`doc.text`, kept by the tokeniser: spaCy puts it together from the tokens at every call."""
    kept = doc.user_data.get("kg_text")
    return kept if isinstance(kept, str) else str(doc.text)


def register_extensions() -> None:
    """Declare the attributes above; safe to call again."""
    for name in ("source", "source_starts", "source_ends", "title_end"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
    for name in ("abbreviations", "candidates", "links", "entities", "relations", "results"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=[])  # spaCy copies a mutable default for each Doc
    for name, default in (("rule", ""), ("score", 1.0)):
        if not Span.has_extension(name):
            Span.set_extension(name, default=default)


register_extensions()
