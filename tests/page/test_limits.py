"""One visitor's flood: how much of it is let through, and that others are answered meanwhile."""

import json
import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from page.calls import Refused, kind_of_message, values_of
from page.limits import ALLOWANCES, OPEN, SHARED, Buckets, Holding, Limits
from tests.openai_server import HANG, ModelServer
from tests.page_server import Visitor, asking

QUESTION = ["How long did the call last?", [], None]


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    clock = Clock()
    bucket = Buckets(burst=3, minute=60, clock=clock)
    assert [bool(bucket.take("a")) for _ in range(5)] == [False, False, False, True, True]
    assert bucket.take("b") == 0
    clock.now += 1
    assert [bool(bucket.take("a")) for _ in range(2)] == [False, True]
    assert 0 < bucket.wait("a") <= 1
    clock.now += 1_000
    assert [bool(bucket.take("a")) for _ in range(4)] == [False, False, False, True]


def test_what_is_remembered_of_visitors_has_a_bound() -> None:
    bucket = Buckets(burst=3, minute=60, most=100)
    for number in range(10_000):
        bucket.take(str(number))
    assert len(bucket) == 100


@pytest.mark.parametrize("kind", ["ask", "add", "other"])
def test_a_client_that_drops_its_cookie_gets_no_new_allowance(kind: str) -> None:
    limits = Limits(Clock())
    granted = sum(not limits.take(kind, f"visitor {number}", "10.0.0.1") for number in range(20_000))  # type: ignore[arg-type]
    assert granted == ALLOWANCES[kind].burst * SHARED  # type: ignore[index]
    assert limits.take(kind, "another", "10.0.0.2") == 0  # type: ignore[arg-type]


def test_a_flood_of_one_visitor_takes_nothing_of_those_at_his_address() -> None:
    limits = Limits(Clock())
    granted = sum(not limits.take("ask", "flood", "10.0.0.1") for _ in range(500))
    assert granted == ALLOWANCES["ask"].burst
    assert limits.take("ask", "another", "10.0.0.1") == 0


def test_what_is_held_open_is_given_back() -> None:
    holding = Holding()
    with holding.one_more(("a", 1), ("b", 5)) as first, holding.one_more(("a", 1), ("b", 5)) as second:
        assert (first, second) == (True, False)
    with holding.one_more(("a", 1)) as third:
        assert third
    assert not holding._open


def test_five_hundred_requests_of_one_visitor_do_not_keep_another_waiting(url: str) -> None:
    with Visitor(url) as flood, Visitor(url) as other:
        number = asking(flood.opened())
        other.opened()
        begun = threading.Barrier(9)

        def send(count: int) -> Counter[int]:
            begun.wait()
            return Counter(flood.join(number, QUESTION).status_code for _ in range(count))

        with ThreadPoolExecutor(8) as pool:
            sent = [pool.submit(send, 63) for _ in range(8)]
            begun.wait()
            answered = 0
            for _ in range(5):
                assert other.join(number, QUESTION).status_code == 200
                answered += "two hours" in json.dumps(other.heard())
            statuses: Counter[int] = sum((part.result() for part in sent), Counter())
        assert answered == 5
        assert set(statuses) == {200, 429}
        assert statuses[200] <= ALLOWANCES["ask"].burst + ALLOWANCES["ask"].minute
        refused = flood.join(number, QUESTION)
        while refused.status_code == 200:
            refused = flood.join(number, QUESTION)
        assert refused.headers["retry-after"]
        assert refused.json()["detail"].endswith(("again.", "are."))


def test_a_flood_without_cookies_does_not_keep_another_address_waiting(url: str) -> None:
    def send(count: int) -> Counter[int]:
        statuses: Counter[int] = Counter()
        with Visitor(url) as fresh:
            for _ in range(count):
                fresh.cookies.clear()
                fresh.session = os.urandom(6).hex()
                statuses[fresh.join(number, QUESTION).status_code] += 1
        return statuses

    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with Visitor(url, transport=elsewhere) as other, ThreadPoolExecutor(4) as pool:
        number = asking(other.opened())
        sent = [pool.submit(send, 60) for _ in range(4)]
        assert other.join(number, QUESTION).status_code == 200
        assert "two hours" in json.dumps(other.heard())
        statuses: Counter[int] = sum((part.result() for part in sent), Counter())
    assert set(statuses) <= {200, 429}


def test_unfinished_questions_of_one_visitor_leave_room_for_another(
    serve: Callable[..., str], model_server: ModelServer
) -> None:
    model_server.reply = HANG
    with_model = serve(answerer="openai", openai_base_url=model_server.url, openai_model="test-model")
    most = ALLOWANCES["ask"].unfinished
    with Visitor(with_model) as greedy, Visitor(with_model) as other:
        number = asking(greedy.opened())
        statuses = [greedy.join(number, QUESTION).status_code for _ in range(most + 2)]
        assert statuses == [200] * most + [429] * 2
        assert "still being answered" in greedy.join(number, QUESTION).json()["detail"]
        greedy.session = "another"
        assert greedy.join(number, QUESTION).status_code == 429, "a second tab is no second visitor"
        assert other.opened().join(number, QUESTION).status_code == 200


def test_connections_of_one_visitor_have_a_bound(url: str) -> None:
    unbounded = httpx.Limits(max_connections=None)
    with Visitor(url, limits=unbounded) as greedy, Visitor(url) as other:
        greedy.opened()
        held = []
        for number in range(OPEN):
            request = greedy.build_request("GET", f"/gradio_api/heartbeat/{greedy.session}{number % SHARED}")
            held.append(greedy.send(request, stream=True))
        assert {reply.status_code for reply in held} == {200}
        assert greedy.get("/articles").status_code == 429
        assert other.opened().get("/articles").status_code == 200
        for reply in held:
            reply.close()


def test_answers_that_nobody_fetches_do_not_pile_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from page import admission

    monkeypatch.setattr(admission, "UNREAD", 3)
    with Visitor(url) as deaf:
        number = asking(deaf.opened())
        assert deaf.join(number, QUESTION).status_code == 200
        for _ in range(200):
            refused = deaf.join(number, QUESTION)
            if "has not been fetched" in refused.text:
                break
            threading.Event().wait(0.05)
        assert refused.status_code == 429
        assert "has not been fetched" in refused.json()["detail"]
        deaf.heard()
        assert deaf.join(number, QUESTION).status_code == 200


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"method": "tools/call", "params": {"name": "add_article"}}, "add"),
        ({"method": "tools/call", "params": {"name": "remove_article"}}, "add"),
        ({"method": "tools/call", "params": {"name": "ask_articles"}}, "ask"),
        ({"method": "tools/call", "params": {"name": "no_such_tool"}}, "ask"),
        ({"method": "tools/call", "params": {"name": "list_articles"}}, "other"),
        ({"method": "tools/list"}, "other"),
        ({"method": "notifications/initialized"}, "other"),
    ],
)
def test_a_call_of_a_tool_counts_as_what_it_does(message: object, kind: str) -> None:
    assert kind_of_message(message, 100) == kind


@pytest.mark.parametrize(
    "message",
    [
        [{"method": "tools/call", "params": {"name": "add_article"}}],
        {"jsonrpc": "2.0", "id": 1, "result": {"content": []}},
        {"method": "tools/call", "params": {"name": "x\n[12/24/26] ERROR forged \x1b[31m"}},
        {"method": "tools/call", "params": {"name": ["add_article"]}},
        {"method": "tools/call", "params": []},
        {"method": "sampling/createMessage"},
        {"method": "notifications/\n"},
        "initialize",
        None,
    ],
)
def test_what_no_client_says_to_tools_is_refused(message: object) -> None:
    with pytest.raises(Refused):
        kind_of_message(message, 100)


def test_only_an_article_is_long() -> None:
    assert kind_of_message({"method": "tools/call", "params": {"name": "add_article"}}, 10_000_000) == "add"
    with pytest.raises(Refused):
        kind_of_message({"method": "tools/call", "params": {"name": "ask_articles"}}, 500_000)


@pytest.mark.parametrize(
    "body",
    [
        b"NaN",
        b'{"question": 1e999}',
        b'{"question": -Infinity}',
        b'{"question": "\\ud800"}',
        b'{"\\ud800": 1}',
        b"[" * 100_000,
        b'{"question": "\xff"}',
        b"",
        b'{"turn": {"citations": [' + b"{}," * 6_000 + b"{}]}}",
        b'{"a":' + b'{"a":' * 200 + b"1",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_could_not_be_answered_or_is_of_too_many_parts_is_refused_at_the_door(body: bytes) -> None:
    with pytest.raises(Refused):
        values_of(body)
