"""Component `kg_sentences`: sentence boundaries by rules."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc


@Language.factory("kg_sentences", assigns=["token.is_sent_start"])
class SentenceSplitter:
    """Marks sentence starts; no sentence crosses the end of the title."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        ended = True
        for token in doc:
            token.is_sent_start = token.i == 0 or token.i == doc._.title_end or ended
            ended = token.text in {".", "?", "!"} and bool(token.whitespace_) and token.i + 1 < len(doc)
        return doc
