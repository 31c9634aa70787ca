"""The page with a language model behind it: a scripted one, over real HTTP. It obeys hostile articles, hangs and fails."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ingest import RawDocument, ingest
from ingest.clean import clean_text
from ingest.sample import sample as sample_article
from ingest.settings import Settings
from tests.e2e.test_page import ask, follow, served, visitor
from tests.openai_server import Failure, Messages, ModelServer

HOSTILE = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "qa" / "generation" / "injections.jsonl")
    .read_text("utf-8")
    .split("\n")[:-1]
]
CHOSEN = {"rolls", "comet", "storm", "tilings", "hydrofoil", "recycling", "chess", "stadium"}
SHOWN = [case for case in HOSTILE if case["id"] in CHOSEN]
"""Cases whose model would show a script, an image, a link, a formula or a style."""

WATCH = """() => {
  window.alien = [];
  const bad = "#chat :is(img, iframe, script, object, form, .katex, [onerror], [onload], [onmouseover])";
  const look = () => {
    for (const node of document.querySelectorAll(`${bad}, #chat a[href]`))
      if (!node.matches("a") || !/^#cite-[0-9a-f]{16}-\\d+-\\d+$/.test(node.getAttribute("href"))) window.alien.push(node.outerHTML);
  };
  new MutationObserver(look).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        server.yes = 0.95
        yield server


@pytest.fixture(scope="module")
def url(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    behind = {"answerer": "openai", "openai_base_url": model.url, "openai_model": "test-model", "openai_retries": 0}
    folder = tmp_path_factory.mktemp("page")
    hostile = [RawDocument(origin=case["id"], text=f"{titled(case)}\n{case['text']}") for case in SHOWN]
    assert ingest([sample_article(), *hostile], settings=Settings(data_dir=folder / "data")).count("added") == 1 + len(
        SHOWN
    )
    with served(folder, **behind) as found:
        yield found


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A visitor; a dialog, a console error or a request that leaves the machine fails the test at its end."""
    yield from visitor(browser, url, phone=False)


def titled(case: dict[str, str]) -> str:
    return case.get("title", case["id"])


def choose(page: Page, title: str, words: str) -> None:
    """Turn to the article of this title, in which these words stand."""
    page.locator("#article input").click()
    page.get_by_role("option", name=title).click()
    expect(page.locator("#paper")).to_contain_text(words)


def sample(page: Page) -> None:
    choose(page, "Trump and Putin", "Witkoff")


def test_a_model_that_obeys_a_hostile_article_shows_no_link_no_image_and_runs_nothing(
    page: Page, model: ModelServer
) -> None:
    model.pieces, model.pause = 30, 0.01
    page.evaluate(WATCH)
    for case in SHOWN:

        def reply(messages: Messages, case: dict[str, str] = case) -> str:
            number = re.search(rf"(?m)^\[(\d+)\] .*{re.escape(case['evidence'])}", messages[0]["content"])
            return f"{case['evidence']} [{number[1] if number else 1}]\n\n{case['obeyed']}"

        model.reply = reply
        choose(page, clean_text(titled(case))[:20], clean_text(case["evidence"]))
        ask(page, case["question"])
        expect(page.locator("#chat .bot").last).to_contain_text(case["evidence"])
        expect(page.locator("#chat .bot").last).to_contain_text("tokens read")
    assert page.evaluate("window.alien") == []
    assert len(SHOWN) == page.locator("#chat .bot small").count()


def test_what_a_model_wrote_is_cited_and_its_words_are_lit(page: Page, model: ModelServer) -> None:
    sample(page)
    model.pieces, model.pause = 4, 0.0
    model.reply = "More than two hours [2]."
    ask(page, "How long did the call last?")
    expect(page.locator("#chat .bot").last).to_contain_text("test-model")
    assert "two hours" in follow(page, 0)


def test_a_second_question_is_kept_while_an_answer_comes_and_asked_after_it(page: Page, model: ModelServer) -> None:
    sample(page)
    box, waits = page.locator("#question textarea"), page.locator("#waits")
    model.pieces, model.pause, model.reply = 4, 0.2, "It lasted more than two hours [2]. " * 4
    box.fill("How long did the call last?")
    box.press("Enter")
    page.keyboard.type("Who was on the call?")  # at once, and to its end
    expect(box).to_have_value("Who was on the call?")
    expect(page.locator("#chat .bot").last).to_contain_text("It lasted")
    box.press("Enter")
    expect(waits).to_be_visible()
    expect(box).to_have_value("Who was on the call?")
    expect(page.locator("#chat .user")).to_have_count(2)
    expect(waits).to_have_count(0)
    expect(box).to_have_value("")
    expect(page.locator("#chat .bot .acts")).to_have_count(2)
    assert [one.inner_text().strip() for one in page.locator("#chat .user").all()] == [
        "How long did the call last?",
        "Who was on the call?",
    ]


def test_what_is_typed_while_an_answer_comes_stays_when_it_is_stopped(page: Page, model: ModelServer) -> None:
    sample(page)
    box = page.locator("#question textarea")
    model.pieces, model.pause, model.reply = 4, 0.3, "It lasted more than two hours [2]. " * 20
    box.fill("How long did the call last?")
    box.press("Enter")
    expect(page.locator("#chat .bot").last).to_contain_text("It lasted")
    page.keyboard.type("Who")
    box.press("Enter")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#chat .user")).to_have_count(0)
    expect(box).to_have_value("Who")
    expect(page.locator("#waits")).to_have_count(0)
    model.pieces, model.pause, model.reply = 30, 0.0, "It lasted more than two hours [2]."


def test_stop_ends_the_models_work(page: Page, model: ModelServer) -> None:
    sample(page)
    model.pieces, model.pause = 4, 0.3
    model.reply = "It lasted more than two hours [2]. " + " ".join(
        f"Hall {n} of {n + 7} was full [3]." for n in range(60)
    )
    page.locator("#question textarea").fill("How long did the call last?")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#chat .bot").last).to_contain_text("It lasted")
    request = model.chats[-1]
    assert not request.hung_up.is_set()
    page.get_by_role("button", name="Stop").click()
    assert request.hung_up.wait(5)
    expect(page.locator("#question textarea")).to_have_value("How long did the call last?")
    model.pieces, model.pause, model.reply = 30, 0.0, "It lasted more than two hours [2]."
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#chat .bot small")).to_have_count(1, timeout=20_000)


@pytest.mark.parametrize("failure", [Failure(500), Failure(how="cut", said="It lasted")], ids=["fails", "breaks-off"])
def test_a_model_that_fails_is_told_of_and_the_article_quoted(page: Page, model: ModelServer, failure: Failure) -> None:
    sample(page)
    model.pieces, model.pause = 4, 0.0
    model.reply = failure
    ask(page, "How long did the call last?")
    last = page.locator("#chat .bot").last
    expect(last).to_contain_text("⚠")
    expect(last).to_contain_text("The article is quoted instead.")
    expect(last).to_contain_text("quoted from 1 sentence")
    assert "two hours" in follow(page, 0)
