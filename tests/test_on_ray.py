"""Extraction on a real Ray cluster of this machine: the same bytes as without it, whatever dies."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from kg.build import BuildOptions, build
from kg.columns import to_batch
from kg.dataflow import Extractor, Here
from kg.errors import UsageError
from kg.on_ray import OnRay
from kg.records import Paper

pytest.importorskip("ray", reason="needs Ray: pip install 'kg[ray]'")

PATTERNS = Extractor(without=("kg_recogniser",))
SOURCE = str(Path(__file__).parent / "data" / "papers.jsonl")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster of two cores, started as its users start theirs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = tmp_path_factory.mktemp("ray") / "log"
    command = [
        *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--num-cpus=2"),
        *(f"--port={port}", "--include-dashboard=false", "--object-store-memory=200000000"),
    ]
    patch = pytest.MonkeyPatch()
    patch.setenv("RAY_AUTH_MODE", "disabled")  # for the cluster and for those who call it
    patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    with path.open("w") as log:
        head = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + 180
        while "Ray runtime started" not in path.read_text():
            assert head.poll() is None and time.monotonic() < deadline, path.read_text()
            time.sleep(0.2)
        (address,) = set(re.findall(rf"[\d.]+:{port}", path.read_text()))
        yield address
    finally:
        children = psutil.Process(head.pid).children(recursive=True)
        head.terminate()
        _, left = psutil.wait_procs(children, timeout=20)
        for process in left:
            process.kill()
        head.wait(timeout=30)
        patch.undo()


def papers() -> list[Any]:
    """Record batches of a few papers each."""
    made = [
        Paper(
            id=f"p{number}",
            title=f"Lamp-{number}: a brighter network",
            abstract=f"We propose Lamp-{number}. It beats ResNet-50 on CIFAR-10 by {number}.5% accuracy.",
        )
        for number in range(24)
    ]
    return [to_batch(Paper, made[start : start + 3]) for start in range(0, len(made), 3)]


def reading_processes() -> list[int]:
    """The cluster's workers."""
    named = ((each.pid, " ".join(each.cmdline())) for each in psutil.process_iter())
    return [pid for pid, name in named if name.startswith("ray::Reader")]


def test_a_build_on_the_cluster_has_the_bytes_of_one_here(cluster: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder, runner in ((here, None), (there, OnRay(cluster, 2))):
        options = BuildOptions(without=PATTERNS.without, only=("graphml",), runner=runner)
        build([SOURCE], folder, options=options)
    files = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (here, there)
    ]
    assert len(files[0]) > 5 and files[0] == files[1]


def test_a_worker_that_is_killed_costs_nothing_but_time(cluster: str) -> None:
    given = papers()
    found = []
    for number, batch in enumerate(OnRay(cluster, 2).extract(iter(given), PATTERNS)):
        if number == 1:
            victims = reading_processes()
            assert victims
            os.kill(victims[0], signal.SIGKILL)
        found.append(batch)
    assert found == list(Here().extract(iter(given), PATTERNS))


def test_a_vocabulary_of_the_users_own_travels_with_the_work(cluster: str, tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix kg: <https://kg.example/ontology#> .\n"
        '<urn:x:lamp> a skos:Concept, kg:Task ; skos:prefLabel "brighter network"@en .\n',
        encoding="utf-8",
    )
    mine = Extractor(without=PATTERNS.without, vocabularies=(own,))
    given = papers()[:2]
    assert list(OnRay(cluster, 1).extract(iter(given), mine)) == list(Here().extract(iter(given), mine))


def test_an_address_where_nothing_answers_is_said() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(UsageError, match="no Ray cluster answers"):
        next(OnRay(address).extract(iter(papers()), PATTERNS))
