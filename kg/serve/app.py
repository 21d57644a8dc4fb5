"""The routes of the server."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from kg.folder import current
from kg.query import library
from kg.serve.description import DESCRIPTION_TYPES, service_description
from kg.serve.explorer import served_page
from kg.serve.frames import GZIP_LEVEL
from kg.serve.negotiation import preferred, takes_gzip
from kg.serve.pool import Head, Pool
from kg.serve.protocol import LONGEST, RefusedError, question, stored_graph
from kg.serve.settings import Settings

PAGE = Path(__file__).parent / "page"
_FILES = {
    "query.js": "text/javascript; charset=utf-8",
    "query.css": "text/css; charset=utf-8",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

#: Seconds that the body of a request may take to come.
BODY = 30.0

#: What goes with a refusal, by its status: 408 says that nobody listens any more (RFC 9110, section 15.5.9).
_WITH_STATUS = {408: {"Connection": "close"}, 503: {"Retry-After": "5"}}

#: A whole graph may take so many times as long as a query.
_WHOLE_GRAPH = 20


def make_app(settings: Settings) -> Starlette:
    """The server as an ASGI application; its workers start and end with it."""
    pool = Pool(settings.store or settings.graph, workers=settings.workers, timeout=settings.timeout)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await pool.start()
        try:
            yield
        finally:
            await pool.stop()

    service = Service(settings, pool)
    routes = [
        Route("/", service.page, methods=["GET"]),
        Route("/page/{name}", service.file, methods=["GET"]),
        Route("/explorer", service.explorer, methods=["GET"]),
        Route("/sparql", service.sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/rdf-graph-store", service.graph_store, methods=["GET"]),
        Route("/api/queries", service.queries, methods=["GET"]),
        Route("/api/ask", service.ask, methods=["GET"]),
        Route("/api/{name}", service.api, methods=["GET"]),
    ]
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
        allow_headers=["*"],
        expose_headers=["X-Cut-At"],
        max_age=86_400,
    )
    return Starlette(
        routes=routes, lifespan=lifespan, middleware=[cors], exception_handlers={RefusedError: _refused}
    )


class Service:
    """What each route does."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings = settings
        self._pool = pool

    # ------------------------------------------------------------ protocols

    async def sparql(self, request: Request) -> Response:
        """SPARQL 1.1 Protocol; without a query, the service's description."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": "GET, HEAD, POST, OPTIONS", **_SAFE})
        body = await _body(request) if request.method == "POST" else b""
        content_type = request.headers.get("content-type", "")
        asked = question(request.method, content_type, request.url.query, body)
        accept = _accept(request)
        if asked is None:
            return self._description(request, accept)
        return await self._answered(
            {
                "kind": "query",
                "text": asked.text,
                "default_graphs": asked.default_graphs,
                "named_graphs": asked.named_graphs,
                "accept": accept,
                "gzip": _gzip(request),
                "max_rows": self._settings.max_rows,
            }
        )

    async def graph_store(self, request: Request) -> Response:
        """SPARQL 1.1 Graph Store HTTP Protocol, its reading half."""
        asked = {
            "kind": "graph",
            "graph": stored_graph(request.url.query),
            "accept": _accept(request),
            "gzip": _gzip(request) and request.method != "HEAD",
            "head": request.method == "HEAD",
        }
        return await self._answered(asked, timeout=self._settings.timeout * _WHOLE_GRAPH)

    def _description(self, request: Request, accept: str) -> Response:
        if preferred(accept, [*DESCRIPTION_TYPES, "text/html"]) == "text/html":
            return RedirectResponse(str(request.url.replace(path="/", query="")), status_code=303)
        type_ = preferred(accept, DESCRIPTION_TYPES)
        if type_ is None:
            raise RefusedError(406, "the description can be had as " + ", ".join(DESCRIPTION_TYPES))
        address = str(request.url.replace(query="", fragment=""))
        return Response(service_description(address, type_), media_type=type_, headers=_varying())

    async def _answered(self, asked: dict[str, Any], *, timeout: float | None = None) -> Response:
        head, pieces = await self._pool.ask(asked, timeout=timeout)
        return await _response(head, pieces)

    # ------------------------------------------------------------ the explorer's and the page's requests

    async def api(self, request: Request) -> Response:
        """Nodes, neighbours, evidence; see `kg.serve.neighbourhood`."""
        name = request.path_params["name"]
        if name not in ("meta", "search", "node", "neighbours", "evidence"):
            return JSONResponse({"error": "there is no such request"}, status_code=404)
        return await self._told(
            request, {"kind": "api", "name": name, "parameters": dict(request.query_params)}
        )

    async def ask(self, request: Request) -> Response:
        """A question of the library: ?query=NAME and its parameters."""
        parameters = dict(request.query_params)
        name = parameters.pop("query", "")
        known = {query.name for query in _library()}
        if name not in known:  # never a file's name
            return JSONResponse({"error": f"no query is called {name!r}"}, status_code=404)
        given = {name: value for name, value in parameters.items() if value}
        most = self._settings.max_rows
        if most and not (given.get("limit", "").isdigit() and int(given["limit"]) <= most):
            given["limit"] = str(min(most, 1000))
        return await self._told(request, {"kind": "library", "name": name, "parameters": given})

    async def _told(self, request: Request, asked: dict[str, Any]) -> Response:
        """An answer in JSON, as errors are too."""
        try:
            head, pieces = await self._pool.ask({**asked, "gzip": _gzip(request)})
        except RefusedError as refused:
            return JSONResponse({"error": refused.reason}, status_code=refused.status)
        body = b"".join([piece async for piece in pieces])
        if head.status >= 400 and head.media_type.startswith("text/plain"):
            return JSONResponse({"error": body.decode().strip()}, status_code=head.status)
        headers = {**head.headers, "Vary": "Accept-Encoding", **_SAFE}
        return Response(body, status_code=head.status, media_type=head.media_type, headers=headers)

    async def queries(self, request: Request) -> Response:
        """The library's questions, with their parameters."""
        return await _sent(request, "application/json", _listed(), {})

    # ------------------------------------------------------------ pages

    async def page(self, request: Request) -> Response:
        """The page to ask from."""
        html = (PAGE / "query.html").read_bytes()
        return await _sent(request, "text/html; charset=utf-8", html, {"Content-Security-Policy": _POLICY})

    async def file(self, request: Request) -> Response:
        """What that page is made of."""
        name = request.path_params["name"]
        if name not in _FILES:
            return PlainTextResponse("there is no such file\n", status_code=404)
        return await _sent(request, _FILES[name], (PAGE / name).read_bytes(), {"Cache-Control": "no-cache"})

    async def explorer(self, request: Request) -> Response:
        """The graph's own page, told that a server is behind it."""
        path = current(self._settings.graph, "graph.html")
        if not path.is_file():
            reason = "this graph has no page; write it with: kg export html\n"
            return PlainTextResponse(reason, status_code=404)
        html = await asyncio.to_thread(path.read_text, encoding="utf-8")
        return await _sent(request, "text/html; charset=utf-8", served_page(html).encode(), {})


@cache
def _library() -> list[Any]:
    return library()


@cache
def _listed() -> bytes:
    """The library's questions and their parameters, as JSON."""
    told = [
        {
            "name": query.name,
            "title": query.title,
            "question": query.question,
            "text": query.text,
            "example": query.example_values,
            "parameters": [
                {
                    "name": parameter.name,
                    "type": parameter.type,
                    "default": parameter.default,
                    "description": parameter.description,
                    "required": parameter.required,
                }
                for parameter in query.parameters
            ],
        }
        for query in _library()
    ]
    return json.dumps(told, ensure_ascii=False).encode()


async def _sent(request: Request, type_: str, body: bytes, headers: dict[str, str]) -> Response:
    """Something that is at hand whole, compressed for those who take it so."""
    headers = {**headers, "Vary": "Accept-Encoding", **_SAFE, "Content-Type": type_}
    if _gzip(request):
        # in a thread: a large graph's page takes some time, in which others are to be answered
        body = await asyncio.to_thread(gzip.compress, body, GZIP_LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers)


async def _response(head: Head, pieces: AsyncIterator[bytes]) -> Response:
    """An answer of one piece whole, with its length; a longer one in a stream."""
    headers = {**head.headers, **_varying()}
    first = await anext(pieces, b"")
    second = await anext(pieces, None)
    if second is None:
        return Response(first, status_code=head.status, headers={**headers, "Content-Type": head.media_type})

    async def all_of() -> AsyncIterator[bytes]:
        yield first
        yield second
        async for piece in pieces:
            yield piece

    return StreamingResponse(all_of(), head.status, {**headers, "Content-Type": head.media_type})


def _varying() -> dict[str, str]:
    return {"Vary": "Accept, Accept-Encoding", **_SAFE}


async def _body(request: Request) -> bytes:
    """The body of a request; one that is too long is read to its end, so that the client hears why not."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "a query is sent as it is, not compressed")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY):
            async for chunk in request.stream():
                if len(body) <= LONGEST:
                    body += chunk
    except TimeoutError as late:
        raise RefusedError(408, f"the request took longer than {BODY:g} seconds to come") from late
    except ClientDisconnect as gone:
        raise RefusedError(400, "the request broke off") from gone
    if len(body) > LONGEST:
        raise RefusedError(413, f"the query is longer than {LONGEST:,} bytes")
    return bytes(body)


def _accept(request: Request) -> str:
    return ", ".join(request.headers.getlist("accept"))


def _gzip(request: Request) -> bool:
    return takes_gzip(", ".join(request.headers.getlist("accept-encoding")))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    headers = _WITH_STATUS.get(error.status, {})
    return PlainTextResponse(f"{error.reason}\n", status_code=error.status, headers={**headers, **_SAFE})
