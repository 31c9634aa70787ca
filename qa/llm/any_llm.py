"""Any LlamaIndex LLM in the place of a model on a server, held to the same form, time and sentences."""

import asyncio
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from ingest.errors import ModelError
from ingest.failures import ModelAddress, explain_own
from ingest.settings import Settings
from qa.llm.client import Model, Send
from qa.llm.protocol import Piece
from qa.llm.usage import Message

_COUNTS = (
    ("prompt_tokens", "completion_tokens"),
    ("input_tokens", "output_tokens"),
    ("prompt_token_count", "candidates_token_count"),
    ("prompt_eval_count", "eval_count"),
)
"""What the servers call the tokens read and written."""


@dataclass(frozen=True)
class AnyModel(Model):
    """A LlamaIndex LLM. It is asked as it was set up: its own temperature, tokens and retries hold.

    It runs in a thread of its own, since many have no way to be asked without one that waits. Whoever stops reading
    ends it with its next piece, and nobody waits for one that is silent for longer than `timeout`.
    """

    llm: Any = None

    @property
    def where(self) -> str:
        """How it is named to a person."""
        return f"The model {self.name}"

    @property
    def _address(self) -> str:
        return ""

    async def _ask(self, request: Mapping[str, Any], send: Send) -> None:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Exception | None] = loop.create_future()
        left = threading.Event()

        def end(error: Exception | None) -> None:
            if not ended.done():
                ended.set_result(error)

        def work() -> None:
            error: Exception | None = None
            try:
                with closing(_pieces(self.llm, request["messages"])) as pieces:
                    for piece in pieces:
                        if left.is_set():
                            return
                        send(piece)
            except Exception as raised:  # noqa: BLE001 - whatever an integration raises has its sentence
                error = raised
            loop.call_soon_threadsafe(end, error)

        threading.Thread(target=work, name="llm", daemon=True).start()
        try:
            async with asyncio.timeout(self.timeout):
                error = await ended
        except TimeoutError as late:
            error = late
        finally:
            left.set()
        if error:
            raise self._explained(error, self.timeout) from None

    def _explained(self, error: Exception, seconds: float) -> ModelError:
        if isinstance(error, ModelError | TimeoutError):
            return super()._explained(error, seconds)
        return ModelError(*explain_own(error, ModelAddress(self.where, self.name, key=self.key)))


def any_model(llm: Any, settings: Settings) -> Model:
    """The LLM as a model that answers by these settings. Raises ModelError for what is no LlamaIndex LLM."""
    from llama_index.core.base.llms.base import BaseLLM  # noqa: PLC0415 - loaded already by whoever made one

    if not isinstance(llm, BaseLLM):
        raise ModelError(f"llm is of the type {type(llm).__name__}, which is no LLM of LlamaIndex.", "Give another.")
    price = (settings.price_in, settings.price_out) if settings.price_in or settings.price_out else None
    name = llm.metadata.model_name
    named = name if name and name != "unknown" else llm.class_name()
    key = getattr(llm, "api_key", None)
    model = AnyModel(named, "", key if isinstance(key, str) else "", settings.openai_timeout, 0, price, llm=llm)
    model.traits.refused.update({"logprobs", "top_logprobs", "response_format"})
    return model


def _pieces(llm: Any, messages: Sequence[Message]) -> Generator[Piece]:
    """What the LLM says, as it says it, and the tokens where it tells of them."""
    sent = ""
    yield Piece()
    for response in _responses(llm, messages):
        whole = response.message.content if hasattr(response, "message") else response.text
        text = response.delta if response.delta is not None else (whole or "")[len(sent) :]
        sent += text
        yield Piece(text, tokens=_tokens_of(response))
    yield Piece(ended="stop")


def _responses(llm: Any, messages: Sequence[Message]) -> Iterator[Any]:
    from llama_index.core.base.llms.types import ChatMessage  # noqa: PLC0415 - loaded already

    chat = [ChatMessage(role=message["role"], content=message["content"]) for message in messages]
    chats = llm.metadata.is_chat_model
    given: dict[str, Any] = {"messages": chat} if chats else {"prompt": llm.messages_to_prompt(chat), "formatted": True}
    stream, whole = (llm.stream_chat, llm.chat) if chats else (llm.stream_complete, llm.complete)
    try:
        responses = iter(stream(**given))
        first = next(responses, None)
    except NotImplementedError:
        yield whole(**given)
        return
    if first is not None:
        yield first
    yield from responses


def _tokens_of(response: Any) -> tuple[int | None, int | None]:
    """The tokens read and written that a response tells of, in whatever words its server has for them."""
    raw = response.raw
    kept = raw if isinstance(raw, Mapping) else getattr(raw, "__dict__", {})
    places = (kept.get("usage"), kept.get("usage_metadata"), kept, response.additional_kwargs)
    for place in places:
        known = place if isinstance(place, Mapping) else getattr(place, "__dict__", {})
        for read, wrote in _COUNTS:
            if isinstance(known.get(wrote), int):
                count = known.get(read)
                return (count if isinstance(count, int) else None), known[wrote]
    return None, None
