"""Component `kg_patterns`: entities by the words, the shapes and the context that they have.

No neural network: a linear model whose weights belong to patterns that can be read, such as "the word
before is `on`" or "`Foo`, a … benchmark" (`kg.extraction.segments` has the templates, and
`data/patterns.json` the weights, which `training/patterns.py` learns from annotated papers).
"""

from __future__ import annotations

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.doc import DocCandidate, register_extensions
from kg.extraction.lexicon import TYPES
from kg.extraction.reading import Text
from kg.extraction.segments import SegmentModel
from kg.extraction.tokens import tokens_of
from kg.extraction.vocabulary import OWN, SHIPPED

register_extensions()

RULE = "patterns"
WEIGHTS = Path(__file__).with_name("data") / "patterns.json"


@Language.factory(
    "kg_patterns", default_config={"weights": None, "least": 0.05}, assigns=["doc._.candidates"]
)
class PatternRecogniser:
    """Adds to `doc._.candidates` every stretch of tokens that is likely enough to be something.

    `least` is the probability from which on a stretch is added, with that probability as its score;
    `weights` is the path of another weights file.
    """

    def __init__(self, nlp: Language, name: str, weights: str | None, least: float) -> None:
        self.name = name
        self.least = least
        self.model = SegmentModel.load(Path(weights) if weights else WEIGHTS)

    def __call__(self, doc: Doc) -> Doc:
        if len(doc):
            reading, probabilities = self.model.probabilities(text_of(doc))
            rows, types = (probabilities >= self.least).nonzero()
            doc._.candidates += [
                DocCandidate(start=start, end=end, label=self.model.types[kind], rule=RULE, score=score)
                for start, end, kind, score in zip(
                    reading.firsts[rows].tolist(),
                    reading.ends[rows].tolist(),
                    types.tolist(),
                    probabilities[rows, types].tolist(),
                    strict=True,
                )
            ]
        return doc


def text_of(doc: Doc) -> Text:
    """What the patterns read of a doc; vocabulary matches count where they were found before."""
    known = {
        (found.start, found.end): TYPES.index(found.label) + 1
        for found in doc._.candidates
        if found.rule in (SHIPPED, OWN) and found.label in TYPES
    }
    tokens = tokens_of(doc)
    return Text(
        words=tokens.texts,
        spaced=tokens.spaced,
        starts=[bool(mark == 1) for mark in doc.to_array("SENT_START").tolist()],
        title_end=doc._.title_end or 0,
        known=known,
        shorts=[
            (found.short.start, found.short.end, found.long.start, found.long.end)
            for found in doc._.abbreviations
        ],
    )
