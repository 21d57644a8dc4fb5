"""Columns of some papers and of others, joined, are the columns of all of them."""

from __future__ import annotations

import random
from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from linking_factory import entity, paper

from kg.linking.corpus import Codes, Corpus, PaperKeys, Places, corpus_of, numbers_of
from kg.linking.digest import digests
from kg.linking.joining import joined
from kg.records import Evidence, Link, Result


def _digested(said: list[Any]) -> Any:
    papers, extractions = zip(*said, strict=True)
    ((_, batch),) = digests(extractions, papers)
    return batch.replace_schema_metadata({"extractor": "test 1"})


def _corpus(chosen: list[Any], keys: PaperKeys) -> Corpus:
    ids = [one.id for one, _ in chosen]
    return corpus_of(keys, numbers_of(ids, keys), [_digested(chosen)] if chosen else [])


def _plain(value: Any, corpus: Corpus) -> Any:
    if isinstance(value, Codes):
        return value.words
    if isinstance(value, Places):
        return [np.asarray(getattr(value, field.name)).tolist() for field in fields(value)]
    if isinstance(value, np.ndarray | pa.Array):
        return value.tolist() if isinstance(value, np.ndarray) else value.to_pylist()
    return value


def _told(corpus: Corpus) -> dict[str, Any]:
    """The columns, with quotes for their numbers."""
    quotes = [*corpus.quotes.to_pylist(), None]
    found = {field.name: _plain(getattr(corpus, field.name), corpus) for field in fields(corpus)}
    found["quotes"] = sorted(quotes[:-1])
    found["stated"][-1] = [quotes[number] for number in found["stated"][-1]]
    for name in ("results", "links"):
        found[name] = [said._replace(quote=quotes[said.quote]) for said in found[name]]
    found["concepts"] = [word for word in found["concepts"] if word]  # no concept is none
    del found["keys"]
    return found


def _result(subject: str, dataset: str) -> Result:
    return Result(
        subject=subject, metric="F1", value="3", number=3.0, unit="", dataset=dataset, baseline=None,
        evidence=Evidence(start=1, end=5, rule="test"),
    )  # fmt: skip


def _link(number: int) -> Link:
    return Link(
        url=f"https://github.com/example/{number}", kind="code", relation="provides", words="code", start=0,
        end=4, evidence=Evidence(start=0, end=6, rule="test"),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_two_sets_of_papers_joined_are_all_papers(seed: int) -> None:
    chance = random.Random(seed)
    names = ["BERT", "large language model (LLM)", "LLM", "ImageNet", "object detection", "F1"]
    said = []
    for number in range(12):
        named = chance.sample(names, chance.randrange(1, 5))
        entities = [entity(name, type=chance.choice(("METHOD", "TASK", "DATASET"))) for name in named]
        said.append(
            paper(
                f"p{number:02}",
                *entities,
                relations=[(named[0], "uses", chance.choice(named))],
                results=[_result(named[0], chance.choice(named))] if number % 3 else [],
                links=[_link(number)] if number % 4 == 1 else [],
                abbreviations=[("LLM", "large language model")] if number % 5 == 2 else [],
            )
        )
    keys = PaperKeys.of([one for one, _ in said])
    old = [each for each in said if chance.random() < 0.6]
    new = [each for each in said if each not in old]
    found = joined(_corpus(old, keys), _corpus(new, keys))
    assert _told(found) == _told(_corpus(said, keys))
