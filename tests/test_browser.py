"""The pages in a real browser: for every reader, with the keyboard alone, without script."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from documented import CLOSED, ID, OPEN, RIGHT_TO_LEFT
from playwright.sync_api import Browser, Page, sync_playwright
from small_corpora import embedded, make, make_corpus
from werkzeug.serving import make_server

from corpus.model import Source
from indexer.embedded import EmbeddedEngine
from indexer.engine import FacetCount, Ranking, SearchRequest
from search_app.app import create_app
from search_app.engines import Engines
from search_app.settings import Settings

pytestmark = pytest.mark.browser

EVERY_TYPE: Final = (
    "/",
    "/search?q=algorithm+register",
    "/search?q=camera&country=US&country=-CA&date.from=2019&mode=all",
    "/search?q=xyzzyqq+drones&country=FI&kind=law",
    "/initiatives/amsterdam-algorithm-register",
    "/cities",
    "/cities/aarhus",
    "/concepts",
    "/concepts/algorithm-register",
    "/principles/privacy",
    "/working-groups/data-economy",
    "/about",
    "/help",
    "/api",
    "/quality",
    "/ranking",
    "/privacy",
    "/accessibility",
    "/nothing/here",
    "/search?kond=law",
)
DOCUMENTS: Final = (
    f"/initiatives/{ID}",
    "/",
    f"/initiatives/{ID}/documents",
    f"/initiatives/{ID}/documents/{OPEN}?q=register",
    f"/initiatives/{ID}/documents/{OPEN}/changes",
    f"/initiatives/{ID}/documents/{CLOSED}",
    f"/initiatives/{ID}/documents/{CLOSED}/changes",
    f"/initiatives/{ID}/documents/{RIGHT_TO_LEFT}",
    "/search?q=kwokka",
)
"""Pages of and with documents, which the bundled catalogue comes without."""
RULES: Final[dict[str, Any]] = {
    "resultTypes": ["violations"],
    # WCAG 2.2's 2.5.8 is off by default; tables of content size belong to it.
    "rules": {"target-size": {"enabled": True}},
}


class ManyTimes:
    """An engine that counts each of its hits ten million times."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search(self, request: SearchRequest) -> Ranking:
        found = self._engine.search(request)
        facets = {
            name: tuple(FacetCount(one.value, one.count * 10_000_000) for one in counts)
            for name, counts in found.facets.items()
        }
        return msgspec.structs.replace(found, total=found.total * 10_000_000, facets=facets)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; a machine without it skips these tests, CI never does."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing, and CI never skips what needs it")
        pytest.skip("Chromium is not installed; apt-get install chromium brings it")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def served(engine: EmbeddedEngine, folder: Path) -> Iterator[str]:
    """The address of the application over an engine, on a free loopback port."""
    app = create_app(Settings(data=folder), Engines.fixed(engine))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def site(bundled_engine: EmbeddedEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application over the bundled catalogue."""
    with served(bundled_engine, tmp_path_factory.mktemp("data")) as address:
        yield address


@pytest.fixture(scope="module")
def documented_site(
    documented_engine: EmbeddedEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The application over records that have documents."""
    with served(documented_engine, tmp_path_factory.mktemp("data")) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page 1280 wide in the light design, without smooth scrolling."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def overflow(page: Page) -> str:
    """What is wider than the window, empty where nothing is."""
    return str(
        page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= width) return "";
                const wide = [...document.querySelectorAll("body *")]
                    .filter(element => element.getBoundingClientRect().right > width + 1);
                return wide.slice(-3).map(element => element.outerHTML.slice(0, 200)).join("\\n")
                    || "the page itself";
            }"""
        )
    )


@pytest.mark.parametrize("address", EVERY_TYPE)
def test_p17_axe_finds_nothing_light_and_dark_wide_and_narrow(
    chromium: Browser, site: str, address: str
) -> None:
    axe_finds_nothing(chromium, site + address)


@pytest.mark.parametrize("address", DOCUMENTS)
def test_p17_axe_finds_nothing_on_pages_of_documents(
    chromium: Browser, documented_site: str, address: str
) -> None:
    axe_finds_nothing(chromium, documented_site + address)


def axe_finds_nothing(chromium: Browser, address: str) -> None:
    for scheme in ("light", "dark"):
        for width in (1280, 320):
            context = chromium.new_context(
                viewport={"width": width, "height": 800},
                color_scheme=scheme,  # type: ignore[arg-type]  # one of the two it knows
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(address)
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
            results = Axe().run(page, options=RULES)
            assert not results.violations_count, f"{scheme} {width}\n{results.generate_report()}"
            assert not overflow(page), f"{scheme} {width}"
            # As a translation into Arabic or Hebrew would run.
            page.evaluate("document.documentElement.dir = 'rtl'")
            assert not overflow(page), f"right to left, {scheme} {width}"
            context.close()


@pytest.mark.parametrize("address", EVERY_TYPE)
def test_p17_text_twice_as_large_needs_no_sideways_scrolling(
    page: Page, site: str, address: str
) -> None:
    page.goto(site + address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not overflow(page)
    page.set_viewport_size({"width": 640, "height": 900})
    assert not overflow(page)


@pytest.mark.parametrize("address", EVERY_TYPE)
def test_p07_a_page_asks_only_this_site_and_breaks_no_rule_of_its_own(
    page: Page, site: str, address: str
) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(site + address)
    assert all(url.startswith(site) for url in asked)
    # The browser itself notes the status of the two pages that are errors.
    assert not [text for text in said if "Failed to load resource" not in text]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_p17_the_keyboard_alone_leads_from_a_question_to_a_record(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("facial recognition ban")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert "initiatives in" in page.locator("h1").inner_text()

    tab_to(page, "document.activeElement.matches('.why summary')")
    page.keyboard.press("Enter")
    assert page.locator(".why table").first.is_visible()
    assert page.locator(".why tfoot td").first.inner_text()

    tab_to(page, "document.activeElement.matches('.hits h2 a')")
    assert outlined(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/initiatives/**")
    assert page.locator("h2#sources").is_visible()


@pytest.mark.parametrize("address", ["/search?q=open+data", "/quality", "/ranking"])
def test_p17_what_has_the_focus_is_seen_and_nothing_lies_on_it(
    page: Page, site: str, address: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto(site + address)
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        assert outlined(page)
        assert page.evaluate(
            """() => {
                const field = document.activeElement;
                const box = field.getBoundingClientRect();
                const top = document.elementFromPoint(
                    box.left + Math.min(box.width / 2, 30), box.top + box.height / 2);
                return field.contains(top) || top?.contains(field) || false;
            }"""
        ), page.evaluate("document.activeElement.outerHTML")


def test_everything_works_without_script(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_role("searchbox").fill("participatory budget")
    page.get_by_role("button", name="Search").click()
    before = page.locator("h1").inner_text()
    page.get_by_role("checkbox", name="Europe").or_(
        page.get_by_role("checkbox", name="Participation and inclusion")
    ).first.check()
    page.get_by_role("button", name="Apply filters").click()
    assert "principle=participation" in page.url or "continent=europe" in page.url
    assert page.locator("h1").inner_text() != before
    page.get_by_label("Order").select_option("newest")
    page.get_by_role("button", name="Change").click()
    assert "sort=newest" in page.url
    page.locator("summary", has_text="How your words were read").click()
    assert page.get_by_text("Words are found in all their forms.").is_visible()
    page.locator("a.chip").first.click()
    page.locator(".hits h2 a").first.click()
    assert page.locator("h2#similar").is_visible()
    shown = page.url
    page.locator("#similar ~ ul a").first.click()
    page.wait_for_url(lambda url: url != shown)
    assert page.locator("h2#sources").is_visible()
    context.close()


def test_suggestions_come_as_a_list_the_keyboard_moves_in(page: Page, site: str) -> None:
    page.goto(site)
    field = page.get_by_role("combobox")
    field.press_sequentially("barcel")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    results = Axe().run(page, options=RULES)
    assert not results.violations_count, results.generate_report()
    page.keyboard.press("ArrowDown")
    chosen = field.get_attribute("aria-activedescendant")
    assert chosen == options.first.get_attribute("id")
    assert options.first.get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "barcel"
    field.press_sequentially("ona")
    options.first.wait_for()
    city = options.filter(has_text="City").first
    for _ in range(8):
        page.keyboard.press("ArrowDown")
        if city.get_attribute("aria-selected") == "true":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/cities/barcelona")


def test_forced_colours_leave_every_control_to_be_seen(chromium: Browser, site: str) -> None:
    context = chromium.new_context(forced_colors="active", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    for address in ("/", "/search?q=camera&country=US", "/cities/barcelona"):
        page.goto(site + address)
        for part in (".bar::before", ".chip", "button", "input[type=search]"):
            selector, _, pseudo = part.partition("::")
            drawn = page.evaluate(
                """([selector, pseudo]) => {
                    const element = document.querySelector(selector);
                    if (!element) return true;
                    const style = getComputedStyle(element, pseudo || null);
                    return parseFloat(style.borderBlockStartWidth) > 0
                        && style.borderBlockStartColor !== getComputedStyle(document.body).backgroundColor;
                }""",
                [selector, f"::{pseudo}" if pseudo else ""],
            )
            assert drawn, (address, part)
    context.close()


def test_long_words_other_directions_and_huge_counts_stay_inside_the_window(
    chromium: Browser, tmp_path: Path
) -> None:
    unbroken = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    records = (
        make(
            "arabic",
            "Register of algorithms",
            unbroken * 2,
            city="lisbon",
            language="ar",
            title_original="سجل الخوارزميات في المدينة",
            terms_original=("سجل الخوارزميات", unbroken),
            summary_original="تنشر المدينة قائمة بالخوارزميات التي تستخدمها.",
            details=(unbroken + unbroken,),
            doubt=(unbroken,),
            keywords=(unbroken,),
            sources=(Source("https://example.org/" + "a" * 200, unbroken, unbroken, "ar"),),
        ),
        make("plain", unbroken, "register", city="zurich"),
        make("empty", "register"),
    )
    many = ManyTimes(embedded(make_corpus(*records), tmp_path))
    app = create_app(Settings(data=tmp_path), Engines.fixed(cast(EmbeddedEngine, many)))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        for width in (1280, 320):
            page = chromium.new_page(viewport={"width": width, "height": 800})
            for address in (
                "/",
                "/search?q=register",
                f"/search?q={unbroken}+zzzqqq&country=CH",
                "/search?q=%D8%B3%D8%AC%D9%84",
                "/initiatives/arabic",
                "/initiatives/empty",
                "/cities/lisbon",
                "/cities",
            ):
                page.goto(f"http://127.0.0.1:{server.server_port}{address}")
                page.evaluate(
                    "document.querySelectorAll('details').forEach(d => { d.open = true; })"
                )
                assert not overflow(page), (address, width)
            foreign = page.goto(f"http://127.0.0.1:{server.server_port}/initiatives/arabic")
            assert foreign
            text = page.locator("p[lang=ar]", has_text="تنشر")
            assert text.evaluate("element => getComputedStyle(element).direction") == "rtl"
            page.close()
    finally:
        server.shutdown()
        thread.join()


def test_a_printed_list_of_results_is_a_briefing(page: Page, site: str) -> None:
    page.goto(f"{site}/search?q=algorithm+register&country=FI")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert page.locator(".chip").first.is_visible()
    assert page.locator(".hits .print-only").first.is_visible()
    for hidden in ("#filters", ".top nav", ".keep", ".sort", "button"):
        assert not page.locator(hidden).first.is_visible(), hidden


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until a JavaScript expression about the focus holds."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(wanted):
            return
    pytest.fail(f"60 presses of Tab never made this true: {wanted}")


def outlined(page: Page) -> bool:
    return bool(
        page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
            }"""
        )
    )
