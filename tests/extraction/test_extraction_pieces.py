"""Word pieces, shapes and windows."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from kg.extraction.pieces import PieceReader, Pieces, windows

VOCABULARY = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "beam",
    "search",
    "##es",
    "for",
    "gpt",
    "-",
    "4",
    "caf",
    "##e",
    "_",
]


@pytest.fixture
def reader(tmp_path: Path) -> PieceReader:
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    return PieceReader(path)


def spell(pieces: Pieces) -> list[str]:
    return [VOCABULARY[i] for i in pieces.ids]


def words(pieces: Pieces, text: str) -> list[str]:
    return [text[a:b] for a, b in zip(pieces.starts, pieces.ends, strict=True)]


def test_longest_pieces_come_first(reader: PieceReader) -> None:
    assert spell(reader("Beam searches")) == ["beam", "search", "##es"]


def test_words_break_at_punctuation_and_keep_their_offsets(reader: PieceReader) -> None:
    text = "search_for GPT-4"
    assert words(reader(text), text) == ["search", "_", "for", "GPT", "-", "4"]


def test_accents_are_taken_off(reader: PieceReader) -> None:
    assert spell(reader("Café")) == ["caf", "##e"]


def test_what_has_no_pieces_is_unknown(reader: PieceReader) -> None:
    assert spell(reader("zebra " + "beam" * 40)) == ["[UNK]", "[UNK]"]


def test_shapes_tell_case_glue_and_title_apart(reader: PieceReader) -> None:
    shapes = reader("beam Beam\nbeam-beam").shapes.tolist()
    assert shapes[0] == shapes[1] - 4 == 4 + 2
    assert shapes[2:] == [4, 9 * 4 + 1, 4 + 1]


def test_the_same_word_read_twice_gives_the_same(reader: PieceReader) -> None:
    assert reader("Beam searches").ids.tolist() == reader("Beam searches").ids.tolist()


def test_an_empty_text_has_no_words(reader: PieceReader) -> None:
    assert len(reader("").firsts) == len(reader("").ids) == 0


def test_a_window_is_put_between_the_special_pieces(reader: PieceReader) -> None:
    pieces = reader("beam searches for beam")
    ids, shapes, firsts = reader.network_input(pieces, (1, 3))
    assert [VOCABULARY[i] for i in ids] == ["[CLS]", "search", "##es", "for", "[SEP]"]
    assert firsts.tolist() == [1, 3]
    assert len(shapes) == len(ids)


@pytest.mark.parametrize("count", [1, 10, 11, 37, 200])
def test_windows_cover_every_word_and_overlap(reader: PieceReader, count: int) -> None:
    pieces = reader(" ".join(["beam", "searches"] * count))
    found = windows(pieces, size=30, overlap=8)
    assert found[0][0] == 0
    assert found[-1][1] == len(pieces.firsts)
    for (a, b), (c, d) in itertools.pairwise(found):
        assert a < c < b < d
    for a, b in found:
        assert len(reader.network_input(pieces, (a, b))[0]) <= 32
