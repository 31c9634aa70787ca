"""Hostile strings come in by every way there is, in a real browser: each is shown as its own words or not at all."""

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ingest import RawDocument, ingest
from ingest.clean import clean_text
from ingest.settings import Settings
from tests.e2e.payloads import PAYLOADS, batches
from tests.e2e.test_page import ask, follow, served, visitor
from tests.openai_server import Failure, Messages, ModelServer

KEPT, KEPT_MARK = batches(290, " "), "Kept"
SENT, SENT_MARK = batches(290, " ", backwards=True), "Sent"
"""Titles of articles, several strings in each, and the word that tells in their texts how they came in."""

WATCH = (Path(__file__).parent / "watch.js").read_text("utf-8")
"""Notes in `window.alien` whatever ever stands in the page that the page itself did not make."""

CONTROLS = "#question textarea", "#new", "#adding", "#article input", "#examples button"


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        server.yes, server.pieces = 0.95, 1_000
        yield server


@pytest.fixture(scope="module")
def url(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page whose library holds every string as a title, a text, a source, an author, a date and an address."""
    folder = tmp_path_factory.mktemp("page")
    fill(folder / "data")
    behind = {"answerer": "openai", "openai_base_url": model.url, "openai_model": "test-model", "openai_retries": 0}
    with served(folder, **behind) as found:
        yield found


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A visitor who is watched; a dialog, a console error or a request that leaves the machine fails the test."""
    for made in visitor(browser, url, phone=False):
        made.add_init_script(WATCH)
        made.reload()
        made.wait_for_selector("#paper p", state="attached")
        yield made
        unharmed(made)


def fill(folder: Path) -> None:
    """A library as another program could have left it: what cleaning would take out stands in it all the same."""
    documents = [
        RawDocument(origin=f"kept-{n}", title=title, text=f"{KEPT_MARK} {n}\n{title}") for n, title in enumerate(KEPT)
    ]
    whole = RawDocument(origin="whole", title="Every string", text="\n".join(f"{one} was said." for one in PAYLOADS))
    report = ingest([whole, *documents], settings=Settings(data_dir=folder))
    assert report.count("added") == len(KEPT) + 1
    with closing(sqlite3.connect(folder / "catalog.db")) as database, database:
        for title, row in zip(KEPT, report.rows[1:], strict=True):
            database.execute(
                "UPDATE articles SET title = ?, url = ?, source = ?, published_at = ?, authors = ? WHERE id = ?",
                (title, title, title, title, json.dumps([title, title]), row.article_id),
            )


def words(text: str) -> str:
    """What is left of a text however white space and invisible characters are shown."""
    return re.sub(r"[\s\ufffd]+", "", clean_text(text))


def unharmed(page: Page) -> None:
    """Nothing ran, nothing strange stands in the page or ever did, and its controls are where a visitor can use them."""
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("window.look(), window.alien") == []
    assert page.evaluate("typeof window.articleQA.show") == "function"
    assert page.evaluate("document.querySelectorAll('#paper, #chat, #question, #said').length") == 4
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for control in CONTROLS:
        found = page.locator(control).first
        expect(found).to_be_visible()
        assert found.evaluate(
            "node => { const at = node.getBoundingClientRect();"
            " return node.contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2)); }"
        ), f"{control} is covered"


def shown_in_the_reader(page: Page, ids: list[str]) -> list[str]:
    """The words of each of these articles as the reader shows them."""
    return page.evaluate(
        "async ids => { const all = []; for (const id of ids) { await window.articleQA.show(id); window.look();"
        " all.push(document.querySelector('#paper').textContent); } return all; }",
        ids,
    )


def listed(page: Page) -> list[dict[str, str]]:
    return page.evaluate("fetch('/articles').then(reply => reply.json())")


def offered(page: Page) -> set[str]:
    """The words of every article that can be chosen; the list draws more of them as it is scrolled."""
    page.locator("#article input").click()
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_be_visible()
    found: set[str] = set()
    while True:
        seen = {words(text).removeprefix("✓") for text in options.all_text_contents()}
        if seen <= found:
            page.keyboard.press("Escape")
            return found
        found |= seen
        options.last.scroll_into_view_if_needed()


def all_are_shown(page: Page, titles: list[str], mark: str) -> None:
    """Every title stands as words in the list, in the choice of articles, and in the article that has it."""
    expected = set(map(words, titles))
    page.evaluate("window.articleQA.show('all')")
    expect(page.locator("#paper h2")).to_have_text("All articles")
    assert expected <= set(map(words, page.locator("#paper .library button").all_text_contents()))
    assert expected <= offered(page)
    articles = [article for article in listed(page) if words(article["title"]) in expected]
    seen = shown_in_the_reader(page, [article["id"] for article in articles])
    own = [(article, text) for article, text in zip(articles, seen, strict=True) if mark in text]
    assert len(own) == len(titles)
    for article, text in own:
        assert words(text).count(words(article["title"])) >= 4, "title, source, authors and text"


def numbered(messages: Messages) -> list[tuple[str, str]]:
    return re.findall(r"(?m)^\[(\d+)\] (.+)$", messages[0]["content"])


def test_what_stands_in_the_library_is_shown_as_words(page: Page) -> None:
    all_are_shown(page, KEPT, KEPT_MARK)
    assert set(KEPT) <= {article["source"] for article in listed(page)}, "nothing was taken out of them"


def test_what_is_sent_in_a_file_is_shown_as_words(page: Page) -> None:
    records = [
        {
            "title": title,
            "text": f"{SENT_MARK} {n}\n{title}",
            "source": f"{title} of",  # a title that is the name of its source would be none
            "authors": [title, {"name": title}],
            "url": title if n % 2 else f"http://127.0.0.1:9/{n}/{words(title)}",
            "published_at": title,
        }
        for n, title in enumerate(SENT)
    ]
    content = "\n".join(map(json.dumps, records)).encode()
    page.locator("#adding").click()
    page.locator("#file input[type=file]").set_input_files(
        {"name": "all.jsonl", "mimeType": "application/json", "buffer": content}
    )
    expect(page.locator("#file")).to_contain_text("all")
    page.locator("#add-now").click()
    expect(page.locator("#add-now")).to_be_hidden()
    all_are_shown(page, SENT, SENT_MARK)


def test_the_names_of_files_and_what_is_said_of_bad_ones_are_words(page: Page) -> None:
    page.locator("#adding").click()
    for name in batches(3_000, " "):
        expect(page.locator("#file input[type=file]")).to_be_attached()
        page.evaluate(
            """name => { const files = new DataTransfer(); files.items.add(new File(["{"], name));
            const input = document.querySelector("#file input[type=file]"); input.files = files.files;
            input.dispatchEvent(new Event("change", {bubbles: true})); }""",
            f"{name}.jsonl",
        )
        expect(page.locator("#file [aria-label='Clear'], #file [aria-label='Remove this file']").first).to_be_visible()
        page.locator("#add-now").click()
        expect(page.locator("#note .trouble")).to_contain_text("not valid JSON")
        page.locator("#file [aria-label='Clear']").first.click()
        expect(page.locator("#file input[type=file]")).to_be_attached()


def test_what_is_said_of_addresses_that_cannot_be_fetched_is_words(page: Page) -> None:
    page.locator("#adding").click()
    told = ""
    for batch in batches(5_000, ""):
        page.locator("#source textarea").fill("http://127.0.0.1:9/" + re.sub(r"\s", "", batch))
        page.locator("#add-now").click()
        expect(page.locator("#add-now")).to_be_enabled()
        expect(page.locator("#note .trouble")).to_be_visible()
        told += page.locator("#note .trouble").inner_text()
    assert "<script>" in told


def test_questions_and_a_models_replies_are_shown_as_words(page: Page, model: ModelServer) -> None:
    questions = batches(1_990, " ")
    for question, written in zip(questions, reversed(questions), strict=True):

        def reply(messages: Messages, written: str = written) -> str:
            number, text = numbered(messages)[-1]
            return f"{text} [{number}]\n\n{written}"

        model.reply = reply
        ask(page, question)
        assert words(page.locator("#chat .user").last.inner_text()) == words(question)
        answer = words(page.locator("#chat .bot").last.text_content() or "")
        assert any(words(payload) in answer for payload in PAYLOADS if payload in written)
    assert page.locator("#chat .bot").count() == page.locator("#chat .user").count() == len(questions)
    expect(page.locator("#chat")).to_contain_text("test-model")


def test_a_reply_that_cites_hostile_words_shows_and_lights_them(page: Page, model: ModelServer) -> None:
    page.locator("#article input").click()
    page.get_by_role("option", name="Every string").click()
    expect(page.locator("#paper h2")).to_have_text("Every string")
    model.reply = lambda messages: "\n".join(f"{text} [{number}]" for number, text in numbered(messages)[:8])
    ask(page, "What was said of the script?")
    links = page.locator('#chat a[href*="#cite-"]').count()
    assert links > 3
    for number in range(min(links, 6)):
        assert words(follow(page, number)).endswith("wassaid.")
    model.reply = Failure(500)
    ask(page, "What was said of the image?")
    expect(page.locator("#chat .bot").last).to_contain_text("quoted")


def test_a_conversation_that_somebody_else_wrote_into_the_browser_is_shown_as_words(page: Page) -> None:
    for size in (1, 600):
        texts = list(PAYLOADS[-20:]) if size == 1 else batches(size)
        forge(page, texts)
        page.reload()
        expect(page.locator("#chat .bot")).to_have_count(min(len(texts), 20))
        for kind, heard in (("user", words), ("bot", letters)):
            seen = map(heard, page.locator(f"#chat .{kind}").all_text_contents())
            for text, found in zip(texts[-20:], seen, strict=True):
                assert heard(text) in found


def letters(text: str) -> str:
    """The letters of a kept answer, without the few tags and entities that answers are made of."""
    bare = re.sub(r"</?(?:strong|em|small|details|summary)>|<br>|&#\d+;", "", words(text))
    return re.sub(r"[\W\d_]+", "", bare)


def forge(page: Page, texts: list[str]) -> None:
    """Write a conversation into the browser's storage as the page's own script does, sealed with the key it knows."""
    turns = [{"asked": text, "rendered": text, "turn": None} for text in texts]
    secret, salt = hashlib.sha256(b"article-qa").hexdigest().encode(), os.urandom(8)
    made = block = b""
    while len(made) < 48:
        block = hashlib.md5(block + secret + salt).digest()
        made += block
    page.evaluate(
        """async ([text, key, iv, salt]) => {
          const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
          const sealed = await crypto.subtle.encrypt({name: "AES-CBC", iv: bytes(iv)},
            await crypto.subtle.importKey("raw", bytes(key), "AES-CBC", false, ["encrypt"]), new TextEncoder().encode(text));
          const all = [...new TextEncoder().encode("Salted__"), ...bytes(salt), ...new Uint8Array(sealed)];
          const base64 = btoa(Array.from(all, (byte) => String.fromCharCode(byte)).join(""));
          localStorage.setItem("article-qa", `${btoa("0123456789abcdef")}:${base64}`);
        }""",
        [json.dumps(turns), made[:32].hex(), made[32:].hex(), salt.hex()],
    )
