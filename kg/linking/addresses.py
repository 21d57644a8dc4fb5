"""Web addresses as nodes: one node a repository or page, whatever its spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

from kg.addresses import canonical_url, url_key
from kg.linking.identifiers import short_hash
from kg.linking.words import wordset

#: Hosts where the first two parts of a path name a source repository.
CODE_HOSTS = wordset("github.com gitlab.com bitbucket.org codeberg.org gitee.com")
#: Where authors put code for anonymous review: /r/NAME.
ANONYMOUS_HOSTS = wordset("anonymous.4open.science")
#: First parts of paths on code hosts that are pages of the host.
_NO_OWNERS = wordset(
    "about apps collections enterprise explore features marketplace orgs sponsors topics users"
)
_GITLAB_PAGES = wordset("- tree blob raw wikis issues merge_requests commits")
#: What stands under the first parts of paths on Hugging Face; models stand under none.
_HUGGING_FACE = {"datasets": ("DATASET",), "spaces": ("METHOD", "MODEL", "DATASET")}
_HUGGING_FACE_PAGES = wordset("blog collections docs models papers posts learn tasks")
_ARXIV = re.compile(
    r"/(?:abs|pdf|html|format|papers)/((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}))(?:v\d+)?(?:\.pdf)?$"
)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(\d{4}\.\d{4,5}|[a-z-]+/\d{7})(?:v\d+)?")
#: What the host puts behind a name.
_ANONYMOUS_TAIL = re.compile(r"-[0-9A-F]{4}$")
LONGEST = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a web address leads."""

    node: str  #: node id
    kind: str  #: REPOSITORY or PAGE
    url: str  #: in its canonical spelling
    name: str  #: what to call it: "owner/repository", else the address without its scheme
    repository: str = ""  #: the repository's own name, without its owner; also of what Hugging Face holds
    types: tuple[
        str, ...
    ] = ()  #: types of entities that it may stand for; empty: none, or any of a repository


def address(url: str) -> Address:
    """The node that a web address leads to.

    >>> address("http://www.GitHub.com/Org/Repo.git").node
    'repository/github.com/org/repo'
    >>> address("https://github.com/org/repo/tree/main/data").url
    'https://github.com/org/repo'
    >>> address("https://org.github.io/Project/").node
    'page/org.github.io/Project'
    """
    parts = _parts(url)
    host = parts.netloc
    path = [part for part in parts.path.split("/") if part]
    if host == "gitlab.com":  # groups within groups
        end = next((i for i, part in enumerate(path) if part in _GITLAB_PAGES), len(path))
        if end > 2 and path[0].casefold() not in _NO_OWNERS:
            return _repository(f"https://{host}/{'/'.join(path[:end]).removesuffix('.git')}", path[end - 1])
    if host in CODE_HOSTS and len(path) > 1 and path[0].casefold() not in _NO_OWNERS:
        return _repository(f"https://{host}/{path[0]}/{path[1].removesuffix('.git')}", path[1])
    if host in ANONYMOUS_HOSTS and len(path) > 1 and path[0] == "r":
        return _repository(f"https://{host}/r/{path[1]}", _ANONYMOUS_TAIL.sub("", path[1]))
    tail = "/".join(filter(None, [host, *path])) + (f"?{parts.query}" if parts.query else "")
    repository, types = _held(host, path)
    return Address(
        node=f"page/{_safe(_tail(f'https://{tail}'))}",
        kind="PAGE",
        url=f"https://{tail}",
        name=tail,
        repository=repository,
        types=types,
    )


def _held(host: str, path: list[str]) -> tuple[str, tuple[str, ...]]:
    """The name of what a page of a store of models and data holds, and the types of what that may be.

    >>> _held("huggingface.co", ["datasets", "org", "KnowData"])
    ('KnowData', ('DATASET',))
    >>> _held("huggingface.co", ["org", "KnowRL-7B"]), _held("zenodo.org", ["records", "123"])
    (('KnowRL-7B', ('MODEL', 'METHOD')), ('', ('DATASET', 'MODEL', 'METHOD')))
    """
    if host in ("huggingface.co", "hf.co"):
        if len(path) > 2 and path[0] in _HUGGING_FACE:
            return path[2], _HUGGING_FACE[path[0]]
        if len(path) > 1 and path[0] not in _HUGGING_FACE and path[0] not in _HUGGING_FACE_PAGES:
            return path[1], ("MODEL", "METHOD")
    if path and (
        (host == "zenodo.org" and path[0] in ("record", "records", "doi"))
        or (host == "doi.org" and len(path) > 1 and path[1].startswith("zenodo."))
    ):
        return "", ("DATASET", "MODEL", "METHOD")
    return "", ()


def _parts(url: str) -> SplitResult:
    """The parts of an address in its canonical spelling; of what is no address, all in its path."""
    try:
        return urlsplit(canonical_url(url))
    except ValueError:  # brackets that are no IPv6 host
        return SplitResult("https", "", url, "", "")


def _repository(url: str, name: str) -> Address:
    path = url.partition("://")[2].partition("/")[2]
    return Address(
        node=f"repository/{_safe(_tail(url))}",
        kind="REPOSITORY",
        url=url,
        name=path.removeprefix("r/"),
        repository=name.removesuffix(".git"),
    )


def _tail(url: str) -> str:
    """An address without its scheme, in small letters where its host does not mind."""
    return url_key(url).removeprefix("https://")


def _safe(tail: str) -> str:
    """A tail that is safe in an IRI, and not too long."""
    found = quote(unquote(tail), safe="/-._~")
    if len(found) <= LONGEST:
        return found
    cut = re.sub(r"%[0-9A-F]?$", "", found[:LONGEST])
    return f"{cut}-{short_hash(tail)}"


def paper_id(url: str) -> tuple[str, str]:
    """The arXiv id and the DOI that an address leads to, each empty where it is none.

    >>> paper_id("https://arxiv.org/pdf/2506.01234v2.pdf"), paper_id("https://doi.org/10.1000/ABC.1")
    (('2506.01234', ''), ('', '10.1000/abc.1'))
    """
    parts = _parts(url)
    if parts.netloc in ("doi.org", "dx.doi.org"):
        doi = unquote(parts.path).strip("/").casefold()
        arxiv = _ARXIV_DOI.fullmatch(doi)
        return (arxiv[1] if arxiv else "", doi if doi.startswith("10.") else "")
    if parts.netloc.endswith(("arxiv.org", "alphaxiv.org", "huggingface.co")):
        found = _ARXIV.search(parts.path)
        if found:
            return found[1], ""
    return "", ""
