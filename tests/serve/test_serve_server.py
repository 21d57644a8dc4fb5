"""The server over a real socket: the protocol's behaviours, and the clients that people have."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from small_graph import PAPERS, SPARROW, SmallGraph

from kg.export import EXPORTERS, ExportOptions

PAPERS_QUERY = "SELECT ?p { ?p a <https://kg.example/ontology#Paper> } ORDER BY ?p"
#: More rows than a machine counts in a lifetime.
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(5)) + " }"
MOST_ROWS = 100


class Served:
    """A running server."""

    def __init__(self, graph: Path, *options: str, before: str = "") -> None:
        """Start it; `before` is Python that runs in the server's process first."""
        code = f"{before}\nfrom kg.cli import main\nmain()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "serve", "--graph", str(graph), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        address = re.search(r"http://\S+?/", line)
        assert address is not None, self.process.communicate(timeout=30)
        self.base = address[0].rstrip("/")
        self.sparql = f"{self.base}/sparql"
        self.http = httpx.Client(base_url=self.base, timeout=60)
        for _ in range(600):
            try:
                self.http.get("/page/query.css")
                return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def workers(self) -> set[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(child) for child in children.read_text().split()} if children.exists() else set()

    def stop(self) -> str:
        """End the server as Ctrl-C does; what it said on standard error."""
        self.http.close()
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=30)[1]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    EXPORTERS["store"].write(SmallGraph(), folder / EXPORTERS["store"].filename)
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    (folder / "graph.html").write_text(
        f"<!doctype html><html><head>{policy}</head><body>A page.</body></html>"
    )
    return folder


@pytest.fixture(scope="module")
def server(graph: Path) -> Iterator[Served]:
    served = Served(graph, "--timeout", "2", "--max-rows", str(MOST_ROWS), "--workers", "2")
    yield served
    served.stop()


# ---------------------------------------------------------------- SPARQL 1.1 Protocol


def test_a_query_by_get_by_form_and_as_it_is(server: Served) -> None:
    direct = {"Content-Type": "application/sparql-query"}
    answers = [
        server.http.get("/sparql", params={"query": PAPERS_QUERY}),
        server.http.post("/sparql", data={"query": PAPERS_QUERY}),
        server.http.post("/sparql", content=PAPERS_QUERY, headers=direct),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert len(answer.json()["results"]["bindings"]) == len(PAPERS)


@pytest.mark.parametrize(
    ("query", "accept", "content_type", "begins"),
    [
        (PAPERS_QUERY, "application/sparql-results+json", None, b'{"head"'),
        (PAPERS_QUERY, "application/sparql-results+xml", None, b"<?xml"),
        (PAPERS_QUERY, "text/csv", "text/csv; charset=utf-8", b"p\r\nhttps://"),
        (
            PAPERS_QUERY,
            "text/tab-separated-values",
            "text/tab-separated-values; charset=utf-8",
            b"?p\n<https",
        ),
        ("ASK { ?s ?p ?o }", "application/sparql-results+json", None, b'{"head":{},"boolean":true'),
        ("ASK { ?s ?p ?o }", "application/sparql-results+xml", None, b"<?xml"),
        ("CONSTRUCT WHERE { ?s ?p 2 }", "text/turtle", "text/turtle; charset=utf-8", b"@prefix"),
        ("CONSTRUCT WHERE { ?s ?p 2 }", "application/n-triples", None, b"<https"),
        ("CONSTRUCT WHERE { ?s ?p 2 }", "application/rdf+xml", None, b"<?xml"),
        ("CONSTRUCT WHERE { ?s ?p 2 }", "application/ld+json", None, b"["),
        ("DESCRIBE <https://kg.example/model/owl>", "application/n-triples", None, b"<https"),
    ],
)
def test_the_answer_comes_as_the_client_wants_it(
    query: str, accept: str, content_type: str | None, begins: bytes, server: Served
) -> None:
    answer = server.http.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == (content_type or accept)
    assert answer.content.startswith(begins)
    assert "Accept" in answer.headers["vary"]


def test_a_format_that_there_is_not_is_told(server: Served) -> None:
    answer = server.http.get("/sparql", params={"query": PAPERS_QUERY}, headers={"Accept": "image/png"})
    assert answer.status_code == 406 and "text/csv" in answer.text


def test_graphs_can_be_named(server: Served) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        asked = {"query": PAPERS_QUERY, name: "https://nowhere.example/"}
        assert server.http.get("/sparql", params=asked).json()["results"]["bindings"] == []
    wrong = {"query": PAPERS_QUERY, "default-graph-uri": "no iri"}
    assert server.http.get("/sparql", params=wrong).status_code == 400


def test_without_a_query_the_service_describes_itself(server: Served) -> None:
    for accept, format_ in (("text/turtle", "turtle"), ("application/rdf+xml", "xml")):
        answer = server.http.get("/sparql", headers={"Accept": accept})
        assert answer.headers["content-type"].startswith(accept)
        told = rdflib.Graph().parse(data=answer.content, format=format_)
        sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
        (service,) = told.subjects(rdflib.RDF.type, sd.Service)
        assert str(told.value(service, sd.endpoint)) == server.sparql
        assert (service, sd.supportedLanguage, sd.SPARQL11Query) in told
    browser = server.http.get("/sparql", headers={"Accept": "text/html"}, follow_redirects=True)
    assert browser.url.path == "/" and "text/html" in browser.headers["content-type"]


def test_pages_of_others_may_ask(server: Served) -> None:
    theirs = {"Origin": "https://other.example"}
    asked = server.http.get("/sparql", params={"query": "ASK {}"}, headers=theirs)
    assert asked.headers["access-control-allow-origin"] == "*"
    wish = {
        **theirs,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    allowed = server.http.options("/sparql", headers=wish)
    assert allowed.status_code == 200 and "POST" in allowed.headers["access-control-allow-methods"]


# ---------------------------------------------------------------- what is refused


def test_updates_are_refused_and_change_nothing(server: Served) -> None:
    update = "INSERT DATA { <https://e.org/a> <https://e.org/b> <https://e.org/c> }"
    direct = {"Content-Type": "application/sparql-update"}
    assert server.http.post("/sparql", data={"update": update}).status_code == 403
    assert server.http.post("/sparql", content=update, headers=direct).status_code == 403
    as_query = server.http.post("/sparql", data={"query": update})
    assert as_query.status_code == 400 and "only read" in as_query.text
    there = server.http.get("/sparql", params={"query": "ASK { <https://e.org/a> ?p ?o }"})
    assert there.json()["boolean"] is False


def test_a_malformed_query_is_told_where(server: Served) -> None:
    answer = server.http.post("/sparql", data={"query": "SELECT ?x\nWHERE { ?x a }"})
    assert answer.status_code == 400
    assert re.search(r"line 2, column \d+: ", answer.text) and answer.text.count("\n") == 1


def test_ten_megabytes_of_query_are_too_many(server: Served) -> None:
    text = 'SELECT * { ?s ?p "' + "x" * 10_000_000 + '" }'
    direct = {"Content-Type": "application/sparql-query"}
    assert server.http.post("/sparql", content=text, headers=direct).status_code == 413
    assert server.http.post("/sparql", data={"query": text}).status_code == 413
    with httpx.Client() as other:  # of an address as long, only that the server minds
        assert other.get(server.sparql, params={"query": "x" * 60_000}).status_code == 400
    assert server.http.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_a_query_without_end_is_stopped_and_the_server_lives(server: Served) -> None:
    before = server.workers()
    started = time.monotonic()
    answer = server.http.get("/sparql", params={"query": ENDLESS})
    assert answer.status_code == 500 and "longer than 2 seconds" in answer.text
    assert time.monotonic() - started < 30
    for _ in range(3):
        assert server.http.get("/sparql", params={"query": "ASK {}"}).status_code == 200
    if before:
        deadline = time.monotonic() + 30
        while len(server.workers()) < len(before) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(server.workers()) == len(before) and server.workers() != before


def test_a_worker_that_dies_is_replaced(server: Served) -> None:
    if not server.workers():
        pytest.skip("needs Linux, whose /proc lists a process's children")
    for worker in server.workers():
        os.kill(worker, signal.SIGKILL)
    statuses = [server.http.get("/sparql", params={"query": "ASK {}"}).status_code for _ in range(6)]
    assert set(statuses) <= {200, 500} and statuses[-1] == 200


def test_long_answers_are_cut_and_say_so(server: Served) -> None:
    answer = server.http.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
    assert len(answer.json()["results"]["bindings"]) == MOST_ROWS
    assert answer.headers["x-cut-at"] == str(MOST_ROWS)
    accept = {"Accept": "application/n-triples"}
    triples = server.http.get("/sparql", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, headers=accept)
    assert triples.text.count("\n") == MOST_ROWS and triples.headers["x-cut-at"] == str(MOST_ROWS)
    short = server.http.get("/sparql", params={"query": PAPERS_QUERY})
    assert "x-cut-at" not in short.headers


def test_other_services_are_not_asked(server: Served) -> None:
    query = f"SELECT * {{ SERVICE <{server.base}/> {{ ?s ?p ?o }} }}"
    assert server.http.get("/sparql", params={"query": query}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/page/../app.py",
        "/page/%2e%2e/app.py",
        "/page/..%2fapp.py",
        "//etc/passwd",
        "/page/query.html",
        "/api/x",
    ],
)
def test_paths_lead_nowhere_else(path: str, server: Served) -> None:
    curl = _curl()
    done = subprocess.run(
        [curl, "-s", "--path-as-is", "-o", os.devnull, "-w", "%{http_code}", server.base + path],
        capture_output=True,
        text=True,
    )
    assert done.stdout == "404"


def test_what_can_be_asked_is_told(server: Served) -> None:
    answer = server.http.options("/sparql")
    assert answer.status_code == 204 and answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert (
        server.http.post("/sparql", content="ASK {}", headers={"Content-Type": "text/plain"}).status_code
        == 415
    )


def test_a_compressed_query_is_refused(server: Served) -> None:
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    assert server.http.post("/sparql", content=b"\x1f\x8b", headers=headers).status_code == 415


def test_whatever_is_sent_the_server_lives(server: Served) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        assert server.http.request(method, "/sparql").status_code == 405
    for odd in ("query=\x00", "query=" + "%7B" * 5000, "query=SELECT%20*%20%7B%7D"):
        assert server.http.get(f"/sparql?{odd.replace(chr(0), '%00')}").status_code in (200, 400)


# ---------------------------------------------------------------- who is slow, and who wants it short


@pytest.fixture(scope="module")
def hasty(graph: Path) -> Iterator[Served]:
    """A server that waits for half a second only."""
    before = "from kg.serve import app, connections; app.BODY = connections.HEAD = connections.REST = 0.5"
    served = Served(graph, "--workers", "1", before=before)
    yield served
    assert "Traceback" not in served.stop()


@pytest.mark.parametrize(
    ("first", "status"),
    [
        (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"408"),
        (b"", b"408"),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n", b"408"),
        (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 100\r\n\r\nASK",
            b"408",
        ),
        # which nobody reads the body of
        (b"POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n", b"404"),
        (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n", b"200"),
    ],
)
def test_who_sends_a_byte_now_and_then_is_cut_off(first: bytes, status: bytes, hasty: Served) -> None:
    address = ("127.0.0.1", int(hasty.base.rpartition(":")[2]))
    with socket.create_connection(address, timeout=0.1) as client:
        client.sendall(first)
        got, deadline, ended = b"", time.monotonic() + 30, False
        while time.monotonic() < deadline and not ended:
            try:
                client.sendall(b"x" if first else b"")
                part = client.recv(65536)
                got, ended = got + part, not part
            except TimeoutError:
                continue
            except OSError:  # closed while this end still sent
                ended = True
    assert ended and got.startswith(b"HTTP/1.1 " + status)
    assert hasty.http.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_who_takes_answers_compressed_gets_them_so(server: Served, graph: Path) -> None:
    asked = {"query": "CONSTRUCT WHERE { ?s ?p ?o }"}
    plain = server.http.get("/sparql", params=asked, headers={"Accept-Encoding": "identity"})
    short = server.http.get("/sparql", params=asked, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers and short.headers["content-encoding"] == "gzip"
    assert short.content == plain.content and short.num_bytes_downloaded < plain.num_bytes_downloaded / 3
    assert short.headers["x-cut-at"] and "Accept-Encoding" in short.headers["vary"]
    whole = {"Accept": "application/n-triples", "Accept-Encoding": "gzip"}
    all_of = server.http.get("/rdf-graph-store?default", headers=whole)
    assert all_of.headers["content-encoding"] == "gzip"
    assert all_of.text.count("\n") == json.loads((graph / "store.json").read_text())["triples"]
    for path in ("/", "/explorer", "/api/queries", "/api/ask?query=datasets-by-papers", "/page/query.js"):
        assert server.http.get(path, headers={"Accept-Encoding": "gzip"}).status_code == 200
        assert "content-encoding" not in server.http.get(path, headers={"Accept-Encoding": "br"}).headers


def test_what_goes_wrong_is_told_uncompressed(server: Served) -> None:
    wrong = {"query": "SELECT ?x { ?x a }" + " " * 2000}
    answer = server.http.get("/sparql", params=wrong, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 400 and "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (b"", 200),
        (b"*/*", 200),
        (b"no type at all", 406),
        (b";;;,,,", 200),  # empty members of a list count for nothing (RFC 9110, section 5.6.1)
        (b"text/csv;q=many", 406),
        (b"text/csv;q=many, text/tab-separated-values", 200),
        (b"\xff\xfe", 406),
        (b"text/csv" + b",image/png" * 5000, 200),
    ],
)
def test_a_wish_that_cannot_be_read_is_none_that_can_be_met(
    accept: bytes, status: int, server: Served
) -> None:
    answer = server.http.get("/sparql", params={"query": PAPERS_QUERY}, headers=[(b"Accept", accept)])
    assert answer.status_code == status
    if status == 406:
        assert "application/sparql-results+json" in answer.text and answer.text.count("\n") == 1


# ---------------------------------------------------------------- Graph Store Protocol


def test_the_whole_graph_can_be_read(server: Served, graph: Path) -> None:
    answer = server.http.get("/rdf-graph-store?default", headers={"Accept": "application/n-triples"})
    assert answer.status_code == 200
    assert answer.text.count("\n") == json.loads((graph / "store.json").read_text())["triples"]
    head = server.http.head("/rdf-graph-store?default")
    assert head.status_code == 200 and head.headers["content-type"].startswith("text/turtle")


def test_other_graphs_are_not_there_and_nothing_is_written(server: Served) -> None:
    assert server.http.get("/rdf-graph-store?graph=https://nowhere.example/").status_code == 404
    assert server.http.get("/rdf-graph-store").status_code == 400
    assert server.http.get("/rdf-graph-store?graph=no%20iri").status_code == 400
    for method in ("PUT", "POST", "DELETE"):
        answer = server.http.request(method, "/rdf-graph-store?default", content=b"")
        assert answer.status_code == 405 and "GET" in answer.headers["allow"]


# ---------------------------------------------------------------- clients


def test_sparqlwrapper(server: Served) -> None:
    from SPARQLWrapper import JSON, POST, TURTLE, XML, SPARQLWrapper

    client = SPARQLWrapper(server.sparql)
    client.setQuery(PAPERS_QUERY)
    client.setReturnFormat(JSON)
    assert len(client.queryAndConvert()["results"]["bindings"]) == len(PAPERS)
    client.setMethod(POST)
    client.setReturnFormat(XML)
    assert client.queryAndConvert().toxml().count("<result>") == len(PAPERS)
    client.setQuery("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3")
    client.setReturnFormat(TURTLE)
    assert len(rdflib.Graph().parse(data=client.queryAndConvert(), format="turtle")) == 3


def test_rdflibs_sparql_store(server: Served) -> None:
    remote = rdflib.Graph(SPARQLStore(server.sparql))
    paper = rdflib.URIRef(f"https://arxiv.org/abs/{SPARROW}")
    assert str(remote.value(paper, rdflib.DCTERMS.title)) == "SparrowNet hears birds"
    assert len(list(remote.query(PAPERS_QUERY))) == len(PAPERS)


def test_a_service_call_from_another_store(server: Served) -> None:
    query = f"SELECT ?p {{ SERVICE <{server.sparql}> {{ ?p a <https://kg.example/ontology#Paper> }} }}"
    code = "import sys, pyoxigraph; print(len(list(pyoxigraph.Store().query(sys.argv[1]))))"
    # in a process of its own: an answer that is let go of in another thread than its own is complained of
    done = subprocess.run([sys.executable, "-c", code, query], capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(PAPERS)
    assert len(list(rdflib.Graph().query(query))) == len(PAPERS)


def _curl() -> str:
    found = shutil.which("curl")
    if found is None:
        pytest.skip("needs curl: apt-get install curl")
    return found


def test_curl(server: Served) -> None:
    options = ["-sS", "--fail", "-H", "Accept: text/csv", "--data-urlencode", f"query={PAPERS_QUERY}"]
    done = subprocess.run([_curl(), *options, server.sparql], capture_output=True, text=True)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == len(PAPERS) + 1


def test_many_clients_at_once(server: Served) -> None:
    def ask(_: int) -> int:
        return httpx.get(server.sparql, params={"query": PAPERS_QUERY}, timeout=60).status_code

    with ThreadPoolExecutor(12) as threads:
        assert set(threads.map(ask, range(60))) == {200}


def test_a_client_that_goes_away_leaves_the_server_as_it_was(server: Served) -> None:
    for _ in range(3):
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(server.sparql, params={"query": ENDLESS}, timeout=0.3)
    assert server.http.get("/sparql", params={"query": "ASK {}"}).status_code == 200


# ---------------------------------------------------------------- the explorer's requests


def test_nodes_are_found_by_their_names(server: Served) -> None:
    (first, *_) = server.http.get("/api/search", params={"q": "sparrow"}).json()["nodes"]
    assert first["id"] == "model/sparrownet" and first["kind"] == "MODEL" and first["papers"] >= 1
    only = server.http.get("/api/search", params={"q": "sparrow", "kind": "PAPER"}).json()["nodes"]
    assert {node["kind"] for node in only} == {"PAPER"}


def test_neighbours_come_with_the_edges_between_them(server: Served) -> None:
    found = server.http.get("/api/neighbours", params={"id": "model/sparrownet"}).json()
    ids = {node["id"] for node in found["nodes"]}
    assert found["center"] == found["nodes"][0]["id"] == "model/sparrownet"
    assert {"model/waveformer", f"paper/{SPARROW}", "repository/github.com/birdlab/sparrownet"} <= ids
    assert {edge["source"] for edge in found["edges"]} | {edge["target"] for edge in found["edges"]} <= ids
    beats = [edge for edge in found["edges"] if edge["kind"] == "outperforms"]
    assert any(edge["target"] == "model/waveformer" and edge["support"] == 2 for edge in beats)
    further = server.http.get("/api/neighbours", params={"id": "model/sparrownet", "hops": 2}).json()
    assert ids < {node["id"] for node in further["nodes"]}
    few = server.http.get("/api/neighbours", params={"id": "model/sparrownet", "limit": 3}).json()
    assert len(few["nodes"]) == 3 and few["leftOut"] == len(ids) - 3


def test_a_node_and_the_evidence_of_an_edge(server: Served) -> None:
    told = server.http.get("/api/node", params={"id": f"paper/{SPARROW}"}).json()
    assert told["abstract"] and told["authors"] and told["node"]["date"] == "2025-01-10"
    iri = server.http.get("/api/node", params={"id": "https://kg.example/model/sparrownet"}).json()
    assert iri["node"]["id"] == "model/sparrownet" and iri["results"]
    ends = {"source": "model/sparrownet", "target": "model/waveformer"}
    evidence = server.http.get("/api/evidence", params=ends).json()["evidence"]
    assert {row["paper"] for row in evidence if row["kind"] == "outperforms"} >= {f"paper/{SPARROW}"}
    texts = {f"paper/{paper.id}": paper.text for paper in PAPERS}
    for row in evidence:
        assert texts[row["paper"]][row["start"] : row["end"]] == row["sentence"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/node?id=model/nothing", 404),
        ("/api/node", 400),
        ("/api/neighbours?id=model/owl&hops=many", 400),
        ("/api/ask?query=../../secret", 404),
        ("/api/ask?query=evidence&entity=nobody", 400),
    ],
)
def test_wrong_requests_are_told_in_json(path: str, status: int, server: Served) -> None:
    answer = server.http.get(path)
    assert answer.status_code == status and "\n" not in answer.json()["error"]


def test_the_library_can_be_asked(server: Served) -> None:
    names = {query["name"] for query in server.http.get("/api/queries").json()}
    assert "datasets-by-papers" in names
    told = server.http.get("/api/ask", params={"query": "datasets-by-papers"}).json()
    assert told["rows"] and len(told["rows"][0]) == len(told["columns"])


def test_the_explorer_is_the_graphs_page_with_a_server_behind_it(server: Served) -> None:
    page = server.http.get("/explorer")
    assert page.status_code == 200 and 'name="kg-server" content="/api/"' in page.text
    assert "connect-src 'self'" in page.text


# ---------------------------------------------------------------- other graphs, and the end


def test_a_file_of_named_graphs_is_served_as_one_graph(tmp_path: Path) -> None:
    EXPORTERS["nq"].write(SmallGraph(), tmp_path / "graph.nq.gz", options=ExportOptions(compress=True))
    served = Served(tmp_path / "graph.nq.gz", "--workers", "1")
    try:
        found = served.http.get("/sparql", params={"query": PAPERS_QUERY}).json()["results"]["bindings"]
        assert len(found) == len(PAPERS)
        paper = f"https://arxiv.org/abs/{SPARROW}"
        one = served.http.get("/sparql", params={"query": PAPERS_QUERY, "default-graph-uri": paper})
        assert [row["p"]["value"] for row in one.json()["results"]["bindings"]] == [paper]
        part = served.http.get("/rdf-graph-store", params={"graph": paper})
        assert len(rdflib.Graph().parse(data=part.text, format="turtle")) > 10
    finally:
        assert "Traceback" not in served.stop()
    assert served.process.returncode == 0


def test_an_address_in_use_and_a_missing_graph_are_one_clear_line(server: Served, graph: Path) -> None:
    port = server.base.rpartition(":")[2]
    for options, complaint in (
        (["--graph", str(graph), "--port", port], "cannot be listened at"),
        (["--graph", str(graph / "nothing")], "no such file or folder"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "kg", "serve", *options], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 2 and complaint in done.stderr
        assert done.stderr.count("\n") == 1


def test_others_are_let_in_only_with_a_warning(graph: Path) -> None:
    served = Served(graph, "--host", "0.0.0.0", "--workers", "1")
    assert "other machines" in served.stop()


def test_no_worker_outlives_its_server(graph: Path) -> None:
    served = Served(graph, "--workers", "2")
    workers = served.workers()
    served.http.close()
    served.process.kill()
    served.process.communicate(timeout=30)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(Path(f"/proc/{worker}").exists() for worker in workers):
        time.sleep(0.1)
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]
