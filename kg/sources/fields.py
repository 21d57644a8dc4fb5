"""From a record's fields, under the names that sources usually give them, to a `Paper`.

Every reader that meets named fields ends here, so that ids, dates and texts follow one set of rules.

id         the `id` field; an arXiv id in any spelling is made canonical. Without such a field: the arXiv
           id, else the DOI, else an identifier of the source's own, else a slug of the title.
date       the first of: a date of publication with its month, the month of the arXiv id, a year, the
           date of the last change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import NoneType

from kg.sources.authors import author_names
from kg.sources.dates import from_parts, iso_date
from kg.sources.ids import (
    arxiv_id,
    arxiv_id_of_number,
    arxiv_id_within,
    arxiv_month,
    arxiv_url,
    doi,
    slug_id,
)
from kg.sources.place import PaperRead
from kg.sources.text import MAX_ABSTRACT, MAX_TITLE, as_given, one_line

# Names are compared without case, spaces, hyphens and underscores; the first that holds something counts.
TITLE = ("title", "papertitle", "articletitle", "documenttitle")
ABSTRACT = ("abstract", "summary", "abstracttext", "abstractnote", "paperabstract")
_AUTHORS = ("authorsparsed", "authors", "author", "authornames", "creators")
_OWN_ID = ("paperid", "corpusid", "citationkey", "key", "uid", "forum")
_ARXIV = ("arxivid", "arxiv", "eprint")
_CITED = ("journal", "volume", "howpublished", "note", "journalref")  # where BibTeX may tell an arXiv id
_DOI = ("doi",)
_URL = ("url", "paperurl", "urlabs", "link", "htmlurl", "pdfurl", "urlpdf")
_PUBLISHED = (
    "published",
    "publishedat",
    "publicationdate",
    "pubdate",
    "date",
    "created",
    "submitted",
    "issued",
)
_YEAR = ("year", "publicationyear", "pubyear")
_CHANGED = ("updatedate", "updated", "lastmodified", "datemodified")
_CATEGORIES = ("categories", "category", "primarycategory", "primaryclass", "subjects", "fieldsofstudy")

_LONGEST_ID = 200
_CORRECT = "correct the record, or take it out"
#: arXiv's categories: "cs.CL", "math-ph", "cond-mat.stat-mech".
_CATEGORY = re.compile(
    r"(?<![\w.-])(?:[a-z]+(?:-[a-z]+)?\.[A-Za-z]{2,}(?:-[a-z]+)*|[a-z]+-[a-z]{2,4})(?![\w.-])"
)


class BadRecordError(Exception):
    """A record that makes no paper; the reader turns it into a `Problem`."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


def paper_of(
    record: Mapping[str, object], *, source: str, line: int | None, own_id: str = "", untyped: bool = False
) -> PaperRead:
    """The paper that a record describes.

    `own_id` is an identifier that the source gives outside its fields (a BibTeX key). `untyped` says that
    the source holds text alone (CSV), so that a number may be an identifier that a spreadsheet has spoilt.

    >>> paper = paper_of({"Title": "KnowRL", "summary": "We …", "id": "2506.01234v2"}, source="-", line=1)
    >>> paper.id, paper.abstract, paper.url, paper.date
    ('2506.01234', 'We …', 'https://arxiv.org/abs/2506.01234', '2025-06')

    Raises BadRecordError with the reason.
    """
    fields = {_plain(name): value for name, value in record.items() if isinstance(name, str)}
    inner = fields.get("paper")
    if isinstance(inner, dict) and not isinstance(fields.get("abstract"), str):  # a feed around the paper
        fields |= {_plain(name): value for name, value in inner.items() if isinstance(name, str)}

    title = one_line(_text(fields, TITLE, "title"))
    if not title:
        raise BadRecordError("has no title", _CORRECT)
    if len(title) > MAX_TITLE:
        raise BadRecordError(f"its title has {len(title):,} characters, more than {MAX_TITLE:,}", _CORRECT)
    abstract = as_given(_text(fields, ABSTRACT, "abstract"))
    if len(abstract) > MAX_ABSTRACT:
        raise BadRecordError(
            f"its abstract has {len(abstract):,} characters, more than {MAX_ABSTRACT:,}",
            "give the abstract alone, not the full text",
        )

    url = _url(fields)
    explicit = _identifier(fields.get("id"), "id", untyped=untyped)
    found_doi = doi(explicit) or doi(_string(fields, _DOI)) or doi(_external(fields, "doi")) or doi(url)
    found_arxiv = (
        arxiv_id(explicit)
        or _arxiv(fields, untyped=untyped)
        or arxiv_id(url)
        or arxiv_id(found_doi)
        or next((found for name in _CITED if (found := arxiv_id_within(_string(fields, (name,))))), "")
    )
    if arxiv_id(found_doi):
        found_doi = ""
    if explicit:
        paper_id = arxiv_id(explicit) or doi(explicit) or explicit
    else:
        own = one_line(own_id) or _identifier(_first(fields, _OWN_ID), "id", untyped=untyped)
        found_arxiv = found_arxiv or arxiv_id(own)
        found_doi = found_doi or doi(own)
        paper_id = found_arxiv or found_doi or own or slug_id(title, abstract)
    return PaperRead(
        id=paper_id,
        title=title,
        abstract=abstract,
        authors=next(
            (names for name in _AUTHORS if name in fields and (names := author_names(fields[name]))), ()
        ),
        url=url
        or (arxiv_url(found_arxiv) if found_arxiv else f"https://doi.org/{found_doi}" if found_doi else ""),
        arxiv_id=found_arxiv,
        doi=found_doi,
        date=_date(fields, found_arxiv),
        categories=_categories(_first(fields, _CATEGORIES)),
        source=source,
        line=line,
    )


def names_title(names: Iterable[str]) -> bool:
    """Whether a title stands among some names of fields or columns.

    >>> names_title(["ID", "Paper Title"]), names_title(["a", "b"])
    (True, False)
    """
    return any(_plain(name) in TITLE for name in names)


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return name.strip().strip("\ufeff").casefold().replace(" ", "").replace("_", "").replace("-", "")


def _first(fields: Mapping[str, object], names: Iterable[str]) -> object:
    """The first of the fields that holds something."""
    for name in names:
        value = fields.get(name)
        if value is not None and value != "" and value != []:
            return value
    return None


def _string(fields: Mapping[str, object], names: Iterable[str]) -> str:
    """The first of the fields that holds text or a whole number, else nothing."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return one_line(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return ""


def _text(fields: Mapping[str, object], names: Iterable[str], what: str) -> str:
    value = _first(fields, names)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRecordError(f"its {what} is {_kind(value)}, not text", _CORRECT)
    return value


def _identifier(value: object, what: str, *, untyped: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        text, is_number = str(value), True
    elif isinstance(value, str):
        text, is_number = one_line(value), untyped
    else:
        raise BadRecordError(f"its {what} is {_kind(value)}, not text", _CORRECT)
    if len(text) > _LONGEST_ID:
        raise BadRecordError(f"its {what} has {len(text):,} characters, more than {_LONGEST_ID}", _CORRECT)
    return (is_number and not arxiv_id(text) and arxiv_id_of_number(text)) or text


def _arxiv(fields: Mapping[str, object], *, untyped: bool) -> str:
    kind = _string(fields, ("archiveprefix", "eprinttype"))
    for name in _ARXIV:
        value = fields.get(name)
        if name == "eprint" and kind and kind.casefold() != "arxiv":
            continue
        if isinstance(value, str | float) and (
            found := arxiv_id(_identifier(value, "arXiv id", untyped=untyped))
        ):
            return found
    return arxiv_id(_external(fields, "arxiv"))


def _external(fields: Mapping[str, object], name: str) -> str:
    """One of Semantic Scholar's `externalIds`."""
    others = fields.get("externalids")
    if not isinstance(others, dict):
        return ""
    return _string({_plain(key): value for key, value in others.items() if isinstance(key, str)}, (name,))


def _url(fields: Mapping[str, object]) -> str:
    """The first web address; what other schemes address, a page should not be made to open."""
    for name in _URL:
        value = fields.get(name)
        if isinstance(value, str):
            url = one_line(value)
            if url[:8].lower().startswith(("http://", "https://")) and " " not in url and len(url) <= 2000:
                return url
    return ""


def _date(fields: Mapping[str, object], arxiv: str) -> str:
    first_version = fields.get("versions")
    given = ""
    if isinstance(first_version, list) and first_version and isinstance(first_version[0], dict):
        given = iso_date(_string(first_version[0], ("created",)))
    given = given or _first_date(fields, _PUBLISHED)
    if len(given) > 4:
        return given
    year = given or from_parts(_string(fields, _YEAR), _string(fields, ("month",)))
    if len(year) > 4:
        return year
    month = arxiv_month(arxiv)
    changed = _first_date(fields, _CHANGED)
    if month and changed.startswith(month):
        return changed
    return month or year or changed


def _first_date(fields: Mapping[str, object], names: Iterable[str]) -> str:
    return next(
        (date for name in names if name in fields and (date := iso_date(_string(fields, (name,))))), ""
    )


def _categories(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        items = _CATEGORY.findall(value)  # arXiv puts classes of other schemes behind its own
        if not items:
            items = value.strip("[] ").replace(";", ",").replace("'", "").replace('"', "").split(",")
    elif isinstance(value, list):
        items = [item for item in value if isinstance(item, str)]
    else:
        return ()
    return tuple(dict.fromkeys(item for item in map(one_line, items) if item))


def _kind(value: object) -> str:
    """What a JSON value is, in words."""
    kinds = {list: "a list", dict: "an object", bool: "true or false", int: "a number", float: "a number"}
    return "null" if isinstance(value, NoneType) else kinds.get(type(value), type(value).__name__)
