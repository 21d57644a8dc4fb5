"""Work in a process of its own."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal

import pytest

from kg import processes
from kg.errors import KgError


def test_work_apart_gives_what_it_gives_here_and_raises_what_it_raises() -> None:
    assert processes.apart(math.isqrt, 49) == 7
    with pytest.raises(ValueError, match="nonnegative"):
        processes.apart(math.isqrt, -1)
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_is_an_error_of_one_line() -> None:
    with pytest.raises(KgError, match="a process died") as caught:
        processes.apart(signal.raise_signal, signal.SIGKILL)
    assert "\n" not in str(caught.value)


def test_processes_have_one_thread_each_and_this_one_keeps_its_own() -> None:
    before = dict(os.environ)
    assert processes.apart(os.getenv, "OMP_NUM_THREADS") == "1"
    assert dict(os.environ) == before
