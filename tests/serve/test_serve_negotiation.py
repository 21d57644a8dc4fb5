"""Which format a client gets, and what a request is taken for."""

from __future__ import annotations

import pytest

from kg.serve.explorer import served_page
from kg.serve.negotiation import preferred, rows_type, takes_gzip, triples_type
from kg.serve.neighbourhood import Names
from kg.serve.protocol import LONGEST, RefusedError, question, stored_graph

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("accept", "rows", "triples"),
    [
        ("", "application/sparql-results+json", "text/turtle"),
        ("*/*", "application/sparql-results+json", "text/turtle"),
        ("text/csv", "text/csv", None),
        ("text/*", "application/sparql-results+xml", "text/turtle"),
        ("text/csv;q=0.2, application/xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("application/json", "application/sparql-results+json", "application/ld+json"),
        ("text/turtle;q=0, */*;q=0.1", "application/sparql-results+json", "application/n-triples"),
        ("image/png", None, None),
        ("text/csv;q=nonsense", None, None),
        ("TEXT/CSV", "text/csv", None),
    ],
)
def test_the_client_gets_what_it_likes_best(accept: str, rows: str | None, triples: str | None) -> None:
    assert (rows_type(accept), triples_type(accept)) == (rows, triples)


def test_a_more_specific_wish_counts_more() -> None:
    assert preferred("text/*;q=1, text/csv;q=0.1", ["text/csv", "text/plain"]) == "text/plain"


@pytest.mark.parametrize(
    ("wish", "taken"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("X-GZIP", True),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("gzip;q=0.5, identity", False),
        ("deflate, br", False),
        ("", False),
    ],
)
def test_who_takes_gzip(wish: str, taken: bool) -> None:
    assert takes_gzip(wish) is taken


def test_a_question_in_each_of_the_three_ways() -> None:
    for asked in (
        question("GET", "", "query=ASK%7B%7D&default-graph-uri=http://a/", b""),
        question("POST", FORM, "", b"query=ASK%7B%7D&default-graph-uri=http%3A%2F%2Fa%2F"),
        question("POST", "application/sparql-query; charset=utf-8", "default-graph-uri=http://a/", b"ASK{}"),
    ):
        assert asked is not None
        assert (asked.text, asked.default_graphs, asked.named_graphs) == ("ASK{}", ("http://a/",), ())
    assert question("GET", "", "", b"") is None


@pytest.mark.parametrize(
    ("method", "content_type", "url_query", "body", "status"),
    [
        ("GET", "", "query=a&query=b", b"", 400),
        ("GET", "", "default-graph-uri=x", b"", 400),
        ("GET", "", "query=%ff", b"", 400),
        ("GET", "", "update=CLEAR+ALL", b"", 403),
        ("POST", FORM, "", b"update=CLEAR+ALL", 403),
        ("POST", "application/sparql-update", "", b"CLEAR ALL", 403),
        ("POST", FORM, "query=ASK%7B%7D", b"", 400),
        ("POST", FORM, "", b"", 400),
        ("POST", "application/sparql-query", "", b"\xff", 400),
        ("POST", "application/sparql-query", "query=a", b"b", 400),
        ("POST", "text/plain", "", b"ASK {}", 415),
        ("POST", "", "", b"ASK {}", 415),
        ("GET", "", "query=SELECT+*+%7BSERVICE+%3Chttp://a/%3E+%7B%7D%7D", b"", 403),
        ("GET", "", "query=SELECT+*+%7Bservice%3Chttp://a/%3E%7B%7D%7D", b"", 403),
        ("GET", "", "using-graph-uri=x&query=ASK%7B%7D", b"", 400),
    ],
)
def test_what_is_no_question_is_refused(
    method: str, content_type: str, url_query: str, body: bytes, status: int
) -> None:
    with pytest.raises(RefusedError) as refused:
        question(method, content_type, url_query, body)
    assert refused.value.status == status


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ?s { ?s ?p "SERVICE <http://a/>" }',
        "SELECT ?service { ?service ?p <http://SERVICE/> } # SERVICE <http://a/>",
        "SELECT ?s { ?s ex:SERVICE ?o ; ?p '''it's a SERVICE''' }",
    ],
)
def test_the_word_service_may_stand_where_it_asks_nothing(text: str) -> None:
    asked = question("POST", "application/sparql-query", "", text.encode())
    assert asked is not None and asked.text == text


def test_a_graph_is_named_once() -> None:
    assert stored_graph("default") is None
    assert stored_graph("graph=http%3A%2F%2Fa%2F") == "http://a/"
    for wrong in ("", "default&graph=x", "graph=x&graph=y"):
        with pytest.raises(RefusedError, match="name one graph"):
            stored_graph(wrong)


def test_names_are_found_whole_at_their_beginning_and_within() -> None:
    names = Names([("a", "LoRA"), ("b", "QLoRA"), ("c", "Rank of LoRA"), ("d", "lora\nrank"), ("d", "DoRA")])
    assert sorted(set(names.containing("LORA"))) == [("a", 0), ("b", 3), ("c", 2), ("d", 1)]
    assert list(names.containing("nothing")) == []
    assert list(Names([]).containing("x")) == []


def test_there_is_a_longest_query() -> None:
    assert LONGEST < 10_000_000


def test_a_served_page_may_ask_its_server_and_nobody_else() -> None:
    policy = "default-src 'none'; script-src 'sha256-x'"
    page = f'<head><meta http-equiv="Content-Security-Policy" content="{policy}"></head><body></head></body>'
    served = served_page(page)
    assert f"{policy}; connect-src 'self'\"" in served
    assert served.index('name="kg-server" content="/api/"') < served.index("<body>")
