"""Pages of daily papers, copied as text, in many layouts."""

from __future__ import annotations

import io
import json
import random
import textwrap
from pathlib import Path

import pytest

from kg.records import Paper, Problem
from kg.sources.daily import read_daily, sniff_daily
from kg.sources.place import PaperRead

KNOWN = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "papers.jsonl").read_text().splitlines()
]
PAPERS = [(record["title"], record["abstract"]) for record in KNOWN if record["abstract"]]
(ONE, ONE_ABSTRACT), (TWO, TWO_ABSTRACT) = PAPERS[:2]

GERMAN = (
    "Große Sprachmodelle antworten oft zu lang. Wir zeigen, dass eine einfache Strafe für jedes überflüssige "
    "Wort genügt, um die Antworten auf die Hälfte zu kürzen, ohne dass ihre Richtigkeit leidet. Auf drei "
    "Datensätzen bleibt die Genauigkeit gleich, und auf einem steigt sie sogar um zwei Punkte."
)
CHINESE = (
    "大型语言模型的回答往往过长。我们提出一种简单的惩罚方法，对每个多余的词进行惩罚，从而将回答长度减半而不影响其正确性。"
    "在三个数据集上，准确率保持不变，在另一个数据集上甚至提高了两个百分点。代码和数据均已公开，供研究者使用。"
)


def read(text: str) -> list[Paper | Problem]:
    return list(read_daily(io.BytesIO(text.encode()), "page.txt"))


def found(text: str) -> list[tuple[str, str]]:
    items = read(text)
    assert not [str(item) for item in items if isinstance(item, Problem)]
    return [(item.title, " ".join(item.abstract.split())) for item in items if isinstance(item, Paper)]


def page(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


# ---------------------------------------------------------------- one thing at a time


def test_titles_and_abstracts_and_nothing_else() -> None:
    head = ("new", "Get papers in your inbox!", "Subscribe", "Daily Papers", "bythe community", "Sep 2")
    foot = ("Previous", "Next", "© Example", "Privacy")
    assert found(page(*head, ONE, ONE_ABSTRACT, TWO, TWO_ABSTRACT, *foot)) == PAPERS[:2]


def test_papers_know_the_line_of_their_title() -> None:
    items = read(page("Sep 2", ONE, ONE_ABSTRACT, TWO, TWO_ABSTRACT))
    assert [item.line for item in items if isinstance(item, PaperRead)] == [3, 7]


def test_the_abstract_is_kept_as_given_with_its_line_breaks() -> None:
    wrapped = textwrap.fill(ONE_ABSTRACT, 70)
    (item,) = read(page("Sep 2", ONE, wrapped))
    assert isinstance(item, Paper) and item.abstract == wrapped


def test_authors_below_the_title_are_authors() -> None:
    (item,) = read(page(ONE, "Ana Lima, Bo Chen, C. van der Berg, +4 authors", ONE_ABSTRACT))
    assert isinstance(item, Paper)
    assert (item.title, item.authors) == (ONE, ("Ana Lima", "Bo Chen", "C. van der Berg"))


def test_a_date_with_a_year_is_the_date_and_one_without_is_none() -> None:
    dates = [
        item.date
        for item in read(page("Sep 2, 2025", ONE, ONE_ABSTRACT, TWO, TWO_ABSTRACT, "Sep 3", *PAPERS[2]))
        if isinstance(item, Paper)
    ]
    assert dates == ["2025-09-02", "2025-09-02", ""]


@pytest.mark.parametrize(
    "link", ["https://arxiv.org/abs/2506.01234", "arXiv:2506.01234v2", "arXiv: 2506.01234"]
)
def test_arxiv_links_are_ids(link: str) -> None:
    for blocks in (
        (ONE, link, ONE_ABSTRACT, TWO, TWO_ABSTRACT),
        (ONE, ONE_ABSTRACT, link, TWO, TWO_ABSTRACT, "Next"),
    ):
        ids = [item.id for item in read(page(*blocks)) if isinstance(item, Paper)]
        assert ids[0] == "2506.01234" and ids[1].startswith("slow-tokens-first")


def test_links_above_the_titles_belong_to_what_follows() -> None:
    items = read(page("arXiv:2506.00001", ONE, ONE_ABSTRACT, "arXiv:2506.00002", TWO, TWO_ABSTRACT))
    assert [(item.id, item.title) for item in items if isinstance(item, Paper)] == [
        ("2506.00001", ONE),
        ("2506.00002", TWO),
    ]


def test_markdown_is_taken_off_titles() -> None:
    (item,) = read(page(f"## [{ONE}](https://arxiv.org/abs/2506.01234)", ONE_ABSTRACT))
    assert isinstance(item, Paper) and (item.title, item.id) == (ONE, "2506.01234")


@pytest.mark.parametrize("prefix", ["- ", "* ", "• ", "1. ", "12) ", "### "])
def test_bullets_and_numbers_are_taken_off_titles(prefix: str) -> None:
    assert found(page(prefix + ONE, ONE_ABSTRACT)) == [PAPERS[0]]


def test_titles_that_begin_with_figures_stay_whole() -> None:
    assert found(page("3D Maps from 2D Views", ONE_ABSTRACT))[0][0] == "3D Maps from 2D Views"


@pytest.mark.parametrize(
    "title", ["Orca 2", "GPT-4", "KnowRL", "Deep Ignorance", "What Is Novel?", "Attention Is All"]
)
def test_short_titles_are_found_among_furniture(title: str) -> None:
    text = page(
        "Daily Papers", "by AK and the community", "Sep 2", "▲ 12", title, "5 authors", ONE_ABSTRACT, "💬 3"
    )
    assert found(text) == [(title, ONE_ABSTRACT)]


def test_a_title_that_lists_capitalised_things_is_no_list_of_authors() -> None:
    title = "Graph Networks, Set Functions, and Point Clouds"
    assert found(page("Sep 2", title, ONE_ABSTRACT)) == [(title, ONE_ABSTRACT)]


def test_one_author_and_one_university_are_no_titles() -> None:
    cards = [
        (title, "Ana Lima", "Institute of Rivers, University of Oslo", abstract) for title, abstract in PAPERS
    ]
    assert found(page(*(block for card in cards for block in card))) == PAPERS


def test_a_short_title_above_its_one_author() -> None:
    assert found(page("Sep 2", "Orca 2", "Ana Lima", ONE_ABSTRACT))[0][0] == "Orca 2"


def test_short_abstracts_need_a_plain_title() -> None:
    short = "We ask whether stones can be counted by a machine. They can, and it takes little time."
    assert found(page("Counting Stones with Machines", short)) == [("Counting Stones with Machines", short)]
    banner = "We use small files to make this site work. By reading on you agree to that fact."
    assert found(page("Cookies", banner, ONE, ONE_ABSTRACT)) == [PAPERS[0]]


def test_below_the_head_of_a_page_a_sentence_under_a_short_title_is_an_abstract() -> None:
    short = "We describe machines that count stones together, and what happens when one of them is wrong."
    text = page("Sep 2", ONE, ONE_ABSTRACT, "Counting automata", short, TWO, TWO_ABSTRACT)
    assert found(text) == [PAPERS[0], ("Counting automata", short), PAPERS[1]]


def test_a_second_short_paragraph_belongs_to_the_abstract() -> None:
    code = "Our code is available at https://github.com/example-lab/stones."
    (first, second) = read(page(ONE, ONE_ABSTRACT, code, TWO, TWO_ABSTRACT))
    assert isinstance(first, Paper) and first.abstract == f"{ONE_ABSTRACT}\n\n{code}"
    assert isinstance(second, Paper) and second.title == TWO


def test_an_abstract_in_two_paragraphs_is_one_and_two_abstracts_are_not() -> None:
    (item,) = read(page(ONE, ONE_ABSTRACT, PAPERS[2][1]))
    assert isinstance(item, Paper) and item.abstract == f"{ONE_ABSTRACT}\n\n{PAPERS[2][1]}"
    long = " ".join([TWO_ABSTRACT] * 4)
    paper, problem = read(page(ONE, ONE_ABSTRACT, long))
    assert isinstance(paper, Paper) and paper.abstract == ONE_ABSTRACT
    assert isinstance(problem, Problem)
    assert str(problem).startswith("page.txt:5: a paragraph without a title (Speculative decoding lets")


def test_a_paragraph_without_any_title_is_reported() -> None:
    (problem,) = read(page("12", ONE_ABSTRACT))
    assert isinstance(problem, Problem) and problem.line == 3


def test_furniture_paragraphs_are_no_problems() -> None:
    notice = "We use cookies to run this site and to learn how it is read. " * 5
    assert found(page("Accept", notice, ONE, ONE_ABSTRACT, "Imprint", notice)) == [PAPERS[0]]


def test_the_same_paper_under_two_dates_is_there_twice() -> None:
    one, two = (ONE, "3 authors", ONE_ABSTRACT), (TWO, "2 authors", TWO_ABSTRACT)
    text = page("Sep 2", *one, *two, "Sep 1", *one)
    assert found(text) == [PAPERS[0], PAPERS[1], PAPERS[0]]


def test_other_scripts() -> None:
    chinese, german = "更短的回答：惩罚多余的词", "Kürzer antworten: Strafen für überflüssige Wörter"
    head = ("每日论文", "由研究社区提供", "9月2日")
    text = page(*head, "▲ 12", chinese, "张三、李四、王小五", CHINESE, "▲ 7", german, "· 3 Autoren", GERMAN)
    assert found(text) == [(chinese, CHINESE), (german, GERMAN)]


def test_bytes_that_are_not_utf8_cost_their_paper_alone() -> None:
    data = page("Sep 2", ONE, ONE_ABSTRACT, TWO, TWO_ABSTRACT).encode().replace(b"stone", b"st\xf8ne")
    items = list(read_daily(io.BytesIO(data), "page.txt"))
    assert [type(item).__name__ for item in items] == ["Problem", "PaperRead"]


def test_an_abstract_that_is_too_long_is_not_cut() -> None:
    (problem,) = read(page(ONE, "We count stones. " * 20_000))
    assert isinstance(problem, Problem) and "more than 200,000" in problem.reason


# ---------------------------------------------------------------- layouts, several things at once

LANGUAGES = {
    "en": (
        "Daily Papers",
        "Sep {}",
        "Submitted by",
        "{} authors",
        "View arXiv page",
        "Upvote {}",
        "Previous",
    ),
    "de": (
        "Tägliche Papers",
        "{}. September",
        "Eingereicht von",
        "{} Autoren",
        "Mehr anzeigen",
        "{} Stimmen",
        "Zurück",
    ),
    "fr": (
        "Articles du jour",
        "{} septembre 2025",
        "Soumis par",
        "{} auteurs",
        "Voir la page",
        "{} votes",
        "Précédent",
    ),
    "es": (
        "Artículos del día",
        "{} de septiembre",
        "Enviado por",
        "{} autores",
        "Ver página",
        "{} votos",
        "Anterior",
    ),
    "pl": (
        "Codzienne artykuły",
        "{} września",
        "Zgłoszone przez",
        "{} autorów",
        "Zobacz stronę",
        "{} głosów",
        "Wstecz",
    ),
    "ru": ("Статьи дня", "{} сентября", "Отправил", "{} авторов", "Открыть страницу", "{} голосов", "Назад"),
    "zh": ("每日论文", "9月{}日", "提交者", "{} 位作者", "查看页面", "{} 票", "上一页"),
}
NAMES = ["Ana Lima, Bo Chen, Cy Duval", "Dana O'Neil, J. Kral, +3", "Eva Saint-Jean and Farid Aziz"]


def card(kind: str, language: str, title: str, abstract: str, rng: random.Random) -> list[str]:
    """A paper's blocks in one of several layouts."""
    _, date, by, authors, more, votes, _ = LANGUAGES[language]
    n = rng.randint(2, 28)
    return {
        "plain": [title, abstract],
        "votes": [f"▲ {n}", title, abstract, f"💬 {n}"],
        "submitter": [
            by,
            rng.choice(["taes", "Ana Lima"]),
            str(n),
            title,
            f"· {authors.format(n)}",
            abstract,
        ],
        "submitter in line": [f"{by} jdoe{n}", title, rng.choice(NAMES), abstract, more],
        "authors": [title, rng.choice(NAMES), date.format(n), abstract, votes.format(n)],
        "below": [title, abstract, authors.format(n), votes.format(n), more],
    }[kind]


@pytest.mark.parametrize("kind", ["plain", "votes", "submitter", "submitter in line", "authors", "below"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("blank", [True, False])
def test_layouts_in_seven_languages_with_and_without_blank_lines(
    kind: str, language: str, blank: bool
) -> None:
    head, date, *_, foot = LANGUAGES[language]
    rng = random.Random(f"{kind} {language}")
    blocks = [head, date.format(2)]
    for title, abstract in PAPERS:
        blocks += card(kind, language, title, abstract, rng)
    text = ("\n\n" if blank else "\n").join([*blocks, foot])
    assert found(text) == PAPERS
    assert found(text.replace("\n", "\r\n")) == PAPERS


@pytest.mark.parametrize("kind", ["plain", "votes", "submitter", "submitter in line", "authors", "below"])
@pytest.mark.parametrize("width", [66, 80, 120])
def test_lines_broken_by_hand(kind: str, width: int) -> None:
    rng = random.Random(f"{kind} {width}")
    blocks = ["Daily Papers", "Sep 2"]
    for title, abstract in PAPERS:
        blocks += card(kind, "en", title, abstract, rng)
    wrapped = [textwrap.fill(block, width, break_on_hyphens=False) for block in blocks]
    assert found("\n\n".join(wrapped)) == PAPERS


def test_papers_glued_to_one_another_and_titles_to_abstracts() -> None:
    glued = "\n".join(f"{title}\n{abstract}" for title, abstract in PAPERS)
    assert found(glued) == PAPERS
    apart = "\n\n".join(f"{title}\n{abstract}" for title, abstract in PAPERS)
    assert found(apart) == PAPERS
    ragged = "\n".join(f"{title}\n\n{abstract}" for title, abstract in PAPERS)
    assert found(ragged) == PAPERS


def test_broken_lines_with_the_title_glued_to_the_abstract() -> None:
    wrapped = [f"{title}\n{textwrap.fill(abstract, 72)}" for title, abstract in PAPERS]
    assert found("\n\n".join(["Sep 2", *wrapped])) == PAPERS


# ---------------------------------------------------------------- recognising such pages


def test_pages_are_recognised_and_other_texts_are_not() -> None:
    assert sniff_daily(page("Sep 2", ONE, ONE_ABSTRACT))
    assert sniff_daily(page(ONE, ONE_ABSTRACT, TWO, TWO_ABSTRACT, "the last line may be cut"))
    for text in (
        "",
        "Hello",
        "Buy milk.\nBuy bread.\n",
        ONE_ABSTRACT,
        page(*[ONE_ABSTRACT * 2] * 5),
        "a,b\n1,2\n",
    ):
        assert not sniff_daily(text)
