"""Servers that go away and come back, and several processes on them at once: nothing is lost, nobody starts anew."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import RawDocument, articles, delete, ingest, rebuild
from ingest.errors import LibraryError
from ingest.settings import Settings
from qa import ask
from tests.servers.running import PASSWORD, Chroma, Postgres, Server

ROOT = Path(__file__).resolve().parents[2]
THINGS = "bridge tunnel school library harbour theatre market stadium hospital museum".split()


def story(n: int, filling: int = 0) -> RawDocument:
    built = (
        f"The council of town {n} met on Monday. It voted to build a {THINGS[n % 10]} that costs {n} million dollars."
    )
    text = built + " The mayor spoke for an hour about the weather of the year." * filling
    return RawDocument(origin=f"story {n}", text=text, url=f"https://example.com/{n}", title=f"Town {n}")


def told(n: int, settings: Settings) -> str:
    """What is answered about a story, asked of it alone."""
    return ask("What was voted to be built?", articles=[f"https://example.com/{n}"], settings=settings).text


def one_sentence_each(failed: list[Exception]) -> bool:
    assert all(isinstance(error, LibraryError) and error.hint and "\n" not in str(error) for error in failed), failed
    return True


@pytest.fixture(params=["postgres", "chroma"])
def server(request: pytest.FixtureRequest, postgres: Postgres, chroma: Chroma) -> Server:
    """Either of the servers behind `settings`."""
    return {"postgres": postgres, "chroma": chroma}[request.param]


def test_a_server_that_was_restarted_is_used_again(settings: Settings, server: Server) -> None:
    ingest([story(1), story(2)], settings=settings)
    assert "tunnel" in told(1, settings)
    server.restart()
    assert "tunnel" in told(1, settings)
    server.restart()
    assert ingest([story(3)], settings=settings).count("added") == 1
    server.restart()
    delete(["https://example.com/2"], settings=settings)
    server.restart()
    assert rebuild(settings=settings) == 2
    assert "library" in told(3, settings)


def test_a_server_that_is_away_is_one_true_sentence_and_its_return_is_noticed(
    settings: Settings, server: Server, postgres: Postgres
) -> None:
    ingest([story(1)], settings=settings)
    server.stop()
    calls: list[Callable[[], object]] = [
        lambda: ingest([story(2)], settings=settings),
        lambda: rebuild(settings=settings),
    ]
    if server is postgres:
        calls += [lambda: told(1, settings), lambda: delete(["https://example.com/1"], settings=settings)]
    try:
        if server is not postgres:  # the catalog has every vector, and is asked instead
            assert "tunnel" in told(1, settings)
        for call in calls:
            with pytest.raises(LibraryError) as caught:
                call()
            sentence = str(caught.value)
            assert str(server.port) in sentence
            assert "CHROMA_URL" in sentence if server is not postgres else "DATABASE_URL" in sentence
            assert caught.value.hint
            assert "\n" not in sentence
            assert PASSWORD not in sentence
    finally:
        server.start()
    ingest([story(2)], settings=settings)
    assert {article.title for article in articles(settings)} <= {"Town 1", "Town 2"}
    assert "school" in told(2, settings)


def test_a_restart_in_mid_question_gives_the_right_answer_or_one_sentence(settings: Settings, server: Server) -> None:
    ingest([story(n) for n in range(1, 6)], settings=settings)
    right = {n: told(n, settings) for n in range(1, 6)}
    stop = threading.Event()
    answers: list[tuple[int, str]] = []
    failed: list[Exception] = []

    def visit(n: int) -> None:
        while not stop.is_set():
            n = n % 5 + 1
            try:
                answers.append((n, told(n, settings)))
            except Exception as error:  # noqa: BLE001 - looked at below
                failed.append(error)

    visitors = [threading.Thread(target=visit, args=(first,)) for first in (0, 2)]
    for visitor in visitors:
        visitor.start()
    try:
        for _ in range(3):
            before = len(answers)
            server.restart()
            assert _eventually(lambda before=before: len(answers) > before + 2)
    finally:
        stop.set()
        for visitor in visitors:
            visitor.join()
    assert one_sentence_each(failed)
    assert not [(n, said) for n, said in answers if said != right[n]]
    assert {n: told(n, settings) for n in right} == right


@pytest.mark.parametrize("delay", [0.3, 1.5])
def test_a_restart_in_mid_ingest_loses_nothing_that_was_acknowledged(
    settings: Settings, server: Server, delay: float
) -> None:
    ingest([story(1)], settings=settings)
    acknowledged: list[int] = []
    failed: list[Exception] = []
    stop = threading.Event()

    def write() -> None:
        for n in range(2, 400):
            if stop.is_set():
                return
            try:
                ingest([story(n, 20)], settings=settings)
                acknowledged.append(n)
            except Exception as error:  # noqa: BLE001 - looked at below
                failed.append(error)
                stop.wait(0.2)  # hundreds of stories would fail while the server starts

    writer = threading.Thread(target=write)
    writer.start()
    writer.join(delay)
    server.restart()
    before = len(acknowledged)
    gone_on = _eventually(lambda: len(acknowledged) > before + 1)
    stop.set()
    writer.join()
    assert gone_on
    assert one_sentence_each(failed)
    assert {f"Town {n}" for n in [1, *acknowledged]} <= {article.title for article in articles(settings)}
    tried = range(2, max(acknowledged) + 1)
    again = ingest([story(n, 20) for n in tried], settings=settings)
    assert again.count("unchanged") >= len(acknowledged)
    assert {article.title for article in articles(settings)} == {f"Town {n}" for n in [1, *tried]}
    for n in (1, 2, max(acknowledged)):
        assert THINGS[n % 10] in told(n, settings)


def test_two_processes_ask_while_another_ingests(settings: Settings) -> None:
    ingest([story(1)], settings=settings)
    asking = (
        "import json, sys; from pathlib import Path; from ingest.settings import Settings; from qa import ask\n"
        "settings, found = Settings(data_dir=Path(sys.argv[1])), []\n"
        "for _ in range(10):\n"
        "    question = 'What did the council of town 1 vote to build?'\n"
        "    found.append(ask(question, articles=['https://example.com/1'], settings=settings).text)\n"
        "print(json.dumps(found))"
    )
    command = [sys.executable, "-c", asking, str(settings.data_dir)]
    pages = [subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for n in range(2, 8):
        assert ingest([story(n)], settings=settings).count("added") == 1
    for page in pages:
        said, _ = page.communicate(timeout=300)
        assert page.returncode == 0
        assert all("tunnel" in text for text in json.loads(said))
    assert len(articles(settings)) == 7
    assert all(THINGS[n % 10] in told(n, settings) for n in range(1, 8))


def test_the_commands_work_against_the_servers(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "town.txt").write_text(story(4).text)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DATA_DIR": str(settings.data_dir), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", *words]
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=tmp_path)

    assert run("ingest", "town.txt").returncode == 0
    assert "harbour" in run("qa", "What did the council vote to build?").stdout
    assert "town" in run("ingest", "--list").stdout
    assert run("ingest", "--rebuild").returncode == 0
    assert run("ingest", "--delete", "town.txt").returncode == 0
    assert run("qa", "What was built?").returncode == 1


def test_a_wrong_password_is_one_sentence_without_it(settings: Settings, postgres: Postgres) -> None:
    wrong = settings.model_copy(update={"database_url": postgres.url("postgres", "wr0ng-canary")})
    with pytest.raises(LibraryError) as caught:
        articles(wrong)
    assert "wr0ng-canary" not in str(caught.value)
    assert "password" in str(caught.value)


def _eventually(holds: Callable[[], bool], seconds: float = 120.0) -> bool:
    done = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if holds():
            return True
        done.wait(0.1)
    return False
