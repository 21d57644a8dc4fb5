"""Node ids: readable, the same in every run, and safe as the tail of an IRI.

An id is a word for the kind, a slash, and a slug: `method/knowrl`, `author/ada-lovelace`. Latin letters
lose their accents, Greek ones are spelt out, letters of other scripts are percent-encoded (RFC 3986), so
an id holds only ASCII letters, digits and `-._~%/`, and begins with a letter.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from kg.linking.characters import ascii_letters

_APART = re.compile(r"[^\w.%~]+|_+")
_POINTS = re.compile(r"(?<!\d)\.|\.(?!\d)")
#: Most names: they need no work.
_PLAIN = re.compile(r"[a-z0-9]+(?:[ -][a-z0-9]+)*")
LONGEST = 80


def slug(text: str) -> str:
    """A readable piece of an id.

    >>> slug("Llama 3.1 8B"), slug("TÜLU 3"), slug("τ-bench"), slug("C++"), slug("J. Smith")
    ('llama-3.1-8b', 'tulu-3', 'tau-bench', 'cplusplus', 'j-smith')
    >>> slug("李明"), slug("...")
    ('%E6%9D%8E%E6%98%8E', 'x-ab5df625')
    """
    if _PLAIN.fullmatch(text) and len(text) <= LONGEST:
        return text.replace(" ", "-")
    letters = ascii_letters(text).casefold()
    words = _POINTS.sub(" ", _APART.sub(" ", letters.replace("%", " percent ").replace("/", " "))).split()
    found = quote(unicodedata.normalize("NFC", "-".join(words)), safe="-._~")
    if not found:
        return f"x-{short_hash(text)}"
    if len(found) > LONGEST:
        cut = found[:LONGEST].rpartition("-")[0] or re.sub(r"%[0-9A-F]?$", "", found[:LONGEST])
        return f"{cut}-{short_hash(text)}"
    return found


def short_hash(text: str) -> str:
    """Eight hexadecimal digits of a text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def distinct(wanted: Iterable[tuple[str, str]], rank: Callable[[str], tuple[Any, ...]]) -> dict[str, str]:
    """Ids for things that each want one: (key, id wanted); `rank` says which of several keys comes first.

    Where several want the same id, the first by rank and then by key gets it, and the others get a hash of
    their key behind it. So an id hangs only on things that want the same one.

    >>> distinct([("b", "method/rag"), ("a", "method/rag")], lambda key: (key != "a",))["b"]
    'method/rag-3e23e816'
    """
    rivals: dict[str, list[str]] = {}
    for key, id_ in wanted:
        rivals.setdefault(id_, []).append(key)
    ids: dict[str, str] = {}
    for id_, keys in rivals.items():
        first, *others = sorted(keys, key=lambda key: (*rank(key), key)) if len(keys) > 1 else keys
        ids[first] = id_
        for key in others:
            ids[key] = f"{id_}-{short_hash(key)}"
    return ids
