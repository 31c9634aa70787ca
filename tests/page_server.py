"""The page's app served for real on loopback, and a visitor of it who speaks HTTP as a browser's script does."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn


class Visitor(httpx.Client):
    """One visitor with cookies of its own; `session` is the session that its page has chosen."""

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(base_url=url, timeout=30, **options)
        self.session = os.urandom(6).hex()

    def opened(self) -> "Visitor":
        """The visitor, once the page has been opened."""
        assert self.get("/").status_code == 200
        return self

    def join(self, fn_index: int, data: list[Any], **more: Any) -> httpx.Response:
        body = {"data": data, "fn_index": fn_index, "session_hash": self.session, "trigger_id": None, **more}
        return self.post("/gradio_api/queue/join", json=body)

    def heard(self) -> list[dict[str, Any]]:
        """What the queue tells this session until nothing more is to come."""
        with self.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as reply:
            assert reply.status_code == 200, reply.read()
            return [json.loads(line[6:]) for line in reply.iter_lines() if line.startswith("data: ")]

    def upload(self, name: str, content: bytes) -> httpx.Response:
        return self.post("/gradio_api/upload", files={"files": (name, content)})


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The URL of the app, served by uvicorn until the block ends."""
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=0,
            log_level="warning",
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        threading.Event().wait(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True  # whoever is still connected is not waited for
        thread.join(20)


def functions(visitor: httpx.Client) -> list[dict[str, Any]]:
    """The page's functions as its HTML tells every browser: id, inputs and the components' types."""
    html = visitor.get("/").text
    start = html.index("window.gradio_config = ") + len("window.gradio_config = ")
    config = json.JSONDecoder().raw_decode(html[start:])[0]
    types = {part["id"]: part["type"] for part in config["components"]}
    return [
        {"id": function["id"], "inputs": [types[number] for number in function["inputs"]]}
        for function in config["dependencies"]
    ]


def adding(visitor: httpx.Client) -> int:
    return next(int(function["id"]) for function in functions(visitor) if "file" in function["inputs"])


def asking(visitor: httpx.Client) -> int:
    return next(int(function["id"]) for function in functions(visitor) if function["inputs"][1:2] == ["browserstate"])
