"""Many visitors at once: no error, nobody sees another's conversation, and the page's memory stays flat."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ingest import ingest
from ingest.settings import Settings
from tests.torture.conftest import Promise, Promising
from tests.torture.towns import article, name, price, question, story
from tests.torture.visitor import Served, Visitor, served

LONGEST_CONVERSATION = 12
"""Turns after which a visitor begins anew, so that an answer takes as long at the end as at the beginning."""

DAYS = 60
"""Makes an article of 3,500 characters, as news are."""


def test_visitors_at_once_are_answered_each_from_his_own_conversation(
    tmp_path: Path, environment: dict[str, str], promising: Promising
) -> None:
    own = Settings(data_dir=tmp_path / "data")
    with promising("Load") as promise:
        visitors, seconds = promise.amount(4, 20), promise.amount(6, 300)
        ingest([story(town, days=DAYS) for town in range(visitors)], settings=own)
        with served(own.data_dir, environment) as page:
            talk(page.url, 0, visitors, 0, promise)  # everything is loaded
            alone = talk(page.url, 0, visitors, seconds / 4, promise)
            memory, together = crowd(page, visitors, seconds, promise)
        slow, quick = high(together), high(alone)
        promise.tried = f"{visitors} visitors for {seconds} s, each about his own article, {len(together)} questions"
        promise.found = (
            f"no error, no word of another's conversation; memory {memory[0]:.0f} MB after a third of the time and "
            f"{memory[1]:.0f} MB at the end; p95 {slow:.2f} s, {slow / quick:.1f} times one visitor's {quick:.2f} s"
        )
        assert memory[1] < memory[0] * 1.1 + 50


def crowd(page: Served, visitors: int, seconds: float, promise: Promise) -> tuple[tuple[float, float], list[float]]:
    """The page's memory after a third of the time and at the end, and how long every answer took."""
    with ThreadPoolExecutor(visitors) as pool:
        tasks = [pool.submit(talk, page.url, town, visitors, seconds, promise) for town in range(visitors)]
        time.sleep(seconds / 3)
        early = page.memory()
        times = [moment for task in tasks for moment in task.result()]
        return (early, page.memory()), times


def talk(url: str, town: int, towns: int, seconds: float, promise: Promise) -> list[float]:
    """One visitor asks for so many seconds, with pauses as somebody makes who reads; how long each answer took."""
    chance = random.Random(promise.seed + town)
    pauses = (0.2, 0.8) if not promise.full else (1.0, 5.0)
    visitor = Visitor(url)
    times: list[float] = []
    until = time.monotonic() + seconds
    while not times or time.monotonic() < until:
        if len(visitor.kept) >= LONGEST_CONVERSATION:
            visitor.close()
            visitor = Visitor(url)
        asked, expected = asks(town, chance) if visitor.kept else (question(town), price(town, 0))
        began = time.monotonic()
        seen = visitor.ask(asked, article(town, days=DAYS).id)
        times.append(time.monotonic() - began)
        assert expected in visitor.kept[-1]["turn"]["answer"], visitor.kept[-1]
        others = [other for other in range(towns) if other != town and name(other) in seen]
        assert not others, f"The visitor of {name(town)} sees {[name(other) for other in others]}."
        time.sleep(chance.uniform(*pauses))
    visitor.close()
    return times


def asks(town: int, chance: random.Random) -> tuple[str, str]:
    """A question of a conversation that has begun, and the words that answer it."""
    return chance.choice([(question(town), price(town, 0)), ("Who opens it?", "mayor"), ("When does it open?", "May")])


def high(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[int(len(times) * 0.95)]
