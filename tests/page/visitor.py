"""A visitor of the page without a browser: what a browser sends, over real HTTP, and everything that comes back."""

import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from ingest.settings import Settings
from ui import build_app


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The URL of a page that this process serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(build_app(settings), host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(30)


class Visitor:
    """One visitor. `received` holds all that the server has sent since the page was opened."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Origin": url}, timeout=120)
        self.session = uuid.uuid4().hex[:11]
        html = self.http.get("/").text
        found = re.search(r"window\.gradio_config = (\{.*?\});</script>", html, re.DOTALL)
        assert found
        self.config: dict[str, Any] = json.loads(found[1])
        self.received = ""
        (load,) = [d["id"] for d in self.config["dependencies"] if any(t[1] == "load" for t in d["targets"])]
        list(self._messages(load, [], ""))
        self.article = str(self.http.get("/articles").json()[-1]["id"])

    def close(self) -> None:
        self.http.close()

    def _dependency(self, elem: str, event: str) -> int:
        ids = {c["id"] for c in self.config["components"] if c["props"].get("elem_id") == elem}
        (found,) = [
            d["id"] for d in self.config["dependencies"] if any(t[0] in ids and t[1] == event for t in d["targets"])
        ]
        return int(found)

    def send(self, elem: str, event: str, *data: Any) -> Iterator[dict[str, Any]]:
        """The messages that come back for an event of the part with this id, until it is done."""
        yield from self._messages(self._dependency(elem, event), *data)

    def _messages(self, dependency: int, *data: Any) -> Iterator[dict[str, Any]]:
        body = {"data": list(data), "fn_index": dependency, "session_hash": self.session}
        joined = self.http.post("/gradio_api/queue/join", json=body)
        self.received += joined.text
        joined.raise_for_status()
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                self.received += line + "\n"
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    yield message
                    if message["msg"] in {"process_completed", "close_stream"}:
                        return

    def ask(self, question: str) -> str:
        """All that came back for a question."""
        before = len(self.received)
        for _ in self.send("question", "submit", question, [], self.article):
            pass
        return self.received[before:]

    def add(self, text: str = "", upload: object = None) -> str:
        """All that came back for an addition."""
        before = len(self.received)
        for _ in self.send("add-now", "click", text, [upload] if upload else None):
            pass
        return self.received[before:]

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """What the form gives for a file that was uploaded."""
        (path,) = self.http.post("/gradio_api/upload", files={"files": (name, content)}).json()
        return {"path": path, "orig_name": name, "size": len(content), "meta": {"_type": "gradio.FileData"}}
