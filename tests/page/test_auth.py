"""Who is let in: by password, by token, by link; and how often one may try."""

import base64
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.datastructures import Headers

from ingest.errors import SettingsError
from ingest.settings import Settings
from page.auth import WRONG_A_MINUTE, Auth, Shown, auth_of, fetches_only_public
from tests.page_server import Visitor, asking
from ui import build_app

ROOT = Path(__file__).resolve().parents[2]
CANARY = "canary-Zx81-tweet"
PATHS = (
    "/",
    "/articles",
    "/article/" + "0" * 16,
    "/theme.css",
    "/static/img/logo.svg",
    "/gradio_api/app_id",
    "/nothing",
)


def basic(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.fixture
def by_password(serve: Callable[..., str]) -> str:
    return serve(auth=f"ada:{CANARY}é:x")


@pytest.fixture
def by_token(serve: Callable[..., str]) -> str:
    return serve(auth=CANARY)


def test_a_password_is_asked_for_everything_and_lets_in(by_password: str) -> None:
    for path in PATHS:
        reply = httpx.get(by_password + path)
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"].startswith("Basic ")
        assert "default-src" in reply.headers["content-security-policy"]
    assert httpx.post(f"{by_password}/gradio_api/queue/join", json={}).status_code == 401
    with Visitor(by_password, headers=basic("ada", f"{CANARY}é:x")) as visitor:
        number = asking(visitor.opened())
        visitor.join(number, ["How long did the call last?", [], None])
        assert "two hours" in str(visitor.heard())
        assert len(visitor.get("/articles").json()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        basic("ada", ""),
        basic("", f"{CANARY}é:x"),
        basic("Ada", f"{CANARY}é:x"),
        basic("ada", f"{CANARY}é:x "),
        basic("ada", CANARY),
        bearer(f"ada:{CANARY}é:x"),
        {"authorization": "Basic !!!"},
        {"authorization": "Basic"},
        {"authorization": "Digest x"},
    ],
    ids=range(9),
)
def test_what_is_nearly_right_is_wrong(headers: dict[str, str]) -> None:
    auth = Auth(f"ada:{CANARY}é:x")
    assert auth.refusal(Shown(Headers(headers), "", "", "10.0.0.1", opens=True, secure=False), "c") is not None


def test_a_token_comes_by_link_and_leaves_the_address_bar(by_token: str) -> None:
    assert httpx.get(by_token).headers["www-authenticate"].startswith("Bearer ")
    with Visitor(by_token) as visitor:
        link = visitor.get("/", params={"token": CANARY})
        assert (link.status_code, link.headers["location"]) == (303, "/")
        cookie = link.headers["set-cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/"))
        assert CANARY not in cookie
        assert link.headers["cache-control"] == "no-store"
        assert len(visitor.opened().get("/articles").json()) == 1
        assert CANARY not in visitor.get("/").text


def test_a_token_comes_by_header(by_token: str) -> None:
    assert httpx.get(f"{by_token}/articles", headers=bearer(CANARY)).status_code == 200
    assert httpx.get(f"{by_token}/articles", headers=basic("", CANARY)).status_code == 401
    assert httpx.get(f"{by_token}/articles", params={"token": CANARY}).status_code == 401
    assert httpx.post(f"{by_token}/", params={"token": CANARY}).status_code == 401


def test_a_cookie_of_another_token_lets_nobody_in(by_token: str) -> None:
    made = Auth("another token").refusal(
        Shown(Headers({}), "token=another token", "", "10.0.0.1", opens=True, secure=True), "c"
    )
    assert made is not None
    assert "Secure" in made.headers["set-cookie"]
    value = made.headers["set-cookie"].partition("=")[2].partition(";")[0]
    name = f"article_qa_pass_{httpx.URL(by_token).port}"
    assert httpx.get(f"{by_token}/articles", headers={"cookie": f"{name}={value}"}).status_code == 401


@pytest.mark.parametrize("way", ["header", "link", "cookie"])
def test_twenty_wrong_tries_make_the_right_one_wait(by_token: str, way: str) -> None:
    name = f"article_qa_pass_{httpx.URL(by_token).port}"
    statuses = []
    for number in range(20):
        wrong = f"wrong{number}"
        if way == "header":
            reply = httpx.get(f"{by_token}/articles", headers=bearer(wrong))
        elif way == "link":
            reply = httpx.get(by_token, params={"token": wrong})
        else:
            reply = httpx.get(f"{by_token}/articles", headers={"cookie": f"{name}={wrong}"})
        statuses.append(reply.status_code)
        assert wrong not in reply.text
    assert statuses == [401] * WRONG_A_MINUTE + [429] * (20 - WRONG_A_MINUTE)
    right = httpx.get(f"{by_token}/articles", headers=bearer(CANARY))
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0


def test_after_waiting_the_right_one_lets_in_and_other_addresses_never_waited() -> None:
    now = 1_000.0
    auth = Auth(CANARY, clock=lambda: now)

    def status(token: str, address: str = "10.0.0.1") -> int:
        shown = Shown(Headers(bearer(token)), "", "", address, opens=False, secure=False)
        response = auth.refusal(shown, "c")
        return response.status_code if response else 200

    assert [status("wrong") for _ in range(20)].count(429) == 20 - WRONG_A_MINUTE
    assert status(CANARY) == 429
    assert status(CANARY, "10.0.0.2") == 200
    now += 60 / WRONG_A_MINUTE + 0.1
    assert status(CANARY) == 200


def test_who_shows_nothing_has_tried_nothing(by_token: str) -> None:
    for _ in range(30):
        assert httpx.get(by_token).status_code == 401
    assert httpx.get(f"{by_token}/articles", headers=bearer(CANARY)).status_code == 200


def test_what_lets_in_is_never_logged_or_shown(by_password: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Visitor(by_password, headers=basic("ada", f"{CANARY}é:x")) as visitor:
        told = visitor.get("/").text + visitor.get("/article/x").text + str(visitor.join(99, []).text)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    kept = [record.getMessage() for record in caplog.records if not record.name.startswith(("http", "hpack"))]
    assert CANARY not in told
    assert CANARY not in "".join(kept)
    assert CANARY not in repr(Settings(auth=f"ada:{CANARY}")) + str(Settings(auth=f"ada:{CANARY}").model_dump())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_a_page_that_others_reach_does_not_start_without_saying_who_is_let_in(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError) as caught:
        build_app(Settings(data_dir=tmp_path / "new", host=host))
    assert "AUTH=name:password" in str(caught.value)
    assert "AUTH=off" in str(caught.value)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("auth", "host", "asks"),
    [
        ("", "127.0.0.1", False),
        ("", "localhost", False),
        ("", "::1", False),
        ("off", "0.0.0.0", False),
        ("OFF", "0.0.0.0", False),
        ("a:b", "127.0.0.1", True),
        ("token", "0.0.0.0", True),
    ],
)
def test_nobody_is_asked_on_this_machine_unless_wished(auth: str, host: str, asks: bool) -> None:
    loopback = host != "0.0.0.0"
    assert (auth_of(Settings(auth=auth, host=host), loopback=loopback) is not None) == asks


@pytest.mark.parametrize(
    ("auth", "loopback", "public"),
    [("", True, False), ("", False, True), ("off", True, True), ("a:b", True, True), ("token", False, True)],
)
def test_addresses_inside_the_network_are_fetched_for_this_machines_own_visitors_alone(
    auth: str, loopback: bool, public: bool
) -> None:
    assert fetches_only_public(Settings(auth=auth), loopback=loopback) == public


@pytest.mark.parametrize("value", [":secret", "name:", ":", "none", "false", "0", "No", "true"])
def test_a_value_that_is_neither_password_nor_token_is_told_without_repeating_it(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        auth_of(Settings(auth=value), loopback=True)
    assert "AUTH=name:password" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_command_refuses_in_one_sentence(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "HOST": "0.0.0.0",
        "PORT": "0",
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(tmp_path / "d"),
    }
    run = subprocess.run(
        [sys.executable, str(ROOT / "ui.py")],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("Error: HOST=0.0.0.0 opens the page to others")
    assert "Traceback" not in run.stderr
