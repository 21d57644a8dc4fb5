"""Reasons to think that two forms name one thing: named functions, each with a score and its grounds.

Equal normal forms need no evidence: they are one form already. What is here joins different forms. A
score of JOIN or more joins two forms; guards may object first (see `kg.linking.guards`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import ne

from kg.linking.forms import Form, Forms, apart
from kg.linking.names import join
from kg.linking.surfaces import Words
from kg.linking.words import stem, wordset

JOIN = 0.5

SMALL = wordset("of and the a an")

#: Head nouns by the type of what they are said of.
HEADS = {
    head: entity_type
    for entity_type, heads in {
        "DATASET": "benchmark corpus dataset environment leaderboard simulator suite",
        "MODEL": "architecture model network",
        "METHOD": "algorithm approach framework library mechanism method optimizer package pipeline software "
        "system technique toolkit",
        "METRIC": "metric score",
        "TASK": "task",
    }.items()
    for head in heads.split()
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What one evidence function found: how sure, and why."""

    rule: str
    score: float
    reason: str


def named_together(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """Papers use both names for one entity, and hardly any paper uses them for two."""
    pair = (min(left.number, right.number), max(left.number, right.number))
    together = forms.together.get(pair, 0)
    if together < 2:
        return None
    for inner, outer in ((left, right), (right, left)):
        # "language model" may be short for "visual language model" in some papers; that says nothing
        # about the many others that use it by itself
        if set(inner.words) < set(outer.words) and together * 2 < inner.papers:
            return None
    separate = apart(left, right, forms)
    score = (together - 0.5) / (together + 2 * separate + 0.5)
    return Grounds("named_together", score, f"{together} papers name one entity both ways, {separate} two")


def same_spelling(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """One name is the other with its short forms written out, as most papers that write it do."""
    count = forms.spelt.get((min(left.number, right.number), max(left.number, right.number)))
    if count is None or not _types_agree(left, right):
        return None
    return Grounds("same_spelling", 0.75, f"spelt alike, and written out {count} times")


def head_noun(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """One name is the other with a head noun behind it that says its type: "PPO algorithm", "F1 score"."""
    short, long = sorted((left, right), key=lambda form: len(form.words))
    keys = long.words
    head = keys[-1] if keys else ""
    if head not in HEADS or join(keys[:-1]) != short.key or short.type != HEADS[head]:
        return None
    if not short.proper and (short.words[-1].endswith(_ADJECTIVES) or head in _OF_NAMES):
        return None
    if long.type != short.type:
        return None
    if "based" in long.name.text.lower() and (HEADS[head] != "MODEL" or short.proper):
        return None  # a transformer-based model is a transformer, a CLIP-based one is another model
    return Grounds("head_noun", 0.8, f'"{head}" behind a {short.type.lower()}')


def other_word_forms(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """Both names are the same words in other grammatical forms: "mitigate bias" and "bias mitigation"."""
    if left.proper or right.proper or not _types_agree(left, right):
        return None
    if not same_words(left.words, right.words):
        return None
    return Grounds("other_word_forms", 0.6, "the same words in other forms: " + " ".join(stems(left.words)))


def same_short_form(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """Papers define one short form by both names, and the names differ in the endings of words only."""
    shared = sorted(left.short & right.short)
    ours, theirs = left.words, right.words
    if not shared or not mostly_alike(ours, theirs) or not _types_agree(left, right):
        return None
    return Grounds("same_short_form", 0.8, f"both are spelt {shared[0].upper()} for short")


def mostly_alike(left: Words, right: Words) -> bool:
    """Whether two names have as many words, most of them the same, one by one, and the others akin."""
    if len(left) != len(right) or sum(map(ne, left, right)) * 2 > len(left):
        return False
    return all(ours == theirs or _akin(ours, theirs) for ours, theirs in zip(left, right, strict=True))


def misspelt(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """One name differs from a common one by a slip in a word that no other name has."""
    slip = forms.slips.get((left.number, right.number)) or forms.slips.get((right.number, left.number))
    if slip is None or left.proper or right.proper or not _types_agree(left, right):
        return None
    return Grounds("misspelt", 0.7, f'"{slip[0]}" stands in no other name, "{slip[1]}" in many')


def _akin(left: str, right: str) -> bool:
    """Whether two words begin alike for most of the shorter one: "rotary", "rotational", not "contrastive",
    "consultant".
    """
    shared = 0
    while shared < min(len(left), len(right)) and left[shared] == right[shared]:
        shared += 1
    return stem(left) == stem(right) or (shared >= 4 and shared * 5 >= min(len(left), len(right)) * 3)


def _types_agree(left: Form, right: Form) -> bool:
    """Whether two forms have one type; a method is often called by its task and the other way round."""
    return left.type == right.type or {left.type, right.type} == {"METHOD", "TASK"}


def same_words(left: Words, right: Words) -> bool:
    """Whether two names are the same words but for their endings, in order or with the verb in front.

    >>> same_words(("mitigating", "hallucination"), ("hallucination", "mitigation"))
    True
    >>> same_words(("evaluation", "bias"), ("bias", "evaluation"))
    False
    >>> same_words(("generation", "of", "image"), ("image", "generation"))
    True
    """
    if len(left) == len(right) == 1:
        # "prompt" and "prompting" differ; "distilling" and "distillation" do not
        return stem(left[0]) == stem(right[0]) and left[0].endswith(_VERBAL) and right[0].endswith(_VERBAL)
    ours, theirs = (
        tuple(stem(key) for key in _verb_last(keys) if key not in SMALL) for keys in (left, right)
    )
    if ours == theirs:
        return True
    if sorted(ours) != sorted(theirs) or len(ours) < 2:
        return False
    return _verb_in_front(left, right) or _verb_in_front(right, left)


def _verb_in_front(verb: Words, noun: Words) -> bool:
    """Whether the first name says as a verb and its object what the second says as a noun."""
    verb, noun = (tuple(key for key in keys if key not in SMALL) for keys in (verb, noun))
    if verb[0] == noun[-1] or verb[0].endswith(_ADJECTIVES) or stem(verb[0]) != stem(noun[-1]):
        return False
    return verb[1:] == noun[:-1]


#: Head nouns that make another thing of a common noun: "machine learning library".
_OF_NAMES = wordset("environment framework library package pipeline simulator software suite system toolkit")
_ADJECTIVES = ("ic", "al", "ed", "ive", "based", "aware")
_VERBAL = ("ing", "ed", "ation", "ize", "ate")


def _verb_last(keys: Words) -> Words:
    """ "detection of objects" as "objects detection"."""
    return (*keys[2:], keys[0]) if len(keys) > 2 and keys[1] == "of" else keys


def stems(words: Words) -> tuple[str, ...]:
    """The stems of a form's words in a fixed order, without small words."""
    return tuple(sorted(stem(key) for key in words if key not in SMALL))


Evidence = Callable[[Form, Form, Forms], Grounds | None]

#: To add evidence, write a function of two forms and add it here; `kg.linking.clusters` must offer it
#: the pairs that it can join.
EVIDENCE: tuple[Evidence, ...] = (
    named_together,
    same_spelling,
    same_short_form,
    head_noun,
    misspelt,
    other_word_forms,
)


def weigh(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """The strongest evidence for two forms, if any."""
    found = [grounds for evidence in EVIDENCE if (grounds := evidence(left, right, forms)) is not None]
    return max(found, key=lambda grounds: (grounds.score, grounds.rule), default=None)


def head_noun_key(words: Words) -> str:
    """The key of a form without its head noun, or nothing."""
    return join(words[:-1]) if len(words) > 1 and words[-1] in HEADS else ""
