"""The manifest of a graph's folder: what was read, how, and what came of it.

Without clock times, so that the same build gives the same bytes; and without a history: it tells what the
graph is, not by which builds it came about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.files import atomic_path
from kg.folder import MANIFEST, current
from kg.records import Problem
from kg.sources import FileRead

_ADVICE = "start anew with kg build SOURCE... --fresh, or choose another folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What `manifest.json` says."""

    kg: str  #: version
    extractor: str  #: name and version of what made the extractions
    versions: Mapping[str, str]  #: of libraries that decide what is found
    sample: bool  #: whether this is the sample corpus, built because no source was named
    options: Mapping[str, Any]
    sources: tuple[FileRead, ...]  #: by name: those that gave records which are still in the graph
    problems: tuple[Problem, ...]  #: what was skipped in them
    conflicts: Mapping[str, Problem] = field(default_factory=dict)  #: by paper: what its records disagree on
    counts: Mapping[str, int] = field(default_factory=dict)
    nodes: Mapping[str, int] = field(default_factory=dict)  #: by kind
    edges: Mapping[str, int] = field(default_factory=dict)  #: by kind
    files: Mapping[str, str] = field(default_factory=dict)  #: path in the folder → SHA-256
    code: str = ""  #: hash of kg's code, for exports that go on from this graph's (`kg.export.earlier`)

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        with atomic_path(path) as draft:
            draft.write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a graph's folder; None where there is none.

    Raises UsageError where it cannot be read, or was written by another version of kg.
    """
    path = current(folder, MANIFEST)
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read ({error})", hint=_ADVICE) from error
    try:
        return Manifest(
            **{
                **said,
                "sources": tuple(FileRead(**source) for source in said["sources"]),
                "problems": tuple(Problem(**problem) for problem in said["problems"]),
                "conflicts": {paper: Problem(**problem) for paper, problem in said["conflicts"].items()},
            }
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{path}: was written by another version of kg", hint=_ADVICE) from error
