"""Atom and RSS feeds as sources."""

from __future__ import annotations

import io

import pytest

from kg.records import Paper, Problem
from kg.sources.feed import read_feed, sniff_feed

RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
<channel><title>cs.CL updates</title>
<item>
 <title>Lamps that Learn when $a &lt; b$</title>
 <link>https://arxiv.org/abs/2501.00003</link>
 <description>arXiv:2501.00003v1 Announce Type: new
Abstract: We light a lamp &amp;amp; measure it.</description>
 <guid isPermaLink="false">oai:arXiv.org:2501.00003v1</guid>
 <category>cs.CL</category>
 <pubDate>Fri, 03 Jan 2025 00:00:00 -0500</pubDate>
 <dc:creator>A. Lamp, B. Wick</dc:creator>
</item>
<item><title></title><description>No title here.</description></item>
</channel></rss>
"""


def read(text: str) -> list[Paper | Problem]:
    return list(read_feed(io.BytesIO(text.encode()), "feed.xml"))


def test_rss_of_arxiv_is_read_without_its_announcement() -> None:
    paper = read(RSS)[0]
    assert not isinstance(paper, Problem)
    assert (paper.id, paper.title) == ("2501.00003", "Lamps that Learn when $a < b$")
    assert paper.abstract == "We light a lamp & measure it."
    assert (paper.authors, paper.date, paper.categories) == (("A. Lamp", "B. Wick"), "2025-01-03", ("cs.CL",))


def test_an_entry_without_title_is_told_by_its_number() -> None:
    problem = read(RSS)[1]
    assert isinstance(problem, Problem) and problem.reason == "entry 2 has no title"


def test_a_feed_that_breaks_off_gives_what_came_before() -> None:
    paper, problem = read(RSS[: RSS.index("<item><title></title>")])
    assert isinstance(paper, Paper)
    assert isinstance(problem, Problem) and problem.line is not None
    assert "1 entries were read" in problem.reason


def test_half_an_entry_is_none() -> None:
    items = read(RSS[: RSS.index("measure it")])
    assert not [item for item in items if isinstance(item, Paper)] and items


def test_html_becomes_text() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>'
        "<summary type='html'>&lt;p&gt;One &lt;b&gt;bold&lt;/b&gt; lamp.&lt;/p&gt;</summary></entry></feed>"
    )
    (paper,) = read(feed)
    assert isinstance(paper, Paper) and paper.abstract == "One bold lamp."


@pytest.mark.parametrize("head", ["<html><body>", "{}", "Title\n\nText", '<?xml version="1.0"?><svg>'])
def test_other_texts_are_no_feed(head: str) -> None:
    assert not sniff_feed(head)
