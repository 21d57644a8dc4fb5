"""The networks that ship with kg, by name, each with the pools that were fitted with it.

To add one, train it, and write it into `NETWORKS`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).parent

#: The one that is used where none is named.
DEFAULT = "fast"


class Network(NamedTuple):
    """Where a network and its pools are."""

    folder: Path
    pools: Path


NETWORKS: dict[str, Network] = {
    "fast": Network(_PACKAGE / "model", _PACKAGE / "data" / "pools.json"),
    "best": Network(_PACKAGE / "model_best", _PACKAGE / "data" / "pools_best.json"),
}


def network_folder(name: str) -> Path:
    """Folder of the network of this name; any other name is taken for a path, and none for the default."""
    known = NETWORKS.get(name or DEFAULT)
    return known.folder if known else Path(name)


def pools_file(name: str) -> Path:
    """The pools that go with the network of this name; any other name is taken for a path to pools."""
    known = NETWORKS.get(name or DEFAULT)
    return known.pools if known else Path(name)
