"""What axe-core finds on the page that keeps somebody from using it: nothing serious, in any state, in both themes."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_page import ask, served

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

WEIGHTY = {"serious", "critical"}


def asked(page: Page) -> None:
    ask(page, "How long did the call last?")
    page.locator('#chat a[href*="#cite-"]').first.click()


def refused(page: Page) -> None:
    ask(page, "Who won the chess tournament?")


def adding(page: Page) -> None:
    page.locator("#adding").click()
    page.locator("#source textarea").fill("Hello")
    page.locator("#add-now").click()
    expect(page.locator("#note [role=alert]")).to_be_visible()


def editing(page: Page) -> None:
    page.locator("#editing").click()
    expect(page.locator("#title input")).to_have_value(re.compile("Trump"))


def conversations(page: Page) -> None:
    ask(page, "How long did the call last?")
    page.locator("#conversations").click()
    expect(page.locator("#talks")).to_be_visible()


STATES: dict[str, Callable[[Page], None]] = {
    "empty": lambda _page: None,
    "answer": asked,
    "not told": refused,
    "adding": adding,
    "editing": editing,
    "conversations": conversations,
}


def faults(page: Page) -> list[str]:
    """What is serious, with where it is."""
    found: dict[str, Any] = axe.Axe().run(page).response
    assert len(found["passes"]) > 10
    return [
        f"{one['id']}: {node['target']} {node['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in WEIGHTY
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_nothing_serious_keeps_anybody_from_using_the_page(
    browser: Browser, tmp_path: Path, scheme: Any, phone: bool
) -> None:
    size: Any = {"width": 375, "height": 720} if phone else {"width": 1280, "height": 800}
    with served(tmp_path) as url:
        for name, reach in STATES.items():
            context = browser.new_context(viewport=size, color_scheme=scheme)
            page = context.new_page()
            page.goto(url)
            expect(page.locator("#question textarea")).to_be_visible()
            expect(page.locator("#question textarea")).to_have_attribute("placeholder", re.compile("^Ask “"))
            if phone and name in {"adding", "editing"}:
                page.locator("#read").click()
            reach(page)
            page.wait_for_timeout(400)  # until what slides or fades has come to rest
            assert faults(page) == [], name
            context.close()


def test_by_keyboard_alone_the_focus_is_always_somewhere_and_lists_close_behind_it(
    browser: Browser, tmp_path: Path
) -> None:
    with served(tmp_path) as url:
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector("#paper p")
        page.locator("#article input").focus()
        expect(page.get_by_role("listbox")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("listbox")).to_have_count(0)
        page.locator("#adding").press("Enter")
        expect(page.locator("#source textarea")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#source")).to_have_count(0)
        expect(page.locator("#question textarea, #adding").and_(page.locator(":focus"))).to_have_count(1)
        page.locator("#editing").press("Enter")
        expect(page.locator("#title input, #title textarea")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#editing")).to_be_focused()
        for selector in ("#question", "#article"):
            page.locator(f"{selector} :is(textarea, input)").focus()
            ring = page.locator(selector).evaluate("node => getComputedStyle(node).outlineStyle")
            assert ring == "solid"
        page.close()
