"""The same paper from two sources is one paper."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.records import Paper, Problem
from kg.sources.ids import arxiv_id
from kg.sources.place import PaperRead
from kg.sources.unique import unique

TITLE = "A Study of Rather Many Things"


def read(source: str, line: int, **fields: object) -> PaperRead:
    return PaperRead(source=source, line=line, **{"title": TITLE, "id": "x", **fields})  # type: ignore[arg-type]


def merge(*papers: Paper) -> list[Paper]:
    return unique(papers, [])


def arxiv(identifier: str, **fields: object) -> Paper:
    return Paper(**{"title": TITLE, "id": identifier, "arxiv_id": identifier, **fields})  # type: ignore[arg-type]


def test_papers_come_by_id_and_without_their_places() -> None:
    found = merge(read("b", 1, id="b", title="Another One of Them"), read("a", 1, id="a"))
    assert [paper.id for paper in found] == ["a", "b"]
    assert all(type(paper) is Paper for paper in found)


def test_one_arxiv_id_is_one_paper_whatever_the_ids_and_titles() -> None:
    (paper,) = merge(arxiv("2506.00001"), Paper(id="own", title="Renamed Since Then", arxiv_id="2506.00001"))
    assert paper.id == "2506.00001"


def test_one_doi_is_one_paper() -> None:
    (paper,) = merge(
        Paper(id="10.1000/x", doi="10.1000/x", title="One Title of a Paper"),
        arxiv("2506.00001", doi="10.1000/x"),
    )
    assert (paper.id, paper.doi) == ("2506.00001", "10.1000/x")


def test_a_doi_that_two_arxiv_papers_claim_joins_neither() -> None:
    assert len(merge(arxiv("2506.00001", doi="10.1000/x"), arxiv("2506.00002", doi="10.1000/x"))) == 2


def test_one_title_is_one_paper_and_fields_are_filled() -> None:
    (paper,) = merge(
        Paper(id="a-study-1", title=TITLE.lower() + ".", abstract="We study.", date="2025-06"),
        Paper(id="10.1000/x", doi="10.1000/x", title=TITLE, authors=("Ana Lima",), date="2025-06-03"),
        arxiv("2506.00001", url="https://arxiv.org/abs/2506.00001", categories=("cs.CL",)),
    )
    assert paper == Paper(
        id="2506.00001",
        title=TITLE.lower() + ".",
        abstract="We study.",
        authors=("Ana Lima",),
        url="https://arxiv.org/abs/2506.00001",
        arxiv_id="2506.00001",
        doi="10.1000/x",
        date="2025-06-03",
        categories=("cs.CL",),
    )


def test_one_title_joins_no_two_arxiv_papers_and_no_third_to_either() -> None:
    papers = merge(
        arxiv("2506.00001"), arxiv("2506.00002"), Paper(id="p", title=TITLE), Paper(id="q", title=TITLE)
    )
    assert [paper.id for paper in papers] == ["2506.00001", "2506.00002", "p"]


def test_a_title_does_not_chain_two_dois_through_a_third_record() -> None:
    papers = merge(
        Paper(id="10.1000/x", doi="10.1000/x", title="One Title of a Paper"),
        Paper(id="k", title="One Title of a Paper"),
        Paper(id="k", title="Another Title of a Paper"),
        Paper(id="10.1000/y", doi="10.1000/y", title="Another Title of a Paper"),
    )
    assert sorted(paper.doi for paper in papers if paper.doi) == ["10.1000/x", "10.1000/y"]
    assert len(papers) == 2


def test_short_titles_join_only_equal_texts() -> None:
    one, two = (Paper(id=n, title="Editorial", abstract=text) for n, text in (("a", "One."), ("b", "Two.")))
    assert len(merge(one, two)) == 2
    assert len(merge(one, Paper(id="c", title="Editorial", abstract="One."))) == 1


def test_a_texts_letters_count_not_its_line_breaks() -> None:
    wrapped = "We study\n      many things."
    problems: list[Problem] = []
    (paper,) = unique(
        [arxiv("2506.00001", abstract=wrapped), arxiv("2506.00001", abstract="We study many things.")],
        problems,
    )
    assert paper.abstract == "We study many things." and problems == []


def test_different_texts_of_one_id_are_reported_with_both_places() -> None:
    problems: list[Problem] = []
    records = [
        read("a.csv", 2, id="k", abstract="We study one thing."),
        read("b.csv", 7, id="k", abstract="We study another thing, which is longer."),
    ]
    (paper,) = unique(records, problems)
    assert paper.abstract.startswith("We study another")
    (problem,) = problems
    assert (problem.source, problem.line) == ("a.csv", 2)
    assert problem.reason == "paper k has 2 different texts; kept the one of b.csv:7, not that of a.csv:2"


def test_no_abstract_beside_an_abstract_is_no_conflict() -> None:
    problems: list[Problem] = []
    (paper,) = unique([read("a", 1, id="k"), read("b", 1, id="k", abstract="We study.")], problems)
    assert paper.abstract == "We study." and problems == []


def test_equal_records_twice_are_one() -> None:
    problems: list[Problem] = []
    assert len(unique([read("a", 1, id="k"), read("a", 2, id="k")], problems)) == 1
    assert problems == []


TEXTS = st.sampled_from(["", "We study.", "We study more.", "We study less."])
RECORDS = st.builds(
    lambda own, arxiv, doi, title, abstract, line: read(
        "s",
        line,
        id=own or arxiv or doi or "own-1",
        arxiv_id=arxiv,
        doi=doi,
        title=title,
        abstract=abstract,
    ),
    st.sampled_from(["", "", "own-1", "own-2"]),
    st.sampled_from(["", "", "2506.00001", "2506.00002"]),
    st.sampled_from(["", "", "10.1000/x", "10.1000/y"]),
    st.sampled_from(
        ["One Title of a Paper", "ANOTHER title of a paper", "Another Title of a Paper", "Short"]
    ),
    TEXTS,
    st.integers(1, 3),
)


@given(st.lists(RECORDS, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(records: list[PaperRead], shuffled: random.Random) -> None:
    problems: list[Problem] = []
    expected = unique(records, problems)
    again = list(records)
    shuffled.shuffle(again)
    others: list[Problem] = []
    assert unique(again, others) == expected
    assert others == problems


@given(st.lists(RECORDS, max_size=7))
def test_each_id_and_each_arxiv_id_is_there_once(records: list[PaperRead]) -> None:
    papers = unique(records, [])
    assert len({paper.id for paper in papers}) == len(papers)
    known = [paper.arxiv_id for paper in papers if paper.arxiv_id]
    assert len(set(known)) == len(known)
    given_ids = {record.id for record in records}
    assert {paper.id for paper in papers} <= given_ids


@given(st.lists(RECORDS, max_size=6))
def test_titles_join_nothing_that_has_other_identifiers(records: list[PaperRead]) -> None:
    distinct = [
        record for record in records if record.arxiv_id and record.id == record.arxiv_id and not record.doi
    ]
    papers = unique(distinct, [])
    assert [paper.id for paper in papers] == sorted({record.arxiv_id for record in distinct})


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_ids_prefer_the_worlds_own(order: tuple[int, ...]) -> None:
    records = [
        Paper(id="zz-own", title=TITLE),
        Paper(id="10.1000/x", doi="10.1000/x", title=TITLE),
        Paper(id="2506.00001", arxiv_id="2506.00001", title=TITLE),
    ]
    (paper,) = merge(*(records[at] for at in order))
    assert arxiv_id(paper.id)
