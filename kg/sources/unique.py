"""The same paper from two sources is one paper; different papers stay apart.

Two steps, each a pure function. `grouped` decides, from their keys alone, which records are one paper;
`merged` makes one paper of a group. Neither depends on the order of the records. Keys are small, so records
may stay on disk: `kg.sources.union` groups their keys, and merges one group at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.records import Paper, Problem
from kg.sources.dates import earliest
from kg.sources.ids import arxiv_id, arxiv_url, doi, normal_title, slug_id, title_key
from kg.sources.place import PaperRead, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What tells whether two records are one paper; each may be empty but the id."""

    id: str
    arxiv_id: str
    doi: str
    title: str  #: ids.title_key

    @classmethod
    def of(cls, paper: Paper) -> Keys:
        """The keys of a paper."""
        return cls(
            id=paper.id, arxiv_id=paper.arxiv_id, doi=paper.doi, title=title_key(paper.title, paper.abstract)
        )


def unique(papers: Iterable[Paper], problems: list[Problem]) -> list[Paper]:
    """Each paper once, by id; what one source lacks is filled in from another.

    Where sources give one paper different texts, one text is kept - the longer abstract, by its letters,
    else the one that comes first by code points - and a problem that says so is added to `problems`.
    For papers in memory; `kg.sources.union` does the same for records on disk.

    >>> page = Paper(id="a-study-1", title="A Study of Many Things", abstract="We study.")
    >>> record = Paper(id="2506.01234", arxiv_id="2506.01234", title="A study of many things.")
    >>> [(paper.id, paper.abstract) for paper in unique([page, record], [])]
    [('2506.01234', 'We study.')]
    """
    records = list(papers)
    found: list[Paper] = []
    conflicts: list[tuple[str, Problem]] = []
    for group in grouped([Keys.of(record) for record in records]):
        members = distinct(records[at] for at in group)
        paper = merged(members)
        found.append(paper)
        if problem := conflict(paper, members):
            conflicts.append((paper.id, problem))
    problems += (problem for _, problem in sorted(conflicts, key=lambda pair: pair[0]))
    return sorted(found, key=lambda paper: paper.id)


def distinct(records: Iterable[Paper]) -> list[Paper]:
    """The records that say different things, each at the first of the places where it stands."""
    first: dict[Paper, Paper] = {}
    for record in records:
        paper = plain(record)
        known = first.get(paper)
        if known is None or _place_order(record) < _place_order(known):
            first[paper] = record
    return list(first.values())


def _place_order(record: Paper) -> tuple[str, int]:
    if isinstance(record, PaperRead):
        return record.source, -1 if record.line is None else record.line
    return "", -1


# ---------------------------------------------------------------- which records are one paper


def grouped(keys: Sequence[Keys]) -> list[list[int]]:
    """Positions of the records of each paper.

    One id or one arXiv id is one paper. So is one DOI, unless papers with different arXiv ids claim it.
    So is one title, unless that would join different arXiv ids or different DOIs; then only those
    records are joined that have neither. Titles and DOIs are taken in their own order, so that the
    outcome does not depend on that of the records.

    >>> one, two = (Keys(id=i, arxiv_id=i, doi="", title="sametitle") for i in ("2506.00001", "2506.00002"))
    >>> grouped([one, two, one])
    [[0, 2], [1]]
    """
    sets = _Sets(keys)
    for name in ("id", "arxiv_id"):
        for _, members in _by(keys, name):
            sets.join(members)
    for _, members in _by(keys, "doi"):
        sets.join(members if sets.agree(members, dois=False) else sets.without_arxiv(members))
    for _, members in _by(keys, "title"):
        sets.join(members if sets.agree(members, dois=True) else sets.without_identifier(members))
    return sets.groups()


def _by(keys: Sequence[Keys], name: str) -> Iterator[tuple[str, list[int]]]:
    """Positions of the records that share a key, by that key; only where there are several."""
    shared: dict[str, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        if value := getattr(key, name):
            shared[value].append(at)
    return iter(sorted(item for item in shared.items() if len(item[1]) > 1))


class _Sets:
    """Records that have been joined, with the identifiers that each set has (union-find)."""

    def __init__(self, keys: Sequence[Keys]) -> None:
        self._parent = list(range(len(keys)))
        self._arxiv = [frozenset(filter(None, (key.arxiv_id,))) for key in keys]
        self._dois = [frozenset(filter(None, (key.doi,))) for key in keys]

    def join(self, members: Iterable[int]) -> None:
        roots = sorted({self._root(at) for at in members})
        for other in roots[1:]:
            self._parent[other] = roots[0]
            self._arxiv[roots[0]] |= self._arxiv[other]
            self._dois[roots[0]] |= self._dois[other]

    def agree(self, members: Iterable[int], *, dois: bool) -> bool:
        """Whether joining these would bring no two arXiv ids, and no two DOIs, into one set."""
        roots = {self._root(at) for at in members}
        return self._alike(self._arxiv[root] for root in roots) and (
            not dois or self._alike(self._dois[root] for root in roots)
        )

    def without_arxiv(self, members: Iterable[int]) -> list[int]:
        return [at for at in members if not self._arxiv[self._root(at)]]

    def without_identifier(self, members: Iterable[int]) -> list[int]:
        return [at for at in self.without_arxiv(members) if not self._dois[self._root(at)]]

    def groups(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for at in range(len(self._parent)):
            found[self._root(at)].append(at)
        return list(found.values())

    def _root(self, at: int) -> int:
        while self._parent[at] != at:
            self._parent[at] = self._parent[self._parent[at]]
            at = self._parent[at]
        return at

    @staticmethod
    def _alike(sets: Iterable[frozenset[str]]) -> bool:
        """Whether all sets that are not empty are the same."""
        return len({one for one in sets if one}) <= 1


# ---------------------------------------------------------------- one paper of several records


def merged(members: Sequence[Paper]) -> Paper:
    """One paper of several records of it, whatever their order."""
    if len(members) == 1:
        return plain(members[0])
    text = min(members, key=_text_order)
    arxiv = _smallest(paper.arxiv_id for paper in members)
    urls = {paper.url for paper in members if paper.url}
    own = arxiv_url(arxiv) if arxiv else ""
    return Paper(
        id=min(members, key=_id_order).id,
        title=text.title,
        abstract=text.abstract,
        authors=min((paper.authors for paper in members), key=_fullest),
        url=own if own in urls else _smallest(urls) or own,
        arxiv_id=arxiv,
        doi=_smallest(paper.doi for paper in members),
        date=earliest(paper.date for paper in members),
        categories=min((paper.categories for paper in members), key=_fullest),
    )


def conflict(paper: Paper, members: Sequence[Paper]) -> Problem | None:
    """What to report where a paper's records differ in their texts, but for case, marks and spaces."""
    abstracts = {normal_title(member.abstract) for member in members if member.abstract}
    titles = {normal_title(member.title) for member in members}
    if len(abstracts) <= 1 and len(titles) <= 1:
        return None
    ordered = sorted(members, key=lambda member: (*_text_order(member), _place(member)))
    kept = ordered[0]
    others = [member for member in ordered if _differs(member, kept)]
    if not others:
        return None
    what = "texts" if any(member.abstract for member in others) else "titles"
    places = ", ".join(sorted({_place(member) for member in others} - {""})[:3])
    return Problem(
        source=getattr(others[0], "source", "sources"),
        line=getattr(others[0], "line", None),
        reason=(
            f"paper {paper.id} has {len(others) + 1} different {what}; "
            + (f"kept the one of {_place(kept)}" if _place(kept) else "kept one")
            + (f", not that of {places}" if places else "")
        ),
        advice="the longer abstract is kept; give different papers different ids",
    )


def _differs(one: Paper, other: Paper) -> bool:
    if normal_title(one.title) != normal_title(other.title):
        return True
    return bool(one.abstract and other.abstract) and normal_title(one.abstract) != normal_title(
        other.abstract
    )


def _place(paper: Paper) -> str:
    return paper.place if isinstance(paper, PaperRead) else ""


def _text_order(paper: Paper) -> tuple[int, int, str, int, int, str]:
    """The abstract with more letters first, then with less space, then by code points; then so the title."""
    return (
        -len(normal_title(paper.abstract)),
        len(paper.abstract),
        paper.abstract,
        -len(normal_title(paper.title)),
        len(paper.title),
        paper.title,
    )


def _id_order(paper: Paper) -> tuple[int, str]:
    """The world's own ids before a source's, and those before ids made from titles."""
    if arxiv_id(paper.id) == paper.id:
        return 0, paper.id
    if doi(paper.id) == paper.id:
        return 1, paper.id
    return (3 if slug_id(paper.title, paper.abstract) == paper.id else 2), paper.id


def _fullest(values: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return -len(values), values


def _smallest(values: Iterable[str]) -> str:
    return min(filter(None, values), default="")
