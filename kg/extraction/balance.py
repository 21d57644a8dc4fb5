"""Quotes from a text that holds LaTeX: a stretch is widened so that its braces and dollars pair up."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[{}$\\]")
_MACRO_BEFORE = re.compile(r"\\[a-zA-Z]+\*?(?:\[[^\[\]]*\])?$|\\['\"`^~=.]$")
_SPECIAL = re.compile(r"\\.|[{}$]", re.DOTALL)
#: How far a partner may stand away, in characters; farther off it is not LaTeX.
_REACH = 120


def balanced(source: str, start: int, end: int) -> tuple[int, int]:
    r"""The stretch, widened to take in the other half of each brace and dollar that it cuts off.

    >>> text = r"\textbf{O}ptimal \textbf{T}ransport, $\tau$-bench"
    >>> start, end = balanced(text, 8, 35)
    >>> text[start:end]
    '\\textbf{O}ptimal \\textbf{T}ransport'
    """
    if end - start < 2 or not _MARKS.search(source, start, end):
        return start, end
    depth = 0
    unopened = 0
    dollars = 0
    for mark in _SPECIAL.finditer(source, start, end):
        character = mark.group()
        if character == "{":
            depth += 1
        elif character == "}":
            if depth:
                depth -= 1
            else:
                unopened += 1
        elif character == "$":
            dollars += 1
    for _ in range(unopened):
        start = _open_before(source, start)
    for _ in range(depth):
        end = _close_after(source, end)
    if dollars % 2:
        if source[start] == "$":  # the first part of a formula: "$R^2" of "$R^2 = 0.8$"
            start += 1
        elif source[end - 1] == "$":
            end -= 1
        else:
            start, end = _with_dollar(source, start, end)
    return start, end


def _open_before(source: str, start: int) -> int:
    """Where the group begins, its macro included, that holds `start`."""
    closed = 0
    for position in range(start - 1, max(-1, start - _REACH), -1):
        if source[position] == "}":
            closed += 1
        elif source[position] == "{":
            if not closed:
                macro = _MACRO_BEFORE.search(source, max(0, position - _REACH), position)
                return macro.start() if macro else position
            closed -= 1
    return start


def _close_after(source: str, end: int) -> int:
    """Where the group ends that holds the character before `end`."""
    opened = 0
    for position in range(end, min(len(source), end + _REACH)):
        if source[position] == "{":
            opened += 1
        elif source[position] == "}":
            if not opened:
                return position + 1
            opened -= 1
    return end


def _with_dollar(source: str, start: int, end: int) -> tuple[int, int]:
    """Take in the dollar that pairs with the odd one."""
    before = sum(mark.group() == "$" for mark in _SPECIAL.finditer(source, 0, start))
    if before % 2:
        position = source.rfind("$", max(0, start - _REACH), start)
        return (position, end) if position >= 0 else (start, end)
    position = source.find("$", end, end + _REACH)
    return (start, position + 1) if position >= 0 else (start, end)
