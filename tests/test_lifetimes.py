"""What is opened can be closed: libraries, stores, catalogs and models come and go, and nothing piles up."""

import ctypes
import gc
import multiprocessing
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

Check = Callable[[Callable[[Settings], None], Settings], None]

TIMES = 50
WARM = 10
"""What is loaded once and pools that fill up have done so after as many."""

MOST = 3_000_000
"""Bytes that forty more may leave behind: forty libraries that stay open leave 7 MB and 80 files, closed ones .4 MB."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")


def held() -> tuple[int, int]:
    """The open files of this process, and its memory in bytes, after what is free was given back."""
    gc.collect()
    getattr(ctypes.CDLL(None), "malloc_trim", int)(0)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return len(list(Path("/proc/self/fd").iterdir())), pages * os.sysconf("SC_PAGE_SIZE")


def growth(work: Callable[[Settings], None], settings: Settings) -> tuple[int, int]:
    """The open files and the bytes that this process holds more after the work has been done again and again."""
    for _ in range(WARM):
        work(settings)
    files, memory = held()
    for _ in range(TIMES - WARM):
        work(settings)
    more_files, more_memory = held()
    return more_files - files, more_memory - memory


@pytest.fixture
def nothing_piles_up(monkeypatch: pytest.MonkeyPatch) -> Check:
    """Measures in a process of its own, whose allocator keeps one pool: another for a thread would be 3 MB at once."""
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")

    def check(work: Callable[[Settings], None], settings: Settings) -> None:
        with multiprocessing.get_context("spawn").Pool(1) as process:
            files, memory = process.apply(growth, (work, settings))
        assert files <= 2
        assert memory < MOST

    return check


def open_library(settings: Settings) -> None:
    with Library(settings) as library:
        vector = library.encoder.embed_query("Why was the call delayed?")
        assert library.search(vector, 3)
        assert snapshot(library, None).chunks


def open_store_and_catalog(settings: Settings) -> None:
    with Catalog(settings.catalog_url, settings.data_dir) as catalog:
        index = catalog.manifest().index
        with open_store(settings.data_dir, "", index) as store:
            assert store.ids() == catalog.chunk_ids()


def open_model(settings: Settings) -> None:
    with configured_model(settings) as model:
        assert "".join(model.stream([{"role": "user", "content": "Hi"}], max_tokens=9, usage=UsageMeter()))


def test_fifty_libraries_are_opened_and_closed(nothing_piles_up: Check, sample_settings: Settings) -> None:
    nothing_piles_up(open_library, sample_settings)


def test_fifty_stores_and_catalogs_are_opened_and_closed(nothing_piles_up: Check, sample_settings: Settings) -> None:
    nothing_piles_up(open_store_and_catalog, sample_settings)


def test_a_library_that_is_closed_can_be_used_again(sample_settings: Settings) -> None:
    with Library(sample_settings) as library:
        assert library.articles()
    assert library.articles()
    library.close()


def test_fifty_models_are_opened_and_closed(nothing_piles_up: Check, model_server: ModelServer) -> None:
    nothing_piles_up(open_model, model_server.settings())
