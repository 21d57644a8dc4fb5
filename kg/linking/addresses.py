"""Web addresses as nodes: one node a repository or page, whatever its spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from kg.linking.identifiers import short_hash

#: Hosts of source repositories, and whether upper and lower case mean the same there.
CODE_HOSTS: dict[str, bool] = {
    "github.com": True,
    "gitlab.com": True,
    "bitbucket.org": True,
    "codeberg.org": True,
    "gitee.com": True,
}
_ARXIV = re.compile(
    r"/(?:abs|pdf|html|format)/((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}))(?:v\d+)?(?:\.pdf)?/?$"
)
_PLACES_OF_PAPERS = ("alphaxiv.org", "huggingface.co/papers", "hf.co/papers")
LONGEST = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a web address leads."""

    node: str  #: node id
    kind: str  #: REPOSITORY or PAGE
    url: str  #: one spelling for all
    owner: str = ""  #: of repositories
    name: str = ""


def address(url: str, *, kind: str = "other") -> Address:
    """The node that a web address leads to.

    >>> address("http://www.GitHub.com/Org/Repo.git").node
    'repository/github.com/org/repo'
    >>> address("https://github.com/org/repo/tree/main/data").url
    'https://github.com/org/repo'
    >>> address("https://org.github.io/Project/").node
    'page/org.github.io/Project'
    """
    parts = urlsplit(url if "://" in url else f"https://{url}")
    host = (
        (parts.netloc.rpartition("@")[2].casefold())
        .removeprefix("www.")
        .removesuffix(":80")
        .removesuffix(":443")
    )
    segments = [segment for segment in parts.path.split("/") if segment]
    if (
        host in CODE_HOSTS
        and len(segments) >= 2
        and segments[0] not in ("orgs", "topics", "features", "sponsors")
    ):
        owner, name = segments[0], re.sub(r"\.git$", "", segments[1])
        tail = f"{host}/{owner}/{name}".casefold() if CODE_HOSTS[host] else f"{host}/{owner}/{name}"
        return Address(
            node=f"repository/{_safe(tail)}",
            kind="REPOSITORY",
            url=f"https://{host}/{owner}/{name}",
            owner=owner,
            name=name,
        )
    tail = "/".join([host, *segments]) + (f"?{parts.query}" if parts.query else "")
    return Address(node=f"page/{_safe(tail)}", kind="PAGE", url=f"https://{tail}")


def _safe(tail: str) -> str:
    found = quote(unquote(tail), safe="/-._~")
    return found if len(found) <= LONGEST else f"{found[:LONGEST].rstrip('%')}-{short_hash(tail)}"


def paper_id(url: str) -> tuple[str, str]:
    """The arXiv id and the DOI that an address leads to, each empty where it is none.

    >>> paper_id("https://arxiv.org/pdf/2506.01234v2.pdf"), paper_id("https://doi.org/10.1000/ABC.1")
    (('2506.01234', ''), ('', '10.1000/abc.1'))
    """
    parts = urlsplit(url if "://" in url else f"https://{url}")
    host = parts.netloc.casefold().removeprefix("www.")
    if host in ("doi.org", "dx.doi.org"):
        doi = unquote(parts.path).strip("/").casefold()
        arxiv = re.fullmatch(r"10\.48550/arxiv\.(\d{4}\.\d{4,5}|[a-z-]+/\d{7})(?:v\d+)?", doi)
        return (arxiv[1], doi) if arxiv else ("", doi if doi.startswith("10.") else "")
    if host.endswith("arxiv.org") or f"{host}{parts.path}".startswith(_PLACES_OF_PAPERS):
        found = _ARXIV.search(parts.path) or re.search(r"/papers/(\d{4}\.\d{4,5})(?:v\d+)?/?$", parts.path)
        if found:
            return found[1], ""
    return "", ""
