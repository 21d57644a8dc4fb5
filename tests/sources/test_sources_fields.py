"""From named fields to a paper."""

from __future__ import annotations

import pytest

from kg.sources.authors import author_names
from kg.sources.fields import BadRecordError, paper_of
from kg.sources.place import PaperRead
from kg.sources.text import MAX_ABSTRACT, clean


def paper(**fields: object) -> PaperRead:
    return paper_of({"title": "A Study of Things", **fields}, source="x", line=1)


def test_an_explicit_id_is_what_the_paper_carries() -> None:
    found = paper(id="seed-001", doi="10.1000/x", arxiv_id="2506.01234v1")
    assert (found.id, found.doi, found.arxiv_id) == ("seed-001", "10.1000/x", "2506.01234")


def test_an_explicit_id_that_is_an_arxiv_id_is_canonical() -> None:
    assert paper(id="https://arxiv.org/abs/2506.01234v2").id == "2506.01234"
    assert paper(id="arXiv:2506.01234").url == "https://arxiv.org/abs/2506.01234"


def test_without_an_id_arxiv_comes_before_doi_before_the_sources_own() -> None:
    assert paper(eprint="2506.01234", doi="10.1000/x", key="k").id == "2506.01234"
    assert paper(DOI="10.1000/X", key="k").id == "10.1000/x"
    assert paper(key="k").id == "k"
    assert paper().id.startswith("a-study-of-things-")


def test_arxivs_own_doi_is_the_arxiv_id() -> None:
    found = paper(doi="10.48550/arXiv.2506.01234")
    assert (found.id, found.arxiv_id, found.doi) == ("2506.01234", "2506.01234", "")


def test_identifiers_are_found_in_urls_and_external_ids() -> None:
    assert paper(url="https://arxiv.org/pdf/2506.01234").id == "2506.01234"
    assert paper(paperId="s2", externalIds={"ArXiv": "2506.01234", "CorpusId": 7}).id == "2506.01234"
    assert paper(paperId="s2", externalIds={"DOI": "10.1000/x"}).doi == "10.1000/x"


def test_an_eprint_of_another_archive_is_no_arxiv_id() -> None:
    assert paper(eprint="2506.01234", archiveprefix="other").arxiv_id == ""


def test_a_number_for_an_id_gets_its_zeros_back() -> None:
    assert paper(id=2506.0123).id == "2506.01230"
    assert paper(id=17).id == "17"


def test_texts_are_kept_as_given_but_for_the_space_around_them() -> None:
    found = paper_of({"title": " A\n  title ", "abstract": "  One\n  two.\n"}, source="x", line=1)
    assert (found.title, found.abstract) == ("A title", "One\n  two.")
    assert found.text == "A title\nOne\n  two."


def test_characters_that_no_file_may_hold_are_replaced_one_by_one() -> None:
    text = "a\x00b\ud83dc\r\nd\uffff\x85e"
    assert clean(text) == "a b\ufffdc \nd\ufffd e"
    assert len(clean(text)) == len(text)
    assert paper(abstract=text).text.encode("utf-8")


def test_usual_names_of_fields() -> None:
    found = paper_of(
        {"Paper Title": "T", "Abstract Note": "A", "Publication Year": "2024"}, source="x", line=1
    )
    assert (found.title, found.abstract, found.date) == ("T", "A", "2024")
    feed = {"paper": {"id": "2506.01234", "title": "T", "summary": "S"}, "numComments": 3}
    assert paper_of(feed, source="x", line=1).abstract == "S"


def test_a_record_without_abstract_is_a_paper() -> None:
    assert paper(abstract=None).abstract == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "has no title"),
        ({"title": None}, "has no title"),
        ({"title": " \n"}, "has no title"),
        ({"title": ["A"]}, "title is a list"),
        ({"title": {"a": 1}}, "title is an object"),
        ({"title": 5}, "title is a number"),
        ({"title": True}, "title is true or false"),
        ({"abstract": ["A"]}, "abstract is a list"),
        ({"id": ["A"]}, "id is a list"),
        ({"id": "x" * 300}, "id has 300 characters"),
        ({"title": "x" * 30_000}, "title has 30,000 characters"),
        ({"abstract": "x" * (MAX_ABSTRACT + 1)}, "abstract has 200,001 characters"),
    ],
)
def test_bad_records_say_what_is_wrong(fields: dict[str, object], words: str) -> None:
    with pytest.raises(BadRecordError, match=words):
        paper(**fields)


def test_a_long_abstract_is_never_cut() -> None:
    assert len(paper(abstract="x" * MAX_ABSTRACT).abstract) == MAX_ABSTRACT


def test_only_web_addresses_become_urls() -> None:
    assert paper(url="javascript:alert(1)").url == ""
    assert paper(url="http://example.org/p").url == "http://example.org/p"
    assert paper(doi="10.1000/x").url == "https://doi.org/10.1000/x"


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ({"id": "2506.01234"}, "2025-06"),
        ({"id": "2506.01234", "published": "2025-05-30"}, "2025-05-30"),
        ({"id": "2506.01234", "update_date": "2026-01-01"}, "2025-06"),
        ({"id": "2506.01234", "update_date": "2025-06-11"}, "2025-06-11"),
        ({"id": "2506.01234", "year": 2026}, "2025-06"),
        ({"year": 2026}, "2026"),
        ({"year": "2026", "month": "feb"}, "2026-02"),
        ({"date": "Sep 2"}, ""),
        (
            {"versions": [{"created": "Mon, 2 Jun 2025 10:00:00 GMT"}], "update_date": "2026-01-01"},
            "2025-06-02",
        ),
        ({"versions": "v1", "updated": "2026-01-01"}, "2026-01-01"),
    ],
)
def test_which_date_counts(fields: dict[str, object], date: str) -> None:
    assert paper(**fields).date == date


def test_categories_of_arxiv_come_without_other_schemes() -> None:
    assert paper(categories="cs.CL math-ph cond-mat.stat-mech 68T45, I.2.10").categories == (
        "cs.CL",
        "math-ph",
        "cond-mat.stat-mech",
    )
    assert paper(categories=["cs.CL", "cs.CL", 3]).categories == ("cs.CL",)
    assert paper(subjects="Physics; Language").categories == ("Physics", "Language")


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Ana Lima, Bo Chen and Cy Duval", ("Ana Lima", "Bo Chen", "Cy Duval")),
        ("Ana Lima, Bo Chen, and Cy Duval, Jr.", ("Ana Lima", "Bo Chen", "Cy Duval Jr.")),
        ("Ana Lima (A Lab), Bo Chen (B (and C) Lab)", ("Ana Lima", "Bo Chen")),
        ("Lima, Ana; Chen, Bo", ("Ana Lima", "Bo Chen")),
        ('["Ana Lima", "Bo Chen"]', ("Ana Lima", "Bo Chen")),
        ("['Ana Lima', 'Bo Chen']", ("Ana Lima", "Bo Chen")),
        (r"J\'an Kr\'al", ("Ján Král",)),
        ([["Lima", "Ana", ""], ["Duval", "Cy", "Jr."]], ("Ana Lima", "Cy Duval Jr.")),
        ([{"name": "Ana Lima"}, {"family": "Chen", "given": "Bo"}], ("Ana Lima", "Bo Chen")),
        (["Ana Lima", "Ana Lima", "et al.", "", None, 7], ("Ana Lima",)),
        (7, ()),
        (None, ()),
        ("[", ()),
    ],
)
def test_author_lists(value: object, names: tuple[str, ...]) -> None:
    assert author_names(value) == names
