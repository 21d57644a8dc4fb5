"""Names, identifiers and addresses: what holds of any text, and single cases beside the doctests."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.linking.addresses import address, paper_id
from kg.linking.characters import plain
from kg.linking.guards import family, objection
from kg.linking.identifiers import LONGEST, distinct, slug
from kg.linking.names import normal_form, parse, stands_for
from kg.linking.naming import canonical_name
from kg.linking.words import stem, word_key

_SAFE = re.compile(r"[A-Za-z0-9._~/-]|%[0-9A-F]{2}")
_NAMES = st.text(max_size=20) | st.from_regex(
    r"[A-Za-z]{1,8}([- ](\\[a-z]+\{[a-z]\}|\$[a-z_^]+\$|\d+[bk]?)){0,2}"
)


@given(_NAMES)
def test_any_text_has_a_normal_form_and_a_slug(text: str) -> None:
    normal_form(text)
    assert re.sub(_SAFE, "", slug(text)) == ""
    assert slug(text) and len(slug(text)) <= LONGEST + 10
    assert "\n" not in plain(text)


@given(st.dictionaries(_NAMES, st.integers(1, 9), min_size=1, max_size=5))
def test_a_name_is_made_of_what_was_written(written: dict[str, int]) -> None:
    keys = {normal_form(text) for text in written}
    name = canonical_name(written)
    assert normal_form(name) in keys or name in written


@given(
    st.lists(
        st.tuples(st.text(max_size=4), st.sampled_from(["a", "b"]), st.booleans()), unique_by=lambda w: w[0]
    )
)
def test_ids_are_distinct_and_hang_on_rivals_alone(wanted: list[tuple[str, str, bool]]) -> None:
    own = {key for key, _, is_own in wanted if is_own}

    def rank(key: str) -> tuple[bool]:
        return (key not in own,)

    ids = distinct([(key, id_) for key, id_, _ in wanted], rank)
    assert len(set(ids.values())) == len(wanted)
    rivals = [(key, id_) for key, id_, _ in wanted if id_ == "a"]
    assert distinct(rivals, rank) == {key: ids[key] for key, _ in rivals}


@given(st.text(max_size=30))
def test_any_address_leads_to_a_safe_node(text: str) -> None:
    found = address(f"https://{text}")
    assert re.sub(_SAFE, "", found.node) == ""
    paper_id(text)


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (["fine-tuning", "finetuning", "Fine Tuning", "fine–tuning"], "finetuning"),
        (["Qwen2.5-VL", "Qwen2.5 VL", "qwen2.5vl"], "qwen2.5vl"),
        (["1,000 genomes", "1,000 Genomes"], "1,000genome"),
        (["T5", "T-5", "T 5"], "t5"),
    ],
)
def test_spellings_share_a_key(spellings: list[str], key: str) -> None:
    assert {normal_form(spelling) for spelling in spellings} == {key}


@pytest.mark.parametrize("text", [r"{\method}", "$", "", "...", "(", "-"])
def test_nothing_is_left_of_some_texts(text: str) -> None:
    assert normal_form(text) == ""


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("MAS", "mas"),
        ("LLMs", "llm"),
        ("series", "series"),
        ("Analyses", "analysis"),
        ("GANs", "gan"),
        ("o1s", "o1s"),
    ],
)
def test_word_keys(word: str, key: str) -> None:
    assert word_key(word) == key


@pytest.mark.parametrize(
    "pair", [("general", "generative"), ("human", "humanity"), ("scaling", "scalability")]
)
def test_words_that_do_not_share_a_stem(pair: tuple[str, str]) -> None:
    assert stem(pair[0]) != stem(pair[1])


@pytest.mark.parametrize(
    ("short", "long", "does"),
    [
        ("RLVR", "reinforcement learning with verifiable rewards", True),
        ("HTML", "language model", False),
        ("AI", "intelligence", False),
        ("DPO", "optimization of preferences, direct", False),
    ],
)
def test_what_a_short_form_stands_for(short: str, long: str, does: bool) -> None:
    assert stands_for(parse(short), parse(long)) is does


@pytest.mark.parametrize(
    ("name", "ancestors"),
    [
        ("BERT-base", ["bert"]),
        ("DINOv2", ["dino"]),
        ("CIFAR-100", ["cifar"]),
        ("Claude 3.5 Sonnet", ["claude3.5", "claude"]),
        ("Gemma-2-2B-it", ["gemma2_2b", "gemma2", "gemma"]),
        ("micro-F1", ["f1"]),
        ("large model", []),
        ("7B", []),
    ],
)
def test_families(name: str, ancestors: list[str]) -> None:
    assert family(parse(name)) == ancestors


def test_sizes_count_between_proper_names_only() -> None:
    assert objection(("swe", "bench", "verified"), ("swe", "bench"), proper=True)[0] == "different_variants"
    assert objection(("math", "reasoning"), ("mathematical", "reasoning")) == ("", "")


@pytest.mark.parametrize(
    ("url", "node"),
    [
        ("https://huggingface.co/Org/Model", "page/huggingface.co/org/model"),
        ("https://github.com/orgs/acme", "page/github.com/orgs/acme"),
        ("https://anonymous.4open.science/r/Tool-1A2B", "repository/anonymous.4open.science/r/Tool-1A2B"),
        ("https://a.org/x?y=1&z=ü", "page/a.org/x%3Fy%3D1%26z%3D%C3%BC"),
        ("https://[bad", "page/https%3A/%5Bbad"),
    ],
)
def test_where_addresses_lead(url: str, node: str) -> None:
    assert address(url).node == node


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("https://huggingface.co/papers/2506.01234", ("2506.01234", "")),
        ("https://arxiv.org/abs/cs.CL/0501001v3", ("cs.CL/0501001", "")),
        ("https://doi.org/10.48550/arXiv.2506.01234", ("2506.01234", "10.48550/arxiv.2506.01234")),
        ("https://example.org/abs/2506.01234", ("", "")),
    ],
)
def test_papers_by_their_addresses(url: str, ids: tuple[str, str]) -> None:
    assert paper_id(url) == ids


@pytest.mark.parametrize(
    ("written", "entity_type", "name"),
    [
        ({"Transformers": 3, "transformer": 2, "Transformer": 5}, "MODEL", "transformer"),
        (
            {"Large Reasoning Models": 6, "LRMs": 6, "Large reasoning models": 2},
            "MODEL",
            "large reasoning model",
        ),
        ({"MMLU": 4, "Massive Multitask Language Understanding": 2}, "DATASET", "MMLU"),
        (
            {"GRPO": 8, "Group Relative Policy Optimization": 7},
            "METHOD",
            "Group Relative Policy Optimization",
        ),
        ({"AI agents": 18, "artificial intelligence agents": 1}, "METHOD", "AI agent"),
        ({"SIMPLER benchmark": 3, "SIMPLER": 1}, "DATASET", "SIMPLER"),
        ({"3D reconstruction": 7, "3D Reconstructions": 1}, "TASK", "3D reconstruction"),
        ({"GPT": 9, "GPT-based models": 1}, "MODEL", "GPT"),
        ({"F1 scores": 3, "F1": 2}, "METRIC", "F1 score"),
    ],
)
def test_names_that_people_expect(written: dict[str, int], entity_type: str, name: str) -> None:
    assert canonical_name(written, entity_type=entity_type) == name
