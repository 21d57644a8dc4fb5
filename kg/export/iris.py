"""Which IRI each node, statement, text and stretch of text has.

An IRI follows from the node's id alone, so every stage and every run gives the same one. What has an
address of its own uses it: papers that arXiv or a DOI names, and repositories. All else stands under
the base IRI that the user chooses.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import NamedNode

from kg.errors import UsageError
from kg.records import Edge, Support

_ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}")
_DOI = re.compile(r"10\.\d{4,9}/.+", re.DOTALL)
_SAFE = "/-._~!$&'()*+,;=:@"  # RFC 3987: what may stand in a path unquoted
_ADDRESS = re.compile(r"https?://[^/\s]+.*", re.DOTALL)
_SAFE_ID = re.compile(r"(?:[A-Za-z0-9._/-]|%[0-9A-F]{2})+(?<!\.)")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def quoted(text: str) -> str:
    """The text as the tail of an IRI's path: ASCII, everything else percent-encoded.

    >>> quoted("10.1000/a<b>#1")
    '10.1000/a%3Cb%3E%231'
    """
    return quote(text, safe=_SAFE, errors="surrogatepass")


def address(url: str) -> NamedNode | None:
    """A web address as an IRI; None where it is none. What is percent-encoded already stays so.

    >>> address("https://example.org/a b?c=1#d").value
    'https://example.org/a%20b?c=1#d'
    """
    if not _ADDRESS.fullmatch(url):
        return None
    safe, hash_, fragment = url.partition("#")
    text = _quoted_address(safe) + hash_ + _quoted_address(fragment)
    try:
        return NamedNode(text)
    except ValueError:  # a host that is none
        return None


def _quoted_address(text: str) -> str:
    return quote(_BARE_PERCENT.sub("%25", text), safe=_SAFE + "?%", errors="surrogatepass")


def _quoted_id(node_id: str) -> str:
    """A node id as the tail of an IRI; linking made it safe, other graphs may not.

    A tilde, or a point at the end, would have to be escaped in a prefixed name, which rdflib cannot read.
    """
    if _SAFE_ID.fullmatch(node_id):
        return node_id
    text = _quoted_address(node_id).replace("?", "%3F").replace("~", "%7E")
    return f"{text[:-1]}%2E" if text.endswith(".") else text


class Iris:
    """The IRIs of one graph, under one base.

    >>> iris = Iris("https://kg.example/")
    >>> iris.node("paper/2506.01234").value
    'https://arxiv.org/abs/2506.01234'
    >>> iris.node("repository/github.com/owner/name").value
    'https://github.com/owner/name'
    >>> iris.node("method/knowrl").value
    'https://kg.example/method/knowrl'
    """

    def __init__(self, base: str) -> None:
        """Raises UsageError where the base is no absolute http(s) IRI, or has a query or a fragment."""
        self.base = base if base.endswith("/") else f"{base}/"
        known = address(self.base)
        if known is None or known.value != self.base or "?" in base or "#" in base:
            raise UsageError(f"{base!r} cannot be the base", hint="for example https://kg.example/")
        self.graph = NamedNode(f"{base}graph")
        self.run = NamedNode(f"{base}run")
        # a graph names the same nodes again and again, most of them near to one another
        self.node = lru_cache(maxsize=1 << 16)(self._node)

    def prefixes(self) -> dict[str, str]:
        """Prefixes for this graph's own IRIs, to make Turtle readable."""
        # not for pages: the slashes of an address would each need a backslash
        kinds = ("method", "model", "dataset", "task", "metric", "author", "statement", "evidence")
        return {kind: f"{self.base}{kind}/" for kind in kinds}

    def _node(self, node_id: str) -> NamedNode:
        kind, _, tail = node_id.partition("/")
        if kind == "paper":
            if _ARXIV.fullmatch(tail):
                return NamedNode(f"https://arxiv.org/abs/{tail}")
            if _DOI.fullmatch(tail):
                return NamedNode(f"https://doi.org/{quoted(tail)}")
        elif kind == "repository" and (repository := address(f"https://{tail}")) is not None:
            return repository
        return NamedNode(self.base + _quoted_id(node_id))

    def statement(self, edge: Edge) -> NamedNode:
        """Of what an edge states; the same whoever says so."""
        return NamedNode(f"{self.base}statement/s{_digest(edge.source, edge.kind, edge.target)}")

    def evidence(self, body: NamedNode, support: Support) -> NamedNode:
        """Of the annotation by which a stretch of text supports a statement or a result."""
        tail = body.value.removeprefix(self.base)
        place = f"{support.paper} {support.start} {support.end}"
        return NamedNode(f"{self.base}evidence/e{_digest(tail, place, support.rule)}")

    def text(self, paper_id: str) -> NamedNode:
        """Of a paper's text: title, newline, abstract."""
        return NamedNode(f"{self.base}text/{quoted(paper_id)}")

    def span(self, paper_id: str, start: int, end: int) -> NamedNode:
        """Of a stretch of a paper's text, with the fragment that RFC 5147 gives to plain text."""
        return NamedNode(f"{self.base}text/{quoted(paper_id)}#char={start},{end}")

    def selector(self, kind: str, span: NamedNode) -> NamedNode:
        """Of the selector that picks a span out by its position or by its quote."""
        text, _, place = span.value.partition("#char=")
        return NamedNode(f"{text}#{kind}={place}")


def _digest(*parts: str) -> str:
    """80 bits, in 20 hexadecimal digits: with ten million statements, a clash has odds of 1 in 10^10."""
    text = "\n".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=10).hexdigest()
