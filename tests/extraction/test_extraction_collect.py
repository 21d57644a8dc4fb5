"""From docs to extractions, to annotations and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import RecordError, UsageError
from kg.extraction import DEFAULT_CONFIG, extract, load
from kg.extraction.annotated import from_annotation
from kg.extraction.annotations import annotation
from kg.extraction.collect import extraction_of, extractor_version
from kg.extraction.doc import DocAbbreviation, DocEntity, DocRelation, DocResult
from kg.extraction.sentences import mark_sentences
from kg.extraction.tokenising import CleaningTokenizer
from kg.records import Extraction, Paper

PAPER = Paper(
    id="2506.00001",
    title=r"FAST: Reading with $\tau$-bench",
    abstract="We propose {\\ours}, a reader. It beats B\\'ezier nets by 4.5\\% on $\\tau$-bench.\n"
    "The reader is small.",
)
TOKENIZER = CleaningTokenizer(spacy.blank("en").vocab)


def made_doc(paper: Paper = PAPER) -> Doc:
    return mark_sentences(TOKENIZER(paper.text, title_length=len(paper.title)))


def entity(doc: Doc, name: str, kind: str, *surfaces: str) -> DocEntity:
    """An entity with a span for each occurrence of its surfaces in the cleaned text."""
    spans = []
    for surface in surfaces:
        start = doc.text.find(surface)
        while start >= 0:
            span = doc.char_span(start, start + len(surface))
            assert span is not None
            spans.append(span)
            start = doc.text.find(surface, start + 1)
    return DocEntity(name=name, type=kind, spans=spans, rule="test", score=0.9)


def filled_doc() -> Doc:
    doc = made_doc()
    fast = entity(doc, "FAST", "METHOD", "FAST")
    bench = entity(doc, "τ-bench", "DATASET", "τ-bench")
    nets = entity(doc, "Bézier net", "MODEL", "Bézier nets")
    fast.role, fast.role_rule, fast.role_span = "proposes", "test", fast.spans[1]
    sentence = list(doc.sents)[2]
    start = doc.text.index("4.5%")
    value = doc.char_span(start, start + 4)
    assert value is not None
    doc._.entities = [fast, bench, nets]
    doc._.relations = [
        DocRelation(
            subject=fast, predicate="outperforms", object=nets, sentence=sentence, rule="test", score=0.8
        )
    ]
    doc._.results = [
        DocResult(
            subject=fast,
            metric="gain",
            value=value,
            number=4.5,
            unit="%",
            dataset=bench,
            baseline=nets,
            sentence=sentence,
            rule="test",
            score=0.7,
        )
    ]
    doc._.abbreviations = [DocAbbreviation(short=fast.spans[0], long=nets.spans[0])]
    return doc


def extraction() -> Extraction:
    return extraction_of(filled_doc(), PAPER, "test 1")


def test_surfaces_are_verbatim_source_text() -> None:
    surfaces = {found.name: found.surfaces for found in extraction().entities}
    assert surfaces == {
        "FAST": ("FAST", r"{\ours}"),
        "τ-bench": (r"$\tau$-bench",),
        "Bézier net": (r"B\'ezier nets",),
    }


def test_every_offset_leads_to_what_it_quotes() -> None:
    text = PAPER.text
    for found in extraction().entities:
        for mention in found.mentions:
            assert text[mention.start : mention.end] in found.surfaces
            assert mention.sentence_start <= mention.start < mention.end <= mention.sentence_end
    (relation,) = extraction().relations
    quote = text[relation.evidence.start : relation.evidence.end]
    assert quote == r"It beats B\'ezier nets by 4.5\% on $\tau$-bench."
    (result,) = extraction().results
    assert result.value == r"4.5\%"
    assert (result.dataset, result.baseline) == ("τ-bench", "Bézier net")


def test_the_role_is_shown_by_its_sentence() -> None:
    evidence = extraction().entities[0].evidence
    assert PAPER.text[evidence.start : evidence.end] == r"We propose {\ours}, a reader."


def test_the_title_sentence_ends_before_the_newline() -> None:
    mention = extraction().entities[0].mentions[0]
    assert (mention.sentence_start, mention.sentence_end) == (0, len(PAPER.title))


def test_names_are_unique_within_a_paper() -> None:
    doc = made_doc()
    doc._.entities = [
        entity(doc, "reader", "METHOD", "reader"),
        entity(doc, "reader", "MODEL", "reader"),
        entity(doc, "reader", "MODEL", "reader"),
    ]
    names = [found.name for found in extraction_of(doc, PAPER, "test 1").entities]
    assert names == ["reader", "reader (model)", "reader (model 2)"]


def test_a_doc_of_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not made from the text"):
        extraction_of(made_doc(), Paper(id="x", title="Another"), "test 1")


def test_a_relation_to_an_entity_that_is_not_there_is_refused() -> None:
    doc = filled_doc()
    doc._.entities = doc._.entities[:1]
    with pytest.raises(ValueError, match="not among"):
        extraction_of(doc, PAPER, "test 1")


def test_annotations_come_back_as_the_same_extraction() -> None:
    written = json.dumps(annotation(PAPER, extraction()), ensure_ascii=False)
    assert from_annotation(json.loads(written), PAPER) == extraction()


def test_annotations_hold_what_the_guidelines_ask_for() -> None:
    written = annotation(PAPER, extraction(), nodes={"FAST": "method/fast"})
    assert (written["id"], written["title"]) == (PAPER.id, PAPER.title)
    assert written["relations"] == [["FAST", "outperforms", "Bézier net"]]
    fast, bench, _ = written["entities"]
    assert (fast["node"], fast["role"], fast["score"]) == ("method/fast", "proposes", 0.9)
    assert "node" not in bench
    assert list(fast["mentions"][1]) == ["start", "end", "sentence_start", "sentence_end"]
    assert PAPER.text[fast["mentions"][1]["start"] : fast["mentions"][1]["end"]] == r"{\ours}"


def test_an_annotation_of_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not made from the text"):
        annotation(Paper(id=PAPER.id, title="Another"), extraction())


HAND_MADE = {
    "id": "2506.00002",
    "entities": [
        {"name": "LAT", "type": "METHOD", "role": "proposes", "surfaces": ["latent training", "LAT"]},
        {"name": "training", "type": "METHOD", "role": "uses", "surfaces": ["training"]},
        {"name": "FooBench", "type": "DATASET", "role": "uses", "surfaces": ["FooBench"]},
    ],
    "links": [{"url": "https://github.com/org/lat", "kind": "code"}],
    "relations": [["LAT", "evaluated_on", "FooBench"]],
    "results": [
        {"subject": "LAT", "metric": "gain", "value": "3.5%", "dataset": "FooBench", "baseline": None}
    ],
}
HAND_PAPER = Paper(
    id="2506.00002",
    title="On latent training",
    abstract="LAT is a training. LATER we test LAT on FooBench. It gains 3.5% there. "
    "Our code is at https://github.com/org/LAT.",
)


def test_hand_made_annotations_get_their_mentions_from_the_text() -> None:
    read = from_annotation(HAND_MADE, HAND_PAPER)
    quotes = {
        found.name: [HAND_PAPER.text[m.start : m.end] for m in found.mentions] for found in read.entities
    }
    assert quotes == {
        "LAT": ["latent training", "LAT", "LAT"],
        "training": ["training"],
        "FooBench": ["FooBench"],
    }
    (relation,) = read.relations
    assert (
        HAND_PAPER.text[relation.evidence.start : relation.evidence.end] == "LATER we test LAT on FooBench."
    )
    (result,) = read.results
    assert (result.number, result.unit) == (3.5, "%")
    assert HAND_PAPER.text[result.evidence.start : result.evidence.end] == "It gains 3.5% there."
    (link,) = read.links
    assert (link.relation, link.words) == ("provides", "Our code is at")


@pytest.mark.parametrize(
    "change",
    [
        {"entities": [{"name": "LAT"}]},
        {"relations": [["LAT", "evaluated_on", "Nothing"]]},
        {"relations": [["LAT", "evaluated_on"]]},
        {"relations": [["LAT", "resembles", "FooBench"]]},
        {"entities": [{"name": "LAT", "type": "THING", "role": "uses", "surfaces": ["LAT"]}], "results": []},
        {"entities": None},
    ],
)
def test_malformed_annotations_are_refused_with_their_paper(change: dict[str, object]) -> None:
    with pytest.raises(RecordError, match=r"2506\.00002"):
        from_annotation({**HAND_MADE, **change}, HAND_PAPER)


# ---------------------------------------------------------------- the pipeline


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load()


def test_extract_keeps_the_order_and_names_its_version(nlp: Language) -> None:
    papers = [Paper(id=str(number), title=f"Reader {number}", abstract="It reads.") for number in range(5)]
    found = list(extract(iter(papers), nlp, batch_size=2))
    assert [one.paper for one in found] == ["0", "1", "2", "3", "4"]
    assert {one.extractor for one in found} == {extractor_version(nlp)}
    assert [one.text_sha256 for one in found] == [paper.text_sha256 for paper in papers]


def test_a_paper_says_the_same_whatever_its_company(nlp: Language) -> None:
    other = Paper(id="x", title="Another", abstract="Our code is at https://github.com/org/x.")
    assert next(extract([PAPER, other], nlp)) == list(extract([other, PAPER], nlp, batch_size=1))[1]


@pytest.mark.parametrize(
    "paper",
    [
        Paper(id="a", title="", abstract=""),
        Paper(id="a", title="Only a title"),
        Paper(id="a", title="", abstract="No title."),
        Paper(id="a", title="Two\nlines", abstract="One\n\nof\tmany."),
        Paper(id="a", title="\x00", abstract="\u200f😀 \ufeff \ud83d odd"),
        Paper(id="a", title="  ", abstract="   \n  "),
        Paper(id="a", title="{{{ $ \\", abstract="\\textbf{ ( [12 https://"),
    ],
)
def test_odd_papers_are_survived(nlp: Language, paper: Paper) -> None:
    (found,) = extract([paper], nlp)
    assert found.paper == "a"


def test_long_texts_are_read_to_their_end(nlp: Language) -> None:
    abstract = "It reads one word after another. " * 8000 + "Our code is at https://github.com/org/last."
    (found,) = extract([Paper(id="long", title="Long", abstract=abstract)], nlp)
    assert [link.url for link in found.links] == ["https://github.com/org/last"]


def test_the_version_follows_the_config(nlp: Language, tmp_path: Path) -> None:
    shorter = tmp_path / "shorter.cfg"
    shorter.write_text(
        '[nlp]\nlang = "en"\npipeline = ["kg_sentences"]\n'
        '[nlp.tokenizer]\n@tokenizers = "kg.CleaningTokenizer.v1"\n'
        '[components]\n[components.kg_sentences]\nfactory = "kg_sentences"\n',
        encoding="utf-8",
    )
    other = load(config=shorter)
    assert other.pipe_names == ["kg_sentences"]
    assert extractor_version(other) != extractor_version(nlp)
    assert extractor_version(load(config=shorter)) == extractor_version(other)


@pytest.mark.parametrize(
    "content",
    ["", "no config", '[nlp]\nlang = "en"\npipeline = ["nothing"]\n[components]\n[components.nothing]\n'],
)
def test_a_config_that_makes_no_pipeline_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.cfg"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"bad\.cfg"):
        load(config=path)
    with pytest.raises(UsageError, match=r"absent\.cfg"):
        load(config=tmp_path / "absent.cfg")


def test_the_shipped_config_names_every_block_it_uses() -> None:
    config = spacy.util.load_config(DEFAULT_CONFIG)
    assert set(config["nlp"]["pipeline"]) <= set(config["components"])
