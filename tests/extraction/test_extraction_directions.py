"""Which way a figure goes, by the words around it."""

from __future__ import annotations

from typing import Any

import pytest

from kg.extraction.directions import direction_of
from kg.extraction.layout import lay_out
from kg.extraction.results import figures

WORDED = [
    ("Brindle improves recall by 5.2 points.", "better"),
    ("Brindle is 3x faster than before.", "better"),
    ("Brindle yields a 2.5% gain.", "better"),
    ("Recall degrades by 4% under noise.", "worse"),
    ("Brindle is 2x slower.", "worse"),
    ("Throughput increases by 40%.", "higher"),
    ("Brindle reads 20% more shells.", "higher"),
    ("Brindle reduces latency by 30%.", "lower"),
    ("Brindle needs 30% fewer labels.", "lower"),
    ("Brindle reaches a recall of 91.4%.", ""),
    ("Noise hurts; recall is 91.4%.", ""),
]


@pytest.mark.parametrize(("sentence", "direction"), WORDED)
def test_the_sentence_says_which_way(annotate: Any, sentence: str, direction: str) -> None:
    layout = lay_out(annotate(f"Brindle\n{sentence}", METHOD="Brindle"))
    (figure,) = figures(layout)
    assert direction_of(figure.sentence, figure.item, figure.last) == direction
