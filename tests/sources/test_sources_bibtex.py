"""BibTeX."""

from __future__ import annotations

import io

import pytest

from kg.records import Paper, Problem
from kg.sources import bibtex
from kg.sources.bibtex import plain_text, read_bibtex, sniff_bibtex


def read(text: str | bytes) -> list[Paper | Problem]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_bibtex(io.BytesIO(data), "x.bib"))


def one(fields: str) -> Paper:
    (item,) = read(f"@article{{key, title = {{A Title}}, {fields}}}")
    assert isinstance(item, Paper), item
    return item


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("{BERT} and {GPT-4}", "BERT and GPT-4"),
        (r"T{\"U}LU, T\"{U}LU, {T\"ULU}", "TÜLU, TÜLU, TÜLU"),
        (r"Erd{\H o}s na{\"\i}ve {\ss} \aa ngstr{\"o}m", "Erdős naïve ß ångström"),
        (r"S\~ao, \c{c}a, \v{s}, {\L}\'od\'z", "São, ça, š, Łódź"),
        (r"5\% of R\&D in snake\_case \#1", "5% of R&D in snake_case #1"),
        (r"costs \$5", r"costs \$5"),
        (r"for {\method}s and \textbf{bold {TEXT}}", r"for {\method}s and \textbf{bold TEXT}"),
        (r"\frac{a}{b} in $x_{i} \'e {y}$", r"\frac{a}{b} in $x_{i} \'e {y}$"),
        ("an { open brace", "an { open brace"),
        ("93% of them", "93% of them"),
    ],
)
def test_braces_and_accents_go_and_macros_stay(given: str, kept: str) -> None:
    assert plain_text(given) == kept


def test_the_key_is_the_id_only_where_the_world_has_none() -> None:
    assert one("").id == "key"
    assert one("doi = {10.1000/X}").id == "10.1000/x"
    assert one("eprint = {2506.01234v2}, archiveprefix = {arXiv}, doi = {10.1000/x}").id == "2506.01234"
    assert one("journal = {arXiv preprint arXiv:1706.03762}, year = 2017").id == "1706.03762"
    assert one("volume = {abs/1706.03762}, journal = {CoRR}").id == "1706.03762"
    assert one(r"howpublished = {\url{https://arxiv.org/abs/1706.03762}}").id == "1706.03762"


def test_names_stand_first_name_first() -> None:
    authors = r"Lima, Ana and Bo Chen and {Open Lab} and van der Berg, Jr., Cy and Erd{\H o}s, P. and others"
    assert one(f"author = {{{authors}}}").authors == (
        "Ana Lima",
        "Bo Chen",
        "Open Lab",
        "Cy van der Berg Jr.",
        "P. Erdős",
    )


def test_dates() -> None:
    assert one("year = 2020").date == "2020"
    assert one("year = {2020}, month = jul").date == "2020-07"
    assert one("date = {2020-07-01}").date == "2020-07-01"


def test_definitions_hold_for_all_entries_that_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bibtex, "_LINES_AT_ONCE", 1)  # each entry is parsed by itself
    items = read("@string{t = {A Long Title}}\n@article{a, title = t}\n@article{b, title = T}\n")
    assert [item.title for item in items if isinstance(item, Paper)] == ["A Long Title", "A Long Title"]


@pytest.mark.parametrize("at_once", [1, 2000])
def test_a_broken_entry_is_reported_and_reading_goes_on(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bibtex, "_LINES_AT_ONCE", at_once)
    items = read(
        "% a comment\n@article{one, title = {One}}\n\n@article{two,\n title = {Two\n}\n\n"
        "@article{three,\n  title = {Three}\n}\n@misc{four, note = {x}}\n"
    )
    assert [(item.title, item.line) for item in items if isinstance(item, Paper)] == [
        ("One", 2),
        ("Three", 8),
    ]  # type: ignore[attr-defined]
    broken, untitled = (item for item in items if isinstance(item, Problem))
    assert broken.line == 4 and "is not a whole BibTeX entry" in broken.reason
    assert str(untitled).startswith("x.bib:11: four: has no title")


def test_keys_and_fields_given_twice_cost_nothing() -> None:
    items = read("@a{k, title = {One}, title = {Other}}\n@a{k, title = {Two}}\n")
    assert [item.title for item in items if isinstance(item, Paper)] == ["One", "Two"]


def test_comments_and_preambles_are_no_entries() -> None:
    assert read('@comment{x}\n@preamble{"y"}\nfree text @ home\n') == []


def test_abstracts_keep_their_lines_whatever_the_files_line_ends() -> None:
    (item,) = read(b"@a{k,\r\n title = {One\r\n  two},\r\n abstract = {A\r\nB}\r\n}\r\n")
    assert isinstance(item, Paper) and (item.title, item.abstract) == ("One two", "A\nB")


def test_latin1_costs_its_entry_alone() -> None:
    items = read(b"@a{k, title = {Caf\xe9}}\n@a{l, title = {Two}}\n")
    assert [type(item).__name__ for item in items] == ["Problem", "PaperRead"]


def test_sniffing() -> None:
    assert sniff_bibtex("% comment\n\n@InProceedings{key2020,\n title={T}}")
    assert not sniff_bibtex('@comment{x}\n{"title": "@article{a,"}')
