"""What is opened can be closed: libraries, stores, catalogs and models come and go, and nothing piles up."""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.catalog import Catalog
from ingest.library import Library
from ingest.settings import Settings
from ingest.store import open_store
from qa.llm.choice import configured_model
from qa.llm.usage import UsageMeter
from qa.retrieval.search import snapshot
from tests.openai_server import ModelServer

TIMES = 50
WARM = 10
"""What is loaded once and pools that fill up have done so after as many."""

MOST = 8_000_000
"""Bytes that forty more may leave behind. Forty libraries that stay open leave 11 MB and 80 files, closed ones 4 MB."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")


def held() -> tuple[int, int]:
    """The open files of this process, and its memory in bytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return len(list(Path("/proc/self/fd").iterdir())), pages * os.sysconf("SC_PAGE_SIZE")


def nothing_piles_up(work: Callable[[], object]) -> None:
    for _ in range(WARM):
        work()
    files, memory = held()
    for _ in range(TIMES - WARM):
        work()
    more_files, more_memory = held()
    assert more_files <= files + 2
    assert more_memory - memory < MOST


def test_fifty_libraries_are_opened_and_closed(sample_settings: Settings) -> None:
    def work() -> None:
        with Library(sample_settings) as library:
            vector = library.encoder.embed_query("Why was the call delayed?")
            assert library.search(vector, 3)
            assert snapshot(library, None).chunks

    nothing_piles_up(work)


def test_fifty_stores_and_catalogs_are_opened_and_closed(sample_settings: Settings) -> None:
    def work() -> None:
        with Catalog(sample_settings.catalog_url, sample_settings.data_dir) as catalog:
            index = catalog.manifest().index
            with open_store(sample_settings.data_dir, "", index) as store:
                assert store.ids() == catalog.chunk_ids()

    nothing_piles_up(work)


def test_a_library_that_is_closed_can_be_used_again(sample_settings: Settings) -> None:
    with Library(sample_settings) as library:
        assert library.articles()
    assert library.articles()
    library.close()


def test_fifty_models_are_opened_and_closed(model_server: ModelServer) -> None:
    def work() -> None:
        with configured_model(model_server.settings()) as model:
            assert "".join(model.stream([{"role": "user", "content": "Hi"}], max_tokens=9, usage=UsageMeter()))

    nothing_piles_up(work)
