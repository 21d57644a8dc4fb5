"""Every error that kg raises on purpose.

    KgError                    the user can do something about it; the command line prints one line
    ├── UsageError             the command cannot run as asked: nothing was done          (exit status 2)
    │   ├── SourceError        a file is missing, unreadable, or of no known format
    │   ├── OutputError        the output cannot be written
    │   └── QueryError         a query is unknown, malformed, or lacks a parameter
    └── RecordError            a record is bad, and --strict asked to stop at the first   (exit status 1)

Errors of libraries are translated where the library is called. Only the command line prints.
Exit statuses: 0 all is well; 1 the command ran, but something in the input was skipped or the
answer is "no"; 2 nothing was done.
"""

from __future__ import annotations


class KgError(Exception):
    """An error with a message for the user and, where there is one, what to try next."""

    exit_status = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(KgError):
    """The command cannot run as asked; nothing was done."""

    exit_status = 2


class SourceError(UsageError):
    """A source is missing, unreadable, or of no known format."""


class OutputError(UsageError):
    """The output cannot be written."""


class QueryError(UsageError):
    """A query is unknown, malformed, or lacks a parameter."""


class RecordError(KgError):
    """A record is bad, and the user asked to stop at the first bad one."""
