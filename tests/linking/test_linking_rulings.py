"""The file of the user's rulings."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import OutputError, UsageError
from kg.linking.rulings import Ruling, add_ruling, read_rulings

SAME = Ruling(same=True, left="LLM judge", right="LLM-as-a-judge")
DIFFERENT = Ruling(same=False, left="method/attention", right="attention mechanism")


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    add_ruling(path, SAME)
    add_ruling(path, DIFFERENT)
    assert read_rulings(path) == (SAME, DIFFERENT)


def test_comments_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    path.write_text("# mine\n\nsame\tLLM judge\tLLM-as-a-judge\n", encoding="utf-8")
    assert read_rulings(path) == (SAME,)


@pytest.mark.parametrize(
    "line", ["same\tone name", "similar\ta\tb", "same a b", "same\t...\tb", "same\ta\tb\tc"]
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "decisions.tsv"
    path.write_text(f"same\ta\tb\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"decisions\.tsv:2: not a decision"):
        read_rulings(path)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "decisions.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read"):
        read_rulings(path)


@pytest.mark.parametrize("name", ["", "...", "two\tnames", "two\nlines"])
def test_what_is_no_name_is_not_added(tmp_path: Path, name: str) -> None:
    path = tmp_path / "decisions.tsv"
    with pytest.raises(UsageError, match="is no name"):
        add_ruling(path, Ruling(same=True, left="a", right=name))
    assert not path.exists()


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        add_ruling(tmp_path, SAME)
