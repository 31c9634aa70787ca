"""A page that is served for real on loopback."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ingest.settings import Settings
from tests.page_server import Visitor, serving
from ui import build_app


@pytest.fixture
def settings(tmp_path: Path, stock: Path) -> Settings:
    """A library that holds the sample article, as the page makes it at its first start."""
    shutil.copytree(stock, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[..., str]]:
    """Serves a page with these settings and a library of its own; the URL."""
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(serving(build_app(Settings(data_dir=settings.data_dir, **more))))


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    """A page of this test alone."""
    return serve()


@pytest.fixture
def visitor(url: str) -> Iterator[Visitor]:
    with Visitor(url) as found:
        yield found.opened()


@pytest.fixture(scope="session")
def shared_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page for the tests that leave it as it was."""
    with serving(build_app(Settings(data_dir=tmp_path_factory.mktemp("page") / "data"))) as found:
        yield found


@pytest.fixture
def stranger(shared_url: str) -> Iterator[Visitor]:
    """A visitor of the shared page."""
    with Visitor(shared_url) as found:
        yield found.opened()
