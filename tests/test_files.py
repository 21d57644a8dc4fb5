"""Files that are either whole or not there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.errors import OutputError
from kg.files import atomic_path, sha256_of


def test_a_good_write_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with atomic_path(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_of_any_kind_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_path(path) as draft:
        draft.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_refusal_of_the_disk_says_which_file(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "file"
    with (
        pytest.raises(OutputError, match=r"file: cannot be written \(No such file"),
        atomic_path(path) as draft,
    ):
        draft.write_text("new")


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kg")
    assert sha256_of(tmp_path / "file") == hashlib.sha256(b"kg").hexdigest()
