"""What a figure was measured on, and how much memory a process and its children take."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SECONDS_BETWEEN_LOOKS = 0.1


def description() -> str:
    """Processor, cores, memory, Python and the day, in one line."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    flags = information.read_text(encoding="utf-8") if information.is_file() else ""
    wide = next((name for name in ("avx512_vnni", "avx512f", "avx2") if name in flags), "")
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{processor}{f' ({wide})' if wide else ''}, {len(os.sched_getaffinity(0))} cores, "
        f"{memory:.0f} GiB, Python {platform.python_version()}, {datetime.date.today():%Y-%m-%d}"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One measured run of a command."""

    seconds: float
    peak_bytes: int  #: most memory held at once by the process and its children together
    peaks: Mapping[str, int]  #: the same by stage, where the process tells which one it is in
    status: int
    output: str


def measured(command: Sequence[str], *, stage: Path | None = None) -> Run:
    """Run a command, and watch its time and the memory of its whole family of processes.

    Memory counts what each process holds for itself (its unique set), looked at ten times a second, so
    that pages which processes share count once. `stage` is a file in which the process says what it is at.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    peaks: dict[str, int] = {}
    done = threading.Event()

    def look() -> None:
        family = psutil.Process(process.pid)
        while not done.wait(SECONDS_BETWEEN_LOOKS):
            held = 0
            try:
                for member in (family, *family.children(recursive=True)):
                    held += member.memory_full_info().uss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            label = stage.read_text(encoding="utf-8") if stage is not None else ""
            peaks[label] = max(peaks.get(label, 0), held)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    output, _ = process.communicate()
    done.set()
    watcher.join()
    return Run(
        seconds=time.perf_counter() - started,
        peak_bytes=max(peaks.values(), default=0),
        peaks=peaks,
        status=process.returncode,
        output=output,
    )
