"""Sources on object storage, read from a real S3 server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from object_storage import server

from kg.errors import SourceError
from kg.sources import Reading


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The options of an address in a bucket of three files."""
    with server() as options:
        fill(f"s3://papers{options}")
        yield options


def fill(address: str) -> None:
    from pyarrow import fs

    system: Any
    system, _ = fs.FileSystem.from_uri(address)
    system.create_dir("papers")
    for name, title in (("a/one.jsonl", "One"), ("a/two.jsonl", "Two"), ("b/three.jsonl", "Three")):
        with system.open_output_stream(f"papers/{name}") as file:
            file.write(json.dumps({"id": title, "title": title}).encode() + b"\n")


def titles(*sources: str) -> list[str]:
    return [paper.title for paper in Reading(sources)]


def test_one_file(bucket: str) -> None:
    assert titles(f"s3://papers/a/one.jsonl{bucket}") == ["One"]


def test_a_folder_with_all_below_it(bucket: str) -> None:
    assert titles(f"s3://papers{bucket}") == ["One", "Two", "Three"]


def test_a_pattern(bucket: str) -> None:
    assert titles(f"s3://papers/a/t*.jsonl{bucket}") == ["Two"]


def test_a_file_that_is_not_there_is_said(bucket: str) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        Reading([f"s3://papers/a/none.jsonl{bucket}"])


def test_a_pattern_without_files_is_said(bucket: str) -> None:
    with pytest.raises(SourceError, match="no file matches"):
        Reading([f"s3://papers/a/x*{bucket}"])
