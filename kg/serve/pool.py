"""Worker processes: each answers one request at a time; one that takes too long is killed and replaced."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import SourceError
from kg.serve import frames
from kg.serve.protocol import RefusedError

#: How many seconds a question waits for a worker at least, before it is sent away.
_PATIENCE = 60.0

#: How long a worker may take to open the store.
_START = 120.0


@dataclass(slots=True)
class Head:
    """How an answer begins."""

    status: int
    media_type: str
    headers: dict[str, str]


class Worker:
    """A process with the store open."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process = process
        self._input = process.stdin
        self._output = process.stdout

    @classmethod
    async def start(cls, graph: Path, *, timeout: float) -> Worker:
        """Start one, and wait until it is ready.

        Raises SourceError where it cannot open the graph.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kg.serve.worker", str(graph), str(timeout)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=4 * frames.PIECE_BYTES,
        )
        worker = cls(process)
        try:
            kind, payload = await asyncio.wait_for(frames.received(worker._output), _START)
        except (asyncio.IncompleteReadError, TimeoutError) as error:
            await worker.kill()
            raise SourceError(f"{graph}: cannot be opened by a worker process") from error
        if kind != frames.READY:
            await worker.kill()
            raise SourceError(payload.decode())
        return worker

    async def ask(self, request: dict[str, Any]) -> Head:
        """Send a request, and wait for the head of its answer."""
        self._input.write(frames.packed_json(frames.REQUEST, request))
        await self._input.drain()
        _, payload = await frames.received(self._output)
        return Head(**json.loads(payload))

    async def pieces(self) -> AsyncIterator[bytes]:
        """The pieces of the answer."""
        while True:
            kind, payload = await frames.received(self._output)
            if kind == frames.END:
                return
            yield payload

    async def kill(self) -> None:
        """End the process at once."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


class Pool:
    """The workers of a server."""

    def __init__(self, graph: Path, *, workers: int, timeout: float) -> None:
        self._graph = graph
        self._workers = workers
        self._timeout = timeout
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._all: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the workers.

        Raises SourceError where the graph cannot be opened.
        """
        await self._add()  # one first: where the graph is damaged, one complaint is enough
        await asyncio.gather(*(self._add() for _ in range(self._workers - 1)))

    async def stop(self) -> None:
        """End all workers."""
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*(worker.kill() for worker in list(self._all)))

    async def _add(self) -> None:
        worker = await Worker.start(self._graph, timeout=self._timeout)
        self._all.add(worker)
        self._idle.put_nowait(worker)

    async def _replace(self, worker: Worker) -> None:
        self._all.discard(worker)
        await worker.kill()
        # not awaited: whoever was answered need not wait for the next one's worker
        task = asyncio.get_running_loop().create_task(self._add())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def ask(
        self, request: dict[str, Any], *, timeout: float | None = None
    ) -> tuple[Head, AsyncIterator[bytes]]:
        """The answer to a request: its head, and its pieces, which must be read or closed.

        Raises RefusedError where no worker is free in time, or the answer takes longer than the time limit.
        """
        limit = self._timeout if timeout is None else timeout
        try:
            worker = await asyncio.wait_for(self._idle.get(), max(_PATIENCE, self._timeout))
        except TimeoutError as error:
            raise RefusedError(503, "too many questions at once; ask again later") from error
        deadline = asyncio.get_running_loop().time() + limit
        try:
            async with asyncio.timeout_at(deadline):
                head = await worker.ask(request)
        except TimeoutError as error:
            await self._replace(worker)
            raise RefusedError(
                500, f"stopped: it took longer than {limit:g} seconds, the limit of this service"
            ) from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self._replace(worker)
            raise RefusedError(
                500, "stopped: the answer needed more memory than this service gives"
            ) from error
        except BaseException:  # the client went away
            await asyncio.shield(self._replace(worker))
            raise
        return head, self._answer(worker, deadline)

    async def _answer(self, worker: Worker, deadline: float) -> AsyncIterator[bytes]:
        whole = False
        try:
            async with asyncio.timeout_at(deadline):
                async for piece in worker.pieces():
                    yield piece
            whole = True
        except asyncio.IncompleteReadError as error:
            raise RefusedError(500, "the answer broke off") from error
        finally:
            if whole:
                self._idle.put_nowait(worker)
            else:
                await asyncio.shield(self._replace(worker))
