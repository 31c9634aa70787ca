"""The page in the visitor's language, in a real browser: nothing that the page says stays English, all else does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ingest import RawDocument, ingest
from ingest.settings import Settings
from tests.e2e.test_page import ask, served, visitor

TEXTS = json.loads((Path(__file__).parents[2] / "page" / "texts.json").read_text("utf-8"))
KNOWN = TEXTS["page"] | TEXTS["lines"] | TEXTS["reasons"] | TEXTS["leads"] | TEXTS["chat"]

SAID = """() => {
    const seen = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) seen.add(walker.currentNode.data.trim());
    for (const node of document.querySelectorAll("[placeholder], [aria-label], [title]"))
        for (const name of ["placeholder", "aria-label", "title"]) seen.add((node.getAttribute(name) || "").trim());
    return Array.from(seen);
}"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("languages")
    texts = [
        RawDocument(origin=f"{n}", title=title, text=f"{title}\nThe pier costs {n} million euros. It opens in May.")
        for n, title in enumerate(("Undo", "Stop", "Ask"), start=4)
    ]  # titles are not the page's own words
    ingest(texts, settings=Settings(data_dir=folder / "data"))
    with served(folder) as found:
        yield found


@pytest.fixture(params=TEXTS["languages"])
def page(browser: Browser, url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    yield from visitor(browser, url, phone=False, language=request.param)


def left_english(page: Page) -> set[str]:
    """Texts of the page that stand there in English although the visitor's language has another word for them."""
    column = TEXTS["languages"].index(page.evaluate("window.articleQA.language"))
    return {text for text in page.evaluate(SAID) if text in KNOWN and KNOWN[text][column] != text} - {
        "Undo",
        "Stop",
        "Ask",
    }


def word(page: Page, english: str, **values: str) -> str:
    return KNOWN[english][TEXTS["languages"].index(page.evaluate("window.articleQA.language"))].format(**values)


def test_everything_that_the_page_says_is_in_the_visitors_language(page: Page) -> None:
    assert page.evaluate("document.documentElement.lang") == page.evaluate("window.articleQA.language")
    expect(page.locator("#adding")).to_have_text(word(page, "Add article"))
    page.locator("#article input").click()
    expect(page.get_by_role("option").last).to_contain_text(word(page, "All {count} articles", count="3"))
    page.keyboard.press("Escape")
    ask(page, "How much does the pier cost?")
    expect(page.locator("#chat .bot small").last).to_contain_text(word(page, "quoted from {count} sentence", count="1"))
    expect(page.locator("#chat .acts button").first).to_have_text(word(page, "Copy"))
    ask(page, "Who painted the Mona Lisa?")
    expect(page.locator("#chat .bot strong").last).to_have_text(word(page, "The article does not say."))
    assert left_english(page) == set()
    page.locator("#adding").click()
    page.locator("#add-now").click()
    expect(page.locator("#note")).to_have_text(
        word(page, "There is nothing to add. Paste a URL or a text, or choose a file.")
    )
    page.locator("#editing").click()
    expect(page.locator("#save")).to_have_text(word(page, "Save"))
    page.evaluate("window.articleQA.show('all')")
    expect(page.locator("#paper h2")).to_have_text(word(page, "All articles"))
    assert left_english(page) == set()
    page.locator("#conversations").click()
    expect(page.locator("#talks h2")).to_have_text(word(page, "Conversations"))
    assert left_english(page) == set()


def test_what_an_article_is_called_and_says_is_not_translated(page: Page) -> None:
    page.evaluate("window.articleQA.show('all')")
    names = page.locator("#paper .library button")
    expect(names).to_have_count(3)
    assert set(names.all_text_contents()) == {"Undo", "Stop", "Ask"}
    names.first.click()
    expect(page.locator("#paper .title")).to_have_text("Ask")
    expect(page.locator("#paper p").last).to_contain_text("It opens in May.")
