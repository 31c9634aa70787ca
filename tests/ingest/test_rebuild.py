"""The index is made again beside the one in use: asking goes on, and nothing that was finished is undone."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ingest import RawDocument, articles, check, ingest, rebuild
from ingest.errors import LibraryLockedError
from ingest.library import open_library
from ingest.settings import Settings
from qa import ask

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "What does the bridge of town 3 cost?"


def stories(first: int, count: int, sentences: int = 1) -> list[RawDocument]:
    return [
        RawDocument(
            origin="x",
            url=f"https://example.com/{n}",
            text=f"The bridge of town {n} costs {n + 7} million dollars. "
            + "It rained on Monday in the town. " * sentences,
        )
        for n in range(first, first + count)
    ]


def in_another_process(settings: Settings, code: str) -> subprocess.Popen[str]:
    start = f"from pathlib import Path; from ingest.settings import Settings; own = Settings(data_dir=Path({str(settings.data_dir)!r}))\n"
    return subprocess.Popen([sys.executable, "-c", start + code], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_question_is_answered_at_every_moment_of_a_rebuild(settings: Settings) -> None:
    quick = settings.model_copy(update={"reader": "off"})
    ingest(stories(0, 4, 60), settings=quick)
    other = in_another_process(settings, "from ingest import rebuild; rebuild(settings=own)")
    answers, articles_seen = [], set()
    while other.poll() is None:
        answers.append("10 million" in ask(QUESTION, settings=quick).text)
        articles_seen.add(len(articles(quick)))
    assert other.returncode == 0
    assert len(answers) > 5
    assert all(answers)
    assert articles_seen == {4}
    assert check(quick).sound
    assert open_library(quick).catalog.manifest().edition == 1


def test_what_is_ingested_while_a_rebuild_waits_or_works_is_kept(settings: Settings) -> None:
    ingest(stories(0, 4, 60), settings=settings)
    code = "from ingest import rebuild; print('began', flush=True); rebuild(settings=own)"
    others = [in_another_process(settings, code) for _ in range(2)]
    for other in others:
        other.stdout.readline()
    for n in range(4, 9):
        assert ingest(stories(n, 1), settings=settings).count("added") == 1
    assert [other.wait() for other in others] == [0, 0]
    assert len(articles(settings)) == 9
    assert check(settings).sound


@pytest.mark.parametrize("steps", [0, 1])
def test_a_killed_rebuild_changes_nothing_and_is_cleared_away(settings: Settings, steps: int) -> None:
    ingest(stories(0, 6, 60), settings=settings)
    code = (
        "from ingest import rebuild; print('began', flush=True);"
        "rebuild(settings=own, on_progress=lambda *far: print(*far, flush=True))"
    )
    other = in_another_process(settings, code)
    for _ in range(1 + steps):
        other.stdout.readline()
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert "10 million" in ask(QUESTION, settings=settings).text
    assert check(settings).sound
    ingest(stories(6, 1), settings=settings)
    assert len(list(settings.data_dir.glob("chroma-*"))) == 1
    assert "10 million" in ask(QUESTION, settings=settings).text


def test_who_waits_for_another_says_for_whom_and_gives_up_in_the_end(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    ingest(stories(0, 1), settings=settings)
    hasty = settings.model_copy(update={"lock_wait": 2.0})
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with open_library(settings).writing("counting sheep"):
            held.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    try:
        with pytest.raises(LibraryLockedError) as caught:
            ingest(stories(1, 1), settings=hasty)
    finally:
        done.set()
        holder.join()
    assert "counting sheep" in str(caught.value)
    assert "counting sheep" in caplog.text
    assert str(os.getpid()) in caplog.text
    assert ingest(stories(1, 1), settings=hasty).count("added") == 1


def test_a_library_of_the_first_version_is_brought_up_to_date_after_a_backup(settings: Settings) -> None:
    ingest(stories(0, 3), settings=settings)
    library = open_library(settings)
    before = library.articles()
    old_index = library.store.folder
    library.close()
    open_library.cache_clear()
    make_first_version(settings.data_dir / "catalog.db")
    old_index.rename(settings.data_dir / "chroma")
    (settings.data_dir / "library.json").unlink()
    assert articles(settings) == before
    assert "10 million" not in ask("What does the bridge of town 2 cost?", settings=settings).text
    assert "9 million" in ask("What does the bridge of town 2 cost?", settings=settings).text
    (saved,) = (settings.data_dir / "backups").glob("before-schema-2-*.jsonl")
    assert saved.read_text("utf-8").count('{"article":') == 3
    ingest(stories(3, 1), settings=settings)
    assert check(settings).sound
    rebuild(settings=settings)
    assert not (settings.data_dir / "chroma").exists()
    assert "10 million" in ask(QUESTION, settings=settings).text


def make_first_version(catalog: Path) -> None:
    with sqlite3.connect(catalog) as connection:
        for table, column in (("chunks", "edition"), ("token_vectors", "checksum")):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        for column in ("edition", '"index"', "library"):
            connection.execute(f"ALTER TABLE manifest DROP COLUMN {column}")
        connection.execute("DROP TABLE chunk_vectors")
        connection.execute("UPDATE manifest SET schema = 1")
