"""Extraction in processes: the same outcome as in one, and nothing lost with a process that dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from growing import LEAN, papers

from kg.columns import from_batch, to_batch
from kg.dataflow import BATCHES_AHEAD, Extractor, Here, Processes, batches, extract_all
from kg.errors import KgError
from kg.records import Extraction, Paper

EXTRACTOR = Extractor(without=LEAN)


def work(count: int, *, size: int = 4) -> Iterator[Any]:
    """Papers as a runner gets them."""
    many = papers(0, count)
    for start in range(0, count, size):
        yield to_batch(Paper, many[start : start + size])


def said(batches_: Iterator[Any]) -> list[Extraction]:
    return [extraction for batch in batches_ for extraction in from_batch(Extraction, batch)]


def workers() -> list[BaseProcess]:
    """The processes that extract for this one."""
    return [child for child in multiprocessing.active_children() if child.is_alive()]


def test_batches_are_bounded_by_characters_and_hold_a_paper_at_least() -> None:
    long = Paper(id="a", title="t", abstract="x" * 1000)
    assert [len(batch) for batch in batches([long, long, *papers(0, 3)], characters=600)] == [1, 1, 3]


def test_processes_give_what_one_process_gives_and_take_no_more_than_they_can_use() -> None:
    taken = 0

    def counted() -> Iterator[Any]:
        nonlocal taken
        for batch in work(40):
            taken += 1
            yield batch

    expected = said(Here().extract(work(40), EXTRACTOR))
    stream = Processes(2).extract(counted(), EXTRACTOR)
    first = next(stream)
    assert taken == 2 * BATCHES_AHEAD + 1
    assert [*from_batch(Extraction, first), *said(stream)] == expected
    assert [extraction.paper for extraction in expected] == [paper.id for paper in papers(0, 40)]


def test_a_worker_that_is_killed_costs_time_and_nothing_else() -> None:
    stream = Processes(2).extract(work(60), EXTRACTOR)
    found = list(from_batch(Extraction, next(stream)))
    workers()[0].kill()
    found += said(stream)
    assert [extraction.paper for extraction in found] == [paper.id for paper in papers(0, 60)]
    assert workers() == []


class Deadly(Extractor):
    """Kills every process that loads it."""

    def load(self) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)


def test_workers_that_keep_dying_end_in_one_line() -> None:
    with pytest.raises(KgError, match="worker processes died 2 times") as caught:
        said(Processes(2).extract(work(8), Deadly()))
    assert "--workers 1" in caught.value.hint and "\n" not in str(caught.value)
    assert workers() == []


def test_workers_do_not_outlive_a_stream_that_is_left() -> None:
    stream = Processes(2).extract(work(40), EXTRACTOR)
    next(stream)
    assert workers()
    stream.close()  # type: ignore[attr-defined]
    assert workers() == []


def test_records_go_the_same_way(tmp_path: Path) -> None:
    many = papers(0, 10)
    assert list(extract_all(many, extractor=EXTRACTOR)) == said(Here().extract(work(10), EXTRACTOR))
