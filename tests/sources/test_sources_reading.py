"""Reading: from what a user names to papers."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import os
import sys
from pathlib import Path

import pytest

from kg.errors import RecordError, SourceError
from kg.sources import READERS, Reading, unique

DATA = Path(__file__).parent.parent / "data"
FORMATS = {
    "feed.atom": ("feed", 3),
    "papers.parquet": ("parquet", 6),
    "arxiv.jsonl": ("arxiv", 4),
    "papers.jsonl": ("jsonl", 6),
    "papers.json": ("json", 6),
    "papers.csv": ("csv", 6),
    "papers.tsv": ("csv", 6),
    "papers.bib": ("bibtex", 6),
    "daily.txt": ("daily", 5),
}


def ids(reading: Reading) -> list[str]:
    return [paper.id for paper in reading]


def write(folder: Path, name: str, *titles: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps({"id": title, "title": title}) + "\n" for title in titles))
    return str(path)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_recognised_and_read(name: str) -> None:
    source = str(DATA / name)
    reading = Reading([source])
    papers = list(reading)
    (file,) = reading.files
    assert (file.name, file.format, file.papers, file.skipped) == (source, *FORMATS[name], 0)
    assert file.sha256 == hashlib.sha256((DATA / name).read_bytes()).hexdigest()
    assert len(papers) == file.papers and reading.problems == []
    assert all(paper.title and "\n" not in paper.title for paper in papers)


def test_every_reader_has_an_example() -> None:
    assert {kind for kind, _ in FORMATS.values()} == set(READERS)


@pytest.mark.parametrize("name", FORMATS)
def test_content_tells_the_format_where_the_name_does_not(name: str, tmp_path: Path) -> None:
    path = tmp_path / "unnamed"
    path.write_bytes((DATA / name).read_bytes())
    reading = Reading([str(path)])
    assert len(list(reading)) == FORMATS[name][1]
    assert reading.files[0].format == FORMATS[name][0]


def test_all_examples_together_are_six_papers() -> None:
    problems: list[object] = []
    papers = unique(Reading([str(DATA / name) for name in FORMATS]), problems)  # type: ignore[arg-type]
    assert [paper.id for paper in papers] == [
        "10.5555/example.17",
        "2501.00001",
        "2501.00002",
        "2502.00007",
        "hep-th/9901001",
        "note-5",
    ]
    assert problems == []
    assert papers[1].authors == ("Ana Lima", "Bo Chen") and papers[1].date == "2025-01-02"


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), ("", bz2.compress)]
)
def test_compression_is_told_from_the_content(suffix: str, compress: object, tmp_path: Path) -> None:
    path = tmp_path / f"papers.jsonl{suffix}"
    path.write_bytes(compress((DATA / "papers.jsonl").read_bytes()))  # type: ignore[operator]
    reading = Reading([str(path)])
    assert len(ids(reading)) == 6
    assert reading.bytes_read == reading.bytes_total == path.stat().st_size


def test_a_name_that_promises_compression_does_not_bind(tmp_path: Path) -> None:
    assert ids(Reading([write(tmp_path, "papers.jsonl.gz", "a")])) == ["a"]


def test_a_folder_is_read_with_all_below_it_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.jsonl", "b")
    write(tmp_path, "a/z.jsonl", "az")
    write(tmp_path, "a/c.jsonl", "ac")
    write(tmp_path, ".hidden/x.jsonl", "x")
    reading = Reading([str(tmp_path)])
    assert ids(reading) == ["ac", "az", "b"]
    assert [file.name for file in reading.files] == [
        str(tmp_path / name) for name in ("a/c.jsonl", "a/z.jsonl", "b.jsonl")
    ]


def test_other_files_in_a_folder_are_skipped_and_reported(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", "a")
    (tmp_path / "README.md").write_text("# Notes\n\n" + "We keep notes here. " * 40)
    (tmp_path / "figure.png").write_bytes(bytes(range(256)))
    reading = Reading([str(tmp_path)])
    assert ids(reading) == ["a"]
    assert [Path(problem.source).name for problem in reading.problems] == ["README.md", "figure.png"]


def test_a_folder_without_papers_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no files"):
        Reading([str(tmp_path)])
    (tmp_path / "notes.md").write_text("Notes")
    with pytest.raises(SourceError, match="no known format"):
        Reading([str(tmp_path)])


def test_globs_are_expanded_and_no_file_is_read_twice(tmp_path: Path) -> None:
    for name in "ab":
        write(tmp_path, f"{name}.jsonl", name)
    assert ids(Reading([str(tmp_path / "*.jsonl"), str(tmp_path), str(tmp_path / "a.jsonl")])) == ["a", "b"]
    with pytest.raises(SourceError, match="no file matches"):
        Reading([str(tmp_path / "*.csv")])


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    assert ids(Reading([write(tmp_path, "[1].jsonl", "a")])) == ["a"]


def test_standard_input_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO((DATA / "papers.csv").read_bytes()))
    monkeypatch.setattr(sys, "stdin", stdin)
    reading = Reading(["-"])
    assert len(ids(reading)) == 6
    assert (reading.files[0].name, reading.files[0].format, reading.bytes_total) == ("-", "csv", None)
    assert not stdin.buffer.closed


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b'{"id": "a", "title": "A"}\n')
    os.close(writer)
    try:
        assert ids(Reading([f"/dev/fd/{reader}"])) == ["a"]
    finally:
        os.close(reader)


def test_a_missing_file_stops_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"missing\.jsonl: does not exist"):
        Reading([write(tmp_path, "a.jsonl", "a"), str(tmp_path / "missing.jsonl")])


@pytest.mark.parametrize("name", ["", "\0", "x" * 5000])
def test_names_that_no_file_can_have(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        Reading([name])
    assert str(caught.value).isprintable() and len(str(caught.value)) < 400


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Buy milk.\n")
    with pytest.raises(
        SourceError, match=r"notes\.txt: is of no known format; name it with --from: arxiv, jsonl,"
    ):
        Reading([str(path)])
    with pytest.raises(SourceError, match="no format is called 'xml'; the formats are"):
        Reading([str(path)], format="xml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n" + bytes(100), "PDF"),
        (bytes(range(256)) * 4, "binary"),
        ("title,abstract\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04" + bytes(50), "ZIP"),
    ],
)
def test_binary_files_are_refused_by_name(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words):
        Reading([str(path)])
    write(tmp_path, "a.jsonl", "a")
    reading = Reading([str(tmp_path)])  # in a folder it is one problem among others
    assert ids(reading) == ["a"] and words in reading.problems[0].reason


def test_a_forced_format_is_used_whatever_the_content(tmp_path: Path) -> None:
    reading = Reading([write(tmp_path, "a.txt", "a")], format="csv")
    assert ids(reading) == []
    assert "no column is called title" in reading.problems[0].reason


def test_an_empty_file_is_a_problem_and_the_others_go_on(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("  \n")
    reading = Reading([str(empty), write(tmp_path, "a.jsonl", "a")])
    assert ids(reading) == ["a"]
    assert [str(problem) for problem in reading.problems] == [
        f"{empty}: is empty; fetch or make the file again"
    ]
    alone = Reading([str(empty)])
    assert ids(alone) == [] and len(alone.problems) == 1


def test_a_file_that_gives_neither_papers_nor_problems_says_so(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_text("no entries here\n")
    reading = Reading([str(path)])
    assert ids(reading) == [] and "holds no papers (read as BibTeX)" in reading.problems[0].reason


@pytest.mark.parametrize("name", [name for name in FORMATS if READERS[FORMATS[name][0]].magic == b""])
def test_a_truncated_gzip_keeps_what_came_before(name: str, tmp_path: Path) -> None:
    text = (DATA / name).read_bytes()
    whole = gzip.compress(text, compresslevel=0, mtime=0)  # so that a cut is a cut of the text
    path = tmp_path / f"{name}.gz"
    path.write_bytes(whole[: len(whole) * 4 // 5])
    reading = Reading([str(path)])
    found = ids(reading)
    assert 0 < len(found) < FORMATS[name][1] + 1
    assert found == ids(Reading([str(DATA / name)]))[: len(found)]
    last = reading.problems[-1]
    assert "break off in the middle" in last.reason and f"{len(found)} papers before" in last.reason
    assert reading.files[0].papers == len(found) and reading.files[0].skipped == len(reading.problems)


def test_strict_stops_at_the_first_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "One"}\n{"title": []}\n{"title": "Three"}\n')
    reading = Reading([str(path)], strict=True)
    papers = iter(reading)
    assert next(papers).title == "One"
    with pytest.raises(RecordError, match=r"a\.jsonl:2: has no title"):
        next(papers)


def test_a_file_that_vanishes_is_a_problem(tmp_path: Path) -> None:
    gone = write(tmp_path, "a.jsonl", "a")
    reading = Reading([gone, write(tmp_path, "b.jsonl", "b")])
    Path(gone).unlink()
    assert ids(reading) == ["b"]
    assert "cannot be read any more" in reading.problems[0].reason


def test_papers_know_where_they_stand(tmp_path: Path) -> None:
    source = write(tmp_path, "a.jsonl", "a", "b")
    assert [paper.place for paper in Reading([source])] == [f"{source}:1", f"{source}:2"]  # type: ignore[attr-defined]
