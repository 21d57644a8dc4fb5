"""Dates in the forms in which sources give them, as ISO 8601 and no more precise than they are.

What cannot be told is left out: "03/04/2025" may be March or April, so it gives the year alone.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

#: Names of months, as they begin, in English, German, French, Spanish, Italian, Portuguese and Dutch.
_MONTHS = {
    1: "jan januar janv janvier ene enero gen gennaio janeiro jänner",
    2: "feb februar févr février fév fev febrero febbraio fevereiro",
    3: "mar march mär märz mrz mars marzo março maart mrt",
    4: "apr april avr avril abr abril aprile",
    5: "may mai mayo mag maggio maio mei",
    6: "jun june juni juin junio giu giugno junho",
    7: "jul july juli juil juillet julio lug luglio julho",
    8: "aug august août aout ago agosto augustus",
    9: "sep sept september septembre septiembre setiembre set settembre setembro",
    10: "oct october okt oktober octobre octubre ott ottobre out outubro",
    11: "nov november novembre noviembre novembro",
    12: "dec december dez dezember déc décembre dic diciembre dicembre dezembro",
}
MONTHS = {name: month for month, names in _MONTHS.items() for name in names.split()}
MONTHS |= {"january": 1, "januari": 1, "february": 2, "februari": 2}

_ISO = re.compile(r"([12]\d{3})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:$|[T\s/].*)", re.DOTALL)
_COMPACT = re.compile(r"([12]\d{3})(\d\d)(\d\d)")
_CJK = re.compile(r"(?:([12]\d{3})\s*年\s*)?(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?")
_LAST_YEAR = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]([12]\d{3})")
_YEAR_AS_FLOAT = re.compile(r"[12]\d{3}\.0+")
_WORD = re.compile(r"[^\W\d_]+|\d+")


def iso_date(text: str) -> str:
    """A date as "2025", "2025-09" or "2025-09-02"; empty where it cannot be told.

    >>> [iso_date(text) for text in ("2025-09-02T10:00:00Z", "Mon, 2 Apr 2007 19:18:42 GMT", "Sept. 2025")]
    ['2025-09-02', '2007-04-02', '2025-09']
    >>> [iso_date(text) for text in ("03/04/2025", "31.12.2025", "2020.0", "2025-13-01", "soon")]
    ['2025', '2025-12-31', '2020', '', '']
    """
    text = text.strip()
    if not text:
        return ""
    if _YEAR_AS_FLOAT.fullmatch(text):
        text = text[:4]
    if match := _COMPACT.fullmatch(text) or _ISO.match(text):
        return _checked(*match.groups())
    if match := _CJK.search(text):
        return _checked(match[1], match[2], match[3]) if match[1] else ""
    if match := _LAST_YEAR.search(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second:
            return _checked(match[3], second, first)
        if second > 12 >= first:
            return _checked(match[3], first, second)
        return _checked(match[3], first, first) if first == second else match[3]
    return _worded(text)


def from_parts(year: str, month: str) -> str:
    """A date from BibTeX's fields; the month as a name, an abbreviation or a number, or empty.

    >>> from_parts("2017", "jun"), from_parts("2017", "6"), from_parts("2017", ""), from_parts("soon", "jun")
    ('2017-06', '2017-06', '2017', '')
    """
    found = iso_date(year)
    if len(found) != 4:
        return found
    words = [word.casefold() for word in _WORD.findall(month)]
    named = [MONTHS[word] for word in words if word in MONTHS]
    numbered = [int(word) for word in words if word.isdecimal() and len(word) <= 2]
    for number in (*named, *numbered):  # a name first: the 1 of "1 jan" is a day
        if 1 <= number <= 12:
            return f"{found}-{number:02}"
    return found


def is_date_line(line: str) -> bool:
    """Whether a line of a page is a date and little else, with or without a year.

    >>> [is_date_line(line) for line in ("Sep 2", "Di., 2. September", "9月2日", "Published on Sep 2, 2025")]
    [True, True, True, True]
    >>> [is_date_line(line) for line in ("2", "May 2 Be Enough", "Orca 2")]
    [False, False, False]
    """
    line = line.strip()
    if len(line) > 60:
        return False
    if _CJK.search(line):
        return len(_CJK.sub("", line).strip()) <= 8
    if _LAST_YEAR.fullmatch(line) or re.fullmatch(r"[12]\d{3}([-/.])\d{1,2}\1\d{1,2}", line):
        return True
    words = _WORD.findall(line)
    months = [word for word in words if word.casefold() in MONTHS]
    numbers = [word for word in words if word.isdecimal()]
    others = [word for word in words if not word.isdecimal() and word not in months]
    return (
        bool(months)
        and 1 <= len(numbers) <= 2
        and all(len(number) <= 4 for number in numbers)
        and len(others) <= 3
        and sum(word[0].isupper() for word in others) <= 1
    )


def earliest(dates: Iterable[str]) -> str:
    """The earliest of some ISO dates, as precisely as another one of them tells it.

    >>> earliest(["2019-07-02", "2017", "2017-06"])
    '2017-06'
    """
    known = sorted({date for date in dates if date})
    if not known:
        return ""
    best = known[0]
    for date in known[1:]:
        if date.startswith(best):
            best = date
    return best


def _worded(text: str) -> str:
    """A date whose month is a word: "2 September 2025", "Sep 2, 2025", "September 2025"."""
    day = month = year = ""
    for word in _WORD.findall(text[:80]):
        if word.casefold() in MONTHS:
            month = month or str(MONTHS[word.casefold()])
        elif word.isdecimal() and len(word) == 4 and word.isascii() and "1500" <= word <= "2999":
            year = year or word
        elif word.isdecimal() and len(word) <= 2 and not day and not (month and year):
            day = word
    if not month:
        return ""
    return _checked(year, month, day or None) if year else ""


def _checked(year: str | int, month: str | int | None = None, day: str | int | None = None) -> str:
    """The parts as an ISO date, without a day and a month that do not exist."""
    if month is None:
        return f"{int(year):04}"
    try:
        whole = datetime.date(int(year), int(month), int(day) if day is not None else 1)
    except ValueError:
        return ""
    return whole.isoformat() if day is not None else whole.isoformat()[:7]
