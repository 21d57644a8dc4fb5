"""Authors as name forms, from the ways in which sources list them."""

from __future__ import annotations

import ast
import json
import re
from contextlib import suppress

from kg.sources.text import one_line

_SPLIT = re.compile(r"\s*;\s*|\s*,\s*(?:and|&)\s+|\s*,\s*|\s+(?:and|&)\s+")
_SPLIT_SEMICOLONS = re.compile(r"\s*;\s*|\s+and\s+")
_INNERMOST_BRACKETS = re.compile(r"\([^()]*\)")
_LATEX = re.compile(r"[\\{}~]")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"(?:et\s+al\.?|others|\W*)", re.IGNORECASE)
#: As a person's name a longer one is a broken list.
_LONGEST = 200


def author_names(value: object) -> tuple[str, ...]:
    r"""The name forms of an author field: a string, a list of strings, or a list of objects with a name.

    Authors are secondary: what cannot be understood is left out, and costs no record.

    >>> author_names("Ana Lima (1), Bo Chen (1 and 2) and Cy Duval, Jr. ((1) A Lab, (2) B Lab)")
    ('Ana Lima', 'Bo Chen', 'Cy Duval Jr.')
    >>> author_names([{"name": "Ana Lima"}, ["Chen", "Bo", ""], "Cy Duval"])
    ('Ana Lima', 'Bo Chen', 'Cy Duval')
    >>> author_names("Lima, Ana; Chen, Bo"), author_names("['Ana Lima', 'Bo Chen']")
    (('Ana Lima', 'Bo Chen'), ('Ana Lima', 'Bo Chen'))
    """
    if isinstance(value, str):
        value = _listed(value)
    elif isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return ()
    names: dict[str, None] = {}  # in order, each once
    for item in value:
        name = _name(item)
        if name and len(name) <= _LONGEST and not _NOT_A_NAME.fullmatch(name):
            names[name] = None
    return tuple(names)


def plain_name(name: str) -> str:
    r"""A name with its LaTeX accents as characters and without braces.

    >>> plain_name(r"Paul Erd{\H o}s"), plain_name("{Open Lab}")
    ('Paul Erdős', 'Open Lab')
    """
    if _LATEX.search(name) is None:
        return one_line(name)
    if "\\" in name:
        from pylatexenc.latex2text import LatexNodes2Text  # a slow import that few sources need

        with suppress(ValueError, LookupError, RecursionError):  # then it stays as given
            name = LatexNodes2Text(math_mode="verbatim").latex_to_text(name)
    return one_line(name.replace("{", "").replace("}", "").replace("~", " "))


def _listed(text: str) -> list[object]:
    """The items of a list in one string."""
    text = one_line(text)
    if text[:1] == "[" and text[-1:] == "]":
        found = _literal(text)
        if found is not None:
            return found
        text = text[1:-1]
    for _ in range(4):  # affiliations, which may nest
        text = _INNERMOST_BRACKETS.sub("", text)
    if ";" in text:  # then commas stand between last and first names
        return [_turned(part) for part in _SPLIT_SEMICOLONS.split(text)]
    parts = _SPLIT.split(text.strip())
    if parts and parts[0].startswith("and "):
        parts[0] = parts[0][4:]
    names: list[object] = []
    for part in parts:
        if names and _SUFFIX.fullmatch(part):
            names[-1] = f"{names[-1]} {part}"
        else:
            names.append(part)
    return names


def _literal(text: str) -> list[object] | None:
    """A list as JSON or Python writes it; None if the text is neither."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        try:
            found = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            return None
    return found if isinstance(found, list) else None


def _name(item: object) -> str:
    if isinstance(item, dict):
        whole = item.get("name") or item.get("full_name") or item.get("fullname") or item.get("display_name")
        if isinstance(whole, str):
            return plain_name(whole)
        item = [item.get("family") or item.get("last"), item.get("given") or item.get("first"), ""]
    if isinstance(item, list):  # arXiv's authors_parsed: last name, first name, suffix
        parts = [part for part in item[:3] if isinstance(part, str)]
        return plain_name(" ".join([*parts[1:2], *parts[:1], *parts[2:]]))
    return plain_name(item) if isinstance(item, str) else ""


def _turned(name: str) -> str:
    """First name first.

    >>> _turned("Lima, Ana"), _turned("Duval, Jr., Cy"), _turned("Ana Lima")
    ('Ana Lima', 'Cy Duval Jr.', 'Ana Lima')
    """
    parts = [part.strip() for part in name.split(",") if part.strip()]
    if len(parts) == 3 and _SUFFIX.fullmatch(parts[1]):
        return f"{parts[2]} {parts[0]} {parts[1]}"
    return f"{' '.join(parts[1:])} {parts[0]}".strip() if parts else ""
