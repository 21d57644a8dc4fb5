"""IRIs: stable, valid, and the world's own where there is one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import NamedNode
from small_graph import EDGES

from kg.errors import UsageError
from kg.export.iris import Iris, address

IRIS = Iris("https://kg.example/")


@pytest.mark.parametrize(
    ("node_id", "iri"),
    [
        ("paper/2506.01234", "https://arxiv.org/abs/2506.01234"),
        ("paper/cs/0101001", "https://arxiv.org/abs/cs/0101001"),
        ("paper/math.AG/0601001", "https://arxiv.org/abs/math.AG/0601001"),
        ("paper/10.1000/a(b)<c>#d", "https://doi.org/10.1000/a(b)%3Cc%3E%23d"),
        ("paper/My Paper?", "https://kg.example/paper/My%20Paper%3F"),
        ("repository/github.com/owner/name", "https://github.com/owner/name"),
        ("method/3d-gs", "https://kg.example/method/3d-gs"),
        ("author/%E6%9D%8E", "https://kg.example/author/%E6%9D%8E"),
        ('page/a b%zz"{}|^`\\', "https://kg.example/page/a%20b%25zz%22%7B%7D%7C%5E%60%5C"),
        ("method/a~b.", "https://kg.example/method/a%7Eb%2E"),
        ("method/\ud800", "https://kg.example/method/%ED%A0%80"),
    ],
)
def test_iris_of_nodes(node_id: str, iri: str) -> None:
    assert IRIS.node(node_id) == NamedNode(iri)


@pytest.mark.parametrize(
    ("url", "iri"),
    [
        ("https://example.org/a%20b?x=ü#y z", "https://example.org/a%20b?x=%C3%BC#y%20z"),
        ("http://example.org", "http://example.org"),
        ("ftp://example.org/", None),
        ("example.org", None),
        ("", None),
        ("https://", None),
        ("https://[::1", None),
    ],
)
def test_addresses(url: str, iri: str | None) -> None:
    assert address(url) == (None if iri is None else NamedNode(iri))


def test_base_is_free_and_ends_in_a_slash() -> None:
    assert Iris("https://me.example/kg").node("method/x").value == "https://me.example/kg/method/x"


@pytest.mark.parametrize(
    "base", ["", "kg", "mailto:me@example.org", "https://e.org/?a=", "https://e.org/#", "https://a b/"]
)
def test_a_bad_base_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="cannot be the base"):
        Iris(base)


def test_a_statement_keeps_its_iri_whatever_supports_it_and_whatever_the_base() -> None:
    edge = EDGES[0]
    other = replace(edge, support=99, confidence=0.1, evidence=())
    assert IRIS.statement(edge) == IRIS.statement(other)
    elsewhere = Iris("https://me.example/").statement(edge).value
    assert elsewhere.rpartition("/")[2] == IRIS.statement(edge).value.rpartition("/")[2]


def test_no_two_statements_share_an_iri() -> None:
    assert len({IRIS.statement(edge) for edge in EDGES}) == len(EDGES)
