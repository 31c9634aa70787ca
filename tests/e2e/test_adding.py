"""Adding an article in a real browser: what is shown meanwhile, stopping it, and what was typed."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_page import ask, served, started, visitor
from tests.ingest.test_beside import soon, workers

LONG = " ".join(f"The council of town {n} voted for a bridge that costs {n} million dollars." for n in range(4_000))
WORK = 60_000
"""Milliseconds that a process may take to start on a busy machine."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[Page]:
    yield from opened(browser, url, phone=request.param == "phone")


@pytest.fixture
def desktop(browser: Browser, url: str) -> Iterator[Page]:
    yield from opened(browser, url, phone=False)


def opened(browser: Browser, url: str, *, phone: bool) -> Iterator[Page]:
    """A visitor with the form for adding before him."""
    for made in visitor(browser, url, phone=phone):
        if phone:
            made.locator("#read").click()
        made.locator("#adding").click()
        expect(made.locator("#add-now")).to_be_visible()
        yield made


def typed(page: Page) -> str:
    return page.locator("#source textarea").input_value()


def add(page: Page, text: str) -> None:
    page.locator("#source textarea").fill(text)
    page.locator("#add-now").click()


def test_an_addition_shows_how_far_it_is_and_can_be_stopped(page: Page) -> None:
    add(page, LONG)
    expect(page.locator("#note .step")).to_contain_text("passages", timeout=WORK)
    expect(page.locator("#note progress")).to_have_attribute("value", re.compile(r"^0\.\d+$|^1\.000$"))
    expect(page.locator("#add-now")).to_be_disabled()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#cancel").click()
    expect(page.locator("#note")).to_contain_text("Stopped.")
    assert soon(lambda: not workers())
    assert typed(page) == LONG
    expect(page.locator("#add-now")).to_be_enabled()
    page.locator("#cancel").click()
    expect(page.locator("#add-now")).to_be_hidden()
    page.locator("#adding").click()
    assert typed(page) == LONG, "closing the form loses nothing either"


def test_two_articles_are_added_one_after_the_other_and_the_form_is_empty_each_time(page: Page) -> None:
    width = (page.viewport_size or {"width": 0})["width"]  # the library is the same for both sizes
    for name in ("Ostrich", "Pelican"):
        add(page, f"{name} House Opens\nThe {name.lower()} house opened on Friday. It costs {width} euros.")
        expect(page.locator("#paper")).to_contain_text(f"The {name.lower()} house opened", timeout=WORK)
        expect(page.locator("#add-now")).to_be_hidden()
        page.locator("#adding").click()
        expect(page.locator("#source textarea")).to_have_value("")
        expect(page.locator("#add-now")).to_be_enabled()


def test_after_a_failure_what_was_typed_is_still_there(page: Page) -> None:
    add(page, "http://127.0.0.1:9/none")
    expect(page.locator("#note .trouble")).to_contain_text("cannot be reached", timeout=WORK)
    assert typed(page) == "http://127.0.0.1:9/none"
    expect(page.locator("#add-now")).to_be_enabled()


def test_a_text_and_a_file_are_added_together_each_with_its_result(desktop: Page, tmp_path: Path) -> None:
    path = tmp_path / "gnu.txt"
    path.write_text("Gnu House Opens\nThe house of the gnus opened on Friday.")
    desktop.locator("#file input[type=file]").set_input_files(str(path))
    expect(desktop.locator("#file")).to_contain_text("gnu")
    add(desktop, "Some words.")
    expect(desktop.locator("#note .trouble")).to_contain_text("This is too short for an article")
    assert typed(desktop) == "Some words."
    expect(desktop.locator("#file")).to_contain_text("gnu")  # nothing was added, and nothing is lost
    add(desktop, "http://127.0.0.1:9/none")
    expect(desktop.locator("#note > * > .trouble, #note .prose > .trouble").first).to_have_text("1 of 2 were added.")
    expect(desktop.locator("#sources .sources li.added")).to_contain_text("gnu.txt")
    expect(desktop.locator("#sources .sources li.failed")).to_contain_text("cannot be reached")


def test_one_of_several_is_left_out_and_the_others_are_added(desktop: Page, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(LONG)
    (tmp_path / "kiwi.txt").write_text("Kiwi House Opens\nThe house of the kiwis opened on Friday.")
    paths = [str(tmp_path / name) for name in ("long.txt", "kiwi.txt")]
    desktop.locator("#file input[type=file]").set_input_files(paths)
    expect(desktop.locator("#file")).to_contain_text("kiwi")
    desktop.locator("#add-now").click()
    desktop.get_by_role("button", name="Leave out long.txt").click(timeout=WORK)
    expect(desktop.locator("#sources li.added")).to_contain_text("kiwi.txt")
    expect(desktop.locator("#sources li.skipped")).to_contain_text("long.txt")
    expect(desktop.get_by_role("button", name="Skip")).to_have_count(0)
    expect(desktop.locator("#paper")).to_contain_text("The house of the kiwis opened")
    assert soon(lambda: not workers())


def test_a_visitor_asks_while_another_adds_and_who_closes_the_tab_stops_adding(
    browser: Browser, url: str, desktop: Page
) -> None:
    other = browser.new_context().new_page()
    other.goto(url)
    other.wait_for_selector("#paper p", state="attached")
    other.locator("#adding").click()
    add(other, LONG)
    expect(other.locator("#note .step")).to_contain_text("passages", timeout=WORK)
    ask(desktop, "How long did the call last?")
    assert workers(), "it is still being added"
    other.context.close()
    assert soon(lambda: not workers())


def test_a_third_addition_waits_its_turn_and_is_then_done(browser: Browser, url: str, desktop: Page) -> None:
    others = [browser.new_context().new_page() for _ in range(2)]
    for other in others:
        other.goto(url)
        other.wait_for_selector("#paper p", state="attached")
        other.locator("#adding").click()
        add(other, LONG)
        expect(other.locator("#note .step")).to_contain_text("Reading", timeout=WORK)
    add(desktop, "Emu House Opens\nThe emu house opened on Friday. It costs twelve euros.")
    expect(desktop.locator("#note")).to_contain_text("Waiting for another addition")
    for other in others:
        other.locator("#cancel").click()
        expect(other.locator("#note")).to_contain_text("Stopped.")
        other.context.close()
    expect(desktop.locator("#paper")).to_contain_text("The emu house opened", timeout=WORK)


def paste(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator("#source textarea").focus()
    page.keyboard.press("Control+v")


def test_five_megabytes_are_pasted_as_a_file_and_more_than_the_limit_is_refused(
    browser: Browser, tmp_path: Path
) -> None:
    lines = (LONG.replace(". ", ".\n") * 20)[:5_000_000]
    with served(tmp_path, max_size_mb=6) as url:
        for page in opened(browser, url, phone=False):
            paste(page, lines + lines)
            expect(page.get_by_text("maximum allowed size")).to_be_visible(timeout=WORK)
            assert "/tmp" not in page.locator("body").inner_text()
            page.reload()
            page.locator("#adding").click()
            paste(page, lines)
            expect(page.locator("#file")).to_contain_text("Pasted text", timeout=WORK)
            assert typed(page) == ""
            page.locator("#add-now").click()
            expect(page.locator("#note .step")).to_contain_text("Reading Pasted text.txt", timeout=WORK)
            ask(page, "How long did the call last?")
            page.locator("#cancel").click()
            expect(page.locator("#note")).to_contain_text("Stopped.")
            assert soon(lambda: not workers())
            expect(page.locator("#file")).to_contain_text("Pasted text")


def test_a_short_text_is_pasted_as_it_is_and_a_long_one_typed_at_once_is_kept_to_the_limit(
    browser: Browser, tmp_path: Path
) -> None:
    with served(tmp_path, max_size_mb=0.1) as url:
        for page in opened(browser, url, phone=False):
            paste(page, "Zoo Opens.")
            expect(page.locator("#source textarea")).to_have_value("Zoo Opens.")
            add(page, LONG)
            expect(page.locator("#note .trouble")).to_contain_text("The text is larger than 0.1 MB.", timeout=WORK)
            assert typed(page) == LONG


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_stopped_leaves_no_process_behind(
    browser: Browser, tmp_path: Path, sent: signal.Signals
) -> None:
    with started(tmp_path) as (url, server):
        page = browser.new_context().new_page()
        page.goto(url)
        page.wait_for_selector("#paper p", state="attached")
        page.locator("#adding").click()
        add(page, LONG)
        expect(page.locator("#note .step")).to_contain_text("passages", timeout=WORK)
        (worker,) = workers(of=server.pid)
        server.send_signal(sent)
        assert soon(lambda: worker not in workers() and not Path(f"/proc/{worker}").exists())
        page.context.close()
