"""A very long article is added while others ask: they are answered meanwhile, and it is asked in bounded memory."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest import ingest
from ingest.settings import Settings
from tests.torture.conftest import Promising
from tests.torture.test_load import DAYS, high
from tests.torture.towns import article, name, price, question, story
from tests.torture.visitor import Served, served

pytestmark = pytest.mark.slow

MOST_MEMORY = 1_500.0
"""MB that the process which adds may take, and the page that answers from what was added."""

PAUSE = 1.1
"""Seconds between two questions: below what a visitor may ask in a minute."""

LONG = 7
"""The town whose article is the very long one."""


def test_others_are_answered_while_a_very_long_text_is_added(
    tmp_path: Path, environment: dict[str, str], promising: Promising
) -> None:
    own = Settings(data_dir=tmp_path / "data")
    with promising("Length") as promise:
        characters, seconds = promise.amount(50_000, 20_000_000), promise.amount(4, 120)
        ingest(story(0, days=DAYS), settings=own)
        with (
            served(own.data_dir, environment, MAX_SIZE_MB="21") as page,
            httpx.Client(base_url=page.url, headers={"Origin": page.url}, timeout=7200) as http,
            ThreadPoolExecutor(1) as pool,
        ):
            asked(http, 0)  # everything is loaded
            alone = [asked(http, 0) for _ in range(round(seconds / PAUSE))]
            began = time.monotonic()
            adding = pool.submit(added, page.url, long_text(characters))
            with watched(page) as children:
                meanwhile = list(others(http, adding))
            added_in = time.monotonic() - began
            found = adding.result()
            answered_in = asked(http, LONG, [found["rows"][0]["article_id"]])
            memory = page.memory()
        promise.tried = f"{characters / 1e6:g} million characters added over HTTP, {len(meanwhile)} questions meanwhile"
        promise.found = told(alone, meanwhile, added_in, max(children), memory, answered_in)
        print(promise.found)
        assert max(children) < MOST_MEMORY
        assert memory < MOST_MEMORY


def told(
    alone: list[float], meanwhile: list[float], added_in: float, child: float, memory: float, answered_in: float
) -> str:
    """The figures in a sentence."""
    slow, quick = high(meanwhile), high(alone)
    return (
        f"added in {added_in:.0f} s with {child:.0f} MB; others p95 {slow:.2f} s, {slow / quick:.1f} times the "
        f"{quick:.2f} s before (p50 {sorted(meanwhile)[len(meanwhile) // 2]:.2f} and "
        f"{sorted(alone)[len(alone) // 2]:.2f}); then asked in {answered_in:.1f} s, the page at {memory:.0f} MB"
    )


def long_text(characters: int) -> str:
    """Sentences of a town council, no two alike, and in their middle the price of the bridge."""
    draw = random.Random(1)
    matters = "harbour ferry school market tram library hospital bakery orchard museum quarry mill".split()
    deeds = "postponed welcomed rejected measured painted sold repaired counted opened flooded moved drained".split()

    def sentence() -> str:
        return (
            f"On day {draw.randrange(10**6)} the council {draw.choice(deeds)} the {draw.choice(matters)} near the "
            f"{draw.choice(matters)}, and {draw.randrange(2, 900)} people {draw.choice(deeds)} a {draw.choice(matters)}."
        )

    half = [sentence() for _ in range(characters // 220)]
    said = f"The bridge of {name(LONG)} costs {price(LONG, 0)} dollars. Its mayor opens it in May."
    text = " ".join([*half, said, *(sentence() for _ in half)])
    return "\n\n".join(text[start : start + 2_000] for start in range(0, characters, 2_000))


def added(url: str, text: str) -> Any:
    """The report of the addition, which is waited for."""
    with httpx.Client(base_url=url, headers={"Origin": url}, timeout=7200) as http:
        reply = http.post("/api/articles", json={"text": text, "title": "A very long article"})
        assert reply.is_success, reply.text[:500]
        return reply.json()


def others(http: httpx.Client, adding: "Future[Any]") -> Iterator[float]:
    """How long each answer about the small article takes, until the long one is there."""
    while not adding.done():
        yield asked(http, 0)


def asked(http: httpx.Client, town: int, articles: list[str] | None = None) -> float:
    """Ask for the price of a town's bridge, which must come; the seconds that it took."""
    body = {"question": question(town), "articles": articles or [article(town, days=DAYS).id]}
    began = time.monotonic()
    reply = http.post("/api/ask", json=body)
    took = time.monotonic() - began
    assert reply.is_success, reply.text[:500]
    assert price(town, 0) in reply.json()["text"], reply.json()
    time.sleep(PAUSE)
    return took


@contextmanager
def watched(page: Served) -> Iterator[list[float]]:
    """The most memory of each process that the page has started, in MB, as long as the block runs."""
    peaks = [0.0]
    with ThreadPoolExecutor(1) as pool:
        ended = Future[None]()

        def watch() -> None:
            while not ended.done():
                peaks.extend(page.children())
                peaks[:] = [max(peaks)]
                time.sleep(0.2)

        watching = pool.submit(watch)
        try:
            yield peaks
        finally:
            ended.set_result(None)
            watching.result()
