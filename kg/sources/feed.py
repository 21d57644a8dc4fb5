"""Feeds: Atom and RSS, as arXiv's interface, journals and preprint servers give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, BinaryIO

import feedparser

from kg.records import Paper, Problem
from kg.sources.json_lines import paper_or_problem
from kg.sources.streams import BrokenStreamError

_FEED = re.compile(
    r"\A\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:feed|rss|rdf:RDF)\b", re.DOTALL
)
_ENDS = (b"</feed>", b"</rss>", b"</rdf:RDF>")
#: What arXiv's RSS writes before an abstract.
_ANNOUNCED = re.compile(r"\A\s*arXiv:\S+\s+Announce Type: \S+\s+Abstract:\s*", re.I)
_BLOCKS = frozenset(["p", "div", "br", "li", "tr", "blockquote", "h1", "h2", "h3", "h4"])


def read_feed(stream: BinaryIO, name: str) -> Iterator[Paper | Problem]:
    """The papers of a feed, an entry each; a feed that breaks off gives the entries before the break.

    >>> import io
    >>> atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title></entry></feed>'
    >>> [paper.title for paper in read_feed(io.BytesIO(atom), "-")]
    ['T']
    """
    data, broken = _whole(stream)
    feed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    for number, entry in enumerate(feed.entries, 1):
        found = paper_or_problem(_record(entry), name, None)
        if isinstance(found, Problem):
            found = Problem(
                source=name, line=None, reason=f"entry {number} {found.reason}", advice=found.advice
            )
        yield found
    if broken is not None:
        raise broken
    error = feed.get("bozo_exception")
    if feed.bozo and error is not None and not isinstance(error, feedparser.CharacterEncodingOverride):
        line = error.getLineNumber() if hasattr(error, "getLineNumber") else None
        reason = error.getMessage() if hasattr(error, "getMessage") else " ".join(str(error).split())
        yield Problem(
            source=name,
            line=line,
            reason=f"is no well-formed feed here ({reason}); {len(feed.entries):,} entries were read",
            advice="fetch the feed again",
        )


def _whole(stream: BinaryIO) -> tuple[bytes, BrokenStreamError | None]:
    """The bytes of a stream, without half an entry, and the error by which it ends, if it does."""
    parts: list[bytes] = []
    broken = None
    try:
        parts.extend(iter(stream.readline, b""))
    except BrokenStreamError as error:
        broken = error
    data = b"".join(parts)
    if not data.rstrip().endswith(_ENDS):
        data = data[: max(data.rfind(end) + len(end) for end in (b"</entry>", b"</item>"))]
    return data, broken


def sniff_feed(head: str) -> bool:
    """Whether a text begins as Atom or RSS does.

    >>> sniff_feed('<?xml version="1.0"?><rss version="2.0">'), sniff_feed("<html>")
    (True, False)
    """
    return _FEED.match(head.removeprefix("\ufeff")) is not None


def _record(entry: Any) -> dict[str, object]:
    summary = entry.get("summary") or next((part.value for part in entry.get("content", ())), "")
    names = [author.get("name", "") for author in entry.get("authors", ())]
    return {
        "title": _text(entry.get("title", "")),
        "abstract": _ANNOUNCED.sub("", _text(summary)),
        "id": entry.get("id") or entry.get("link", ""),
        "url": entry.get("link", ""),
        "doi": entry.get("arxiv_doi") or entry.get("prism_doi") or entry.get("dc_identifier", ""),
        # arXiv's RSS has all authors in one element
        "authors": names if len(names) > 1 else ", ".join(names),
        "date": (entry.get("published") and _day(entry.get("published_parsed"))) or "",
        "categories": [tag.term for tag in entry.get("tags", ()) if tag.get("term")],
    }


def _day(parsed: Any) -> str:
    return f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}" if parsed else ""


def _text(markup: str) -> str:
    """What a reader would see of HTML; text with mathematical signs "<" is left alone."""
    if not re.search(r"</?[a-zA-Z][^<>]*>|&\w+;|&#", markup):
        return markup
    page = _Page()
    page.feed(markup)
    page.close()
    return "".join(page.parts).strip()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
