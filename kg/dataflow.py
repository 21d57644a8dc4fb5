"""Extraction of many papers: one pipeline in each worker process, papers in batches, results in order.

The seam between the stages and the machine: `extract_all` is all that the build knows of processes, so
another engine can take its place here.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language

from kg.errors import KgError
from kg.extraction import extract, load
from kg.records import Extraction, Paper

#: Characters in a batch: some hundred abstracts, a second or two of work, so that the bar moves and
#: handing over costs little.
BATCH_CHARACTERS = 150_000
#: Below this many papers a second process costs more to start than it saves.
PAPERS_WORTH_A_PROCESS = 400
#: Batches handed out ahead of the one awaited, for each worker: enough to keep it busy, few enough
#: to bound memory.
BATCHES_AHEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Extractor:
    """What it takes to load the same pipeline anywhere."""

    config: Path | None = None
    vocabularies: tuple[Path, ...] = ()
    without: tuple[str, ...] = ()  #: components to leave out

    def load(self) -> Language:
        """The pipeline, loaded anew."""
        return load(config=self.config, vocabularies=self.vocabularies, without=self.without)


def cores() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_for(papers: int, wanted: int | None = None) -> int:
    """How many processes extract: as many as wanted, else one a core where the papers are worth it."""
    return wanted or (cores() if papers >= PAPERS_WORTH_A_PROCESS else 1)


def batches(papers: Iterable[Paper], *, characters: int = BATCH_CHARACTERS) -> Iterator[list[Paper]]:
    """Papers in batches of about so many characters.

    >>> short = Paper(id="a", title="t" * 60)
    >>> [len(batch) for batch in batches([short] * 5, characters=100)]
    [2, 2, 1]
    """
    batch: list[Paper] = []
    size = 0
    for paper in papers:
        batch.append(paper)
        size += len(paper.title) + len(paper.abstract)
        if size >= characters:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def extract_all(
    papers: Iterable[Paper], *, extractor: Extractor, workers: int = 1, nlp: Language | None = None
) -> Iterator[Extraction]:
    """What each paper says, in the order of the papers.

    With one worker this process does the work (with `nlp`, if it is loaded already); with more, each
    worker process loads its own pipeline. The extractions are the same. Raises KgError if a worker dies.
    """
    if workers <= 1:
        yield from extract(papers, nlp or extractor.load())
        return
    # "spawn": a forked copy of a process that runs threads (Arrow's) may hang.
    context = multiprocessing.get_context("spawn")
    with (
        _one_thread_each(),
        ProcessPoolExecutor(workers, context, initializer=_start, initargs=(extractor,)) as pool,
    ):
        waiting: deque[Future[list[Extraction]]] = deque()
        try:
            for batch in batches(papers):
                waiting.append(pool.submit(_work, batch))
                if len(waiting) > workers * BATCHES_AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool as error:
            raise KgError(
                "a worker process died before its work was done",
                hint="most often memory ran out: try again with --workers 1",
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let processes started meanwhile use one thread each.

    Threads that share a busy core slow each other down several times over, and numeric libraries read
    these variables when they are imported, before anything in the new process can set them.
    """
    variables = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {variable: os.environ.get(variable) for variable in variables}
    os.environ.update(dict.fromkeys(variables, "1"))
    try:
        yield
    finally:
        for variable, value in before.items():
            if value is None:
                del os.environ[variable]
            else:
                os.environ[variable] = value


_nlp: Language | None = None  # each worker process's own pipeline


def _start(extractor: Extractor) -> None:
    global _nlp
    _nlp = extractor.load()


def _work(batch: list[Paper]) -> list[Extraction]:
    assert _nlp is not None, "the pool's initialiser loads the pipeline"
    return list(extract(batch, _nlp))
