"""A graph on object storage has the bytes of one on disk, also after papers were added."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from object_storage import server
from pyarrow import fs

from kg.cli import main

PLAIN = ("--without", "kg_recogniser", "--only", "graphml", "--workers", "1", "-q")


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    with server() as options:
        yield options


def papers(path: Path, *numbers: int) -> str:
    lines = (
        json.dumps({"id": f"p{n}", "title": f"Lamp-{n}", "abstract": f"We propose Lamp-{n} for CIFAR-10."})
        for n in numbers
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, [*arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def stored(address: str) -> dict[str, bytes]:
    system, root = fs.FileSystem.from_uri(address)
    found = {}
    for info in system.get_file_info(fs.FileSelector(root, recursive=True)):
        if info.type == fs.FileType.File:
            with system.open_input_stream(info.path, compression=None) as file:
                found[info.path.removeprefix(f"{root}/")] = file.read()
    return found


def on_disk(folder: Path) -> dict[str, bytes]:
    """All files but the cache, which stays on the machine that builds."""
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {name.as_posix(): path.read_bytes() for name, path in files.items() if name.parts[0] != "cache"}


def test_a_graph_grows_on_storage_as_on_disk(storage: str, tmp_path: Path) -> None:
    first, second = papers(tmp_path / "a.jsonl", 1, 2), papers(tmp_path / "b.jsonl", 3)
    address = f"s3://graphs/mine{storage}"
    for source in (first, second):
        assert run("build", source, "-o", address, *PLAIN).exit_code == 0
        assert run("build", source, "-o", str(tmp_path / "disk"), *PLAIN).exit_code == 0
    assert stored(address) == on_disk(tmp_path / "disk")


def test_an_export_that_is_no_longer_wanted_goes(storage: str, tmp_path: Path) -> None:
    source, address = papers(tmp_path / "a.jsonl", 1), f"s3://graphs/other{storage}"
    run("build", source, "-o", address, *PLAIN)
    assert "graph.graphml" in stored(address)
    run("build", source, "-o", address, "--without", "kg_recogniser", "--only", "annotations", "-q")
    assert "graph.graphml" not in stored(address) and "annotations.jsonl" in stored(address)


def test_a_store_cannot_be_made_there(storage: str, tmp_path: Path) -> None:
    refused = run(
        "build", papers(tmp_path / "a.jsonl", 1), "-o", f"s3://graphs/x{storage}", "--only", "store"
    )
    assert refused.exit_code == 2 and refused.stderr.count("\n") == 1


def test_storage_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    address = "s3://graphs/x?endpoint_override=127.0.0.1:9&scheme=http&connect_timeout=1"
    refused = run("build", papers(tmp_path / "a.jsonl", 1), "-o", address, *PLAIN)
    assert refused.exit_code == 2 and refused.stderr.startswith("kg: s3://graphs/x")
