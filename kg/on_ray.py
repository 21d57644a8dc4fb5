"""Extraction on a Ray cluster: the same batches, the same order, the same bytes as on one machine.

Each worker is a Ray actor of one core that loads the pipeline once. A worker that dies is started again,
on another node if need be, and its batch read again. What a user's own config and vocabularies hold
travels with the work; kg itself must be installed on every node, in one version.
"""

from __future__ import annotations

import logging
import os
import socket
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.dataflow import BATCHES_AHEAD, Extractor, extract_batch
from kg.errors import KgError, UsageError
from kg.extraction import extractor_version

#: So often a batch is sent anew after the worker that had it was lost, and Ray's own attempts are at an end.
TRIES = 4
#: Seconds until a cluster must answer.
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class OnRay:
    """Runs extraction on Ray; see `kg.dataflow.Runner`."""

    #: of a cluster; "auto": the one of this machine; None: one made for this run
    address: str | None = None
    workers: int | None = None  #: None: one for each core that the cluster has now

    def extract(self, batches: Iterable[Any], extractor: Extractor) -> Iterator[Any]:
        """For each record batch of `Paper` one of `Extraction`, in order.

        Raises UsageError where there is no Ray, no cluster at the address, or another version of kg on its
        nodes; KgError where workers keep dying.
        """
        ray = _ray()
        ours = not ray.is_initialized()
        if ours:
            _connect(ray, self.address)
        try:
            crew = _Crew(ray, self.workers or max(1, int(ray.cluster_resources().get("CPU", 1))), extractor)
            for batch in batches:
                crew.send(batch)
                if len(crew.waiting) > crew.size * BATCHES_AHEAD:
                    yield crew.receive()
            while crew.waiting:
                yield crew.receive()
        finally:
            if ours:
                ray.shutdown()


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise UsageError("Ray is not installed", hint="install it with: pip install 'kg[ray]'") from error
    return ray


def _connect(ray: Any, address: str | None) -> None:
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # Ray warns that it will change
    own = {} if address else {"include_dashboard": False}
    try:
        _answers(address)
        ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False, **own)
    except (OSError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        hint = "start one with: ray start --head"
        if "AuthToken" in reason or "AuthToken" in str(error.__cause__):
            hint = "it wants a token: set RAY_AUTH_MODE=token, with the cluster's token in ~/.ray/auth_token"
        raise UsageError(
            f"no Ray cluster answers at {address or 'this machine'}: {reason[:200]}", hint=hint
        ) from error


def _answers(address: str | None) -> None:
    """Raise OSError where nothing listens at an address: Ray itself would try for minutes."""
    host, colon, port = (address or "").rpartition("://")[2].rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()


@dataclass(frozen=True, slots=True)
class _Baggage:
    """An extractor with the files that it names, which a node need not have."""

    config: bytes | None
    vocabularies: tuple[tuple[str, bytes], ...]  #: name and content
    model: str
    without: tuple[str, ...]
    version: str  #: of the extractor, as it is where the build runs

    @classmethod
    def of(cls, extractor: Extractor) -> _Baggage:
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
    """The worker: a pipeline that reads batches. Runs within a Ray actor."""

    def __init__(self, baggage: _Baggage) -> None:
        self._folder = tempfile.TemporaryDirectory()  # as long as the worker: the version tells of its files
        self._nlp = baggage.unpacked(Path(self._folder.name)).load()
        self._version = extractor_version(self._nlp)

    def version(self) -> str:
        """Of the extractor as it is on this node."""
        return self._version

    def read(self, batch: Any) -> Any:
        """What each paper of a record batch says."""
        return extract_batch(batch, self._nlp)


@dataclass(slots=True)
class _Sent:
    """A batch that a worker has."""

    batch: Any
    worker: int
    reference: Any
    tries: int = 0


@dataclass(slots=True)
class _Crew:
    """The workers, and the batches that were handed out, in order."""

    ray: Any
    size: int
    extractor: Extractor
    waiting: deque[_Sent] = field(default_factory=deque)
    _workers: list[Any] = field(default_factory=list)
    _baggage: Any = None
    _next: int = 0

    def __post_init__(self) -> None:
        self._baggage = baggage = _Baggage.of(self.extractor)
        self._workers = [self._worker() for _ in range(self.size)]
        try:
            found = self.ray.get(self._workers[0].version.remote())
        except self.ray.exceptions.RayError as error:
            raise UsageError(
                f"a worker of the cluster cannot load the pipeline: {_reason(error)}",
                hint="install the same kg, with its dependencies, on every node",
            ) from error
        if found != baggage.version:
            raise UsageError(
                f"the cluster's nodes extract with {found}, this machine with {baggage.version}",
                hint="install the same kg on every node",
            )

    def send(self, batch: Any) -> None:
        """Hand a batch to the next worker in turn."""
        worker = self._next % self.size
        self._next += 1
        self.waiting.append(_Sent(batch, worker, self._workers[worker].read.remote(batch)))

    def receive(self) -> Any:
        """What became of the batch that was handed out first."""
        sent = self.waiting.popleft()
        while True:
            try:
                return self.ray.get(sent.reference)
            except self.ray.exceptions.RayTaskError as error:  # the batch itself is at fault
                raise KgError(f"a worker failed: {_reason(error)}") from error
            except self.ray.exceptions.RayError as error:  # the worker, its node, or what it made was lost
                sent.tries += 1
                if sent.tries >= TRIES:
                    raise KgError(
                        f"workers of the cluster were lost {TRIES} times over the same papers",
                        hint="what was extracted so far is kept; see `ray status` and try again",
                    ) from error
                self._workers[sent.worker] = self._worker()
                sent.reference = self._workers[sent.worker].read.remote(sent.batch)

    def _worker(self) -> Any:
        # Threads that share a core slow each other down; the variable is read when numeric libraries load.
        single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        actor = self.ray.remote(Reader).options(
            num_cpus=1, max_restarts=-1, max_task_retries=-1, runtime_env={"env_vars": single}
        )
        return actor.remote(self._baggage)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[-300:]
