"""From mentions to entities: grouping, types and names."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc, Span

from kg import extraction
from kg.extraction.entities import MOST_FORMS, EntityGrouper, known_acronyms, words_of
from kg.extraction.naming import written
from kg.extraction.sameness import Form, features, fit, pairs, stem, stems
from kg.vocabulary import Concept, Vocabulary

NLP = extraction.load()
NLP.select_pipes(enable=["kg_sentences", "kg_abbreviations"])
GROUPER = EntityGrouper(None, "kg_entities")


def grouped(text: str, *mentions: str, title: str = "A Title", type_: str = "METHOD") -> Doc:
    """A doc in which every place of each mention ("TYPE:words" or words) is one; the longest first."""
    doc = NLP(f"{title}\n{text}")
    taken: set[int] = set()
    spans = []
    for mention in sorted(mentions, key=len, reverse=True):
        label, _, words = mention.rpartition(":")
        place = doc.text.find(words)
        while place >= 0:
            span = doc.char_span(place, place + len(words), label=label or type_)
            if span is not None and taken.isdisjoint(range(span.start, span.end)):
                taken |= set(range(span.start, span.end))
                span._.rule, span._.score = "patterns", 0.9
                spans.append(span)
            place = doc.text.find(words, place + 1)
    doc.spans["mentions"] = sorted(spans, key=lambda span: span.start)
    return GROUPER(doc)


def surfaces(doc: Doc) -> list[list[str]]:
    return [sorted({span.text for span in entity.spans}) for entity in doc._.entities]


def test_case_number_and_hyphens_make_no_difference() -> None:
    doc = grouped(
        "Gizmo-search helps. The gizmo search beats gizmo searches.",
        "Gizmo-search",
        "gizmo search",
        "gizmo searches",
    )
    assert surfaces(doc) == [["Gizmo-search", "gizmo search", "gizmo searches"]]


def test_a_short_form_is_the_same_as_its_long_form() -> None:
    doc = grouped("We study sparse gizmo training (SGT). SGT helps.", "sparse gizmo training", "SGT")
    assert surfaces(doc) == [["SGT", "sparse gizmo training"]]
    assert doc._.entities[0].name == "sparse gizmo training"


def test_short_forms_are_spelt_out_within_other_names() -> None:
    doc = grouped(
        "Gizmo field models (GFMs) win. A tiny GFM and a tiny gizmo field model lose.",
        "Gizmo field models",
        "GFMs",
        "tiny GFM",
        "tiny gizmo field model",
        type_="MODEL",
    )
    assert ["tiny GFM", "tiny gizmo field model"] in surfaces(doc)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Foogle 2", "Foogle 3"), ("Foogle-7B", "Foogle-13B"), ("FooNet", "FooNet3"), ("FooBERT", "AlFooBERT")],
)
def test_versions_sizes_and_look_alikes_stay_apart(one: str, other: str) -> None:
    doc = grouped(f"We compare {one} with {other} on it.", one, other, type_="MODEL")
    assert surfaces(doc) == [[one], [other]]


def test_what_a_vocabulary_knows_as_different_is_never_joined() -> None:
    doc = NLP("A Title\nSparse gizmo models beat gizmo models; gizmo models lose.")
    spans = []
    for first, end, concept in ((3, 6, "x:sparse"), (7, 9, "x:gizmo"), (10, 12, "x:gizmo")):
        span = Span(doc, first, end, label="MODEL", span_id=concept)
        span._.score = 0.9
        spans.append(span)
    doc.spans["mentions"] = spans
    assert [len(entity.spans) for entity in GROUPER(doc)._.entities] == [1, 2]
    for span in spans[1:]:
        span.id_ = "x:sparse"
    doc.spans["mentions"] = spans
    assert [len(entity.spans) for entity in GROUPER(doc)._.entities] == [3]


def test_the_type_is_what_most_of_the_score_speaks_for() -> None:
    doc = grouped("Use zorb search. The zorb search wins.", "TASK:Use zorb search", "zorb search")
    doc.spans["mentions"] = []
    spans = [Span(doc, 4, 6, label="TASK"), Span(doc, 8, 10, label="METHOD")]
    for span, score in zip(spans, (0.5, 0.8), strict=True):
        span._.score, span._.rule = score, f"rule {score}"
    doc.spans["mentions"] = spans
    (entity,) = GROUPER(doc)._.entities
    assert (entity.type, entity.rule, entity.score) == ("METHOD", "rule 0.8", 0.8)


def test_entities_are_in_text_order_and_an_empty_text_has_none() -> None:
    text = "Zorb search meets Aardvark gauging, then zorb search."
    doc = grouped(text, "Zorb search", "zorb search", "Aardvark gauging")
    assert [entity.name for entity in doc._.entities] == ["zorb search", "Aardvark gauging"]
    assert GROUPER(NLP(""))._.entities == []


def test_a_text_of_very_many_names_groups_the_same_words_alone() -> None:
    words = [f"gizmo{number} search" for number in range(MOST_FORMS + 1)]
    doc = NLP("A Title\n" + " ".join([*words, words[0]]))
    places = range(3, len(doc), 2)
    spans = [Span(doc, place, place + 2, label="TASK") for place in places]
    for span in spans:
        span._.score = 0.9
    doc.spans["mentions"] = spans
    counts = [len(entity.spans) for entity in GROUPER(doc)._.entities]
    assert (len(counts), max(counts)) == (MOST_FORMS + 1, 2)


@pytest.mark.parametrize(
    ("text", "mentions", "title", "type_", "name"),
    [
        ("We use Large Gizmo Models.", ("Large Gizmo Models",), "A Title", "MODEL", "large Gizmo model"),
        ("It helps.", ("Semantic Reasoning",), "Semantic Reasoning", "TASK", "semantic reasoning"),
        ("We propose FooGIZ, which wins.", ("FooGIZ",), "A Title", "METHOD", "FooGIZ"),
        ("All CNNs win.", ("CNNs",), "A Title", "METHOD", "CNN"),
        ("We test on Common Zebras.", ("Common Zebras",), "A Title", "DATASET", "Common Zebras"),
        ("We use Bayesian Networks.", ("Bayesian Networks",), "A Title", "MODEL", "Bayesian network"),
        (
            "We propose Sparse Alignment Training (SAT).",
            ("Sparse Alignment Training", "SAT"),
            "SAT: Learning by Halves",
            "METHOD",
            "SAT",
        ),
    ],
)
def test_names_follow_the_guidelines(
    text: str, mentions: tuple[str, ...], title: str, type_: str, name: str
) -> None:
    doc = grouped(text, *mentions, title=title, type_=type_)
    assert [entity.name for entity in doc._.entities] == [name]


def test_an_entity_of_a_concept_takes_its_name() -> None:
    concept = next(c for c in GROUPER._concepts.values() if c.type == "METHOD")
    doc = NLP("A Title\nWe use gizmo training.")
    span = Span(doc, 5, 7, label="METHOD", span_id=concept.id)
    span._.score = 0.9
    doc.spans["mentions"] = [span]
    (entity,) = GROUPER(doc)._.entities
    assert (entity.name, entity.concept) == (concept.name, concept.id)


def test_written_keeps_brackets_out_and_odd_capitals_in() -> None:
    assert written("text-to-image (T2I) Models", proper=False) == "text-to-image model"
    assert written("3D Shape Recovery", proper=False) == "3D shape recovery"
    assert written("", proper=False) == ""


def form(words: str, **values: object) -> Form:
    parts = tuple(words.split())
    given = {
        "words": parts,
        "stems": stems(parts),
        "shapes": (0,) * len(parts),
        "type": "TASK",
        "count": 1,
        "first": 0,
        "in_title": False,
        "definite": False,
        "beside": frozenset(),
    }
    return Form(**(given | values))  # type: ignore[arg-type]


def test_pairs_share_a_stem_or_stand_beside_each_other() -> None:
    forms = [
        form("detecting gizmo"),
        form("gizmo detection"),
        form("zorb search"),
        form("foo", beside=frozenset({("zorb", "search")})),
    ]
    assert list(pairs(forms)) == [(0, 1), (2, 3)]
    assert "same stems" in features(forms[0], forms[1], forms)
    assert "beside" in features(forms[2], forms[3], forms)


def test_acronyms_fit_their_long_forms() -> None:
    assert fit("rlhf", ["reinforcement", "learning", "from", "human", "feedback"]) == "initials"
    assert fit("dit", ["diffusion", "transformer"]) == "letters"
    assert fit("sam", ["large", "language", "model"]) == ""
    assert fit("a", ["apple"]) == ""


def test_coined_words_have_no_stem_but_themselves() -> None:
    assert stem("gizmonet") == "gizmonet"
    assert stem("segmentation") == stem("segmenting")


def test_only_acronyms_of_one_meaning_need_no_definition() -> None:
    def concept(name: str, *aliases: str) -> Concept:
        return Concept(id=f"x:{name}", type="METHOD", name=name, aliases=aliases)

    concepts = [
        concept("gizmo field training", "GFT"),
        concept("quick arrangement", "QA"),
        concept("question answering", "QA"),
        concept("LoRA", "low-rank adaptation"),
    ]
    vocabulary = Vocabulary(concepts={each.id: each for each in concepts})
    assert known_acronyms(vocabulary) == {"gft": ("gizmo", "field", "training")}


def test_words_of_a_stretch() -> None:
    assert words_of(["the", "Multi", "-", "Task", "LLMs"], 1, 5) == ("multi", "task", "llm")
