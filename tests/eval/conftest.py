"""One run of the shipped set for all tests that look at a run."""

import pytest

from eval import run
from eval.schema import Report
from ingest.settings import Settings


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The run of all shipped questions, with a key set that nothing of it may tell."""
    folder = tmp_path_factory.mktemp("eval") / "data"
    return run("sample", settings=Settings(data_dir=folder, openai_api_key="sk-very-secret"))  # type: ignore[arg-type]
