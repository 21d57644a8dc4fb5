"""Numbers in running text: where they stand, what they are worth, and in which unit.

"45%", "1.93X", "+5.0", "3.2 points", "2.5M", "1,234" are quantities; so is a range as a whole ("2-3x",
"from 61.2 to 67.8", "8% to 12%"). Digits inside a name ("GPT-4", "Top-5", "W4A4", "3D") are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
#: Unit as written → unit as told. To add one, add a row; longer spellings may stand anywhere.
UNITS: dict[str, str] = {
    "%p": "points",
    "%": "%",
    "percent": "%",
    "per cent": "%",
    "percentage points": "points",
    "percentage point": "points",
    "percentage-point": "points",
    "points": "points",
    "point": "points",
    "pp": "points",
    "pts": "points",
    "x": "x",
    "×": "x",
    "times": "x",
    "fold": "x",
    "folds": "x",
    "db": "dB",
    "ms": "ms",
    "milliseconds": "ms",
    "seconds": "s",
    "second": "s",
    "s": "s",
    "minutes": "min",
    "min": "min",
    "hours": "h",
    "hour": "h",
    "fps": "FPS",
    "hz": "Hz",
    "gb": "GB",
    "mb": "MB",
    "gib": "GiB",
    "mib": "MiB",
    "mm": "mm",
    "cm": "cm",
    "km": "km",
    "m": "m",
    "tokens": "tokens",
    "parameters": "parameters",
    "parameter": "parameters",
    "flops": "FLOPs",
    "gflops": "GFLOPs",
    "tflops": "TFLOPs",
    "tops": "TOPS",
    "w": "W",
    "mw": "mW",
    "kwh": "kWh",
}
#: Multipliers; single letters are read with their case, for "m" is a metre.
SCALES: dict[str, float] = {
    "K": 1e3,
    "k": 1e3,
    "M": 1e6,
    "B": 1e9,
    "T": 1e12,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
_UNIT_WORDS = "|".join(
    sorted((re.escape(unit) for unit in UNITS if len(unit) > 1 and unit != "%p"), key=len, reverse=True)
)
_SCALE = r"(?:[ ~]?(?:thousand|million|billion|trillion)\b|[ ~]?[KkMBT](?![\w]))"
_UNIT = rf"(?:[ ~]?%p?(?!\w)|[ ~]?[x×X](?!\w)|[ ~-]?(?i:{_UNIT_WORDS})(?!\w)|[ ~]s(?![\w'’]))"
_ONE = rf"[+−-]?{_DIGITS}{_SCALE}?{_UNIT}?"
_QUANTITY = re.compile(
    rf"(?<![\w.])(?<![\w]-)(?<![\w]\^)(?:(?P<from>from )(?=[^a-z]*\S+ to ))?(?P<first>{_ONE})"
    rf"(?:(?P<between> ?(?:±|\+/?-|-\+) ?|--?|–|—|~|→|->| (?:--?|–|—|~|→|->) | to )(?P<second>{_ONE}))?"
    r"(?![\w]|[.,]\d)"
)
_SPREAD = re.compile(r"±|\+/?-|-\+")
_PARTS = re.compile(
    rf"(?P<sign>[+−-]?)(?P<digits>{_DIGITS})(?P<scale>{_SCALE})?[ ~-]?(?P<unit>.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number or a range in a text."""

    start: int  #: characters
    end: int
    number: float | None  #: the mean of "0.91 ± 0.07"; None for a range, which is not one number
    unit: str  #: a value of UNITS, or ""
    digits: str  #: of the first number, as written


def quantities(text: str) -> Iterator[Quantity]:
    """The quantities of a text, from left to right.

    >>> [(text[q.start:q.end], q.number, q.unit)
    ...  for text in ["GPT-4 is 1.93X faster on 1,234 images, up from 61.2 to 67.8"]
    ...  for q in quantities(text)]
    [('1.93X', 1.93, 'x'), ('1,234', 1234.0, ''), ('from 61.2 to 67.8', None, '')]
    """
    for match in _QUANTITY.finditer(text):
        number: float | None
        number, unit, digits = _read(match["first"])
        start, end = match.span()
        if match["second"] is not None:
            _, second_unit, _ = _read(match["second"])
            unit = second_unit or unit
            if not _SPREAD.search(match["between"]):
                number = None
        elif match["from"]:
            start = match.start("first")
        yield Quantity(start=start, end=end, number=number, unit=unit, digits=digits)


def _read(written: str) -> tuple[float, str, str]:
    """Number, unit and digits of one quantity without a range."""
    match = _PARTS.fullmatch(written)
    assert match is not None, written
    number = float(match["digits"].replace(",", ""))
    if match["scale"]:
        # 2.3M is 2300000.0, not 2299999.9999999995
        number = round(number * SCALES[match["scale"].strip(" ~")], 6)
    if match["sign"] in ("-", "−"):
        number = -number
    return number, UNITS.get(match["unit"].strip().lower(), ""), match["digits"]
