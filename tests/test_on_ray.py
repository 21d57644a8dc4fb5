"""Reading and extraction on a real Ray cluster of this machine: the same bytes, whatever dies."""

from __future__ import annotations

import contextlib
import gzip
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
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from growing import LEAN, listing, source
from growing import papers as made
from object_storage import server

from kg.build import BuildOptions, build
from kg.cli import main
from kg.columns import schema_of, to_batch
from kg.dataflow import Extractor, Here
from kg.errors import KgError, UsageError
from kg.on_ray import OnRay
from kg.records import Extraction, Paper
from kg.shards import Storage

pytest.importorskip("ray", reason="needs Ray: pip install 'kg[ray]'")

PATTERNS = Extractor(without=("kg_recogniser",))
SOURCE = str(Path(__file__).parent / "data" / "papers.jsonl")


@pytest.fixture(scope="module")
def objects() -> Iterator[str]:
    """What is to be put behind an address on an S3 server."""
    with server() as options:
        yield options


@pytest.fixture(scope="module")
def cluster(objects: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster of two cores, started as its users start theirs; it has the server's keys."""
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
    patch.setenv("RAY_worker_niceness", "0")  # else they wait for whatever else a busy machine does
    with path.open("w") as log:
        head = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + 180
        while True:
            said = path.read_text()
            named = re.findall(rf"--address='([\d.]+:{port})'", said)
            if "Ray runtime started" in said and named:
                break
            assert head.poll() is None and time.monotonic() < deadline, said
            time.sleep(0.2)
        yield named[0]
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
    found = []
    for each in psutil.process_iter():
        with contextlib.suppress(psutil.Error):  # it ends while it is looked at
            found += [each.pid] if " ".join(each.cmdline()).startswith("ray::Reader") else []
    return found


class Watched(OnRay):
    """Keeps what workers were asked to read, and what they have written; kills one of them on the way."""

    def __init__(self, *arguments: Any, kill: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.read_by_workers: list[str] = []
        self.shards: list[str] = []
        self.passed = 0
        self.kill = kill

    def extract(self, batches: Any, extractor: Any) -> Iterator[Any]:
        self.passed += 1
        return super().extract(batches, extractor)

    def read(self, files: Any, storage: Any) -> Iterator[Any]:
        for found in super().read(files, storage):
            self.read_by_workers += [found.file.name] if found else []
            yield found

    def extract_shards(self, *arguments: Any) -> Iterator[str]:
        for name in super().extract_shards(*arguments):
            self.shards.append(name)
            if self.kill and len(self.shards) == 2:
                os.kill(reading_processes()[0], signal.SIGKILL)
            yield name


def options(runner: OnRay | None = None, **more: Any) -> BuildOptions:
    return BuildOptions(without=LEAN, only=("graphml",), runner=runner, workers=1, **more)


def parts(folder: Path) -> list[str]:
    """One dump in parts of several formats, with something wrong in them; names of files."""
    source(folder / "a.jsonl", made(0, 150))
    with (folder / "a.jsonl").open("a", encoding="utf-8") as file:
        file.write("no JSON\n")
    source(folder / "plain", made(140, 300))  # ten papers again
    (folder / "b.jsonl.gz").write_bytes(gzip.compress((folder / "plain").read_bytes()))
    (folder / "plain").unlink()
    rows = [{"id": paper.id, "title": paper.title, "abstract": paper.abstract} for paper in made(300, 400)]
    pq.write_table(pa.Table.from_pylist(rows), folder / "c.parquet")
    (folder / "d.txt").write_text("no papers\n", encoding="utf-8")
    return [str(folder / name) for name in ("a.jsonl", "b.jsonl.gz", "c.parquet")]


def test_workers_read_and_write_a_shared_folder_and_one_is_killed(cluster: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    names = parts(tmp_path / "in")
    here, there = tmp_path / "here", tmp_path / "there"
    expected = build(names, here, options=options())
    runner = Watched(cluster, 2, kill=True)
    found = build(names, there, options=options(runner))
    assert listing(there) == listing(here)
    assert found.problems == expected.problems and len(found.problems) == 1
    assert runner.read_by_workers == names and not runner.passed
    assert len(runner.shards) == len(set(runner.shards)) == 400 // 16
    assert not (there / ".kg").exists()


def test_workers_read_and_write_object_storage(cluster: str, objects: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    parts(tmp_path / "in")
    dump = Storage(f"s3://dumps/parts{objects}")
    dump.create()
    for path in sorted((tmp_path / "in").iterdir()):
        dump.put(path.name, path.read_bytes())
    address, graph = dump.address, f"s3://graphs/theirs{objects}"
    plain = [*("--only", "graphml", "-q"), *(part for name in LEAN for part in ("--without", name))]
    ray = ["--runner", "ray", "--address", cluster, "--workers", "2"]
    for target, more in ((str(tmp_path / "here"), ["--workers", "1"]), (graph, ray)):
        run = CliRunner().invoke(main, ["build", address, "-o", target, *plain, *more])
        assert run.exit_code == 1 and run.output.count("kg: ") == 2, (
            run.output
        )  # the line that is no JSON, and d.txt
    for name, data in listing(tmp_path / "here").items():
        if not name.startswith("cache/"):
            folder, _, file = name.rpartition("/")
            assert Storage(f"s3://graphs/theirs/{folder}{objects}").get(file) == data, name
    assert Storage(f"s3://graphs/theirs/.kg{objects}").names() == []


def test_what_workers_have_written_is_taken_up_by_the_next_build(
    cluster: str, objects: str, tmp_path: Path
) -> None:
    name = source(tmp_path / "a.jsonl", made(0, 200))
    storage = Storage(f"s3://scratch/kept{objects}")

    class Broken(Watched):
        def extract_shards(self, *arguments: Any) -> Iterator[str]:
            for name in super().extract_shards(*arguments):
                yield name
                if len(self.shards) == 3:
                    raise KgError("the machine has died")

    with pytest.raises(KgError, match="has died"):
        build([name], tmp_path / "there", options=options(Broken(cluster, 2, storage=storage.address)))
    left = storage.names("extracted-")
    assert len(left) >= 3
    storage.put("extracted-torn.parquet", storage.get(left[0])[:-9])
    done = sum(storage.read(each, ["paper"]).num_rows for each in left)
    runner = Watched(cluster, 2, storage=storage.address)
    assert build([name], tmp_path / "there", options=options(runner)).extracted == 200 - done
    build([name], tmp_path / "here", options=options())
    assert listing(tmp_path / "there") == listing(tmp_path / "here")
    assert storage.names() == []


def test_what_nodes_do_not_see_passes_through_this_machine(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OnRay, "_complaint", lambda *_: "node far-away does not see the same files there")
    here, there = tmp_path / "here", tmp_path / "there"
    build([SOURCE], here, options=options())
    runner = Watched(cluster, 2)
    build([SOURCE], there, options=options(runner))
    assert listing(there) == listing(here) and runner.passed == 1 and not runner.shards
    with pytest.raises(UsageError, match="node far-away does not see"):
        build([SOURCE], there, options=options(OnRay(cluster, storage=str(tmp_path / "other"))))


def test_storage_that_cannot_be_used_is_said(cluster: str, tmp_path: Path) -> None:
    away = "s3://nothing/there?endpoint_override=127.0.0.1:9&scheme=http&connect_timeout=1"
    with pytest.raises(UsageError, match="cannot be written from this machine"):
        build([SOURCE], tmp_path / "graph", options=options(OnRay(cluster, storage=away)))
    assert not (tmp_path / "graph").exists()


def test_a_file_that_workers_see_otherwise_is_read_here(cluster: str, tmp_path: Path) -> None:
    from dataclasses import replace

    from kg.sources import Reading

    name = source(tmp_path / "a.jsonl", made(0, 3))
    (file,) = Reading([name]).look()
    runner, storage = OnRay(cluster, 1), Storage(str(tmp_path / "shards"))
    Path(storage.address).mkdir()
    with runner.connected():
        found = list(runner.read([file, replace(file, beginning="another")], storage))
    assert found[0] is not None and found[0].file.papers == 3 and found[1] is None


class Slow:
    """Work that never ends by itself, for a crew that hands it out."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[Any]:
        for number in range(1000):
            self.taken += 1
            yield to_batch(Paper, made(number, number + 1))


def test_no_more_is_handed_out_than_workers_can_use(cluster: str) -> None:
    runner, given = OnRay(cluster, 2), Slow()
    stream = runner.extract(given, PATTERNS)
    assert next(stream).schema == schema_of(Extraction)
    assert given.taken == 2 * 2 + 1
    stream.close()  # type: ignore[attr-defined]


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
