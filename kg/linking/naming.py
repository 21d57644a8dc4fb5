"""What a node is called: the name that people expect, and all others as aliases with their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kg.linking.names import has_capitals, is_short_form, is_unmistakable, parse, singular_phrase

#: Share of running-text spellings that must begin in lower case for a name to be a common noun.
COMMON = 0.3


def canonical_name(written: Mapping[str, int]) -> str:
    """The name of a node, from its surfaces and how often each was written.

    A long form that is written in lower case is a common noun: it is named so, in the singular. A proper
    name keeps the spelling that most papers give it. A short form names a node only where there is no
    long form, or where it is a proper name by its letters ("LoRA") used more than the long form.

    >>> canonical_name({"LLMs": 9, "Large Language Models": 3, "large language models": 4})
    'large language model'
    >>> canonical_name({"KnowRL": 3})
    'KnowRL'
    """
    counts = Counter({parse(text).text or text: 0 for text in written})
    for text, count in written.items():
        counts[parse(text).text or text] += count
    short = Counter({text: n for text, n in counts.items() if is_short_form(parse(text))})
    long = Counter({text: n for text, n in counts.items() if text not in short})
    if not long:
        return _most(short)
    best_long = _long_name(long)
    if short and best_long[:1].isupper():
        best = _most(short)
        if is_unmistakable(best) and short.total() >= long.total():
            return best
    return best_long


def _long_name(long: Counter[str]) -> str:
    by_key: dict[str, Counter[str]] = {}
    for text, count in long.items():
        by_key.setdefault(parse(text).key, Counter())[text] += count
    spellings = max(by_key.items(), key=lambda item: (item[1].total(), item[0]))[1]
    lower = Counter(
        {text: n for text, n in spellings.items() if not any(map(str.isupper, _decapitalised(text)))}
    )
    common = Counter({text: n for text, n in spellings.items() if _is_lower(text)})
    if common.total() >= COMMON * spellings.total() and common:
        return singular_phrase(_most(common))
    if lower and len(next(iter(lower)).split()) > 1:
        return singular_phrase(_lowered(_most(lower)))
    return _most(spellings)


def _is_lower(text: str) -> bool:
    """Whether a text is a common noun: its words are in lower case, but for acronyms and proper names."""
    return text[:1].islower() or (
        has_capitals(text.split()[0]) and not any(w[:1].isupper() for w in text.split()[1:])
    )


def _decapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


def _lowered(text: str) -> str:
    return _decapitalised(text) if not has_capitals(text.split()[0]) else text


def _most(counts: Counter[str]) -> str:
    """The most frequent text; of equals the shortest, then the first by letters."""
    return min(counts, key=lambda text: (-counts[text], len(text), text))
