"""A worker's side: requests come in on standard input, answers go out on standard output, as frames.

    python -m kg.serve.worker GRAPH SECONDS

It ends when its server does. Whatever a query does, it can harm no more than this process: it has a limit
on memory, it may not run much longer than the time limit even if its server is gone, and the server kills it
where an answer takes too long.
"""

from __future__ import annotations

import os
import signal
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from kg.errors import KgError
from kg.serve import frames
from kg.serve.answers import Answerer, Reply

#: The most memory of a worker, in bytes, besides the files that it maps.
MEMORY = 3 << 30


class Pieces:
    """A file to write an answer to, which goes out in pieces, compressed where that is wanted."""

    def __init__(self, output: BinaryIO, *, gzip: bool = False) -> None:
        self._output = output
        self._waiting = bytearray()
        self._gzip = zlib.compressobj(frames.GZIP_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS) if gzip else None

    def write(self, data: bytes) -> int:
        """Take some of the answer."""
        self._waiting += data if self._gzip is None else self._gzip.compress(data)
        while len(self._waiting) >= frames.PIECE_BYTES:
            self._send(frames.PIECE_BYTES)
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces go out when they are large enough, or at the end."""

    def end(self) -> None:
        """Send what is left."""
        if self._gzip is not None:
            self._waiting += self._gzip.flush()
        if self._waiting:
            self._send(len(self._waiting))
        self._output.write(frames.packed(frames.END))
        self._output.flush()

    def _send(self, size: int) -> None:
        self._output.write(frames.packed(frames.PIECE, bytes(self._waiting[:size])))
        del self._waiting[:size]


def work(graph: Path, seconds: float, source: BinaryIO, output: BinaryIO) -> None:
    """Answer requests until there are no more."""
    try:
        answerer = Answerer(graph)
    except KgError as error:
        output.write(frames.packed(frames.END, str(error).encode()))
        output.flush()
        return
    output.write(frames.packed(frames.READY))
    output.flush()
    while (frame := frames.read(source)) is not None:
        _alarm(seconds)
        reply = answerer.reply(frame[1])
        output.write(frames.packed_json(frames.HEAD, reply.head))
        output.flush()
        _send(reply, output)
        _alarm(0)


def _send(reply: Reply, output: BinaryIO) -> None:
    pieces = Pieces(output, gzip=reply.gzip)
    if callable(reply.body):
        reply.body(pieces)
    else:
        pieces.write(reply.body)
    pieces.end()


def _alarm(seconds: float) -> None:
    """Have the system end this process well after the server should have done so."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds * 40)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers
    _limit_memory()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whoever prints does not break a frame
    work(Path(sys.argv[1]), float(sys.argv[2]), sys.stdin.buffer, answers)
