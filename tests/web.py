"""A web site on loopback for tests."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Site:
    """A web site on loopback. `pages` maps a path to (status, headers, body) or to a function of the request body."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                site.requests.append((self.path, dict(self.headers), body))
                page = site.pages.get(self.path.split("?")[0], (404, {}, b"gone"))
                status, headers, content = page(body) if callable(page) else page
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for part in [content] if isinstance(content, bytes) else content:
                        self.wfile.write(part)
                except OSError:
                    pass

            do_POST = do_GET  # noqa: N815 - the name that http.server calls

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Wire:
    """A server on loopback that does what it is told with each connection, once a request's headers have come.

    `hosts` are the Host headers that were sent, `left` says that the other side went away while it was being answered.
    """

    def __init__(self, answer: Callable[[socket.socket], None], address: str = "127.0.0.1") -> None:
        self._answer = answer
        self._server = socket.create_server((address, 0))
        self.port = self._server.getsockname()[1]
        self.url = f"http://{address}:{self.port}"
        self.hosts: list[str] = []
        self.left = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._talk, args=[self._server.accept()[0]], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                part = connection.recv(65_536)
                if not part:
                    self.left.set()
                    return
                request += part
            self.hosts += re.findall(r"(?im)^host: (.*?)\r?$", request.decode("latin-1"))
            try:
                self._answer(connection)
            except OSError:
                self.left.set()

    def close(self) -> None:
        self._server.close()
