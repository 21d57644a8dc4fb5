"""Component `kg_sentences`: sentence boundaries by rules made for titles and abstracts.

The tokeniser has already joined the full stops of abbreviations and decimals to their words, so that a
full stop that is left alone nearly always ends a sentence. The title is one sentence.
"""

from __future__ import annotations

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.tokens import tokens_of
from kg.extraction.words import words

_ENDERS = words(". ? ! ... … 。 ！ ？")
_CLOSERS = words("\" ' ) ] } ” ’ » ''")
#: Abbreviations that can end a sentence; what follows then begins like one.
_LAST_ABBREVIATIONS = words("etc. al. U.S. U.S.A. U.K. i.i.d. Inc. Ltd. a.k.a. w.r.t. Ph.D.")
#: Abbreviations that spaCy users write apart; what follows goes on.
_FIRST_PARTS = words("e.g i.e cf vs Fig Figs Eq Sec resp approx Dr Prof No Mr Ms St viz ca Ref Refs Vol pp")
#: Words that begin a sentence and no name.
_STARTERS = words(
    """
    A Additionally Although Among An And As At Based Because Besides Beyond Both But By Can Code
    Codes Compared Consequently Crucially Current Despite Due During Each Empirical Empirically
    Evaluations Even Evaluation Existing Experimental Experiments Extensive Finally First Firstly
    For From Further Furthermore Given Hence Here How However I If Importantly In Indeed Inspired
    Instead Interestingly Is It Its Last Lastly Leveraging Many More Moreover Most Motivated
    Nevertheless No Notably On Once One Only Other Our Overall Prior Project Recent Recently Results
    Second Secondly Several Similarly Since So Some Source Specifically Such Surprisingly Still That
    The Their Then There Therefore These They Third This Those Three Through Throughout Thus To
    Together Traditional Two Under Unlike Unfortunately Using Via We What When Where Whereas Which
    While Why With Within Without Yet You
    """
)


@Language.factory("kg_sentences", assigns=["token.is_sent_start"])
class SentenceSplitter:
    """Marks sentence starts. Every token is in a sentence; none crosses the end of the title."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        return mark_sentences(doc)


def mark_sentences(doc: Doc) -> Doc:
    """Set where the sentences of a doc begin."""
    if len(doc):
        starts = np.full(len(doc), -1, np.int64)
        starts[sentence_starts(doc)] = 1
        doc.from_array(["SENT_START"], starts.astype(np.uint64))  # type: ignore[arg-type]
    return doc


def sentence_starts(doc: Doc) -> list[int]:
    """Indices of the tokens that begin a sentence, the first one included.

    >>> import spacy
    >>> from spacy.tokens import Doc
    >>> sentence_starts(Doc(spacy.blank("en").vocab, words="One is . vLLM is two .".split()))
    [0, 3]
    """
    texts, spaced = tokens_of(doc).texts, tokens_of(doc).spaced
    body = doc._.title_end or 0
    starts = [0]
    if 0 < body < len(texts):
        starts.append(body)
    for place in range(body, len(texts) - 1):
        text = texts[place]
        if text in _ENDERS:
            following = place + 1
            while following < len(texts) and texts[following] in _CLOSERS and not spaced[following - 1]:
                following += 1
            if following < len(texts) and _ends(texts, spaced, place, following, starts[-1]):
                starts.append(following)
        elif text in _LAST_ABBREVIATIONS:
            if texts[place + 1] in _STARTERS or (text == "etc." and texts[place + 1][0].isupper()):
                starts.append(place + 1)
        elif text.startswith(("http", "www.")) and "." in text:
            following_word = texts[place + 1]
            if following_word[0].isupper() and (
                following_word in _STARTERS or texts[place + 2 : place + 3] == [":"]
            ):
                starts.append(place + 1)
    return starts


def _ends(texts: list[str], spaced: list[bool], place: int, following: int, start: int) -> bool:
    """Whether the stop at `place` ends the sentence that began at `start`; `following` is what comes next."""
    stop, before, after = texts[place], texts[place - 1] if place > start else "", texts[following]
    begins = after[0].isupper() or after in _STARTERS
    if not spaced[following - 1]:  # "models.We": the tokeniser has parted them for a reason; ".5" it has not
        return stop == "." and begins and len(after) > 1 and bool(before)
    if stop != ".":
        return begins or (after[0] in '(“"' and following == place + 1)
    if not before or before in _FIRST_PARTS:
        return False
    if len(before) == 1 and before.isalpha() and before.isupper():  # an initial, or "vitamin C"
        return after in _STARTERS
    if before.isdigit() and place - 1 == start:  # "1. First"
        return False
    return not (after[0] in ",;:)" or (after[0].islower() and before.endswith("-")))
