"""What the page's server does besides answering: it looks for its port, and makes ready what answers."""

import socket
import sys
from contextlib import suppress

from ingest.errors import ArticleQAError, SettingsError
from ingest.settings import Settings
from qa.answer import prepare, read_ahead


def check_port(host: str, port: int) -> None:
    """Raise SettingsError when the page cannot be served there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"The page cannot be served on {host} port {port}: {error.strerror}.",
                f"Choose another, for example PORT={port + 1}.",
            ) from None


def read_opened(settings: Settings, articles: list[str] | None) -> None:
    """Let a local model read the articles that a visitor has opened."""
    with suppress(ArticleQAError):
        read_ahead(articles, settings)


def warm(settings: Settings) -> None:
    """Load what answers before a visitor asks, and say in one sentence what is missing; quotes are given without it."""
    try:
        prepare(settings)
    except ArticleQAError as error:
        print(f"Note: {error}", file=sys.stderr)  # noqa: T201 - the command's own output
