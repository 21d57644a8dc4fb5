"""Workers on a Ray cluster: actors of one core that load the pipeline once; a lost one is replaced."""

from __future__ import annotations

import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from kg.dataflow import BATCHES_AHEAD, Extractor, extract_batch
from kg.errors import KgError, UsageError
from kg.extraction import extractor_version
from kg.sharded import PapersTable, Piece, extract_into
from kg.shards import Storage

#: So often a piece of work is sent anew after the worker that had it was lost, and Ray's own attempts are at
#: an end.
TRIES = 4
#: So often Ray itself starts a lost worker's work again.
RAYS_OWN_TRIES = 2


@dataclass(frozen=True, slots=True)
class Baggage:
    """An extractor with the files that it names, which a node need not have."""

    config: bytes | None
    vocabularies: tuple[tuple[str, bytes], ...]  #: name and content
    model: str
    without: tuple[str, ...]
    version: str  #: of the extractor, as it is where the build runs

    @classmethod
    def of(cls, extractor: Extractor) -> Baggage:
        """What a worker needs."""
        return cls(
            config=extractor.config.read_bytes() if extractor.config else None,
            vocabularies=tuple((path.name, path.read_bytes()) for path in extractor.vocabularies),
            model=extractor.model,
            without=extractor.without,
            version=extractor_version(extractor.load()),
        )

    def unpacked(self, folder: Path) -> Extractor:
        """The extractor, its files in `folder`."""
        config = folder / "config.cfg"
        if self.config is not None:
            config.write_bytes(self.config)
        paths = []
        for number, (name, content) in enumerate(self.vocabularies):
            (folder / str(number)).mkdir()
            paths.append(folder / str(number) / name)
            paths[-1].write_bytes(content)
        return Extractor(
            config=config if self.config is not None else None,
            vocabularies=tuple(paths),
            model=self.model,
            without=self.without,
        )


class Reader:
    """The worker: a pipeline that reads papers. Runs within a Ray actor."""

    def __init__(self, baggage: Baggage) -> None:
        self._folder = tempfile.TemporaryDirectory()  # as long as the worker: the version tells of its files
        self._nlp = baggage.unpacked(Path(self._folder.name)).load()
        self._version = extractor_version(self._nlp)
        self._table = PapersTable()

    def version(self) -> str:
        """Of the extractor as it is on this node."""
        return self._version

    def read(self, batch: Any) -> Any:
        """What each paper of a record batch says."""
        return extract_batch(batch, self._nlp)

    def read_piece(self, piece: Piece, table: str, storage: Storage) -> str:
        """Have what the papers of a piece say in a shard; its name."""
        return extract_into(piece, self._table.papers(table, piece), storage, self._nlp)


@dataclass(slots=True)
class _Sent:
    """A piece of work that a worker has."""

    send: Callable[[Any], Any]  #: hands it to an actor
    worker: int
    reference: Any
    tries: int = 0


@dataclass(slots=True)
class Crew:
    """The workers, and what was handed out to them: a few pieces each, never more."""

    ray: Any
    size: int
    extractor: Extractor
    _waiting: deque[_Sent] = field(default_factory=deque)
    _workers: list[Any] = field(default_factory=list)
    _baggage: Any = None

    def __post_init__(self) -> None:
        self._baggage = baggage = Baggage.of(self.extractor)
        self._workers = [self._worker() for _ in range(self.size)]
        try:
            found = self.ray.get(self._workers[0].version.remote())
        except self.ray.exceptions.RayError as error:
            raise UsageError(
                f"a worker of the cluster cannot load the pipeline: {reason(error)}",
                hint="install the same kg, with its dependencies, on every node",
            ) from error
        if found != baggage.version:
            raise UsageError(
                f"the cluster's nodes extract with {found}, this machine with {baggage.version}",
                hint="install the same kg on every node",
            )

    def in_order(self, batches: Iterable[Any]) -> Iterator[Any]:
        """For each record batch of papers one of extractions, in order; they pass through this machine."""
        for number, batch in enumerate(batches):
            self._send(partial(_send_batch, batch), number % self.size)
            if len(self._waiting) > self.size * BATCHES_AHEAD:
                yield self._received(self._waiting.popleft())
        while self._waiting:
            yield self._received(self._waiting.popleft())

    def in_shards(self, pieces: Iterable[Piece], table: str, storage: Storage) -> Iterator[str]:
        """The names of pieces as they are done: whoever is free gets the next."""
        busy = Counter(dict.fromkeys(range(self.size), 0))
        for piece in pieces:
            worker = min(busy, key=lambda each: (busy[each], each))
            self._send(partial(_send_piece, piece, table, storage), worker)
            busy[worker] += 1
            if len(self._waiting) >= self.size * BATCHES_AHEAD:
                sent = self._ready()
                yield self._received(sent)
                busy[sent.worker] -= 1
        while self._waiting:
            yield self._received(self._ready())

    def _send(self, send: Callable[[Any], Any], worker: int) -> None:
        self._waiting.append(_Sent(send, worker, send(self._workers[worker])))

    def _ready(self) -> _Sent:
        """What is done first, taken out of what waits."""
        by_reference = {sent.reference: sent for sent in self._waiting}
        (reference, *_), _ = self.ray.wait(list(by_reference), num_returns=1)
        sent = by_reference[reference]
        self._waiting.remove(sent)
        return sent

    def _received(self, sent: _Sent) -> Any:
        """What became of some work."""
        while True:
            try:
                return self.ray.get(sent.reference)
            except self.ray.exceptions.RayTaskError as error:  # the work itself is at fault
                raise KgError(f"a worker failed: {reason(error)}") from error
            except self.ray.exceptions.RayError as error:  # the worker, its node, or what it made was lost
                sent.tries += 1
                if sent.tries >= TRIES:
                    raise KgError(
                        f"workers of the cluster were lost {TRIES} times over the same papers",
                        hint="what was extracted so far is kept; see `ray status` and try again",
                    ) from error
                self._workers[sent.worker] = self._worker()
                sent.reference = sent.send(self._workers[sent.worker])

    def _worker(self) -> Any:
        # Threads that share a core slow each other down; the variable is read when numeric libraries load.
        single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        actor = self.ray.remote(Reader).options(
            num_cpus=1,
            max_restarts=-1,
            max_task_retries=RAYS_OWN_TRIES,
            runtime_env={"env_vars": single},
        )
        return actor.remote(self._baggage)


def _send_batch(batch: Any, worker: Any) -> Any:
    return worker.read.remote(batch)


def _send_piece(piece: Piece, table: str, storage: Storage, worker: Any) -> Any:
    return worker.read_piece.remote(piece, table, storage)


def reason(error: Exception) -> str:
    """What went wrong on a worker, in one line."""
    return " ".join(str(error).split())[-300:]
