"""Running the application: a socket, a process, an end."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import uvicorn

from kg.errors import OutputError
from kg.serve.app import make_app
from kg.serve.connections import PatientProtocol
from kg.serve.protocol import LONGEST
from kg.serve.settings import Settings
from kg.store import store_folder

#: Connections at once; beyond, each is answered with 503. A system as a rule grants a process 1,024 files.
MOST_CONNECTIONS = 500


def run(settings: Settings, *, host: str, port: int, started: Callable[[str], None]) -> None:
    """Serve until the process is told to end; `started` is given the address.

    Raises OutputError where the address cannot be had, and SourceError where the graph cannot be read.
    """
    listening = _socket(host, port)
    scratch = Path(tempfile.mkdtemp(prefix="kg-serve-"))
    try:
        # all workers open one store: a folder's own, or one that is loaded now
        settings = replace(settings, store=store_folder(settings.graph, scratch / "store"))
        config = uvicorn.Config(
            make_app(settings),
            log_level="warning",
            http=PatientProtocol,
            ws="none",
            server_header=False,
            h11_max_incomplete_event_size=2 * LONGEST,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=3,
        )
        name = f"[{host}]" if ":" in host else host
        started(f"http://{name}:{listening.getsockname()[1]}/")
        with suppress(KeyboardInterrupt):  # which uvicorn raises once more when all is closed
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _socket(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise OutputError(f"{host}: no address to listen at ({error.strerror or error})") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(256)
    except OSError as error:
        listening.close()
        raise OutputError(
            f"{host}:{port}: cannot be listened at ({error.strerror or error})",
            hint="choose another with --port",
        ) from error
    return listening
