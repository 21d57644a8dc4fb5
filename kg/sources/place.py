"""A paper together with the place it was read at, so that later stages can name it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from kg.records import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRead(Paper):
    """What readers yield: a `Paper` that knows where it stands. `unique` gives plain papers."""

    source: str  #: file name as the user gave it, "-" for standard input
    line: int | None  #: of its first line, counted from 1; None where lines mean nothing

    @property
    def place(self) -> str:
        """Source and line in one word, as messages name them."""
        return self.source if self.line is None else f"{self.source}:{self.line}"


PAPER_FIELDS = tuple(field.name for field in fields(Paper))


def plain(paper: Paper) -> Paper:
    """The paper without its place.

    >>> plain(PaperRead(id="1", title="T", source="a.csv", line=2))
    Paper(id='1', title='T', abstract='', authors=(), url='', arxiv_id='', doi='', date='', categories=())
    """
    if type(paper) is Paper:
        return paper
    return Paper(**{name: getattr(paper, name) for name in PAPER_FIELDS})
