"""From one paper's text to what it says: a spaCy pipeline, each step a component that can be swapped.

    text ─ tokeniser ─ sentences ─ links ─ abbreviations ─ vocabulary, patterns ─ mentions ─ entities
         ─ roles ─ relations ─ results ─▶ Extraction

`config.cfg` beside this file names the components in order. What they write on the `Doc` stands in
`kg.extraction.doc`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import spacy
from spacy.language import Language

# Importing a module registers its spaCy factory. A new component: one line here, its name in config.cfg.
from kg.extraction import sentences, tokenising  # noqa: F401

DEFAULT_CONFIG = Path(__file__).with_name("config.cfg")

#: spaCy refuses texts longer than this (characters), for the sake of its parser, which kg does not use.
MAX_LENGTH = 1_000_000_000


def load(*, config: Path | None = None, vocabularies: Sequence[Path] = ()) -> Language:
    """Build the extraction pipeline from a spaCy config, by default the shipped one.

    `vocabularies` are SKOS files of the user's own; they reach the component `kg_vocabulary` as its
    setting `vocabularies` (a list of paths), after the shipped ones.

    >>> nlp = load()
    >>> [token.text for token in nlp("An LLM-based agent")]
    ['An', 'LLM', '-', 'based', 'agent']
    """
    settings = spacy.util.load_config(config or DEFAULT_CONFIG)
    if vocabularies:
        settings["components"]["kg_vocabulary"]["vocabularies"] = [str(path) for path in vocabularies]
    nlp = spacy.util.load_model_from_config(settings, auto_fill=True)
    nlp.max_length = MAX_LENGTH
    return nlp
