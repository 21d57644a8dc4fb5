r"""Macros of the authors' own that were left in a text, such as `{\method}`, and what they stand for.

The preamble that defined them is gone. Three things still tell: a name in the text that is spelt like
the macro (`\cepo`: CePO), the name before the colon of the title, where the macro is a generic one
(`\ours` under "SPREAD: Spatial-Physical …"), and the paper's own repository. What none of them tells
stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extraction.latex_macros import is_known

_MACRO = re.compile(r"\\([A-Za-z]{2,30})(?![A-Za-z])")
_WORD = re.compile(r"(?<![\w\\{/.])[A-Za-z][\w+]*(?:-[\w+]+)*")
#: What authors call a macro for the thing that they propose; what is left of the name once these are
#: taken away tells whether the macro itself is the name.
_GENERIC = re.compile(
    r"(?:our|ours|my|the|proposed|prop|method|approach|model|algo|algorithm|framework|system|sys|tool|toolkit|"
    r"data|dataset|datasets|corpus|bench|benchmark|benchmarks|name|nick|acronym|project|proj|paper|arch|"
    r"architecture|network|net|agent|pipeline|task|metric|loss|module|full|short|main|p|m)+",
    re.IGNORECASE,
)
_DATA = re.compile(r"data|corpus|bench", re.IGNORECASE)
_DATA_TITLE = re.compile(r"benchmark|dataset|corpus|evaluat|assess|suite|testbed|collection", re.IGNORECASE)
_REPOSITORY = re.compile(
    r"(?:github\.com|gitlab\.com|huggingface\.co(?:/datasets|/spaces)?)/[\w.-]+/([\w.-]+)", re.IGNORECASE
)
_TITLE_NAME = re.compile(r"^\s*((?:\S+\s+){0,2}?\S+?)\s*(?::|\s[-–—]{1,3}\s|---?\s)")
_MARKUP = re.compile(r"\\(?:textbf|textit|emph|textsc|texttt|underline|text|mathrm|mathbf)\b|[${}\\]")


def macro_names(title: str, abstract: str) -> dict[str, str]:
    r"""What each of the authors' own macros stands for, by macro name without its backslash.

    >>> macro_names("MIRAGE: Assessing Hallucination", r"We offer the {\dataset} benchmark.")
    {'dataset': 'MIRAGE'}
    >>> macro_names("Two Readers", r"We study \foo and \alpha.")
    {}
    """
    text = f"{title}\n{abstract}"
    if "\\" not in text:
        return {}
    unknown = sorted({name for name in _MACRO.findall(text) if not is_known(name)})
    if not unknown:
        return {}
    words = set(_WORD.findall(_MACRO.sub(" ", text)))
    names: dict[str, str] = {}
    generic: list[str] = []
    for macro in unknown:
        spelt = _spelt_like(macro, words, text)
        if spelt:
            names[macro] = spelt
        elif _GENERIC.fullmatch(macro):
            generic.append(macro)
        elif macro[0].isupper() and sum(letter.isupper() for letter in macro) > 1:
            names[macro] = macro  # \BAEE, \ChordPrompt: the macro is the name
    own = next(_own_names(title, text, set(names.values())), "")
    if own and generic:
        names.update(dict.fromkeys(_that_take_it(generic, title), own))
    return names


def _spelt_like(macro: str, words: set[str], text: str) -> str:
    """The name in the text that the macro spells, letter case and hyphens aside."""
    key = macro.casefold()
    alike = sorted(
        word
        for word in words
        if re.sub(r"[\W_]", "", word).casefold() == key
        and any(c.isupper() for c in word)
        and word != macro.lower()
    )
    named = [word for word in alike if sum(c.isupper() for c in word) > 1 or any(c.isdigit() for c in word)]
    if named:
        return named[0]
    # A repository under the very name: \cepo beside github.com/owner/CePO.
    for repository in _REPOSITORY.findall(text):
        if re.sub(r"[\W_]", "", repository).casefold() == key:
            return str(repository)
    return ""


def _own_names(title: str, text: str, taken: set[str]) -> Iterator[str]:
    """Names of what the paper proposes, likeliest first."""
    match = _TITLE_NAME.match(title)
    if match:
        name = " ".join(_MARKUP.sub("", match.group(1)).split())
        if name and _is_name(name) and name not in taken:
            yield name
    for repository in _REPOSITORY.findall(text):
        name = re.sub(r"(?:\.git)?[.,;]*$", "", repository)
        if _is_name(name) and name not in taken:
            yield name


def _is_name(words: str) -> bool:
    """Whether some word has a capital behind its first letter or a digit, or the only word is capitalised."""
    parts = words.split()
    odd = any(re.search(r"\w[A-Z]|\d", part) for part in parts)
    return odd or (len(parts) == 1 and words[0].isupper() and words.isalpha())


def _that_take_it(generic: list[str], title: str) -> list[str]:
    """Which of several generic macros stand for the one name of the title."""
    data = [macro for macro in generic if _DATA.search(macro)]
    other = [macro for macro in generic if not _DATA.search(macro)]
    if data and other:
        return data if _DATA_TITLE.search(title) else other
    return generic
