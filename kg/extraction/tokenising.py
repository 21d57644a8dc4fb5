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
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from kg.extraction.cleaning import clean
from kg.extraction.doc import register_extensions
from kg.extraction.macros import macro_names
from kg.extraction.mapped import Offsets
from kg.extraction.tokens import keep_tokens

register_extensions()

#: What words are made of: letters, digits and "_", combining accents, signs of raised and lowered numbers.
_W = r"[\w\u0300-\u036f⁺⁻₊₋]"
_TOKEN = re.compile(
    rf"""(
      [A-Za-z]+(?=[ ,;)])                              # a plain word: most are
    | (?:https?://|www\.)[^\s<>"]*[^\s<>".,;:!?'*)\]}}]  # an address
    | [\w.+-]{{1,64}}@(?:[\w-]{{1,64}}\.){{1,6}}[a-z]{{2,24}}\b  # an email address
    | (?:[eE]\.g|[iI]\.e|a\.k\.a|w\.r\.t|i\.i\.d|U\.S(?:\.A)?|U\.K|Ph\.D|cf|vs|etc|Figs?|Eqs?|Sec|Tab|approx
         |resp|Dr|Prof|Inc|Ltd|No|St|viz|(?<=et[ ])al)\.(?![^\W\d_])
    | e\.g|i\.e                                         # "e.g," and "(i.e"
    | \\[A-Za-z]+                                      # a macro that nobody can resolve
    | \d{{1,3}}(?:,\d{{3}})+(?![\d,])(?:\.\d+)?[^\W\d_]*      # 1,439
    | (?:['’](?:s|re|ve|ll|d|m|t))(?!{_W})
    | {_W}+
      (?: [.](?: (?<=\d\.)(?=\d)                          # Qwen2.5
               | (?<=[^\W_]\.)(?=[a-zA-Z])               # Node.js, but "models.We" is three
                 (?!(?:[A-Z]|we|our|the|this|these|it|in|code|however)[a-z]*\b)
             ){_W}+
        | [.](?<=\b[A-Z]\.)(?=[A-Z]\b){_W}+               # U.S, not "U.Some"
        | [@&^·](?={_W}){_W}+                            # F1@10, R&D, R^2
        | [-‑](?=\d){_W}+                                # GPT-4, ImageNet-1k
      )*
      (?: \+\+?(?!{_W}) | \#(?!{_W}) )?                   # C++, SSR+, C#
    | \.\.\.
    | \S
    )([ ]?)""",
    re.VERBOSE,
)


class _Tokens:
    """The tokens of a text so far, and where its characters come from."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.spaces: list[bool] = []
        self.texts: list[str] = []
        self.starts: list[Offsets] = []
        self.ends: list[Offsets] = []

    def add(self, source: str, start: int, end: int, names: dict[str, str]) -> None:
        """Clean and tokenise `source[start:end]`."""
        cleaned = clean(source[start:end], names=names)
        for word, space in _TOKEN.findall(cleaned.text):
            self.words.append(word)
            self.spaces.append(space != "")
        self._add_text(cleaned.text, cleaned.starts + np.int32(start), cleaned.ends + np.int32(start))

    def add_newline(self, place: int) -> None:
        """The newline behind the title is a token of its own."""
        self.words.append("\n")
        self.spaces.append(False)
        self._add_text("\n", np.array([place], np.int32), np.array([place + 1], np.int32))

    def _add_text(self, text: str, starts: Offsets, ends: Offsets) -> None:
        self.texts.append(text)
        self.starts.append(starts)
        self.ends.append(ends)


def cut(text: str) -> list[str]:
    """The tokens of a text that needs no cleaning, such as a name.

    >>> cut("GPT-4-based LLM")
    ['GPT-4', '-', 'based', 'LLM']
    """
    return [word for word, _ in _TOKEN.findall(text)]


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
        tokens = _Tokens()
        body = title_end = 0
        names = macro_names(text[: max(title_length, 0)], text[max(title_length, 0) :])
        if title_length >= 0:
            tokens.add(text, 0, title_length, names)
            tokens.add_newline(title_length)
            title_end = len(tokens.words)
            body = title_length + 1
        tokens.add(text, body, len(text), names)
        doc = Doc(self.vocab, words=tokens.words, spaces=tokens.spaces)
        doc.user_data["kg_text"] = "".join(tokens.texts)
        keep_tokens(doc, tokens.words, tokens.spaces)
        doc._.source = text
        doc._.source_starts = np.concatenate(tokens.starts)
        doc._.source_ends = np.concatenate(tokens.ends)
        doc._.title_end = title_end
        return doc

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


def make_cleaning_tokenizer() -> Callable[[Language], CleaningTokenizer]:
    """Factory for spaCy configs: `@tokenizers = "kg.CleaningTokenizer.v1"`."""

    def create(nlp: Language) -> CleaningTokenizer:
        return CleaningTokenizer(nlp.vocab)

    return create


registry.tokenizers.register("kg.CleaningTokenizer.v1", func=make_cleaning_tokenizer)
