"""The benchmarks run, and print a figure for every stage."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_stage_is_measured_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "stages", "seeds/papers.jsonl", "--papers", "10"]
    options = ["--export", "graphml", "--no-peers", "--workers", "1", "--keep", str(tmp_path)]
    for sizes in (["--more", "0"], ["--more", "3", "--papers", "20"]):
        run = subprocess.run(
            [*command, *options, *sizes], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
    rows = {line.split(" | ")[0].removeprefix("| ") for line in run.stdout.splitlines() if "|" in line}
    assert {"what", "spaCy's bare tokeniser", "extraction", "linking, tables", "kg query"} <= rows
    assert {"all after extraction, all exports", "graphml by itself", "3 papers more, tables alone"} <= rows
    # what an earlier run measured is in the table, and not measured again
    assert "| what | 10 papers | 20 papers | grows as papers ^ |" in run.stdout
    assert {line.split()[0] for line in run.stderr.splitlines() if " s" in line} == {"20"}
