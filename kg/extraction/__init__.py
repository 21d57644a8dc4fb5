"""From one paper's text to what it says; `kg.extraction.pipeline` names the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.extraction.pipeline import DEFAULT_CONFIG, extract, extractor_version, load, read

__all__ = ["DEFAULT_CONFIG", "extract", "extractor_version", "load", "read"]


def __getattr__(name: str) -> Any:
    """The pipeline when it is asked for: who hands texts to other processes does not wait for spaCy."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kg.extraction import pipeline

    return getattr(pipeline, name)
