"""Libraries whose catalog is in PostgreSQL and whose index is on a Chroma server.

`settings` and `sample_settings` stand for those of the other tests, which run here unchanged (test_same.py).
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from ingest.sample import sample
from ingest.settings import Settings
from tests.servers.running import Chroma, Postgres, postgresql_programs


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    programs = postgresql_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: `make servers` installs it where that is permitted.")
        pytest.skip("needs PostgreSQL: make servers")
    with Postgres(programs) as server:
        yield server


@pytest.fixture(scope="session")
def _chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    with Chroma(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture
def chroma(_chroma: Chroma) -> Chroma:
    """The server without any collection."""
    _chroma.empty()
    return _chroma


@pytest.fixture
def settings(tmp_path: Path, postgres: Postgres, chroma: Chroma, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A new library on both servers. The environment names them too, for processes that a test starts."""
    url = postgres.create(f"test-{uuid.uuid4().hex[:12]}")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("CHROMA_URL", chroma.url)
    return Settings(data_dir=tmp_path / "data", database_url=url, chroma_url=chroma.url)


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Settings]:
    """A library that holds the sample article, on a Chroma server of its own. Not to be written to."""
    with Chroma(tmp_path_factory.mktemp("sample-chroma")) as server:
        folder = tmp_path_factory.mktemp("sample") / "data"
        made = Settings(data_dir=folder, database_url=postgres.create("sample"), chroma_url=server.url)
        ingest(sample(), settings=made)
        yield made
