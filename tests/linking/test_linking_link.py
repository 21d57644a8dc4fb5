"""What link() makes of small sets of papers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linking_factory import Said, entity, link_to, paper, result

from kg.linking import Linked, link
from kg.linking.rulings import Ruling
from kg.records import Entity
from kg.vocabulary import Concept, Vocabulary


def linked(*said: Said, vocabulary: Vocabulary | None = None, rulings: Sequence[Ruling] = ()) -> Linked:
    return link([p for p, _ in said], [x for _, x in said], vocabulary=vocabulary, rulings=rulings)


def node(found: Linked, paper_id: str, name: str) -> str:
    return found.nodes[paper_id][name]


def by_id(found: Linked, id_: str) -> Entity:
    return next(each for each in found.entities if each.id == id_)


def test_spellings_of_one_name_are_one_node() -> None:
    found = linked(
        paper("a", entity("fine-tuning")), paper("b", entity("Finetuning")), paper("c", entity("fine tuning"))
    )
    assert [(each.id, each.papers) for each in found.entities] == [("method/fine-tuning", 3)]


def test_an_acronym_joins_its_long_form_in_other_papers() -> None:
    found = linked(
        paper("a", entity("large language models", "LLMs", type="MODEL")),
        paper("b", entity("LLM", type="MODEL")),
        paper("c", entity("Large Language Model", type="MODEL")),
    )
    assert [each.id for each in found.entities] == ["model/large-language-model"]
    assert dict(found.entities[0].aliases) == {
        "LLM": 1,
        "LLMs": 1,
        "Large Language Model": 1,
        "large language models": 1,
    }


def test_a_long_form_inside_a_name_is_the_short_one_inside_it() -> None:
    found = linked(
        paper("a", entity("large language models", "LLMs", type="MODEL")),
        paper("b", entity("LLM-based agents")),
        paper("c", entity("large language model agents")),
    )
    assert node(found, "b", "LLM-based agents") == node(found, "c", "large language model agents")


def test_each_paper_keeps_its_own_reading_of_a_contested_acronym() -> None:
    found = linked(
        paper("a", entity("super-resolution", "SR", type="TASK")),
        paper("b", entity("speech recognition", "SR", type="TASK")),
        paper("c", entity("SR", type="TASK")),
    )
    assert (
        len(
            {
                node(found, "a", "super-resolution"),
                node(found, "b", "speech recognition"),
                node(found, "c", "SR"),
            }
        )
        == 3
    )
    assert by_id(found, node(found, "c", "SR")).ambiguous
    assert not by_id(found, node(found, "a", "super-resolution")).ambiguous


def test_a_contested_acronym_is_read_by_its_type() -> None:
    found = linked(
        paper("a", entity("super-resolution", "SR", type="TASK")),
        paper("b", entity("success rate", "SR", type="METRIC")),
        paper("c", entity("SR", type="METRIC")),
    )
    assert node(found, "c", "SR") == node(found, "b", "success rate")


def test_a_contested_acronym_is_read_by_what_stands_beside_it() -> None:
    learning = [entity("pseudo-label"), entity("consistency regularisation")]
    sound = [entity("beamforming"), entity("microphone array")]
    found = linked(
        paper("a", entity("semi-supervised learning", "SSL"), *learning),
        paper("b", entity("sound source localisation", "SSL"), *sound),
        paper("c", entity("SSL"), *sound),
        paper("d", entity("SSL"), entity("quokka")),
    )
    assert node(found, "c", "SSL") == node(found, "b", "sound source localisation")
    assert by_id(found, node(found, "d", "SSL")).ambiguous
    (merge,) = [merge for merge in found.merges if merge.rule == "shared_context"]
    assert (merge.papers, merge.same) == (("c",), True)


def test_a_bare_acronym_says_that_it_is_ambiguous() -> None:
    found = linked(paper("a", entity("PE")), paper("b", entity("CogACT")), paper("c", entity("GSM8K")))
    assert [each.ambiguous for each in found.entities] == [False, False, True]


@pytest.mark.parametrize(
    "names",
    [
        ("Llama 2", "Llama 3", "Llama-3-8B", "Llama 3.8B"),
        ("BERT", "ALBERT", "RoBERTa", "DistilBERT"),
        ("ImageNet-1k", "ImageNet-21k", "ImageNet"),
        ("GPT-4", "GPT-4o", "GPT-4V", "GPT-4.5"),
        ("F1", "macro-F1", "micro-F1"),
        ("CIFAR-10", "CIFAR-100"),
        ("semi-supervised learning", "self-supervised learning", "unsupervised learning"),
    ],
)
def test_versions_sizes_and_variants_stay_apart(names: tuple[str, ...]) -> None:
    found = linked(*(paper(f"p{i}", entity(name, type="MODEL")) for i, name in enumerate(names)))
    assert len(found.entities) == len(names)


def test_variants_are_bound_to_the_nearest_of_their_family() -> None:
    names = ("Llama 3 8B", "Llama 3", "Llama")
    found = linked(*(paper(name, entity(name, type="MODEL")) for name in names))
    broader = [(edge.source, edge.target) for edge in found.edges if edge.kind == "broader"]
    assert broader == [("model/llama-3", "model/llama"), ("model/llama-3-8b", "model/llama-3")]


def test_a_chain_of_likeness_joins_no_ends() -> None:
    """b is named together with a and with c, a and c never: a and c stay two nodes."""
    said = [paper(f"ab{i}", entity("alpha routing", "beta switching")) for i in range(3)]
    said += [paper(f"bc{i}", entity("beta switching", "gamma dispatch")) for i in range(3)]
    said += [paper(f"a{i}", entity("alpha routing")) for i in range(9)]
    said += [paper(f"c{i}", entity("gamma dispatch")) for i in range(8)]
    found = linked(*said)
    assert node(found, "a0", "alpha routing") != node(found, "c0", "gamma dispatch")


def test_the_type_is_a_vote_and_minorities_are_kept() -> None:
    found = linked(
        paper("a", entity("beam search", type="METHOD")),
        paper("b", entity("beam search", type="METHOD")),
        paper("c", entity("Beam search", type="TASK")),
    )
    assert [(each.kind, each.types) for each in found.entities] == [("METHOD", (("METHOD", 2), ("TASK", 1)))]


def test_a_name_in_capitals_is_no_common_noun_of_another_type() -> None:
    found = linked(paper("a", entity("MATH", type="DATASET")), paper("b", entity("math", type="TASK")))
    assert [each.id for each in found.entities] == ["dataset/math", "task/math"]


def test_the_strongest_role_of_a_paper_counts() -> None:
    found = linked(paper("a", entity("KnowRL", role="mentions"), entity("KnowRL framework", role="proposes")))
    assert [(e.source, e.kind, e.target) for e in found.edges] == [("paper/a", "proposes", "method/knowrl")]


def test_edges_gather_their_support() -> None:
    said = [
        paper(
            id_,
            entity("CogACT", type="MODEL"),
            entity("robot control", type="TASK"),
            relations=[("CogACT", "used_for", "robot control")],
        )
        for id_ in ("b", "a")
    ]
    (edge,) = [edge for edge in linked(*said).edges if edge.kind == "used_for"]
    assert (edge.support, edge.confidence) == (2, 0.84)  # 1 - (1 - 0.6)²
    assert [(s.paper, s.quote) for s in edge.evidence] == [("a", "Titl"), ("b", "Titl")]


def test_an_edge_from_a_node_to_itself_is_left_out() -> None:
    found = linked(
        paper(
            "a",
            entity("beam search"),
            entity("Beam Search"),
            relations=[("beam search", "is_a", "Beam Search")],
        )
    )
    assert [edge.kind for edge in found.edges] == ["uses"]


def test_results_lead_to_nodes() -> None:
    found = linked(
        paper(
            "a",
            entity("CogACT", type="MODEL"),
            entity("success rates", type="METRIC"),
            entity("SIMPLER benchmark", type="DATASET"),
            results=[
                result("CogACT", "success rate", dataset="SIMPLER benchmark"),
                result("nobody", "success rate"),
                result("CogACT", "speed"),
            ],
        )
    )
    assert [(row.id, row.subject, row.metric, row.dataset) for row in found.results] == [
        ("result/a/1", "model/cogact", "metric/success-rate", "dataset/simpler"),
        ("result/a/2", "model/cogact", None, None),
    ]


def test_one_repository_is_one_node_and_implements_what_bears_its_name() -> None:
    found = linked(
        paper("a", entity("KnowRL", role="proposes"), entity("X", role="proposes"), links=[link_to("https://github.com/Org/KnowRL")]),
        paper("b", links=[link_to("http://github.com/org/knowrl.git", relation="builds_on")]),
    )  # fmt: skip
    (repository,) = [each for each in found.entities if each.kind == "REPOSITORY"]
    assert (repository.id, repository.papers, repository.link_kind) == (
        "repository/github.com/org/knowrl",
        2,
        "code",
    )
    edges = [(e.source, e.kind) for e in found.edges if e.target == repository.id]
    assert edges == [("method/knowrl", "implemented_by"), ("paper/a", "provides"), ("paper/b", "builds_on")]


def test_a_papers_own_repository_implements_its_only_proposal() -> None:
    found = linked(
        paper("a", entity("KnowRL", role="proposes"), links=[link_to("https://github.com/org/code")])
    )
    assert [e.evidence[0].rule for e in found.edges if e.kind == "implemented_by"] == ["only_proposal"]


@pytest.mark.parametrize(
    ("title", "repository", "rule"),
    [
        ("StruQ: a defence", "PromptDefence", "title_name"),
        ("A defence", "StruQ-code", "name_within"),
        ("A defence", "struq", "same_name"),
        ("A defence", "PromptDefence", None),
    ],
)
def test_a_repository_implements_what_its_paper_is_about(
    title: str, repository: str, rule: str | None
) -> None:
    said, extraction = paper(
        "a",
        entity("StruQ", role="proposes"),
        entity("structured query", role="proposes"),
        links=[link_to(f"https://github.com/org/{repository}")],
    )
    said = replace(said, title=title)
    found = link([said], [extraction])
    edges = [(edge.source, edge.evidence[0].rule) for edge in found.edges if edge.kind == "implemented_by"]
    assert edges == ([("method/struq", rule)] if rule else [])


@pytest.mark.parametrize(
    ("url", "kind", "node"),
    [
        ("https://github.com/org/KnowRL", "code", "method/knowrl"),
        ("https://gitlab.com/group/team/KnowRL/-/tree/main", "code", "method/knowrl"),
        ("https://bitbucket.org/org/knowrl", "code", "method/knowrl"),
        ("https://huggingface.co/org/KnowRL-7B", "model", "model/knowrl-7b"),
        ("https://huggingface.co/datasets/org/KnowData", "data", "dataset/knowdata"),
        ("https://huggingface.co/spaces/org/KnowRL", "other", "method/knowrl"),
        ("https://zenodo.org/records/1234567", "data", "dataset/knowdata"),
        ("https://doi.org/10.5281/zenodo.1234567", "model", "model/knowrl-7b"),
        ("https://huggingface.co/papers/collection", "other", None),
        ("https://knowrl.github.io/KnowRL", "project", None),
    ],
)
def test_an_address_stands_for_what_its_host_holds(url: str, kind: str, node: str | None) -> None:
    found = linked(
        paper(
            "a",
            entity("KnowRL", role="proposes"),
            entity("KnowRL-7B", type="MODEL", role="proposes"),
            entity("KnowData", type="DATASET", role="proposes"),
            links=[link_to(url, kind=kind)],
        )
    )
    assert [edge.source for edge in found.edges if edge.kind == "implemented_by"] == ([node] if node else [])


@pytest.mark.parametrize("url", ["https://doi.org/10.1000/x.1", "https://dx.doi.org/10.1000/X.1"])
def test_a_doi_of_a_paper_of_the_set_leads_to_it(url: str) -> None:
    found = linked(
        paper("known", doi="10.1000/x.1"), paper("b", links=[link_to(url, kind="paper", relation="cites")])
    )
    assert [(edge.source, edge.target) for edge in found.edges] == [("paper/b", "paper/known")]


def test_a_repository_built_on_implements_nothing_of_the_paper() -> None:
    found = linked(
        paper(
            "a",
            entity("KnowRL", role="proposes"),
            links=[link_to("https://github.com/org/code", relation="builds_on")],
        )
    )
    assert "implemented_by" not in {edge.kind for edge in found.edges}


def test_a_link_to_a_paper_of_the_set_leads_to_it() -> None:
    found = linked(
        paper("2506.01234", arxiv_id="2506.01234"),
        paper("b", links=[link_to("https://arxiv.org/pdf/2506.01234v2", kind="paper", relation="cites")]),
        paper("c", links=[link_to("https://arxiv.org/abs/2506.99999", kind="paper", relation="cites")]),
    )
    assert [(e.source, e.target) for e in found.edges] == [
        ("paper/b", "paper/2506.01234"),
        ("paper/c", "page/arxiv.org/abs/2506.99999"),
    ]


def test_authors_are_one_node_a_name_form() -> None:
    found = linked(
        paper("a", authors=("José García", "J. García")), paper("b", authors=("José García", "Jose Garcia"))
    )
    names = {each.name: each.id for each in found.entities}
    assert set(names) == {"José García", "J. García", "Jose Garcia"}
    assert names["José García"] == "author/jose-garcia"  # more papers have this one
    assert len(set(names.values())) == 3


def test_what_a_paper_proposes_goes_by_its_own_name() -> None:
    said = [paper(f"p{i}", entity("language model", type="MODEL")) for i in range(3)]
    said.append(
        paper("own", entity("medical language model", "language model", type="MODEL", role="proposes"))
    )
    found = linked(*said)
    assert node(found, "own", "medical language model") == "model/medical-language-model"


def test_a_macro_beside_a_repository_does_no_harm() -> None:
    proposed = [entity(r"{\method}", role="proposes"), entity("X", role="proposes")]
    found = linked(paper("a", *proposed, links=[link_to("https://github.com/o/r")]))
    assert [edge.kind for edge in found.edges] == ["proposes", "proposes", "provides"]


def test_an_unresolved_macro_is_a_thing_of_its_paper_alone() -> None:
    found = linked(paper("a", entity(r"{\method}")), paper("b", entity(r"{\method}")))
    assert len(found.entities) == 2


VOCABULARY = Vocabulary(
    concepts={
        "v/auroc": Concept(
            id="v/auroc",
            type="METRIC",
            name="area under the ROC curve",
            aliases=("AUC-ROC", "AUROC", "ROC AUC"),
        ),
        "v/llama": Concept(id="v/llama", type="MODEL", name="Llama"),
        "v/llama-3": Concept(id="v/llama-3", type="MODEL", name="Llama 3", broader=("v/llama",)),
    }
)


def test_a_vocabulary_joins_aliases_and_gives_the_name() -> None:
    found = linked(
        paper("a", entity("AUROC", type="METRIC")),
        paper("b", entity("AUC-ROC", type="METRIC")),
        vocabulary=VOCABULARY,
    )
    (only,) = found.entities
    assert (only.id, only.name, only.concept) == (
        "metric/area-under-the-roc-curve",
        "area under the ROC curve",
        "v/auroc",
    )


def test_a_vocabulary_says_what_is_broader() -> None:
    found = linked(
        paper("a", entity("Llama 3", type="MODEL")),
        paper("b", entity("Llama", type="MODEL")),
        vocabulary=VOCABULARY,
    )
    (edge,) = [edge for edge in found.edges if edge.kind == "broader"]
    assert (edge.source, edge.target) == ("model/llama-3", "model/llama")


def test_decisions_say_what_was_joined_and_what_was_not() -> None:
    said = [
        paper("a", entity("bias mitigation", type="TASK")),
        paper("b", entity("mitigating bias", type="TASK")),
    ]
    (merge,) = linked(*said).merges
    assert (merge.same, merge.rule, {merge.left, merge.right}) == (
        True,
        "other_word_forms",
        {"bias mitigation", "mitigating bias"},
    )
    assert merge.node == merge.other


def test_the_concept_that_extraction_found_is_taken() -> None:
    found = linked(
        paper("a", entity("quokka", concept="v/q")), paper("b", entity("short-tailed wallaby", concept="v/q"))
    )
    assert [(each.concept, each.papers) for each in found.entities] == [("v/q", 2)]


def test_short_forms_are_decisions_too() -> None:
    found = linked(
        paper("a", entity("super-resolution", "SR", type="TASK")),
        paper("b", entity("speech recognition", "SR", type="TASK")),
        paper("c", entity("SR", type="TASK")),
        paper("d", entity("large language models", "LLMs", type="MODEL")),
    )
    assert [(m.left, m.right, m.same, m.score) for m in found.merges if m.rule == "short_form"] == [
        ("large language models", "LLM", True, 1.0),
        ("speech recognition", "SR", False, 0.5),
        ("super-resolution", "SR", False, 0.5),
    ]


def test_a_variant_kept_apart_says_why() -> None:
    found = linked(paper("a", entity("GPT-4", type="MODEL")), paper("b", entity("GPT-4o", type="MODEL")))
    (merge,) = found.merges
    assert (merge.left, merge.right, merge.same, merge.rule, merge.papers) == (
        "GPT-4o",
        "GPT-4",
        False,
        "different_numbers",
        ("b",),
    )


def test_a_slip_joins_the_common_spelling() -> None:
    said = [paper(f"p{i}", entity("image segmentation", type="TASK")) for i in range(5)]
    found = linked(*said, paper("x", entity("image segmnetation", type="TASK")))
    assert [(each.name, each.papers) for each in found.entities] == [("image segmentation", 6)]
    assert [merge.rule for merge in found.merges] == ["misspelt"]


def test_a_word_of_its_own_is_no_slip() -> None:
    said = [paper(f"p{i}", entity("multimodal learning")) for i in range(5)]
    said += [paper("x", entity("multimodel learning")), paper("y", entity("multimodel fusion"))]
    assert len(linked(*said).entities) == 3


def test_an_entity_goes_by_the_full_name_that_its_paper_gives_first() -> None:
    said = [paper(f"p{i}", entity("language model", type="MODEL")) for i in range(3)]
    said.append(paper("full", entity("medical language model", "language model", type="MODEL")))
    said.append(paper("wide", entity("language model", "generative language model", type="MODEL")))
    found = linked(*said)
    assert node(found, "full", "medical language model") == "model/medical-language-model"
    assert node(found, "wide", "generative language model") == "model/language-model"


def test_a_short_form_whose_long_forms_differ_in_wording_only_is_read_by_them() -> None:
    found = linked(
        paper("a", entity("area under the receiver operating characteristic curve", "AUROC", type="METRIC")),
        paper("b", entity("area under the receiver operating curve", "AUROC", type="METRIC")),
        paper("c", entity("AUROC", type="METRIC")),
    )
    assert not by_id(found, node(found, "c", "AUROC")).ambiguous
    assert node(found, "c", "AUROC") in {
        found.nodes[paper][name] for paper in "ab" for name in found.nodes[paper]
    }


def test_a_name_in_other_capitals_than_its_short_form_joins_it() -> None:
    said = [
        paper(f"p{i}", entity("bidirectional encoder representations", "BER", "BERs", type="MODEL"))
        for i in "123"
    ]
    found = linked(*said, paper("x", entity("Ber", type="MODEL")))
    assert [each.papers for each in found.entities] == [4]


def test_one_concept_is_not_found_by_a_shared_short_form_alone() -> None:
    vocabulary = Vocabulary(
        concepts={"v/q": Concept(id="v/q", type="MODEL", name="quick brown fox", aliases=("QBF",))}
    )
    found = linked(
        paper("a", entity("quick brown fox", type="MODEL", concept="v/q")),
        paper("b", entity("quantum bright field", "QBF", type="MODEL", concept="v/q")),
        vocabulary=vocabulary,
    )
    assert len(found.entities) == 2


# ---------------------------------------------------------------- the user's own word


def test_the_user_joins_what_linking_keeps_apart() -> None:
    said = [
        paper("a", entity("LLM judge")),
        paper("b", entity("automated grader")),
        paper("c", entity("automated grader")),
    ]
    for left, right in (("LLM judge", "Automated graders"), ("method/automated-grader", "method/llm-judge")):
        found = linked(*said, rulings=[Ruling(same=True, left=left, right=right)])
        assert [(each.id, each.papers) for each in found.entities] == [("method/automated-grader", 3)]
        assert [merge.rule for merge in found.merges] == ["user"]


def test_the_user_parts_what_linking_joins() -> None:
    said = [
        paper("a", entity("bias mitigation", type="TASK")),
        paper("b", entity("mitigating bias", type="TASK")),
    ]
    found = linked(*said, rulings=[Ruling(same=False, left="mitigating bias", right="bias mitigation")])
    assert len(found.entities) == 2
    assert [(merge.same, merge.rule) for merge in found.merges] == [(False, "user")]


def test_the_user_parts_a_short_form_from_what_it_commonly_means() -> None:
    said = [paper("a", entity("super-resolution", "SR", type="TASK")), paper("b", entity("SR", type="TASK"))]
    found = linked(*said, rulings=[Ruling(same=False, left="SR", right="super-resolution")])
    assert node(found, "b", "SR") != node(found, "a", "super-resolution")


def test_the_user_parts_what_a_vocabulary_joins() -> None:
    said = [paper("a", entity("AUROC", type="METRIC")), paper("b", entity("AUC-ROC", type="METRIC"))]
    ruling = Ruling(same=False, left="AUROC", right="AUC-ROC")
    assert len(linked(*said, vocabulary=VOCABULARY, rulings=[ruling]).entities) == 2


def test_the_later_ruling_counts() -> None:
    said = [paper("a", entity("alpha")), paper("b", entity("beta"))]
    rulings = [Ruling(same=True, left="alpha", right="beta"), Ruling(same=False, left="Beta", right="Alpha")]
    assert len(linked(*said, rulings=rulings).entities) == 2
    assert len(linked(*said, rulings=rulings[::-1]).entities) == 1


def test_a_ruling_on_unknown_names_changes_nothing() -> None:
    said = [paper("a", entity("alpha"))]
    rulings = [Ruling(same=True, left="alpha", right="omega"), Ruling(same=False, left="x", right="alpha")]
    assert linked(*said, rulings=rulings) == linked(*said)


# ---------------------------------------------------------------- properties

_SURFACES = st.sampled_from(
    [
        ("large language models", "LLMs"),
        ("LLM",),
        ("language models", "LM"),
        ("SR", "super-resolution"),
        ("success rate", "SR"),
        ("SR",),
        ("mitigating bias",),
        ("bias mitigation",),
        ("Llama 3",),
        ("Llama-3-8B",),
        ("MATH",),
        ("math", "mathematical reasoning"),
        ("fine-tuning", "finetuned"),
        ("PPO algorithm", "PPO"),
        ("alpha", "beta"),
        ("beta", "gamma"),
        ("İstanbul", "ﬁne", "τ-bench"),
    ]
)
_TYPES = st.sampled_from(["METHOD", "MODEL", "DATASET", "TASK", "METRIC"])


@st.composite
def _papers(draw: st.DrawFn) -> list[Said]:
    said = []
    for number in range(draw(st.integers(1, 7))):
        entities = [
            entity(*surfaces, type=draw(_TYPES), role=draw(st.sampled_from(["uses", "proposes"])))
            for surfaces in draw(st.lists(_SURFACES, max_size=4, unique_by=lambda s: max(s, key=len)))
        ]
        authors = tuple(
            draw(st.lists(st.sampled_from(["Ada L.", "Adá L.", "李明"]), max_size=2, unique=True))
        )
        links = [
            link_to(draw(st.sampled_from(["https://github.com/A/b", "github.com/a/B.git", "https://x.io"])))
        ]
        said.append(paper(f"p{number}", *entities, authors=authors, links=links))
    return said


@settings(max_examples=60, deadline=None)
@given(_papers(), st.randoms(use_true_random=False))
def test_the_order_of_papers_does_not_matter(said: list[Said], chance: random.Random) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)
    assert linked(*shuffled) == linked(*said)


@settings(max_examples=60, deadline=None)
@given(_papers())
def test_a_paper_added_and_removed_leaves_no_trace(said: list[Said]) -> None:
    before = linked(*said)
    linked(*said, paper("added", entity("large language models", "LLMs", type="MODEL"), entity("delta")))
    assert linked(*said) == before


@settings(max_examples=60, deadline=None)
@given(_papers())
def test_unrelated_papers_change_no_id(said: list[Said]) -> None:
    before = linked(*said)
    after = linked(paper("0", entity("quokka sampling", "QKS"), authors=("Nobody Else",)), *said)
    assert {key: after.nodes[key] for key in before.nodes} == before.nodes
    assert {each.id for each in before.entities} <= {each.id for each in after.entities}


@settings(max_examples=60, deadline=None)
@given(_papers())
def test_edges_and_results_lead_to_nodes_that_exist(said: list[Said]) -> None:
    found = linked(*said)
    known = {each.id for each in found.entities} | {f"paper/{p.id}" for p, _ in said}
    assert len(found.entities) == len({each.id for each in found.entities})
    assert {end for edge in found.edges for end in (edge.source, edge.target)} <= known
    assert {merge.node for merge in found.merges} <= known
