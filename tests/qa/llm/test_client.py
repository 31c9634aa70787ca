"""A language model is asked over real HTTP, and every way in which it can fail is one sentence."""

import threading
from pathlib import Path

import pytest

from ingest.errors import ModelError
from ingest.failures import retry_after
from ingest.settings import Settings
from qa.llm.choice import DEFAULT_MODEL, check_model, chosen_model, configured_model
from qa.llm.client import Model
from qa.llm.parameters import share_of_yes
from qa.llm.thoughts import ThoughtFilter
from qa.llm.usage import Message, UsageMeter
from tests.openai_server import DRIP, GARBAGE, HANG, PAGE, Failure, Messages, ModelServer

ASKED: list[Message] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How long was it?"}]
KEY = "sk-secret-0123456789"


def said(model: Model, usage: UsageMeter | None = None) -> str:
    return "".join(model.stream(ASKED, max_tokens=50, usage=usage or UsageMeter()))


def failure(model: Model) -> str:
    with pytest.raises(ModelError) as caught:
        said(model)
    return str(caught.value)


def test_text_comes_piece_by_piece_as_the_server_says_it(model_server: ModelServer) -> None:
    model_server.reply = "Over two hours — 🕑 [1]."
    pieces = list(configured_model(model_server.settings()).stream(ASKED, max_tokens=50, usage=UsageMeter()))
    assert len(pieces) > 3
    assert "".join(pieces) == "Over two hours — 🕑 [1]."
    assert model_server.chats[0].body["max_tokens"] == 50
    assert model_server.chats[0].messages == ASKED


def test_closing_the_stream_hangs_up_at_once(model_server: ModelServer) -> None:
    model_server.reply, model_server.pause = "word " * 1000, 0.02
    meter = UsageMeter()
    stream = configured_model(model_server.settings()).stream(ASKED, max_tokens=50, usage=meter)
    assert next(filter(None, stream))
    stream.close()
    assert model_server.chats[0].hung_up.wait(60)
    assert model_server.chats[0].sent < 200
    assert meter.calls == 1
    assert meter.completion_tokens > 0


def test_tokens_are_those_that_the_server_tells_else_an_estimate(model_server: ModelServer) -> None:
    model_server.reply = "Over two hours."
    told, estimated = UsageMeter(), UsageMeter()
    model = configured_model(model_server.settings())
    said(model, told)
    model_server.tells_usage = False
    said(model, estimated)
    assert (told.prompt_tokens, told.completion_tokens, told.calls) == (6, 3, 1)
    assert (estimated.prompt_tokens, estimated.completion_tokens) == (7, 4)
    assert 0 < (told.first_word or 0) < 20


@pytest.mark.parametrize(
    ("refused", "gone", "kept"),
    [
        ({"stream_options"}, "stream_options", "temperature"),
        ({"temperature"}, "temperature", "stream_options"),
        ({"max_tokens"}, "max_tokens", "max_completion_tokens"),
        ({"temperature", "max_tokens", "stream_options"}, "temperature", "max_completion_tokens"),
    ],
)
def test_what_a_server_refuses_is_left_out_from_then_on(
    model_server: ModelServer, refused: set[str], gone: str, kept: str
) -> None:
    model_server.reply, model_server.refuses = "Yes.", refused
    model = configured_model(model_server.settings())
    assert said(model) == "Yes."
    asked = len(model_server.chats)
    assert said(model) == "Yes."
    assert len(model_server.chats) == asked + 1
    assert gone not in model_server.chats[-1].body
    assert kept in model_server.chats[-1].body


SCHEMA = {"type": "object", "properties": {"tells": {"type": "string"}}}


def with_schema(model: Model) -> str:
    return "".join(model.stream(ASKED, max_tokens=50, usage=UsageMeter(), schema=SCHEMA))


@pytest.mark.parametrize("reply", ['{"tells": "yes"}', '\n {"tells": "yes"}', '```json\n{"tells": "yes"}\n```'])
def test_an_object_is_asked_for_by_its_schema(model_server: ModelServer, reply: str) -> None:
    model_server.reply, model_server.schema_reply, model_server.pieces = "Yes.", reply, 1
    model = configured_model(model_server.settings())
    assert with_schema(model) == reply.lstrip()
    asked = model_server.chats[0].body["response_format"]
    assert asked == {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}
    assert model.takes_schema
    assert said(model) == "Yes."
    assert "response_format" not in model_server.chats[1].body


@pytest.mark.parametrize("refused", [set(), {"response_format"}])
def test_a_server_that_ignores_or_refuses_a_schema_is_remembered(model_server: ModelServer, refused: set[str]) -> None:
    model_server.refuses = refused
    model = configured_model(model_server.settings())
    assert model.takes_schema
    assert with_schema(model) == "Yes."
    assert not model.takes_schema
    asked = len(model_server.chats)
    assert with_schema(model) == "Yes."
    assert len(model_server.chats) == asked + 1
    assert "response_format" not in model_server.chats[-1].body
    assert not configured_model(model_server.settings()).takes_schema


FAILURES = {
    "401": (Failure(401), "does not accept the key"),
    "403": (Failure(403), "does not accept the key"),
    "404": (Failure(404), "has no language model at this address"),
    "429": (Failure(429), "refuses more requests for now"),
    "500": (Failure(500), "failed with status 500"),
    "hang": (HANG, "did not answer within 1 s"),
    "drip": (DRIP, "did not answer within 1 s"),
    "drip of headers": (Failure(how="drip_headers"), "did not answer within 1 s"),
    "cut": (Failure(how="cut", said="Over two ho"), "broke off in the middle"),
    "end without an end": (Failure(how="silent", said="Over two ho"), "broke off in the middle"),
    "error in the stream": (Failure(how="error", said="Ov", body="Out of memory"), "of its reply: Out of memory."),
    "invalid JSON": (GARBAGE, "did not answer like a language model"),
    "page": (PAGE, "did not answer like a language model"),
    "nothing": ("", "replied with nothing"),
    "white space": ("\n \n", "replied with nothing"),
    "thoughts alone": ("<think>Hm, hm.</think>\n", "replied with nothing"),
    "too long": (Failure(400, body='{"error": {"message": "maximum context length is 8"}}'), "finds the text too long"),
    "no credit": (Failure(429, body='{"error": {"message": "x", "code": "insufficient_quota"}}'), "no credit left"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_is_one_sentence_and_what_to_do(model_server: ModelServer, name: str) -> None:
    model_server.reply, sentence = FAILURES[name]
    seconds = 1 if "within" in sentence else 20
    model = configured_model(model_server.settings(openai_timeout=seconds, openai_retries=0, openai_api_key=KEY))
    message = failure(model)
    assert sentence in message
    assert KEY not in message


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("http://127.0.0.1:9/v1", "cannot be reached"), ("{root}", "no language model at this address")],
)
def test_a_wrong_address_is_said_with_what_to_change(model_server: ModelServer, url: str, sentence: str) -> None:
    url = url.format(root=model_server.url.removesuffix("/v1"))
    message = failure(configured_model(model_server.settings(openai_base_url=url, openai_retries=0)))
    assert sentence in message
    assert url in message


def test_a_server_that_repeats_the_key_does_not_bring_it_into_an_error(model_server: ModelServer) -> None:
    model_server.reply = Failure(400, body=f'{{"error": {{"message": "bad key {KEY}"}}}}')
    message = failure(configured_model(model_server.settings(openai_api_key=KEY)))
    assert "bad key …" in message
    assert KEY not in message


def test_a_failure_that_may_pass_is_tried_again_after_the_wait_that_the_server_asks(model_server: ModelServer) -> None:
    rested = threading.Timer(0.9, lambda: None)

    def reply(_: Messages) -> str | Failure:
        """Nothing until the wait is over, then one more failure."""
        if len(model_server.chats) == 1:
            rested.start()
        if rested.is_alive() or len(model_server.chats) == 1:
            return Failure(429, retry_after="1")
        return Failure(500) if len(model_server.chats) == 2 else "Over two hours."

    model_server.reply = reply
    assert said(configured_model(model_server.settings())) == "Over two hours."
    assert len(model_server.chats) == 3


def test_a_server_that_asks_to_wait_an_hour_is_not_waited_for(model_server: ModelServer) -> None:
    model_server.reply = Failure(429, retry_after="3600")
    assert "asks to wait 3,600 seconds" in failure(configured_model(model_server.settings()))
    assert len(model_server.chats) == 1


def test_retries_end_with_the_setting(model_server: ModelServer) -> None:
    model_server.reply = Failure(503)
    failure(configured_model(model_server.settings(openai_retries=1)))
    assert len(model_server.chats) == 2


@pytest.mark.parametrize("probability", [0.0, 0.25, 0.9, 1.0])
def test_yes_is_the_share_of_yes_among_yes_and_no(model_server: ModelServer, probability: float) -> None:
    model_server.yes = probability
    meter = UsageMeter()
    assert configured_model(model_server.settings()).yes(ASKED, meter) == pytest.approx(probability, abs=0.02)
    assert model_server.chats[0].body["max_tokens"] == 1
    assert meter.calls == 1


@pytest.mark.parametrize("refused", [set(), {"logprobs"}])
def test_a_server_without_probabilities_is_asked_for_them_once(model_server: ModelServer, refused: set[str]) -> None:
    model_server.refuses = refused
    model = configured_model(model_server.settings())
    assert model.yes(ASKED, UsageMeter()) is None
    asked = len(model_server.chats)
    assert model.yes(ASKED, UsageMeter()) is None
    assert configured_model(model_server.settings()).yes(ASKED, UsageMeter()) is None
    assert len(model_server.chats) == asked


def test_yes_and_no_are_read_in_any_case_and_with_any_space_and_mark() -> None:
    assert share_of_yes([("YES", -1.0), (" no.", -1.0)]) == pytest.approx(0.5)
    assert share_of_yes([("The", -0.1)]) is None


@pytest.mark.parametrize(
    ("server", "name", "cost"),
    [
        ("", "gpt-4.1-mini-2025-04-14", 1.2),
        ("https://openrouter.ai/api/v1", "openai/gpt-4.1-mini", 1.2),
        ("", "gpt-of-tomorrow", None),
        ("http://127.0.0.1:9/v1", "gpt-4.1-mini", None),
    ],
)
def test_list_prices_are_those_of_the_model_at_its_own_provider(server: str, name: str, cost: float | None) -> None:
    priced = configured_model(Settings(openai_api_key=KEY, openai_model=name, openai_base_url=server)).price
    cost_of_a_call = UsageMeter(prompt_tokens=1_000_000, completion_tokens=500_000, calls=1).usage(priced).cost
    assert cost_of_a_call == (cost and pytest.approx(cost))


def test_the_cost_is_known_for_openai_set_by_a_person_or_unknown(model_server: ModelServer) -> None:
    meter = UsageMeter(prompt_tokens=1_000_000, completion_tokens=500_000, calls=1)
    openai = configured_model(Settings(openai_api_key=KEY, openai_model="gpt-4.1-mini-2025-04-14"))
    assert meter.usage(openai.price).cost == pytest.approx(1.2)
    assert meter.usage(configured_model(model_server.settings()).price).cost is None
    assert meter.usage(configured_model(model_server.settings(price_in=1, price_out=2)).price).cost == pytest.approx(
        2.0
    )
    assert UsageMeter().usage(configured_model(model_server.settings()).price).cost == 0.0


def test_thoughts_before_the_text_are_left_out_however_they_are_cut(model_server: ModelServer) -> None:
    model_server.reply = "<think>\nIs it [2]? No.\n</think>\n\nOver <two> hours [1]."
    for model_server.pieces in (1, 3, 7, 1000):
        assert said(configured_model(model_server.settings())) == "Over <two> hours [1]."
    model = configured_model(model_server.settings())
    assert model.complete("Be brief.", "How long?", max_tokens=9) == "Over <two> hours [1]."


@pytest.mark.parametrize("text", ["<", "<th", "<thin ice", "1 < 2"])
def test_text_that_begins_like_a_thought_is_kept(text: str) -> None:
    speech = ThoughtFilter()
    assert "".join([said for letter in text for said in speech.heard(letter)] + speech.rest()) == text


def test_what_a_retry_after_can_say() -> None:
    assert retry_after({"retry-after": "1.5"}) == 1.5
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0
    assert all(retry_after({"retry-after": bad}) is None for bad in ("soon", "", "nan", "-1", "inf"))


def test_a_key_alone_takes_openais_small_model_and_nothing_is_asked() -> None:
    model = configured_model(Settings(openai_api_key=KEY))
    assert (model.name, model.server, model.local) == (DEFAULT_MODEL, "", False)
    assert KEY not in repr(model)


def test_the_only_model_of_a_server_is_taken_beside_that_for_embeddings(model_server: ModelServer) -> None:
    model_server.models = ["embedder", "llama"]
    settings = model_server.settings(openai_model="", openai_embed_model="embedder")
    assert configured_model(settings).name == "llama"


def test_of_several_models_one_must_be_named_and_some_are_listed(model_server: ModelServer) -> None:
    model_server.models = [f"m{n}" for n in range(8)]
    with pytest.raises(ModelError, match=r"8 models \(m0, m1, m2, m3, m4, …\).*OPENAI_MODEL"):
        configured_model(model_server.settings(openai_model=""))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "No language model is set"),
        ({"openai_base_url": "localhost:11434/v1"}, "'localhost:11434/v1', which is no URL"),
        ({"openai_api_key": "sk-“quoted”"}, "characters that no key has"),
    ],
)
def test_settings_that_cannot_work_are_said_before_anything_is_asked(changed: dict[str, str], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        configured_model(Settings(**changed))


def test_who_answers_is_chosen_by_the_settings(model_server: ModelServer, tmp_path: Path) -> None:
    assert chosen_model(Settings()) is None
    assert chosen_model(model_server.settings(answerer="quote")) is None
    auto, named = chosen_model(model_server.settings(answerer="auto")), chosen_model(model_server.settings())
    assert auto == named
    assert auto is not None
    assert not auto.local
    with pytest.raises(ModelError, match="No language model is set"):
        chosen_model(Settings(answerer="openai"))
    with pytest.raises(ModelError, match=r"make local-model|no such file"):
        chosen_model(Settings(answerer="local", local_model=str(tmp_path / "none.gguf")))


def test_a_check_passes_without_a_word_from_the_model(model_server: ModelServer) -> None:
    check_model(configured_model(model_server.settings()))
    assert not model_server.chats


def test_a_check_of_a_model_that_the_server_has_not_lists_some_that_it_has(model_server: ModelServer) -> None:
    with pytest.raises(ModelError, match=r"has no model gpt-9: .* It has test-model"):
        check_model(configured_model(model_server.settings(openai_model="gpt-9")))


def test_a_check_says_when_the_key_is_wrong(model_server: ModelServer) -> None:
    model_server.key = "right"
    with pytest.raises(ModelError, match="does not accept the key") as caught:
        check_model(configured_model(model_server.settings(openai_api_key=KEY)))
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("silent", [True, False])
def test_a_check_says_when_the_server_is_not_there(model_server: ModelServer, silent: bool) -> None:
    model_server.reply = HANG
    url = model_server.url if silent else "http://127.0.0.1:9/v1"
    with pytest.raises(ModelError, match="did not answer within 1 s" if silent else "cannot be reached"):
        check_model(configured_model(model_server.settings(openai_base_url=url, openai_timeout=1, openai_retries=0)))


def test_warming_reads_the_messages_for_one_token(model_server: ModelServer) -> None:
    configured_model(model_server.settings()).warm(ASKED)
    assert model_server.chats[0].body["max_tokens"] == 1
    assert model_server.chats[0].messages == ASKED
