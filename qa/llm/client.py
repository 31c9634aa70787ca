"""A language model behind an OpenAI-compatible server. The only module that imports its client."""

import asyncio
import math
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, partial
from time import monotonic
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from ingest.errors import ModelError
from ingest.failures import URL_HINT, ModelAddress, explain, retry_after, timed_out
from ingest.urls import as_shown, endpoint, login_of
from qa.llm import telemetry
from qa.llm.background import finish, sent_by
from qa.llm.parameters import Traits, refused_parameters, share_of_yes
from qa.llm.protocol import Piece, ReplyReader
from qa.llm.thoughts import TAKEN_BACK, ThoughtFilter
from qa.llm.usage import Message, UsageMeter

OPENAI = "https://api.openai.com/v1"
_CHECK_SECONDS = 5.0
_AFTER_END = 1.0
"""Seconds in which a server may still tell the tokens after the end of its reply."""

T = TypeVar("T")
Send = Callable[[Piece], None]
_until: ContextVar[float] = ContextVar("until", default=math.inf)
"""When the call that is under way is out of time, by the clock of its event loop."""


@dataclass
class _Reply:
    """What is known of a reply beside its text."""

    ended: str = ""
    tokens: tuple[int | None, int | None] = (None, None)
    logprobs: tuple[tuple[str, float], ...] = ()
    characters: int = 0
    begun: float = 0.0

    def add(self, piece: Piece) -> None:
        self.begun = self.begun or monotonic()
        self.characters += len(piece.text)
        self.ended = piece.ended or self.ended
        read, wrote = piece.tokens
        self.tokens = (self.tokens[0] if read is None else read, self.tokens[1] if wrote is None else wrote)
        self.logprobs = self.logprobs or piece.logprobs


@dataclass(frozen=True)
class Model:
    """A model on a server. `server` is empty for OpenAI's own; the key is never part of an error.

    A call takes at most `timeout` seconds in all, with up to `retries` more requests when one fails in a way that may
    pass. `price` is dollars for a million tokens, read and written. `starts` starts the server of a local model and
    returns its URL. It can be closed, and is opened again by the next call.
    """

    name: str
    server: str
    key: str = field(repr=False)
    timeout: float
    retries: int = 2
    price: tuple[float, float] | None = None
    starts: Callable[[], str] | None = None
    traits: Traits = field(default_factory=Traits, init=False, repr=False, compare=False)
    """What has been learned of its server."""

    @property
    def local(self) -> bool:
        """Whether this is the model that runs in this process."""
        return self.starts is not None

    @property
    def takes_schema(self) -> bool:
        """Whether it is worth asking for a reply by a JSON schema: until the server has refused or ignored one."""
        return "response_format" not in self.traits.refused

    def close(self) -> None:
        """Give back the connections. A local model's server goes on: another may use it."""
        if client := self.__dict__.pop("_client", None):
            finish(client.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        usage: UsageMeter,
        stop: Sequence[str] = (),
        schema: Mapping[str, Any] | None = None,
    ) -> Generator[str]:
        """The reply's text, piece by piece as it comes, without the model's thoughts, and "" at every beat without any.

        The piece `TAKEN_BACK` says that all before it was a thought after all; it comes once for a model at most. With
        a JSON `schema` an object of that form is asked for, and not where `takes_schema` says that this is in vain.
        Closing the generator closes the connection at once, so that the server stops. Raises ModelError.
        """
        request = {"messages": list(messages), "max_tokens": max_tokens, "stream": True}
        request |= {"stream_options": {"include_usage": True}, "temperature": 0}
        request |= {"stop": list(stop)} if stop else {}
        request |= {"response_format": _response_format(schema)} if schema else {}
        reply, begun = _Reply(), ""
        for text in self._texts(request, reply, usage):
            if text.strip() and usage.first_word is None:
                usage.first_word = monotonic() - reply.begun
            begun += text if len(begun) < len(_FENCE) and text != TAKEN_BACK else ""
            if schema and begun and not _like_json(begun):
                self.traits.refused.add("response_format")
            yield text
        if not begun.strip():
            raise self._silent(reply.ended)

    def yes(self, messages: Sequence[Message], usage: UsageMeter) -> float | None:
        """How probable it is that the reply begins with yes rather than no, from 0 to 1.

        None where the server gives no probabilities, which is remembered, or neither word is probable. Raises
        ModelError.
        """
        return drained(self.ask_yes(messages, usage))

    def ask_yes(self, messages: Sequence[Message], usage: UsageMeter) -> Generator[str, None, float | None]:
        """What `yes` returns, after a "" at every beat until it is known. Closing the generator ends the request."""
        if "logprobs" in self.traits.refused:
            return None
        request = {"messages": list(messages), "max_tokens": 1, "temperature": 0, "logprobs": True, "top_logprobs": 10}
        reply = _Reply()
        for _ in self._texts(request, reply, usage):
            yield ""
        if not reply.logprobs:
            self.traits.refused |= {"logprobs", "top_logprobs"}
            return None
        return share_of_yes(reply.logprobs)

    def warm(self, messages: Sequence[Message]) -> None:
        """Let the server read these messages, so that a question that begins like them is quick. Raises ModelError."""
        request = {"messages": list(messages), "max_tokens": 1, "temperature": 0}
        drained(self._texts(request, _Reply(), UsageMeter()))

    def complete(self, instructions: str, text: str, *, max_tokens: int) -> str:
        """The model's reply to the text. Raises ModelError with one sentence for each way in which this can fail."""
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": text}]
        reply = _Reply()
        request = {"messages": messages, "max_tokens": max_tokens, "temperature": 0}
        content = "".join(self._texts(request, reply, UsageMeter())).rpartition(TAKEN_BACK)[2]
        if not content.strip():
            raise self._silent(reply.ended)
        return content

    def models(self) -> list[str]:
        """The names of the server's models. Raises ModelError."""
        seconds = min(self.timeout, _CHECK_SECONDS)

        async def ask() -> list[str]:
            client = await self._opened()
            async with asyncio.timeout(seconds):
                return [listed.id for listed in (await client.with_options(max_retries=0).models.list()).data]

        try:
            return finish(ask())
        except Exception as error:  # noqa: BLE001 - every kind has its sentence
            raise self._explained(error, seconds) from None

    def _texts(self, request: dict[str, Any], reply: _Reply, usage: UsageMeter) -> Generator[str, None, None]:
        """The texts of a reply and "" at every beat. Counts its tokens, also when it is closed early."""
        thoughts = ThoughtFilter(held=self.traits.thinks)
        messages = request["messages"]
        with telemetry.traced_call(self.name, self._address, messages, usage) as traced:
            try:
                with closing(sent_by(partial(self._ask, request))) as pieces:
                    for piece in pieces:
                        if piece:
                            reply.add(piece)
                        for text in thoughts.heard(piece.text) if piece else [""]:
                            traced.append(text)
                            yield text
                for text in thoughts.rest():
                    traced.append(text)
                    yield text
            finally:
                self.traits.thinks = self.traits.thinks or thoughts.orphaned
                if reply.begun:
                    usage.add(messages, reply.characters, reply.tokens)

    async def _ask(self, request: dict[str, Any], send: Send) -> None:
        """Ask, and send on the pieces of the reply, the first as the request begins. Raises ModelError."""
        client = await self._opened()
        _until.set(asyncio.get_running_loop().time() + self.timeout)
        reader = ReplyReader()
        try:
            async with asyncio.timeout_at(_until.get()) as limit:
                await self._send(client, request, reader, limit, send)
        except Exception as error:  # noqa: BLE001 - every kind has its sentence
            if not reader.ended:
                raise self._explained(error, self.timeout) from None
        if not reader.begun:
            raise ModelError(f"{self.where} did not answer like a language model.", URL_HINT)
        if not reader.ended:
            raise ModelError(f"{self.where} broke off in the middle of its reply.", "Ask again.")

    async def _send(
        self, client: Any, parameters: dict[str, Any], reader: ReplyReader, limit: asyncio.Timeout, send: Send
    ) -> None:
        """Ask until the server takes the request, leaving out what it refuses, and read its reply."""
        dropped: set[str] = set()
        send(Piece())
        while True:
            sent = self.traits.request(parameters, dropped)
            request = client.chat.completions.with_streaming_response.create(
                model=self.name, timeout=self.timeout, **sent
            )
            try:
                async with request as response:
                    self.traits.refused |= dropped
                    return await _read(response, reader, limit, send)
            except Exception as error:
                more = refused_parameters(error, set(sent))
                if self.traits.least_tokens(error, sent):
                    continue
                if not more:
                    raise
                dropped |= more

    async def _opened(self) -> Any:
        """The client, loaded and started where another thread waits for it."""
        return await asyncio.to_thread(lambda: self._client)

    @cached_property
    def _client(self) -> Any:
        import httpx  # noqa: PLC0415 - costs 0.1 s
        import openai  # noqa: PLC0415 - costs 0.6 s

        server = self.starts() if self.starts else self.server or OPENAI
        base_url, query = endpoint(server)  # the client logs it, so it has no login
        loopback = urlsplit(server).hostname in {"127.0.0.1", "localhost", "::1"}  # which no proxy can reach
        headers = {"accept-encoding": "identity"} | ({"api-key": self.key} if "api-version" in query else {})
        return openai.AsyncOpenAI(
            api_key=self.key or "none",
            base_url=base_url,
            default_query=query,
            default_headers=headers,
            max_retries=self.retries,
            http_client=openai.DefaultAsyncHttpxClient(
                event_hooks={"response": [_give_up_waiting]},
                trust_env=not loopback,
                auth=login_of(server),
                timeout=httpx.Timeout(self.timeout),
            ),
        )

    def _silent(self, ended: str) -> ModelError:
        if ended in {"length", "max_tokens"}:
            reason = f"{self.name} used up its tokens before it said a word."
            return ModelError(reason, "Raise MAX_TOKENS, or choose a model that does not think first.")
        if ended == "content_filter":
            return ModelError(f"{self.where} filtered the reply out.", "Ask differently, or choose another model.")
        return ModelError(f"{self.name} replied with nothing.", "Try again, or choose another model.")

    @property
    def _address(self) -> str:
        return "local" if self.local else urlsplit(self.server).hostname or "api.openai.com"

    @property
    def where(self) -> str:
        """How its server is named to a person."""
        if self.local:
            return "The local model"
        return as_shown(self.server) or "The OpenAI server"

    def _explained(self, error: Exception, seconds: float) -> ModelError:
        if isinstance(error, ModelError):
            return error
        if timed_out(error):
            reason = f"{self.where} did not answer within {seconds:g} s."
            return ModelError(reason, "Try again, or raise OPENAI_TIMEOUT.")
        response = getattr(error, "response", None)
        if response is not None and "x-given-up" in response.headers:
            reason = f"{self.where} asks to wait {retry_after(response.headers):,.0f} seconds before the next request."
            return ModelError(reason, "Wait that long, or raise OPENAI_TIMEOUT.")
        return ModelError(*explain(error, ModelAddress(self.where, self.name, key=self.key)))


async def _read(response: Any, reader: ReplyReader, limit: asyncio.Timeout, send: Send) -> None:
    async for data in response.iter_bytes():
        for piece in reader.read(data):
            send(piece)
        if reader.closed:
            return
        if reader.ended:
            limit.reschedule(min(_until.get(), asyncio.get_running_loop().time() + _AFTER_END))
    for piece in reader.rest():
        send(piece)


async def _give_up_waiting(response: Any) -> None:
    """Called by httpx with each response: the client is not to wait for longer than the call may take."""
    wait = retry_after(response.headers) if response.is_error else None
    if wait is not None and wait >= _until.get() - asyncio.get_running_loop().time():
        response.headers.update({"x-should-retry": "false", "x-given-up": "true"})


def drained(work: Generator[str, None, T]) -> T:
    """What is returned at the end, without what comes before."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result


_FENCE = "```"


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)}}


def _like_json(begun: str) -> bool:
    """Whether a reply that begins so can be an object, also one that is fenced as code: `"`"` → True."""
    return begun.startswith(("{", _FENCE)) or _FENCE.startswith(begun)
