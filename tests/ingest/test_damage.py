"""What happens to a library can be mended, or is told with the way out; nothing is taken for an empty one."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ingest import RawDocument, articles, backup, check, ingest, rebuild, restore
from ingest.errors import LibraryError, SourceError
from ingest.library import open_library
from ingest.settings import Settings
from ingest.store import open_store, survives
from qa import ask
from tests.effort import FULL

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "What does the bridge of town 7 cost?"
INDEX = "chroma-*"


def stories(count: int = 12) -> list[RawDocument]:
    return [
        RawDocument(
            origin="x",
            url=f"https://example.com/{n}",
            title=f"Town {n}",
            text=f"The council of town {n} met on Monday. " * 20
            + f"The bridge of town {n} costs {n + 7} million dollars.",
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library of twelve stories, to be copied."""
    made = Settings(data_dir=tmp_path_factory.mktemp("twelve") / "data")
    ingest(stories(), settings=made)
    forget(made)
    return made.data_dir


@pytest.fixture
def filled(settings: Settings, twelve: Path) -> Settings:
    """A library that no open connection of this process holds, as after a restart."""
    shutil.copytree(twelve, settings.data_dir)
    return settings


def forget(settings: Settings) -> None:
    open_library(settings).close()
    open_library.cache_clear()


def overwrite(path: Path, share: float, count: int = 4096) -> None:
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * share))
        file.write(os.urandom(count))


def index_file(settings: Settings, pattern: str) -> Path:
    return next(settings.data_dir.glob(f"{INDEX}/{pattern}"))


def replace(path: Path) -> None:
    path.write_bytes(b"nothing" * 1_000)


def empty_database(path: Path) -> None:
    path.write_bytes(b"")


INJURIES: dict[str, Callable[[Settings], None]] = {
    "its database overwritten at the start": lambda s: overwrite(index_file(s, "chroma.sqlite3"), 0),
    "its database overwritten everywhere": lambda s: [
        overwrite(index_file(s, "chroma.sqlite3"), n / 50, 4000) for n in range(50)
    ],
    "its database replaced": lambda s: replace(index_file(s, "chroma.sqlite3")),
    "its database cut": lambda s: os.truncate(index_file(s, "chroma.sqlite3"), 20_000),
    "its database emptied": lambda s: empty_database(index_file(s, "chroma.sqlite3")),
    "its database removed": lambda s: index_file(s, "chroma.sqlite3").unlink(),
    "its folder removed": lambda s: shutil.rmtree(index_file(s, "chroma.sqlite3").parent),
}


@pytest.mark.parametrize("injury", INJURIES)
def test_an_index_that_is_damaged_is_found_answered_without_and_made_again_by_the_next_writer(
    filled: Settings, injury: str
) -> None:
    INJURIES[injury](filled)
    assert not check(filled).sound
    forget(filled)
    assert "14 million" in ask(QUESTION, settings=filled).text
    forget(filled)
    assert ingest(RawDocument(origin="y", text="A ferry sank on Sunday."), settings=filled).count("added") == 1
    assert check(filled).sound
    assert "14 million" in ask(QUESTION, settings=filled).text


@pytest.mark.parametrize("injury", INJURIES if FULL else ["its database overwritten everywhere", "its folder removed"])
def test_an_index_that_is_damaged_is_rebuilt(filled: Settings, injury: str) -> None:
    INJURIES[injury](filled)
    assert rebuild(settings=filled) == 12
    assert check(filled).sound
    assert len(list(filled.data_dir.glob(INDEX))) == 1
    assert "14 million" in ask(QUESTION, settings=filled).text


def test_an_index_that_crashes_who_opens_it_does_so_once(settings: Settings) -> None:
    settings.data_dir.mkdir()
    store = open_store(settings.data_dir, "", "x-0")
    vectors = np.random.default_rng(0).normal(size=(2_500, 8)).astype(np.float32)
    store.upsert([str(n) for n in range(2_500)], vectors, ["a"] * 2_500)
    store.close()
    header = next(settings.data_dir.glob(f"{INDEX}/*/header.bin"))
    content = bytearray(header.read_bytes())
    content[len(content) // 2 :] = bytes(range(1, 65))[: len(content) - len(content) // 2]
    header.write_bytes(content)
    code = f"from ingest.store import Store; from pathlib import Path; Store(Path({str(settings.data_dir)!r}), '', 'x-0').ids()"
    died = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert died.returncode < 0
    assert not survives(store.folder)
    with pytest.raises(LibraryError, match="crashes"):
        store.ids()
    store.clear()
    assert store.ids() == set()


def test_a_lost_catalog_is_not_taken_for_an_empty_library(filled: Settings) -> None:
    for injury in (Path.unlink, empty_database):
        injury(filled.data_dir / "catalog.db")
        for action in (lambda: articles(filled), lambda: ingest(stories(1), settings=filled)):
            with pytest.raises(LibraryError, match="--restore") as caught:
                action()
            assert "belongs to" in str(caught.value)
        assert list(filled.data_dir.glob(INDEX))


def test_a_catalog_that_was_exchanged_for_another_is_told(filled: Settings, tmp_path: Path) -> None:
    other = Settings(data_dir=tmp_path / "other")
    ingest(stories(1), settings=other)
    forget(other)
    (other.data_dir / "catalog.db").replace(filled.data_dir / "catalog.db")
    with pytest.raises(LibraryError, match="belongs to"):
        articles(filled)


@pytest.mark.parametrize("share", [0, 0.3, 0.5, 0.7, 0.95])
def test_a_damaged_catalog_is_never_called_sound(filled: Settings, share: float) -> None:
    for number in range(4):
        overwrite(filled.data_dir / "catalog.db", share + number / 100)
    try:
        report = check(filled)
    except LibraryError as error:
        assert "--restore" in str(error)  # noqa: PT017 - either is right
    else:
        assert not report.sound
        assert all(finding.remedy for finding in report.findings)
    forget_quietly()
    with pytest.raises(LibraryError):
        ingest(RawDocument(origin="y", text="A ferry sank on Sunday."), settings=filled)


def forget_quietly() -> None:
    open_library.cache_clear()


def test_a_backup_brings_every_article_back_with_its_origins(filled: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Cats sleep all day long.")
    ingest(path, settings=filled)
    before = articles(filled)
    file = tmp_path / "backup.jsonl"
    assert backup(file, settings=filled).articles == 13
    fresh = Settings(data_dir=tmp_path / "fresh")
    assert restore(file, settings=fresh) == 13
    assert articles(fresh) == before
    assert check(fresh).sound
    assert ingest(path, settings=fresh).count("unchanged") == 1
    assert "14 million" in ask(QUESTION, settings=fresh).text


def test_a_backup_is_never_overwritten_and_a_bad_one_changes_nothing(filled: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.jsonl"
    backup(file, settings=filled)
    with pytest.raises(SourceError, match="already"):
        backup(file, settings=filled)
    whole = file.read_bytes()
    for number, bad in enumerate(
        (b"", b"{}\n", whole[:-1], whole[: len(whole) // 2], whole.replace(b"town 3", b"town 4"))
    ):
        other = tmp_path / f"bad-{number}.jsonl"
        other.write_bytes(bad)
        with pytest.raises(SourceError):
            restore(other, settings=filled)
    with pytest.raises(SourceError):
        restore(tmp_path / "none.jsonl", settings=filled)
    assert len(articles(filled)) == 12
    assert check(filled).sound


def test_what_a_restore_replaces_is_saved_first(filled: Settings, tmp_path: Path) -> None:
    backup(tmp_path / "twelve.jsonl", settings=filled)
    ingest(RawDocument(origin="y", text="A ferry sank on Sunday."), settings=filled)
    assert restore(tmp_path / "twelve.jsonl", settings=filled) == 12
    assert len(articles(filled)) == 12
    (saved,) = (filled.data_dir / "backups").glob("before-restore-*.jsonl")
    assert restore(saved, settings=filled) == 13
    assert check(filled).sound


def test_a_lost_or_damaged_catalog_is_put_aside_and_a_backup_brought_back(filled: Settings, tmp_path: Path) -> None:
    backup(tmp_path / "twelve.jsonl", settings=filled)
    forget(filled)
    catalog = filled.data_dir / "catalog.db"
    for injury in (lambda: overwrite(catalog, 0), lambda: overwrite(catalog, 0.5, 40_000), catalog.unlink):
        injury()
        assert restore(tmp_path / "twelve.jsonl", settings=filled) == 12
        assert check(filled).sound
        assert "14 million" in ask(QUESTION, settings=filled).text
        forget(filled)
    assert len(list((filled.data_dir / "backups").glob("damaged-*"))) == 3


def test_what_can_still_be_read_of_a_damaged_catalog_is_saved(filled: Settings, tmp_path: Path) -> None:
    catalog = filled.data_dir / "catalog.db"
    articles_before = [article.id for article in articles(filled)]
    forget(filled)
    with sqlite3.connect(catalog) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("UPDATE articles SET text = 'Another text.' WHERE position = 3")
    overwrite(catalog, 0.6, 100_000)
    report = backup(tmp_path / "saved.jsonl", settings=filled)
    assert report.articles + len(report.unreadable) == 12
    assert articles_before[2] in report.unreadable
    assert report.articles >= 5
    assert restore(tmp_path / "saved.jsonl", settings=filled) == report.articles
    assert check(filled).sound


def test_an_article_that_was_changed_behind_the_programs_back_is_found(filled: Settings) -> None:
    with sqlite3.connect(filled.data_dir / "catalog.db") as connection:
        connection.execute("UPDATE articles SET text = replace(text, 'costs 14', 'costs 15')")
    report = check(filled)
    assert not report.sound
    assert "not what was ingested" in report.findings[0].what
