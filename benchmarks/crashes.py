"""Builds that are killed at random moments, and taken up again: is the outcome the same?

Each round adds papers to a graph, kills the build (SIGKILL, to the process and its workers) once it has begun
to write, looks at the graph that is left, and runs the same command again to its end. The graph that is left
must be the old one or the new one, whole; the one at the end must have the bytes of a build that nobody
disturbed.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from kg.folder import current
from kg.graph import Graph
from kg.graph.linked import CACHE

#: Components that are left out, so that a round takes seconds; what is found is beside the point.
WITHOUT = ("kg_recogniser", "kg_patterns", "kg_roles", "kg_relations", "kg_results")
EXPORTS = ("annotations", "graphml")
_NAMES = ("ImageNet", "BERT", "ResNet-50", "CIFAR-10", "GPT-4", "LoRA", "SQuAD", "CLIP", "MMLU", "GSM8K")


@dataclass(slots=True)
class Outcome:
    """What became of the rounds."""

    old_left: int = 0  #: rounds in which the old graph was there after the kill
    new_left: int = 0  #: rounds in which the new one was: the kill fell behind the commit
    ended: int = 0  #: rounds in which the build ended before the kill
    resumed: int = 0  #: rounds in which the second run found extractions of the first
    faults: list[str] = field(default_factory=list)


@click.command()
@click.option("--times", default=50, show_default=True, help="Rounds.")
@click.option("--papers", default=300, show_default=True, help="Papers that each round adds.")
@click.option("--workers", default=1, show_default=True, help="As for kg build.")
@click.option("--seed", default=0, show_default=True, help="Of the random moments.")
def crashes(times: int, papers: int, workers: int, seed: int) -> None:
    """Kill builds at random moments, take them up again, and compare.

    \b
    Example:
      python -m benchmarks crashes --times 50
    """
    with tempfile.TemporaryDirectory() as folder:
        outcome = killed(Path(folder), times=times, papers=papers, workers=workers, seed=seed)
    click.echo(
        f"{times} builds killed: {outcome.old_left} left the old graph, {outcome.new_left} the new one, "
        f"{outcome.ended} ended first; {outcome.resumed} went on from extractions of the killed build; "
        f"{times - len(outcome.faults)} of {times} ended with the bytes of an undisturbed build"
    )
    for fault in outcome.faults:
        click.echo(fault, err=True)
    sys.exit(1 if outcome.faults else 0)


def killed(scratch: Path, *, times: int, papers: int, workers: int = 1, seed: int = 0) -> Outcome:
    """Run the rounds in a folder of their own."""
    write_papers(scratch / "old.jsonl", 0, 40)
    write_papers(scratch / "new.jsonl", 30, 30 + papers)
    command = _command(scratch / "new.jsonl", workers)
    subprocess.run(
        [*_command(scratch / "old.jsonl", 1), str(scratch / "old")], check=True, capture_output=True
    )
    shutil.copytree(scratch / "old", scratch / "new")
    started = time.monotonic()
    build = subprocess.Popen([*command, str(scratch / "new")], stdout=subprocess.DEVNULL)
    begun = _begun(scratch / "new", build) - started
    build.wait()
    writing = time.monotonic() - started - begun
    old, new = _files(scratch / "old"), _files(scratch / "new")
    chance, outcome = random.Random(seed), Outcome()
    for number in range(times):
        folder = scratch / f"round-{number}"
        shutil.copytree(scratch / "old", folder)
        # every fifth kill waits for the manifest, after which comes the commit, over in a moment
        wait = None if number % 5 == 4 else chance.uniform(0, writing)
        ended = _kill_at(folder, [*command, str(folder)], wait)
        found = _left(folder)
        outcome.ended += ended
        outcome.old_left += found == _graph(old) and not ended
        outcome.new_left += found == _graph(new) and not ended
        outcome.resumed += any((folder / ".kg" / "kept").glob("*.part"))
        if found not in (_graph(old), _graph(new)):
            outcome.faults.append(f"round {number}: what was left is no whole graph")
        again = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
        if again.returncode or _files(folder) != new:
            outcome.faults.append(f"round {number}: other bytes at the end; {again.stderr.strip()}")
        else:
            shutil.rmtree(folder)
    return outcome


def write_papers(path: Path, start: int, end: int) -> None:
    """Papers of a few sentences, as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(start, end):
            said = " ".join(
                f"In part {part} we train {_NAMES[(number + part) % 10]} on {_NAMES[number * part % 10]}."
                for part in range(20)
            )
            record = {"id": f"2506.{number:05}", "title": f"Study {number} of its kind", "abstract": said}
            file.write(json.dumps(record) + "\n")


def _command(source: Path, workers: int) -> list[str]:
    command = [sys.executable, "-m", "kg", "build", str(source), "-q", "--workers", str(workers)]
    for name in WITHOUT:
        command += ["--without", name]
    for name in EXPORTS:
        command += ["--only", name]
    return [*command, "-o"]


def _begun(folder: Path, build: subprocess.Popen[bytes]) -> float:
    """Wait until a build has begun to write; when that was."""
    while not (folder / ".kg").exists() and build.poll() is None:
        time.sleep(0.002)
    return time.monotonic()


def _kill_at(folder: Path, command: list[str], wait: float | None) -> bool:
    """Kill a build so long after it began to write, or when it is about to commit; whether it ended first."""
    build = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    _begun(folder, build)
    if wait is not None:
        time.sleep(wait)
    else:
        while not any((folder / ".kg").glob("*/manifest.json")) and build.poll() is None:
            pass
    ended = build.poll() is not None
    if not ended:
        os.killpg(build.pid, signal.SIGKILL)
    build.wait()
    return ended


def _files(folder: Path) -> dict[str, str]:
    """All files of a folder, by the hash of what they hold."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _graph(files: dict[str, str]) -> dict[str, str]:
    """Those of a folder's files that are the graph: all but the cache, which no reader asks for."""
    return {name: digest for name, digest in files.items() if not name.startswith(f"{CACHE}/")}


def _left(folder: Path) -> dict[str, str]:
    """The files of the graph that a reader finds; nothing where it cannot be read."""
    try:
        graph = Graph.open(folder)
        if sum(1 for _ in graph.papers()) != graph.counts()["papers"]:
            return {}
        manifest = current(folder, "manifest.json")
        names = ["manifest.json", *json.loads(manifest.read_text(encoding="utf-8"))["files"]]
        return {
            name: hashlib.sha256(current(folder, name).read_bytes()).hexdigest() for name in sorted(names)
        }
    except Exception as error:  # whatever it is, it is a fault
        return {"error": repr(error)}


if __name__ == "__main__":
    crashes()
