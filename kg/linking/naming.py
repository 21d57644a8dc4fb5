"""What a node is called: the name that people expect, out of everything that papers write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kg.linking.names import has_capitals, is_unmistakable, parse, singular_phrase, without_head

#: Share of a name's spellings that must be in lower case for it to be a common noun: titles and beginnings
#: of sentences have capitals for all.
COMMON = 0.2
#: So many times more often than in small letters, a first word's capital is its own.
CAPITAL = 3

#: Common nouns as most are written.
PLAIN = re.compile(r"[a-z]+(?:[ -][a-z]+)*")

Counts = dict[str, int]


def canonical_name(written: Mapping[str, int], *, entity_type: str = "METHOD") -> str:
    """The name of a node, from its surfaces and the number of papers that write each.

    A long form that papers write in lower case is a common noun, and named so in the singular; any other
    name keeps the spelling that most papers give it. A short form names the node where there is no long
    one, or where it is written more than a long one that is a name itself ("MMLU"), or twice as much as a
    common noun, being a proper name by its letters ("LoRA").

    >>> canonical_name({"LLMs": 9, "Large Language Models": 3, "large language models": 4})
    'large language model'
    >>> canonical_name({"LoRA": 10, "Low-Rank Adaptation": 4, "low-rank adaptation": 1})
    'LoRA'
    >>> canonical_name({"GPT-4o": 9, "gpt-4o": 1}), canonical_name({"LLM agents": 3})
    ('GPT-4o', 'LLM agent')
    """
    if len(written) == 1:
        (surface,) = written
        return _only_name(surface)
    short, mixed, full = _groups(written)
    if not full and (not mixed or (short and _total(_best(short)) >= _total(_best(mixed)))):
        return _proper(_best(short))  # "GPT", whatever "GPT-based models" are counted in
    long = _best(full or mixed)
    if full and mixed and _total(_best(mixed)) > 4 * _total(long):
        long = _best(mixed)  # hardly anybody writes "artificial intelligence agents" for AI agents
    name, common = _long_name(long)
    if short:
        brief, ahead = _proper(_best(short)), _total(_best(short)) / _total(long)
        if common and is_unmistakable(brief) and ahead >= 2:
            return brief
        if not common and ahead >= 1 and (is_unmistakable(brief) or entity_type in ("MODEL", "DATASET")):
            return brief
    return name


def _only_name(surface: str) -> str:
    """The name that a single spelling gives."""
    if PLAIN.fullmatch(surface):
        return singular_phrase(surface)
    name = parse(surface)
    text = without_head(name) or surface
    if name.brief and " " not in text:
        return _proper({text: 1})
    lowered = _in_lower_case(text)
    return singular_phrase(lowered) if lowered else _proper({text: 1})


def names_of(surface: str) -> set[str]:
    """All names that a node may have because of one spelling, whatever its others are.

    >>> sorted(names_of("Transformer models")), names_of("large language models")
    (['Transformer model', 'Transformer models', 'transformer model'], {'large language model'})
    """
    if PLAIN.fullmatch(surface):
        return {surface, singular_phrase(surface)} if " " not in surface else {singular_phrase(surface)}
    text = without_head(parse(surface)) or surface
    lowered = _in_lower_case(text)
    return {text, singular_phrase(text), *([singular_phrase(lowered)] if lowered else [])}


def _groups(written: Mapping[str, int]) -> tuple[list[Counts], list[Counts], list[Counts]]:
    """Spellings with one normal form together: short forms, forms with a short form inside, and others."""
    groups: dict[str, Counts] = {}
    for surface, count in written.items():
        name = parse(surface)
        text = without_head(name) or surface
        group = groups.setdefault(name.key, {})
        group[text] = group.get(text, 0) + count
    short: list[Counts] = []
    mixed: list[Counts] = []
    full: list[Counts] = []
    for key in sorted(groups):
        group = groups[key]
        names = [parse(text) for text in group]
        if any(name.brief for name in names) and all(" " not in name.text for name in names):
            short.append(group)
        elif any(any(name.short) for name in names):
            mixed.append(group)
        else:
            full.append(group)
    return short, mixed, full


def _long_name(spellings: Counts) -> tuple[str, bool]:
    """The name that a long form's spellings give, and whether it is a common noun."""
    common: Counts = {}
    small = capital = 0
    for text, count in spellings.items():
        lowered = _in_lower_case(text)
        if lowered:
            common[lowered] = common.get(lowered, 0) + count
            if lowered == text:
                small += count
            else:
                capital += count
    if _total(common) >= COMMON * _total(spellings) and common:
        if capital >= CAPITAL * max(small, 1):
            # too many for beginnings of sentences: "Gaussian noise"
            named = {
                text: count for text, count in spellings.items() if _in_lower_case(text) not in ("", text)
            }
            return singular_phrase(_most(named)), True
        return singular_phrase(_most(common)), True
    return _proper(spellings), False


def _in_lower_case(text: str) -> str:
    """A text as it stands within a sentence, if it is a common noun there; else nothing.

    Acronyms and words with digits say nothing either way; a capital at the very front may be the
    sentence's, where more words follow.

    >>> _in_lower_case("Large language models"), _in_lower_case("3D reconstruction"), _in_lower_case("Adam")
    ('large language models', '3D reconstruction', '')
    """
    words = parse(text).words
    telling = [word for word in words if not has_capitals(word) and not any(map(str.isdigit, word))]
    if not telling or any(word[0].isupper() for word in telling[1:]):
        return ""
    if telling[0][0].islower():
        return text
    if telling[0] != words[0] or len(telling) == 1:
        return ""
    lowered = text[:1].lower() + text[1:]
    # "A*" is a name, "a*" would begin with an article
    return lowered if parse(lowered).key == parse(text).key else ""


def _proper(spellings: Counts) -> str:
    """The most frequent spelling, in the singular where that is written too or an acronym's s is cut."""
    best = _most(spellings)
    single = singular_phrase(best)
    if single in spellings or (single != best and parse(best).brief):
        return single
    return best


def _best(groups: Iterable[Counts]) -> Counts:
    return min(groups, key=lambda group: (-_total(group), min(map(len, group)), min(group)))


def _total(group: Counts) -> int:
    return sum(group.values())


def _most(counts: Counts) -> str:
    """The most frequent text; of equals the shortest, then the first by letters."""
    return min(counts, key=lambda text: (-counts[text], len(text), text))
