"""The benchmarks run, and print a figure for every stage."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_stage_is_measured() -> None:
    command = [sys.executable, "-m", "benchmarks", "stages", "seeds/papers.jsonl", "--papers", "10"]
    options = ["--papers", "20", "--export", "graphml", "--no-peers", "--workers", "1", "--more", "3"]
    run = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    rows = {line.split("  ")[0] for line in run.stdout.splitlines()}
    assert {"papers", "tokenise", "extract", "link, tables", "graphml", "query", "3 papers more"} <= rows
    # what is known is told at once, for a run that is broken off
    told = [line for line in run.stderr.splitlines() if " s " in line]
    assert sum(line.split()[1] == "graphml" for line in told) == 2
