"""Records that are added to a graph's papers in any order give what `unique` gives of all of them."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.columns import from_batch, schema_of
from kg.records import Paper, Problem, SourceRecord
from kg.rows import HeldRows, Rows, Spool
from kg.sources.place import PaperRead
from kg.sources.union import Earlier, Union, spooled, united, written
from kg.sources.unique import unique

TITLE = "A Study of Rather Many Things"


def read(source: str, line: int, **fields: object) -> PaperRead:
    return PaperRead(source=source, line=line, **{"title": TITLE, "id": "x", **fields})  # type: ignore[arg-type]


class Held:
    """A graph's papers and records in memory, to which records are added as to a graph on disk."""

    def __init__(self) -> None:
        self.earlier: Earlier | None = None
        self.last: Union | None = None

    def add(self, records: Iterable[PaperRead], *, removed: Iterable[str] = ()) -> Held:
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            with Spool(scratch / "new", schema_of(PaperRead)) as spool:
                keys = spooled(records, spool)
                union = united(spool.rows(), keys, self.earlier, removed=set(removed), scratch=scratch)
                self.earlier = Earlier(
                    papers=copied(written(union.papers, Paper, 3), Paper),
                    records=copied(written(union.records, SourceRecord, 2), SourceRecord),
                    conflicts=union.conflicts,
                )
                self.last = union
        return self

    def papers(self) -> list[Paper]:
        assert self.earlier is not None
        return records_of(self.earlier.papers, Paper)

    def records(self) -> list[SourceRecord]:
        assert self.earlier is not None
        return records_of(self.earlier.records, SourceRecord)

    def state(self) -> object:
        assert self.earlier is not None and self.last is not None
        return self.papers(), self.records(), dict(self.earlier.conflicts), self.last.sources


def copied(batches: Iterable[object], record_type: type) -> HeldRows:
    """The rows once more, free of the files that they were mapped from."""
    from kg.columns import to_batch

    return HeldRows([to_batch(record_type, from_batch(record_type, batch)) for batch in batches])


def records_of(rows: Rows, record_type: type) -> list[object]:
    numbers = range(len(rows.starts) - 1)
    return [record for number in numbers for record in from_batch(record_type, rows.batch(number))]


TEXTS = st.sampled_from(["", "We study.", "We study more.", "We study less."])
RECORDS = st.builds(
    lambda own, arxiv, doi, title, abstract, source, line: read(
        source,
        line,
        id=own or arxiv or doi or "own-1",
        arxiv_id=arxiv,
        doi=doi,
        title=title,
        abstract=abstract,
    ),
    st.sampled_from(["", "", "own-1", "own-2"]),
    st.sampled_from(["", "", "2506.00001", "2506.00002"]),
    st.sampled_from(["", "", "10.1000/x", "10.1000/y"]),
    st.sampled_from(
        ["One Title of a Paper", "ANOTHER title of a paper", "Another Title of a Paper", "Short"]
    ),
    TEXTS,
    st.just("-"),  # never the same source again
    st.integers(1, 3),
)
LEAN = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@LEAN
@given(st.lists(RECORDS, max_size=7), st.integers(0, 7), st.randoms(use_true_random=False))
def test_added_in_two_goes_in_any_order_is_unique_of_all(
    records: list[PaperRead], cut: int, shuffled: random.Random
) -> None:
    problems: list[Problem] = []
    expected = unique(records, problems)
    shuffled.shuffle(records)
    graph = Held().add(records[:cut]).add(records[cut:])
    assert graph.papers() == expected
    assert graph.earlier is not None and list(graph.earlier.conflicts.values()) == problems
    assert graph.state() == Held().add(records).state()


@LEAN
@given(st.lists(RECORDS, max_size=5), st.lists(RECORDS, max_size=4))
def test_what_is_removed_leaves_no_trace(records: list[PaperRead], more: list[PaperRead]) -> None:
    others = [
        replace(record, id=f"more-{n}", arxiv_id="", doi="", title=f"A Study Apart, Number {n} of Them")
        for n, record in enumerate(more)
    ]
    without, both = Held().add(records), Held().add(records).add(others)
    both.add([], removed={record.id for record in others})
    assert both.papers() == without.papers() and both.records() == without.records()
    both.add([], removed={paper.id for paper in both.papers()})
    assert both.papers() == [] and both.records() == []


def test_a_paper_that_nothing_touches_keeps_its_row() -> None:
    graph = Held().add([read("a", 1, id="b", title="Another One of Them")])
    graph.add([read("b", 1, id="a")])
    assert graph.last is not None
    assert graph.last.earlier.tolist() == [-1, 0]


def test_a_file_that_is_read_again_takes_the_place_of_what_it_said_before() -> None:
    graph = Held().add(
        [read("a", 1, id="k", abstract="We study many things."), read("a", 2, id="l", title="L")]
    )
    graph.add([read("a", 1, id="k", abstract="We study few.")])
    assert [(paper.id, paper.abstract) for paper in graph.papers()] == [("k", "We study few."), ("l", "")]
    assert graph.earlier is not None and graph.earlier.conflicts == {}


def test_a_record_of_another_source_is_merged_and_reported_once() -> None:
    graph = Held().add([read("a", 1, id="k", abstract="We study many things.")])
    graph.add([read("b", 1, id="k", abstract="We study few.")])
    assert [paper.abstract for paper in graph.papers()] == ["We study many things."]
    assert graph.last is not None and len(graph.last.new_conflicts) == 1
    graph.add([read("c", 1, id="z", title="Something Else Altogether")])
    assert graph.last.new_conflicts == () and list(graph.last.conflicts) == ["k"]


def test_removing_a_paper_removes_all_its_records() -> None:
    graph = Held().add(
        [read("a", 1, id="k"), read("b", 1, id="l"), read("c", 1, id="z", title="Something Else")]
    )
    assert len(graph.papers()) == 2
    graph.add([], removed=[graph.papers()[0].id])
    assert [paper.id for paper in graph.papers()] == ["z"] and graph.last is not None
    assert graph.last.sources == {"c"} and np.array_equal(graph.last.earlier, [1])
