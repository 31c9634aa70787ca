"""A language model behind an OpenAI-compatible server. The only module that imports its client."""

import random
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlsplit

from ingest.errors import ModelError
from ingest.settings import Settings
from ingest.urls import is_http, login_of, without_login
from qa import telemetry
from qa.faults import URL_HINT, explained, passing, timed_out, unwanted, without
from qa.meter import Meter, known_price
from qa.wire import Line, Speech, hook, retry_after, share_of_yes

__all__ = ["DEFAULT_MODEL", "Message", "Meter", "Model", "check", "chosen", "load_model"]

DEFAULT_MODEL = "gpt-4.1-mini"
Message = dict[str, str]
"""One message: its `role` (system, user or assistant) and its `content`."""

_OPENAI = "https://api.openai.com/v1"
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

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        meter: Meter,
        stop: Sequence[str] = (),
        on: Line | None = None,
    ) -> Generator[str]:
        """The reply's text, piece by piece as it comes, without a local model's thoughts.

        Closing the generator closes the connection at once, so that the server stops; cutting the line that the call is
        `on`, if one is given, does it from another thread. Raises ModelError.
        """
        client = self._client  # loaded, or started, before the time is taken
        began = time.monotonic()
        with on or Line(self.timeout) as line, telemetry.told(self, messages, meter) as said:
            asked = {"messages": list(messages), "max_tokens": max_tokens, "stream": True}
            asked |= {"stream_options": {"include_usage": True}, "temperature": 0}
            response = self._send(client, line, asked | ({"stop": list(stop)} if stop else {}))
            try:
                with closing(response), closing(self._heard(response, messages, meter)) as heard:
                    for piece in heard:
                        if meter.first_word is None:
                            meter.first_word = time.monotonic() - began
                        said.append(piece)
                        yield piece
            except Exception as error:  # noqa: BLE001 - every kind of broken stream has its sentence
                raise self._explained(error, line) from None

    def yes(self, messages: Sequence[Message], meter: Meter, on: Line | None = None) -> float | None:
        """How probable it is that the reply begins with yes rather than no, from 0 to 1.

        None where the server gives no probabilities, which is remembered, or neither word is probable. Raises
        ModelError.
        """
        if "logprobs" in self._refused:
            return None
        asked = {"messages": list(messages), "max_tokens": 1, "temperature": 0, "logprobs": True, "top_logprobs": 10}
        reply = self._whole(asked, messages, meter, on)
        logprobs = reply.choices[0].logprobs
        if not logprobs or not logprobs.content:
            self._refused.update({"logprobs", "top_logprobs"})
            return None
        first = logprobs.content[0]
        return share_of_yes((top.token, top.logprob) for top in first.top_logprobs or [first])

    def warm(self, messages: Sequence[Message]) -> None:
        """Let the server read these messages, so that a question that begins like them is quick. Raises ModelError."""
        self._whole({"messages": list(messages), "max_tokens": 1, "temperature": 0}, messages, Meter())

    def complete(self, instructions: str, text: str, *, max_tokens: int) -> str:
        """The model's reply to the text. Raises ModelError with one sentence for each way in which this can fail."""
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": text}]
        reply = self._whole({"messages": messages, "max_tokens": max_tokens, "temperature": 0}, messages, Meter())
        speech = Speech()
        said = speech.heard(reply.choices[0].message.content or "") + speech.rest()
        if not said.strip():
            raise self._silent(reply.choices[0].finish_reason)
        return said

    def models(self) -> list[str]:
        """The names of the server's models. Raises ModelError."""
        client = self._client  # loaded, or started, before the time is taken
        with Line(min(self.timeout, _CHECK_SECONDS)) as line:
            try:
                with line.calling():
                    return [told.id for told in client.models.list(timeout=line.left).data]
            except Exception as error:  # noqa: BLE001 - every kind has its sentence
                raise self._explained(error, line) from None

    @cached_property
    def _client(self) -> Any:
        import httpx  # noqa: PLC0415 - costs 0.1 s
        import openai  # noqa: PLC0415 - costs 0.6 s

        server = self.starts() if self.starts else self.server or _OPENAI
        loopback = urlsplit(server).hostname in {"127.0.0.1", "localhost", "::1"}  # which no proxy can reach
        new = httpx.Limits(max_keepalive_connections=0)  # a Line must see each connection
        http = openai.DefaultHttpxClient(
            event_hooks={"request": [hook]}, limits=new, trust_env=not loopback, auth=login_of(server)
        )
        base_url = without_login(server)  # the client logs it
        return openai.OpenAI(api_key=self.key or "none", base_url=base_url, max_retries=0, http_client=http)

    def _whole(self, asked: dict[str, Any], messages: Sequence[Message], meter: Meter, on: Line | None = None) -> Any:
        """A reply that comes in one piece and has a message. Raises ModelError."""
        client = self._client  # loaded, or started, before the time is taken
        with on or Line(self.timeout) as line, telemetry.told(self, messages, meter) as text:
            reply = self._send(client, line, asked)
            try:
                said, told = reply.choices[0].message.content, reply.usage
            except Exception as error:  # noqa: BLE001 - a page or JSON of another kind
                raise self._explained(error, line) from None
            text.append(said or "")
            meter.add(messages, text[0], told)
            return reply

    def _send(self, client: Any, line: Line, asked: dict[str, Any]) -> Any:
        """The server's response; asked again after what may pass, and without what the server refuses."""
        dropped: set[str] = set()
        tries = 0
        while True:
            sent = without(asked, self._refused | dropped)
            try:
                with line.calling():
                    response = client.chat.completions.create(model=self.name, timeout=line.left, **sent)
            except Exception as error:  # noqa: BLE001 - every kind has its sentence
                if more := unwanted(error, set(sent)):
                    dropped |= more
                    continue
                wait = self._wait(error, tries, line)
            else:
                self._refused.update(dropped)
                return response
            tries += 1
            time.sleep(wait)

    def _wait(self, error: Exception, tries: int, line: Line) -> float:
        """The seconds to wait before asking again. Raises ModelError when that is hopeless or takes too long."""
        if line.late or not passing(error) or tries >= self.retries:
            raise self._explained(error, line) from None
        told = retry_after(error.response.headers) if hasattr(error, "response") else None
        wait = told if told is not None else min(0.5 * 2**tries, 8.0) * random.uniform(0.75, 1.0)  # noqa: S311
        if wait >= line.left:
            if told is None:
                raise self._explained(error, line) from None
            said = f"{self.where} asks to wait {told:,.0f} seconds before the next request."
            raise ModelError(said, "Wait that long, or raise OPENAI_TIMEOUT.")
        return wait

    def _heard(self, response: Any, messages: Sequence[Message], meter: Meter) -> Generator[str]:
        """The text of a stream of chunks. Counts its tokens, also when it is closed early. Raises ModelError."""
        speech, said, finished, told, chunks = Speech(), "", "", None, 0
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
            meter.add(messages, said, told)
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
    def where(self) -> str:
        """How its server is named to a person."""
        if self.local:
            return "The local model"
        return without_login(self.server) or "The OpenAI server"

    def _explained(self, error: Exception, line: Line) -> ModelError:
        if line.late or timed_out(error):
            said = f"{self.where} did not answer within {line.seconds:g} s."
            return ModelError(said, "Try again, or raise OPENAI_TIMEOUT.")
        return explained(error, where=self.where, model=self.name, key=self.key)


def load_model(settings: Settings) -> Model:
    """The model that the settings name, else the only one of the server that they name, else OpenAI's small one.

    Raises ModelError when they name none, or the server cannot be asked for its models.
    """
    key = settings.openai_api_key.get_secret_value().strip()
    server = settings.openai_base_url.strip()
    if not key and not server:
        raise ModelError("No language model is set.", "Set OPENAI_API_KEY, or OPENAI_BASE_URL for your own server.")
    if server and not is_http(server):
        shown = without_login(server)
        raise ModelError(f"OPENAI_BASE_URL is {shown!r}, which is no URL.", "It begins with http:// or https://.")
    if not (key.isascii() and key.isprintable()):
        raise ModelError("OPENAI_API_KEY has characters that no key has.", "Copy the key again.")
    price = (settings.price_in, settings.price_out) if settings.price_in or settings.price_out else None
    named = Model(settings.openai_model, server, key, settings.openai_timeout, settings.openai_retries, price)
    return _loaded(named, settings.openai_embed_model)


@lru_cache(maxsize=8)
def _loaded(named: Model, other: str) -> Model:
    """One Model for the same settings, so that its connections and what it learned of the server are kept."""
    name, price = named.name, named.price
    if not name:
        name = _only_model(named, other) if named.server else DEFAULT_MODEL
    if price is None and urlsplit(named.server or _OPENAI).hostname == urlsplit(_OPENAI).hostname:
        price = known_price(name)
    return replace(named, name=name, price=price)


def _only_model(asked: Model, other: str) -> str:
    """The name of the one model that a server has beside that for embeddings. Raises ModelError."""
    names = [name for name in asked.models() if name != other]
    if len(names) == 1:
        return names[0]
    said = f"has {len(names)} models ({_few(names)})" if names else "names no model"
    raise ModelError(f"{asked.where} {said}, and OPENAI_MODEL is empty.", "Set OPENAI_MODEL to one of its models.")


def chosen(settings: Settings) -> Model | None:
    """The model that answers by `ANSWERER`, or None where the article is quoted. Raises ModelError.

    auto takes OpenAI's or another server where a key or URL is set, else the local model where it is set up.
    """
    from qa import local  # noqa: PLC0415 - it builds a Model itself

    telemetry.start(settings.otel_exporter_otlp_endpoint)
    remote = settings.openai_api_key.get_secret_value() or settings.openai_base_url
    match settings.answerer:
        case "openai":
            return load_model(settings)
        case "local":
            return local.load_local(settings)
        case "auto" if remote:
            return load_model(settings)
        case "auto" if local.is_set_up(settings):
            return local.load_local(settings)
    return None


def check(model: Model) -> None:
    """Nothing, when the server is there, takes the key and has the model; else raises ModelError with one sentence.

    Asks for the list of models, which costs nothing, and for one token only where that list does not settle it.
    """
    if model.local:
        return
    names: list[str] = []
    try:
        names = model.models()
    except ModelError as error:
        if "cannot be reached" in error.message or "did not answer within" in error.message:
            raise
    if model.name in names or f"{model.name}:latest" in names:
        return
    try:
        model.warm([{"role": "user", "content": "Hi"}])
    except ModelError as error:
        if names and "has no model" in error.message:
            raise ModelError(error.message, f"It has {_few(names)}: set OPENAI_MODEL.") from None
        raise


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
