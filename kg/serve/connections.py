"""Connections that may not be held open by sending, or reading, a byte now and then.

uvicorn waits for a request for as long as it takes, so a few clients that never end theirs would hold all
the connections there are (CWE-400; the attack is known as Slowloris). Here a request has to come, and an
answer has to be taken, in time: who is late with the head of a request gets a 408 (RFC 9110, section 15.5.9)
and is cut off. A body that is late is answered by the routes, which wait for it no longer either; what comes
of it after the answer is not listened to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds that the head of a request may take to come.
HEAD = 15.0
#: Seconds that a body may go on after the answer to it.
REST = 2.0
#: Seconds for which a client may leave an answer, or a part of it, unread.
READING = 60.0

_LATE = b"the request took too long to come\n"


class _Clock:
    """Calls something after a while, unless it is stopped."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None

    def start(self, seconds: float, call: Callable[[], None]) -> None:
        """Start, unless it runs already."""
        if self._timer is None:
            self._timer = self._loop.call_later(seconds, self._rung, call)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _rung(self, call: Callable[[], None]) -> None:
        self._timer = None
        call()


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, with an end to its patience."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._coming = _Clock(self.loop)
        self._unread = _Clock(self.loop)
        super().connection_made(transport)
        self._coming.start(HEAD, self._late)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._coming.start(HEAD, self._late)
        elif self.conn.their_state is not h11.SEND_BODY:
            self._coming.stop()
        elif self.cycle is not None and not self.cycle.response_complete:
            self._coming.stop()  # whoever reads the body has a clock of its own

    def on_response_complete(self) -> None:
        self._coming.stop()
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._coming.start(REST, self._late)

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._cut_off_unread()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._cut_off_unread()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._unread.stop()

    def connection_lost(self, exc: Exception | None) -> None:
        self._coming.stop()
        self._unread.stop()
        super().connection_lost(exc)

    def _late(self) -> None:
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE:
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]
            answer: list[Any] = [
                h11.Response(status_code=408, headers=headers, reason=b"Request Timeout"),
                h11.Data(data=_LATE),
                h11.EndOfMessage(),
            ]
            self.transport.write(b"".join(cast(bytes, self.conn.send(part)) for part in answer))
        self.transport.close()
        self._cut_off_unread()

    def _cut_off_unread(self) -> None:
        """Give a client some time to read what was sent, and no more."""
        self._unread.start(READING, self.transport.abort)
