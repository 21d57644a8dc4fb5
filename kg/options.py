"""What a user may choose about a build, and how a graph's manifest remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kg.dataflow import Runner
from kg.errors import UsageError
from kg.export import ExportOptions
from kg.extraction.shipped import DEFAULT
from kg.files import sha256_of
from kg.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What a user may choose about a build."""

    format: str | None = None  #: force this reader
    strict: bool = False  #: stop at the first bad record
    fresh: bool = False  #: forget what the folder holds, its extractions too
    sample: bool = False  #: the sources are the sample corpus, because none was named
    vocabularies: tuple[Path, ...] = ()
    decisions: Path | None = None  #: a file of the user's own word on what is one thing
    without: tuple[str, ...] = ()  #: components of the pipeline to leave out
    model: str = DEFAULT  #: the network that reads, by name
    config: Path | None = None  #: a spaCy config in place of the shipped pipeline
    workers: int | None = None  #: processes; None: one a core where the papers are worth it
    runner: Runner | None = None  #: what runs the extraction; None: processes of this machine
    only: tuple[str, ...] = ()  #: names of exports; empty: those that are written by default
    also: tuple[str, ...] = ()  #: names of further exports
    skip: tuple[str, ...] = ()
    min_score: float = 0.0  #: leave out what the extractor is less sure of, from 0 to 1
    export: ExportOptions = field(default_factory=ExportOptions)


def told(options: BuildOptions, exports: Sequence[str]) -> dict[str, Any]:
    """The options that decide what the graph is, for the manifest."""

    def file(path: Path) -> dict[str, str]:
        return {"file": str(path), "sha256": sha256_of(path)}

    return {
        "config": file(options.config) if options.config else None,
        "vocabularies": [file(path) for path in options.vocabularies],
        "decisions": file(options.decisions) if options.decisions else None,
        "model": options.model,
        "without": list(options.without),
        "min_score": options.min_score,
        "exports": list(exports),
        "export": asdict(options.export),
    }


def options_of(manifest: Manifest, *, workers: int | None = None) -> BuildOptions:
    """The options that a graph was built with.

    Raises UsageError where a file that was given with them is gone, or has changed.
    """
    said = manifest.options

    def path(file: Mapping[str, str]) -> Path:
        found = Path(file["file"])
        if not found.is_file() or sha256_of(found) != file["sha256"]:
            raise UsageError(
                f"{found}: is not the file that the graph was built with",
                hint="put it back, or build the graph with the one that you have now first",
            )
        return found

    return BuildOptions(
        sample=manifest.sample,
        vocabularies=tuple(path(file) for file in said["vocabularies"]),
        decisions=path(said["decisions"]) if said["decisions"] else None,
        model=said.get("model", DEFAULT),
        without=tuple(said["without"]),
        config=path(said["config"]) if said["config"] else None,
        workers=workers,
        min_score=said["min_score"],
        only=tuple(said["exports"]) or ("tables",),
        export=ExportOptions(**said["export"]),
    )
