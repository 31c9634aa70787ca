"""Requests run on one event loop of this process. Whoever waits for one is asked now and then whether to go on."""

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future
from functools import lru_cache
from typing import Any, TypeVar

BEAT = 0.2
"""Seconds after which a waiting reader gets a beat. It can leave no later than this."""

T = TypeVar("T")


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="language models", daemon=True).start()
    return loop


def finish(work: Coroutine[Any, Any, T]) -> T:
    """What the work returns, or raises, in the thread that asks."""
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


def sent_by(work: Callable[[Callable[[T], None]], Coroutine[Any, Any, None]]) -> Generator[T | None, None, None]:
    """What the work gives to the function that it is called with, as it comes, and None at every beat without any.

    What it raises is raised here, after all that it sent. Closing this iterator cancels it.
    """
    come: queue.SimpleQueue[T | Future[None]] = queue.SimpleQueue()
    running = asyncio.run_coroutine_threadsafe(work(come.put), _loop())
    running.add_done_callback(come.put)
    try:
        while True:
            try:
                item = come.get(timeout=BEAT)
            except queue.Empty:
                yield None
                continue
            if isinstance(item, Future):
                item.result()
                return
            yield item
    finally:
        running.cancel()
