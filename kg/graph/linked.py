"""Linking from tables to tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.graph.tables import EXTRACTIONS, PAPERS, open_table, write_linked
from kg.linking import link
from kg.linking.rulings import Ruling
from kg.vocabulary import load_vocabulary


def link_tables(folder: Path, vocabularies: Sequence[Path], rulings: Sequence[Ruling]) -> None:
    """Link the papers and extractions of a graph's folder, and write the tables that come of it.

    `vocabularies` are the user's own, beside the shipped ones. Raises UsageError where they cannot be read.
    """
    linked = link(
        open_table(PAPERS, folder),
        open_table(EXTRACTIONS, folder),
        vocabulary=load_vocabulary(vocabularies),
        rulings=rulings,
    )
    write_linked(folder, linked)
