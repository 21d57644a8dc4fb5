"""Pages of daily papers, copied as text: titles and abstracts among the page's own furniture.

Such an export has no markup. Papers are told from furniture by their form (`page_forms`), after the
page has been cut into pieces (`page_pieces`) and the pieces have been put in their places
(`page_layout`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from kg.records import Paper, Problem
from kg.sources.dates import iso_date
from kg.sources.fields import BadRecordError, paper_of
from kg.sources.json_lines import not_utf8
from kg.sources.page_layout import Page, PagePaper, papers_of
from kg.sources.page_pieces import Piece, pieces
from kg.sources.streams import BrokenStreamError, text_lines
from kg.sources.text import is_undecoded

#: To be recognised unasked, a text must hold this share of titled paragraphs, of this width on average.
_TITLED = 0.75
_AVERAGE = 250


def read_daily(stream: BinaryIO, name: str) -> Iterator[Paper | Problem]:
    r"""The papers of a page, with the line of the title, and a problem for each paragraph without a title.

    >>> import io
    >>> page = "Daily Papers\n\nSep 2\n\nA Study of Things\n\n" + "We study many things here. " * 12
    >>> [(paper.title, paper.line) for paper in read_daily(io.BytesIO(page.encode()), "-")]
    [('A Study of Things', 5)]
    """
    numbered: list[tuple[int, str]] = []
    broken: BrokenStreamError | None = None
    try:
        for number, line in text_lines(stream):
            numbered += ((number, part) for part in line.splitlines() or [""])
    except BrokenStreamError as error:  # what came before it is read first
        broken = error
    page = papers_of(pieces(numbered))
    found: list[PagePaper | Piece] = [*page.papers, *page.untitled]
    for item in sorted(found, key=lambda item: item.line):
        if isinstance(item, PagePaper):
            yield _paper(item, name)
        else:
            yield Problem(
                source=name,
                line=item.line,
                reason=f"a paragraph without a title ({item.flat[:50]}…)",
                advice="put its title on a line above it",
            )
    if broken is not None:
        raise broken


def sniff_daily(head: str) -> bool:
    """Whether a text is such a page: paragraphs of an abstract's size, each under a title of its own."""
    page = papers_of(pieces(enumerate(head.splitlines(), start=1)))
    if not page.papers or len(page.papers) < _TITLED * (len(page.papers) + len(page.untitled)):
        return False
    return sum(len(paper.abstract) for paper in page.papers) >= _AVERAGE * len(page.papers) or _has_date(page)


def _has_date(page: Page) -> bool:
    return any(paper.date_line for paper in page.papers)


def _paper(paper: PagePaper, name: str) -> Paper | Problem:
    if is_undecoded(paper.title) or is_undecoded(paper.abstract):
        return not_utf8(name, paper.line)
    try:
        return paper_of(
            {
                "title": paper.title,
                "abstract": paper.abstract,
                "authors": list(paper.authors),
                "arxiv_id": paper.arxiv_id,
                "url": paper.url,
                "date": iso_date(paper.date_line),
            },
            source=name,
            line=paper.line,
        )
    except BadRecordError as error:
        return Problem(source=name, line=paper.line, reason=error.reason, advice=error.advice)
