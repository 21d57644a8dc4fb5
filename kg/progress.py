"""Progress of long work: a bar with rate and time left on a terminal, plain lines elsewhere.

Stages of the library take a `Progress` and tell it what they do; only the command line makes one that
shows anything.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO, TypeVar

import rich.progress
from rich.console import Console
from rich.text import Text

Item = TypeVar("Item")

#: Plain lines come no closer together than this, so that a log stays a log.
SECONDS_BETWEEN_LINES = 10.0


class Progress(Protocol):
    """What a stage may tell about its work."""

    def track(self, items: Iterable[Item], *, label: str, total: int | None = None) -> Iterator[Item]:
        """Yield the items, telling how far along they are."""
        ...

    def stage(self, label: str) -> None:
        """Tell that a stage begins whose length is not known."""
        ...


class Silent:
    """Says nothing."""

    def track(self, items: Iterable[Item], *, label: str, total: int | None = None) -> Iterator[Item]:
        """Yield the items."""
        return iter(items)

    def stage(self, label: str) -> None:
        """Do nothing."""


class Lines:
    """Plain lines, for logs and pipes."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr

    def track(self, items: Iterable[Item], *, label: str, total: int | None = None) -> Iterator[Item]:
        """Yield the items, with a line now and then and one at the end."""
        started = last = time.monotonic()
        count = 0
        for item in items:
            yield item
            count += 1
            now = time.monotonic()
            if now - last >= SECONDS_BETWEEN_LINES:
                last = now
                rate = count / (now - started)
                left = f", {(total - count) / rate:.0f} s left" if total else ""
                of = f" of {total:,}" if total else ""
                print(f"{label}: {count:,}{of}, {rate:.0f} a second{left}", file=self.stream, flush=True)
        print(f"{label}: {count:,} done", file=self.stream, flush=True)

    def stage(self, label: str) -> None:
        """One line."""
        print(label, file=self.stream, flush=True)


class RateColumn(rich.progress.ProgressColumn):
    """Items a second."""

    def render(self, task: rich.progress.Task) -> Text:
        """The rate, once there is one."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")


class Bars:
    """Bars that rich draws on a terminal."""

    def __init__(self, bars: rich.progress.Progress) -> None:
        self.bars = bars
        self.current: rich.progress.TaskID | None = None

    def track(self, items: Iterable[Item], *, label: str, total: int | None = None) -> Iterator[Item]:
        """Yield the items under a bar of their own."""
        self._finish()
        task = self.bars.add_task(label, total=total)
        for item in items:
            yield item
            self.bars.advance(task)
        done = self.bars.tasks[self.bars.task_ids.index(task)].completed
        self.bars.update(task, total=done, completed=done)

    def stage(self, label: str) -> None:
        """A bar that only shows that something moves, until the next one begins."""
        self._finish()
        self.current = self.bars.add_task(label, total=None)

    def _finish(self) -> None:
        if self.current is not None:
            self.bars.update(self.current, total=1, completed=1)
            self.current = None


@contextmanager
def shown(*, quiet: bool = False) -> Iterator[Progress]:
    """The progress that fits where standard error leads: bars, lines, or nothing if `quiet`."""
    console = Console(stderr=True)
    if quiet:
        yield Silent()
    elif not console.is_terminal:
        yield Lines()
    else:
        with rich.progress.Progress(
            rich.progress.TextColumn("{task.description}"),
            rich.progress.BarColumn(),
            rich.progress.MofNCompleteColumn(),
            RateColumn(),
            rich.progress.TimeElapsedColumn(),
            rich.progress.TimeRemainingColumn(),
            console=console,
            transient=True,
        ) as bars:
            yield Bars(bars)
