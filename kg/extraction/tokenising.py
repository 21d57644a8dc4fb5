"""The tokeniser: cleans a text, cuts it into tokens, and keeps the way back to the text as given.

Tokens are small where names are put together ("LLM-based" is three, "LLM/VLM" three, "Model(LLM)"
four) and whole where a cut would break a name or a number ("GPT-4", "ImageNet-1k", "F1@10", "C++",
"1,439", "1.93X", "e.g.", addresses).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.extraction.cleaning import clean
from kg.extraction.doc import register_extensions

register_extensions()

_TOKEN = re.compile(
    r"""
      https?://[^\s<>"]*[^\s<>".,;:!?')\]}]           # an address
    | [\w.+-]+@[\w-]+\.[a-z]{2,}                      # an email address
    | (?:e\.g|i\.e|a\.k\.a|w\.r\.t|U\.S|et\ al|cf|vs|etc|Fig|Eq|approx)\.(?!\w)
    | \d{1,3}(?:,\d{3})+(?:\.\d+)?[^\W\d_]*            # 1,439
    | '(?:s|re|ve|ll|d|m|t)\b | ’(?:s|re|ve|ll|d|m|t)\b
    | [^\W]+(?:[.@&](?=\w)[\w]+ | [-‑](?=\d)\w+ )*(?:\+\+|\#)?   # a word, name or number
    | \.\.\. | --+
    | \S
    """,
    re.VERBOSE,
)


class CleaningTokenizer:
    """Cleans and tokenises; a spaCy tokeniser (`nlp.tokenizer`)."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str, *, title_length: int | None = None) -> Doc:
        """Make a `Doc` of a paper's text: its title, a newline, its abstract.

        `title_length` is the number of characters before the newline that ends the title, for titles
        that hold newlines themselves; without it the first newline counts.
        """
        if title_length is None:
            title_length = text.find("\n")
        words: list[str] = []
        spaces: list[bool] = []
        starts: list[Any] = []
        ends: list[Any] = []
        title_end = 0
        body_start = 0
        if title_length >= 0:
            self._add(text, 0, title_length, words, spaces, starts, ends)
            words.append("\n")
            spaces.append(False)
            starts.append(np.array([title_length], np.int32))
            ends.append(np.array([title_length + 1], np.int32))
            title_end = len(words)
            body_start = title_length + 1
        self._add(text, body_start, len(text), words, spaces, starts, ends)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        doc._.source = text
        doc._.source_starts = np.concatenate(starts) if starts else np.zeros(0, np.int32)
        doc._.source_ends = np.concatenate(ends) if ends else np.zeros(0, np.int32)
        doc._.title_end = title_end
        return doc

    def _add(
        self,
        text: str,
        start: int,
        end: int,
        words: list[str],
        spaces: list[bool],
        starts: list[Any],
        ends: list[Any],
    ) -> None:
        cleaned = clean(text[start:end])
        position = 0
        for match in _TOKEN.finditer(cleaned.text):
            if match.start() > position and words:
                spaces[-1] = True
            words.append(match.group())
            spaces.append(False)
            position = match.end()
        starts.append(cleaned.starts + np.int32(start))
        ends.append(cleaned.ends + np.int32(start))

    # spaCy asks its tokenisers to serialise; this one has no state.
    def to_bytes(self, **_: Any) -> bytes:
        """Nothing to keep."""
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> CleaningTokenizer:
        """Nothing to restore."""
        return self

    def to_disk(self, _path: str | Path, **_: Any) -> None:
        """Nothing to keep."""

    def from_disk(self, _path: str | Path, **_: Any) -> CleaningTokenizer:
        """Nothing to restore."""
        return self


@spacy.registry.tokenizers("kg.CleaningTokenizer.v1")
def make_cleaning_tokenizer() -> Callable[[Language], CleaningTokenizer]:
    """Factory for spaCy configs: `@tokenizers = "kg.CleaningTokenizer.v1"`."""

    def create(nlp: Language) -> CleaningTokenizer:
        return CleaningTokenizer(nlp.vocab)

    return create
