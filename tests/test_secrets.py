"""A key or password that is set is found in nothing that comes out: no error, log, report, export, page or process list."""

import base64
import json
import logging
import os
import socket
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from ingest import RawDocument, articles, ingest
from ingest.embed import OpenAIEmbedder
from ingest.errors import ArticleQAError, EncoderError
from ingest.sample import sample
from ingest.settings import Settings
from qa import ask
from tests.openai_server import DRIP, GARBAGE, HANG, PAGE, Failure, ModelServer
from tests.page.visitor import Visitor
from tests.web import Site

ROOT = Path(__file__).resolve().parents[1]
KEY, JUDGE, PASSWORD, LOGIN = "sk-canary-4711-key", "sk-canary-0815-judge", "canary-2342-password", "canary-1337-login"
SECRETS = {
    "OPENAI_API_KEY": KEY,
    "JUDGE_API_KEY": JUDGE,
    "DATABASE_URL": f"postgresql+psycopg://qa:{PASSWORD}@127.0.0.1:9/articles",
}
ECHO = json.dumps({"error": {"message": f"Bad request with the header Authorization: Bearer {KEY}", "type": "x"}})
FAILURES = {
    "bad key": Failure(401, body=ECHO),
    "forbidden": Failure(403, body=ECHO),
    "bad request": Failure(400, body=ECHO),
    "no model": Failure(404, body=ECHO),
    "too many": Failure(429, body=ECHO),
    "broken": Failure(500, body=ECHO),
    "error in the stream": Failure(how="error", said="Over", body=f"The key {KEY} has run out."),
    "cut": Failure(how="cut", said="Over two"),
    "timeout": HANG,
    "drip": DRIP,
    "garbage": GARBAGE,
    "a page": PAGE,
}
MODEL_URLS = [
    f"http://qa:{LOGIN}@127.0.0.1:9/v1",
    f"http://qa:{LOGIN}@127.0.0.1:port/v1",
    f"http://qa:{LOGIN}@[::1/v1",
    f"ftp://qa:{LOGIN}@127.0.0.1/v1",
    f"qa:{LOGIN}@127.0.0.1:9/v1",
]
DEBUG = "import logging, runpy, sys; logging.basicConfig(level=logging.DEBUG); sys.argv = sys.argv[1:]; "


def clean(text: str) -> bool:
    """Whether no secret stands in it, nor a secret's telling part."""
    assert text
    return "canary" not in text


def run(
    tmp_path: Path, module: str, *words: str, logs: bool = False, **settings: str
) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with a key that is set, and all that is logged where that is wished for."""
    start = ["-c", f"{DEBUG}runpy.run_module('{module}', run_name='__main__')", module] if logs else ["-m", module]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(tmp_path / "data"),
        **SECRETS,
        "DATABASE_URL": "",
        "OPENAI_RETRIES": "0",
        "OPENAI_TIMEOUT": "4",
        **settings,
    }
    return subprocess.run(
        [sys.executable, *start, *words], check=False, capture_output=True, text=True, env=environment, cwd=tmp_path
    )


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose `data` holds the sample article."""
    folder = tmp_path_factory.mktemp("secrets")
    ingest(sample(), settings=Settings(data_dir=folder / "data"))
    return folder


def asked(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": server.url, "OPENAI_MODEL": server.models[0], "ANSWERER": "openai"}


def shown(call: Callable[[], object], logs: pytest.LogCaptureFixture) -> str:
    """All that a call gives away: what it returns, or its error with the whole traceback, and everything logged."""
    logs.clear()
    with logs.at_level(logging.DEBUG):
        try:
            told = str(call())
        except ArticleQAError as error:
            told = f"{error} {error!r} {error.hint}" + "".join(traceback.format_exception(error))
    return f"told: {told} {logs.text}"


@pytest.mark.parametrize("name", FAILURES)
def test_no_failure_of_a_model_tells_the_key(
    held: Path, model_server: ModelServer, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    model_server.reply = FAILURES[name]
    settings = model_server.settings(
        data_dir=held / "data", openai_api_key=KEY, judge_api_key=JUDGE, openai_timeout=4, openai_retries=0
    )
    assert clean(shown(lambda: ask("Why was the call delayed?", settings=settings).model_dump_json(), caplog))
    assert model_server.requests[-1].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(("name", "word"), [("bad key", "--debug"), ("error in the stream", "--json")])
def test_no_command_tells_the_key_when_a_model_fails(
    held: Path, model_server: ModelServer, name: str, word: str
) -> None:
    model_server.reply = FAILURES[name]
    done = run(held, "qa", "Why was the call delayed?", word, logs=True, **asked(model_server))
    assert clean(done.stdout + done.stderr)


def test_a_server_that_is_not_there_and_one_that_answers_are_logged_without_the_key(
    held: Path, model_server: ModelServer
) -> None:
    for url in (model_server.url, "http://127.0.0.1:9/v1"):
        settings = {**asked(model_server), "OPENAI_BASE_URL": url}
        done = run(held, "qa", "Why was the call delayed?", "--debug", logs=True, **settings)
        assert "DEBUG" in done.stderr
        assert clean(done.stdout + done.stderr)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500])
def test_no_failure_of_an_embedding_server_tells_the_key(
    tmp_path: Path, site: Site, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    site.pages["/v1/embeddings"] = (status, {"Content-Type": "application/json"}, ECHO.encode())
    url = f"{site.url}/v1"
    settings = Settings(data_dir=tmp_path, openai_api_key=KEY, openai_base_url=url, openai_embed_model="m")
    settings = settings.model_copy(update={"openai_timeout": 4.0, "openai_retries": 0})
    told = shown(lambda: ingest(RawDocument(origin="a", text="Rain fell on Monday."), settings=settings), caplog)
    assert site.requests
    assert "EncoderError" in told
    assert clean(told)


def test_the_command_tells_no_key_when_an_embedding_server_fails(tmp_path: Path, site: Site) -> None:
    site.pages["/v1/embeddings"] = (401, {"Content-Type": "application/json"}, ECHO.encode())
    (tmp_path / "a.txt").write_text("Rain fell on Monday.")
    server = {"OPENAI_BASE_URL": f"{site.url}/v1", "OPENAI_EMBED_MODEL": "m"}
    done = run(tmp_path, "ingest", "a.txt", "--debug", logs=True, **server)
    assert done.returncode == 1
    assert clean(done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", SECRETS["DATABASE_URL"]),
        ("database_url", f"nonsense://qa:{PASSWORD}@127.0.0.1/articles"),
        ("database_url", f"postgresql+psycopg://qa:{PASSWORD}@[::1/articles"),
        ("database_url", f"postgresql+psycopg://qa:{PASSWORD}@127.0.0.1:port/articles"),
        ("database_url", f"qa:{PASSWORD}@127.0.0.1/articles"),
        ("chroma_url", f"http://qa:{LOGIN}@127.0.0.1:9"),
        ("chroma_url", f"http://qa:{LOGIN}@127.0.0.1:port"),
        ("chroma_url", f"qa:{LOGIN}@127.0.0.1:9"),
        ("otel_exporter_otlp_endpoint", f"http://qa:{LOGIN}@127.0.0.1:9"),
    ],
)
def test_a_url_with_a_password_is_shown_without_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, value: str
) -> None:
    settings = Settings(data_dir=tmp_path / "data", openai_base_url="http://127.0.0.1:9/v1", openai_retries=0)
    settings = settings.model_copy(update={"answerer": "openai", "openai_model": "m", name: value})
    assert clean(whatever_is_done(settings, caplog))


@pytest.mark.parametrize("url", MODEL_URLS)
def test_an_embedding_servers_url_is_shown_without_its_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    settings = Settings(
        data_dir=tmp_path / "data", openai_base_url=url, openai_embed_model="m", answerer="quote", openai_retries=0
    )
    told = whatever_is_done(settings, caplog)
    assert "EncoderError" in told
    assert clean(told)


@pytest.mark.parametrize("url", MODEL_URLS)
def test_a_model_servers_url_is_shown_without_its_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    settings = Settings(
        data_dir=tmp_path / "data", openai_base_url=url, openai_model="m", answerer="openai", openai_retries=0
    )
    assert clean(whatever_is_done(settings, caplog))


def whatever_is_done(settings: Settings, logs: pytest.LogCaptureFixture) -> str:
    """All that ingesting, listing and asking give away."""
    story = RawDocument(origin="a", text="Rain fell on Monday.")
    told = shown(lambda: ingest(story, settings=settings), logs)
    told += shown(lambda: articles(settings), logs)
    return told + shown(lambda: ask("When did rain fall?", settings=settings), logs)


def test_a_login_in_the_url_of_an_embedding_server_is_sent_to_it(site: Site) -> None:
    site.pages["/v1/embeddings"] = (404, {}, b"{}")
    embedder = OpenAIEmbedder("m", site.url.replace("//", f"//qa:{LOGIN}@") + "/v1", KEY, 4.0)
    with pytest.raises(EncoderError):
        embedder.embed(["x"])
    sent = {name.lower(): value for name, value in site.requests[0][1].items()}["authorization"]
    assert sent == "Basic " + base64.b64encode(f"qa:{LOGIN}".encode()).decode()


def test_a_setting_that_cannot_be_used_is_told_without_the_others(tmp_path: Path) -> None:
    done = run(
        tmp_path, "qa", "What happened?", "--debug", ANSWER_THRESHOLD="often", DATABASE_URL=SECRETS["DATABASE_URL"]
    )
    assert "ANSWER_THRESHOLD" in done.stderr
    assert clean(done.stdout + done.stderr)


def test_settings_show_no_secret_however_they_are_shown() -> None:
    own = Settings(openai_api_key=KEY, judge_api_key=JUDGE, **URLS)
    for shown in (repr(own), str(own), f"{own!r}", own.openai_api_key.__repr__()):
        assert clean(shown)
    assert clean(json.dumps({name: str(value) for name, value in own if "key" in name}))


URLS = {
    "database_url": SECRETS["DATABASE_URL"],
    "chroma_url": f"http://qa:{LOGIN}@127.0.0.1:9",
    "openai_base_url": f"http://qa:{LOGIN}@127.0.0.1:9/v1",
    "judge_base_url": f"http://qa:{LOGIN}@127.0.0.1:9/v1",
    "otel_exporter_otlp_endpoint": f"http://qa:{LOGIN}@127.0.0.1:9",
}


def test_a_run_its_report_and_its_page_hold_no_secret(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.reply = Failure(400, body=ECHO.replace(KEY, JUDGE))
    settings = {"JUDGE_MODEL": model_server.models[0], "JUDGE_BASE_URL": model_server.url, "ANSWERER": "quote"}
    settings |= {"DATABASE_URL": SECRETS["DATABASE_URL"]}  # a run of a set has a library of its own
    out = tmp_path / "out"
    done = run(tmp_path, "eval", "run", "sample", "--limit", "3", "--judge", "--out", str(out), logs=True, **settings)
    told = done.stdout + done.stderr
    told += "".join(path.read_text("utf-8") for path in out.rglob("*") if path.is_file())
    assert model_server.chats
    assert {"report.json", "report.html"} <= {path.name for path in out.rglob("*")}
    assert clean(told)


def test_a_collector_is_told_no_secret(held: Path, model_server: ModelServer, site: Site) -> None:
    site.pages["/v1/traces"] = (200, {}, b"")
    for reply in ("Putin was still speaking [1].", Failure(401, body=ECHO), Failure(how="error", body=f"no {KEY}")):
        model_server.reply = reply
        settings = {**asked(model_server), "OTEL_EXPORTER_OTLP_ENDPOINT": site.url}
        done = run(held, "qa", "Why was the call delayed?", "--debug", **settings)
        assert clean(done.stdout + done.stderr)
    assert site.requests
    for path, headers, body in site.requests:
        assert clean(f"{path} {headers} {body!r}")


@pytest.fixture
def page(held: Path, model_server: ModelServer) -> Iterator[tuple[str, subprocess.Popen[bytes], Path]]:
    """A page with all secrets set and a model that fails: its URL, its process, and the file of its output."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **SECRETS, "DATABASE_URL": "", "PYTHONPATH": str(ROOT), "DATA_DIR": str(held / "data")}
    environment |= {"PORT": str(port), "HOST": "127.0.0.1", **asked(model_server), "OPENAI_RETRIES": "0"}
    output = held / "page.log"
    start = f"{DEBUG}runpy.run_path({str(ROOT / 'ui.py')!r}, run_name='__main__')"
    with output.open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", start, "ui.py"], env=environment, cwd=held, stdout=log, stderr=log
        )
    try:
        while not listens(port):
            assert server.poll() is None, "the page did not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", server, output
    finally:
        server.terminate()
        server.wait()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_page_its_events_its_log_and_the_process_list_show_no_secret(
    page: tuple[str, subprocess.Popen[bytes], Path], model_server: ModelServer
) -> None:
    url, server, output = page
    model_server.reply = Failure(401, body=ECHO)
    told = ""
    for path in (
        "/",
        "/config",
        "/gradio_api/info",
        "/gradio_api/startup-events",
        "/articles",
        "/openapi.json",
        "/none",
    ):
        told += fetched(url + path)
    visitor = Visitor(url)
    for dependency in visitor.config["dependencies"]:
        given = ["Why was the call delayed?", *[None] * len(dependency["inputs"])][: len(dependency["inputs"])]
        with suppress(httpx.HTTPStatusError):  # what the door refuses is told too
            list(visitor._messages(dependency["id"], *given))
    told += visitor.received
    assert "process_completed" in told
    assert model_server.chats
    assert clean(told)
    assert clean(processes(server.pid))
    assert clean(output.read_text("utf-8", "replace"))


def fetched(url: str, body: object = None) -> str:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return str(reply.headers) + reply.read().decode()
    except urllib.error.HTTPError as error:
        return f"{error.headers} {error.read().decode()}"


def processes(pid: int) -> str:
    """The command line of a process and of all that it has started, and the environment of the latter."""
    told = ""
    with suppress(OSError):  # a child may end while it is looked at
        told = Path(f"/proc/{pid}/cmdline").read_text()
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            told += Path(f"/proc/{child}/environ").read_text() + processes(int(child))
    return told


def test_an_article_is_stored_without_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value if name != "DATABASE_URL" else "")
    ingest(RawDocument(origin="a", text="Rain fell on Monday."), settings=Settings(data_dir=tmp_path / "data"))
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if b"canary" in path.read_bytes()]


@pytest.mark.parametrize(
    "server", ["http://127.0.0.1:9/v1?key={}", "http://127.0.0.1:9/v1#{}", "http://qa:{}@127.0.0.1:9?a={}"]
)
def test_a_key_in_the_query_of_a_url_is_in_no_message(tmp_path: Path, server: str) -> None:
    """A visitor reads why no model answers. (What httpx logs of a request, when asked to, holds its whole URL.)"""
    behind = {"openai_base_url": server.format(LOGIN, LOGIN), "answerer": "openai", "openai_retries": 0}
    settings = Settings(data_dir=tmp_path / "data", **behind)  # type: ignore[arg-type]
    ingest(RawDocument(origin="a", text="Rain fell on Monday."), settings=settings)
    note = ask("When did rain fall?", settings=settings).note
    assert "127.0.0.1:9" in note
    assert clean(note)
