"""The shape of the package: imports point backwards along the data's way, and nothing below the command
line prints or exits."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kg"

#: The data's way. A module may import what stands on its own line or on one above.
LAYERS = [
    {
        "errors",
        "schema",
        "records",
        "resources",
        "files",
        "folder",
        "columns",
        "rows",
        "processes",
        "garbage",
        "progress",
        "ontology",
    },
    {"sources", "vocabulary", "evaluation", "addresses"},
    {"extraction"},
    {"dataflow", "shards", "sharded", "on_ray", "ray_crew", "extractions", "linking"},
    {"graph", "manifest", "remote_folder"},
    {"export", "store"},
    {"nodes", "query"},
    {"before", "options", "build", "annotate", "report", "serve"},
    {"cli", "__main__"},
]
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}

MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The top-level part of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> set[str]:
    """The top-level parts of kg that a file imports."""
    parts: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            names = [f"kg.{alias.name}" for alias in node.names] if module == "kg" else [module]
        else:
            continue
        parts.update(name.split(".")[1] for name in names if name.startswith("kg."))
    return {part for part in parts if part in LEVEL}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_backwards(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return  # the package's front door offers what lies anywhere behind it
    assert part in LEVEL, f"kg/{part} has no place in the data's way: add it to LAYERS"
    ahead = {other for other in imported_parts(path) if LEVEL[other] > LEVEL[part]}
    assert not ahead, f"kg/{part} imports {sorted(ahead)}, which come after it"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_line_prints_or_exits(path: Path) -> None:
    if part_of(path) in {"cli", "progress", "__main__"}:
        return
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not calls & {"print", "exit", "sys.exit", "quit"}
