import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ingest import RawDocument, articles, delete, ingest, rebuild
from ingest.catalog import Catalog
from ingest.errors import DiskFullError, EncoderMismatchError, LibraryLockedError, NoArticlesError
from ingest.library import Library, open_library
from ingest.lock import writing
from ingest.settings import Settings
from qa import ask

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def story(n: int, words: str = "bridge") -> RawDocument:
    text = f"The council of town {n} met on Monday. It voted to build a {words} that costs {n} million dollars."
    return RawDocument(origin=f"story {n}", text=text, url=f"https://example.com/{n}", title=f"Town {n}")


def consistent(library: Library) -> bool:
    return library.store.ids() == library.catalog.chunk_ids()


def test_ingesting_twice_is_ingesting_once(settings: Settings) -> None:
    first = ingest([story(1), story(2)], settings=settings)
    second = ingest([story(1), story(2)], settings=settings)
    assert (first.count("added"), second.count("unchanged")) == (2, 2)
    assert len(articles(settings)) == 2
    assert consistent(open_library(settings))


def test_a_url_is_one_article_whatever_its_tracking_parameters(settings: Settings) -> None:
    again = story(1).model_copy(update={"url": "https://example.com/1?utm_source=mail#top"})
    assert ingest([story(1), again], settings=settings).count("unchanged") == 1


def test_chunks_slice_their_article_and_tile_it(settings: Settings) -> None:
    ingest(
        RawDocument(origin="x", text="🙂 A cafe\u0301 opened.\r\n" + "It rained on Monday. " * 300), settings=settings
    )
    library = open_library(settings)
    (article,) = library.articles()
    chunks = library.chunks()
    assert len(chunks) > 3
    assert "".join(chunk.text for chunk in chunks) == article.text
    assert all(article.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)


def test_a_changed_article_replaces_its_old_version_with_no_moment_in_which_it_is_missing(settings: Settings) -> None:
    ingest([story(1)], settings=settings)
    name = articles(settings)[0].id
    stop = threading.Event()
    seen: list[int] = []
    failed: list[Exception] = []

    def watch() -> None:
        try:
            while not stop.is_set():
                look()
        except Exception as error:  # noqa: BLE001 - the test shows it
            failed.append(error)

    def look() -> None:
        seen.append(len(ask("What did the council of town 1 vote to build?", articles=[name], settings=settings).hits))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for words in ("tunnel", "school", "road", "library"):
        assert ingest([story(1, words)], settings=settings).count("replaced") == 1
    stop.set()
    watcher.join()
    assert len(articles(settings)) == 1
    assert "library" in articles(settings)[0].text
    assert consistent(open_library(settings))
    assert not failed
    assert seen
    assert min(seen) >= 1


def test_a_changed_file_replaces_itself(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Cats sleep all day long.")
    ingest(path, settings=settings)
    path.write_text("Dogs run all day long.")
    assert ingest(path, settings=settings).count("replaced") == 1
    assert [article.text for article in articles(settings)] == ["Dogs run all day long."]


def test_a_bad_source_is_a_row_and_the_rest_goes_on(settings: Settings) -> None:
    report = ingest(["none.txt", story(1), "http://127.0.0.1:9/x"], settings=settings)
    assert [row.action for row in report.rows] == ["skipped", "added", "skipped"]
    assert all(row.reason and row.hint for row in report.rows if row.action == "skipped")


def test_a_deleted_article_is_gone_and_the_others_stay(settings: Settings) -> None:
    ingest([story(1), story(2)], settings=settings)
    delete(["https://example.com/1?utm_source=x"], settings=settings)
    assert [article.title for article in articles(settings)] == ["Town 2"]
    assert consistent(open_library(settings))
    with pytest.raises(NoArticlesError):
        delete(["nothing"], settings=settings)


def test_the_index_can_be_made_again_from_the_catalog(settings: Settings) -> None:
    ingest([story(1), story(2)], settings=settings)
    library = open_library(settings)
    library.store.clear()
    assert rebuild(settings=settings) == 2
    assert consistent(library)
    assert "bridge" in ask("What did the council of town 2 vote to build?", settings=settings).text


def test_an_index_of_another_encoder_is_refused_with_both_names_and_the_command(settings: Settings) -> None:
    ingest([story(1)], settings=settings)
    other = settings.model_copy(update={"openai_embed_model": "other-model", "openai_base_url": "http://127.0.0.1:9"})
    with pytest.raises(EncoderMismatchError) as caught:
        ask("What was built?", settings=other)
    said = str(caught.value)
    assert "all-MiniLM-L6-v2" in said
    assert "other-model" in said
    assert "python -m ingest --rebuild" in said


def test_two_writers_at_once_lose_nothing(settings: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from ingest import ingest, RawDocument; from ingest.settings import Settings\n"
        "n = int(sys.argv[2])\n"
        "for i in range(8):\n"
        "    text = f'Writer {n} wrote the story {i} on Monday. It is about the number {n * 100 + i}.'\n"
        "    ingest(RawDocument(origin='x', text=text), settings=Settings(data_dir=Path(sys.argv[1])))\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(settings.data_dir), str(n)], cwd=ROOT) for n in range(2)
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    library = open_library(settings)
    assert len(library.articles()) == 16
    assert consistent(library)


def test_processes_that_open_a_new_library_at_once_all_succeed(settings: Settings) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from ingest.library import Library; from ingest.settings import Settings\n"
        "import chromadb\n"
        "for i in range(6):\n"
        "    time.sleep(max(0, float(sys.argv[2]) + i * 0.4 - time.time()))\n"
        "    library = Library(Settings(data_dir=Path(sys.argv[1]) / str(i)))\n"
        "    assert not library.store.ids() and not library.articles()\n"
    )
    start = str(time.time() + 3)
    given = [sys.executable, "-c", code, str(settings.data_dir), start]
    openers = [subprocess.Popen(given, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [opener.communicate()[1] for opener in openers]
    assert [opener.returncode for opener in openers] == [0, 0, 0], "\n".join(said)


def test_a_catalog_that_another_process_begins_to_write_is_waited_for(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True)
    other = sqlite3.connect(settings.data_dir / "catalog.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # SQLite refuses at once to give such a file a write-ahead log
    threading.Timer(0.3, other.commit).start()
    assert Catalog(settings.catalog_url, settings.data_dir).articles() == []
    other.close()


def test_a_reader_sees_what_another_process_wrote(settings: Settings) -> None:
    ingest([story(1)], settings=settings)
    assert ask("What costs 7 million dollars?", settings=settings).hits[0].chunk.text.count("town 1")
    code = (
        "import sys; from pathlib import Path; from ingest import ingest, RawDocument; from ingest.settings import Settings\n"
        "ingest(RawDocument(origin='x', text='The new zebra house of the zoo costs 7 million dollars.'), "
        "settings=Settings(data_dir=Path(sys.argv[1])))"
    )
    subprocess.run([sys.executable, "-c", code, str(settings.data_dir)], check=True, cwd=ROOT)
    assert "zebra" in ask("What costs 7 million dollars?", settings=settings).text


@pytest.mark.parametrize("delay", [0.9, 1.3, 1.8])
def test_a_kill_in_mid_ingest_loses_nothing_that_was_there(settings: Settings, delay: float) -> None:
    ingest([story(1)], settings=settings)
    code = (
        "import sys; from pathlib import Path; from ingest import ingest, RawDocument; from ingest.settings import Settings\n"
        "docs = [RawDocument(origin=str(i), text=f'Story {i}. ' + 'It rained on Monday in the town. ' * 400) for i in range(300)]\n"
        "ingest(docs, settings=Settings(data_dir=Path(sys.argv[1])))"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(settings.data_dir)], cwd=ROOT)
    time.sleep(delay)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert (
        "bridge"
        in ask(
            "What did the council of town 1 vote to build?", articles=["https://example.com/1"], settings=settings
        ).text
    )
    assert ingest([story(2)], settings=settings).count("added") == 1
    assert consistent(open_library(settings))


def test_a_held_lock_is_told_with_its_holder(settings: Settings) -> None:
    with writing(settings.data_dir, wait=1), pytest.raises(LibraryLockedError) as caught:
        threading_error: list[BaseException] = []

        def write() -> None:
            try:
                with writing(settings.data_dir, wait=0.1):
                    pass
            except LibraryLockedError as error:
                threading_error.append(error)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        raise threading_error[0]
    assert str(os.getpid()) in str(caught.value)


def test_a_full_disk_is_told_before_anything_is_written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest([story(1)], settings=settings)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1_000_000})())
    with pytest.raises(DiskFullError):
        ingest([story(2)], settings=settings)
    assert len(articles(settings)) == 1


def test_a_chroma_server_serves_the_same_code(settings: Settings, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    chroma = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [str(chroma), "run", "--path", str(tmp_path / "server"), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        own = settings.model_copy(update={"chroma_url": f"http://127.0.0.1:{port}"})
        ingest([story(1), story(2)], settings=own)
        assert "bridge" in ask("What did the council of town 2 vote to build?", settings=own).text
        assert consistent(open_library(own))
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not start")
