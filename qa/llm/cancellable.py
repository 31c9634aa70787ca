"""Waiting for a model without being stuck: whoever waits is asked now and then whether to go on."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

BEAT = 0.2
"""Seconds after which a waiting reader gets a beat. It can leave no later than this."""

_END = object()


def cancellable(work: Callable[[], Iterator[str]], give_up: Callable[[], None]) -> Generator[str, None, None]:
    """What the work yields, as it comes, and "" at every beat in which nothing does.

    The work runs in a thread of its own; what it raises is raised here. Closing this iterator calls `give_up`, which
    must make the work end soon.
    """
    come: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run() -> None:
        try:
            for item in work():
                come.put(item)
            come.put(_END)
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            come.put(error)

    threading.Thread(target=run, daemon=True).start()
    done = False
    try:
        while True:
            try:
                item = come.get(timeout=BEAT)
            except queue.Empty:
                yield ""
                continue
            if item is _END:
                done = True
                return
            if isinstance(item, BaseException):
                done = True
                raise item
            yield item
    finally:
        if not done:
            give_up()
