"""Several exports of RDF in one pass are what each is by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, Store
from small_graph import SmallGraph

from kg.errors import OutputError, UsageError
from kg.export import EXPORTERS, ExportOptions
from kg.export.base import write_together
from kg.export.rdf_together import write_rdf
from kg.store import open_store

TOGETHER = [name for name, exporter in EXPORTERS.items() if exporter.together]


@pytest.mark.parametrize("compress", [False, True])
def test_files_have_the_same_bytes(tmp_path: Path, compress: bool) -> None:
    options = ExportOptions(compress=compress)
    one, all_ = tmp_path / "one", tmp_path / "all"
    for folder in (one, all_):
        folder.mkdir()
    names = {name: EXPORTERS[name].name(options) for name in TOGETHER}
    write_together(
        SmallGraph(),
        EXPORTERS["store"].together,
        {name: all_ / file for name, file in names.items()},
        options=options,
    )
    for name, file in names.items():
        EXPORTERS[name].write(SmallGraph(), one / file, options=options)
        assert (one / file).read_bytes() == (all_ / file).read_bytes(), name


def test_the_store_holds_the_triples_of_the_files(tmp_path: Path) -> None:
    write_rdf(SmallGraph(), {"store": tmp_path / "store.json", "nt": tmp_path / "graph.nt"}, ExportOptions())
    parsed = Store()
    parsed.bulk_load(path=tmp_path / "graph.nt", format=RdfFormat.N_TRIPLES)
    assert set(open_store(tmp_path)) == set(parsed)
    assert json.loads((tmp_path / "store.json").read_text())["triples"] == len(parsed)


def test_where_one_cannot_be_written_none_is(tmp_path: Path) -> None:
    paths = {"store": tmp_path / "store.json", "nt": tmp_path / "graph.nt"}
    with pytest.raises(UsageError, match="provenance"):
        write_rdf(SmallGraph(), paths, ExportOptions(provenance="much"))
    with pytest.raises(OutputError):
        write_rdf(SmallGraph(), {**paths, "ttl": tmp_path / "nowhere" / "graph.ttl"}, ExportOptions())
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_what_goes_wrong_while_a_part_is_loaded_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.export.store_folder._BYTES", 1000)
    monkeypatch.setattr("kg.export.store_folder._loaded", _full)
    with pytest.raises(OutputError):
        write_rdf(SmallGraph(), {"store": tmp_path / "store.json"}, ExportOptions())
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def _full(*_: Any) -> Iterator[None]:
    raise OSError(28, "No space left on device")
