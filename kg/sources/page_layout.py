"""Which pieces of a copied page are papers: each abstract, and the title that stands above it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kg.sources import page_forms as forms
from kg.sources.page_pieces import Piece
from kg.sources.page_titles import Gap, Layout, Looks, Repeated, looks_of

#: arXiv allows 1,920 characters: two paragraphs that are longer together are two abstracts.
_LONGEST_ABSTRACT = 2_000
#: A paragraph below PARAGRAPH is an abstract only where it is at least this wide and its title is plain.
_SHORTEST_ABSTRACT = 80
_STOPS = (".", "。", "．")

_BULLET = re.compile(r"^(?:#{1,6}|[-*•‣▪▶])\s+|^\d{1,3}[.)]\s+")
_TRAILING_COUNT = re.compile(r"\s+[^\w\s()\[\]{}.,:;!?'\"$%&/+*=<>|\\-]+\s*\d[\d.,]*[kKmM]?\s*$")
_MARKDOWN_LINK = re.compile(r"^\[(?P<text>.+)\]\((?P<url>\S+?)\)$")


@dataclass(kw_only=True)
class PagePaper:
    """A paper as it stands on a page."""

    title: str
    paragraphs: list[Piece]
    line: int  #: of the title
    authors: tuple[str, ...] = ()
    date_line: str = ""  #: the last line above it that is a date
    arxiv_id: str = ""
    url: str = ""

    @property
    def abstract(self) -> str:
        """Its paragraphs, with a blank line between them where the page has one."""
        text = ""
        for piece in self.paragraphs:
            text += ("\n\n" if piece.after_blank else "\n") * bool(text) + piece.text
        return text


@dataclass(kw_only=True)
class Page:
    """What was found on a page."""

    papers: list[PagePaper] = field(default_factory=list)
    untitled: list[Piece] = field(default_factory=list)  #: paragraphs that no title stands above


def papers_of(pieces: Sequence[Piece]) -> Page:
    """The papers of a page, in its order."""
    gaps = _gaps(pieces)
    layout = Layout.of(gaps)
    titled = [layout.titled(gap) for gap in gaps]
    links_above = _stands_above(titled, _link)
    dates_above = _stands_above(titled, _date)
    page = Page()
    last: PagePaper | None = None  # the one that the next pieces may still belong to
    heading = ""  # the last date that stood above a title
    for gap, title_at in titled:
        end = len(gap.pieces) if title_at is None else title_at
        above = gap.pieces[:end]
        if last:
            above = above[_continue(last, gap, end, layout.repeated) :]
        link = _link(above)
        if last and not links_above:
            last.arxiv_id = last.arxiv_id or link
        if dates_above:
            heading = _date(above) or heading
        if gap.abstract is None:
            break
        if title_at is None:
            last = _untitled(page, last, above, gap.abstract)
            continue
        below = gap.pieces[end + 1 :]
        title, url = _plain_title(gap.pieces[title_at].flat)
        last = PagePaper(
            title=title,
            paragraphs=[gap.abstract],
            line=gap.pieces[title_at].line,
            authors=next((piece.names for piece in below if piece.names), ()),
            date_line=_date(below) or heading,
            arxiv_id=_link(below) or (link if links_above else ""),
            url=url,
        )
        page.papers.append(last)
    return page


def _stands_above(titled: Sequence[tuple[Gap, int | None]], find: Callable[[Sequence[Piece]], str]) -> bool:
    """Whether something stands above its papers' titles: above the first, not behind the last abstract."""
    first, title_at = titled[0]
    return bool(title_at and find(first.pieces[:title_at])) and not find(titled[-1][0].pieces)


def _link(pieces: Sequence[Piece]) -> str:
    """The first arXiv id among some pieces."""
    return next((found for piece in pieces if (found := forms.arxiv_of_line(piece.flat))), "")


def _date(pieces: Sequence[Piece]) -> str:
    """The last of some pieces that is a date."""
    return next((piece.flat for piece in reversed(pieces) if forms.is_date(piece.flat)), "")


def _gaps(pieces: Sequence[Piece]) -> list[Gap]:
    gaps: list[Gap] = []
    between: list[Piece] = []
    for at, piece in enumerate(pieces):
        if _is_abstract(pieces, at, between, head=not gaps):
            gaps.append(Gap(pieces=between, abstract=piece))
            between = []
        else:
            between.append(piece)
    gaps.append(Gap(pieces=between, abstract=None))
    return gaps


def _is_abstract(pieces: Sequence[Piece], at: int, between: Sequence[Piece], *, head: bool) -> bool:
    """Whether a piece is an abstract, given those since the last one; `head` says that there was none yet."""
    piece = pieces[at]
    above = looks_of(between[-1]) if between else Looks.NEVER
    if forms.is_notice(piece.flat) and above < Looks.TITLE:
        return False
    if piece.is_paragraph:
        follows = at + 1 < len(pieces) and pieces[at + 1].is_paragraph
        # a very long title: no sentence, and an abstract comes at once
        return not (follows and piece.width < 350 and not forms.ends_sentence(piece.flat))
    if piece.width < _SHORTEST_ABSTRACT or piece.names or not piece.flat.endswith(_STOPS):
        return False
    if forms.sentences(piece.flat) < 2 and forms.words(piece.flat) < (15 if head else 12):
        return False
    # the head of a page holds banners, with a word or two above them
    return above >= (Looks.TITLE if head else Looks.SHORT_TITLE) and not between[-1].flat.endswith(_STOPS)


def _continue(paper: PagePaper, gap: Gap, end: int, repeated: Repeated) -> int:
    """Give an abstract the sentences that follow it at once; how many pieces of the gap they are."""
    abstract = paper.paragraphs
    used = 0
    while used < end:
        piece = gap.pieces[used]
        if repeated(piece.flat) or forms.is_sign(piece.flat) or forms.is_date(piece.flat):
            break
        open_end = not forms.ends_paragraph(abstract[-1].flat) and not piece.after_blank
        broken_off = open_end and (piece.flat[0].islower() or forms.ends_paragraph(piece.flat))
        sentence = forms.words(piece.flat) >= 4 and piece.flat.endswith(_STOPS)
        linked = forms.holds_address(piece.flat) and not forms.is_address(piece.flat)
        if not (broken_off or linked or (sentence and gap.abstract is not None)):
            break
        if forms.is_notice(piece.flat) or piece.names:
            break
        abstract.append(piece)
        used += 1
    return used


def _untitled(
    page: Page, last: PagePaper | None, above: Sequence[Piece], paragraph: Piece
) -> PagePaper | None:
    """Put a paragraph without a title where it belongs, and say which paper goes on."""
    if last and not above:
        width = paragraph.width + sum(piece.width for piece in last.paragraphs)
        if width <= _LONGEST_ABSTRACT:
            last.paragraphs.append(paragraph)
            return last
    if not forms.is_notice(paragraph.flat):
        page.untitled.append(paragraph)
    return None


def _plain_title(text: str) -> tuple[str, str]:
    """A title without what a page puts before and behind it, and the address it leads to, if any.

    >>> _plain_title("## [A Study](https://arxiv.org/abs/2506.01234)")
    ('A Study', 'https://arxiv.org/abs/2506.01234')
    >>> _plain_title("A Study of Models ▲ 12"), _plain_title("3D Gaussians")
    (('A Study of Models', ''), ('3D Gaussians', ''))
    """
    text = _TRAILING_COUNT.sub("", _BULLET.sub("", text))
    link = _MARKDOWN_LINK.match(text)
    return (link["text"], link["url"]) if link else (text, "")
