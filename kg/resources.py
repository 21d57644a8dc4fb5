"""Where what ships with kg is, in the installed package, else in the checkout; and a hash of the code.

A wheel carries the top-level folders `seeds` and `queries` as `kg/shipped/seeds` and
`kg/shipped/queries`; an editable install and a checkout find them where they stand.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from kg.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder, given from `seeds` or `queries` on.

    Raises UsageError where neither the package nor the checkout has it.

    >>> resource("seeds", "vocabulary").name
    'vocabulary'
    """
    for root in (_PACKAGE / "shipped", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise UsageError(f"{'/'.join(parts)} did not come with this kg", hint="install kg again from its source")


@cache
def code(part: str = "") -> str:
    """A hash of kg's code, or of one of its parts (a folder); empty where its source is not at hand.

    A version is told by its number; while somebody works on the code, that does not change with it.
    """
    root = _PACKAGE / part
    digest = hashlib.sha256()
    files = sorted(root.rglob("*.py"))
    for file in files:
        digest.update(file.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16] if files else ""
