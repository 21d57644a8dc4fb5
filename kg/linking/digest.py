"""What linking needs of each paper, one row a paper: a function of its text and of its extraction alone.

So a row can be kept from build to build under the hash of the text (see `kg.linking.memory`). Entities are
known by their place in their paper, surfaces carry how often the text has them, and sentences that
relations, results and links quote stand in the row; nothing else of the text does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from kg.columns import schema_of, to_batch
from kg.errors import UsageError
from kg.records import Extraction, Link, Paper, Result

Ints = Any  #: a one-dimensional array of integers

#: Stands for nothing where a number is wanted.
NONE = -1
#: So many extractions are read at a time where they come as records.
AT_A_TIME = 1024


def _list(fields: dict[str, Any] | Any) -> Any:
    item = (
        pa.struct([pa.field(name, kind, nullable=False) for name, kind in fields.items()])
        if isinstance(fields, dict)
        else fields
    )
    return pa.list_(pa.field("item", item, nullable=False))


_PLACE = {"start": pa.int32(), "end": pa.int32(), "rule": pa.string(), "score": pa.float64()}
_ENTITY = {"name": pa.string(), "type": pa.string(), "role": pa.string(), "concept": pa.string(), **_PLACE}
_ENTITY["surfaces"] = _list({"surface": pa.string(), "count": pa.int32()})
_RELATION = {"subject": pa.int32(), "object": pa.int32(), "predicate": pa.string(), **_PLACE}
_RELATION["quote"] = pa.int32()
_RESULT = {
    "result": pa.struct(list(schema_of(Result))),
    **dict.fromkeys(("subject", "dataset", "baseline", "metric", "quote"), pa.int32()),
}
_LINK = {"link": pa.struct(list(schema_of(Link))), "quote": pa.int32(), "heading": pa.string()}

#: A row a paper that has an extraction, by the hash of its text.
SCHEMA = pa.schema(
    [
        pa.field(name, kind, nullable=False)
        for name, kind in {
            "text_sha256": pa.string(),
            "entities": _list(_ENTITY),
            "relations": _list(_RELATION),
            "quotes": _list(pa.string()),
            "results": _list(_RESULT),
            "links": _list(_LINK),
            "abbreviations": schema_of(Extraction).field("abbreviations").type,
        }.items()
    ]
)


def digests(extractions: Iterable[Any], papers: Iterable[Paper]) -> Iterator[tuple[list[str], Any]]:
    """Batches of extractions as rows of `SCHEMA`, with their papers' ids; both are in the order of these.

    Raises ValueError where an extraction has no paper, UsageError where a name holds half a character.
    """
    following = iter(papers)
    try:
        for batch in _batches(extractions):
            said = []
            for id_ in batch.column("paper").to_pylist():
                paper = next((paper for paper in following if paper.id == id_), None)
                if paper is None:
                    raise ValueError(f"an extraction without its paper, or out of order: {id_}")
                said.append(paper)
            yield [paper.id for paper in said], digest(batch, said)
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{error.object[:40]!r} holds half a character (a lone surrogate)", hint="mend it in the source"
        ) from error


def _batches(extractions: Iterable[Any]) -> Iterator[Any]:
    """The extractions as record batches: as they are where they come so (see `kg.graph.tables`)."""
    if hasattr(extractions, "batches"):
        yield from extractions.batches()
        return
    items = iter(extractions)
    while group := list(islice(items, AT_A_TIME)):
        yield to_batch(Extraction, group)


def digest(batch: Any, papers: Sequence[Paper]) -> Any:
    """A batch of extractions as rows of `SCHEMA`; `papers` are theirs, one by one."""
    lengths, entities = flat(batch.column("entities"))
    bounds = starts(lengths)
    texts = [paper.text for paper in papers]
    named = _Named(entities.field("name").to_pylist(), bounds.tolist())
    quoted = _Quoted(texts)
    row_of = np.repeat(np.arange(len(papers)), lengths)
    columns = [
        batch.column("text_sha256"),
        _lists(lengths, _entities(entities, row_of, texts), "entities"),
        _relations(batch.column("relations"), named, quoted),
    ]
    results = _results(batch.column("results"), named, quoted)
    links = _links(batch.column("links"), papers, quoted)
    columns += [quoted.column(), results, links, batch.column("abbreviations")]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _entities(entities: Any, row_of: Ints, texts: Sequence[str]) -> list[Any]:
    evidence = entities.field("evidence")
    lengths, surfaces = flat(entities.field("surfaces"))
    entity = np.repeat(np.arange(len(entities)), lengths)
    code = surfaces.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    # a surface that is given twice counts once
    _, once = np.unique(entity * (len(surfaces) + 1) + code, return_index=True)
    once.sort()
    entity, surfaces = entity[once], surfaces.take(pa.array(once))
    spellings = np.bincount(entity, minlength=len(entities))
    count = _counts(entity, spellings, surfaces.to_pylist(), entities.field("mentions"), row_of, texts)
    kind = SCHEMA.field("entities").type.value_type.field("surfaces").type
    spelt = pa.StructArray.from_arrays([surfaces, pa.array(count, pa.int32())], fields=list(kind.value_type))
    return [
        *(entities.field(name) for name in ("name", "type", "role", "concept")),
        *_place(evidence),
        pa.ListArray.from_arrays(pa.array(starts(spellings), pa.int32()), spelt, type=kind),
    ]


def _counts(
    entity: Ints, spellings: Ints, surfaces: list[str], mentions: Any, row_of: Ints, texts: Sequence[str]
) -> Ints:
    """How often each surface of an entity stands in its text; once at least."""
    lengths, places = flat(mentions)
    ends, firsts = np.cumsum(lengths), np.cumsum(spellings) - spellings
    count = np.maximum(lengths, 1)[entity]
    begins, stops = places.field("start").to_pylist(), places.field("end").to_pylist()
    for one in np.flatnonzero(spellings > 1).tolist():
        text = texts[row_of[one]]
        at = slice(int(ends[one] - lengths[one]), int(ends[one]))
        said = [text[start:end] for start, end in zip(begins[at], stops[at], strict=True)]
        for place in range(firsts[one], firsts[one] + spellings[one]):
            count[place] = max(said.count(surfaces[place]), 1)
    return count


def _relations(relations: Any, named: _Named, quoted: _Quoted) -> Any:
    lengths, items = flat(relations)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    ends = {end: named.column(rows.tolist(), items.field(end).to_pylist()) for end in ("subject", "object")}
    known = (ends["subject"] >= 0) & (ends["object"] >= 0)
    items, rows = items.filter(pa.array(known)), rows[known]
    evidence = items.field("evidence")
    columns = [
        pa.array(ends["subject"][known], pa.int32()),
        pa.array(ends["object"][known], pa.int32()),
        items.field("predicate"),
        *_place(evidence),
        quoted.places(rows.tolist(), evidence),
    ]
    return _lists(np.bincount(rows, minlength=len(lengths)), columns, "relations")


def _results(results: Any, named: _Named, quoted: _Quoted) -> Any:
    lengths, items = flat(results)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    names = ("subject", "dataset", "baseline", "metric")
    ends = [named.column(rows.tolist(), items.field(name).to_pylist()) for name in names]
    known = ends[0] >= 0
    items, rows = items.filter(pa.array(known)), rows[known]
    quotes = quoted.places(rows.tolist(), items.field("evidence"))
    columns = [items, *(pa.array(end[known], pa.int32()) for end in ends), quotes]
    return _lists(np.bincount(rows, minlength=len(lengths)), columns, "results")


def _links(links: Any, papers: Sequence[Paper], quoted: _Quoted) -> Any:
    """Links, each with what its paper's title says before a colon."""
    lengths, items = flat(links)
    rows = np.repeat(np.arange(len(lengths)), lengths).tolist()
    titles = [papers[row].title.partition("\n")[0].partition(":") for row in rows]
    headings = [head if colon else "" for head, colon, _ in titles]
    columns = [items, quoted.places(rows, items.field("evidence")), pa.array(headings, pa.string())]
    return _lists(lengths, columns, "links")


class _Named:
    """The entities of some papers by name."""

    def __init__(self, names: list[str], bounds: list[int]) -> None:
        self._known = [
            {name: place for place, name in enumerate(names[start:end])} for start, end in pairwise(bounds)
        ]

    def column(self, rows: Sequence[int], names: Sequence[str | None]) -> Ints:
        """The place among its paper's entities of each name, or NONE; `rows` are the papers."""
        known = self._known
        found = [known[row].get(name, NONE) for row, name in zip(rows, names, strict=True)]  # type: ignore[arg-type]
        return np.array(found, dtype=np.int64)


class _Quoted:
    """Stretches of papers' texts; one stretch is one string however often it is quoted."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._known: list[dict[tuple[int, int], int]] = [{} for _ in texts]

    def places(self, rows: Sequence[int], evidence: Any) -> Any:
        """The number within its paper of each piece of evidence's quote; `rows` are the papers."""
        ends = evidence.field("start").to_pylist(), evidence.field("end").to_pylist()
        found = []
        for row, start, end in zip(rows, *ends, strict=True):
            known = self._known[row]
            found.append(known.setdefault((start, end), len(known)))
        return pa.array(found, pa.int32())

    def column(self) -> Any:
        """The quotes of each paper."""
        quotes = [
            text[start:end]
            for text, known in zip(self._texts, self._known, strict=True)
            for start, end in known
        ]
        return _lists(
            np.array(list(map(len, self._known)), dtype=np.int64), pa.array(quotes, pa.string()), "quotes"
        )


def _place(evidence: Any) -> list[Any]:
    return [
        evidence.field("start").cast(pa.int32()),
        evidence.field("end").cast(pa.int32()),
        evidence.field("rule"),
        evidence.field("score"),
    ]


def _lists(lengths: Ints, items: Any, name: str) -> Any:
    """A column of lists of so many items, of structs where `items` are columns."""
    kind = SCHEMA.field(name).type
    if isinstance(items, list):
        items = pa.StructArray.from_arrays(items, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(starts(lengths), pa.int32()), items, type=kind)


def flat(lists: Any) -> tuple[Ints, Any]:
    """The length of each list of a column, and all items."""
    offsets = lists.offsets.to_numpy()
    return np.diff(offsets).astype(np.int64), lists.flatten()


def starts(lengths: Ints) -> Ints:
    """Where each group begins, and where the last one ends."""
    found = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=found[1:])
    return found
