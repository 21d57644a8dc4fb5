"""What whoever runs the server chooses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What whoever runs the server chooses."""

    graph: Path  #: a graph's folder, or a file of RDF
    store: Path | None = None  #: the folder of the store; None: not known yet
    timeout: float = 30.0  #: seconds that a query may take
    max_rows: int = 10_000  #: rows or triples of an answer; 0: all
    workers: int = 2  #: processes that answer
