"""An export of the graph that was there before, as a basis for the next: what is the same is taken from it.

Whether it is there or not, and whatever it is, the outcome is the same; only the time differs. So an export
is made anew wherever anything is in doubt: another version of kg or of its code, other options, a table or
export that is not the one that the manifest names, or changes to too much of the graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import kg
from kg.export.base import ExportOptions
from kg.files import sha256_of
from kg.folder import current
from kg.graph.tables import FOLDER
from kg.resources import code


class Unusable(Exception):  # noqa: N818 - no error, but a reason to take the longer way
    """An earlier export that the next cannot be made from."""


class Told(Protocol):
    """What a graph's manifest says of its exports."""

    @property
    def kg(self) -> str:
        """Version of kg."""

    @property
    def code(self) -> str:
        """Hash of kg's code."""

    @property
    def options(self) -> Mapping[str, Any]:
        """Options of the build; "export" are those of the exports."""

    @property
    def files(self) -> Mapping[str, str]:
        """SHA-256 of each file, by its path in the folder."""


@dataclass(frozen=True, slots=True)
class EarlierExports:
    """A graph's folder whose tables are what its manifest names, and the hashes of its exports."""

    folder: Path
    files: Mapping[str, str]

    @classmethod
    def of(cls, folder: Path, told: Told, options: ExportOptions) -> EarlierExports | None:
        """The graph of a folder, if exports with these options can be made from its own."""
        if (told.kg, told.code, told.options.get("export")) != (kg.__version__, code(), asdict(options)):
            return None
        tables = [name for name in told.files if name.startswith(f"{FOLDER}/")]
        if not tables or not told.code or any(not _is(folder, name, told.files[name]) for name in tables):
            return None
        return cls(folder, told.files)

    def export(self, name: str) -> Path:
        """Where its file of that name is. Raises Unusable where it has none, or it is not what it was."""
        if name not in self.files or not _is(self.folder, name, self.files[name]):
            raise Unusable(name)
        return current(self.folder, name)


def _is(folder: Path, name: str, sha256: str) -> bool:
    try:
        return sha256_of(current(folder, name)) == sha256
    except OSError:
        return False
