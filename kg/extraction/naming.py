"""What an entity is called: one name from all the forms that a text has for it.

By the annotation guidelines: the long form, in the singular and in lower case, for a common-noun term
("large language model"); for a named thing its proper name, as its authors write it ("KnowRL").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from spacy.tokens import Doc, Span

from kg.extraction.tokens import span_text
from kg.extraction.wordforms import COINED, DATA, shape, singular, word_groups
from kg.extraction.words import words as word_set

_SMALL = word_set("a an and as at by for from in into of on or the to under via vs with without over")
#: Types whose members have proper names.
_NAMED_TYPES = frozenset({"METHOD", "MODEL", "DATASET"})
_CLAUSE_ENDS = word_set("for of in on to with by from using via and . ; ( than")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
#: A sentence with one of these before a name brings the name into the world.
_OWN_WORDS = word_set(
    "propose proposes proposed introduce introduces introduced present presents presented develop develops "
    "developed novel new called named dubbed termed coined release releases released construct design"
)


def name_of(doc: Doc, spans: Sequence[Span], type_: str, shorts: Mapping[str, str]) -> str:
    """The label of the entity that `spans` mention; `shorts` are the text's short forms with their long ones.

    Both sides of `shorts` are texts as they stand in the doc.
    """
    texts = [span_text(span) for span in spans]
    for short, long in shorts.items():
        if short in texts:
            own = type_ in _NAMED_TYPES and not short.endswith("s") and _is_own(doc, spans, (short, long))
            return short if own else written(long, type_ == "DATASET")
    coined = [text for text in texts if _is_coined(text)]
    if coined:
        # A proper name, or an acronym that the text does not spell out, stands for itself …
        spelt = [span for span, text in zip(spans, texts, strict=True) if " " in text]
        proper = max(coined, key=lambda text: (texts.count(text), -coined.index(text)))
        if not spelt or (type_ in _NAMED_TYPES and _is_own(doc, spans, (proper,))):
            return _without_plural(proper)
        # … unless another form says more.
        spans = spelt
    return _common_name(doc, spans, type_)


def _is_coined(text: str) -> bool:
    """Whether a form is a made-up name or an acronym: one word with an odd capital or a digit."""
    return " " not in text and any(
        shape(part.removesuffix("s")) in COINED for part in text.split("-") if len(part) > 1
    )


def _is_own(doc: Doc, spans: Sequence[Span], names: Sequence[str]) -> bool:
    """Whether the paper itself brings a name up: "Foo: …" as its title, or "we propose Foo"."""
    title_end = doc._.title_end or 0
    for span in spans:
        if span_text(span) not in names:
            continue
        if span.start == 0 and span.end < title_end and doc[span.end].text in (":", "-", "–", "—"):
            return True
        if span.start >= title_end:
            for place in range(span.start - 1, max(title_end - 1, span.start - 12), -1):
                word = doc[place].lower_
                if word in _OWN_WORDS:
                    return True
                if word in _CLAUSE_ENDS:
                    break
    return False


def _common_name(doc: Doc, spans: Sequence[Span], type_: str) -> str:
    """The form that the running text uses most; of equals the longest."""
    title_end = doc._.title_end or 0
    running = [span for span in spans if span.start >= title_end] or list(spans)
    forms = [" ".join(map(_plain, span_text(span).split())).casefold() for span in running]
    counts = Counter(forms)
    _, best = max(
        zip(forms, running, strict=True),
        key=lambda each: (
            counts[each[0]],
            len(each[1]),
            span_text(each[1])[:1].islower(),  # a capital may be the sentence's
            -each[1].start,
        ),
    )
    proper = type_ == "DATASET" or (
        type_ in _NAMED_TYPES
        and best.start >= title_end
        and not best[0].is_sent_start
        and singular(best[-1].lower_) == best[-1].lower_  # a plural is no proper name
    )
    return written(span_text(best), proper)


def written(text: str, proper: bool) -> str:
    """A form as a name: singular, and in lower case but for proper words, acronyms and coined names.

    `proper` is for the name of one thing, which keeps the capitals that its authors gave it where every
    word has one.

    >>> written("Large Language Models", proper=False), written("Monte Carlo Tree Search", proper=False)
    ('large language model', 'Monte Carlo tree search')
    >>> written("Agentic Flow", proper=True), written("Bayesian Networks", proper=False)
    ('Agentic Flow', 'Bayesian network')
    """
    words = _BRACKETS.sub("", text).split()
    if not words:
        return text
    if proper and all(not word[:1].islower() or word in _SMALL for word in words):
        return " ".join(words)
    result = [_decapitalised(word) for word in words]
    result[-1] = _without_plural(result[-1])
    return " ".join(result)


def _decapitalised(word: str) -> str:
    parts = word.split("-")
    return "-".join(
        part.lower() if part.istitle() and len(part) > 1 and not _is_proper(part) else part for part in parts
    )


def _is_proper(word: str) -> bool:
    """Whether a word keeps its capital: always written with one, or no word that is known."""
    lower = word.lower()
    return lower in _proper_words() or not word.isalpha() or lower not in word_groups()[0]


def _without_plural(word: str) -> str:
    if word.endswith("s") and len(word) > 2 and word[:-1].isupper():
        return word[:-1]
    head, dash, tail = word.rpartition("-")
    return head + dash + singular(tail) if tail.islower() else word


def _plain(word: str) -> str:
    return singular(word.lower())


@lru_cache(maxsize=1)
def _proper_words() -> frozenset[str]:
    return frozenset((DATA / "proper_words.txt").read_text(encoding="utf-8").split())
