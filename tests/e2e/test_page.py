"""The chat page in a real browser. Fails on any console error and on any request that leaves the machine."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Download, Page, Request, expect

from ingest.settings import Settings
from tests.page_server import serving
from ui import build_app

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = (
    "A Hostile Page\nThe mayor said <img src='http://evil.example/a.png' onerror='alert(1)'> on Monday. "
    "[1](http://evil.example) ![x](http://evil.example/b.png) <script>alert(1)</script> The harbour 🙂 costs nine million dollars."
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page as a person starts it; all others are served by this process, which is ready sooner."""
    with started(tmp_path_factory.mktemp("page")) as (found, _):
        yield found


@contextmanager
def served(folder: Path, **settings: Any) -> Iterator[str]:
    """The URL of a page with these settings and a library of its own."""
    with serving(build_app(Settings(data_dir=folder / "data", **settings))) as found:
        yield found


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The URL of a page that runs in a process of its own, as a person starts it, and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DATA_DIR": str(folder / "data"),
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
        "HOST": "127.0.0.1",
    }
    server = subprocess.Popen([sys.executable, str(ROOT / "ui.py")], env=environment, cwd=folder)
    try:
        while not listens(port):
            assert server.poll() is None, "the page did not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[Page]:
    """A fresh visitor; what his browser complains about or asks of other hosts fails the test at its end."""
    yield from visitor(browser, url, phone=request.param == "phone")


@pytest.fixture
def desktop(browser: Browser, url: str) -> Iterator[Page]:
    yield from visitor(browser, url, phone=False)


LEFT_AT_WORK = ("AbortError", "Unexpected error Connection errored out")
"""What gradio says of a request of its own that was under way when its page was left or reloaded."""


def visitor(browser: Browser, url: str, *, phone: bool, language: str = "en-US") -> Iterator[Page]:
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
    context = browser.new_context(viewport=size, locale=language)  # type: ignore[arg-type]
    made = context.new_page()
    made.set_default_timeout(20_000)
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(LEFT_AT_WORK):
            complaints.append(message.text)

    def see(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != urlsplit(url).netloc:
            complaints.append(f"asked {request.url}")

    made.on("console", hear)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("request", see)
    made.on("dialog", lambda dialog: (complaints.append("a dialog opened"), dialog.dismiss()))
    made.goto(url)
    made.wait_for_selector("#paper p", state="attached")
    yield made
    context.close()
    assert complaints == []


def ask(page: Page, question: str) -> None:
    answers = page.locator("#chat .bot small")
    before = answers.count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(answers).to_have_count(before + 1)
    expect(page.locator("#question textarea")).to_have_value("")


def citations(page: Page) -> list[str]:
    return page.locator('#chat a[href*="#cite-"]').evaluate_all("links => links.map(link => link.textContent)")


def follow(page: Page, number: int, *, by: str = "click") -> str:
    """What is lit after the nth citation is followed, scrolled into view."""
    link = page.locator('#chat a[href*="#cite-"]').nth(number)
    if by == "click":
        link.click()
    else:
        link.focus()
        page.keyboard.press("Enter")
    expect(link).to_have_attribute("aria-current", "true")  # its article may have to be fetched first
    expect(page.locator("#paper mark").first).to_be_in_viewport()
    return page.locator("#paper mark").first.inner_text()


def back(page: Page) -> None:
    if page.locator("#back").is_visible():
        page.locator("#back").click()
        expect(page.locator("#question textarea")).to_be_in_viewport()


def test_asking_and_following_two_citations_lights_their_words(page: Page) -> None:
    ask(page, "How long did the call last?")
    expect(page.locator("#chat .bot strong").last).to_have_text("more than two hours")
    first = follow(page, 0)
    assert "lasted more than two hours" in first
    back(page)
    ask(page, "Why was the call delayed?")
    last = page.locator('#chat a[href*="#cite-"]').count() - 1
    second = follow(page, last, by="enter")
    assert second != first
    assert page.locator("#paper mark").count() == 1


def test_a_follow_up_and_what_the_article_does_not_say(page: Page) -> None:
    ask(page, "How long did the call last?")
    ask(page, "And why was it delayed?")
    expect(page.locator("#chat .bot").last).to_contain_text("oligarchs")
    ask(page, "What does China say?")
    expect(page.locator("#chat .bot").last).to_contain_text("The article does not say.")
    expect(page.locator("#chat .bot").last).to_contain_text("The nearest passage")
    follow(page, page.locator('#chat a[href*="#cite-"]').count() - 1)


def test_an_example_question_is_answered(desktop: Page) -> None:
    desktop.locator("#examples button").first.click()
    expect(desktop.locator("#chat .bot small")).to_have_count(1)


def test_a_conversation_and_its_citations_live_through_a_reload(desktop: Page) -> None:
    ask(desktop, "How long did the call last?")
    desktop.reload()
    expect(desktop.locator("#chat .bot small")).to_have_count(1)
    assert "two hours" in follow(desktop, 0)
    ask(desktop, "And why was it delayed?")
    expect(desktop.locator("#chat .bot").last).to_contain_text("oligarchs")
    desktop.locator("#new").click()
    expect(desktop.locator("#chat .bot small")).to_have_count(0)
    desktop.reload()
    expect(desktop.locator("#question textarea")).to_be_visible()
    expect(desktop.locator("#chat .bot small")).to_have_count(0)


def test_a_hostile_article_is_added_by_text_and_changes_nothing_but_being_read(desktop: Page) -> None:
    desktop.locator("#adding").click()
    desktop.locator("#add-now").click()
    expect(desktop.locator("#note")).to_contain_text("Paste a URL")
    desktop.locator("#source textarea").fill("http://127.0.0.1:9/none")
    desktop.locator("#add-now").click()
    expect(desktop.locator("#note")).to_contain_text("cannot be reached")
    expect(desktop.locator("#source textarea")).to_have_value("http://127.0.0.1:9/none")
    desktop.locator("#source textarea").fill(HOSTILE)
    desktop.locator("#add-now").click()
    expect(desktop.locator("#paper")).to_contain_text("<script>alert(1)</script>")
    ask(desktop, "How much does the harbour cost?")
    assert follow(desktop, 0).endswith("costs nine million dollars.")
    ask(desktop, "What did the mayor say?")
    assert desktop.locator("#chat .bot img").count() == 0
    assert desktop.locator("#chat .bot a[href*='evil']").count() == 0


TABLE = (
    "School meals to change\nThe council voted on Monday about the meals of its schools.\n\n"
    "| School | Pupils | Kitchen |\n| --- | --- | --- |\n| Norra <b>x</b> | 412 | yes |\n| Sjövik 🙂 | 97 | no |\n\n"
    "The plan costs nine million crowns."
)


def test_rows_are_shown_as_a_table_and_a_citation_into_one_lights_it(desktop: Page) -> None:
    desktop.locator("#adding").click()
    expect(desktop.locator("#file")).to_contain_text(".epub")
    desktop.locator("#source textarea").fill(TABLE)
    desktop.locator("#add-now").click()
    expect(desktop.locator("#paper table")).to_be_visible()
    assert desktop.locator("#paper th").all_text_contents() == ["School", "Pupils", "Kitchen"]
    cells = [row.split("\t") for row in desktop.locator("#paper tbody tr").all_inner_texts()]
    assert cells == [["Norra <b>x</b>", "412", "yes"], ["Sjövik 🙂", "97", "no"]]
    ask(desktop, "How many pupils does Sjövik have?")
    desktop.locator('#chat a[href*="#cite-"]').last.click()
    expect(desktop.locator("#paper mark")).to_have_text(["Sjövik 🙂", "97", "no"])
    ask(desktop, "How much does the plan cost?")
    assert follow(desktop, -1).endswith("nine million crowns.")
    assert desktop.locator("#paper td mark").count() == 0
    assert desktop.locator("#paper tbody tr").last.inner_text() == "Sjövik 🙂\t97\tno"


def test_a_file_is_added_and_articles_are_switched(desktop: Page, tmp_path: Path) -> None:
    path = tmp_path / "zoo.txt"
    path.write_text("Zoo Opens\nThe zoo opened on Friday. A ticket costs twelve euros for adults.")
    desktop.locator("#adding").click()
    desktop.locator("#file input[type=file]").set_input_files(str(path))
    expect(desktop.locator("#file")).to_contain_text("zoo")
    desktop.locator("#add-now").click()
    expect(desktop.locator("#paper")).to_contain_text("The zoo opened on Friday.")
    ask(desktop, "How much is a ticket?")
    expect(desktop.locator("#chat .bot").last).to_contain_text("twelve euros")
    desktop.locator("#article input").click()
    desktop.get_by_role("option", name="Trump and Putin").click()
    expect(desktop.locator("#paper")).to_contain_text("Witkoff")
    ask(desktop, "Who is the U.S. envoy?")
    expect(desktop.locator("#chat .bot").last).to_contain_text("Steve Witkoff")
    assert "Witkoff" in follow(desktop, desktop.locator('#chat a[href*="#cite-"]').count() - 1)
    assert "twelve euros" in follow(desktop, 0), "a citation opens its own article"
    question = desktop.locator("#question textarea")
    expect(question).to_have_attribute("placeholder", re.compile("Trump and Putin"))  # which is asked all the same
    desktop.get_by_role("button", name="Back to “Trump and Putin").click()
    expect(desktop.locator("#paper")).to_contain_text("Witkoff")
    desktop.reload()
    expect(question).to_have_attribute("placeholder", re.compile("Trump and Putin"))  # not the newest, the zoo's
    expect(desktop.locator("#article input")).to_have_value(re.compile("Trump and Putin"))
    desktop.locator("#article input").click()
    desktop.get_by_role("option", name=re.compile(r"All \d articles")).click()
    expect(question).to_have_attribute("placeholder", re.compile(r"Ask all \d articles"))
    desktop.get_by_role("button", name="Zoo Opens").click()
    desktop.get_by_role("button", name=re.compile(r"Back to all \d articles")).click()
    expect(desktop.locator("#paper h2")).to_have_text("All articles")


def test_a_mistaken_article_is_removed_and_brought_back(desktop: Page) -> None:
    desktop.locator("#adding").click()
    desktop.locator("#source textarea").fill(
        "Mistaken <b>Notice</b>\nThe ferry was sold on Monday. It fetched nine euros."
    )
    desktop.locator("#add-now").click()
    expect(desktop.locator("#paper")).to_contain_text("The ferry was sold")
    ask(desktop, "What did the ferry fetch?")
    expect(desktop.locator("#chat .bot").last).to_contain_text("nine euros")
    desktop.locator("#removing").click()
    expect(desktop.locator("#removed")).to_contain_text("“Mistaken <b>Notice</b>” was removed.")
    expect(desktop.locator("#paper")).not_to_contain_text("The ferry was sold")
    desktop.locator("#undo").click()
    expect(desktop.locator("#paper")).to_contain_text("The ferry was sold")
    expect(desktop.locator("#removed")).to_be_hidden()
    assert "nine euros" in follow(desktop, desktop.locator('#chat a[href*="#cite-"]').count() - 1)
    desktop.locator("#removing").click()
    expect(desktop.locator("#paper")).not_to_contain_text("The ferry was sold")


@pytest.mark.parametrize("name", ["0123456789abcdef", "%3Cscript%3E", ""])
def test_an_address_that_names_no_article_opens_the_newest_and_says_so(browser: Browser, url: str, name: str) -> None:
    for page in visitor(browser, f"{url}/?article={name}", phone=False):
        expect(page.locator("#question textarea")).to_have_attribute("placeholder", re.compile("^Ask “"))
        if name:
            expect(page.locator("#paper .trouble")).to_have_text("What this address names is no longer in the library.")


def test_without_an_article_the_page_says_what_to_do(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as own:
        for page in visitor(browser, own, phone=False):
            page.locator("#removing").click()
            expect(page.locator("#paper h2")).to_have_text("No article yet")
            expect(page.locator("#question textarea")).to_have_attribute("placeholder", "Ask the article …")
            page.locator("#question textarea").fill("How long did the call last?")
            page.keyboard.press("Enter")
            expect(page.locator("#chat .bot").last).to_contain_text("add one")
            page.locator("#undo").click()
            expect(page.locator("#paper")).to_contain_text("10 a.m.")
            page.locator("#removing").click()
            expect(page.locator("#paper h2")).to_have_text("No article yet")
            page.reload()
            page.locator("#paper button").click()
            expect(page.locator("#source textarea")).to_be_focused()
            page.locator("#source textarea").fill(
                "The Pier Opens\nThe pier opens in May, the town says. It costs two million euros."
            )
            page.locator("#add-now").click()
            expect(page.locator("#paper h2, #paper .title")).to_have_text("The Pier Opens")
            ask(page, "When does the pier open?")
            expect(page.locator("#chat .bot").last).to_contain_text("May")


def test_a_link_to_a_citation_opens_the_article_at_the_sentence(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as own:
        for page in visitor(browser, own, phone=False):
            ask(page, "How long did the call last?")
            link = page.locator('#chat a[href*="#cite-"]').first.evaluate("link => link.href")
            for phone in (False, True):
                for other in visitor(browser, link, phone=phone):
                    expect(other.locator("#paper mark")).to_contain_text("two hours")
                    expect(other).to_have_url(re.compile("/[?]article=[0-9a-f]{16}$"))
            follow(page, 0)
            page.locator("#new").click()
            expect(page.locator("#paper mark")).to_have_count(0)


def test_visitors_do_not_see_each_other(browser: Browser, url: str, desktop: Page) -> None:
    ask(desktop, "How long did the call last?")
    other = browser.new_context().new_page()
    other.goto(url)
    expect(other.locator("#question textarea")).to_be_visible()
    expect(other.locator("#chat .bot small")).to_have_count(0)
    other.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_colour_scheme_and_never_scrolls_sideways(browser: Browser, url: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#paper p", state="attached")
    expect(page.locator("#question textarea")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    light = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b) > 380"
    )
    assert light == (scheme == "light")
    context.close()


def test_a_conversation_is_exported_with_its_citations(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as url, contextmanager(visitor)(browser, url, phone=False) as desktop:
        ask(desktop, "How long did the call last?")
        files: list[Download] = []

        def keep(found: Download) -> None:
            files.append(found)

        desktop.on("download", keep)
        desktop.locator("#export").click()
        for _ in range(100):
            if len(files) == 2:
                break
            desktop.wait_for_timeout(100)
        content = {found.suggested_filename: Path(found.path()).read_text("utf-8") for found in files}
        assert "## How long did the call last?" in content["conversation.md"]
        assert "(characters " in content["conversation.md"]
        (turn,) = json.loads(content["conversation.json"])
        assert turn["citations"][0]["quote"] in content["conversation.md"].replace("\\", "")


def test_conversations_are_listed_named_opened_again_and_brought_back(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as url, contextmanager(visitor)(browser, url, phone=False) as desktop:
        ask(desktop, "How long did the call last?")
        desktop.locator("#new").click()
        expect(desktop.locator("#chat .bot small")).to_have_count(0)
        ask(desktop, "Where is <b>Riga</b>?")
        talks = desktop.locator("#talks")
        desktop.locator("#conversations").click()
        expect(talks.locator(".open")).to_have_text(["Where is <b>Riga</b>?", "How long did the call last?"])
        expect(talks.locator(".open").first).to_have_attribute("aria-current", "true")
        talks.get_by_role("button", name="Rename").last.click()
        talks.locator("input").fill("The <i>call</i>")
        talks.locator("input").press("Enter")
        talks.get_by_role("button", name="Delete").first.click()
        expect(talks.locator(".open")).to_have_text(["The <i>call</i>"])
        talks.get_by_role("button", name="Undo").click()
        expect(talks.locator(".open")).to_have_count(2)
        talks.get_by_role("button", name="The <i>call</i>").click()
        expect(talks).to_be_hidden()
        expect(desktop.locator("#chat .user")).to_have_text(["How long did the call last?"])
        assert "two hours" in follow(desktop, 0)
        ask(desktop, "And why was it delayed?")
        desktop.reload()
        expect(desktop.locator("#chat .user")).to_have_count(2)
        desktop.locator("#conversations").click()
        expect(talks.locator("li").first).to_contain_text("2 questions")
        expect(talks.locator("li")).to_have_count(2)
        talks.locator("li").first.get_by_role("button", name="Delete").click()
        talks.get_by_role("button", name="Close").click()
        expect(desktop.locator("#chat .bot small")).to_have_count(0)
        ask(desktop, "Who are the parties?")
        desktop.locator("#conversations").click()
        expect(talks.locator("li")).to_have_count(2)
        expect(talks.locator("li").first).to_contain_text("1 question")


def test_details_are_edited_and_articles_found_by_them(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as url, contextmanager(visitor)(browser, url, phone=False) as desktop:
        for title in ("Zoo opens a house for owls", "Ferry sold to an island"):
            desktop.locator("#adding").click()
            desktop.locator("#source textarea").fill(
                f"{title}\n\nIt happened on Monday, the council said. It cost 9 euros."
            )
            desktop.locator("#add-now").click()
            expect(desktop.locator("#paper")).to_contain_text(title)
            expect(desktop.locator("#add")).to_be_hidden()
        desktop.locator("#editing").click()
        expect(desktop.locator("#title input")).to_have_value("Ferry sold to an island")
        desktop.locator("#date input").fill("soon")
        desktop.locator("#save").click()
        expect(desktop.locator("#told")).to_contain_text("“soon” is no date.")
        expect(desktop.locator("#title input")).to_have_value("Ferry sold to an island")
        desktop.locator("#title input").fill("The <i>Núria</i> is sold")
        desktop.locator("#from input").fill("Harbour Gazette")
        desktop.locator("#date input").fill("2025-03-18")
        desktop.locator("#save").click()
        expect(desktop.locator("#details")).to_be_hidden()
        expect(desktop.locator("#paper")).to_contain_text("The <i>Núria</i> is sold")
        expect(desktop.locator("#paper .byline")).to_contain_text("Harbour Gazette · 18 March 2025")
        expect(desktop.locator("#article input")).to_have_value("The <i>Núria</i> is sold")
        desktop.locator("#article input").click()
        desktop.get_by_role("option", name="All 3 articles").click()
        rows = desktop.locator("#paper .library button")
        expect(rows.first).to_have_text("The <i>Núria</i> is sold")
        desktop.locator("#paper select").select_option("Title")
        expect(rows.first).to_contain_text("The <i>Núria</i> is sold")
        desktop.locator("#paper .finding input").fill("nuria march")
        expect(rows).to_have_count(1)
        desktop.locator("#paper .finding input").fill("owls")
        expect(rows).to_have_text(["Zoo opens a house for owls"])
        desktop.locator("#paper .finding input").fill("whales")
        expect(desktop.locator("#paper")).to_contain_text("No article is called so.")


def test_an_answer_is_copied_with_its_sources_and_called_right_or_wrong(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as url, contextmanager(visitor)(browser, url, phone=False) as desktop:
        desktop.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
        ask(desktop, "How long did the call last?")
        ask(desktop, "Why was it delayed?")
        acts = desktop.locator("#chat .acts")
        expect(acts).to_have_count(2)
        acts.first.get_by_role("button", name="Copy").click()
        expect(acts.first.locator("button").first).to_have_text("Copied")
        copied = desktop.evaluate("navigator.clipboard.readText()")
        assert "two hours" in copied
        assert "[1]: “" in copied
        acts.first.get_by_role("button", name="right").click()
        expect(acts.first).to_contain_text("Thank you.")
        acts.last.get_by_role("button", name="wrong").click()
        acts.last.locator("input").fill("It was <b>not</b>.")
        acts.last.locator("input").press("Enter")
        expect(acts.last).to_contain_text("Thank you.")
        desktop.reload()
        expect(acts).to_have_count(2)
    lines = [json.loads(line) for line in (tmp_path / "data" / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert [(one["right"], one["comment"]) for one in lines] == [(True, ""), (False, "It was <b>not</b>.")]
    assert all(one["turn"]["citations"][0]["quote"] for one in lines)


def test_words_that_are_selected_are_asked_about(page: Page) -> None:
    phone = (page.viewport_size or {"width": 0})["width"] < 820
    if phone:
        page.locator("#read").click()
    offer = page.locator("#ask-this")
    for _ in range(40):  # what has not slid into view on a phone cannot be selected yet
        chosen = page.locator("#paper").evaluate(
            """(paper) => {
                const lines = Array.from(paper.querySelectorAll("p"));
                const line = lines.find((one) => one.firstChild && one.textContent.length > 30).firstChild;
                getSelection().removeAllRanges();
                const end = line.textContent.indexOf(" ", 16);
                getSelection().setBaseAndExtent(line, 1, line, end - 1); // within words, which are taken whole
                return line.textContent.slice(0, end);
            }"""
        )
        page.wait_for_timeout(100)
        if offer.is_visible():
            break
    offer.click()
    expect(offer).to_be_hidden()
    expect(page.locator("#question textarea")).to_have_value(f"“{chosen}” ")
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type("is what?")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .bot small").last).to_be_visible()
