"""The whole way: the sample corpus gives the same bytes however it is built, and needs no network."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kg.build import BuildOptions, build
from kg.errors import OutputError, SourceError, UsageError
from kg.export import chosen
from kg.extraction.annotated import from_annotation
from kg.graph import Graph
from kg.resources import resource

COMMITTED = Path(__file__).parent.parent / "exports"
SAMPLE = resource("seeds", "papers.jsonl")


def run_build(source: Path, folder: Path, *more: str, seed: str = "0") -> dict[str, bytes]:
    """Build in a process of its own; the bytes of every file but those that name the source and the place of
    each record in it, and the store's own, of which store.json tells the content."""
    subprocess.run(
        [sys.executable, "-m", "kg", "build", str(source), "-o", str(folder), "-q", *more],
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name not in ("manifest.json", "records.parquet")
        and path.relative_to(folder).parts[0] != "store"
    }


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """The sample corpus, built once."""
    folder = tmp_path_factory.mktemp("sample")
    return folder, run_build(SAMPLE, folder)


def test_the_sample_corpus_gives_the_committed_files(sample: tuple[Path, dict[str, bytes]]) -> None:
    for name in ("graph.ttl", "graph.graphml", "graph.html"):
        assert sample[1][name] == (COMMITTED / name).read_bytes(), f"{name} differs: kg build, look, commit"


def test_shuffled_papers_another_hash_seed_and_two_workers_give_the_same_bytes(
    sample: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    random.Random(7).shuffle(lines)
    shuffled = tmp_path / "shuffled.jsonl"
    shuffled.write_text("\n".join(lines) + "\n", encoding="utf-8")
    again = run_build(shuffled, tmp_path / "again", "--workers", "2", seed="4711")
    assert again.keys() == sample[1].keys()
    assert [name for name in again if again[name] != sample[1][name]] == []


def test_a_build_opens_no_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a build tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    report = build([str(SAMPLE)], tmp_path / "graph", options=BuildOptions(workers=1))
    assert report.counts["papers"] == 85


def test_every_offset_leads_to_what_it_quotes(sample: tuple[Path, dict[str, bytes]]) -> None:
    graph = Graph.open(sample[0])
    texts = {paper.id: paper.text for paper in graph.papers()}
    quotes = 0
    for edge in graph.edges():
        assert edge.evidence, f"{edge.source} {edge.kind} {edge.target} has no evidence"
        for support in edge.evidence:
            if support.start is not None:
                assert texts[support.paper][support.start : support.end] == support.quote
                quotes += 1
    assert quotes > 1000


def test_annotations_read_back_as_the_extractions_they_were_written_from(
    sample: tuple[Path, dict[str, bytes]],
) -> None:
    graph = Graph.open(sample[0])
    lines = (sample[0] / "annotations.jsonl").read_text(encoding="utf-8").splitlines()
    for line, paper, extraction in zip(lines, graph.papers(), graph.extractions(), strict=True):
        assert from_annotation(json.loads(line), paper) == extraction


def test_the_manifest_says_what_was_read_and_holds_no_clock(sample: tuple[Path, dict[str, bytes]]) -> None:
    manifest = json.loads((sample[0] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"]["papers"] == 85
    (source,) = manifest["sources"]
    assert source["papers"] == 85 and len(source["sha256"]) == 64
    assert "20:" not in json.dumps(manifest["options"])


def test_only_and_skip_choose_exports(tmp_path: Path) -> None:
    assert chosen(only=["tables"]) == ()
    assert "html" not in chosen(skip=["html"])
    with pytest.raises(UsageError, match="no export is called 'pdf'"):
        chosen(only=["pdf"])
    source = tmp_path / "one.jsonl"
    source.write_text('{"id": "a", "title": "TinyNet: a small model", "abstract": "We propose TinyNet."}\n')
    build([str(source)], tmp_path / "graph", options=BuildOptions(only=("ttl",)))
    written = sorted(path.name for path in (tmp_path / "graph").iterdir())
    assert written == ["cache", "graph.ttl", "manifest.json", "tables"]


def test_a_record_without_an_abstract_is_a_node_all_the_same(tmp_path: Path) -> None:
    source = tmp_path / "one.jsonl"
    source.write_text('{"id": "a", "title": "TinyNet: a small model"}\n')
    report = build([str(source)], tmp_path / "graph", options=BuildOptions(only=("tables",)))
    assert report.counts["papers"] == report.counts["without abstract"] == 1


def test_nothing_to_read_builds_nothing(tmp_path: Path) -> None:
    source = tmp_path / "empty.jsonl"
    source.write_text("")
    with pytest.raises(SourceError, match=r"empty\.jsonl"):
        build([str(source)], tmp_path / "graph")
    assert not (tmp_path / "graph").exists()


def test_an_output_that_is_a_file_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "graph").write_text("in the way")
    with pytest.raises(OutputError, match="graph: cannot be written"):
        build([str(SAMPLE)], tmp_path / "graph")
    assert (tmp_path / "graph").read_text() == "in the way"
