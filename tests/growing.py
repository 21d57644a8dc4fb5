"""Small papers and lean builds for tests of graphs that grow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from kg.build import BuildOptions, BuildReport, build
from kg.records import Paper

#: A pipeline that loads at once; what it finds is beside the point.
LEAN = ("kg_recogniser", "kg_patterns", "kg_roles", "kg_relations", "kg_results")
OPTIONS = BuildOptions(without=LEAN, only=("annotations", "graphml"), workers=1)

_THINGS = ("ImageNet", "BERT", "ResNet-50", "CIFAR-10", "GPT-4", "LoRA", "SQuAD", "CLIP", "MMLU", "GSM8K")


def papers(start: int, end: int) -> list[Paper]:
    """Papers that share the things they name."""
    return [
        Paper(
            id=f"2506.{number:05}",
            arxiv_id=f"2506.{number:05}",
            title=f"Number {number} of a row of studies",
            abstract=(
                f"We train {_THINGS[number % 10]} and {_THINGS[number % 7]} on {_THINGS[number % 3]}. "
                f"Large language models (LLMs) are compared in study {number}. "
                f"Code is at https://github.com/example/study-{number}."
            ),
            authors=(f"Ada {number % 5}", "Kim Lee"),
        )
        for number in range(start, end)
    ]


def source(path: Path, records: Iterable[Paper]) -> str:
    """The papers in a file of JSON lines; its name."""
    lines = (
        json.dumps(
            {
                "id": paper.id,
                "title": paper.title,
                "abstract": paper.abstract,
                "authors": list(paper.authors),
                "doi": paper.doi,
            }
        )
        for paper in records
    )
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def grow(folder: Path, *sources: str, options: BuildOptions = OPTIONS) -> BuildReport:
    """Add sources to the graph in a folder."""
    return build(sources, folder, options=options)


def listing(folder: Path) -> dict[str, bytes]:
    """All files of a folder, with what they hold."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
