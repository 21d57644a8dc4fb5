"""What pyoxigraph says of a query that makes no sense, as one line for whoever wrote it.

Its parser tells the line and column, and everything that could have stood there, down to ranges of
characters. Parameters are bound as terms, so the text that it complains of is the user's own, line by line.
"""

from __future__ import annotations

import re

from kg.errors import QueryError
from kg.query.library import Query

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LONGEST = 120

#: What the parser says where the grammar is kept but the query makes no sense → what that means.
_MEANINGS = {
    "Prefix not found": "the prefix is not declared",
    "The SELECT contains a variable that is unbound": "SELECT has a variable that nothing groups or binds",
    "Duplicated variable name in SELECT": "SELECT gives two things one name",
    "IRI parsing failed": "not a whole IRI",
    "The variable is already defined": "BIND gives a value to a variable that has one",
}
#: Words that change a graph, in SPARQL 1.1 Update.
_UPDATES = re.compile(r"\b(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(SELECT|CONSTRUCT|ASK|DESCRIBE)\b", re.IGNORECASE)
_COMMENT_OR_STRING = re.compile(r"<[^<>\s]*>|\"[^\"\n]*\"|'[^'\n]*'|#.*")


def malformed(query: Query, error: SyntaxError) -> QueryError:
    """The error for a query that does not parse: file, line, column, what is wrong, the words."""
    found = _PLACE.match(str(error))
    if found is None:
        return QueryError(f"{named(query)}: {_short(str(error))}")
    line, column, complaint = int(found[1]), int(found[2]), found[3]
    code = _COMMENT_OR_STRING.sub(" ", query.text)
    if _UPDATES.search(code) and not _ASKS.search(code):
        return QueryError(
            f"{named(query)}: line {line}, column {column}: an update, and graphs are only read",
            hint="change the papers and build again",
        )
    return QueryError(
        f"{named(query)}: line {line}, column {column}: {_meaning(complaint)}{_near(query, line)}"
    )


def named(query: Query) -> str:
    """What the user calls the query: its file, its name, or standard input."""
    return query.source or ("standard input" if query.name == "-" else query.name)


def _meaning(complaint: str) -> str:
    for said, meaning in _MEANINGS.items():
        if said in complaint:
            return meaning
    wanted = complaint.removeprefix("expected ").removeprefix("one of ").replace("\n", " ")
    # ranges of characters tell a user nothing
    words = [word for word in re.split(r", (?=[\"A-Z\[])", wanted) if not word.startswith("[")]
    if not words:
        return "nothing that SPARQL has can stand here"
    return _short(f"expected {'one of ' * (len(words) > 1)}{', '.join(words)}")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"


def _near(query: Query, line: int) -> str:
    lines = query.text.splitlines()
    # the parser notices at the end of a text what an earlier line leaves open
    shown = next((text.strip() for text in reversed(lines[:line]) if text.strip()), "")
    return f", in {_short(shown)!r}" if shown else ""
