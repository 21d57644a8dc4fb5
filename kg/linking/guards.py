"""What keeps two names apart, however alike they look, and which name another is a variant of.

Versions, sizes and variants of a thing are things of their own: Llama 2 and Llama 3, ImageNet-1k and
-21k, GPT-4 and GPT-4o, F1 and macro-F1. Each guard gives a reason, or nothing where it has no objection.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pyarrow.compute as pc

from kg.linking.names import Name, join
from kg.linking.words import stem, wordset

Words = tuple[str, ...]

#: A number with the letter that may belong to it: the 4o of GPT-4o, the 7b of Qwen-7B.
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*[a-z]?")

#: Words that make a thing of its own of what they stand beside: a name with one of them is not the
#: name without it, nor the one with another.
_QUALIFIERS = wordset(
    "macro micro weighted samplewise semi self un weakly fully supervised unsupervised multi single mono uni "
    "bi cross inter intra online offline zero few one many pre post local global static dynamic hard soft "
    "low high short long forward backward inverse reverse black white gray tiny mini small medium large huge "
    "text image video audio speech train training test testing validation centralized decentralized "
    "federated distributed symmetric asymmetric parametric nonparametric linear nonlinear convex nonconvex "
    "conditional unconditional autoregressive nonautoregressive deterministic stochastic discrete continuous "
    "positive negative minimum maximum min max mean median precision recall encoder decoder source target "
    "student teacher generator discriminator policy value reward first second third"
)
#: The same of proper names only: sizes, tunings and splits by which models and datasets are sold.
_VARIANTS = wordset(
    "base giant xl xxl nano lite light pro flash turbo ultra plus opus sonnet haiku omni instruct chat coder "
    "code math vision vl thinking reasoning preview distill distilled verified diamond extended full dev "
    "music mesh point"
)


def different_numbers(left: Words, right: Words) -> str:
    """Names that hold different numbers are different versions, sizes or dimensions."""
    ours, theirs = (sorted(_NUMBER.findall(" ".join(words))) for words in (left, right))
    if ours == theirs:
        return ""
    return f"numbers differ: {' '.join(ours) or 'none'} and {' '.join(theirs) or 'none'}"


def different_qualifiers(left: Words, right: Words) -> str:
    """Names that differ in a word such as macro, large or offline are different things."""
    return _odd_words(left, right, _QUALIFIERS)


def different_variants(left: Words, right: Words) -> str:
    """Proper names that differ in a word such as instruct, pro or verified are different things."""
    return _odd_words(left, right, _VARIANTS)


def _odd_words(left: Words, right: Words, words: frozenset[str]) -> str:
    ours, theirs = Counter(map(stem, left)), Counter(map(stem, right))
    odd = [word for word in left if word in words and stem(word) in ours - theirs]
    odd += [word for word in right if word in words and stem(word) in theirs - ours]
    return f"qualifiers differ: {' '.join(sorted(set(odd)))}" if odd else ""


#: To add a guard, write a function of two names, given as their words' keys, that gives a reason or "", and
#: add it here.
GUARDS: tuple[Callable[[Words, Words], str], ...] = (different_numbers, different_qualifiers)
#: The same for pairs with a proper name among them.
NAME_GUARDS: tuple[Callable[[Words, Words], str], ...] = (different_variants,)


def objection(left: Words, right: Words, *, proper: bool = False) -> tuple[str, str]:
    """The first guard that keeps two names apart and its reason, or two empty strings.

    >>> objection(("llama", "2"), ("llama", "3"))
    ('different_numbers', 'numbers differ: 2 and 3')
    >>> objection(("macro", "f1"), ("f1",))
    ('different_qualifiers', 'qualifiers differ: macro')
    """
    for guard in (*GUARDS, *NAME_GUARDS) if proper else GUARDS:
        reason = guard(left, right)
        if reason:
            return guard.__name__, reason
    return "", ""


#: A last word that is a version, a size or a variant of what stands before it.
_VARIANT = re.compile(
    r"v?\d+(?:\.\d+)*[a-z]{0,3}|r\d+|[a-z]?\d+[bkm]|tiny|mini|small|medium|base|large|huge|giant|xl|xxl|nano|lite|pro|"
    r"flash|turbo|max|ultra|plus|opus|sonnet|haiku|omni|instruct|chat|coder|math|vl|thinking|preview|verified|distill|"
    r"hard|diamond|it|next"
)
_GLUED = re.compile(r"([a-z]{2,}?)(v?\d+(?:\.\d+)*[a-z]?)")
_LEADING = frozenset({"macro", "micro", "weighted"})


#: Common nouns, but for those with a leading word.
_COMMON = r"\A[a-z]+(?:[ -][a-z]+)*\z"


def may_have_family(names: Any) -> Any:
    """Which of a column of names are worth asking for their family: most are common nouns, which have none.

    >>> import pyarrow as pa
    >>> may_have_family(pa.array(["GPT-4", "beam search", "macro precision"])).to_pylist()
    [True, False, True]
    """
    leading = pc.match_substring_regex(names, rf"\A(?:{'|'.join(sorted(_LEADING))})")
    return pc.or_(leading, pc.invert(pc.match_substring_regex(names, _COMMON)))


def family(name: Name) -> list[str]:
    """Keys of what a name may be a variant of, the nearest first; only proper names have families.

    >>> from kg.linking.names import parse
    >>> family(parse("Llama 3 8B")), family(parse("Qwen2.5-VL-7B-Instruct"))
    (['llama3', 'llama'], ['qwen2.5vl7b', 'qwen2.5vl', 'qwen2.5', 'qwen'])
    >>> family(parse("GPT-4o")), family(parse("macro-F1")), family(parse("beam search"))
    (['gpt4', 'gpt'], ['f1'], [])
    """
    keys = list(name.keys)
    found: list[str] = []
    if len(keys) > 1 and keys[0] in _LEADING:
        return [join(tuple(keys[1:]))]
    if not any(c.isupper() or c.isdigit() for c in name.text):
        return []
    while keys:
        last = keys[-1]
        glued = _GLUED.fullmatch(last)
        lettered = re.fullmatch(r"(v?\d+(?:\.\d+)*)([a-z])", last)
        if lettered and len(keys) > 1 and lettered[2] not in "bkm":
            keys[-1] = lettered[1]
        elif len(keys) > 1 and _VARIANT.fullmatch(last):
            keys.pop()
        elif glued:
            keys[-1] = glued[1]
        else:
            break
        found.append(join(tuple(keys)))
    return [key for key in found if len(key) > 1]
