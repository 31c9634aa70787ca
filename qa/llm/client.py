"""A language model behind an OpenAI-compatible server. The only module that imports its client."""

import random
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from ingest.errors import ModelError
from ingest.urls import login_of, without_login
from qa.llm import telemetry
from qa.llm.deadline import Deadline, hook, retry_after, share_of_yes
from qa.llm.errors import URL_HINT, explain, is_transient, refused_parameters, timed_out, without
from qa.llm.thoughts import ThoughtFilter
from qa.llm.usage import Message, UsageMeter

OPENAI = "https://api.openai.com/v1"
_CHECK_SECONDS = 5.0


@dataclass(frozen=True)
class Model:
    """A model on a server. `server` is empty for OpenAI's own; the key is never part of an error.

    A call takes at most `timeout` seconds in all, with up to `retries` more requests when one fails in a way that may
    pass. `price` is dollars for a million tokens, read and written. `starts` starts the server of a local model and
    returns its URL.
    """

    name: str
    server: str
    key: str = field(repr=False)
    timeout: float
    retries: int = 2
    price: tuple[float, float] | None = None
    starts: Callable[[], str] | None = None
    _refused: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    @property
    def local(self) -> bool:
        """Whether this is the model that runs in this process."""
        return self.starts is not None

    @property
    def takes_schema(self) -> bool:
        """Whether it is worth asking for a reply by a JSON schema: until the server has refused or ignored one."""
        return "response_format" not in self._refused

    def stream(  # noqa: PLR0913 - what a reply can be asked for with
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        usage: UsageMeter,
        stop: Sequence[str] = (),
        deadline: Deadline | None = None,
        schema: Mapping[str, Any] | None = None,
    ) -> Generator[str]:
        """The reply's text, piece by piece as it comes, without the model's thoughts.

        With a JSON `schema` an object of that form is asked for, and not where `takes_schema` says that this is in
        vain. Closing the generator closes the connection at once, so that the server stops; cutting the `deadline`, if
        one is given, does it from another thread. Raises ModelError.
        """
        client = self._client  # loaded, or started, before the time is taken
        began = time.monotonic()
        with (
            deadline or Deadline(self.timeout) as line,
            telemetry.traced_call(self.name, self._address, messages, usage) as said,
        ):
            asked = {"messages": list(messages), "max_tokens": max_tokens, "stream": True}
            asked |= {"stream_options": {"include_usage": True}, "temperature": 0}
            asked |= {"stop": list(stop)} if stop else {}
            asked |= {"response_format": _response_format(schema)} if schema else {}
            response = self._send(client, line, asked)
            try:
                with closing(response), closing(self._heard(response, messages, usage)) as heard:
                    for piece in heard:
                        if usage.first_word is None:
                            usage.first_word = time.monotonic() - began
                        said.append(piece)
                        if schema and not _like_json("".join(said[:3])):  # no piece is empty
                            self._refused.add("response_format")
                        yield piece
            except Exception as error:  # noqa: BLE001 - every kind of broken stream has its sentence
                raise self._explained(error, line) from None

    def yes(self, messages: Sequence[Message], usage: UsageMeter, deadline: Deadline | None = None) -> float | None:
        """How probable it is that the reply begins with yes rather than no, from 0 to 1.

        None where the server gives no probabilities, which is remembered, or neither word is probable. Raises
        ModelError.
        """
        if "logprobs" in self._refused:
            return None
        asked = {"messages": list(messages), "max_tokens": 1, "temperature": 0, "logprobs": True, "top_logprobs": 10}
        reply = self._whole(asked, messages, usage, deadline)
        logprobs = reply.choices[0].logprobs
        if not logprobs or not logprobs.content:
            self._refused.update({"logprobs", "top_logprobs"})
            return None
        first = logprobs.content[0]
        return share_of_yes((top.token, top.logprob) for top in first.top_logprobs or [first])

    def warm(self, messages: Sequence[Message]) -> None:
        """Let the server read these messages, so that a question that begins like them is quick. Raises ModelError."""
        self._whole({"messages": list(messages), "max_tokens": 1, "temperature": 0}, messages, UsageMeter())

    def complete(self, instructions: str, text: str, *, max_tokens: int) -> str:
        """The model's reply to the text. Raises ModelError with one sentence for each way in which this can fail."""
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": text}]
        reply = self._whole({"messages": messages, "max_tokens": max_tokens, "temperature": 0}, messages, UsageMeter())
        speech = ThoughtFilter()
        said = speech.heard(reply.choices[0].message.content or "") + speech.rest()
        if not said.strip():
            raise self._silent(reply.choices[0].finish_reason)
        return said

    def models(self) -> list[str]:
        """The names of the server's models. Raises ModelError."""
        client = self._client  # loaded, or started, before the time is taken
        with Deadline(min(self.timeout, _CHECK_SECONDS)) as line:
            try:
                with line.calling():
                    return [told.id for told in client.models.list(timeout=line.left).data]
            except Exception as error:  # noqa: BLE001 - every kind has its sentence
                raise self._explained(error, line) from None

    @cached_property
    def _client(self) -> Any:
        import httpx  # noqa: PLC0415 - costs 0.1 s
        import openai  # noqa: PLC0415 - costs 0.6 s

        server = self.starts() if self.starts else self.server or OPENAI
        loopback = urlsplit(server).hostname in {"127.0.0.1", "localhost", "::1"}  # which no proxy can reach
        new = httpx.Limits(max_keepalive_connections=0)  # a Line must see each connection
        http = openai.DefaultHttpxClient(
            event_hooks={"request": [hook]}, limits=new, trust_env=not loopback, auth=login_of(server)
        )
        base_url = without_login(server)  # the client logs it
        return openai.OpenAI(api_key=self.key or "none", base_url=base_url, max_retries=0, http_client=http)

    def _whole(
        self, asked: dict[str, Any], messages: Sequence[Message], usage: UsageMeter, deadline: Deadline | None = None
    ) -> Any:
        """A reply that comes in one piece and has a message. Raises ModelError."""
        client = self._client  # loaded, or started, before the time is taken
        with (
            deadline or Deadline(self.timeout) as line,
            telemetry.traced_call(self.name, self._address, messages, usage) as text,
        ):
            reply = self._send(client, line, asked)
            try:
                said, told = reply.choices[0].message.content, reply.usage
            except Exception as error:  # noqa: BLE001 - a page or JSON of another kind
                raise self._explained(error, line) from None
            text.append(said or "")
            usage.add(messages, text[0], told)
            return reply

    def _send(self, client: Any, line: Deadline, asked: dict[str, Any]) -> Any:
        """The server's response; asked again after what may pass, and without what the server refuses."""
        dropped: set[str] = set()
        tries = 0
        while True:
            sent = without(asked, self._refused | dropped)
            try:
                with line.calling():
                    response = client.chat.completions.create(model=self.name, timeout=line.left, **sent)
            except Exception as error:  # noqa: BLE001 - every kind has its sentence
                if more := refused_parameters(error, set(sent)):
                    dropped |= more
                    continue
                wait = self._wait(error, tries, line)
            else:
                self._refused.update(dropped)
                return response
            tries += 1
            time.sleep(wait)

    def _wait(self, error: Exception, tries: int, line: Deadline) -> float:
        """The seconds to wait before asking again. Raises ModelError when that is hopeless or takes too long."""
        if line.late or not is_transient(error) or tries >= self.retries:
            raise self._explained(error, line) from None
        told = retry_after(error.response.headers) if hasattr(error, "response") else None
        wait = told if told is not None else min(0.5 * 2**tries, 8.0) * random.uniform(0.75, 1.0)  # noqa: S311
        if wait >= line.left:
            if told is None:
                raise self._explained(error, line) from None
            said = f"{self.where} asks to wait {told:,.0f} seconds before the next request."
            raise ModelError(said, "Wait that long, or raise OPENAI_TIMEOUT.")
        return wait

    def _heard(self, response: Any, messages: Sequence[Message], usage: UsageMeter) -> Generator[str]:
        """The text of a stream of chunks. Counts its tokens, also when it is closed early. Raises ModelError."""
        speech, said, finished, told, chunks = ThoughtFilter(), "", "", None, 0
        try:
            for chunk in response:
                chunks += 1
                told = chunk.usage or told
                for choice in (chunk.choices or ())[:1]:
                    finished = choice.finish_reason or finished
                    if piece := speech.heard(choice.delta.content or ""):
                        said += piece
                        yield piece
            if piece := speech.rest():
                said += piece
                yield piece
        finally:
            usage.add(messages, said, told)
        if not chunks:
            raise ModelError(f"{self.where} did not answer like a language model.", URL_HINT)
        if not finished:
            raise ModelError(f"{self.where} broke off in the middle of its reply.", "Ask again.")
        if not said.strip():
            raise self._silent(finished)

    def _silent(self, finished: str | None) -> ModelError:
        if finished == "length":
            said = f"{self.name} used up its tokens before it said a word."
            return ModelError(said, "Raise MAX_TOKENS, or choose a model that does not think first.")
        if finished == "content_filter":
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
        return without_login(self.server) or "The OpenAI server"

    def _explained(self, error: Exception, line: Deadline) -> ModelError:
        if line.late or timed_out(error):
            said = f"{self.where} did not answer within {line.seconds:g} s."
            return ModelError(said, "Try again, or raise OPENAI_TIMEOUT.")
        return explain(error, where=self.where, model=self.name, key=self.key)


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)}}


def _like_json(said: str) -> bool:
    """Whether a reply so far can be an object, also one that is fenced as code: `"```json"` → True."""
    return said.startswith(("{", "```")) or "```".startswith(said)
