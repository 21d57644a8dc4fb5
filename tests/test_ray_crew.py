"""How work is handed out to a cluster's workers, on a stand-in for Ray whose workers die as told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from kg import ray_crew
from kg.dataflow import Extractor
from kg.errors import KgError
from kg.ray_crew import TRIES, Crew
from kg.sharded import Piece
from kg.shards import Storage


class RayError(Exception):
    """Anything that goes wrong on a cluster."""


class RayTaskError(RayError):
    """The work itself raised."""


@dataclass
class Cluster:
    """Stands in for the module `ray`: a reference is the work itself, done when it is asked for."""

    fatal: str = ""  #: the name of a piece that kills whoever reads it
    started: int = 0
    most: int = 0  #: references that were waited for at once
    exceptions: Any = field(
        default_factory=lambda: SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)
    )

    def remote(self, _: type) -> Any:
        actor = SimpleNamespace(
            version=SimpleNamespace(remote=lambda: ("version",)),
            read_piece=SimpleNamespace(remote=lambda piece, table, storage: (piece.name, object())),
        )

        def start(baggage: Any) -> Any:
            self.started += 1
            return actor

        return SimpleNamespace(options=lambda **_: SimpleNamespace(remote=start))

    def get(self, reference: tuple[Any, ...]) -> Any:
        if reference[0] == self.fatal:
            raise RayError("lost")
        return reference[0]

    def wait(self, references: list[Any], num_returns: int) -> tuple[list[Any], list[Any]]:
        self.most = max(self.most, len(references))
        return references[-1:], references[:-1]  # the last is done first


@pytest.fixture(autouse=True)
def _no_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_crew.Baggage, "of", classmethod(lambda *_: SimpleNamespace(version="version")))


def pieces(count: int) -> Iterator[Piece]:
    return (Piece(name=f"p{number}", group=0, rows=(number,)) for number in range(count))


def test_each_piece_is_done_once_and_few_are_handed_out_at_a_time() -> None:
    cluster = Cluster()
    done = list(Crew(cluster, 3, Extractor()).in_shards(pieces(20), "papers", Storage("shards")))
    assert sorted(done) == sorted(f"p{number}" for number in range(20)) and done[0] == "p5"
    assert cluster.most == 3 * 2


def test_a_piece_that_kills_every_worker_ends_in_one_line() -> None:
    cluster = Cluster(fatal="p7")
    with pytest.raises(KgError, match=f"lost {TRIES} times over the same papers") as caught:
        list(Crew(cluster, 2, Extractor()).in_shards(pieces(20), "papers", Storage("shards")))
    assert cluster.started == 2 + TRIES - 1 and "\n" not in str(caught.value)
