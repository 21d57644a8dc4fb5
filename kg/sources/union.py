"""The papers of a graph and of what is added to it, each once, for more papers than fit in memory.

The outcome is `kg.sources.unique.unique` of all records that were ever added: which order they were added
in does not matter, and papers that are removed leave no trace. Two things a record may do to an earlier one:

* a record of a source that was read before, under the same id, takes the place of the earlier one:
  the file has been edited (standard input is no such source: it is another one each time);
* a record of another source is merged with it, by the rules of `unique`.

Only the keys of all records are in memory, in columns; the papers themselves stay on disk. Where nothing
is new, rows go from the earlier tables to the next ones as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.columns import from_batch, schema_of, to_batch
from kg.records import Paper, Problem, SourceRecord
from kg.rows import ROWS, HeldRows, Numbers, Rows, Spool, all_of, gathered
from kg.sources.finding import STANDARD_INPUT
from kg.sources.place import PAPER_FIELDS, PaperRead, plain
from kg.sources.unique import Keys, conflict, distinct, grouped, merged

Record = TypeVar("Record", bound=Hashable)

_KEYS = ("id", "arxiv_id", "doi", "title")
_COLUMNS = ("source", "line", *_KEYS)
_SCHEMA = pa.schema([schema_of(SourceRecord).field(name) for name in _COLUMNS])
#: Papers that are merged from several records at a time.
_GROUPS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The papers that a graph has already."""

    papers: Rows  #: of Paper, by id
    records: Rows  #: of SourceRecord, by paper; at least one a paper
    conflicts: Mapping[str, Problem]  #: by paper: what its records disagree on


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """The papers of a graph to be, by id."""

    ids: Any  #: an Arrow array of strings
    earlier: Numbers  #: for each paper its row in `Earlier.papers` if it has not changed, else -1
    conflicts: Mapping[str, Problem]  #: by paper
    new_conflicts: tuple[Problem, ...]  #: those of papers that are new or changed
    sources: frozenset[str]  #: names of the sources of which at least one record is left
    papers: tuple[Sequence[Rows], Numbers, Numbers]  #: where their rows are, for `kg.rows.gathered`
    records: tuple[Sequence[Rows], Numbers, Numbers]  #: of all their records


def spooled(papers: Iterable[Paper], spool: Spool) -> Any:
    """Put records on disk as they come; their keys, as a table with a row a record."""
    keys: list[Any] = []
    waiting: list[PaperRead] = []

    def put() -> None:
        batch = to_batch(PaperRead, waiting)
        keys.append(keys_of(batch, title_keys(waiting)))
        spool.add(batch)
        waiting.clear()

    for paper in papers:
        assert isinstance(paper, PaperRead), "readers say where a record stands"
        waiting.append(paper)
        if len(waiting) == ROWS:
            put()
    if waiting:
        put()
    return pa.Table.from_batches(keys, _SCHEMA)


def title_keys(records: Iterable[Paper]) -> Any:
    """What the titles of some records are compared by, as a column."""
    return pa.array([Keys.of(record).title for record in records], type=pa.string())


def keys_of(batch: Any, titles: Any) -> Any:
    """The keys of a batch of records, as `spooled` gives those of all, from it and its `title_keys`."""
    return pa.RecordBatch.from_arrays([*batch.select(_COLUMNS[:-1]).columns, titles], schema=_SCHEMA)


def all_keys(batches: Sequence[Any]) -> Any:
    """Keys in batches as one table."""
    return pa.Table.from_batches(batches, _SCHEMA)


def united(
    new: Rows, keys: Any, earlier: Earlier | None, *, removed: Collection[str] = (), scratch: Path
) -> Union:
    """The papers of a graph after records were added and papers removed.

    `new` are the records as `spooled` put them, `keys` their keys; `removed` are ids of papers of the
    graph; in the folder `scratch` goes what is needed until the outcome is written.
    """
    old = _Old.of(earlier)
    kept = np.flatnonzero(~(_among(old.keys["paper"], removed) | _read_again(old.keys, keys)))
    everything = pa.concat_tables([old.keys.select(_COLUMNS).take(kept), keys]).combine_chunks()
    singles, groups = _groups(everything)

    # which papers stay as they are, which are one new record, and which must be made of several
    first_new = len(kept)
    paper_of = old.paper_of[kept]
    is_old = singles < first_new
    alone = old.sizes[paper_of[singles[is_old]]] == 1
    same = [paper_of[singles[is_old][alone]]]
    fresh = singles[~is_old] - first_new
    to_make: list[Numbers] = [np.array([at]) for at in singles[is_old][~alone]]
    for group in groups:
        owners = np.unique(paper_of[group]) if group[-1] < first_new else np.array([], dtype=np.int64)
        if len(owners) == 1 and old.sizes[owners[0]] == len(group):
            same.append(owners)
        else:
            to_make.append(group)
    unchanged = np.concatenate(same).astype(np.int64)

    made = _Made(scratch)
    at_hand = _AtHand(new, earlier, first_new, kept, paper_of)
    for start in range(0, len(to_make), _GROUPS):
        made.add(at_hand.records(to_make[start : start + _GROUPS]))
    made_papers, made_records = made.rows()

    # all of them, in the order of their ids
    old_ids = pa.array(old.ids.take(unchanged), type=pa.string())
    fresh_keys = keys.take(fresh).combine_chunks()
    ids = pa.concat_arrays([old_ids, *fresh_keys["id"].chunks, pa.array(made.ids, type=pa.string())])
    order = pc.sort_indices(ids).to_numpy().astype(np.int64)
    part = np.repeat([0, 1, 2], [len(unchanged), len(fresh), len(made.ids)])[order]
    row = np.concatenate([unchanged, fresh, np.arange(len(made.ids))]).astype(np.int64)[order]
    counts = np.concatenate([old.sizes[unchanged], np.ones(len(fresh), dtype=np.int64), made.sizes])[order]
    starts = np.concatenate([old.starts[unchanged], np.arange(len(fresh)), _starts(made.sizes)])[order]
    inside = np.arange(counts.sum()) - np.repeat(_starts(counts), counts)
    problems = dict(earlier.conflicts if earlier is not None else {})
    still = pc.is_in(pa.array(list(problems), type=pa.string()), value_set=old_ids).to_pylist()
    conflicts = {
        paper: problem for (paper, problem), kept in zip(problems.items(), still, strict=True) if kept
    }
    conflicts.update(made.conflicts)
    return Union(
        ids=ids.take(order),
        earlier=np.where(part == 0, row, -1),
        conflicts=dict(sorted(conflicts.items())),
        new_conflicts=tuple(problem for _, problem in sorted(made.conflicts.items())),
        sources=frozenset(
            chain(
                pc.unique(old.sources.take(_spread(old.starts, old.sizes, unchanged))).to_pylist(),
                pc.unique(fresh_keys["source"]).to_pylist(),
                made.sources,
            )
        ),
        papers=((_or_none(earlier, "papers"), new, made_papers), part, row),
        records=(
            (_or_none(earlier, "records"), HeldRows(_as_records(fresh_keys)), made_records),
            np.repeat(part, counts),
            np.repeat(starts, counts) + inside,
        ),
    )


def written(rows: tuple[Sequence[Rows], Numbers, Numbers], record_type: type, size: int) -> Iterator[Any]:
    """The rows of one of a union's tables, in batches."""
    parts, part, row = rows
    return gathered(parts, part, row, schema=schema_of(record_type), size=size)


# ---------------------------------------------------------------- the records that are there


@dataclass(frozen=True, slots=True, kw_only=True)
class _Old:
    """The keys of a graph's records; its papers are numbered as in their table."""

    keys: Any  #: the columns `paper` and _COLUMNS
    ids: Any  #: of the papers
    paper_of: Numbers  #: for each record the number of its paper
    sizes: Numbers  #: for each paper how many records it has
    starts: Numbers  #: for each paper the row of its first record

    @property
    def sources(self) -> Any:
        return self.keys["source"].combine_chunks()

    @classmethod
    def of(cls, earlier: Earlier | None) -> _Old:
        columns = ("paper", *_COLUMNS)
        table = all_of(earlier.records, columns) if earlier is not None else None
        if table is None:
            table = pa.schema([schema_of(SourceRecord).field(name) for name in columns]).empty_table()
        table = table.combine_chunks()
        papers = pc.dictionary_encode(table["paper"].combine_chunks())
        paper_of = papers.indices.to_numpy().astype(np.int64)
        sizes = np.bincount(paper_of, minlength=len(papers.dictionary)).astype(np.int64)
        return cls(keys=table, ids=papers.dictionary, paper_of=paper_of, sizes=sizes, starts=_starts(sizes))


def _among(values: Any, wanted: Collection[str]) -> Any:
    return pc.is_in(values, value_set=pa.array(sorted(wanted), type=pa.string())).to_numpy()


def _read_again(old: Any, keys: Any) -> Any:
    """Which of the old records have been read again, from the same source under the same id."""

    def names(table: Any) -> Any:
        return pc.binary_join_element_wise(table["source"], table["id"], "\n")

    again = pc.is_in(names(old), value_set=names(keys).combine_chunks())
    return pc.and_(again, pc.not_equal(old["source"], STANDARD_INPUT)).to_numpy()


def _groups(keys: Any) -> tuple[Numbers, list[Numbers]]:
    """Positions of the records that share no key with any other, and those of the other papers' records."""
    shared = np.zeros(keys.num_rows, dtype=bool)
    for name in _KEYS:
        encoded = pc.dictionary_encode(pc.if_else(pc.equal(keys[name], ""), None, keys[name]))
        encoded = encoded.combine_chunks()
        codes = encoded.indices.fill_null(-1).to_numpy()
        counts = np.bincount(codes + 1, minlength=1)
        counts[0] = 0
        shared |= counts[codes + 1] > 1
    at = np.flatnonzero(shared)
    some = keys.select(_KEYS).take(at).to_pydict()
    found = grouped([Keys(**dict(zip(_KEYS, row, strict=True))) for row in zip(*some.values(), strict=True)])
    return np.flatnonzero(~shared), [at[sorted(group)] for group in found]


@dataclass(frozen=True, slots=True)
class _AtHand:
    """Records as they were read, by their position among all that are kept and all that are new."""

    new: Rows
    earlier: Earlier | None
    first_new: int
    kept: Numbers
    paper_of: Numbers

    def records(self, groups: Sequence[Numbers]) -> list[list[PaperRead]]:
        """The records of some groups."""
        at = np.concatenate(groups)
        found: dict[int, PaperRead] = {}
        fresh = at[at >= self.first_new]
        for number, record in zip(
            fresh.tolist(), _read(PaperRead, self.new, fresh - self.first_new), strict=True
        ):
            found[number] = record
        if self.earlier is not None:
            old = at[at < self.first_new]
            records = _read(SourceRecord, self.earlier.records, self.kept[old])
            papers = _read(Paper, self.earlier.papers, self.paper_of[old])
            for number, stored, paper in zip(old.tolist(), records, papers, strict=True):
                said = stored.differing[0] if stored.differing else paper
                values = {name: getattr(said, name) for name in PAPER_FIELDS}
                found[number] = PaperRead(**values, source=stored.source, line=stored.line)
        return [[found[number] for number in group.tolist()] for group in groups]


def _read(record_type: type[Record], rows: Rows, numbers: Numbers) -> list[Record]:
    if not len(numbers):
        return []
    part = np.zeros(len(numbers), dtype=np.int64)
    batches = gathered([rows], part, numbers, schema=schema_of(record_type), size=len(numbers))
    return [record for batch in batches for record in from_batch(record_type, batch)]


# ---------------------------------------------------------------- papers of several records


class _Made:
    """Papers that are made of several records, put on disk as they are made."""

    def __init__(self, scratch: Path) -> None:
        self.ids: list[str] = []
        self.counts: list[int] = []  #: of each paper's records
        self.conflicts: dict[str, Problem] = {}
        self.sources: set[str] = set()
        self._papers = Spool(scratch / "made-papers", schema_of(Paper))
        self._records = Spool(scratch / "made-records", schema_of(SourceRecord))

    @property
    def sizes(self) -> Numbers:
        return np.array(self.counts, dtype=np.int64)

    def add(self, groups: Iterable[Sequence[PaperRead]]) -> None:
        """Make one paper of each group."""
        papers, records = [], []
        for group in groups:
            different = distinct(group)
            paper = merged(different)
            papers.append(paper)
            self.ids.append(paper.id)
            if problem := conflict(paper, different):
                self.conflicts[paper.id] = problem
            kept = [_as_record(record, paper) for record in _each_once(group)]
            self.counts.append(len(kept))
            records += kept
        self.sources.update(record.source for record in records)
        self._papers.add(to_batch(Paper, papers))
        self._records.add(to_batch(SourceRecord, records))

    def rows(self) -> tuple[Rows, Rows]:
        """All papers, and all their records, as they were made."""
        return self._papers.rows(), self._records.rows()


def _each_once(records: Iterable[PaperRead]) -> list[PaperRead]:
    """The different records of each source, by place; of equal ones in a source the first."""
    found: dict[tuple[str, Paper], PaperRead] = {}
    for record in sorted(records, key=_place):
        found.setdefault((record.source, plain(record)), record)
    return list(found.values())


def _place(record: PaperRead) -> tuple[str, int, str, str]:
    return record.source, -1 if record.line is None else record.line, record.id, repr(record)


def _as_record(read: PaperRead, paper: Paper) -> SourceRecord:
    own = plain(read)
    keys = Keys.of(read)
    return SourceRecord(
        paper=paper.id,
        source=read.source,
        line=read.line,
        id=keys.id,
        arxiv_id=keys.arxiv_id,
        doi=keys.doi,
        title=keys.title,
        differing=() if own == paper else (own,),
    )


def _as_records(keys: Any) -> list[Any]:
    """Records that are papers of their own, as rows of SourceRecord."""
    schema = schema_of(SourceRecord)
    batches = []
    for batch in keys.to_batches():
        nothing = to_batch(SourceRecord, []).column("differing")
        lists = pa.ListArray.from_arrays(
            pa.array(np.zeros(batch.num_rows + 1, dtype=np.int32)),
            nothing.values,
            type=schema.field("differing").type,
        )
        batches.append(pa.RecordBatch.from_arrays([batch.column("id"), *batch.columns, lists], schema=schema))
    return batches


def _starts(sizes: Numbers) -> Numbers:
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)[: len(sizes)]


def _spread(starts: Numbers, sizes: Numbers, numbers: Numbers) -> Numbers:
    """The rows of the records of some papers."""
    counts = sizes[numbers]
    return np.repeat(starts[numbers] - _starts(counts), counts) + np.arange(counts.sum())


def _or_none(earlier: Earlier | None, name: str) -> Rows:
    found: Rows = getattr(earlier, name) if earlier is not None else HeldRows([])
    return found
