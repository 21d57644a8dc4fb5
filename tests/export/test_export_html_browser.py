"""The page in a real browser, with the network off: what a person would do, and what must not happen."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.export.base import ExportOptions
from kg.export.html import write_html
from kg.records import Edge, Entity, Extraction, LocalNode, Paper, ResultRow, Support

pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'kg[test]'")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

RLHF = "reinforcement learning from human feedback"
SENTENCE = "We fine-tune TinyNet with reinforcement learning from human feedback (RLHF) on ToyBench."
LATER = "BigNet extends TinyNet and outperforms it on ToyBench."
SCRIPT_TITLE = "<script>alert(1)</script>"
END_TITLE = "</script><img src=x onerror=alert(1)>"
#: Names that have broken pages, each with what the page shows of it.
HOSTILE = {
    "method/h1": '"><img src=x onerror=alert(1)>',
    "method/h2": "\u202egnp.exe\u202c turns around",
    "method/h3": "nul\x00inside",
    "method/h4": "👩\u200d🔬 emoji 🧪",
    "method/h5": "long " + "x" * 10000,
    "method/h6": "{{ constructor }} ${alert(1)} javascript:alert(1)",
    "method/h7": "</title><style>*{display:none}</style>",
}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


def support(paper: str, title: str, quote: str) -> Support:
    """Evidence whose sentence is the first of the abstract."""
    start = len(title) + 1
    return Support(paper=paper, start=start, end=start + len(quote), quote=quote, rule="roles", score=1.0)


class Small:
    """A graph with one of each that the tests walk over."""

    def papers(self) -> list[Paper]:
        return [
            Paper(
                id="2501.00001",
                title="TinyNet: small and good",
                abstract=SENTENCE,
                arxiv_id="2501.00001",
                url="https://arxiv.org/abs/2501.00001",
                date="2025-01-03",
                categories=("cs.CL",),
                authors=("Ada Lovelace",),
            ),
            Paper(
                id="p2",
                title=SCRIPT_TITLE,
                abstract="Odd names.",
                url="javascript:alert(1)",
                date="2025-02",
                categories=("cs.CV",),
            ),
            Paper(
                id="p3",
                title="BigNet: large and better",
                abstract=LATER,
                date="2025-04-30",
                categories=("cs.CL", "cs.LG"),
            ),
            Paper(id="p4", title=END_TITLE, abstract="Another."),
        ]

    def entities(self) -> list[Entity]:
        return sorted(
            [
                Entity(id="author/ada-lovelace", kind="AUTHOR", name="Ada Lovelace", papers=1),
                Entity(
                    id="dataset/toybench",
                    kind="DATASET",
                    name="ToyBench",
                    aliases=(("Toy Bench", 1),),
                    papers=2,
                ),
                Entity(
                    id="method/" + RLHF.replace(" ", "-"),
                    kind="METHOD",
                    name=RLHF,
                    aliases=((RLHF, 1), ("RLHF", 1)),
                    papers=1,
                ),
                Entity(id="model/bignet", kind="MODEL", name="BigNet", papers=1),
                Entity(
                    id="model/tinynet",
                    kind="MODEL",
                    name="TinyNet",
                    papers=2,
                    types=(("MODEL", 2), ("METHOD", 1)),
                ),
                Entity(
                    id="repository/github.com/tiny/net",
                    kind="REPOSITORY",
                    name="tiny/net",
                    papers=1,
                    url="https://github.com/tiny/net",
                ),
                *(Entity(id=node, kind="METHOD", name=name, papers=1) for node, name in HOSTILE.items()),
            ],
            key=lambda entity: entity.id,
        )

    def edges(self) -> list[Edge]:
        first = support("2501.00001", "TinyNet: small and good", SENTENCE)
        later = support("p3", "BigNet: large and better", LATER)
        record = Support(paper="2501.00001", start=None, end=None, quote="", rule="record", score=1.0)
        rows = [
            ("paper/2501.00001", "dataset/toybench", "uses", first),
            ("paper/2501.00001", "method/" + RLHF.replace(" ", "-"), "uses", first),
            ("paper/2501.00001", "model/tinynet", "proposes", first),
            ("paper/2501.00001", "author/ada-lovelace", "written_by", record),
            ("paper/2501.00001", "repository/github.com/tiny/net", "provides", first),
            ("paper/p3", "model/bignet", "proposes", later),
            ("paper/p3", "dataset/toybench", "uses", later),
            ("paper/p3", "model/tinynet", "compares", later),
            ("model/bignet", "model/tinynet", "outperforms", later),
            *(("paper/p2", node, "mentions", support("p2", SCRIPT_TITLE, "Odd names.")) for node in HOSTILE),
        ]
        return [
            Edge(source=a, target=b, kind=kind, support=1, confidence=1.0, evidence=(evidence,))
            for a, b, kind, evidence in sorted(rows, key=lambda row: (row[0], row[2], row[1]))
        ]

    def results(self) -> list[ResultRow]:
        return [
            ResultRow(
                id="result/2501.00001/1",
                paper="2501.00001",
                subject="model/tinynet",
                metric=None,
                metric_text="accuracy",
                value="91.3%",
                number=91.3,
                unit="%",
                dataset="dataset/toybench",
                baseline=None,
                evidence=support("2501.00001", "TinyNet: small and good", SENTENCE),
            )
        ]

    def extractions(self) -> list[Extraction]:
        return []

    def nodes(self) -> list[LocalNode]:
        return []


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "graph.html"
    write_html(Small(), path, ExportOptions())
    return path.as_uri()


def opened(page: Any, address: str) -> Any:
    """Goes to the page and waits until everything in it can be used."""
    page.goto(address)
    page.wait_for_selector("body[data-ready=all]")
    rest(page)
    return page


def rest(page: Any) -> None:
    """Waits until the map has come to rest and is painted."""
    page.wait_for_selector("#map[data-state=still], body:not([data-mode=map])", state="attached")


@pytest.fixture
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, open and drawn; at the end, no request, no console message, no dialog may have been seen."""
    settings = {"viewport": DESKTOP, "reduced_motion": "reduce", **getattr(request, "param", {})}
    context = browser.new_context(offline=True, **settings)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(15000)
    seen: list[str] = []

    def guard(route: Any) -> None:
        if route.request.url.split("#")[0] == address:
            route.continue_()
        else:
            seen.append(f"request {route.request.url}")
            route.abort()

    page.route("**/*", guard)
    page.on("console", lambda line: seen.append(f"{line.type} {line.text}"))
    page.on("pageerror", lambda error: seen.append(f"error {error}"))
    page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
    yield opened(page, address)
    context.close()
    assert seen == []


def search(page: Any, words: str) -> None:
    """Opens the best match, as a person at the keyboard would."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def heading(page: Any) -> str:
    return str(page.inner_text("#panel h2"))


def saved(page: Any, item: str) -> str:
    """The path of what a menu item saves."""
    page.click("#open-save")
    with page.expect_download() as waiting:
        page.click(f"#save button:has-text('{item}')")
    return str(waiting.value.path())


# ---------------------------------------------------------------- looking and reading


def test_it_bears_its_name_and_that_of_the_chosen_node(page: Any) -> None:
    assert page.inner_text("h1") == page.title() == "Knowledge graph of 4 papers"
    search(page, "toybench")
    assert page.title() == "ToyBench · Knowledge graph of 4 papers"


def test_it_counts_what_it_shows(page: Any) -> None:
    assert page.inner_text("#counts") == "17 nodes · 16 connections"
    assert page.inner_text("#legend [data-index='5'] .count") == "4"


def test_an_alias_finds_its_node(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("rlhf")
    assert f"{RLHF}also RLHF" in page.inner_text("#matches li >> nth=0").replace("\n", "")
    page.keyboard.press("Enter")
    assert heading(page) == RLHF
    assert page.evaluate("document.activeElement.id") == "panel"


def test_what_is_not_there_is_said_to_be_not_there(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("no such thing")
    assert "Nothing of that name" in page.inner_text("#matches")


def test_a_node_tells_its_evidence_with_its_name_marked(page: Any) -> None:
    search(page, "toybench")
    page.wait_for_selector(f"#panel blockquote:has-text('{SENTENCE}')")
    assert page.inner_text("#panel .group:has-text('Used by') mark >> nth=0") == "ToyBench"
    assert page.inner_text("#panel h3:has-text('Used by')") == "Used by 2"


def test_a_node_tells_its_other_types_results_and_links(page: Any) -> None:
    search(page, "tinynet")
    assert "Also read as method (1 paper)" in page.inner_text("#panel .notes")
    assert page.inner_text("#panel table td.value") == "91.3%"
    search(page, "tiny/net")
    assert page.get_attribute("#panel .links a", "href") == "https://github.com/tiny/net"


def test_a_paper_tells_authors_categories_and_has_its_own_map(page: Any) -> None:
    search(page, "small and good")
    assert page.inner_text("#panel .authors") == "Ada Lovelace"
    assert page.inner_text("#panel .facts >> nth=0") == "2025-01-03 · cs.CL"
    assert page.get_attribute("#panel .links a", "href") == "https://arxiv.org/abs/2501.00001"
    assert page.locator("#panel .paper-map .place").count() == 3
    page.click("#panel .paper-map .place:has-text('ToyBench')")
    assert heading(page) == "ToyBench"


def test_neighbours_can_be_walked_back_and_forward(page: Any) -> None:
    search(page, "toybench")
    page.click("#panel .walk:has-text('small and good')")
    assert heading(page) == "TinyNet: small and good"
    page.click("#panel button:has-text('Back to the node before')")
    assert heading(page) == "ToyBench"
    page.click("#panel button:has-text('Forward again')")
    assert heading(page) == "TinyNet: small and good"


def test_a_click_on_the_map_opens_a_node_and_one_beside_closes_it(page: Any) -> None:
    search(page, "toybench")
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")
    rest(page)
    at = page.evaluate(
        """() => {
        const node = app.graph.numberOf.get("dataset/toybench"), { map } = app;
        const box = map.box.getBoundingClientRect();
        const { x, y } = toScreen(map.view, map.width, map.height, app.graph.x[node], app.graph.y[node]);
        return [x + box.left, y + box.top]; }"""
    )
    page.mouse.move(*at)
    page.wait_for_selector("#map.pointing")
    page.mouse.click(*at)
    assert heading(page) == "ToyBench"


def test_the_hand_moves_and_zooms_the_map(page: Any) -> None:
    before = page.evaluate("({ ...app.map.view })")
    page.mouse.move(700, 500)
    page.mouse.down()
    page.mouse.move(760, 540, steps=4)
    page.mouse.up()
    page.mouse.wheel(0, -300)
    rest(page)
    after = page.evaluate("({ ...app.map.view })")
    assert after["scale"] > before["scale"]
    assert page.is_hidden("#panel")


# ---------------------------------------------------------------- filters, months, views


def test_types_and_roles_can_be_filtered(page: Any) -> None:
    page.uncheck("#legend input[value=METHOD]")
    assert page.inner_text("#counts") == "9 of 17 nodes · 8 of 16 connections"
    page.check("#legend input[value=METHOD]")
    page.uncheck("#legend input[value=mentions]")
    assert page.inner_text("#counts") == "9 of 17 nodes · 9 of 16 connections"
    page.click("#reset-box button")
    assert page.inner_text("#counts") == "17 nodes · 16 connections"


def test_one_type_alone_can_be_asked_for(page: Any) -> None:
    page.hover("#legend .switch:has(input[value=MODEL])")
    page.click("#legend .switch:has(input[value=MODEL]) .only")
    assert page.inner_text("#counts") == "2 of 17 nodes · 1 of 16 connections"


def test_months_can_be_chosen_and_played(page: Any) -> None:
    page.focus("#time-to")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert page.inner_text("#span") == "2025-01"
    assert page.inner_text("#counts") == "6 of 17 nodes · 5 of 16 connections"
    page.click("#time button.all")
    page.click("#play")
    page.wait_for_selector("#span:has-text('2025-01 – 2025-04')")
    page.wait_for_selector("#play:not(.on)")


def test_support_degree_and_category_can_be_filtered(page: Any) -> None:
    page.evaluate("filter({ support: 2 })")
    assert page.inner_text("#counts").startswith("6 of 17 nodes")
    page.evaluate("filter({ support: 1, degree: 3 })")
    assert page.inner_text("#counts").startswith("4 of 17 nodes")
    page.evaluate("filter({ degree: 0 })")
    page.click("#legend details[data-section=categories] summary")
    page.uncheck("#legend input[value='cs.CV']")
    assert page.inner_text("#counts") == "9 of 17 nodes · 9 of 16 connections"


def test_filters_that_leave_nothing_say_so(page: Any) -> None:
    page.evaluate("filter({ degree: 60 })")
    page.click("#empty button")
    assert page.inner_text("#counts") == "17 nodes · 16 connections"


def test_the_list_and_the_table_hold_the_same_selection(page: Any) -> None:
    page.uncheck("#legend input[value=METHOD]")
    page.click("#modes [data-mode=list]")
    assert page.locator("#rows .item").count() == 9
    page.click("#modes [data-mode=table]")
    assert page.get_attribute("#rows [role=table]", "aria-rowcount") == "10"
    page.click("#sort-name")
    names = page.locator("#rows .body [role=row] .walk").all_inner_texts()
    plain = [name for name in names if name[0].isalpha()]
    assert plain == sorted(plain, key=str.lower)
    assert len(plain) == 7
    assert page.get_attribute("#rows [role=columnheader] >> nth=0", "aria-sort") == "ascending"
    page.click("#rows-edges")
    assert page.locator("#rows .body [role=row]").count() == 8
    page.click("#rows-results")
    page.click("#rows .walk")
    assert heading(page) == "TinyNet"


def test_only_what_is_around_a_node_can_be_shown(page: Any) -> None:
    search(page, "bignet")
    page.click("#panel button:has-text('Only what is around it')")
    assert page.inner_text("#counts") == "3 of 17 nodes · 3 of 16 connections"


# ---------------------------------------------------------------- paths, addresses, saving


def test_a_path_is_lit_with_the_sentences_along_it(page: Any) -> None:
    search(page, "rlhf")
    page.click("#panel button:has-text('Path from here')")
    page.keyboard.type("bignet")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#path blockquote:has-text('{SENTENCE}')")
    stops = page.locator("#path .stop").all_inner_texts()
    assert stops[0] == RLHF
    assert stops[-1] == "BigNet"
    assert page.evaluate("app.map.overlay.lit.size") == len(stops)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.is_hidden("#path")


def test_both_ends_of_a_path_can_be_typed(page: Any) -> None:
    page.keyboard.press("p")
    for end in ("rlhf", "bignet"):
        page.keyboard.type(end)
        page.keyboard.press("Enter")
    stops = page.locator("#path .stop").all_inner_texts()
    assert (stops[0], stops[-1]) == (RLHF, "BigNet")
    assert page.evaluate("document.activeElement.innerText") == RLHF


def test_the_legend_makes_room_for_a_path_beside_a_panel(page: Any) -> None:
    page.evaluate("go({ path: ['model/bignet', 'dataset/toybench'] })")
    assert page.is_visible("#legend")
    page.locator("#path .stop button").last.click()
    assert page.is_hidden("#legend")
    page.keyboard.press("f")
    assert page.is_visible("#legend")
    page.keyboard.press("f")
    page.click("#panel button:has-text('Close details')")
    assert page.is_visible("#legend")


def test_two_that_nothing_joins_have_no_path(page: Any) -> None:
    page.evaluate("go({ path: ['paper/p4', 'model/tinynet'] })")
    assert "Nothing joins them" in page.inner_text("#path")


def test_a_link_leads_to_the_same_state(page: Any, address: str) -> None:
    search(page, "tinynet")
    page.uncheck("#legend input[value=AUTHOR]")
    page.click("#colours [data-by=community]")
    page.evaluate("filter({ from: 0, to: 2 })")
    page.mouse.move(600, 400)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(500)
    state = "JSON.stringify(app.state, setsAsLists)"
    before, counts, sent = page.evaluate(state), page.inner_text("#counts"), page.evaluate("linkHere()")
    page.goto("about:blank")
    opened(page, sent)
    assert json.loads(page.evaluate(state))["filters"] == json.loads(before)["filters"]
    assert heading(page) == "TinyNet"
    assert page.inner_text("#counts") == counts
    assert page.evaluate("linkHere()") == sent
    assert page.get_attribute("#colours [data-by=community]", "aria-pressed") == "true"


def test_back_leads_back(page: Any) -> None:
    search(page, "tinynet")
    search(page, "toybench")
    page.click("#modes [data-mode=list]")
    page.go_back()
    assert page.is_hidden("#rows")
    page.go_back()
    page.wait_for_selector("#panel h2:has-text('TinyNet')")
    page.go_back()
    page.wait_for_selector("#panel", state="hidden")


def test_the_selection_is_saved_as_tables_and_json(page: Any) -> None:
    page.uncheck("#legend input[value=METHOD]")
    rows = list(
        csv.DictReader(io.StringIO(Path(saved(page, "Nodes shown")).read_text(encoding="utf-8"), newline=""))
    )
    assert {row["Name"] for row in rows} >= {"ToyBench", "TinyNet", SCRIPT_TITLE}
    assert len(rows) == 9
    document = json.loads(Path(saved(page, "as JSON")).read_text(encoding="utf-8"))
    assert len(document["nodes"]) == 9
    assert len(document["edges"]) == 8
    assert document["results"][0]["value"] == "91.3%"


def test_the_view_is_saved_as_a_picture(page: Any) -> None:
    assert Path(saved(page, "PNG")).read_bytes().startswith(b"\x89PNG")
    svg = Path(saved(page, "SVG")).read_text(encoding="utf-8")
    assert "ToyBench" in svg
    assert "<script" not in svg


def test_a_link_can_be_copied(page: Any) -> None:
    search(page, "toybench")
    page.click("#panel button:has-text('Copy a link')")
    page.wait_for_selector(".flash, #save input")
    assert "node=dataset/toybench" in page.evaluate("linkHere()")


# ---------------------------------------------------------------- keyboard, colours, phone


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    search(page, "toybench")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "map"
    search(page, "bignet")
    page.focus("#map")
    node = page.evaluate("app.state.node")
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        if page.evaluate("app.state.node") != node:
            break
    walked = page.evaluate("app.state.node")
    assert walked in ("paper/p3", "model/tinynet")
    page.keyboard.press("[")
    assert page.evaluate("app.state.node") == node
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    assert page.is_visible("#rows [role=table]")
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("Escape")
    assert page.is_hidden("#help")


def test_tab_reaches_every_control_in_order(page: Any) -> None:
    reached = []
    page.focus("#query")
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.mode"))
    assert reached[:9] == [
        "map",
        "list",
        "table",
        "open-legend",
        "open-path",
        "open-save",
        "theme",
        "open-help",
        "map",
    ]


@pytest.mark.parametrize("page", [{"color_scheme": "dark"}], indirect=True)
def test_it_is_dark_where_the_system_is_and_light_when_asked(page: Any) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(19, 23, 29)"
    page.click("#theme")
    assert page.evaluate(ground) == "rgb(251, 250, 247)"


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_it_fits_a_phone_and_answers_fingers(page: Any) -> None:
    page.tap("#query")
    page.keyboard.type("toybench")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sheet = page.locator("#panel").bounding_box()
    assert sheet["y"] > 350
    assert sheet["width"] == 390
    page.tap("#open-legend")
    page.tap("#legend input[value=METHOD]")
    assert page.inner_text("#counts").startswith("9 of 17")
    page.tap("#legend .close")
    assert page.is_hidden("#legend")


@pytest.mark.parametrize("page", [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE], indirect=True)
def test_axe_finds_no_serious_fault(page: Any) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe: pip install 'kg[test]'"
    )
    # The page's own policy lets no other script in; what playwright evaluates is beyond it.
    source = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    search(page, "tinynet")
    page.wait_for_selector("#panel blockquote")
    found = []
    for mode in ("map", "list", "table"):
        page.evaluate("mode => go({ mode })", mode)
        rest(page)
        page.evaluate(source)
        result = page.evaluate("axe.run()")
        found += [
            (mode, fault["id"], fault["nodes"][0]["html"][:200])
            for fault in result["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
    assert found == []


# ---------------------------------------------------------------- safety


def test_a_script_in_a_title_shows_as_text(page: Any) -> None:
    search(page, "<script>")
    assert heading(page) == SCRIPT_TITLE
    assert "javascript:alert(1)" in page.inner_text("#panel")
    assert page.locator("#panel .links a").count() == 0
    search(page, END_TITLE)
    assert heading(page) == END_TITLE


@pytest.mark.parametrize("node", sorted(HOSTILE))
def test_hostile_names_show_as_text_everywhere(page: Any, node: str) -> None:
    page.evaluate("id => choose(app.graph.numberOf.get(id))", node)
    shown = page.evaluate("document.querySelector('#panel h2').textContent")
    assert shown == HOSTILE[node].replace("\x00", "\ufffd")
    assert page.evaluate("document.querySelector('#panel h2 > bdi') !== null")
    for mode in ("table", "list", "map"):
        page.evaluate("mode => go({ mode })", mode)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator("img").count() == 0
    assert page.evaluate("document.querySelectorAll('script:not([type])').length") == 1


def test_the_policy_lets_nothing_in(page: Any) -> None:
    policy = page.get_attribute("meta[http-equiv=Content-Security-Policy]", "content")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
