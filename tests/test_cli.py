"""The command line: every command has help and an example, and a user's mistake is one clear line."""

from __future__ import annotations

import bz2
import gzip
import json
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kg.cli import COMMANDS, main
from kg.export import EXPORTERS
from kg.sources import READERS

GOOD = {
    "id": "2501.00001",
    "title": "TinyNet: a small model",
    "abstract": "We propose TinyNet for image classification.",
}


def run(*arguments: str, text: str | bytes | None = None) -> Result:
    """Run a command; a traceback fails the test at once."""
    result = CliRunner().invoke(main, [*arguments], input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def one_line(result: Result) -> str:
    """What the command says of a mistake: one line, that names kg."""
    lines = [line for line in result.stderr.splitlines() if line.startswith("kg: ")]
    assert len(lines) == 1, result.stderr
    return lines[0]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of one paper."""
    folder = tmp_path_factory.mktemp("graph")
    source = folder / "one.jsonl"
    source.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    assert run("build", str(source), "-o", str(folder / "out"), "-q").exit_code == 0
    return folder / "out"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_and_an_example(name: str) -> None:
    text = run(name, "--help").output
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert f"kg {name}" in re.split("Examples?:", text)[1]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help or parameter.name == "help", f"kg {name} {parameter.opts[0]} has no help"


def test_a_build_tells_what_it_found_and_what_to_open(tmp_path: Path) -> None:
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    result = run("build", str(source), "-o", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "papers" in result.stdout and "abstracts a second" in result.stdout
    assert f"Open {tmp_path / 'out' / 'graph.html'}" in result.stdout


def test_extract_writes_a_line_a_paper_without_nodes(tmp_path: Path) -> None:
    result = run("extract", "-", "-q", text=json.dumps(GOOD) + "\n")
    assert result.exit_code == 0, result.stderr
    (line,) = result.stdout.splitlines()
    said = json.loads(line)
    assert (said["id"], said["title"]) == (GOOD["id"], GOOD["title"])
    names = [entity["name"] for entity in said["entities"]]
    assert "TinyNet" in names
    assert not any("node" in entity for entity in said["entities"])


def test_eval_links_gold_entities_without_seeing_their_names(tmp_path: Path) -> None:
    entity = {"type": "METHOD", "role": "uses"}
    texts = {"a": "We use low-rank adaptation (LoRA).", "b": "LoRA helps.", "c": "We use beam search."}
    surfaces = {"a": ["low-rank adaptation", "LoRA"], "b": ["LoRA"], "c": ["beam search"]}
    names = {"a": "first", "b": "first", "c": "second"}
    gold = [{"id": k, "entities": [{**entity, "name": names[k], "surfaces": surfaces[k]}]} for k in texts]
    papers = [{"id": k, "title": f"Paper {k}", "abstract": text} for k, text in texts.items()]
    for name, records in (("gold.jsonl", gold), ("papers.jsonl", papers)):
        (tmp_path / name).write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    result = run(
        "eval", str(tmp_path / "gold.jsonl"), str(tmp_path / "papers.jsonl"), "--linking-only", "--json", "-q"
    )
    assert json.loads(result.stdout) == {
        "linking": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "gold": 1, "predicted": 1}
    }


def test_stats_show_and_open(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "papers" in run("stats", "--graph", str(graph)).stdout
    assert "TinyNet" in run("show", "tinynet", "--graph", str(graph)).stdout
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert run("open", "--graph", str(graph)).exit_code == 0
    assert opened == [(graph / "graph.html").resolve().as_uri()]


def test_eval_scores_a_file_against_itself(tmp_path: Path) -> None:
    gold = {
        "id": "a",
        "entities": [{"name": "TinyNet", "type": "MODEL", "role": "proposes", "surfaces": ["TinyNet"]}],
    }
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(gold) + "\n", encoding="utf-8")
    result = run("eval", str(file), str(file), "--json")
    assert json.loads(result.stdout)["entities"]["f1"] == 1.0


def test_eval_extracts_from_a_source(tmp_path: Path) -> None:
    gold = {
        "id": GOOD["id"],
        "entities": [{"name": "TinyNet", "type": "MODEL", "role": "proposes", "surfaces": ["TinyNet"]}],
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    (tmp_path / "papers.jsonl").write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    result = run("eval", str(tmp_path / "gold.jsonl"), str(tmp_path / "papers.jsonl"), "--json", "-q")
    assert json.loads(result.stdout)["untyped"]["recall"] == 1.0


def test_eval_prints_how_far_scores_can_be_taken_at_their_word(tmp_path: Path) -> None:
    gold = {
        "id": "a",
        "entities": [
            {"name": "TinyNet", "type": "MODEL", "role": "uses", "surfaces": ["TinyNet"], "score": 0.83}
        ],
    }
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(gold) + "\n", encoding="utf-8")
    table = json.loads(run("eval", str(file), str(file), "--reliability", "--json").stdout)["reliability"]
    assert table["entities"]["bins"][8] == {"from": 0.8, "stated": 0.83, "right": 1.0, "count": 1}
    shown = run("eval", str(file), str(file), "--reliability").stdout
    assert all(name in shown for name in ("entities:", "roles:", "relations:", "results:", "0.8 to 0.9"))


def test_a_decision_is_written_and_counts_in_the_next_build(tmp_path: Path) -> None:
    abstract = "We compare ZorbNet with GlimNet on ImageNet. ZorbNet and GlimNet are neural networks."
    (tmp_path / "one.jsonl").write_text(json.dumps({**GOOD, "abstract": abstract}) + "\n", encoding="utf-8")
    file = tmp_path / "decisions.tsv"
    assert run("same", "ZorbNet", "GlimNet", "--decisions", str(file)).exit_code == 0
    build = ["build", str(tmp_path / "one.jsonl"), "-q", "--only", "tables", "-o"]
    assert run(*build, str(tmp_path / "apart")).exit_code == 0
    assert run(*build, str(tmp_path / "joined"), "--decisions", str(file)).exit_code == 0
    assert "GlimNet" not in run("why", "ZorbNet", "--graph", str(tmp_path / "apart")).stdout
    assert "GlimNet" in run("why", "ZorbNet", "--graph", str(tmp_path / "joined")).stdout
    assert "same" in run("merges", "ZorbNet", "--graph", str(tmp_path / "joined")).stdout
    assert run("different", "ZorbNet", "GlimNet", "--decisions", str(file)).exit_code == 0
    assert run(*build, str(tmp_path / "again"), "--decisions", str(file)).exit_code == 0
    assert "GlimNet" not in run("why", "ZorbNet", "--graph", str(tmp_path / "again")).stdout


def test_a_line_that_is_no_decision_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    (tmp_path / "decisions.tsv").write_text("perhaps\tA\tB\n", encoding="utf-8")
    result = run(
        "build",
        str(tmp_path / "one.jsonl"),
        "-o",
        str(tmp_path / "out"),
        "--decisions",
        str(tmp_path / "decisions.tsv"),
    )
    assert result.exit_code == 2
    assert "decisions.tsv:1" in one_line(result)


# ---------------------------------------------------------------- mistakes


def broken_records(folder: Path) -> dict[str, bytes]:
    """Files with one good record and one thing wrong, by what their line must say."""
    good = json.dumps(GOOD).encode() + b"\n"
    other = json.dumps({**GOOD, "id": "b", "title": "Other", "abstract": "Other text."}).encode() + b"\n"
    titled = json.dumps({"id": "c", "title": ["a", "list"], "abstract": "x"}).encode() + b"\n"
    long = json.dumps({"id": "d", "title": "Long", "abstract": "word " * 1_000_000}).encode() + b"\n"
    packed = gzip.compress((good + other) * 1 + b" " * 100_000)
    return {
        "invalid.jsonl|:3": good + other + b'{"id": "c", "title\n',
        "title.jsonl|:2": good + titled,
        "long.jsonl|:2": good + long,
        "cut.jsonl.gz|cut.jsonl.gz": packed[: len(packed) - 20],
        "cut.jsonl.bz2|cut.jsonl.bz2": bz2.compress(good + other + os_random())[:-30],
    }


def os_random() -> bytes:
    """Bytes that compress badly, so that a cut falls behind the good records."""
    import random

    return b"".join(
        json.dumps({"id": f"r{n}", "title": f"T{n}", "abstract": str(random.Random(n).random())}).encode()
        + b"\n"
        for n in range(60_000)
    )


@pytest.mark.parametrize(
    "case", ["invalid.jsonl|:3", "title.jsonl|:2", "long.jsonl|:2", "cut.jsonl.gz|cut.jsonl.gz"]
)
def test_a_bad_record_is_named_and_the_good_ones_are_kept(case: str, tmp_path: Path) -> None:
    name, where = case.split("|")
    (tmp_path / name).write_bytes(broken_records(tmp_path)[case])
    result = run("build", str(tmp_path / name), "-o", str(tmp_path / "out"), "-q", "--only", "tables")
    assert result.exit_code == 1
    line = one_line(result)
    assert name in line and where in line and ";" in line, line
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"]["papers"] >= 1 and len(manifest["problems"]) == 1


def test_strict_stops_at_the_first_bad_record(tmp_path: Path) -> None:
    source = tmp_path / "bad.jsonl"
    source.write_text("{nonsense\n" + json.dumps(GOOD) + "\n", encoding="utf-8")
    result = run("build", str(source), "-o", str(tmp_path / "out"), "-q", "--strict")
    assert result.exit_code == 1
    assert "bad.jsonl:1" in one_line(result)
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_two_sources_with_one_id_and_different_texts(tmp_path: Path) -> None:
    for name, abstract in (
        ("a.jsonl", "One text about TinyNet."),
        ("b.jsonl", "Another text about TinyNet, longer."),
    ):
        (tmp_path / name).write_text(json.dumps({**GOOD, "abstract": abstract}) + "\n", encoding="utf-8")
    result = run(
        "build", str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), "-o", str(tmp_path / "out"), "-q",
        "--only", "tables",
    )  # fmt: skip
    assert result.exit_code == 1
    assert GOOD["id"] in one_line(result)


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.jsonl", b""), ("binary.jsonl", bytes(range(256)) * 8), ("binary.txt", b"\x00\x01\xff" * 99)],
)
def test_a_file_that_holds_no_papers(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    result = run("build", str(tmp_path / name), "-o", str(tmp_path / "out"), "-q")
    assert result.exit_code == 2
    assert name in one_line(result)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run("build", str(tmp_path / "no-such.jsonl"), "-o", str(tmp_path / "out"), "-q")
    assert result.exit_code == 2
    assert "no-such.jsonl" in one_line(result)


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    (tmp_path / "file").write_text("")
    result = run("build", str(source), "-o", str(tmp_path / "file" / "out"), "-q")
    assert result.exit_code == 2
    assert "cannot be written" in one_line(result)


def test_a_folder_without_a_graph(tmp_path: Path) -> None:
    for command in (["stats"], ["show", "x"], ["open"], ["query", "datasets-by-papers"]):
        result = run(*command, "--graph", str(tmp_path))
        assert result.exit_code == 2, command
        assert str(tmp_path) in one_line(result)


def test_a_name_that_no_node_has(graph: Path) -> None:
    result = run("show", "no such thing", "--graph", str(graph))
    assert result.exit_code == 2
    assert "no such thing" in one_line(result)


def test_a_vocabulary_that_is_no_turtle(tmp_path: Path) -> None:
    source, vocabulary = tmp_path / "one.jsonl", tmp_path / "mine.ttl"
    source.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    vocabulary.write_text("this is no Turtle\n", encoding="utf-8")
    result = run("build", str(source), "-o", str(tmp_path / "out"), "-q", "--vocabulary", str(vocabulary))
    assert result.exit_code == 2
    assert "mine.ttl:1" in one_line(result)


def test_a_user_vocabulary_names_what_the_shipped_ones_do_not(tmp_path: Path) -> None:
    vocabulary = tmp_path / "mine.ttl"
    vocabulary.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix kg: <https://kg.example/ontology#> .\n"
        '<https://example.org/zorbing> a skos:Concept, kg:Method ; skos:prefLabel "zorbing"@en .\n',
        encoding="utf-8",
    )
    paper = (
        json.dumps({"id": "z", "title": "On motion", "abstract": "We study how zorbing rolls down hills."})
        + "\n"
    )
    result = run("extract", "-", "-q", "--vocabulary", str(vocabulary), text=paper)
    found = {entity["name"]: entity["type"] for entity in json.loads(result.stdout)["entities"]}
    assert found.get("zorbing") == "METHOD"


# ---------------------------------------------------------------- documentation


README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_readme_names_every_command(name: str) -> None:
    assert f"`kg {name}" in README


def test_the_readme_names_every_export_and_format() -> None:
    for exporter in EXPORTERS.values():
        assert f"`{exporter.filename}`" in README
    for name in [*EXPORTERS, *READERS]:
        assert f"`{name}`" in README


def test_continuous_integration_runs_the_readmes_two_commands() -> None:
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    script = (Path(__file__).parent.parent / ".ci" / "run").read_text(encoding="utf-8")
    assert len(commands) == 2
    for command in commands:
        assert command in script


def test_a_component_can_be_left_out_and_must_be_one(tmp_path: Path) -> None:
    line = json.dumps({**GOOD, "abstract": "Our code is at https://github.com/tiny/net."}) + "\n"
    said = json.loads(run("extract", "-", "-q", "--without", "kg_links", text=line).stdout)
    assert said["links"] == []
    result = run("extract", "-", "-q", "--without", "kg_nonsense", text=line)
    assert result.exit_code == 2
    assert "kg_nonsense" in one_line(result) and "kg_links" in one_line(result)


def test_extract_leaves_out_what_is_less_sure(tmp_path: Path) -> None:
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    everything = json.loads(run("extract", str(source), "-q").stdout)
    certain = json.loads(run("extract", str(source), "-q", "--min-score", "1").stdout)
    assert everything["entities"] and not certain["entities"]


def test_extract_explains_a_paper_and_writes_it_as_a_page(tmp_path: Path) -> None:
    source, page = tmp_path / "one.jsonl", tmp_path / "one.html"
    source.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    told = run("extract", str(source), "-q", "--explain", GOOD["id"], "--displacy", str(page))
    assert "TinyNet" in told.stdout and "kg_patterns" in told.stdout
    assert "TinyNet" in page.read_text(encoding="utf-8")


def test_extract_names_papers_like_the_one_it_cannot_find(tmp_path: Path) -> None:
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    missed = run("extract", str(source), "-q", "--explain", "2501.0001")
    assert missed.exit_code == 2
    assert GOOD["id"] in one_line(missed)
    assert run("extract", str(source), "--displacy", str(tmp_path / "x.html")).exit_code == 2
