"""Where the files that ship with kg are: in the installed package, else in the checkout.

A wheel carries the top-level folders `seeds` and `queries` as `kg/shipped/seeds` and
`kg/shipped/queries`; an editable install and a checkout find them where they stand.
"""

from __future__ import annotations

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
