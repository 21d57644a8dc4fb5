r"""Web addresses in a text as given, whole and clean.

An address is found by its scheme, by "www.", by a host that is followed by a path, or, bare, where the
words before it say that something is to be found there. Then it is repaired: LaTeX escapes (`\_`), gaps
that a line break or a typesetter has left, full stops, brackets and sentences stuck to its end, `.git`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

_TOP_LEVELS = (
    "com|org|net|edu|gov|io|ai|co|dev|app|me|info|science|tech|cloud|page|site|space|online|xyz|ml|gg|gl|ly|cc|ms|"
    "sh|so|to|tv|eu|uk|de|fr|ch|at|nl|be|it|es|pt|se|no|fi|dk|pl|cz|ru|cn|jp|kr|tw|hk|sg|in|au|ca|br|us|il|ir"
)
#: Hosts where people put pages: the bare host is an address.
_PAGE_HOSTS = (
    r"github\.io|gitlab\.io|vercel\.app|netlify\.app|pages\.dev|web\.app|streamlit\.app|hf\.space|readthedocs\.io|"
    r"herokuapp\.com|firebaseapp\.com|wixsite\.com|notion\.site|weebly\.com|gitbook\.io"
)
_MAYBE = re.compile(
    rf"[hH][tT][tT][pP][sS]?\s?:|www\.|\b(?:github|gitlab)/|\.(?:{_TOP_LEVELS})(?![A-Za-z0-9_-])"
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_START = re.compile(
    rf"""
      (?P<scheme>(?<![A-Za-z])[hH][tT][tT][pP][sS]?\s?:\s?/\s?/\s?(?=[A-Za-z0-9]))
    | (?P<www>(?<![\w@/.-])www\.(?=[A-Za-z0-9]))
    | (?P<path>(?<![\w@/.\\-])(?:{_LABEL}\.)+(?:{_TOP_LEVELS})(?::\d+)?(?=/[\w~\\]))
    | (?P<page>(?<![\w@/.\\-])(?:{_LABEL}\.)+(?:{_PAGE_HOSTS})(?![\w@-]))
    | (?P<bare>(?<![\w@/.\\-])(?:{_LABEL}\.)+(?:{_TOP_LEVELS})(?![\w@-]|\.\w))
    | (?P<nickname>(?<![\w@/.\\-])(?:github|gitlab)/(?=[\w-]+/[\w.-]+))
    """,
    re.VERBOSE,
)
#: The words before a bare host that make it an address.
_INVITATION = re.compile(
    r"(?:available|accessible|accessed|hosted|released|found|published|visit|website|webpage|homepage|page|site|demo|"
    r"online|code|data|dataset)\s*(?:is|are)?\s*(?:publicly|freely|online|here|available)?\s*"
    r"(?:at|on|via|from|through|under|in|is|:)?\s*:?\s*[({<]?$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[A-Za-z0-9\u00c0-\u024f._~:/?\#@!&+,;=%|-]|\\[_%\#&~$-]|\\textasciitilde(?:\{\})?|\$\\sim\$|\{\\?_\}|\{~\}|\\~\{\}"
    r"|\([^\s()<>]{0,200}\)|\[[^\s\[\]]{0,200}\]){0,2000}"
)
_NEXT = re.compile(r"(?P<gap>[ \t]*\n\s*| )(?P<word>[/_-]?[A-Za-z0-9][\w./%\#?=&~+-]*)")
_ESCAPES = (
    (re.compile(r"\\textasciitilde(?:\{\})?|\$\\sim\$|\{~\}|\\~(?:\{\})?"), "~"),
    (re.compile(r"\{\\?_\}"), "_"),
    (re.compile(r"\\([_%#&$-])"), r"\1"),
    (re.compile(r"&amp;"), "&"),
)
_AFTER = re.compile(r"[.,;:!?'\"*|_~\\]+$")
#: A sentence that lacks its space: "…/XYZ.The code".
_GLUED = re.compile(
    r"\.(?:The|We|Our|This|These|In|It|Its|Code|Codes|To|For|However|Furthermore|Moreover|Additionally|Finally|"
    r"Results|Experiments|Extensive|Keywords?|All|Data|Project|Videos?|Demo|More|With|By|On|As|A|An|[A-Z][a-z]+ly)$"
)
_SECOND = re.compile(r"(?<![=/])https?:/", re.IGNORECASE)
_FILE_OR_HOST = re.compile(rf"(?:{_TOP_LEVELS})/|(?:html?|git|pdf|php|zip|json)\b")
_CASELESS_HOSTS = frozenset(
    ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com", "huggingface.co")
)
_REPOSITORY_HOSTS = _CASELESS_HOSTS | {"hf.co"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A web address at `text[start:end]`, repaired."""

    url: str
    start: int
    end: int


def find_addresses(text: str) -> Iterator[Address]:
    r"""Every web address of a text, in order.

    >>> [a.url for a in find_addresses(r"Code (github.com/org/my\_repo.git). Node.js, see https: //a.org/x.")]
    ['https://github.com/org/my_repo', 'https://a.org/x']
    """
    if not _MAYBE.search(text):
        return
    position = 0
    while True:
        match = _START.search(text, position)
        if match is None:
            return
        position = match.end()
        found = _address(text, match)
        if found is not None:
            position = found.end
            yield found


def _address(text: str, match: re.Match[str]) -> Address | None:
    start, kind = match.start(), match.lastgroup
    if kind == "bare" and not _INVITATION.search(text, max(0, start - 60), start):
        return None
    if kind in ("page", "bare") and text[match.end() : match.end() + 1] not in ("/", "?", "#"):
        end = match.end()
        raw = text[start:end]
    else:
        end = _tail_end(text, match.end())
        raw = text[match.end() : end]
        raw = re.sub(r"\s", "", match.group()) + raw
        raw, end = _continued(text, raw, end)
    url = raw
    second = _SECOND.search(url, 8)
    if second:  # two addresses run together
        end -= len(url) - second.start()
        url = url[: second.start()]
    url, end = _without_tail(url, end)
    for pattern, plain in _ESCAPES:
        url = pattern.sub(plain, url)
    url = re.sub(r"(?i)^https?://", lambda scheme: scheme.group().lower(), url)
    if kind == "nickname":
        url = re.sub(r"^(github|gitlab)/", r"https://\1.com/", url)
    elif kind != "scheme":
        url = f"https://{url}"
    url = re.sub(r"\.git$", "", url)
    return Address(url=url, start=start, end=end) if _is_host(url) else None


def _tail_end(text: str, start: int) -> int:
    match = _TAIL.match(text, start)
    return match.end() if match else start


def _continued(text: str, raw: str, end: int) -> tuple[str, int]:
    """The address with what a line break or a stray space has cut off."""
    for _ in range(3):
        following = _NEXT.match(text, end)
        if following is None or not _belongs(raw, following.group("gap"), following.group("word")):
            break
        begin = following.start("word")
        end = _tail_end(text, begin)
        raw += text[begin:end]
    return raw, end


def _belongs(raw: str, gap: str, word: str) -> bool:
    last = raw[-1:]
    broken = "\n" in gap
    path = [part for part in re.sub(r"(?i)^https?://", "", raw).split("/") if part]
    host = path[0].lower().removeprefix("www.") if path else ""
    unfinished = host in _REPOSITORY_HOSTS and len(path) < 3
    addresslike = bool(re.search(r"[-_/]|\w\.\w|\d", word))
    if word[0] == "/":
        return len(word) > 1 and (broken or len(path) < 3)
    if last == "/":
        return addresslike or (unfinished and not re.match(r"(?:and|or|for|is|are|to|in|with)\b", word))
    if last == ".":
        return bool(_FILE_OR_HOST.match(word))
    if broken:
        return last in "-_=&%?#~+" or word[0] in "-_" or (unfinished and "/" in word)
    return False


def _without_tail(url: str, end: int) -> tuple[str, int]:
    """The address without punctuation, half brackets and sentences that are stuck to it."""
    while True:
        glued = _AFTER.search(url) or _GLUED.search(url)
        if glued is None or glued.start() == 0:
            return url, end
        end -= len(url) - glued.start()
        url = url[: glued.start()]


def _is_host(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return bool(
        re.fullmatch(
            r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]+)|\d{1,3}(?:\.\d{1,3}){3}", host
        )
    )


def canonical_url(url: str) -> str:
    """One spelling for one place: scheme https, host in small letters, no "www.", ".git", "/tree/main".

    Owners and names of repositories keep their letters, for show; `url_key` is for comparing.

    >>> canonical_url("http://www.GitHub.com/Org/Repo.git"), canonical_url("github.com/Org/Repo/tree/main/")
    ('https://github.com/Org/Repo', 'https://github.com/Org/Repo')
    """
    address = re.sub(r"(?i)^https?://", "", url.strip())
    host, slash, path = address.partition("/")
    host = re.sub(r":(?:80|443)$", "", host.lower()).removeprefix("www.")
    host = "huggingface.co" if host == "hf.co" else host
    if host in _REPOSITORY_HOSTS:
        path = re.sub(r"/(?:-/)?tree/(?:main|master)/?$", "", path)
    path = re.sub(r"\.git$", "", path.rstrip("/"))
    return f"https://{host}{slash if path else ''}{path}"


def url_key(url: str) -> str:
    """What two addresses of one place have in common, letter case aside where it means nothing.

    >>> url_key("https://github.com/Org/Repo/") == url_key("http://github.com/org/repo.git")
    True
    """
    canonical = canonical_url(url)
    host = canonical.removeprefix("https://").partition("/")[0]
    return canonical.casefold() if host in _CASELESS_HOSTS else canonical
