"""The page's server without a browser: its door, its articles, its port."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from ingest import articles
from ingest.errors import SettingsError
from ingest.settings import Settings
from page.conversation import turns_of
from page.examples import examples
from page.guard import allowed_hosts, refusal
from page.serving import check_port
from ui import build_app

BASE = "http://127.0.0.1:7860"
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(build_app(Settings(data_dir=tmp_path_factory.mktemp("ui") / "data")), base_url=BASE)


def test_an_empty_library_opens_on_the_sample_article(settings: Settings) -> None:
    client = TestClient(build_app(settings), base_url=BASE)
    (listed,) = client.get("/articles").json()
    whole = client.get(f"/article/{listed['id']}").json()
    assert whole["text"] == articles(settings)[0].text
    assert all(whole["text"][start:end].strip() for start, end, _ in whole["sentences"])
    assert client.get("/article/nothing").status_code == 404
    assert client.get("/article/..%2F..%2Fetc").status_code == 404


def test_every_response_says_what_a_browser_may_do(client: TestClient) -> None:
    for path in ("/", "/articles", "/nothing"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_page_names_no_outside_host(client: TestClient) -> None:
    text = client.get("/").text
    assert "fonts.googleapis.com" not in text
    assert "Article QA" in text


@pytest.mark.parametrize(
    ("method", "headers", "refused"),
    [
        ("GET", {"host": "127.0.0.1:7860"}, False),
        ("GET", {"host": "localhost:7860"}, False),
        ("GET", {"host": "evil.example"}, True),
        ("POST", {"host": "127.0.0.1:7860", "origin": "http://evil.example"}, True),
        ("POST", {"host": "127.0.0.1:7860", "origin": "null"}, True),
        ("POST", {"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:7860"}, False),
        ("GET", {"host": "127.0.0.1:7860", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}, True),
        (
            "GET",
            {
                "host": "127.0.0.1:7860",
                "sec-fetch-site": "cross-site",
                "sec-fetch-mode": "navigate",
                "sec-fetch-dest": "document",
            },
            False,
        ),
    ],
)
def test_other_names_and_other_sites_are_kept_out(method: str, headers: dict[str, str], refused: bool) -> None:
    assert bool(refusal(method, Headers(headers), allowed_hosts("127.0.0.1"))) == refused


def test_a_page_open_to_others_goes_by_any_name() -> None:
    assert allowed_hosts("0.0.0.0") is None
    assert allowed_hosts("::1") is not None


def test_what_a_browser_kept_is_checked() -> None:
    good = {"asked": "Why?", "rendered": "x", "turn": {"question": "Why?", "answer": "x", "citations": []}}
    assert turns_of([good, {"asked": 1}, None, "x", {**good, "turn": {"colour": 1}}]) == [
        {**good, "turn": good["turn"]}
    ]
    assert turns_of(None) == []
    assert len(turns_of([good] * 100)) == 20


def test_a_port_in_use_is_told_with_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="PORT="):
            check_port("127.0.0.1", taken.getsockname()[1])


def test_example_questions_fit_the_article(sample_settings: Settings) -> None:
    assert "How long did the call last?" in examples(articles(sample_settings)[0])
    assert examples(None)


def test_the_page_starts_without_writing_gradios_type_stubs() -> None:
    code = (
        "import sys; from pathlib import Path; import ui; meta = sys.modules['gradio.component_meta']; "
        "print(meta.create_or_modify_pyi(object, '', []), callable(ui.gr.Textbox().submit))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "None True\n"
