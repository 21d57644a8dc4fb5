"""Titles and abstracts as their source gives them, without what no text may hold.

Control characters, lone surrogates and noncharacters can stand in no RDF, XML or UTF-8 file. Each is
replaced by one character, so that an offset into the text is one into the source's as well.
"""

from __future__ import annotations

import re

#: Longer ones are no titles and no abstracts (arXiv allows 1,920 characters): a full text, or a broken file.
MAX_TITLE = 20_000
MAX_ABSTRACT = 200_000

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_UNDECODED = re.compile("[\udc80-\udcff]")
_BYTE_ORDER_MARK = "\ufeff"


def clean(text: str) -> str:
    r"""The text with every character that no file may hold replaced by one that it may.

    >>> clean("a\x00b\ud800c\r\nd")
    'a b\ufffdc \nd'
    """
    if _FORBIDDEN.search(text) is None:
        return text
    return _FORBIDDEN.sub(lambda match: " " if _CONTROL.match(match[0]) else "\ufffd", text)


def as_given(text: str) -> str:
    """An abstract as given, without the white space around it.

    >>> as_given("  We propose\\n  X.\\n")
    'We propose\\n  X.'
    """
    text = clean(text).strip()
    if text[:1] == _BYTE_ORDER_MARK or text[-1:] == _BYTE_ORDER_MARK:
        text = text.strip(_BYTE_ORDER_MARK).strip()
    return text


def one_line(text: str) -> str:
    """A title or a name as given, on one line: sources wrap long ones.

    >>> one_line(" A title\\n  over two lines")
    'A title over two lines'
    """
    return " ".join(as_given(text).split())


def is_undecoded(text: str) -> bool:
    """Whether a text, decoded with `errors="surrogateescape"`, held bytes that are not UTF-8."""
    return not text.isascii() and _UNDECODED.search(text) is not None


def wide(text: str) -> int:
    """How much room a text takes: its length, with Chinese, Japanese and Korean characters counted twice.

    >>> wide("KnowRL"), wide("强化学习")
    (6, 8)
    """
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60]")
