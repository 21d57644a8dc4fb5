"""Recognition by patterns: reading texts into columns, scoring candidates, and the component."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import extraction
from kg.extraction.lexicon import TYPES, Kinds, Lexicon
from kg.extraction.patterns import PatternRecogniser, text_of
from kg.extraction.reading import Reader, Reading, Text
from kg.extraction.segments import SegmentModel, Template, marginals, templates
from kg.extraction.wordforms import SHAPES, shape, singular

WORDS = ["gizmo", "training", "search", "on", "zorb", "the", "vision", "model", "test"]
KINDS = Kinds(WORDS, ["ing"], ["gizmo training", "vision model"])
READER = Reader(Lexicon(KINDS, breaks=["the", "."], no_first=["of"], no_last=["of"]))


def text(words: str, *, title_end: int = 0, **values: object) -> Text:
    tokens = [word.replace("¶", "\n") for word in words.split(" ")]
    starts = [n == 0 or n == title_end or tokens[n - 1] == "." for n in range(len(tokens))]
    given = {
        "words": tokens,
        "spaced": [True] * len(tokens),
        "starts": starts,
        "title_end": title_end,
        "known": {},
        "shorts": [],
    }
    return Text(**(given | values))  # type: ignore[arg-type]


def candidates(reading: Reading) -> list[tuple[int, int]]:
    return list(zip(reading.firsts.tolist(), reading.ends.tolist(), strict=True))


def column(reading: Reading, kind: str) -> list[str]:
    """The names of a token column's values, without the rows for neighbours."""
    return [KINDS.names[kind][number] for number in reading.tokens[kind].tolist()[2:-2]]


def test_candidates_stay_between_breaks_and_within_sentences() -> None:
    reading = READER.read(text("gizmo of zorb the search . test"))
    assert candidates(reading) == [(0, 1), (0, 3), (2, 3), (4, 5), (6, 7)]


def test_candidates_have_a_longest_length() -> None:
    reading = READER.read(text(" ".join(["gizmo"] * 20)))
    assert max(end - first for first, end in candidates(reading)) == 12


def test_phrases_are_found_whatever_their_number_and_hyphens() -> None:
    reading = READER.read(text("Vision - models on gizmo training"))
    named = dict(zip(candidates(reading), reading.spans["phrase"].tolist(), strict=True))
    phrases = KINDS.names["phrase"]
    assert phrases[named[0, 3]] == "vision model"
    assert phrases[named[4, 6]] == "gizmo training"
    assert sum(number > 0 for number in named.values()) == 2


def test_places_tell_the_name_of_a_title_from_what_is_behind_it() -> None:
    reading = READER.read(text("FooNet : vision model ¶ gizmo . zorb", title_end=5))
    places = column(reading, "place")
    assert places[0] == "title name"
    assert places[2:4] == ["title behind name"] * 2
    assert places[5] == "first sentence"
    assert places[-1] == "abstract"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("FooBench , a large benchmark of zorb", "data"),
        ("FooNet ( Fully Open Oracle ) is a framework that", "method"),
        ("a model called FooNet on zorb", "model"),
        ("FooNet on zorb , a benchmark", ""),
    ],
)
def test_nouns_that_introduce_a_name_are_seen(words: str, what: str) -> None:
    reading = READER.read(text(words))
    tokens = words.split()
    place = next(n for n, word in enumerate(tokens) if word.startswith("Foo"))
    assert column(reading, "what")[place] == what


def test_what_a_name_is_holds_wherever_it_stands() -> None:
    reading = READER.read(text("FooBench : A Benchmark of Zorb ¶ on FooBench", title_end=7))
    assert column(reading, "told")[0] == column(reading, "told")[-1] == "data"


def test_vocabulary_and_abbreviations_mark_their_candidates() -> None:
    words = "gizmo training ( GT ) on zorb"
    reading = READER.read(text(words, known={(6, 7): 1}, shorts=[(3, 4, 0, 2)]))
    rows = dict(zip(candidates(reading), range(100), strict=False))
    assert KINDS.names["known"][reading.spans["known"][rows[6, 7]]] == TYPES[0]
    short = {pair: KINDS.names["short"][reading.spans["short"][row]] for pair, row in rows.items()}
    assert (short[3, 4], short[0, 2], short[0, 1]) == ("short form", "long form", "in long form")


def test_every_template_gives_numbers_that_it_can_name() -> None:
    reading = READER.read(text("FooNet : vision - model ¶ gizmo training ( GT ) on zorb", title_end=6))
    for template in templates(KINDS):
        keys = template.keys(reading)
        assert len(keys) == (len(reading.firsts) if template.place == "whole" else len(reading.breaks))
        for key in keys.tolist():
            assert 0 <= key < template.size
            assert template.key(template.text(key)) == key


def cuttings(reading: Reading) -> list[list[int]]:
    """All sets of candidates without overlap, by brute force."""
    pairs = candidates(reading)
    found = []
    for size in range(len(pairs) + 1):
        for rows in itertools.combinations(range(len(pairs)), size):
            chosen = sorted(pairs[row] for row in rows)
            if all(one[1] <= other[0] for one, other in itertools.pairwise(chosen)):
                found.append(list(rows))
    return found


@given(st.lists(st.floats(-3, 3), min_size=100, max_size=100))
def test_marginals_are_shares_in_all_ways_of_cutting_the_text(numbers: list[float]) -> None:
    reading = READER.read(text("gizmo training the zorb search model . test"))
    n = len(reading.firsts)
    scores = np.resize(np.array(numbers, dtype=np.float32), (n, len(TYPES)))
    shares, log_sum = marginals(reading, scores)
    weights = np.exp(scores.astype(float)).sum(axis=1)
    ways = [(float(np.prod(weights[rows])), rows) for rows in cuttings(reading)]
    total = sum(weight for weight, _ in ways)
    expected = [sum(weight for weight, rows in ways if row in rows) / total for row in range(n)]
    assert shares.sum(axis=1) == pytest.approx(expected, rel=1e-4)
    assert log_sum == pytest.approx(np.log(total), rel=1e-6)


def test_scores_add_up_the_weights_of_the_patterns_that_hold(tmp_path: Path) -> None:
    row = [25, 0, 0, 0, 0]
    stored = {
        "types": list(TYPES),
        "scale": 25,
        "never": {"inside": ["the"], "first": [], "last": []},
        "words": WORDS,
        "endings": [],
        "weights": {
            "first: word-1": {"on": row},
            "last: word0": {"training": row},
            "each: word0": {"gizmo": row},
            "pair: shape0 shape1 glued0": {"lower | lower | spaced": row},
            "whole: phrase": {"gizmo training": row},
            "a template of another version": {"x": row},
        },
    }
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(stored), encoding="utf-8")
    model = SegmentModel.load(path)
    reading = model.reader.read(text("the zorb on gizmo training"))
    scores = dict(zip(candidates(reading), model.scores(reading).tolist(), strict=True))
    assert scores[3, 5] == [5.0, 0, 0, 0, 0]
    assert scores[4, 5] == [1.0, 0, 0, 0, 0]
    assert scores[1, 2] == [0.0] * 5


NLP = extraction.load()
NLP.select_pipes(enable=["kg_sentences", "kg_links", "kg_abbreviations", "kg_vocabulary", "kg_patterns"])

SAMPLE = (
    "FooBench: A Benchmark for Visual Question Answering\n"
    "Large language models (LLMs) often fail at visual question answering. We introduce FooBench, a "
    "benchmark of 900 questions, and evaluate GPT-4o and Llama-3.1-8B on it. Our training method, "
    "KnowZorb, combines reinforcement learning with beam search and improves accuracy by 3%."
)


def likely(source: str) -> dict[str, str]:
    doc = NLP(source)
    return {
        doc[each.start : each.end].text: each.label
        for each in doc._.candidates
        if each.rule == "patterns" and each.score > 0.5
    }


def test_the_shipped_patterns_find_what_a_text_names() -> None:
    found = likely(SAMPLE)
    expected = {
        "FooBench": "DATASET",
        "LLMs": "MODEL",
        "GPT-4o": "MODEL",
        "Llama-3.1-8B": "MODEL",
        "KnowZorb": "METHOD",
        "reinforcement learning": "METHOD",
        "beam search": "METHOD",
        "visual question answering": "TASK",
        "accuracy": "METRIC",
    }
    assert {name: found.get(name) for name in expected} == expected
    assert not {"We", "it", "questions", "Our training method", "900"} & found.keys()


def test_reading_a_text_again_says_the_same() -> None:
    first, second = (
        [(each.start, each.end, each.label, each.score) for each in NLP(SAMPLE)._.candidates]
        for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("source", ["", "\n", "A Title\n", "x", "…\n…", "a " * 3000])
def test_odd_texts_are_read(source: str) -> None:
    for each in NLP(source)._.candidates:
        assert 0 <= each.start < each.end


def test_what_the_patterns_read_of_a_doc() -> None:
    doc = NLP(SAMPLE)
    read = text_of(doc)
    assert read.words == [token.text for token in doc]
    assert read.title_end == doc._.title_end
    assert [n for n, start in enumerate(read.starts) if start] == [sent.start for sent in doc.sents]
    assert ("beam", "search") in {tuple(read.words[a:b]) for a, b in read.known}
    assert [read.words[a:b] for a, b, _, _ in read.shorts] == [["LLMs"]]


def test_other_weights_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    never: dict[str, list[str]] = {"inside": [], "first": [], "last": []}
    stored = {"types": list(TYPES), "scale": 1, "never": never, "words": [], "endings": [], "weights": {}}
    path.write_text(json.dumps(stored), encoding="utf-8")
    doc = NLP.make_doc("zorb")
    PatternRecogniser(NLP, "kg_patterns", str(path), 0.0)(doc)
    # Five types and "none" are equally likely where nothing is known.
    assert [round(each.score, 3) for each in doc._.candidates] == [round(1 / 6, 3)] * 5


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("model", "lower"),
        ("GPT-4o", "name-1"),
        ("τ", "l"),
        ("3D", "DIGIT1"),
        ("95.2%", "number"),
        ("½", "sign"),
    ],
)
def test_shapes(word: str, name: str) -> None:
    assert SHAPES[shape(word)] == name


def test_singulars_leave_singulars_alone() -> None:
    for word in ("analysis", "bias", "loss", "status", "gas", "s", "", "physics", "lens"):
        assert singular(word) == word


def test_templates_refuse_fillings_of_other_kinds() -> None:
    template = Template("first", "shape0 shape-1", KINDS)
    assert template.text(template.key("CAPS | lower")) == "CAPS | lower"
    with pytest.raises(KeyError):
        template.key("CAPS | no shape")
