"""Builds that are killed, run out of room, are interrupted or stand in each other's way."""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from growing import LEAN, grow, listing, papers, source

from kg.extractions import read_part, write_part
from kg.graph import Graph
from kg.sources.streams import Stored

ROOT = Path(__file__).parent.parent


def command(name: str, folder: Path, *more: str) -> list[str]:
    without = [part for component in LEAN for part in ("--without", component)]
    return [sys.executable, "-m", "kg", "build", name, "-o", str(folder), "-q",
            "--only", "annotations", "--only", "graphml", *without, *more]  # fmt: skip


def test_builds_killed_at_random_moments_end_with_the_same_bytes() -> None:
    rounds = [sys.executable, "-m", "benchmarks.crashes", "--times", "10", "--papers", "150"]
    done = subprocess.run(rounds, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 of 10 ended with the bytes of an undisturbed build" in done.stdout


#: What appears in the folder while an addition is made, in this order or nearly so.
MOMENTS = (
    *("tables/papers.parquet", "tables/extractions.parquet", "cache/", "tables/edges.parquet"),
    *("store/", "annotations.jsonl", "graph.ttl", "graph.graphml", "graph.html", "manifest.json"),
)


def test_an_addition_killed_again_and_again_at_each_of_its_files_ends_with_the_same_bytes(
    tmp_path: Path,
) -> None:
    old, new = source(tmp_path / "a.jsonl", papers(0, 60)), source(tmp_path / "b.jsonl", papers(50, 150))
    wanted = ("store", "annotations", "ttl", "graphml", "html")
    without = [part for component in LEAN for part in ("--without", component)]
    exports = [part for name in wanted for part in ("--only", name)]
    build = [sys.executable, "-m", "kg", "build", "-q", *exports, *without]
    graph, other = tmp_path / "graph", tmp_path / "other"
    subprocess.run([*build, old, "-o", str(graph)], check=True, capture_output=True)
    shutil.copytree(graph, other)
    subprocess.run([*build, new, "-o", str(other)], check=True, capture_output=True)
    killed = 0
    for moment in MOMENTS:
        running = subprocess.Popen(
            [*build, new, "-o", str(graph)], stdout=subprocess.DEVNULL, start_new_session=True
        )
        while running.poll() is None and not any(_there(graph / ".kg", moment)):
            time.sleep(0.001)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        killed += running.wait() == -signal.SIGKILL
        assert Graph.open(graph).counts()["papers"] in (60, 150)
    assert killed >= len(MOMENTS) // 2  # those that fell behind the commit or came too late aside
    subprocess.run([*build, new, "-o", str(graph)], check=True, capture_output=True)
    # a database's files tell when they were made; store.json has the hash of what is in it
    found = [
        {name: data for name, data in listing(each).items() if not name.startswith("store/")}
        for each in (graph, other)
    ]
    assert found[0] == found[1] and "store.json" in found[0]


def _there(work: Path, moment: str) -> Iterator[Path]:
    """What has appeared of a moment, under its name or that of its draft."""
    folder, _, name = moment.rpartition("/")
    with contextlib.suppress(OSError):
        for place in (work, *work.glob("draft-*")):
            yield from (place / folder).glob(f"*{name}*")


def test_a_full_disk_is_one_line_and_leaves_the_graph_as_it_was(tmp_path: Path) -> None:
    grow(tmp_path / "graph", source(tmp_path / "a.jsonl", papers(0, 5)))
    before = listing(tmp_path / "graph")
    more = source(tmp_path / "b.jsonl", papers(5, 300))

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    done = subprocess.run(
        command(more, tmp_path / "graph"), preexec_fn=no_room, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "cannot be written (File too large)" in done.stderr
    assert {name: data for name, data in listing(tmp_path / "graph").items() if ".kg" not in name} == before
    again = subprocess.run(command(more, tmp_path / "graph"), capture_output=True, check=False)
    assert again.returncode == 0
    grow(tmp_path / "fresh", str(tmp_path / "a.jsonl"), more)
    assert listing(tmp_path / "graph") == listing(tmp_path / "fresh")


def test_an_interrupted_build_is_one_line_and_goes_on_where_it_was(tmp_path: Path) -> None:
    name = source(tmp_path / "a.jsonl", papers(0, 5000))
    build = subprocess.Popen(
        command(name, tmp_path / "graph", "--workers", "2"),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    kept = tmp_path / "graph" / ".kg" / "kept"
    while not list(kept.glob("*.part")) and build.poll() is None:
        time.sleep(0.01)
    said = ""
    while build.poll() is None:
        os.killpg(build.pid, signal.SIGINT)  # as a terminal does: to the workers too
        with contextlib.suppress(subprocess.TimeoutExpired):  # whoever sees nothing happen presses again
            _, said = build.communicate(timeout=5)
    assert build.returncode == 130 and said.count("\n") == 1 and "stopped" in said, said
    done = sum(batch.num_rows for path in kept.glob("*.part") if (batch := read_part(path)) is not None)
    assert done
    assert grow(tmp_path / "graph", name).extracted == 5000 - done


def test_a_second_build_into_a_folder_is_refused(tmp_path: Path) -> None:
    name = source(tmp_path / "a.jsonl", papers(0, 1500))
    first = subprocess.Popen(command(name, tmp_path / "graph"), stdout=subprocess.DEVNULL)
    while not (tmp_path / "graph" / ".kg" / "lock").exists() and first.poll() is None:
        time.sleep(0.01)
    second = subprocess.run(command(name, tmp_path / "graph"), capture_output=True, text=True, check=False)
    assert first.wait() == 0
    assert second.returncode == 2 and second.stderr.count("\n") == 1
    assert f"process {first.pid}, started " in second.stderr
    assert Graph.open(tmp_path / "graph").counts()["papers"] == 1500


def test_a_file_that_ends_half_way_gives_what_it_has_and_the_rest_when_it_is_whole(tmp_path: Path) -> None:
    source(tmp_path / "plain", papers(0, 400))
    whole = gzip.compress((tmp_path / "plain").read_bytes())
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(whole[: len(whole) // 2])
    done = subprocess.run(
        command(str(packed), tmp_path / "graph"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "a.jsonl.gz" in done.stderr
    half = Graph.open(tmp_path / "graph").counts()["papers"]
    assert 0 < half < 400
    packed.write_bytes(whole)
    assert grow(tmp_path / "graph", str(packed)).extracted == 400 - half
    grow(tmp_path / "fresh", str(packed))
    assert listing(tmp_path / "graph") == listing(tmp_path / "fresh")


def test_a_disk_that_fails_half_way_through_a_file_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = source(tmp_path / "a.jsonl", papers(0, 400))
    good = Stored.readinto

    def bad(self: Stored, buffer: bytearray) -> int:
        if self.bytes_read >= 65_536:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return good(self, buffer)

    monkeypatch.setattr(Stored, "readinto", bad)
    found = grow(tmp_path / "graph", name)
    (problem,) = found.problems
    half = found.counts["papers"]
    assert "Input/output error" in str(problem) and f"{half:,} papers before that were kept" in str(problem)
    assert 0 < half < 400
    monkeypatch.undo()
    assert grow(tmp_path / "graph", name).extracted == 400 - half
    grow(tmp_path / "fresh", name)
    assert listing(tmp_path / "graph") == listing(tmp_path / "fresh")


@pytest.mark.parametrize("damage", [b"", b"torn", None])
def test_a_torn_part_is_ignored(tmp_path: Path, damage: bytes | None) -> None:
    from kg.columns import to_batch
    from kg.records import Extraction

    batch = to_batch(Extraction, [Extraction(paper="a", text_sha256="0", extractor="x")])
    path = tmp_path / "1.part"
    write_part(path, batch)
    assert read_part(path).equals(batch)
    path.write_bytes(path.read_bytes()[:-9] if damage is None else damage)
    assert read_part(path) is None
