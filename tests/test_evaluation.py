"""Evaluation: small annotations whose figures are plain to see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import SourceError
from kg.evaluation import Bin, Reliability, Tally, evaluate, matched_pairs, read_annotations, reliability


def entity(
    name: str, *surfaces: str, type: str = "METHOD", role: str = "uses", **more: Any
) -> dict[str, Any]:
    return {"name": name, "type": type, "role": role, "surfaces": [*(surfaces or (name,))], **more}


def paper(*entities: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "a", "entities": [*entities], "links": [], "relations": [], "results": [], **more}


def test_an_annotation_against_itself_is_perfect() -> None:
    gold = paper(
        entity("LoRA"),
        entity("GLUE", type="DATASET"),
        links=[{"url": "https://github.com/a/b", "kind": "code"}],
        relations=[["LoRA", "evaluated_on", "GLUE"]],
        results=[{"subject": "LoRA", "metric": "accuracy", "value": "91.3%", "dataset": "GLUE"}],
    )
    figures = evaluate({"a": gold}, {"a": gold}).as_dict()
    for name in ("entities", "untyped", "named", "surfaces", "links", "relations", "results"):
        assert figures[name]["f1"] == 1.0, name
    assert figures["role"] == {"share": 1.0, "of": 2}


def test_an_entity_split_in_two_costs_a_false_positive() -> None:
    gold = paper(entity("latent adversarial training", "latent adversarial training", "LAT"))
    split = paper(entity("latent adversarial training"), entity("LAT"))
    tally = evaluate({"a": gold}, {"a": split}).tallies["entities"]
    assert (tally.true, tally.predicted, tally.gold) == (1, 2, 1)


def test_a_wrong_type_matches_only_untyped() -> None:
    figures = evaluate({"a": paper(entity("BERT", type="MODEL"))}, {"a": paper(entity("BERT"))})
    assert figures.tallies["entities"].f1 == 0.0
    assert figures.tallies["untyped"].f1 == 1.0


def test_surfaces_match_whatever_their_case_hyphens_and_plural() -> None:
    gold = [entity("large language model", "Large Language Models")]
    assert matched_pairs(gold, [entity("x", "large-language model")]) == [(0, 0)]
    assert matched_pairs(gold, [entity("x", "language model")]) == []


def test_the_pair_that_shares_more_surfaces_wins() -> None:
    gold = [entity("A", "one", "two"), entity("B", "two")]
    predicted = [entity("P", "two", "one"), entity("Q", "two")]
    assert matched_pairs(gold, predicted) == [(0, 0), (1, 1)]


def test_relations_count_through_matched_entities_whatever_their_names() -> None:
    gold = paper(
        entity("BERT", type="MODEL"),
        entity("GLUE", type="DATASET"),
        relations=[["BERT", "evaluated_on", "GLUE"]],
    )
    guess = paper(
        entity("Bert model", "BERT", type="MODEL"),
        entity("the GLUE", "GLUE", type="DATASET"),
        relations=[["Bert model", "evaluated_on", "the GLUE"], ["Bert model", "trained_on", "the GLUE"]],
    )
    tally = evaluate({"a": gold}, {"a": guess}).tallies["relations"]
    assert (tally.true, tally.predicted, tally.gold) == (1, 2, 1)


def test_links_match_whatever_their_scheme_case_and_tail() -> None:
    gold = paper(links=[{"url": "https://github.com/A/B", "kind": "code"}])
    guess = paper(links=[{"url": "http://www.github.com/a/b.git", "kind": "project"}])
    evaluation = evaluate({"a": gold}, {"a": guess})
    assert evaluation.tallies["links"].f1 == 1.0
    assert evaluation.shares["link kind"].share == 0.0


def test_a_paper_not_predicted_costs_its_recall() -> None:
    gold = {"a": paper(entity("X")), "b": paper(entity("X"))}
    evaluation = evaluate(gold, {"a": gold["a"]})
    assert evaluation.absent == 1
    assert evaluation.tallies["entities"].recall == 0.5


def test_linking_counts_pairs_across_papers_and_leaves_out_ambiguous_names() -> None:
    gold = {key: paper(entity("RAG"), entity("SAM", ambiguous=True)) for key in "abc"}
    nodes = {"a": "n1", "b": "n1", "c": "n2"}
    guess = {key: paper(entity("RAG", node=node), entity("SAM", node="s")) for key, node in nodes.items()}
    tally = evaluate(gold, guess).tallies["linking"]
    assert (tally.true, tally.predicted, tally.gold) == (1, 1, 3)


def test_nothing_predicted_gives_zeros_rather_than_an_error() -> None:
    assert Tally(gold=3).f1 == 0.0


def test_a_line_that_is_not_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(paper()) + "\n\n{broken\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"gold\.jsonl:3: not JSON"):
        read_annotations(file)


def test_a_line_that_is_no_annotation_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text('{"id": "a", "title": "t"}\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"gold\.jsonl:1: not an annotation"):
        read_annotations(file)


def scored(name: str, score: float, role_score: float, **more: Any) -> dict[str, Any]:
    return entity(name, score=score, evidence=[0, 1, "rule", role_score], **more)


def test_a_bin_tells_stated_confidence_and_the_share_that_is_right() -> None:
    table = Reliability.of([(0.62, True), (0.68, False), (1.0, True)])
    assert table.bins[6] == Bin(stated=0.65, share=0.5, count=2)
    assert table.bins[9] == Bin(stated=1.0, share=1.0, count=1)


def test_the_calibration_error_weighs_bins_by_their_count() -> None:
    table = Reliability.of([(0.9, True), (0.9, True), (0.9, True), (0.1, True)])
    assert table.error == pytest.approx((3 * 0.1 + 0.9) / 4)


def test_nothing_scored_is_perfectly_calibrated() -> None:
    assert Reliability.of([]).error == 0.0


def test_entities_are_right_where_they_match_and_roles_among_those() -> None:
    gold = paper(entity("LoRA"))
    guess = paper(scored("LoRA", 0.85, 0.75, role="compares"), scored("Adam", 0.35, 0.95))
    tables = reliability({"a": gold}, {"a": guess})
    assert tables["entities"].bins[8] == Bin(stated=0.85, share=1.0, count=1)
    assert tables["entities"].bins[3] == Bin(stated=0.35, share=0.0, count=1)
    assert tables["roles"].bins[7] == Bin(stated=0.75, share=0.0, count=1)
    assert tables["roles"].bins[9].count == 0


def test_relations_and_results_are_right_where_gold_has_them() -> None:
    names = scored("LoRA", 0.9, 0.9), scored("GLUE", 0.9, 0.9, type="DATASET")
    gold = paper(
        *names,
        relations=[["LoRA", "evaluated_on", "GLUE"]],
        results=[{"subject": "LoRA", "metric": "", "value": "90%", "dataset": None, "baseline": None}],
    )
    guess = paper(
        *names,
        relations=[["LoRA", "evaluated_on", "GLUE"], ["LoRA", "trained_on", "GLUE"]],
        results=[{"subject": "LoRA", "metric": "", "value": "80%", "dataset": None, "baseline": None}],
        evidence={"relations": [[0, 1, "r", 0.55], [0, 1, "r", 0.25]], "results": [[0, 1, "r", 0.45]]},
    )
    tables = reliability({"a": gold}, {"a": guess})
    assert tables["relations"].bins[5] == Bin(stated=0.55, share=1.0, count=1)
    assert tables["relations"].bins[2] == Bin(stated=0.25, share=0.0, count=1)
    assert tables["results"].bins[4] == Bin(stated=0.45, share=0.0, count=1)


def test_statements_without_scores_are_left_out() -> None:
    gold = paper(entity("LoRA"))
    assert reliability({"a": gold}, {"a": gold})["entities"] == Reliability.of([])
