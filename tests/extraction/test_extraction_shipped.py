"""The networks that ship: each is whole, and a name leads to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.extraction import extractor_version, load
from kg.extraction.pools import Pools
from kg.extraction.shipped import DEFAULT, NETWORKS, network_folder, pools_file


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_ships_is_whole_and_small(name: str) -> None:
    folder, pools = NETWORKS[name]
    files = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert set(files) == {"recogniser.onnx", "heads.npz", "vocab.txt", "model.json"}
    assert sum(files.values()) < 30_000_000
    assert Pools.load(pools).scorer("entities", network=True).threshold > 0


def test_no_name_is_the_default_and_another_one_a_path() -> None:
    assert network_folder("") == network_folder(DEFAULT)
    assert pools_file("") == pools_file(DEFAULT)
    assert network_folder("my/network") == Path("my/network")
    assert pools_file("my/pools.json") == Path("my/pools.json")


def test_a_pipeline_takes_the_network_and_the_pools_of_one_name() -> None:
    fast, best = load(), load(model="best")
    assert (
        best.get_pipe("kg_recogniser").recogniser.version != fast.get_pipe("kg_recogniser").recogniser.version
    )
    for name in ("kg_roles", "kg_relations", "kg_results"):
        assert best.get_pipe(name).pools == Pools.load(NETWORKS["best"].pools)
        assert fast.get_pipe(name).pools == Pools.load(NETWORKS[DEFAULT].pools)
    assert extractor_version(best) != extractor_version(fast)


def test_a_model_that_does_not_ship_is_said_so() -> None:
    with pytest.raises(UsageError, match="no model 'slow'"):
        load(model="slow")
