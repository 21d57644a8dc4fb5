"""Reading and extraction on a Ray cluster: the same bytes as on one machine.

Where this machine and all nodes see one storage, workers read their part of the sources and of the papers
themselves, and leave what they make there (`kg.sharded`); else batches pass through this machine. A worker
that dies is started again, on another node if need be, and its piece read again. What a user's own config and
vocabularies hold travels with the work; kg itself must be installed on every node, in one version.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from kg import __version__
from kg.dataflow import BATCHES_AHEAD, Extractor
from kg.errors import KgError, UsageError
from kg.ray_crew import TRIES, Crew, reason
from kg.resources import code
from kg.sharded import READ, Piece, clear, read_into
from kg.shards import Storage
from kg.sources import ReadElsewhere, SourceFile
from kg.sources.remote import is_remote, reason_of

#: Seconds until a cluster must answer.
PATIENCE = 10.0
_PROBE = "probe-"


@dataclass(slots=True)
class OnRay:
    """Runs extraction on Ray; see `kg.dataflow.Runner` and `kg.sharded.SharedRunner`."""

    #: of a cluster; "auto": the one of this machine; None: one made for this run
    address: str | None = None
    workers: int | None = None  #: None: one for each core that the cluster has now
    #: a folder or address that all nodes read and write; None: the graph's folder if they do, else nothing
    storage: str | None = None
    lasting: bool = False  #: leave extractions on `storage` at the end, for the caller to remove
    _connected_here: bool = field(default=False, repr=False)

    @contextmanager
    def connected(self) -> Iterator[None]:
        """See `SharedRunner`."""
        ray = _ray()
        if not ray.is_initialized():
            _connect(ray, self.address)
            self._connected_here = True
        try:
            yield
        finally:
            self._let_go(ray)

    def extract(self, batches: Iterable[Any], extractor: Extractor) -> Iterator[Any]:
        """For each record batch of `Paper` one of `Extraction`, in order.

        Raises UsageError where there is no Ray, no cluster at the address, or another version of kg on its
        nodes; KgError where workers keep dying.
        """
        with self.connected():
            yield from self._crew(extractor).in_order(batches)

    def shared(self, folder: Path) -> Storage | None:
        """See `SharedRunner`."""
        if self.storage is not None and is_remote(self.storage):
            storage = Storage(self.storage)
        else:
            storage = Storage(str(Path(self.storage or folder).absolute()))
        try:
            storage.create()
            complaint = self._complaint(_ray(), storage)
        except (OSError, pa.ArrowException) as error:
            complaint = f"cannot be written from this machine ({reason_of(error)})"
        if not complaint:
            return storage
        if self.storage is None:
            return None
        raise UsageError(
            f"{self.storage}: {complaint}",
            hint="name a folder or an address that every node may read and write",
        )

    def read(self, files: Iterable[SourceFile], storage: Storage) -> Iterator[ReadElsewhere | None]:
        """See `SharedRunner`."""
        ray = _ray()
        task = ray.remote(_read_file).options(num_cpus=1, max_retries=TRIES)
        waiting: deque[Any] = deque()

        def received() -> ReadElsewhere | None:
            try:
                found: ReadElsewhere | None = ray.get(waiting.popleft())
            except ray.exceptions.RayTaskError as error:
                raise KgError(f"a worker failed: {reason(error)}") from error
            except ray.exceptions.RayError as error:
                raise KgError(
                    f"workers of the cluster were lost {TRIES} times over the same file",
                    hint="see `ray status` and try again",
                ) from error
            return found

        for number, file in enumerate(files):
            waiting.append(task.remote(file, storage, f"{READ}{number:06}"))
            if len(waiting) > self._size(ray) * BATCHES_AHEAD:
                yield received()
        while waiting:
            yield received()

    def extract_shards(
        self, pieces: Iterable[Piece], table: str, storage: Storage, extractor: Extractor
    ) -> Iterator[str]:
        """See `SharedRunner`."""
        with self.connected():
            every = iter(pieces)
            first = next(every, None)
            if first is not None:
                yield from self._crew(extractor).in_shards(chain([first], every), table, storage)

    def cleared(self, storage: Storage | None) -> None:
        """See `SharedRunner`."""
        if storage is not None and self.storage is not None and not self.lasting:
            with suppress(OSError, pa.ArrowException):  # the next build into the storage will find it
                clear(storage)

    def _crew(self, extractor: Extractor) -> Crew:
        ray = _ray()
        return Crew(ray, self._size(ray), extractor)

    def _size(self, ray: Any) -> int:
        return self.workers or max(1, int(ray.cluster_resources().get("CPU", 1)))

    def _let_go(self, ray: Any) -> None:
        if self._connected_here:
            self._connected_here = False
            ray.shutdown()

    def _complaint(self, ray: Any, storage: Storage) -> str:
        """Why not all nodes can use a storage, or not as this machine; empty if they can."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        secret = os.urandom(8).hex()
        name = f"{_PROBE}{secret}"
        storage.put(name, secret.encode())
        try:
            nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
            asked = [
                ray.remote(_look)
                .options(num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False))
                .remote(storage, name, secret, f"{name}-{node}")
                for node in nodes
            ]
            told = ray.get(asked)
        except ray.exceptions.RayError as error:
            raise UsageError(
                f"a node of the cluster cannot run kg: {reason(error)}",
                hint="install the same kg, with its dependencies, on every node",
            ) from error
        finally:
            with suppress(OSError, pa.ArrowException):
                storage.remove(name)
        for node, edition, _ in told:
            if edition != _edition():
                raise UsageError(
                    f"node {node} has kg {edition[0]}, this machine {_edition()[0]}, or not the same code",
                    hint="install the same kg on every node",
                )
        return next((f"node {node} {why}" for node, _, why in told if why), "")


def _edition() -> tuple[str, str]:
    """What reads files: the version, and a hash of the code."""
    return __version__, code("sources")


def _look(storage: Storage, name: str, secret: str, own: str) -> tuple[str, tuple[str, str], str]:
    """On a node: what it is called, what reads files there, and why it cannot use a storage, if so."""
    why = ""
    try:
        if storage.get(name) != secret.encode():
            why = "sees another folder under that name"
        else:
            storage.put(own, b"")
            storage.remove(own)
    except FileNotFoundError:
        why = "does not see the same files there"
    except (OSError, pa.ArrowException) as error:
        why = f"cannot use it ({reason_of(error)})"
    return socket.gethostname(), _edition(), why


def _read_file(file: SourceFile, storage: Storage, begin: str) -> ReadElsewhere | None:
    """On a node: see `kg.sharded.read_into`."""
    return read_into(file, storage, begin)


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
        said = " ".join(str(error).split())
        hint = "start one with: ray start --head"
        if "AuthToken" in said or "AuthToken" in str(error.__cause__):
            hint = "it wants a token: set RAY_AUTH_MODE=token, with the cluster's token in ~/.ray/auth_token"
        raise UsageError(
            f"no Ray cluster answers at {address or 'this machine'}: {said[:200]}", hint=hint
        ) from error


def _answers(address: str | None) -> None:
    """Raise OSError where nothing listens at an address: Ray itself would try for minutes."""
    host, colon, port = (address or "").rpartition("://")[2].rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()
