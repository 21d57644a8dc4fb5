"""Two opinions made one, and what a score follows from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.extraction.pools import Pool, Pools, Scorer, entity_figures, load_pools, log_odds, relation_figures

CLASSES = ("uses", "compares")


def test_a_sure_no_of_one_stays_a_no() -> None:
    ours, network = np.array([[0.6, 0.4]]), np.array([[0.0, 1.0]])
    assert Pool(ours=0.5, network=0.5, bias={})(ours, network, CLASSES).argmax() == 1


def test_an_undecided_network_changes_no_order() -> None:
    ours, network = np.array([[0.6, 0.4]]), np.array([[0.5, 0.5]])
    assert Pool(ours=0.5, network=0.5, bias={})(ours, network, CLASSES).argmax() == 0


def test_pooled_probabilities_sum_to_one() -> None:
    ours, network = np.array([[0.6, 0.4], [0.1, 0.9]]), np.array([[0.3, 0.7], [0.8, 0.2]])
    pooled = Pool(ours=1.0, network=0.4, bias={"uses": 0.3})(ours, network, CLASSES)
    assert np.allclose(pooled.sum(axis=1), 1.0)


def test_without_the_network_ours_stays_as_it_is() -> None:
    ours = np.array([[0.6, 0.4]])
    assert Pool(ours=0.5, network=0.5, bias={"uses": 3.0})(ours, None, CLASSES) is ours


def test_a_bias_favours_its_class() -> None:
    ours = np.array([[0.5, 0.5]])
    assert Pool(ours=1.0, network=1.0, bias={"compares": 1.0})(ours, ours, CLASSES).argmax() == 1


@pytest.mark.parametrize(("p", "bound"), [(0.0, -6.0), (1.0, 6.0)])
def test_log_odds_stay_finite(p: float, bound: float) -> None:
    assert log_odds(p) == pytest.approx(bound, abs=0.01)


def test_the_shipped_scores_grow_with_what_speaks_for_an_entity() -> None:
    for network in (True, False):
        scorer = load_pools().scorer("entities", network=network)
        low, high = (scorer(entity_figures("METHOD", share, 0.8, 2)) for share in (0.2, 0.9))
        assert low < high


def test_the_shipped_scores_grow_with_what_speaks_for_a_relation() -> None:
    for network in (True, False):
        scorer = load_pools().scorer("relations", network=network)
        low, high = (scorer(relation_figures("used_for", share, (0.9, 0.9))) for share in (0.2, 0.9))
        assert low < high


def test_a_scorer_stays_between_0_and_1() -> None:
    assert Scorer({"bias": 1000.0}, 0.5)({}) == 1.0
    assert Scorer({"bias": -1000.0}, 0.5)({}) == 0.0


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "pools.json"
    path.write_text(
        '{"roles": {"ours": 1, "network": 2, "bias": {"uses": 3}},'
        ' "relations": {"ours": 4, "network": 5, "bias": {}},'
        ' "scorers": {"entities": {"weights": {"bias": 0.5}, "threshold": 0.25}}}',
        encoding="utf-8",
    )
    pools = Pools.load(path)
    assert (pools.roles.network, pools.relations.ours) == (2, 4)
    assert pools.scorer("entities", network=True).threshold == 0.25
