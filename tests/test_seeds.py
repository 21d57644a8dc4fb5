"""The sample corpus and its annotations keep what seeds/README.md says of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kg.schema import ENTITY_TYPES, LINK_KINDS, RELATIONS, ROLES

SEEDS = Path(__file__).resolve().parents[1] / "seeds"


def read(name: str) -> list[dict[str, Any]]:
    with (SEEDS / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


PAPERS = read("papers.jsonl")
GOLD = read("gold.jsonl")
PAIRS = [pytest.param(paper, gold, id=paper["id"]) for paper, gold in zip(PAPERS, GOLD, strict=True)]


def text_of(paper: dict[str, Any]) -> str:
    return f"{paper['title']}\n{paper['abstract']}"


def addresses(text: str) -> set[str]:
    """The web addresses of a text, cleaned as the guidelines ask."""
    found = re.findall(r"https?://[^\s)\]]+", text)
    return {address.rstrip(".,;:").removesuffix(".git") for address in found}


def test_there_are_85_papers_with_ids_and_titles_of_their_own() -> None:
    assert len(PAPERS) == 85
    assert len({paper["id"] for paper in PAPERS}) == 85
    assert len({paper["title"] for paper in PAPERS}) == 85


def test_gold_lines_follow_the_papers() -> None:
    assert [gold["id"] for gold in GOLD] == [paper["id"] for paper in PAPERS]


def test_abstracts_are_digests_of_60_to_130_words() -> None:
    sizes = {paper["id"]: len(paper["abstract"].split()) for paper in PAPERS}
    assert {id_: size for id_, size in sizes.items() if not 60 <= size <= 130} == {}


def test_papers_hold_plain_single_line_strings() -> None:
    for paper in PAPERS:
        assert set(paper) - {"url"} == {"id", "title", "abstract"}
        for value in paper.values():
            assert value == value.strip() and "\n" not in value and value


def test_arxiv_ids_and_urls_go_together() -> None:
    for paper in PAPERS:
        if re.fullmatch(r"\d{4}\.\d{5}", paper["id"]):
            assert paper["url"] == f"https://arxiv.org/abs/{paper['id']}"
        else:
            assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", paper["id"])
            assert "url" not in paper


def test_the_sample_has_residue_to_clean_up() -> None:
    everything = "\n".join(text_of(paper) for paper in PAPERS)
    for residue in (r"{\dataset}", r"{\method}", r"T\"ULU", r"\textit{", "{varphi}", r"100\%", ".git."):
        assert residue in everything


def test_readme_states_the_size_of_the_gold() -> None:
    counts = {
        key: sum(len(gold[key]) for gold in GOLD) for key in ("entities", "relations", "results", "links")
    }
    stated = ", ".join(f"{count} {key}" for key, count in counts.items())
    assert stated in (SEEDS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("paper", "gold"), PAIRS)
def test_entities_are_well_formed_and_stand_in_the_text(paper: dict[str, Any], gold: dict[str, Any]) -> None:
    text = text_of(paper)
    names = [entity["name"] for entity in gold["entities"]]
    assert len(set(names)) == len(names) >= 4
    for entity in gold["entities"]:
        assert set(entity) == {"name", "type", "role", "surfaces"}
        assert entity["type"] in ENTITY_TYPES and entity["role"] in ROLES
        assert entity["role"] != "addresses" or entity["type"] == "TASK"
        assert entity["surfaces"]
        for surface in entity["surfaces"]:
            # A surface is made of whole words.
            assert re.search(rf"(?<![A-Za-z0-9]){re.escape(surface)}(?![A-Za-z0-9])", text), surface


@pytest.mark.parametrize(("paper", "gold"), PAIRS)
def test_a_surface_names_one_entity(paper: dict[str, Any], gold: dict[str, Any]) -> None:
    surfaces = [surface for entity in gold["entities"] for surface in entity["surfaces"]]
    assert len(set(surfaces)) == len(surfaces)


@pytest.mark.parametrize(("paper", "gold"), PAIRS)
def test_relations_join_two_entities_of_the_paper(paper: dict[str, Any], gold: dict[str, Any]) -> None:
    names = {entity["name"] for entity in gold["entities"]}
    assert len({tuple(relation) for relation in gold["relations"]}) == len(gold["relations"])
    for subject, predicate, object_ in gold["relations"]:
        assert predicate in RELATIONS
        assert subject in names and object_ in names and subject != object_


@pytest.mark.parametrize(("paper", "gold"), PAIRS)
def test_results_stand_in_the_text_and_refer_to_entities(paper: dict[str, Any], gold: dict[str, Any]) -> None:
    text = text_of(paper)
    types = {entity["name"]: entity["type"] for entity in gold["entities"]}
    for result in gold["results"]:
        assert set(result) == {"subject", "metric", "value", "dataset", "baseline"}
        assert result["value"] in text
        assert result["metric"] is None or result["metric"].lower() in text.lower()
        assert result["subject"] in types
        assert result["dataset"] is None or types[result["dataset"]] == "DATASET"
        assert result["baseline"] is None or result["baseline"] in types


@pytest.mark.parametrize(("paper", "gold"), PAIRS)
def test_links_are_the_addresses_of_the_text(paper: dict[str, Any], gold: dict[str, Any]) -> None:
    urls = [link["url"] for link in gold["links"]]
    assert len(set(urls)) == len(urls)
    assert set(urls) == addresses(text_of(paper))
    assert all(link["kind"] in LINK_KINDS for link in gold["links"])
