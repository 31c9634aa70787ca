"""A library on a disk that is read-only or full can be read and asked; who wants to write is told why."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest import RawDocument, articles, check, ingest
from ingest.errors import LibraryError
from ingest.library import open_library
from ingest.settings import Settings
from qa import ask

pytestmark = pytest.mark.slow

STORY = RawDocument(origin="x", text="The bridge of the town costs 14 million dollars. It opens in May.")
QUESTION = "What does the bridge cost?"


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """A small file system of its own; the tests that need one are skipped where it may not be mounted."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("mounting a file system is not permitted here")
    try:
        yield folder
    finally:
        open_library.cache_clear()
        subprocess.run(["umount", "-l", str(folder)], check=True)


def forget(settings: Settings) -> None:
    open_library(settings).close()
    open_library.cache_clear()


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setattr("ingest.pipeline._SPARE_BYTES", 0)
    with disk(tmp_path / "disk") as folder:
        settings = Settings(data_dir=folder / "data")
        ingest(STORY, settings=settings)
        forget(settings)
        yield settings


def test_a_read_only_library_is_asked_and_checked_and_says_why_nothing_is_added(small_disk: Settings) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk.data_dir.parent)], check=True)
    assert "14 million" in ask(QUESTION, settings=small_disk).text
    assert len(articles(small_disk)) == 1
    assert ingest(STORY, settings=small_disk).count("unchanged") == 1
    with pytest.raises(LibraryError) as caught:
        ingest(RawDocument(origin="y", text="A ferry sank on Sunday."), settings=small_disk)
    assert "may not be written" in str(caught.value) or "Read-only" in str(caught.value)
    report = check(small_disk)
    assert report.articles == 1


def test_a_library_on_a_full_disk_is_asked_and_says_that_it_is_full(small_disk: Settings) -> None:
    folder = small_disk.data_dir.parent
    with (folder / "filler").open("wb") as filler, pytest.raises(OSError, match="space"):
        while True:
            filler.write(os.urandom(100_000))
            filler.flush()
    assert "14 million" in ask(QUESTION, settings=small_disk).text
    assert len(articles(small_disk)) == 1
    with pytest.raises(LibraryError, match=r"left|full|space"):
        ingest(RawDocument(origin="y", text="A ferry sank on Sunday."), settings=small_disk)
    (folder / "filler").unlink()
    forget(small_disk)
    assert ingest(RawDocument(origin="y", text="A ferry sank on Sunday."), settings=small_disk).count("added") == 1
    assert check(small_disk).sound


def test_a_data_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError) as caught:
        articles(Settings(data_dir=tmp_path / "file" / "data"))
    assert "DATA_DIR" in str(caught.value)
