"""How the server and its workers talk: frames of a kind, a length and bytes, over the worker's pipes.

A request is one JSON frame. An answer is a HEAD (JSON: status, media type, headers), any number of
pieces, and an END.
"""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any, BinaryIO

READY, REQUEST, HEAD, PIECE, END = b"R", b"Q", b"H", b"P", b"E"

#: The most bytes of a piece of an answer.
PIECE_BYTES = 1 << 18

#: How hard zlib tries where an answer is compressed.
GZIP_LEVEL = 4

_PREFIX = struct.Struct(">cI")


def packed(kind: bytes, payload: bytes = b"") -> bytes:
    """A frame.

    >>> packed(END)
    b'E\\x00\\x00\\x00\\x00'
    """
    return _PREFIX.pack(kind, len(payload)) + payload


def packed_json(kind: bytes, value: Any) -> bytes:
    """A frame of JSON."""
    return packed(kind, json.dumps(value).encode())


def read(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    """The next frame; None at the end of the stream."""
    prefix = stream.read(_PREFIX.size)
    if len(prefix) < _PREFIX.size:
        return None
    kind, length = _PREFIX.unpack(prefix)
    return kind, stream.read(length)


async def received(stream: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The next frame; asyncio.IncompleteReadError where the stream ends first."""
    kind, length = _PREFIX.unpack(await stream.readexactly(_PREFIX.size))
    return kind, await stream.readexactly(length)
