"""What the tests share: a library in a temporary folder, the sample article, a server on loopback."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck

from ingest import ingest
from ingest.embed import Encoder
from ingest.library import Library
from ingest.pipeline import run
from ingest.sample import sample
from ingest.settings import Settings
from qa.reading.reader import Reader
from tests import effort  # noqa: F401 - it draws the seed for all processes of a run
from tests.openai_server import ModelServer
from tests.web import Site

CACHE = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
"""Where the person who runs the tests keeps a local model, if there is one; only its own tests look there."""
os.environ["XDG_CACHE_HOME"] = str(Path(tempfile.gettempdir()) / "article-qa-tests")  # also for what fixtures start
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the programs that tests start would compile every module each time
SHARED = Path(__file__).resolve().parents[2] / "shared"

hypothesis.settings.register_profile(
    "suite",
    deadline=None,  # a busy machine is no fault of the code
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the settings of the person who runs it, or writes to that person's data."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # where no local model is
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def _each_batch_once() -> Iterator[None]:
    """What encoder and reader make of a batch is kept: most tests ask the same article, and their weights never change."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Encoder, "_forward", remembered(Encoder._forward, tuple, 300))
        patch.setattr(Reader, "_forward", remembered(Reader._forward, lambda e: (e.ids, e.type_ids), 5_000))
        yield


def remembered(forward: Callable[..., Any], key: Callable[[Any], Any], most: int) -> Callable[..., Any]:
    """The method, which answers the same batch from memory; `key` is what a row of the batch is known by."""
    kept: dict[str, Any] = {}

    def once(self: object, batch: Sequence[Any]) -> Any:
        place = f"{id(self)} {[key(row) for row in batch]}"
        if place not in kept:
            if len(kept) >= most:
                kept.pop(next(iter(kept)))
            kept[place] = self, forward(self, batch)  # it stays alive, so that its id is its own
        return kept[place][1]

    return once


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library that holds the sample article and that nobody has open: copies of it are ready at once."""
    made = Settings(data_dir=tmp_path_factory.mktemp("stock") / "data")
    library = Library(made)
    run(library, [sample()])
    library.close()
    return made.data_dir


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A library that holds the sample article. Not to be written to."""
    made = Settings(data_dir=tmp_path_factory.mktemp("sample") / "data")
    ingest(sample(), settings=made)
    return made


@pytest.fixture(scope="session")
def users_article() -> Path:
    path = SHARED / "article" / "article.txt"
    if not path.exists():
        pytest.skip("needs ../shared/article/article.txt")
    return path


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.close()


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A language model on loopback, asked by `model_server.settings(...)`; `model_server.reply` is what it says."""
    with ModelServer() as server:
        yield server
