"""Reading beside an answer, choosing several articles, links that offer an address, and the page on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ingest import RawDocument, articles, delete, ingest
from ingest.settings import Settings
from tests.e2e.test_page import served, visitor

FERRY = "Ferry Fares Rise\n\nA ticket for the ferry costs nine crowns from May. The council decided it on Monday."
TRAM = "Tram Line Delayed\n\nThe tram line to the harbour opens a year late. A ticket costs four crowns."
SCHOOL = "School Repaired\n\nThe school of Sjövik has a new roof. It cost two million crowns."


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("shelf")
    texts = [RawDocument(origin="a test", text=text) for text in (FERRY, TRAM, SCHOOL)]
    ingest(texts, settings=Settings(data_dir=folder / "data"))
    with served(folder) as url:
        yield url


@pytest.fixture
def page(browser: Browser, shelf: str) -> Iterator[Page]:
    yield from visitor(browser, shelf, phone=False)


def ask(page: Page, question: str) -> None:
    """Ask, and wait until the answer can be copied: over several articles it ends with a list of its sources."""
    answers = page.locator("#chat .bot .acts")
    before = answers.count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(answers).to_have_count(before + 1)


def choose(page: Page, title: str) -> None:
    page.locator("#article input").click()
    page.get_by_role("option", name=title).click()


def numbered(page: Page) -> list[tuple[str, str]]:
    """What is underlined in the article, and the numbers after it."""
    found = page.locator("#paper .rest").evaluate_all("all => all.map(one => [one.textContent, one.dataset.numbers])")
    return [(text, numbers) for text, numbers in found]


def test_what_the_answer_rests_on_is_numbered_in_the_article_as_in_the_answer(page: Page) -> None:
    choose(page, "Ferry Fares Rise")
    expect(page.locator("#paper")).to_contain_text("nine crowns")
    ask(page, "What does a ticket for the ferry cost?")
    expect(page.locator("#paper .rest")).to_have_count(1)
    assert numbered(page) == [("A ticket for the ferry costs nine crowns from May.", "1")]
    ask(page, "When did the council decide it?")
    expect(page.locator("#paper .rest")).to_have_text("The council decided it on Monday.")
    page.locator('#chat a[href*="#cite-"]').first.click()  # of the first answer, which is then the one that is read
    expect(page.locator("#paper mark .rest")).to_have_text("A ticket for the ferry costs nine crowns from May.")
    assert "1" not in page.locator("#paper").inner_text()  # the number is drawn, not written: it is not copied
    page.locator("#new").click()
    expect(page.locator("#paper .rest")).to_have_count(0)


def test_several_articles_are_picked_in_the_list_and_asked_together(page: Page) -> None:
    choose(page, "All 3 articles")
    for title in ("Ferry Fares Rise", "Tram Line Delayed"):
        page.get_by_label(f"Ask about “{title}”").check()
    page.get_by_role("button", name="Ask these 2 articles").click()
    expect(page.locator("#article input")).to_have_value("2 of 3 articles")
    expect(page.locator("#question textarea")).to_have_attribute("placeholder", "Ask 2 articles …")
    ask(page, "Which articles mention a ticket?")
    answer = page.locator("#chat .bot.message").last
    expect(answer).to_contain_text("Ferry Fares Rise")
    expect(answer).to_contain_text("Tram Line Delayed")
    ask(page, "What did the roof of the school cost?")
    expect(page.locator("#chat .bot.message").last).not_to_contain_text("two million")
    page.reload()
    expect(page.locator("#article input")).to_have_value("2 of 3 articles")
    expect(page.get_by_label("Ask about “Tram Line Delayed”")).to_be_checked()
    page.get_by_role("button", name="School Repaired").click()
    page.get_by_role("button", name="‹ Back to 2 articles").click()
    expect(page.get_by_label("Ask about “School Repaired”")).not_to_be_checked()
    page.get_by_label("Ask about “School Repaired”").check()
    page.get_by_role("button", name="Ask these 3 articles").click()
    expect(page.locator("#article input")).to_have_value("All 3 articles")
    assert "article=all" in page.url


def test_back_returns_from_the_article_of_a_citation_to_what_is_asked(page: Page) -> None:
    choose(page, "All 3 articles")
    ask(page, "What does a ticket for the ferry cost?")
    page.locator('#chat a[href*="#cite-"]').first.click()
    expect(page.locator("#paper mark")).to_contain_text("nine crowns")
    page.go_back()
    expect(page.locator("#paper h2")).to_have_text("All articles")
    page.go_forward()
    expect(page.locator("#paper")).to_contain_text("nine crowns")
    page.get_by_role("button", name="‹ Back to all 3 articles").click()
    expect(page.locator("#paper h2")).to_have_text("All articles")
    expect(page.locator("#article input")).to_have_value("All 3 articles")
    expect(page.locator("#chat")).to_contain_text("nine crowns")


def test_what_was_added_or_removed_elsewhere_is_seen_when_one_comes_back(browser: Browser, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    ingest(RawDocument(origin="a test", text=FERRY), settings=settings)
    with served(tmp_path) as url:
        for page in visitor(browser, url, phone=False):
            (ferry,) = [article.id for article in articles(settings)]
            ingest(RawDocument(origin="a test", text=TRAM), settings=settings)
            page.evaluate("window.dispatchEvent(new Event('focus'))")
            page.locator("#article input").click()
            expect(page.get_by_role("option")).to_have_count(3)
            page.keyboard.press("Escape")
            page.locator("#question textarea").click()
            expect(page.locator("#article input")).to_have_value("Ferry Fares Rise")
            delete([ferry], settings=settings)
            page.evaluate("window.dispatchEvent(new Event('focus'))")
            expect(page.locator("#article input")).to_have_value("Tram Line Delayed")
            expect(page.locator("#paper")).to_contain_text("four crowns")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_link_offers_an_address_and_the_visitor_decides(browser: Browser, shelf: str, phone: bool) -> None:
    offered = "https://news.example/a?b=c&d=é"
    context = browser.new_context(viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{shelf}/?url=https%3A%2F%2Fnews.example%2Fa%3Fb%3Dc%26d%3D%C3%A9")
    expect(page.locator("#source textarea")).to_have_value(offered)
    expect(page.locator("#add .offer")).to_contain_text("Nothing is fetched until you press Add")
    expect(page.locator("#add-now")).to_be_focused()
    assert "url=" not in page.url  # a reload does not offer it again
    page.locator("#cancel").click()
    expect(page.locator("#add")).to_be_hidden()
    expect(page.locator("#add .offer")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "", "x" * 3000])
def test_nothing_but_the_address_of_a_web_page_is_offered(browser: Browser, shelf: str, address: str) -> None:
    for page in visitor(browser, f"{shelf}/?url={address}", phone=False):
        assert "url=" not in page.url
        expect(page.locator("#add")).to_be_hidden()


def test_on_paper_there_are_the_whole_conversation_and_the_whole_article(browser: Browser, tmp_path: Path) -> None:
    text = "Days of Rain\n\n" + "\n\n".join(f"On day {day} it rained and the council met." for day in range(90))
    ingest(RawDocument(origin="a test", text=text), settings=Settings(data_dir=tmp_path / "data"))
    with served(tmp_path) as url:
        for page in visitor(browser, url, phone=False):
            for day in (3, 44, 7):
                ask(page, f"What happened on day {day}?")
            page.emulate_media(media="print")
            for seen in ("#paper", "#chat .bubble-wrap"):
                whole, there = page.locator(seen).evaluate("one => [one.scrollHeight, one.clientHeight]")
                assert whole <= there + 1, f"{seen} is cut"
            for pressed in ("#question", "#tools", "#new", "#examples"):
                expect(page.locator(pressed)).to_be_hidden()
            ends = page.locator("#chat-side").evaluate("one => one.getBoundingClientRect().bottom")
            begins = page.locator("#read-side").evaluate("one => one.getBoundingClientRect().top")
            assert ends <= begins + 1  # one below the other
