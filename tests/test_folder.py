"""A folder changes all at once, and one process at a time may change it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg import folder as module
from kg.errors import OutputError
from kg.folder import current, writing


def fill(folder: Path, *, commit: bool = True, **files: str) -> None:
    with writing(folder) as place:
        for name, text in files.items():
            (place.draft / name).write_text(text, encoding="utf-8")
        if commit:
            place.commit()


def listing(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_is_committed_is_there_and_nothing_else(tmp_path: Path) -> None:
    fill(tmp_path / "deep" / "graph", a="1", b="2")
    assert listing(tmp_path) == {"deep/graph/a": "1", "deep/graph/b": "2"}


def test_what_is_not_committed_leaves_no_trace_not_even_a_folder(tmp_path: Path) -> None:
    fill(tmp_path / "deep" / "graph", commit=False, a="1")
    assert list(tmp_path.iterdir()) == []
    fill(tmp_path / "graph", a="1")
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "graph") as place:
        (place.draft / "a").write_text("2", encoding="utf-8")
        raise ZeroDivisionError
    assert listing(tmp_path) == {"graph/a": "1"}


def test_obsolete_files_go_and_those_with_a_successor_stay(tmp_path: Path) -> None:
    fill(tmp_path, a="1", b="1")
    (tmp_path / "mine").write_text("left alone", encoding="utf-8")
    with writing(tmp_path) as place:
        (place.draft / "a").write_text("2", encoding="utf-8")
        place.commit(obsolete=["a", "b", "never there"])
    assert listing(tmp_path) == {"a": "2", "mine": "left alone"}


def test_what_was_kept_is_there_for_the_next_until_one_commits(tmp_path: Path) -> None:
    for commit in (False, True):
        with writing(tmp_path) as place:
            assert (place.kept / "part").exists() is commit
            place.kept.mkdir(exist_ok=True)
            (place.kept / "part").write_text("x", encoding="utf-8")
            if commit:
                place.commit()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moved", range(4))
def test_a_commit_that_was_cut_short_is_read_whole_and_ended_by_the_next_writer(
    tmp_path: Path, moved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, a="1", b="1", gone="1", **{"manifest.json": "1"})
    replace, left = Path.replace, moved

    def cut(self: Path, target: Path) -> Path:
        nonlocal left
        if left == 0:
            raise OSError(5, "cut short")
        left -= 1
        return replace(self, target)

    with pytest.raises(OutputError, match="cut short"), writing(tmp_path) as place:
        for name in ("a", "b", "manifest.json"):
            (place.draft / name).write_text("2", encoding="utf-8")
        monkeypatch.setattr(Path, "replace", cut)
        place.commit(obsolete=["gone"])
        if moved == 3:
            raise OSError(5, "cut short")
    monkeypatch.undo()
    found = {name: current(tmp_path, name).read_text() for name in ("a", "b", "manifest.json")}
    assert set(found.values()) == {"2"}
    fill(tmp_path, commit=False)
    assert listing(tmp_path) == {"a": "2", "b": "2", "manifest.json": "2"}


def test_a_second_writer_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(OutputError, match=rf"process {os.getpid()}, started 20"):
        fill(tmp_path, a="1")
    fill(tmp_path, a="1")
    assert listing(tmp_path) == {"a": "1"}


def test_a_writer_that_was_killed_stands_in_nobodys_way(tmp_path: Path) -> None:
    program = (
        "import os, signal, pathlib\n"
        "from kg.folder import writing\n"
        f"with writing(pathlib.Path({str(tmp_path)!r})) as place:\n"
        "    (place.draft / 'a').write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", program], check=False, cwd=Path(module.__file__).parent.parent
    )
    assert died.returncode < 0 and (tmp_path / ".kg" / "lock").exists()
    fill(tmp_path, b="1")
    assert listing(tmp_path) == {"b": "1"}


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "graph").write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError, match="graph: cannot be written"):
        fill(tmp_path / "graph", a="1")
    assert listing(tmp_path) == {"graph": "in the way"}
