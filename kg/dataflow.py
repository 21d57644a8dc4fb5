"""Extraction of many papers: one pipeline in each worker process, papers in batches, results in order.

The seam between the stages and the machine: a `Runner` takes batches of papers and gives a batch of
extractions for each, both as Arrow record batches, in order. The build knows nothing more of processes, so
another engine can take the place of `Processes`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kg import processes
from kg.columns import from_batch, to_batch
from kg.errors import KgError
from kg.extraction.shipped import DEFAULT
from kg.garbage import no_collection
from kg.records import Extraction, Paper

# spaCy takes a second to import; who hands the work to other processes does not need it.
if TYPE_CHECKING:
    from spacy.language import Language

#: Characters in a batch: some sixty abstracts, a second or two of work, so that the bar moves, handing over
#: costs little, and little is lost with a process that dies.
BATCH_CHARACTERS = 90_000
#: So often a batch is tried that took its worker process with it.
TRIES = 2
#: Below this many papers a second process costs more to start than it saves.
PAPERS_WORTH_A_PROCESS = 400
#: Batches handed out ahead of the one awaited, for each worker: enough to keep it busy, few enough
#: to bound memory.
BATCHES_AHEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Extractor:
    """What it takes to load the same pipeline anywhere."""

    config: Path | None = None
    model: str = DEFAULT  #: the network, by name
    vocabularies: tuple[Path, ...] = ()
    without: tuple[str, ...] = ()  #: components to leave out

    def load(self) -> Language:
        """The pipeline, loaded anew."""
        with no_collection():  # its weights stay, and need not be searched with the garbage of each text
            from kg.extraction import load

            return load(
                config=self.config, model=self.model, vocabularies=self.vocabularies, without=self.without
            )


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


class Runner(Protocol):
    """Where extraction runs."""

    def extract(self, batches: Iterable[Any], extractor: Extractor) -> Iterator[Any]:
        """For each record batch of `Paper` one of `Extraction`, in the order of the batches.

        Batches are taken from the iterable as they are needed. Raises KgError where the work cannot go on.
        """
        ...


def extract_batch(batch: Any, nlp: Language) -> Any:
    """What each paper of a record batch says, as a record batch: the work of one worker at a time."""
    from kg.extraction import extract

    return to_batch(Extraction, list(extract(from_batch(Paper, batch), nlp)))


@dataclass(frozen=True, slots=True)
class Here:
    """Runs extraction in this process."""

    nlp: Language | None = None  #: the extractor's pipeline, if it is loaded already

    def extract(self, batches: Iterable[Any], extractor: Extractor) -> Iterator[Any]:
        """See `Runner`."""
        nlp = self.nlp or extractor.load()
        for batch in batches:
            yield extract_batch(batch, nlp)


@dataclass(frozen=True, slots=True)
class Processes:
    """Runs extraction in processes of this machine, each with a single-threaded pipeline of its own.

    A worker that dies is replaced, and its batch tried once more.
    """

    workers: int

    def extract(self, batches: Iterable[Any], extractor: Extractor) -> Iterator[Any]:
        """See `Runner`."""
        pool = _Pool(self.workers, extractor)
        try:
            for batch in batches:
                pool.send(batch)
                if len(pool.waiting) > self.workers * BATCHES_AHEAD:
                    yield pool.receive()
            while pool.waiting:
                yield pool.receive()
        finally:
            pool.stop()


def runner_for(papers: int, workers: int | None = None, *, nlp: Language | None = None) -> Runner:
    """What runs the extraction of so many papers on this machine."""
    count = workers_for(papers, workers)
    return Processes(count) if count > 1 else Here(nlp)


def extract_all(
    papers: Iterable[Paper], *, extractor: Extractor, workers: int = 1, nlp: Language | None = None
) -> Iterator[Extraction]:
    """What each paper says, in the order of the papers; the same whatever the number of workers.

    With one worker this process does the work (with `nlp`, if it is loaded already). Raises KgError if
    workers keep dying.
    """
    runner: Runner = Processes(workers) if workers > 1 else Here(nlp)
    for batch in runner.extract((to_batch(Paper, batch) for batch in batches(papers)), extractor):
        yield from from_batch(Extraction, batch)


@dataclass(slots=True)
class _Sent:
    """A batch that a worker has, or will get."""

    batch: Any
    future: Future[Any] | None = None
    tries: int = 0


@dataclass(slots=True)
class _Pool:
    """Worker processes, and the batches that were handed out, in order."""

    workers: int
    extractor: Extractor
    waiting: deque[_Sent] = field(default_factory=deque)
    _pool: ProcessPoolExecutor | None = None

    def send(self, batch: Any) -> None:
        """Hand a batch out."""
        sent = _Sent(batch)
        self.waiting.append(sent)
        self._submit(sent)

    def receive(self) -> Any:
        """What became of the batch that was handed out first."""
        sent = self.waiting[0]
        while True:
            try:
                if sent.future is None:
                    raise BrokenProcessPool
                found = sent.future.result()
                self.waiting.popleft()
                return found
            except BrokenProcessPool as error:
                sent.tries += 1
                if sent.tries >= TRIES:
                    raise KgError(
                        f"worker processes died {TRIES} times over the same papers",
                        hint="most often memory ran out: try again with --workers 1; "
                        "what was extracted so far is kept",
                    ) from error
                self._restart()

    def stop(self) -> None:
        """End the workers, whatever they are at."""
        if self._pool is not None:
            processes.stop(self._pool)
            self._pool = None

    def _restart(self) -> None:
        self.stop()
        for sent in self.waiting:
            if sent.future is None or not sent.future.done() or sent.future.exception() is not None:
                self._submit(sent)

    def _submit(self, sent: _Sent) -> None:
        if self._pool is None:
            self._pool = processes.pool(self.workers, _start, self.extractor)
        try:
            sent.future = processes.submit(self._pool, _work, sent.batch)
        except BrokenProcessPool:
            sent.future = None  # `receive` will see to it


_nlp: Language | None = None  # each worker process's own pipeline


def _start(extractor: Extractor) -> None:
    global _nlp
    _nlp = extractor.load()


def _work(batch: Any) -> Any:
    assert _nlp is not None, "the pool's initialiser loads the pipeline"
    return extract_batch(batch, _nlp)
