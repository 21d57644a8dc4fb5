"""Predict every annotated paper by patterns that were learned from other papers: the honest figure.

    python training/cross_validate.py GOLD.jsonl TEXTS.jsonl PREDICTED.jsonl [--folds 5]

Each part of the papers is read by a pipeline whose weights (patterns and sameness) come from the other
parts. PREDICTED.jsonl is scored like any prediction: `kg eval GOLD.jsonl PREDICTED.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import patterns
import sameness
from gold_docs import gold_papers, read_lines
from spacy.language import Language

from kg import extraction
from kg.extraction.annotations import annotation
from kg.extraction.entities import EntityGrouper
from kg.extraction.linear import LinearModel
from kg.extraction.patterns import PatternRecogniser
from kg.records import Paper


def pipeline(papers: list[patterns.Sample], pairs: list[list[tuple[list[str], bool]]]) -> Language:
    """The extraction pipeline up to entities, with weights learned from these papers."""
    nlp = extraction.load()
    for name in ("kg_roles", "kg_relations", "kg_results", "kg_recogniser"):
        if name in nlp.pipe_names:
            nlp.remove_pipe(name)
    recogniser, grouper = nlp.get_pipe("kg_patterns"), nlp.get_pipe("kg_entities")
    assert isinstance(recogniser, PatternRecogniser) and isinstance(grouper, EntityGrouper)
    recogniser.model = patterns.model_of(patterns.train(papers))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sameness.json"
        sameness.fit([row for paper in pairs for row in paper]).save(path, smallest=sameness.SMALL)
        grouper.model = LinearModel.load(path)
    return nlp


def main() -> None:
    """Cross-validate and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    samples = patterns.samples(arguments.gold, arguments.texts)
    pairs = [
        sameness.labelled(paper.doc, paper.doc._.entities)
        for paper in gold_papers(arguments.gold, arguments.texts)
    ]
    texts = {text["id"]: text for text in read_lines(arguments.texts)}
    found: dict[str, dict[str, Any]] = {}
    for fold in range(arguments.folds):
        others = [k for k in range(len(samples)) if k % arguments.folds != fold]
        nlp = pipeline([samples[k] for k in others], [pairs[k] for k in others])
        mine = [texts[sample.id] for sample in samples[fold :: arguments.folds]]
        papers = [Paper(id=text["id"], title=text["title"], abstract=text["abstract"]) for text in mine]
        for paper, result in zip(papers, extraction.extract(papers, nlp), strict=True):
            found[paper.id] = annotation(paper, result)
    with arguments.output.open("w", encoding="utf-8") as lines:
        for sample in samples:
            lines.write(json.dumps(found[sample.id], ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
