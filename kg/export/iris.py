"""Which IRI each node, statement, text and stretch of text has.

An IRI follows from the node's id alone, so every stage and every run gives the same one. What has an
address of its own uses it: papers that arXiv or a DOI names, and repositories. All else stands under
the base IRI that the user chooses.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache, partial
from urllib.parse import quote

from pyoxigraph import NamedNode

from kg.errors import UsageError
from kg.records import paper_node

#: Where papers that arXiv names have their address.
ARXIV = "https://arxiv.org/abs/"

_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}")
_DOI = re.compile(r"10\.\d{4,9}/.+", re.DOTALL)
_SAFE = "/-._~!$&'()*+,;=:@"  # RFC 3987: what may stand in a path unquoted
_ADDRESS = re.compile(r"https?://[^/\s]+.*", re.DOTALL)
_SAFE_ID = re.compile(r"(?:[A-Za-z0-9._/-]|%[0-9A-F]{2})+(?<!\.)")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@lru_cache(maxsize=1024)
def quoted(text: str) -> str:
    """The text as the tail of an IRI's path: ASCII, everything else percent-encoded.

    >>> quoted("10.1000/a<b>#1")
    '10.1000/a%3Cb%3E%231'
    """
    return quote(text, safe=_SAFE, errors="surrogatepass")


def address(url: str) -> str | None:
    """A web address as an IRI; None where it is none. What is percent-encoded already stays so.

    >>> address("https://example.org/a b?c=1#d")
    '<https://example.org/a%20b?c=1#d>'
    """
    if not _ADDRESS.fullmatch(url):
        return None
    safe, hash_, fragment = url.partition("#")
    text = _quoted_address(safe) + hash_ + _quoted_address(fragment)
    try:
        return str(NamedNode(text))
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
    """The IRIs of one graph, under one base, as N-Triples writes them.

    >>> iris = Iris("https://kg.example/")
    >>> iris.node("paper/2506.01234")
    '<https://arxiv.org/abs/2506.01234>'
    >>> iris.node("repository/github.com/owner/name")
    '<https://github.com/owner/name>'
    >>> iris.node("method/knowrl")
    '<https://kg.example/method/knowrl>'
    """

    def __init__(self, base: str) -> None:
        """Raises UsageError where the base is no absolute http(s) IRI, or has a query or a fragment."""
        self.base = base if base.endswith("/") else f"{base}/"
        if address(self.base) != f"<{self.base}>" or "?" in base or "#" in base:
            raise UsageError(f"{base!r} cannot be the base", hint="for example https://kg.example/")
        self.graph = f"<{self.base}graph>"
        self.run = f"<{self.base}run>"
        # a graph names the same nodes again and again, most of them near to one another
        # (of a function, not of a method: what refers to itself is not freed when it is done with)
        self.node = lru_cache(maxsize=1 << 16)(partial(_node, self.base))

    def prefixes(self) -> dict[str, str]:
        """Prefixes for this graph's own IRIs and for papers, to make Turtle short and readable."""
        # not for pages: the slashes of an address would each need a backslash
        kinds = ("method", "model", "dataset", "task", "metric", "author", "statement")
        return {kind: f"{self.base}{kind}/" for kind in kinds} | {"arxiv": ARXIV}

    def paper(self, paper_id: str) -> str:
        """Of a paper."""
        return self.node(paper_node(paper_id))

    def month(self, month: str) -> str:
        """Of a month ("2025-09"), or of no known month ("none")."""
        return f"<{self.base}month/{month}>"

    def statement(self, source: str, kind: str, target: str) -> str:
        """Of what an edge between two nodes states; the same whoever says so."""
        return f"<{self.base}statement/s{_digest(source, kind, target)}>"

    def count(self, node_id: str, how: str, other: str) -> str:
        """Of the number of papers that name a node and have to do, in some way, with another thing."""
        return f"<{self.base}count/c{_digest(node_id, how, other)}>"

    def evidence(self, paper_id: str, start: int, end: int, rule: str) -> str:
        """Of the annotation by which a stretch of a paper's text, as a rule reads it, supports statements."""
        by = quoted(rule).replace("/", "%2F")
        return f"<{self.base}evidence/{quoted(paper_id)}/{start}-{end}/{by}>"

    def text(self, paper_id: str) -> str:
        """Of a paper's text: title, newline, abstract."""
        return f"<{self.base}text/{quoted(paper_id)}>"

    def span(self, paper_id: str, start: int, end: int, *, part: str = "char") -> str:
        """Of a stretch of a paper's text, with the fragment that RFC 5147 gives to plain text; `part` names
        the selectors that pick it out by its position or by its quote."""
        return f"<{self.base}text/{quoted(paper_id)}#{part}={start},{end}>"


def _node(base: str, node_id: str) -> str:
    """Of a node."""
    kind, _, tail = node_id.partition("/")
    if kind == "paper":
        if _ARXIV_ID.fullmatch(tail):
            return f"<{ARXIV}{tail}>"
        if _DOI.fullmatch(tail):
            return f"<https://doi.org/{quoted(tail)}>"
    elif kind == "repository" and (repository := address(f"https://{tail}")) is not None:
        return repository
    return f"<{base}{_quoted_id(node_id)}>"


def _digest(*parts: str) -> str:
    """80 bits, in 20 hexadecimal digits: with ten million statements, a clash has odds of 1 in 10^10."""
    text = "\n".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=10).hexdigest()
