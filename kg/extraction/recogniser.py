"""The trained recogniser: a small transformer that marks methods, models, datasets, tasks and metrics.

The network was trained by the recipe in `training/`; its weights (8-bit, ONNX), its vocabulary and
`model.json` lie in `model/` beside this file and run on onnxruntime. It reads one text at a time, in
windows where a text is longer than it can read at once, so what it says of a text depends on nothing
but that text.

Mentions of the same words are judged together (`kg.extraction.worth`): they take one type and one score,
and are kept where the score reaches that type's threshold. What the network remembers of each word stays
with the doc, for a second look once mentions have become entities (`kg.extraction.opinions`).
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import SourceError
from kg.extraction.doc import DocCandidate, clean_text, register_extensions
from kg.extraction.opinions import Memory, load_heads, remember
from kg.extraction.pieces import PieceReader, Pieces, windows
from kg.extraction.shipped import DEFAULT, network_folder
from kg.extraction.tagging import best_spans, near_spans, softmax
from kg.extraction.worth import Tagged, describe, probability, same_words
from kg.schema import ROLES

register_extensions()

RULE = "recogniser"

#: Where the network is that is used where none is named.
MODEL = network_folder(DEFAULT)

Floats = NDArray[np.float32]


class Found(NamedTuple):
    """A stretch of a text that names an entity."""

    start: int  #: offset of its first character
    end: int  #: … and behind its last
    type: str  #: a key of schema.ENTITY_TYPES
    score: float  #: 0 to 1, the same for all stretches of the same words
    roles: tuple[float, ...]  #: probability of each of schema.ROLES, in their order


@dataclass(frozen=True, slots=True)
class Heard:
    """What the network says of a text, one row a word."""

    pieces: Pieces
    tags: Floats  #: probabilities
    roles: Floats  #: probabilities, in the model's own order
    memory: Floats  #: no columns where the model has no heads that could read it


class Recogniser:
    """The network with its vocabulary and thresholds; reads texts, knows nothing of spaCy."""

    def __init__(self, folder: Path = MODEL) -> None:
        """Load `recogniser.onnx`, `vocab.txt` and `model.json` from `folder`.

        Raises SourceError where one of them is missing or not what it should be.
        """
        options = onnxruntime.SessionOptions()
        # One thread: workers run side by side, and threads that share a busy core slow each other down.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # The exported graph is fused already; what onnxruntime would fuse further makes it slower.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        try:
            settings = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            self.version = str(settings["version"])
            self.types: tuple[str, ...] = tuple(settings["types"])
            self.thresholds: dict[str, float] = {t: float(settings["thresholds"][t]) for t in self.types}
            self.weights: dict[str, float] = settings["weights"]
            self.eagerness = float(settings["eagerness"])
            self._roles = [settings["roles"].index(role) for role in ROLES]
            self._read = PieceReader(folder / "vocab.txt")
            self._session = onnxruntime.InferenceSession(
                str(folder / "recogniser.onnx"), options, providers=["CPUExecutionProvider"]
            )
            self._outputs = ["tags", "roles"]
            self.heads = None
            if "memory" in {each.name for each in self._session.get_outputs()}:
                self._outputs.append("memory")
                self.heads = load_heads(folder / "heads.npz")
        except Exception as error:  # onnxruntime raises private ones
            raise SourceError(
                f"{folder}: not a recogniser model: {error}",
                hint="give a folder that training has written",
            ) from error

    def hear(self, text: str) -> Heard | None:
        """Let the network read a text; None where it has no words.

        Where windows overlap, a word takes what the window says in which it stands further from an edge.
        """
        pieces = self._read(text)
        if not len(pieces.firsts):
            return None
        parts: list[list[Floats]] = []
        stretches = windows(pieces)
        for i, (first, last) in enumerate(stretches):
            ids, shapes, firsts = self._read.network_input(pieces, (first, last))
            said = self._session.run(
                self._outputs, {"ids": ids[None], "shapes": shapes[None], "firsts": firsts}
            )
            from_ = first if i == 0 else (first + stretches[i - 1][1]) // 2
            to = last if i + 1 == len(stretches) else (stretches[i + 1][0] + last) // 2
            parts.append([column[from_ - first : to - first] for column in said])
        tags, roles, *memory = (np.concatenate(column) for column in zip(*parts, strict=True))
        nothing = np.empty((len(tags), 0), dtype=np.float32)
        return Heard(pieces, softmax(tags), softmax(roles), memory[0] if memory else nothing)

    def names(self, text: str, heard: Heard | None = None) -> list[list[Tagged]]:
        """Whatever might be an entity: mentions of the same words together, in text order.

        `heard` is what the network says of the text, where it has read it already.
        """
        heard = heard or self.hear(text)
        if heard is None:
            return []
        pieces, tags, roles = heard.pieces, heard.tags, heard.roles
        best = best_spans(tags, eagerness=self.eagerness)
        chosen = {(a, b) for a, b, _ in best}
        stretches = sorted(chosen | {(a, b) for span in best for a, b, _ in near_spans(tags, span)})
        if not stretches:
            return []
        # What is averaged over a stretch's words comes from running sums, for all stretches at once.
        columns = np.hstack([tags[:, 1::2] + tags[:, 2::2], tags[:, :1], roles[:, self._roles]])
        sums = np.vstack([np.zeros(columns.shape[1]), np.cumsum(columns, axis=0, dtype=np.float64)])
        first, behind = np.array(stretches).T
        means = ((sums[behind] - sums[first]) / (behind - first)[:, None]).tolist()
        begins = tags[:, 1::2].sum(axis=1)[first].tolist()
        goes_on = np.append(tags[:, 2::2].sum(axis=1), 0.0)[behind].tolist()
        starts, ends = pieces.starts[first].tolist(), pieces.ends[behind - 1].tolist()
        n = len(self.types)
        groups: dict[str, list[Tagged]] = defaultdict(list)
        columns_of = zip(stretches, starts, ends, means, begins, goes_on, strict=True)
        for stretch, start, end, mean, begin, on in columns_of:
            edges = (1 - mean[n], begin, 1 - on)
            tagged = Tagged(start, end, mean[:n], edges, mean[n + 1 :], stretch in chosen)
            groups[same_words(text[start:end])].append(tagged)
        return [mentions for words, mentions in groups.items() if words]

    def __call__(
        self,
        text: str,
        *,
        threshold: float | None = None,
        overlaps: bool = False,
        heard: Heard | None = None,
    ) -> list[Found]:
        """What `text` (title, newline, abstract) names, in text order.

        `threshold` (0 to 1) takes the place of the model's own thresholds. With `overlaps`, all that
        reach it are given; without, of those that overlap the one with the highest score. `heard` is what
        the network says of the text, where it has read it already.
        """
        found = []
        for mentions in self.names(text, heard):
            kind, features = describe(text, mentions, self.types)
            type_ = self.types[kind]
            score = probability(features, self.weights)
            if score < (self.thresholds[type_] if threshold is None else threshold):
                continue
            for m in mentions:
                roles = tuple([round(share, 4) for share in m.roles])
                found.append(Found(start=m.start, end=m.end, type=type_, score=score, roles=roles))
        found.sort(key=lambda f: (f.start, f.end))
        return found if overlaps else apart(found)


def apart(found: list[Found]) -> list[Found]:
    """Those that do not overlap, in text order; the highest score goes first, then the longest."""
    kept: list[Found] = []
    for f in sorted(found, key=lambda f: (-f.score, f.start - f.end, f.start)):
        if all(f.end <= k.start or k.end <= f.start for k in kept):
            kept.append(f)
    return sorted(kept, key=lambda f: f.start)


@lru_cache(maxsize=4)
def load_recogniser(folder: Path = MODEL) -> Recogniser:
    """The recogniser of a folder, loaded once per process."""
    return Recogniser(folder)


class RecogniserComponent:
    """The spaCy component `kg_recogniser`: adds to `doc._.candidates`, with rule "recogniser".

    Each candidate has the score of all mentions of its words, and its own probabilities of roles.
    """

    def __init__(self, *, folder: Path, threshold: float | None) -> None:
        self.recogniser = load_recogniser(folder)
        self.threshold = threshold

    def __call__(self, doc: Doc) -> Doc:
        """Read one doc. Docs are never read together: a text's outcome is its own."""
        candidates: dict[tuple[int, int], DocCandidate] = {}
        text = clean_text(doc)
        heard = self.recogniser.hear(text)
        if heard is None:
            return doc
        if self.recogniser.heads is not None:
            pieces = heard.pieces
            title = int(np.searchsorted(pieces.starts, text.find("\n")))
            remember(doc, Memory(heard.memory, pieces.starts, pieces.ends, title), self.recogniser.heads)
        offsets = doc.to_array("IDX").tolist()
        for found in self.recogniser(text, threshold=self.threshold, overlaps=True, heard=heard):
            # The network's words are smaller than the tokeniser's ("GPT-4"): spans grow to whole tokens.
            start, end = bisect_right(offsets, found.start) - 1, bisect_left(offsets, found.end)
            known = candidates.get((start, end))
            if known is None or found.score > known.score:
                candidates[start, end] = DocCandidate(
                    start=start,
                    end=end,
                    label=found.type,
                    rule=RULE,
                    score=found.score,
                    roles=found.roles,
                )
        doc._.candidates += candidates.values()
        return doc


@Language.factory(
    "kg_recogniser", default_config={"model": "", "threshold": 0.05}, assigns=["doc._.candidates"]
)
def make_recogniser(nlp: Language, name: str, model: str, threshold: float | None) -> RecogniserComponent:
    """Factory for spaCy configs.

    `model` is the name of a network that ships (`kg.extraction.shipped`) or a folder that training has
    written. Candidates are kept from
    `threshold` on, by default nearly all: `kg_mentions` weighs them against the other recognisers'. With
    null, the model's own thresholds hold, which suit a pipeline without other recognisers.
    """
    return RecogniserComponent(folder=network_folder(model), threshold=threshold)
