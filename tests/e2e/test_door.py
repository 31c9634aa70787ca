"""The door of the page in a real browser: with a password, with a token, by a link from elsewhere, after a flood."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.e2e.test_page import LEFT_AT_WORK, ask, follow, served
from tests.openai_server import HANG, ModelServer
from tests.web import Site

TOKEN = "a-long-random-token"


@pytest.fixture(scope="module")
def open_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("open")) as found:
        yield found


@contextmanager
def arrived(context: BrowserContext, url: str) -> Iterator[Page]:
    """The page, opened; anything that the browser complains about fails at the end."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(LEFT_AT_WORK):
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    page.wait_for_selector("#paper p", state="attached")
    yield page
    assert complaints == []


def use_all_of_it(page: Page, tmp_path: Path) -> None:
    """Ask, follow a citation, add a file, ask it, reload, ask again."""
    ask(page, "How long did the call last?")
    assert "two hours" in follow(page, 0)
    path = tmp_path / "zoo.txt"
    path.write_text("Zoo Opens\nThe zoo opened on Friday. A ticket costs twelve euros for adults.")
    page.locator("#adding").click()
    page.locator("#file input[type=file]").set_input_files(str(path))
    expect(page.locator("#file")).to_contain_text("zoo")
    page.locator("#add-now").click()
    expect(page.locator("#paper")).to_contain_text("The zoo opened on Friday.")
    page.reload()
    expect(page.locator("#chat .bot small")).to_have_count(1)
    expect(page.locator("#paper")).to_contain_text("The zoo opened on Friday.")
    ask(page, "How much is a ticket?")
    expect(page.locator("#chat .bot").last).to_contain_text("twelve euros")


def test_a_visitor_with_the_password_uses_all_of_the_page(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, auth="ada:lovelace") as url:
        stranger = browser.new_context()
        assert stranger.request.get(url).status == 401
        stranger.close()
        context = browser.new_context(http_credentials={"username": "ada", "password": "lovelace", "origin": url})
        with arrived(context, url) as page:
            use_all_of_it(page, tmp_path)
        context.close()


def test_a_visitor_with_the_link_uses_all_of_the_page_and_the_token_is_not_left_in_its_address(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    with served(tmp_path, auth=TOKEN) as url:
        site.pages["/"] = (200, {"content-type": "text/html"}, f"<a href='{url}/?token={TOKEN}'>in</a>".encode())
        context = browser.new_context()
        page = context.new_page()
        page.goto(site.url.replace("127.0.0.1", "localhost"))
        page.get_by_text("in").click()
        page.wait_for_selector("#paper p", state="attached")
        assert "token" not in page.url
        assert TOKEN not in str(context.cookies())
        assert {cookie["sameSite"] for cookie in context.cookies()} == {"Strict"}
        with arrived(context, url) as again:
            use_all_of_it(again, tmp_path)
        context.close()


def test_a_link_from_another_site_leaves_the_tab_that_is_open_working(
    browser: Browser, site: Site, open_url: str
) -> None:
    site.pages["/"] = (200, {"content-type": "text/html"}, f"<a href='{open_url}/'>in</a>".encode())
    context = browser.new_context()
    with arrived(context, open_url) as first:
        visitor = [cookie["value"] for cookie in context.cookies()]
        second = context.new_page()
        second.goto(site.url.replace("127.0.0.1", "localhost"))
        second.get_by_text("in").click()
        second.wait_for_selector("#paper p", state="attached")
        assert [cookie["value"] for cookie in context.cookies()] == visitor
        ask(first, "How long did the call last?")
        ask(second, "Why was the call delayed?")
    context.close()


def test_a_visitor_who_asks_too_much_is_told_so_and_keeps_the_question(
    browser: Browser, model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.reply = HANG
    model = {"answerer": "openai", "openai_base_url": model_server.url, "openai_model": "test-model"}
    with served(tmp_path, **model) as url:
        context = browser.new_context()
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(url)
        page.wait_for_selector("#paper p", state="attached")
        page.evaluate(
            """async () => {
                const body = JSON.stringify({ data: ["Why?", [], null], fn_index: 2, session_hash: "another" });
                const headers = { "content-type": "application/json" };
                for (let n = 0; n < 8; n += 1) await fetch("gradio_api/queue/join", { method: "POST", headers, body });
            }"""
        )
        page.locator("#question textarea").fill("How long did the call last?")
        page.locator("#question textarea").press("Enter")
        expect(page.get_by_text("Your questions before this one are still being answered").first).to_be_visible()
        expect(page.locator("#question textarea")).to_have_value("How long did the call last?")
        context.close()
