"""The page as a program of its own, and visitors who ask it over HTTP the way a browser does."""

import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.torture.conftest import ROOT

PATIENCE = 120.0
"""Seconds without a word after which a page is taken to hang."""


@dataclass(frozen=True)
class Served:
    """A page that runs."""

    url: str
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """The memory that the page holds, in MB."""
        return _memory(self.process.pid, "VmRSS")

    def children(self) -> list[float]:
        """The most memory that each process which the page has started has held, in MB."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [_memory(int(child), "VmHWM") for task in tasks for child in task.read_text("ascii").split()]


def _memory(process: int, kind: str) -> float:
    """What the system says of a process's memory, in MB; 0 when it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8")
    except OSError:
        return 0.0
    return int(status.split(f"{kind}:")[1].split()[0]) / 1000 if f"{kind}:" in status else 0.0


@contextmanager
def served(data_dir: Path, environment: Mapping[str, str], **settings: str) -> Iterator[Served]:
    """`python ui.py` over this library, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {**environment, "DATA_DIR": str(data_dir), "PORT": str(port), "HOST": "127.0.0.1", **settings}
    process = subprocess.Popen([sys.executable, str(ROOT / "ui.py")], env=own, cwd=data_dir, stdout=subprocess.DEVNULL)
    found = Served(f"http://127.0.0.1:{port}", process)
    try:
        wait_for(found)
        yield found
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for(page: Served) -> None:
    """Return when the page answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert page.process.poll() is None, "The page ended by itself."
        try:
            if httpx.get(page.url, timeout=PATIENCE).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("The page did not start.")


class Visitor:
    """A browser's side of the page's protocol: it joins the queue, hears the events, and keeps its conversation."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Origin": url}, timeout=PATIENCE)
        html = self.http.get("/").raise_for_status().text
        config, _ = json.JSONDecoder().raw_decode(html.split("window.gradio_config = ")[1])
        self.session = secrets.token_hex(6)
        self.names = {item["id"]: item["props"].get("elem_id") for item in config["components"]}
        self.events = config["dependencies"]
        self.kept: list[Any] = []
        self.open()

    def open(self) -> None:
        """See the page: the conversation that the browser kept, and the articles there are to choose from."""
        for event in self.events:
            if any(how == "load" for _, how in event["targets"]):
                self._call(event["id"], [self.kept for _ in event["inputs"]])

    def close(self) -> None:
        self.http.close()

    def ask(self, question: str, article: str) -> str:
        """Ask about one article; all that came back to this visitor: its chat, and what its browser keeps."""
        (event,) = (found for found in self.events if self._by_enter(found))
        given: dict[str, Any] = {"question": question, "article": article}
        data = [given.get(self.names.get(number) or "", self.kept) for number in event["inputs"]]
        _, chat, self.kept = self._call(event["id"], data)
        assert len(chat) == 2 * len(self.kept), "A turn of the conversation is missing."
        return json.dumps([chat, self.kept], ensure_ascii=False)

    def _by_enter(self, event: Mapping[str, Any]) -> bool:
        """Whether this event is the one of a question that is sent off."""
        return any(self.names.get(number) == "question" and how == "submit" for number, how in event["targets"])

    def _call(self, number: int, data: Sequence[Any]) -> list[Any]:
        """The last values that an event yields."""
        body = {"data": data, "fn_index": number, "session_hash": self.session, "event_data": None, "trigger_id": None}
        self.http.post("/gradio_api/queue/join", json=body).raise_for_status()
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            stream.raise_for_status()
            for line in stream.iter_lines():
                told: dict[str, Any] = {"msg": ""}
                if line.startswith("data:"):
                    told = json.loads(line.removeprefix("data:"))
                if told["msg"] == "process_completed":
                    assert told["success"], told
                    found: list[Any] = told["output"]["data"]
                    return found
                assert told["msg"] not in {"unexpected_error", "queue_full"}, told
        raise AssertionError("The page stopped in the middle of an answer.")
