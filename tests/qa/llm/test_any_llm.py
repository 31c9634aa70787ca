"""Any LLM of LlamaIndex answers, held to the article as a model on a server is; each failure is one sentence."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from llama_index.core.base.llms.types import CompletionResponse
from llama_index.core.llms import LLM
from llama_index.core.llms.mock import MockLLM
from llama_index.llms.openai import OpenAI

from ingest.errors import ModelError
from ingest.settings import Settings
from qa import ask
from qa.answer import stream
from qa.llm.any_llm import any_model
from qa.llm.usage import Message, UsageMeter
from qa.schema import AnswerEvent, TextEvent
from tests.openai_server import Failure, ModelServer
from tests.scripted_llm import KEY, RIGHT, Chatting, Completing, Whole

LONG = "How long did the call last?"
ASKED: list[Message] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": LONG}]


def said(llm: LLM, **settings: Any) -> str:
    return "".join(any_model(llm, Settings(**settings)).stream(ASKED, max_tokens=9, usage=UsageMeter()))


@pytest.mark.parametrize("kind", [Completing, Chatting, Whole])
def test_an_llm_answers_and_is_held_to_the_article(sample_settings: Settings, kind: type[Completing]) -> None:
    llm = kind(says=f"{RIGHT} It cost 40 million euros [3].")
    text = ""
    for event in stream(LONG, llm=llm, settings=sample_settings):
        if isinstance(event, TextEvent):
            text = event.text if event.anew else text + event.text
        if isinstance(event, AnswerEvent):
            answer = event.answer
    assert text == answer.text
    assert answer.model == llm.metadata.model_name
    assert "more than two hours" in answer.citations[0].quote
    assert [claim.support for claim in answer.claims] == ["supported", "unsupported"]
    assert answer.usage.completion_tokens > 0
    assert answer.usage.cost is None


def test_a_real_integration_answers_over_http(model_server: ModelServer, sample_settings: Settings) -> None:
    model_server.models, model_server.reply = ["gpt-4.1-mini"], RIGHT
    llm = OpenAI(model="gpt-4.1-mini", api_base=model_server.url, api_key=KEY, max_retries=0)
    answer = ask(LONG, llm=llm, settings=sample_settings)
    assert (answer.model, answer.status) == ("gpt-4.1-mini", "answered")
    assert answer.note == ""
    model_server.reply = Failure(401, body=f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}')
    answer = ask(LONG, llm=llm, settings=sample_settings)
    assert answer.model == "quote"
    assert answer.note.startswith("The model gpt-4.1-mini does not accept the key.")
    assert KEY not in answer.model_dump_json()


def test_llamaindexs_own_mock_says_nothing_that_the_article_holds(sample_settings: Settings) -> None:
    answer = ask(LONG, llm=MockLLM(max_tokens=5), settings=sample_settings)
    assert answer.model == "quote"
    assert "more than two hours" in answer.text


@pytest.mark.parametrize("thought", ["<think>Hm [9].</think>", "<|channel|>analysis<|message|>Hm<|end|>"])
def test_its_thoughts_are_left_out(thought: str) -> None:
    assert said(Chatting(says=thought + RIGHT)) == RIGHT


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (RuntimeError(f"bad key {KEY}"), "The model scripted failed: RuntimeError: bad key …."),
        (ConnectionError("no\nroute"), "The model scripted failed: ConnectionError: no route."),
        (TimeoutError(), "The model scripted did not answer within 20 s."),
        (ModelError("It is off.", "Turn it on."), "It is off. Turn it on."),
        (type("RateLimitError", (Exception,), {"status_code": 429})("x"), "refuses more requests for now."),
        (type("APIConnectionError", (Exception,), {})("x"), "The model scripted cannot be reached."),
        (ValueError(""), "The model scripted failed: ValueError."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_way_to_fail_is_one_sentence_without_the_key(fault: Exception, sentence: str) -> None:
    with pytest.raises(ModelError) as caught:
        said(Completing(fault=fault), openai_timeout=20)
    assert sentence in str(caught.value)
    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_llm_that_is_silent_is_not_waited_for_any_longer() -> None:
    released = threading.Event()

    class Silent(Completing):
        def stream_complete(self, *_: Any, **__: Any) -> Iterator[CompletionResponse]:
            released.wait()
            yield CompletionResponse(text="", delta="")

    try:
        with pytest.raises(ModelError, match=r"did not answer within 0\.5 s"):
            said(Silent(), openai_timeout=0.5)
    finally:
        released.set()


def test_its_tokens_are_those_that_it_tells_else_an_estimate() -> None:
    told, estimated = UsageMeter(), UsageMeter()
    for usage, counts in ((told, {"input_tokens": 11, "output_tokens": 5}), (estimated, {})):
        list(any_model(Completing(usage=counts), Settings()).stream(ASKED, max_tokens=9, usage=usage))
    assert (told.prompt_tokens, told.completion_tokens) == (11, 5)
    assert estimated.completion_tokens == (len(RIGHT) + 3) // 4


def test_what_is_no_llm_is_said() -> None:
    with pytest.raises(ModelError, match="type str, which is no LLM of LlamaIndex"):
        ask(LONG, llm="gpt-4.1")  # type: ignore[arg-type]
