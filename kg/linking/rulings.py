"""The user's own word on what is one thing: lines of a file that override linking and outlive rebuilds.

Each line holds `same` or `different` and two names, with tabs between them; `#` begins a comment. A name is
any spelling of it, or a node's id. Where two lines speak of the same names, the later one counts.

    same	LLM judge	LLM-as-a-judge
    different	method/attention	attention mechanism
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg import schema
from kg.errors import OutputError, UsageError
from kg.linking.names import join, normal_form

VERDICTS = {"same": True, "different": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One line: whether two names are one thing."""

    same: bool
    left: str
    right: str


def read_rulings(path: Path) -> tuple[Ruling, ...]:
    """The rulings of a file, in its order.

    Raises UsageError, with file and line, where it cannot be read or a line is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(f"{path}: cannot be read ({reason})", hint="give a file of decisions") from error
    rulings = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = [part.strip() for part in line.split("\t")]
        if len(parts) != 3 or parts[0] not in VERDICTS or not key_of(parts[1]) or not key_of(parts[2]):
            raise UsageError(
                f"{path}:{number}: not a decision",
                hint='write "same" or "different", a tab, a name, a tab, a name',
            )
        rulings.append(Ruling(same=VERDICTS[parts[0]], left=parts[1], right=parts[2]))
    return tuple(rulings)


def add_ruling(path: Path, ruling: Ruling) -> None:
    """Append a ruling to a file, which is made if need be.

    Raises UsageError where a name holds a tab or a line break, or is none, OutputError where the file
    cannot be written.
    """
    for name in (ruling.left, ruling.right):
        if not key_of(name) or any(character in name for character in "\t\n\r"):
            raise UsageError(f"{name!r} is no name", hint="give two names as the graph shows them")
    word = next(word for word, same in VERDICTS.items() if same == ruling.same)
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"{word}\t{ruling.left}\t{ruling.right}\n")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def key_of(name: str) -> str:
    """The normal form of a name, or of what a node's id is made of.

    >>> key_of("Large-Language Models"), key_of("model/large-language-model")
    ('largelanguagemodel', 'largelanguagemodel')
    """
    kind, slash, tail = name.partition("/")
    if slash and kind.upper() in schema.ENTITY_TYPES:
        name = tail.replace("-", " ")
    return normal_form(name)


def by_pair(
    rulings: Iterable[Ruling], readings: Mapping[str, tuple[str, ...]], known: Mapping[str, object]
) -> dict[tuple[str, str], bool]:
    """What is ruled of pairs of forms, by their keys in order; the last ruling on a pair counts.

    `readings` are what short forms stand for, `known` the forms there are: a short form that is always
    written out is no form of its own, and is ruled on by its long form.
    """

    def form(name: str) -> str:
        key = key_of(name)
        return join(readings[key]) if key not in known and key in readings else key

    found: dict[tuple[str, str], bool] = {}
    for ruling in rulings:
        left, right = sorted((form(ruling.left), form(ruling.right)))
        if left != right:
            found[left, right] = ruling.same
    return found
