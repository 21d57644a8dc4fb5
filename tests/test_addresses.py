"""Web addresses come out of a text whole and clean, and one place has one key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.addresses import canonical_url, find_addresses, url_key


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
