"""Requests that no page of ours sends: paths, addresses and objects in every value of every function."""

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.settings import Settings
from tests.page_server import Visitor, adding, asking, functions, serving
from tests.web import Site
from ui import build_app

CANARY = "The canary sings that the harbour of Lower Elmstead costs nine million dollars."
FILE = {"_type": "gradio.FileData"}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of the person who runs the page, which no visitor has sent."""
    path = tmp_path / "secret.txt"
    path.write_text(f"{CANARY} It was said on Monday.\n")
    return path


def as_files(path: str) -> list[Any]:
    """The ways in which a value can claim to be a file at this path."""
    return [
        {"path": path, "meta": FILE},
        {"path": path, "meta": FILE, "is_stream": True},
        {"path": path, "url": path, "orig_name": "a.txt", "size": 3, "mime_type": "text/plain", "meta": FILE},
        {"path": path},
        [{"path": path, "meta": FILE}],
        {"deep": [{"deeper": {"path": path, "meta": FILE}}]},
        {"value": {"path": path, "meta": FILE}, "meta": FILE, "path": path},
        path,
    ]


def what_is_known(visitor: Visitor) -> str:
    """Everything that the library tells, so that a leak is found wherever it went."""
    return "".join(visitor.get(f"/article/{row['id']}").text for row in visitor.get("/articles").json())


def test_no_function_takes_a_path_for_a_file_in_any_of_its_values(visitor: Visitor, secret: Path) -> None:
    tried = 0
    for function in functions(visitor):
        for at, _ in enumerate(function["inputs"]):
            for forged in as_files(str(secret)):
                data: list[Any] = [None] * len(function["inputs"])
                data[at] = forged
                reply = visitor.join(function["id"], data)
                tried += 1
                assert reply.status_code in {200, 400, 403, 429}, reply.text
                if reply.status_code == 200:  # a path that is only words, or a value that is never looked at
                    assert CANARY not in json.dumps(visitor.heard())
                assert str(secret) not in reply.text
                if reply.status_code == 429:
                    visitor.cookies.clear()
                    visitor.session = os.urandom(6).hex()
    assert tried > 100
    assert CANARY not in what_is_known(visitor)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/proc/self/environ",
        "{data}/catalog.db",
        "{data}/../secret.txt",
        ".env",
        "file:///etc/passwd",
        "/dev/stdin",
        "\x00",
        "",
        ".",
        "\\\\host\\share",
        "~/.ssh/id_rsa",
    ],
)
def test_a_path_of_the_machine_is_no_upload(stranger: Visitor, settings: Settings, path: str) -> None:
    forged = {"path": path.format(data=settings.data_dir), "meta": FILE}
    reply = stranger.join(adding(stranger), ["", forged])
    assert reply.status_code == 403
    assert reply.json() == {"detail": "Only a file that you have sent to this page can be read: choose it again."}
    assert len(stranger.get("/articles").json()) == 1


def test_gradio_itself_refuses_a_path_that_is_no_upload(settings: Settings, secret: Path) -> None:
    """The second wall, without the first: what the door would pass on if it looked at nothing."""
    with serving(build_app(settings).app) as url, Visitor(url) as visitor:
        visitor.join(adding(visitor), ["", {"path": str(secret), "meta": FILE}])
        assert visitor.heard()[-2]["success"] is False
        assert CANARY not in what_is_known(visitor)


def test_the_function_itself_refuses_what_the_visitor_did_not_send(settings: Settings) -> None:
    """The third wall, without the first two: a file where uploads are kept, but nobody's."""
    from page.uploads import private_folder

    with serving(build_app(settings).app) as url, Visitor(url) as visitor:
        planted = private_folder() / "planted.txt"
        planted.write_text(CANARY)
        visitor.join(adding(visitor), ["", [{"path": str(planted), "meta": FILE}]])
        assert "choose it again" in json.dumps(visitor.heard())
        assert CANARY not in what_is_known(visitor)


def test_a_visitor_adds_the_file_that_was_sent_and_nobody_else_does(visitor: Visitor, url: str) -> None:
    (path,) = visitor.upload("harbour.txt", f"{CANARY} It was said on Monday.".encode()).json()
    with Visitor(url) as other:
        number = adding(other.opened())
        assert other.join(number, ["", {"path": path, "meta": FILE}]).status_code == 403
    for spelling in (path + "/", path.replace("/harbour", "//harbour"), f"{Path(path).parent}/x/../harbour.txt"):
        assert visitor.join(number, ["", {"path": spelling, "meta": FILE}]).status_code == 403
    assert visitor.join(number, ["", [{"path": path, "meta": FILE, "orig_name": "harbour.txt"}]]).status_code == 200
    assert visitor.heard()[-2]["success"] is True
    assert CANARY in what_is_known(visitor)


def test_a_link_where_an_upload_was_leads_nowhere(stranger: Visitor, secret: Path) -> None:
    (path,) = stranger.upload("harbour.txt", b"The harbour is open.").json()
    planted = Path(path).with_name("link.txt")
    planted.symlink_to(secret)
    assert stranger.join(adding(stranger), ["", {"path": str(planted), "meta": FILE}]).status_code == 403


def test_an_upload_is_kept_from_other_users_of_the_machine_and_by_a_plain_name(stranger: Visitor) -> None:
    for name, kept in [("../../etc/cron.d/x", "x"), ("..", "file"), ("a\\b.txt", "b.txt"), (".env", "env")]:
        (path,) = stranger.upload(name, b"words").json()
        assert Path(path).name == kept
        assert Path(path).parent.parent.stat().st_mode & 0o077 == 0


def test_no_value_makes_the_server_fetch_an_address(stranger: Visitor, site: Site) -> None:
    for function in functions(stranger):
        for at, kind in enumerate(function["inputs"]):
            for forged in as_files(f"{site.url}/a.txt")[:-1]:
                data: list[Any] = [None] * len(function["inputs"])
                data[at] = forged
                reply = stranger.join(function["id"], data)
                assert reply.status_code in {400, 403, 429} or kind == "state"
    assert site.requests == []


def test_what_is_checked_is_what_the_page_reads(stranger: Visitor, secret: Path) -> None:
    """A key that is written twice, and keys of gradio's that the page never sends, get nothing past the door."""
    number = adding(stranger)
    forged = json.dumps({"path": str(secret), "meta": FILE})
    for body in (
        f'{{"data": ["", null], "data": ["", {forged}], "fn_index": {number}, "session_hash": "abc"}}',
        f'{{"data": ["", {forged}], "data": ["", null], "fn_index": {number}, "session_hash": "abc"}}',
        f'{{"data": ["", null], "event_data": {forged}, "batched": true, "fn_index": {number}, "session_hash": "abc"}}',
        f'{{"data": ["", null], "event_id": "x", "simple_format": true, "fn_index": {number}, "session_hash": "abc"}}',
    ):
        stranger.post("/gradio_api/queue/join", content=body, headers={"content-type": "application/json"})
    assert CANARY not in what_is_known(stranger)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"data": 1, "fn_index": 0, "session_hash": "abc"}',
        b'{"data": [[]], "fn_index": 999, "session_hash": "abc"}',
        b'{"data": [[]], "fn_index": -1, "session_hash": "abc"}',
        b'{"data": [[], 1], "fn_index": 0, "session_hash": "abc"}',
        b'{"data": [[]], "fn_index": 0, "session_hash": "../../x"}',
        b'{"data": [[]], "fn_index": 0, "session_hash": ""}',
        b'{"data": [[]], "fn_index": 0}',
        b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b', "fn_index": 0, "session_hash": "abc"}',
    ],
    ids=lambda body: str(body[:40]),
)
def test_a_body_that_makes_no_sense_is_refused_in_one_sentence(stranger: Visitor, body: bytes) -> None:
    reply = stranger.post("/gradio_api/queue/join", content=body, headers={"content-type": "application/json"})
    assert reply.status_code in {400, 403}
    assert reply.json()["detail"].endswith((".", "reload it.", "reload the page."))
    assert "Traceback" not in reply.text


def test_what_is_too_long_is_not_read(serve: Callable[..., str]) -> None:
    with Visitor(serve(max_size_mb=1)) as small:
        small.opened()
        assert small.upload("long.txt", b"x" * 2_100_000).status_code == 413
        pieces = (b"x" * 100_000 for _ in range(60))
        assert small.post("/gradio_api/queue/join", content=pieces).status_code == 413
        assert small.post("/gradio_api/queue/join", content=b"x" * 7_000_000).status_code == 413
        assert small.join(asking(small), ["x" * 5_000_000, [], None]).status_code == 413
        reply = small.post("/gradio_api/upload", files=[("files", (f"{n}.txt", b"x")) for n in range(20)])
        assert reply.status_code == 400


def test_uploads_are_few_and_the_oldest_go(stranger: Visitor) -> None:
    paths = [stranger.upload(f"{n}.txt", b"words").json()[0] for n in range(10)]
    assert [Path(path).exists() for path in paths] == [False] * 2 + [True] * 8


def test_a_broken_upload_leaves_nothing(visitor: Visitor, url: str) -> None:
    import socket

    from page.uploads import private_folder

    before = sorted(private_folder().rglob("*"))
    address = httpx.URL(url)
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    with socket.create_connection((address.host, address.port or 80)) as line:
        line.sendall(
            f"POST /gradio_api/upload HTTP/1.1\r\nHost: {address.host}:{address.port}\r\nCookie: {cookie}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n"
            '--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhalf'.encode()
        )
    assert visitor.get("/articles").status_code == 200
    assert sorted(private_folder().rglob("*")) == before


def test_an_unknown_error_tells_nothing_of_the_server(visitor: Visitor, settings: Settings) -> None:
    database = settings.data_dir / "catalog.db"
    with sqlite3.connect(database) as open_database:
        tables = [name for (name,) in open_database.execute("select name from sqlite_master where type = 'table'")]
        for name in tables:
            open_database.execute(f'drop table "{name}"')
    told = visitor.get("/articles").text + visitor.get("/article/" + "0" * 16).text
    if visitor.join(asking(visitor), ["Why?", [], None]).status_code == 200:
        told += json.dumps(visitor.heard())
    for leak in ("Traceback", str(settings.data_dir), "site-packages", "sqlalchemy", ".py"):
        assert leak not in told
