"""A doc's tokens as plain lists, read once: spaCy makes an object for each token at every pass over a doc."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Span

from kg.extraction.doc import clean_text

_KEY = "kg_tokens"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What does not change once a text is cut into tokens; one item a token, for reading alone."""

    texts: list[str]
    lower: list[str]
    spaced: list[bool]  #: whether a space follows
    starts: list[int]  #: offsets in `doc.text`
    ends: list[int]


def tokens_of(doc: Doc) -> Tokens:
    """The tokens of a doc, kept with it until it has another number of them.

    >>> import spacy
    >>> tokens_of(Doc(spacy.blank("en").vocab, words=["Two", "Words"], spaces=[True, False])).lower
    ['two', 'words']
    """
    known = doc.user_data.get(_KEY)
    if isinstance(known, Tokens) and len(known.texts) == len(doc):
        return known
    strings = doc.vocab.strings
    texts, spaced = doc.to_array(["ORTH", "SPACY"]).T.tolist() if len(doc) else [[]] * 2
    return keep_tokens(doc, [strings[key] for key in texts], [bool(each) for each in spaced])


def keep_tokens(doc: Doc, texts: list[str], spaced: list[bool]) -> Tokens:
    """Keep the tokens that a doc has been made of, for `tokens_of`."""
    starts, lengths = doc.to_array(["IDX", "LENGTH"]).reshape(-1, 2).T
    tokens = Tokens(
        texts=texts,
        lower=[text.lower() for text in texts],
        spaced=spaced,
        starts=starts.tolist(),
        ends=(starts + lengths).tolist(),
    )
    doc.user_data[_KEY] = tokens
    return tokens


def span_text(span: Span) -> str:
    """`span.text`, cut out of the doc's text: spaCy puts it together token by token."""
    return clean_text(span.doc)[span.start_char : span.end_char]


def sentence_starts_of(doc: Doc) -> list[int]:
    """The tokens that begin a sentence as the doc is marked; the first one always does."""
    marks = doc.to_array("SENT_START")
    starts: list[int] = (marks == 1).nonzero()[0].tolist()
    return starts if starts[:1] == [0] or not len(doc) else [0, *starts]
