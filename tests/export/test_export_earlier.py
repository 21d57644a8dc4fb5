"""Exports made of those of an earlier graph: the same bytes as from nothing, and nothing doubtful taken."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from growing import OPTIONS, listing, papers, source
from hypothesis import given
from hypothesis import strategies as st
from small_graph import EDGES, ENTITIES, PAPERS, RESULTS

import kg
from kg.build import build
from kg.export import EXPORTERS, ExportOptions
from kg.export.base import Exporter, update
from kg.export.earlier import EarlierExports, Unusable, code
from kg.export.splice import Splice
from kg.export.writing import write_exports
from kg.files import sha256_of
from kg.graph import write_tables
from kg.linking import Linked
from kg.records import Paper, Redirect, Support
from kg.store import open_store

#: Exports that can be made of an earlier graph's.
UPDATED = [name for name, exporter in EXPORTERS.items() if exporter.updater]
DEFAULT = ExportOptions()


def graph(folder: Path, **changes: Any) -> Path:
    """A folder with the tables of the small graph, some of its records changed."""
    records = {"entities": ENTITIES, "edges": EDGES, "results": RESULTS, **changes}
    all_papers: tuple[Paper, ...] = records.pop("papers", PAPERS)
    redirects = (Redirect(node="dataset/nestbench", id="dataset/nest-bench"),)
    write_tables(
        folder,
        papers=all_papers,
        extractions=(),
        linked=Linked(**{"redirects": redirects, **records}),
    )
    return folder


def changed() -> dict[str, Any]:
    """Another graph: a paper less, one more, one with another title, and what goes with it."""
    lost, retold = PAPERS[0], PAPERS[1]
    new = Paper(
        id="2505.00012", title="A jay's \u2028 view", abstract="Jays use ChirpSet.", date="2025-05-02"
    )
    edges = [
        replace(edge, support=1, evidence=edge.evidence[:1]) for edge in EDGES if lost.id not in str(edge)
    ]
    said = Support(paper=new.id, start=25, end=43, rule="test", score=0.5, quote="Jays use ChirpSet.")
    edges.append(
        replace(edges[0], source=f"paper/{new.id}", target="dataset/chirpset", kind="uses", evidence=(said,))
    )
    return {
        "papers": (*PAPERS[2:], replace(retold, title="ChirpSet, told anew"), new),
        "entities": tuple(replace(entity, papers=entity.papers + 1) for entity in ENTITIES[::2])
        + ENTITIES[1::2],
        "edges": tuple(sorted(edges, key=lambda edge: (edge.source, edge.kind, edge.target))),
        "results": tuple(row for row in RESULTS if row.paper != lost.id),
        "redirects": (),
    }


def with_exports(folder: Path) -> EarlierExports:
    """All exports of a graph, made from nothing."""
    list(write_exports(UPDATED, folder, options=DEFAULT))
    return EarlierExports(folder, {path.name: sha256_of(path) for path in folder.iterdir() if path.is_file()})


def updated(
    name: str, folder: Path, earlier: EarlierExports, path: Path, options: ExportOptions = DEFAULT
) -> bool:
    """Make an export of an earlier graph's; whether that could be done."""
    return name in update(EXPORTERS[name].updater, folder, earlier, {name: path}, options=options)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[EarlierExports, EarlierExports]:
    """Two graphs with their exports."""
    folder = tmp_path_factory.mktemp("graphs")
    return with_exports(graph(folder / "one")), with_exports(graph(folder / "other", **changed()))


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("name", UPDATED)
def test_an_export_made_of_an_earlier_one_is_that_made_from_nothing(
    name: str, backwards: bool, both: tuple[EarlierExports, EarlierExports], tmp_path: Path
) -> None:
    before, after = reversed(both) if backwards else both
    exporter = EXPORTERS[name]
    path = tmp_path / exporter.filename
    assert updated(name, after.folder, before, path)
    assert path.read_bytes() == (after.folder / exporter.filename).read_bytes()
    if name == "store":
        assert {*open_store(tmp_path)} == {*open_store(after.folder)}


@pytest.mark.parametrize("name", UPDATED)
def test_of_the_same_graph_it_is_the_same(
    name: str, both: tuple[EarlierExports, EarlierExports], tmp_path: Path
) -> None:
    path = tmp_path / EXPORTERS[name].filename
    assert updated(name, both[0].folder, both[0], path)
    assert path.read_bytes() == (both[0].folder / path.name).read_bytes()


@pytest.mark.parametrize("provenance", ["none", "statement"])
def test_the_options_are_minded(provenance: str, tmp_path: Path) -> None:
    options = ExportOptions(provenance=provenance, abstracts=False, base="https://e.org/")
    before, after = graph(tmp_path / "before"), graph(tmp_path / "after", **changed())
    for folder in (before, after):
        list(write_exports(["ttl"], folder, options=options))
    earlier = EarlierExports(before, {"graph.ttl": sha256_of(before / "graph.ttl")})
    assert updated("ttl", after, earlier, tmp_path / "graph.ttl", options)
    assert (tmp_path / "graph.ttl").read_bytes() == (after / "graph.ttl").read_bytes()


# ---------------------------------------------------------------- what is in doubt is not used


@dataclass
class Told:
    """What a manifest says."""

    files: dict[str, str]
    kg: str = kg.__version__
    code: str = field(default_factory=code)
    options: dict[str, Any] = field(default_factory=lambda: {"export": asdict(DEFAULT)})


def test_another_version_other_code_other_options_or_other_tables_are_no_basis(tmp_path: Path) -> None:
    folder = graph(tmp_path)
    files = {f"tables/{path.name}": sha256_of(path) for path in (folder / "tables").iterdir()}
    assert EarlierExports.of(folder, Told(files), DEFAULT) is not None
    assert EarlierExports.of(folder, Told(files, kg="0"), DEFAULT) is None
    assert EarlierExports.of(folder, Told(files, code="0"), DEFAULT) is None
    assert EarlierExports.of(folder, Told(files), ExportOptions(provenance="none")) is None
    assert EarlierExports.of(folder, Told({}), DEFAULT) is None
    with (folder / "tables" / "papers.parquet").open("ab") as table:
        table.write(b"!")
    assert EarlierExports.of(folder, Told(files), DEFAULT) is None


@pytest.mark.parametrize("name", UPDATED)
def test_an_export_that_somebody_changed_is_no_basis(
    name: str, both: tuple[EarlierExports, EarlierExports], tmp_path: Path
) -> None:
    exporter, (before, after) = EXPORTERS[name], both
    other = EarlierExports(before.folder, {**before.files, exporter.filename: "0"})
    assert not updated(name, after.folder, other, tmp_path / exporter.filename)
    assert not updated(name, after.folder, replace(other, files={}), tmp_path / "x")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("workers", [1, 2])
def test_what_cannot_be_made_of_earlier_ones_is_made_from_nothing(
    workers: int, both: tuple[EarlierExports, EarlierExports], tmp_path: Path
) -> None:
    before, after = both
    doubtful = EarlierExports(before.folder, {**before.files, "graph.ttl": "0", "graph.graphml": "0"})
    folder = graph(tmp_path, **changed())
    names = ("ttl", "nt", "graphml")
    done = list(write_exports(names, folder, options=DEFAULT, workers=workers, earlier=doubtful))
    assert sorted(done) == sorted(names)
    for name in names:
        path = EXPORTERS[name].filename
        assert (folder / path).read_bytes() == (after.folder / path).read_bytes()


def test_a_compressed_file_is_made_anew(both: tuple[EarlierExports, EarlierExports], tmp_path: Path) -> None:
    options = ExportOptions(compress=True)
    assert not updated("nt", both[1].folder, both[0], tmp_path / "graph.nt.gz", options)


def test_where_much_has_changed_all_is_made_anew(
    both: tuple[EarlierExports, EarlierExports], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.export.rdf_change._FEW", 0)
    for name in ("ttl", "store"):
        path = tmp_path / EXPORTERS[name].filename
        assert not updated(name, both[1].folder, both[0], path)
    assert not list(tmp_path.rglob("*.*"))


# ---------------------------------------------------------------- in a build


def test_a_build_into_a_graph_goes_on_from_its_exports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = replace(OPTIONS, only=tuple(UPDATED))
    first, second = (source(tmp_path / f"{n}.jsonl", papers(n, n + 12)) for n in (0, 8))
    build([first, second], tmp_path / "at-once", options=options)
    build([first], tmp_path / "grown", options=options)

    def anew(self: Exporter, *_: Any, **__: Any) -> None:
        raise AssertionError(f"{self.filename} was made anew")

    monkeypatch.setattr(Exporter, "write", anew)
    build([second], tmp_path / "grown", options=options)
    assert _files(tmp_path / "grown") == _files(tmp_path / "at-once")
    assert {*open_store(tmp_path / "grown")} == {*open_store(tmp_path / "at-once")}


def _files(folder: Path) -> dict[str, bytes]:
    """All files but the store's own, which differ from one time to the next."""
    return {name: held for name, held in listing(folder).items() if not name.startswith("store/")}


def _killed(folder: Path, earlier: EarlierExports, path: Path) -> None:
    import kg.export.rdf_update

    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    vars(kg.export.rdf_update)["tail"] = die
    updated("store", folder, earlier, path)


def test_killed_in_the_middle_it_leaves_the_earlier_store_as_it_was(
    both: tuple[EarlierExports, EarlierExports], tmp_path: Path
) -> None:
    before, after = both
    context = multiprocessing.get_context("spawn")
    files = {path: sha256_of(path) for path in (before.folder / "store").rglob("*.sst")}
    child = context.Process(target=_killed, args=(after.folder, before, tmp_path / "store.json"))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert not (tmp_path / "store.json").exists()
    assert files == {path: sha256_of(path) for path in (before.folder / "store").rglob("*.sst")}
    assert updated("store", after.folder, before, tmp_path / "store.json")
    assert {*open_store(tmp_path)} == {*open_store(after.folder)}


# ---------------------------------------------------------------- splicing


@given(
    st.dictionaries(st.integers(0, 9), st.integers(0, 2)),
    st.dictionaries(st.integers(0, 9), st.integers(0, 2)),
)
def test_any_lines_become_any_others(old: dict[int, int], new: dict[int, int]) -> None:
    def written(rows: dict[int, int]) -> bytes:
        return b"head\n" + b"".join(b"%d: %d\n" % (key, rows[key]) for key in sorted(rows)) + b"end\n"

    out = io.BytesIO()
    splice = Splice(written(old), out)
    for key in sorted({*old, *new}):
        if old.get(key) == new.get(key):
            splice.kept(b"%d: " % key)
            continue
        if key in old:
            splice.gone(b"%d: " % key)
        if key in new:
            splice.fresh(b"%d: %d\n" % (key, new[key]))
    splice.kept(b"end")
    splice.end()
    assert out.getvalue() == written(new)


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(Unusable):
        Splice(b"a\nb\n", io.BytesIO()).gone(b"c")
