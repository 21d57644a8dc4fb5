"""What is left of an extraction at a least score."""

from __future__ import annotations

from kg.extraction.least import at_least
from kg.records import Evidence, Extraction, LocalEntity, Mention, Relation, Result


def entity(name: str, score: float) -> LocalEntity:
    return LocalEntity(
        name=name,
        type="METHOD",
        role="uses",
        surfaces=(name,),
        mentions=(Mention(start=0, end=1, sentence_start=0, sentence_end=1),),
        evidence=said(1.0),
        rule="patterns",
        score=score,
    )


def said(score: float) -> Evidence:
    return Evidence(start=0, end=1, rule="relations", score=score)


def result(*, dataset: str | None, score: float) -> Result:
    return Result(
        subject="sure",
        metric="F1",
        value="90",
        number=90.0,
        unit="",
        dataset=dataset,
        baseline=None,
        evidence=said(score),
    )


MADE = Extraction(
    paper="p",
    text_sha256="",
    extractor="test",
    entities=(entity("sure", 0.9), entity("unsure", 0.5)),
    relations=(
        Relation(subject="sure", predicate="part_of", object="unsure", evidence=said(0.95)),
        Relation(subject="sure", predicate="is_a", object="sure", evidence=said(0.4)),
        Relation(subject="sure", predicate="used_for", object="sure", evidence=said(0.8)),
    ),
    results=(result(dataset="unsure", score=0.9), result(dataset=None, score=0.3)),
)


def test_nothing_goes_at_zero() -> None:
    assert at_least(MADE, 0.0) is MADE


def test_less_sure_entities_go() -> None:
    assert [found.name for found in at_least(MADE, 0.6).entities] == ["sure"]


def test_a_relation_goes_with_its_entity_or_for_its_own_score() -> None:
    assert [found.predicate for found in at_least(MADE, 0.6).relations] == ["used_for"]


def test_a_result_stays_without_a_dataset_that_went() -> None:
    assert [(found.value, found.dataset) for found in at_least(MADE, 0.6).results] == [("90", None)]
