"""What the door answers: the page's own routes, to its own visitors, each in sessions of their own."""

import json
import os
import re
import socket
from pathlib import Path

import httpx
import pytest
from starlette.datastructures import Headers
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ingest.settings import Settings
from page.guard import allowed_hosts, refusal
from page.visitors import SESSIONS, SESSIONS_OF_ADDRESS, SESSIONS_OF_ALL, Cookies, Owner, Sessions, network
from tests.page_server import Visitor, asking, serving
from ui import build_app

CLOSED = """
/openapi.json /docs /redoc /gradio_api/openapi.json /gradio_api/info /gradio_api/info/ /config /config/ /login /logout
/gradio_api/file=/etc/passwd /gradio_api/file=/proc/self/environ /gradio_api/file/etc/passwd /gradio_api/file=.env
/gradio_api/proxy=http://127.0.0.1/ /gradio_api/stream/a/b/c/playlist.m3u8 /gradio_api/user /gradio_api/token
/gradio_api/login_check /gradio_api/deep_link /gradio_api/runs /gradio_api/run-history/records /gradio_api/dev/reload
/gradio_api/custom_component/a/client/b/c /gradio_api/call/answer/1 /gradio_api/call/v2/answer/1
/gradio_api/queue/status /gradio_api/vibe-code /gradio_api/profiling/traces /monitoring /monitoring/summary /monitoring/x
/robots.txt /pwa_icon /svelte/x /gradio_api/theme.css /static/../../routes.py /assets/..%2f..%2froutes.py /static/
/assets/%2e%2e/%2e%2e/routes.py //etc/passwd /articles/ /article/a/b /static/bokeh/3.8.1/x.js /gradio_api/mcp
/gradio_api/heartbeat/a%2Fb /gradio_api/heartbeat/
""".split()
CLOSED_TO_POST = """
/ /articles /gradio_api/run/answer /gradio_api/api/answer /gradio_api/call/answer /gradio_api/call/v2/answer
/gradio_api/component_server /gradio_api/process_recording /gradio_api/vibe-edit /gradio_api/undo-vibe-edit
/gradio_api/vibe-starter-queries /gradio_api/stream/1 /gradio_api/stream/1/close /gradio_api/run-history/connect
/gradio_api/profiling/clear /gradio_api/queue/join/ /gradio_api/queue/data /login
""".split()


@pytest.mark.parametrize("path", CLOSED)
def test_what_the_page_has_no_use_for_is_not_there(stranger: Visitor, path: str) -> None:
    reply = stranger.get(path)
    assert (reply.status_code, "There is nothing here." in reply.text) == (404, True)


@pytest.mark.parametrize("path", CLOSED_TO_POST)
def test_nothing_is_sent_to_what_the_page_has_no_use_for(stranger: Visitor, path: str) -> None:
    assert stranger.post(path, json={"data": []}).status_code == 404


def test_paths_that_a_client_would_tidy_are_not_there_either(shared_url: str) -> None:
    address = httpx.URL(shared_url)
    for path in (
        "/assets/../../routes.py",
        "/static/js/../../../routes.py",
        "/./articles",
        "//articles",
        "/articles//",
    ):
        with socket.create_connection((address.host, address.port or 80)) as line:
            line.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {address.netloc.decode()}\r\nConnection: close\r\n\r\n".encode()
            )
            assert line.makefile("rb").readline().split()[1] == b"404"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_methods_beyond_reading_and_sending_are_refused(stranger: Visitor, method: str) -> None:
    reply = stranger.request(method, "/articles", headers={"access-control-request-method": "POST"})
    assert reply.status_code == 405
    assert reply.headers["allow"] == "GET, HEAD, POST, DELETE"


def test_a_websocket_is_not_opened(stranger: Visitor) -> None:
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    assert stranger.get("/gradio_api/queue/data", headers=asked).status_code != 101


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "localhost.evil.example:7860"},
        {"host": "evil.example", "x-forwarded-host": "127.0.0.1"},
        {"host": "127.0.0.1@evil.example"},
        {"host": "[::ffff:7f00:1]"},
        {"host": ""},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://localhost"},
        {"origin": "http://evil.example"},
        {"origin": "http://evil.example", "x-forwarded-host": "evil.example"},
        {"origin": "http://["},
        {"origin": "file://"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "method": "POST"},
    ],
    ids=str,
)
def test_other_sites_and_other_names_reach_nothing(stranger: Visitor, headers: dict[str, str]) -> None:
    method = headers.get("method", "GET")
    sent = {name: value for name, value in headers.items() if name != "method"}
    assert stranger.request(method, "/articles", headers=sent).status_code == 403
    assert stranger.request("POST", "/gradio_api/queue/join", headers=sent).status_code == 403


def test_an_empty_host_has_no_origin_of_its_own() -> None:
    for hosts in (allowed_hosts("0.0.0.0"), allowed_hosts("127.0.0.1")):
        assert refusal("POST", Headers({"host": "", "origin": "null"}), hosts)


def test_what_is_forwarded_changes_nothing_of_the_page(stranger: Visitor) -> None:
    forged = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "x-gradio-server": "http://evil.example",
        "x-forwarded-prefix": "/evil",
        "forwarded": "host=evil.example",
    }
    assert "evil" not in stranger.get("/", headers=forged).text
    assert "https://127.0.0.1" not in stranger.get("/", headers=forged).text


def test_a_server_in_front_is_believed_about_the_scheme_when_it_is_named(settings: Settings) -> None:
    trusting = ProxyHeadersMiddleware(build_app(settings), trusted_hosts="127.0.0.1")
    with serving(trusting) as url, Visitor(url) as visitor:
        reply = visitor.get("/", headers={"x-forwarded-proto": "https", "x-forwarded-host": "evil.example"})
        assert f'"root":"{url.replace("http", "https")}"' in reply.text
        assert "evil" not in reply.text
        assert reply.headers["set-cookie"].endswith("; Secure")


def test_a_link_from_another_site_opens_the_page_as_if_from_this_one(shared_url: str) -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    reply = httpx.get(shared_url, headers=link)
    assert 'http-equiv="refresh"' in reply.text
    assert "set-cookie" not in reply.headers
    asked = {"url": 'https://a.example/?b=c&d="><script>', "article": "all", "__theme": "light"}
    reply = httpx.get(shared_url, params=asked, headers=link)
    kept = re.findall(r'(?:url=|href=")/\?([^"]*)"', reply.text)
    assert kept == ["url=https%3A%2F%2Fa.example%2F%3Fb%3Dc%26d%3D%22%3E%3Cscript%3E&amp;article=all"] * 2


def test_a_visitors_cookie_is_for_this_page_alone(shared_url: str) -> None:
    cookie = httpx.get(f"{shared_url}/").headers["set-cookie"]
    assert f"article_qa_visitor_{httpx.URL(shared_url).port}=" in cookie
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert "set-cookie" not in httpx.get(f"{shared_url}/static/img/logo.svg").headers


def test_a_cookie_that_was_not_made_here_is_nobodys() -> None:
    cookies = Cookies()
    value = cookies.new()
    visitor = cookies.visitor(value)
    assert visitor
    for forged in (
        "",
        ".",
        visitor,
        f"{visitor}.",
        f"{visitor}.00",
        f"{'0' * 32}.{value[33:]}",
        Cookies().new(),
        "é.é",
    ):
        assert cookies.visitor(forged) == ""


def test_a_session_is_the_visitors_who_named_it_first(url: str) -> None:
    with Visitor(url) as first, Visitor(url) as second:
        number = asking(first.opened())
        second.opened().session = first.session
        reply = first.join(number, ["How long did the call last?", [], None])
        assert reply.status_code == 200
        event = reply.json()["event_id"]
        session = {"session_hash": first.session}
        assert second.get("/gradio_api/queue/data", params=session).status_code == 403
        assert second.get(f"/gradio_api/heartbeat/{first.session}").status_code == 403
        assert second.join(number, ["Why?", [], None]).status_code == 403
        cancel = {**session, "fn_index": number, "event_id": event}
        assert second.post("/gradio_api/cancel", json=cancel).status_code == 403
        twice = f"/gradio_api/queue/data?session_hash=mine&session_hash={first.session}"
        assert second.get(twice).status_code == 403
        assert "two hours" in json.dumps(first.heard())
        second.cookies.clear()
        assert second.get("/gradio_api/queue/data", params=session).status_code == 403


def test_another_visitors_question_is_not_cancelled_by_its_number(url: str) -> None:
    with Visitor(url) as first, Visitor(url) as second:
        number = asking(first.opened())
        event = first.join(number, ["How long did the call last?", [], None]).json()["event_id"]
        cancel = {"session_hash": second.opened().session, "fn_index": number, "event_id": event}
        assert second.post("/gradio_api/cancel", json=cancel).status_code == 403
        assert "two hours" in json.dumps(first.heard())


def test_sessions_are_forgotten_but_never_one_that_is_at_work() -> None:
    gone: list[str] = []
    sessions = Sessions(gone.append)
    visitor = Owner("v", "a")
    for number in range(100):
        assert sessions.belongs(f"s{number}", visitor, busy={"s0"})
    assert len(sessions) == SESSIONS
    assert sessions.owner("s0") == visitor
    assert sessions.owner("s1") is None
    assert gone[0] == "s1"
    assert len(gone) == 100 - SESSIONS
    for number in range(SESSIONS_OF_ADDRESS + 50):
        sessions.belongs(f"t{number}", Owner(f"v{number}", "b"))
    assert len(sessions) == SESSIONS + SESSIONS_OF_ADDRESS, "an address takes no room of another's"
    for number in range(SESSIONS_OF_ALL + 50):
        sessions.belongs(f"u{number}", Owner(f"v{number}", f"c{number}"))
    assert len(sessions) == SESSIONS_OF_ALL


def test_an_address_is_a_household_of_ipv6_or_one_of_ipv4() -> None:
    assert network("2001:db8::1") == network("2001:db8::2:3") == "2001:db8::/64"
    assert network("::ffff:10.0.0.1") == network("10.0.0.1") == "10.0.0.1"
    assert network("fe80::1%eth0") == "fe80::/64"
    assert network("unix") == "unix"
    assert {network(one) for one in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.7")} == {"127.0.0.1"}


def test_every_refusal_carries_the_headers_too(stranger: Visitor) -> None:
    for reply in (stranger.get("/nothing"), stranger.put("/"), stranger.get("/", headers={"host": "x"})):
        assert "default-src 'self'" in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_functions_know_who_asks_but_gradio_sees_no_cookie_or_password() -> None:
    """What is for the door alone is not carried into the page, so that nothing there can log or show it."""
    seen: list[dict[str, str]] = []

    async def app(scope: object, receive: object, send: object) -> None:
        from starlette.responses import PlainTextResponse

        seen.append({name.decode(): value.decode() for name, value in scope["headers"]})  # type: ignore[index]
        seen.append(scope["state"])  # type: ignore[index]
        await PlainTextResponse("")(scope, receive, send)  # type: ignore[arg-type]

    from starlette.testclient import TestClient

    from page.calls import Queue
    from page.guard import Guard

    class Page:
        fns: dict[int, object] = {}  # noqa: RUF012 - nothing is called
        _queue = type("Q", (), {"event_ids_to_events": {}})

    client = TestClient(Guard(app, None, Queue(Page()), 1), base_url="http://127.0.0.1")
    client.get("/articles", headers={"authorization": "Bearer canary", "cookie": "a=canary", "x-forwarded-for": "1"})
    assert not {"authorization", "cookie", "x-forwarded-for"} & set(seen[0])
    assert len(seen[1]["visitor"]) == 32


def test_the_listed_routes_are_what_the_page_is_made_of(stranger: Visitor) -> None:
    html = stranger.get("/").text
    for path in ("/assets/", "/theme.css", "/static/js/iframeResizer.contentWindow.min.js"):
        assert path.strip("/") in html or stranger.get(path).status_code == 200
    for path in ("/theme.css", "/favicon.ico", "/gradio_api/app_id", "/articles"):
        assert stranger.get(path).status_code == 200
    assert stranger.head("/").status_code == 200
    assert os.sep not in stranger.get("/gradio_api/startup-events").text
    assert Path(__file__).exists()
