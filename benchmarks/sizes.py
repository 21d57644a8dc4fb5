"""What was measured at each number of papers: kept in a folder, and shown as one Markdown table."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

from kg.resources import code

#: What other rows are multiples of.
TOKENISER = "spaCy's bare tokeniser"
#: From so many papers on, work takes longer than starting.
LARGE = 1000


@dataclass(slots=True)
class Size:
    """What was measured at one number of papers: seconds, and bytes at most, by stage."""

    papers: int
    source: str
    seconds: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    code: str = field(default_factory=code)
    done: bool = False

    def put(self, name: str, seconds: float, memory: int = 0) -> None:
        """Note what a stage took, and print it to standard error."""
        self.seconds[name] = seconds
        if memory:
            self.memory[name] = memory
        click.echo(f"{self.papers:>8,}  {name:<34}{self._cell(name)}", err=True)

    def keep(self, folder: Path) -> None:
        """Write it down for the next run."""
        text = json.dumps(asdict(self), indent=1)
        self._path(folder, self.papers).write_text(text, encoding="utf-8")

    @classmethod
    def kept(cls, folder: Path, papers: int, source: str) -> Size | None:
        """What an earlier run of the same code measured of the same source; None if it did not finish."""
        path = cls._path(folder, papers)
        if not path.is_file():
            return None
        found = cls(**json.loads(path.read_text(encoding="utf-8")))
        return found if found.done and (found.source, found.code) == (source, code()) else None

    def cell(self, name: str) -> str:
        """A row's cell: the multiple of the tokeniser's time, seconds, and MiB where they were watched."""
        return self._cell(name) if name in self.seconds else ""

    def _cell(self, name: str) -> str:
        seconds = self.seconds[name]
        ratio = seconds / self.seconds[TOKENISER]
        held = f", {self.memory[name] / 2**20:,.0f} MiB" if name in self.memory else ""
        return f"{ratio:.3g} ({seconds:.3g} s{held})"

    @staticmethod
    def _path(folder: Path, papers: int) -> Path:
        return folder / f"{papers}.json"


def table(sizes: Sequence[Size]) -> str:
    """A Markdown table: a row a stage, a column a number of papers, the exponent of growth at the end."""
    names = list(dict.fromkeys(name for size in sizes for name in size.seconds))
    head = ["what", *(f"{size.papers:,} papers" for size in sizes), "grows as papers ^"]
    lines = [head, ["---", *("---:" for _ in sizes), "---:"]]
    lines += [[name, *(size.cell(name) for size in sizes), growth(sizes, name)] for name in names]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def growth(sizes: Sequence[Size], name: str) -> str:
    """The exponent of the power law through the measured times, by least squares; empty below two sizes.

    Sizes below a thousand papers, where starting takes longer than work, count only if others do not suffice.

    >>> sizes = [Size(papers=n, source="", seconds={"x": n / 10}) for n in (1000, 5000, 20000)]
    >>> growth(sizes, "x")
    '1.00'
    """
    measured = [size for size in sizes if size.seconds.get(name)]
    large = [size for size in measured if size.papers >= LARGE]
    chosen = large if len(large) > 1 else measured
    points = [(math.log(size.papers), math.log(size.seconds[name])) for size in chosen]
    if len(points) < 2:
        return ""
    middle = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    rise = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    return f"{rise / sum((x - middle[0]) ** 2 for x, _ in points):.2f}"
