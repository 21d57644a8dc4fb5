"""The graph's page, as it is when a server stands behind it."""

from __future__ import annotations

import re

_META = '<meta name="kg-server" content="/api/">'
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content="[^"]*)"')


def served_page(html: str) -> str:
    """The page with a word that it can ask for more, and the right to do so.

    >>> page = '<head><meta http-equiv="Content-Security-Policy" content="default-src x"></head>'
    >>> served_page(page).count("connect-src"), "kg-server" in served_page(page)
    (1, True)
    """
    head, end, rest = html.partition("</head>")
    head = _POLICY.sub(lambda found: f"{found[1]}; connect-src 'self'\"", head, count=1)
    return f"{head}{_META}{end}{rest}"
