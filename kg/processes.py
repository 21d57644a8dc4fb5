"""Processes that work for this one: of one thread each, and gone when this one is."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any

from kg.errors import KgError


def pool(workers: int, start: Callable[..., None] | None = None, *args: Any) -> ProcessPoolExecutor:
    """Processes that will each call `start` before their first task; hand tasks out by `submit`."""
    # "spawn": a forked copy of a process that runs threads (Arrow's) may hang.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(start, args))


def submit(executor: ProcessPoolExecutor, function: Callable[..., Any], *args: Any) -> Future[Any]:
    """Have `function` called in one of the processes, which may have to be started for it."""
    with _one_thread_each(), _no_interrupts():
        return executor.submit(function, *args)


def stop(executor: ProcessPoolExecutor) -> None:
    """End the processes at once, whatever they are at."""
    for process in list((getattr(executor, "_processes", None) or {}).values()):
        process.terminate()
    executor.shutdown(wait=True, cancel_futures=True)


class Apart:
    """A process of its own, from the first call on: what memory its work takes is given back at the end."""

    def __init__(self) -> None:
        self._executor: ProcessPoolExecutor | None = None

    def begin(self, function: Callable[..., Any], *args: Any) -> None:
        """Have the process do something ahead of the work, and do not wait for it, nor for what it says."""
        submit(self._started(), function, *args)

    def call(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Call a function there.

        Raises what the function raises, and KgError where the process dies.
        """
        try:
            return submit(self._started(), partial(function, *args, **options)).result()
        except BrokenProcessPool as error:
            raise KgError(
                "a process died before its work was done",
                hint="most often memory ran out: free some, try again",
            ) from error
        finally:
            self.stop()

    def stop(self) -> None:
        """End the process."""
        if self._executor is not None:
            stop(self._executor)
            self._executor = None

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = pool(1)
        return self._executor

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def apart(function: Callable[..., Any], *args: Any) -> Any:
    """Call a function in a process of its own; see `Apart.call`."""
    with Apart() as other:
        return other.call(function, *args)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let processes started meanwhile use one thread each.

    Threads that share a busy core slow each other down several times over, and numeric libraries read
    these variables when they are imported, before anything in the new process can set them. So does Arrow,
    which else keeps for a while what memory it is given back: a sixth of what an export of RDF holds.
    """
    variables = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    variables["ARROW_DEFAULT_MEMORY_POOL"] = os.environ.get("ARROW_DEFAULT_MEMORY_POOL", "system")
    before = {variable: os.environ.get(variable) for variable in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for variable, value in before.items():
            if value is None:
                del os.environ[variable]
            else:
                os.environ[variable] = value


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Let the keyboard not interrupt processes started meanwhile, but only their parent, who stops them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(start: Callable[..., None] | None, args: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if start is not None:
        start(*args)


def _end_with_parent() -> None:
    """End with the process that started this one, even if it was killed and could not say so."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
