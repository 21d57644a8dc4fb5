"""What reads a paper: a spaCy pipeline, each step a component that can be swapped.

    text ─ tokeniser ─ sentences ─ links ─ abbreviations ─ vocabulary, patterns ─ mentions ─ entities
         ─ roles ─ relations ─ results ─▶ Extraction

`config.cfg` beside this file names the components in order. What they write on the `Doc` stands in
`kg.extraction.doc`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import KgError, UsageError

# Importing a module registers its spaCy factory. A new component: one line here, its name in config.cfg.
from kg.extraction import (  # noqa: F401
    abbreviations,
    entities,
    links,
    mentions,
    patterns,
    recogniser,
    relations,
    results,
    roles,
    sentences,
    tokenising,
    vocabulary,
)
from kg.extraction.collect import extraction_of, extractor_version
from kg.extraction.shipped import DEFAULT, NETWORKS
from kg.records import Extraction, Paper

__all__ = ["DEFAULT_CONFIG", "extract", "extractor_version", "load", "read"]

DEFAULT_CONFIG = Path(__file__).with_name("config.cfg")

#: Components that depend on the network, and the setting that names it.
_NETWORK_SETTINGS = {
    "kg_recogniser": "model",
    "kg_roles": "pools",
    "kg_relations": "pools",
    "kg_results": "pools",
}

#: spaCy refuses texts longer than this (characters), for the sake of its parser, which kg does not use.
MAX_LENGTH = 1_000_000_000


def load(
    *,
    config: Path | None = None,
    model: str = DEFAULT,
    vocabularies: Sequence[Path] = (),
    without: Sequence[str] = (),
) -> Language:
    """Build the extraction pipeline from a spaCy config, by default the shipped one.

    `model` names the network, one of `kg.extraction.shipped.NETWORKS`: "fast", or "best", which takes about
    twice the time. A config that names a network itself is not overruled by the default.

    `without` names components to leave out: without `kg_recogniser`, patterns and vocabularies work alone.

    `vocabularies` are SKOS files of the user's own; they reach the components `kg_vocabulary` and
    `kg_entities` as their setting `vocabularies` (a list of paths), after the shipped ones.

    >>> nlp = load()
    >>> [token.text for token in nlp("An LLM-based agent")]
    ['An', 'LLM', '-', 'based', 'agent']
    """
    if model not in NETWORKS:
        raise UsageError(f"kg has no model {model!r}", hint="it has " + ", ".join(NETWORKS))
    try:
        settings = spacy.util.load_config(config or DEFAULT_CONFIG)
        if vocabularies:
            for name in ("kg_vocabulary", "kg_entities"):
                settings["components"][name]["vocabularies"] = [str(path) for path in vocabularies]
        if model != DEFAULT:
            for name, setting in _NETWORK_SETTINGS.items():
                if name in settings["components"]:
                    settings["components"][name][setting] = model
        pipeline = settings["nlp"]["pipeline"]
        for name in without:
            if name not in pipeline:
                raise UsageError(
                    f"the pipeline has no component {name!r}", hint="it has " + ", ".join(pipeline)
                )
        settings["nlp"]["pipeline"] = [name for name in pipeline if name not in without]
        nlp = spacy.util.load_model_from_config(settings, auto_fill=True)
    except KgError:
        raise
    except (OSError, KeyError, ValueError) as error:  # spaCy's errors about configs are ValueErrors
        reason = " ".join(str(error).split())
        raise UsageError(
            f"{config or DEFAULT_CONFIG}: no pipeline can be made of this config: {reason}",
            hint=f"compare it with {DEFAULT_CONFIG}",
        ) from error
    nlp.max_length = MAX_LENGTH
    return nlp


def extract(papers: Iterable[Paper], nlp: Language, *, batch_size: int = 64) -> Iterator[Extraction]:
    """What each paper's text says, in the order of the papers.

    `batch_size` papers go through one component after the other: a component's code and weights then stay in
    the processor's caches, which takes less time than one paper after the other. Raises ValueError where a
    component breaks its contract (`kg.extraction.collect`).
    """
    extractor = extractor_version(nlp)
    stream = iter(papers)
    while batch := list(islice(stream, batch_size)):
        docs = read(batch, nlp, batch_size=batch_size)
        for doc, paper in zip(docs, batch, strict=True):
            yield extraction_of(doc, paper, extractor)


def read(papers: Sequence[Paper], nlp: Language, *, batch_size: int = 64) -> list[Doc]:
    """The docs of papers, after all components."""
    docs = list(_docs(papers, nlp))
    for _, component in nlp.pipeline:
        if hasattr(component, "pipe"):  # spaCy's own components, and users'
            docs = list(component.pipe(docs, batch_size=batch_size))
        else:
            docs = [component(doc) for doc in docs]
    return docs


def _docs(papers: Iterable[Paper], nlp: Language) -> Iterator[Doc]:
    for paper in papers:
        if isinstance(nlp.tokenizer, tokenising.CleaningTokenizer):
            yield nlp.tokenizer(paper.text, title_length=len(paper.title))
        else:  # a tokeniser of the user's own
            yield nlp.make_doc(paper.text)
