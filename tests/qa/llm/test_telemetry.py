"""Each call of a model is told to LlamaIndex's handlers and, where one is set, to an OpenTelemetry collector."""

import subprocess
import sys
from typing import Any

import pytest

from ingest.errors import ModelError
from qa.llm.choice import chosen_model
from qa.llm.usage import UsageMeter
from tests.openai_server import Failure, ModelServer
from tests.web import Site

pytestmark = pytest.mark.slow

SECRET = "The article's own words."
KEY = "sk-secret-0123456789"
ASKED = [{"role": "user", "content": SECRET}]


def test_llamaindexs_handlers_get_the_messages_the_reply_and_its_tokens(model_server: ModelServer) -> None:
    from llama_index.core.instrumentation import get_dispatcher
    from llama_index.core.instrumentation.event_handlers import BaseEventHandler

    events: list[Any] = []

    class Kept(BaseEventHandler):
        def handle(self, event: Any, **_: Any) -> None:
            events.append(event)

    root = get_dispatcher()
    root.add_event_handler(Kept())
    try:
        model_server.reply = "Over two hours."
        model = chosen_model(model_server.settings())
        assert model is not None
        list(model.stream(ASKED, max_tokens=20, usage=UsageMeter()))
        model_server.reply = Failure(401)
        with pytest.raises(ModelError):
            list(model.stream(ASKED, max_tokens=20, usage=UsageMeter()))
    finally:
        root.event_handlers.pop()
    kinds = [event.class_name() for event in events]
    assert kinds == ["LLMChatStartEvent", "LLMChatEndEvent"] * 2
    assert events[0].messages[0].content == SECRET
    assert events[0].span_id == events[1].span_id
    assert events[1].response.message.content == "Over two hours."
    assert events[1].response.raw["usage"]["completion_tokens"] == 3


CODE = """
import sys
from ingest.settings import Settings
from qa.llm.choice import chosen_model
from qa.llm.usage import UsageMeter
model = chosen_model(Settings())
print("".join(model.stream([{"role": "user", "content": sys.argv[1]}], max_tokens=20, usage=UsageMeter())))
print("llama_index" in sys.modules)
"""


def run(model_server: ModelServer, endpoint: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """A process of its own that asks once: what it tells is sent when it ends."""
    from tests.test_project import ROOT

    told = {"OPENAI_BASE_URL": model_server.url, "OPENAI_MODEL": "test-model", "OPENAI_API_KEY": KEY}
    told |= {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", before + CODE, SECRET], capture_output=True, text=True, check=False, env=told
    )


def test_a_collector_is_told_names_and_tokens_but_no_text_and_no_key(model_server: ModelServer, site: Site) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="needs the extra telemetry")
    site.pages["/v1/traces"] = (200, {"content-length": "0"}, b"")
    model_server.reply = "Over two hours."
    done = run(model_server, site.url)
    assert done.stdout == "Over two hours.\nFalse\n", done.stderr
    sent = b"".join(body for path, _, body in site.requests if path == "/v1/traces")
    if sent.startswith(b"\x1f\x8b"):
        import gzip

        sent = gzip.decompress(sent)
    assert b"gen_ai.usage.output_tokens" in sent
    assert b"test-model" in sent
    assert not any(private.encode() in sent for private in (SECRET, KEY, "two hours"))


def test_a_missing_extra_is_one_warning_and_the_answer_comes(model_server: ModelServer) -> None:
    missing = "import sys; sys.modules['opentelemetry.exporter.otlp.proto.http'] = None\n"
    done = run(model_server, "http://127.0.0.1:9", missing)
    assert done.stdout == "Yes.\nFalse\n"
    assert done.stderr.count("pip install '.[telemetry]'") == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_collector_that_is_not_there_does_not_stop_an_answer(model_server: ModelServer) -> None:
    done = run(model_server, "http://127.0.0.1:9")
    assert done.returncode == 0
    assert done.stdout == "Yes.\nFalse\n"
