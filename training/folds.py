"""What a recogniser finds in annotated papers that it has not seen: what roles and scores are learned from.

    python training/folds.py GOLD.jsonl TEXTS.jsonl WORK

Writes WORK/fold-0 to fold-4: patterns and sameness learned from the papers outside each fold (paper
number n is in fold n mod 5). `recognised` reads the papers of each fold by them.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import patterns
import sameness
from gold_docs import gold_papers, read_lines
from spacy.tokens import Doc

from kg import extraction
from kg.evaluation import matched_pairs
from kg.extraction.collect import source_offsets
from kg.extraction.entities import EntityGrouper
from kg.extraction.linear import LinearModel
from kg.records import Paper

FOLDS = 5
#: Components behind entities, which do not run here.
AFTER_ENTITIES = ("kg_roles", "kg_relations", "kg_results")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedPaper:
    """A paper with what was recognised in it; `matched` gives the annotated entity of a recognised one."""

    id: str
    number: int  #: place among the annotated papers
    annotation: dict[str, Any]
    doc: Doc
    matched: dict[int, int]


def held_out(paper: str) -> bool:
    """Whether the network has not been trained on a paper: about one in ten, by a hash of its id."""
    return int(hashlib.sha256(paper.encode()).hexdigest()[:8], 16) % 10 == 0


def recognised(
    gold: Path, texts: Path, work: Path, *, network: Path | None, only_held_out: bool = False
) -> list[RecognisedPaper]:
    """Each paper as patterns of other papers recognise it, and the network of that folder, if any, as well.

    With a network, only what is found in held-out papers is honest.
    """
    by_id = {text["id"]: text for text in read_lines(texts)}
    annotations = list(enumerate(read_lines(gold)))
    found = []
    for fold in range(FOLDS):
        folder = work / f"fold-{fold}"
        nlp = extraction.load(without=["kg_patterns", "kg_recogniser", *AFTER_ENTITIES])
        nlp.add_pipe("kg_patterns", config={"weights": str(folder / "patterns.json")}, after="kg_vocabulary")
        if network:
            nlp.add_pipe("kg_recogniser", config={"model": str(network)}, after="kg_patterns")
        grouper = nlp.get_pipe("kg_entities")
        assert isinstance(grouper, EntityGrouper)
        grouper.model = LinearModel.load(folder / "sameness.json")
        for number, annotation in annotations[fold::FOLDS]:
            if only_held_out and not held_out(annotation["id"]):
                continue
            text = by_id[annotation["id"]]
            paper = Paper(id=text["id"], title=text["title"], abstract=text["abstract"])
            (doc,) = extraction.read([paper], nlp)
            found.append(
                RecognisedPaper(
                    id=paper.id,
                    number=number,
                    annotation=annotation,
                    doc=doc,
                    matched=matches(doc, annotation["entities"]),
                )
            )
    return sorted(found, key=lambda paper: paper.number)


def matches(doc: Doc, annotated: Sequence[dict[str, Any]]) -> dict[int, int]:
    """For each recognised entity that an annotator has given as well: which."""
    mine = [{"type": entity.type, "surfaces": surfaces(doc, entity.spans)} for entity in doc._.entities]
    return {predicted: gold for gold, predicted in matched_pairs(annotated, mine)}


def surfaces(doc: Doc, spans: Sequence[Any]) -> list[str]:
    """Spans as they stand in the text as given."""
    return sorted({doc._.source[slice(*source_offsets(span))] for span in spans})


def main() -> None:
    """Fit and write the folds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("work", type=Path)
    arguments = parser.parse_args()
    samples = patterns.samples(arguments.gold, arguments.texts)
    pairs = [
        sameness.labelled(paper.doc, paper.doc._.entities)
        for paper in gold_papers(arguments.gold, arguments.texts)
    ]
    for fold in range(FOLDS):
        folder = arguments.work / f"fold-{fold}"
        folder.mkdir(parents=True, exist_ok=True)
        others = [number for number in range(len(samples)) if number % FOLDS != fold]
        patterns.write(patterns.train([samples[number] for number in others]), folder / "patterns.json")
        model = sameness.fit([row for number in others for row in pairs[number]])
        model.save(folder / "sameness.json", smallest=sameness.SMALL)


if __name__ == "__main__":
    main()
