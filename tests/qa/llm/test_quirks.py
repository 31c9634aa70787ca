"""Every quirk that servers have been seen to have is played, and a person gets what the model meant."""

import pytest

from ingest.errors import ModelError
from qa.llm.choice import configured_model
from qa.llm.client import Model
from qa.llm.usage import Message, UsageMeter
from tests.openai_server import Failure, ModelServer, Raw
from tests.quirks import QUIRKS, RIGHT, STREAMS, Quirk, stream
from tests.test_project import ROOT

ASKED: list[Message] = [{"role": "user", "content": "How long will the bridge be closed?"}]


def shown(model: Model) -> str:
    return "".join(model.stream(ASKED, max_tokens=9, usage=UsageMeter()))


def played(server: ModelServer, quirk: Quirk) -> Model:
    server.reply = quirk.reply
    for name, value in quirk.server.items():
        setattr(server, name, value)
    return configured_model(server.settings(openai_timeout=quirk.seconds, openai_retries=0))


@pytest.mark.parametrize("name", QUIRKS)
def test_a_quirk_of_a_server_shows_what_the_model_meant(model_server: ModelServer, name: str) -> None:
    quirk = QUIRKS[name]
    model_server.pieces = 50
    model = played(model_server, quirk)
    if quirk.fails:
        with pytest.raises(ModelError) as caught:
            shown(model)
        assert quirk.sees in str(caught.value)
        assert "\n" not in str(caught.value)
    else:
        assert shown(model) == quirk.sees


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_no_quirk_of_a_stream_depends_on_how_it_is_cut(model_server: ModelServer, size: int) -> None:
    for name, quirk in STREAMS.items():
        if isinstance(quirk.reply, Raw) and not quirk.reply.stays:
            model_server.pieces = size
            assert shown(played(model_server, quirk)) == quirk.sees, name


def test_tokens_that_are_told_in_part_are_estimated_for_the_rest(model_server: ModelServer) -> None:
    usage = UsageMeter()
    model = played(model_server, STREAMS["usage has no completion_tokens"])
    assert "".join(model.stream(ASKED, max_tokens=9, usage=usage)) == RIGHT
    assert (usage.prompt_tokens, usage.completion_tokens, usage.calls) == (7, (len(RIGHT) + 3) // 4, 1)


@pytest.mark.parametrize("least", [16, 100])
def test_a_server_that_wants_more_tokens_is_asked_for_them_from_then_on(model_server: ModelServer, least: int) -> None:
    model_server.least, model_server.yes = least, 0.9
    model = configured_model(model_server.settings())
    assert model.yes(ASKED, UsageMeter()) == pytest.approx(0.9, abs=0.02)
    asked = len(model_server.chats)
    assert model.yes(ASKED, UsageMeter()) == pytest.approx(0.9, abs=0.02)
    assert [request.body["max_tokens"] for request in model_server.chats[asked:]] == [least]


def test_a_model_that_thinks_first_is_taken_back_once_and_then_waited_for(model_server: ModelServer) -> None:
    from qa.llm.thoughts import TAKEN_BACK

    model_server.reply = f"Let me look. Sentence 3 has it.\n</think>\n\n{RIGHT}"
    model = configured_model(model_server.settings())
    assert shown(model).rpartition(TAKEN_BACK)[2] == RIGHT
    assert shown(model) == RIGHT


@pytest.mark.parametrize("ending", ["", "/", "/chat/completions", "/chat/completions/"])
def test_an_address_of_azures_kind_keeps_its_version_and_brings_its_key(model_server: ModelServer, ending: str) -> None:
    model_server.reply = RIGHT
    url = f"{model_server.url.removesuffix('/v1')}/openai/deployments/m{ending}?api-version=2024-10-21"
    assert shown(configured_model(model_server.settings(openai_base_url=url, openai_api_key="sk-1"))) == RIGHT
    assert model_server.chats[0].path == "/openai/deployments/m/chat/completions?api-version=2024-10-21"
    assert model_server.chats[0].headers["api-key"] == "sk-1"


def test_a_second_request_goes_by_the_same_line(model_server: ModelServer) -> None:
    """A model that is closed gives its line back, and opens another for the next request."""
    model_server.reply = stream({"choices": [{"index": 0, "message": {"content": RIGHT}}]})
    with configured_model(model_server.settings()) as model:
        assert shown(model) == RIGHT
    assert shown(model) == RIGHT


def test_a_wrong_key_is_tried_once(model_server: ModelServer) -> None:
    model_server.reply = Failure(401)
    with pytest.raises(ModelError, match="does not accept the key"):
        shown(configured_model(model_server.settings(openai_retries=2)))
    assert len(model_server.chats) == 1


def test_every_quirk_is_in_the_table_of_the_documentation() -> None:
    told = (ROOT / "docs" / "models.md").read_text("utf-8")
    assert [name for name in QUIRKS if f"| {name} |" not in told] == []
