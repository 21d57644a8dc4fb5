"""Reasons to think that two forms name one thing: named functions, each with a score and its grounds.

Equal normal forms need no evidence: they are one form already. What is here joins different forms. A
score of JOIN or more joins two forms; guards may object first (see `kg.linking.guards`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.linking.forms import Form, Forms, apart, is_proper_form
from kg.linking.names import join
from kg.linking.words import stem, wordset

JOIN = 0.5

_SMALL = wordset("of for in on with and to the a an by from via at as")

#: Head nouns by the type of what they are said of.
_HEADS = {
    head: entity_type
    for entity_type, heads in {
        "DATASET": "benchmark corpus dataset environment leaderboard simulator suite",
        "MODEL": "architecture model network",
        "METHOD": "algorithm approach framework library method optimizer package pipeline software "
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
    pair = (left.key, right.key) if left.key < right.key else (right.key, left.key)
    together = forms.together.get(pair, 0)
    if together < 2:
        return None
    separate = apart(left, right, forms)
    score = (together - 0.5) / (together + 2 * separate + 0.5)
    return Grounds("named_together", score, f"{together} papers name one entity both ways, {separate} two")


def head_noun(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """One name is the other with a head noun behind it that says its type: "PPO algorithm", "F1 score"."""
    short, long = sorted((left, right), key=lambda form: len(form.name.keys))
    keys = long.name.keys
    head = keys[-1] if keys else ""
    if head not in _HEADS or join(keys[:-1]) != short.name.key or short.type != _HEADS[head]:
        return None
    if long.type != short.type:
        return None
    return Grounds("head_noun", 0.8, f'"{head}" behind a {short.type.lower()}')


def other_word_forms(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """Both names have the same words in other grammatical forms, or in another order."""
    ours, theirs = stems(left), stems(right)
    if ours != theirs or len(ours) < 2 or is_proper_form(left) or is_proper_form(right):
        return None
    if left.type != right.type:
        return None
    return Grounds("other_word_forms", 0.6, "the same words in other forms: " + " ".join(ours))


def stems(form: Form) -> tuple[str, ...]:
    """The stems of a form's words in a fixed order, without small words."""
    return tuple(sorted(stem(key) for key in form.name.keys if key not in _SMALL))


Evidence = Callable[[Form, Form, Forms], Grounds | None]

#: To add evidence, write a function of two forms and add it here; `kg.linking.clusters` must offer it
#: the pairs that it can join.
EVIDENCE: tuple[Evidence, ...] = (named_together, head_noun, other_word_forms)


def weigh(left: Form, right: Form, forms: Forms) -> Grounds | None:
    """The strongest evidence for two forms, if any."""
    found = [grounds for evidence in EVIDENCE if (grounds := evidence(left, right, forms)) is not None]
    return max(found, key=lambda grounds: (grounds.score, grounds.rule), default=None)


def head_noun_key(form: Form) -> str:
    """The key of a form without its head noun, or nothing."""
    keys = form.name.keys
    return join(keys[:-1]) if len(keys) > 1 and keys[-1] in _HEADS else ""
