"""Web addresses: whole and clean; what they lead to; how the paper relates to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.addresses import canonical_url, find_addresses, url_key
from kg.extraction import load
from kg.extraction.hosts import link_kind
from kg.extraction.links import find_links
from kg.schema import LINK_KINDS, LINK_RELATIONS


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Code: https://github.com/org/repo.", ["https://github.com/org/repo"]),
        ("Code:https://github.com/org/repo.git, too", ["https://github.com/org/repo"]),
        ("(https://a.org/x)and [https://b.org/y];", ["https://a.org/x", "https://b.org/y"]),
        ("see https://a.org/b_(c) and <http://d.org/e>!", ["https://a.org/b_(c)", "http://d.org/e"]),
        (r"\url{https://a.org/x\_y\%20z\#w}", ["https://a.org/x_y%20z#w"]),
        (r"\href{https://a.org/~me}{here}", ["https://a.org/~me"]),
        (r"\href{https://a.org/x}{\texttt{https://a.org/x}}", ["https://a.org/x", "https://a.org/x"]),
        (r"\footnote{https://a.org/x}.", ["https://a.org/x"]),
        (r"https://a.edu/$\sim$me/", ["https://a.edu/~me/"]),
        ("[the code](https://github.com/org/repo).", ["https://github.com/org/repo"]),
        ("**https://a.org/x**", ["https://a.org/x"]),
        (
            "at github.com/org/my_repo or www.a.org/x,",
            ["https://github.com/org/my_repo", "https://www.a.org/x"],
        ),
        ("on https: //github.com/org/repo", ["https://github.com/org/repo"]),
        ("on https://github. com/org/repo", ["https://github.com/org/repo"]),
        ("on https://github.com/org/\nrepo-name. We", ["https://github.com/org/repo-name"]),
        ("on https://github.com/org/my-\nrepo.", ["https://github.com/org/my-repo"]),
        ("on https://org.github.io/ my-page/", ["https://org.github.io/my-page/"]),
        ("on https://org.github.io/ We show", ["https://org.github.io/"]),
        ("at https://a.org/XYZ.The code", ["https://a.org/XYZ"]),
        ("https://a.org/x,https://b.org/y", ["https://a.org/x", "https://b.org/y"]),
        (
            "https://web.archive.org/web/2020/https://a.org",
            ["https://web.archive.org/web/2020/https://a.org"],
        ),
        ("https://a.org/x?q=1&amp;r=2#s", ["https://a.org/x?q=1&r=2#s"]),
        ("code at github/Org/Name now", ["https://github.com/Org/Name"]),
        ("on our project page: swing.github.io", ["https://swing.github.io"]),
        ("available at data.org.", ["https://data.org"]),
        ("https://a.org。次", ["https://a.org"]),
    ],
)
def test_addresses_come_out_whole_and_clean(text: str, urls: list[str]) -> None:
    assert [found.url for found in find_addresses(text)] == urls


@pytest.mark.parametrize(
    "text",
    [
        "We use Node.js, e.g.in 3.5.Our models.We test vs.The rest",
        "write to name@example.com or name@github.com/x",
        "prefixes like en.wikipedia.org help",
        "http:// and https://localhost/x and https://[half",
        "either/or, TCP/IP, 3.5/4.0, and U.S./EU",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert list(find_addresses(text)) == []


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
SEGMENT = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_.~%+=-]{0,10}[A-Za-z0-9])?", fullmatch=True)
URL = st.builds(
    lambda scheme, labels, top, path, slash: f"{scheme}://{'.'.join(labels)}.{top}/{'/'.join(path)}{slash}",
    st.sampled_from(["http", "https"]),
    st.lists(LABEL, min_size=1, max_size=3),
    st.sampled_from(["com", "org", "io", "edu", "co.uk"]),
    st.lists(SEGMENT.filter(lambda s: not s.endswith(".git")), min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
)


@given(
    URL,
    st.sampled_from(
        ["{}", "{}.", "({}).", "<{}>,", "“{}”", "see {}; then", "[it]({})", "{}: ok", r"\url{{{}}}"]
    ),
)
def test_any_address_comes_back_whole_from_a_sentence(url: str, frame: str) -> None:
    text = "Code is at " + frame.format(url)
    (found,) = find_addresses(text)
    assert found.url == url
    assert text[found.start : found.end] == url


@given(URL)
def test_latex_escapes_and_line_breaks_are_undone(url: str) -> None:
    escaped = url.replace("_", r"\_").replace("%", r"\%")
    assert [found.url for found in find_addresses(rf"\href{{{escaped}}}{{here}}")] == [url]


@given(
    st.text(alphabet=st.one_of(st.sampled_from(list("htps:/w.gi cm{}\\_()\n")), st.characters()), max_size=80)
)
def test_any_text_is_survived(text: str) -> None:
    for found in find_links(text):
        assert 0 <= found.start < found.end <= len(text)
        assert 0 <= found.words[0] <= found.words[1] <= len(text)
        assert found.kind in LINK_KINDS
        assert found.relation in LINK_RELATIONS


def test_one_place_has_one_key() -> None:
    spellings = [
        "https://github.com/Org/Repo",
        "http://www.github.com/org/repo/",
        "github.com/Org/repo.git",
        "https://GitHub.com/Org/Repo/tree/main",
    ]
    assert len({url_key(url) for url in spellings}) == 1
    assert canonical_url(spellings[3]) == "https://github.com/Org/Repo"
    assert url_key("https://a.org/X") != url_key("https://a.org/x")


@pytest.mark.parametrize(
    ("url", "words", "kind"),
    [
        ("https://github.com/o/r", "Our code is available at", "code"),
        ("https://github.com/o/r", "Code, data, and models are available at", "code"),
        ("https://github.com/o/r", "The dataset is available at", "data"),
        ("https://github.com/o/r", "The benchmark is available at", "code"),
        ("https://github.com/o/r", "To help agents, we release the dataset at", "data"),
        ("https://github.com/o/r", "Trained weights are at", "model"),
        ("https://git.uni.edu/o/r", "Code:", "code"),
        ("https://anonymous.4open.science/r/x", "Our code and data are at", "code"),
        ("https://o.github.io/r", "Code and data are available at", "project"),
        ("https://o.github.io/r", "The dataset is available at", "data"),
        ("https://huggingface.co/o/r", "released at", "model"),
        ("https://huggingface.co/datasets/o/r", "available at", "data"),
        ("https://huggingface.co/o", "Our datasets are at", "data"),
        ("https://huggingface.co/spaces/o/r", "try it at", "project"),
        ("https://zenodo.org/records/1", "available at", "data"),
        ("https://doi.org/10.5281/zenodo.1", "materials are archived at", "data"),
        ("https://doi.org/10.1000/1", "as shown in", "paper"),
        ("https://arxiv.org/abs/2506.01234", "see", "paper"),
        ("https://lab.edu/paper.pdf", "see", "paper"),
        ("https://aka.ms/x", "a diff of the model weights is published at", "model"),
        ("https://tiny.cc/x", "Videos and code are on our website:", "project"),
        ("https://bit.ly/x", "explore the FooBench at", "data"),
        ("https://bit.ly/x", "for the future", "other"),
        ("https://lab.edu/foo", "Code and models are available at", "project"),
    ],
)
def test_kinds_follow_from_host_and_words(url: str, words: str, kind: str) -> None:
    assert link_kind(url, words, own=True) == kind


FURTHER = " More is said after that, at some length, so that no address stands at the very end of it all."


@pytest.mark.parametrize(
    ("sentence", "relation", "words"),
    [
        ("Our code is available at https://a.org/x.", "provides", "Our code is available at"),
        ("We release everything (https://a.org/x).", "provides", "We release everything"),
        ("Code and data: https://a.org/x", "provides", "Code and data"),
        ("Our code, built on Foo, is available at https://a.org/x.", "provides", None),
        ("At https://a.org/x we release our code.", "provides", "we release our code."),
        ("Our reader is built on Foo (https://a.org/x).", "builds_on", "built on Foo"),
        ("We use the tools of https://a.org/x to read.", "builds_on", "We use the tools of"),
        ("See https://a.org/x for a list.", "cites", "See"),
        ("We evaluate our reader on the Foo data (https://a.org/x).", "cites", None),
        ("The data provided by Foo (https://a.org/x) are old.", "cites", None),
        ("It won the shared task (https://a.org/x).", "cites", "shared task"),
    ],
)
def test_relations_follow_from_words(sentence: str, relation: str, words: str | None) -> None:
    text = sentence + FURTHER
    (link,) = find_links(text)
    assert link.relation == relation
    if words is not None:
        assert text[slice(*link.words)] == words


def test_a_bare_address_at_the_end_is_the_papers_own() -> None:
    (link,) = find_links("We read quickly. https://github.com/org/repo")
    assert (link.relation, link.words[1] - link.words[0]) == ("provides", 0)


def test_words_of_one_address_hold_for_the_next() -> None:
    first, second = find_links("Materials are available at https://a.org/x and https://b.org/y." + FURTHER)
    assert (first.relation, second.relation) == ("provides", "provides")


def test_a_place_named_twice_is_one_link() -> None:
    links = find_links(r"Code: \href{https://github.com/o/r}{https://github.com/O/R}.")
    assert [link.url for link in links] == ["https://github.com/o/r"]


def test_the_component_gives_offsets_in_the_text_as_given() -> None:
    text = "T\nWe  read. Our code is at~\\href{https://github.com/o/r}{here}."
    doc = load()(text)
    (link,) = doc._.links
    assert text[link.start : link.end] == "https://github.com/o/r"
    assert text[slice(*link.words)] == "Our code is at"
    assert link.sentence.text == "Our code is at here."
