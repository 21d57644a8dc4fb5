"""IRIs: stable, valid, and the world's own where there is one."""

from __future__ import annotations

import pytest
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
    assert IRIS.node(node_id) == f"<{iri}>"


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
    assert address(url) == (None if iri is None else f"<{iri}>")


def test_base_is_free_and_ends_in_a_slash() -> None:
    assert Iris("https://me.example/kg").node("method/x") == "<https://me.example/kg/method/x>"
    assert Iris("https://me.example/kg").graph == "<https://me.example/kg/graph>"


@pytest.mark.parametrize(
    "base", ["", "kg", "mailto:me@example.org", "https://e.org/?a=", "https://e.org/#", "https://a b/"]
)
def test_a_bad_base_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="cannot be the base"):
        Iris(base)


def test_a_statement_keeps_its_name_whatever_the_base() -> None:
    mine, other = (Iris(f"https://{host}.example/").statement("a", "uses", "b") for host in ("me", "you"))
    assert mine != other
    assert mine.rpartition("/")[2] == other.rpartition("/")[2]


def test_no_two_statements_share_an_iri() -> None:
    assert len({IRIS.statement(edge.source, edge.kind, edge.target) for edge in EDGES}) == len(EDGES)


def test_no_two_pieces_of_evidence_share_an_iri() -> None:
    places = [("a", 1, 2, "r"), ("a", 1, 2, "s"), ("a", 1, 3, "r"), ("a/1-2", 1, 2, "r"), ("a", 1, 2, "r/s")]
    assert len({IRIS.evidence(*place) for place in places}) == len(places)
