"""What holds for any input: no reader fails on bad content, and texts come back as they went in."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KgError
from kg.records import Paper, Problem
from kg.sources import READERS, Reading, unique
from kg.sources.streams import Opened
from kg.sources.text import clean

DATA = Path(__file__).parent.parent / "data"
EXAMPLES = [
    (DATA / name).read_bytes()
    for name in ("arxiv.jsonl", "papers.json", "papers.csv", "papers.bib", "daily.txt")
]

#: Text that is likely to touch the readers' own marks.
MARKS = st.text(
    st.sampled_from('{}[]()"@,;:=\\\n\r\t #%$&~-_.0123456789abcdeTitleABSTRACT│é漢\u0000\ud800'), max_size=200
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ['{"title":', '"A"', "}", "[", "]", ",", "\n", '"', "\ufeff", "\\", "\x00", "$", " and "]
        ),
        st.sampled_from(
            ["@article{", "title = {", "}\n", "{\\method}", "title,abstract\n", "Sep 2\n\n", "\n\n"]
        ),
        st.sampled_from(
            ["A Study of Many Things\n\n", "We count stones and say so. " * 12, "▲ 12\n", "Ana Li, Bo\n"]
        ),
    ),
    max_size=30,
).map("".join)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """One of the examples with a stretch of its bytes replaced."""
    data = draw(st.sampled_from(EXAMPLES))
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.binary(max_size=20)) + data[at + draw(st.integers(0, 200)) :]


BYTES = st.one_of(
    st.binary(max_size=300),
    MARKS.map(lambda text: text.encode("utf-8", "surrogatepass")),
    PIECES.map(lambda text: text.encode()),
    damaged(),
)


@pytest.mark.parametrize("name", READERS)
@given(data=BYTES)
def test_no_reader_fails_on_any_bytes(name: str, data: bytes) -> None:
    for item in READERS[name].read(io.BytesIO(data), "x"):  # type: ignore[arg-type]
        if isinstance(item, Paper):
            assert item.title and "\n" not in item.title and item.id
            assert clean(item.text) == item.text
            item.text.encode("utf-8")
            assert item.abstract == item.abstract.strip()
        else:
            assert isinstance(item, Problem) and item.reason and item.advice
            assert str(item) == clean(str(item)) and len(str(item).splitlines()) == 1


@given(st.text())
def test_sniffing_fails_on_no_text(text: str) -> None:
    for reader in READERS.values():
        assert reader.sniff(text) in (True, False)


@settings(max_examples=60)
@given(
    data=BYTES,
    suffix=st.sampled_from(["", ".json", ".csv", ".bib", ".txt", ".jsonl.gz"]),
    strict=st.booleans(),
)
def test_reading_fails_in_words_alone(data: bytes, suffix: str, strict: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{suffix}"
        path.write_bytes(data)
        try:
            reading = Reading([str(path)], strict=strict)
            papers = unique(reading, [])
        except KgError as error:
            assert error.message
        else:
            assert papers or reading.problems


@given(st.binary(max_size=400), st.sampled_from([gzip.compress, bz2.compress]), st.integers(0, 100))
def test_whatever_follows_a_compressed_head_is_read_or_reported(
    data: bytes, compress: object, cut: int
) -> None:
    from kg.sources.streams import BrokenStreamError

    stored = compress(data)  # type: ignore[operator]
    opened = Opened(io.BytesIO(stored[: len(stored) - cut]))
    try:
        assert opened.stream.read() == data or cut
    except BrokenStreamError as error:
        assert str(error)


# ---------------------------------------------------------------- round trips

TITLES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)
ABSTRACTS = st.lists(TITLES, max_size=8).map(" ".join)
IDS = st.from_regex(r"[a-z]{1,8}-[0-9]{1,4}", fullmatch=True)
RECORDS = st.lists(st.tuples(IDS, TITLES, ABSTRACTS), min_size=1, max_size=5)


def read(name: str, text: str) -> list[tuple[str, str, str]]:
    items = list(READERS[name].read(io.BytesIO(text.encode()), "x"))  # type: ignore[arg-type]
    assert not [str(item) for item in items if isinstance(item, Problem)]
    return [(item.id, item.title, item.abstract) for item in items if isinstance(item, Paper)]


@pytest.mark.parametrize("ascii_only", [True, False])
@given(records=RECORDS)
def test_json_lines_keep_ids_titles_and_abstracts(
    ascii_only: bool, records: list[tuple[str, str, str]]
) -> None:
    rows = [dict(zip(("id", "title", "abstract"), record, strict=True)) for record in records]
    assert read("jsonl", "\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)) == records
    for indent in (None, 2):
        assert read("json", json.dumps(rows, ensure_ascii=ascii_only, indent=indent)) == records
        assert read("json", json.dumps({"papers": rows}, ensure_ascii=ascii_only, indent=indent)) == records


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@given(records=RECORDS)
def test_tables_keep_ids_titles_and_abstracts(separator: str, records: list[tuple[str, str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([("id", "title", "abstract"), *records])
    assert read("csv", text.getvalue()) == records


@given(records=RECORDS)
def test_bibtex_keeps_keys_titles_and_abstracts(records: list[tuple[str, str, str]]) -> None:
    def plain(text: str) -> str:  # BibTeX has no way to write these but as commands
        return text.translate({ord(mark): "x" for mark in '\\{}$"'})

    records = [(key, plain(title), plain(abstract)) for key, title, abstract in records]
    entries = (
        f"@article{{{key},\n  title = {{{title}}},\n  abstract = {{{abstract}}}\n}}\n"
        for key, title, abstract in records
    )
    assert read("bibtex", "\n".join(entries)) == records
