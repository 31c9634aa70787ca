"""Tells of each call of a language model: LlamaIndex's event handlers, and an OpenTelemetry collector where one is set.

Handlers in this process get the messages, as they do from LlamaIndex's own models. A collector gets names, tokens and
times, never a text or key.
"""

import inspect
import logging
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ingest.errors import ModelError
from qa.llm.usage import Message, UsageMeter

_EXPORT_SECONDS = 2.0
_log = logging.getLogger("article_qa")
_tracers: dict[str, Any] = {}


def start(endpoint: str) -> None:
    """From now on tell the collector at this URL. Without the extra that this needs, one warning says so."""
    if not endpoint or endpoint in _tracers:
        return
    _tracers.clear()
    _tracers[endpoint] = None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        _log.warning(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry's exporter is not installed, so nothing is told to "
            "it: pip install '.[telemetry]'."
        )
        return
    provider = TracerProvider(resource=Resource.create({"service.name": "article-qa"}))
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=_EXPORT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1_000))
    _tracers[endpoint] = provider.get_tracer("article_qa")


@contextmanager
def traced_call(name: str, address: str, messages: Sequence[Message], meter: UsageMeter) -> Iterator[list[str]]:
    """One call, from its request to its end; what the model says is appended to the list that this gives.

    A LlamaIndex LLM, of which the address is empty, tells LlamaIndex's handlers by itself.
    """
    texts: list[str] = []
    before = (meter.prompt_tokens, meter.completion_tokens)
    span = _span(name, address)
    event = _begun(name, address, messages) if address else None
    fault: BaseException | None = None
    try:
        yield texts
    except BaseException as error:
        fault = error
        raise
    finally:
        tokens = (meter.prompt_tokens - before[0], meter.completion_tokens - before[1])
        if event:
            _ended(event, messages, "".join(texts), tokens, fault)
        if span:
            _close(span, tokens, fault)


def _span(name: str, address: str) -> Any:
    tracer = next(iter(_tracers.values()), None)
    if tracer is None:
        return None
    named = {"gen_ai.operation.name": "chat", "gen_ai.request.model": name, "server.address": address}
    return tracer.start_span(f"chat {name}", attributes=named)


def _close(span: Any, tokens: tuple[int, int], fault: BaseException | None) -> None:
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 - loaded already

    span.set_attributes({"gen_ai.usage.input_tokens": tokens[0], "gen_ai.usage.output_tokens": tokens[1]})
    if isinstance(fault, ModelError):
        span.set_status(StatusCode.ERROR, fault.message)
    elif fault:
        span.set_attribute("article_qa.stopped", value=True)
    span.end()


def _begun(name: str, address: str, messages: Sequence[Message]) -> tuple[Any, str, Any] | None:
    """LlamaIndex's dispatcher, an id of the span and its arguments; None where nobody has loaded LlamaIndex."""
    if "llama_index.core.instrumentation" not in sys.modules:
        return None
    from llama_index.core.instrumentation import get_dispatcher  # type: ignore[attr-defined]  # noqa: PLC0415 - loaded already
    from llama_index.core.instrumentation.events.llm import LLMChatStartEvent  # noqa: PLC0415

    dispatcher, span = get_dispatcher(__name__), f"Model.chat-{uuid.uuid4()}"
    bound = inspect.signature(lambda model: model).bind(name)
    dispatcher.span_enter(span, bound_args=bound)
    about = {"model": name, "local": address == "local"}
    traced_call = LLMChatStartEvent(messages=_chat(messages), additional_kwargs={}, model_dict=about, span_id=span)
    dispatcher.event(traced_call)
    return dispatcher, span, bound


def _ended(
    event: tuple[Any, str, Any],
    messages: Sequence[Message],
    text: str,
    tokens: tuple[int, int],
    fault: BaseException | None,
) -> None:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse  # noqa: PLC0415 - loaded already
    from llama_index.core.instrumentation.events.llm import LLMChatEndEvent  # noqa: PLC0415

    dispatcher, name, bound = event
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    reply = ChatResponse(message=ChatMessage(role="assistant", content=text), raw={"usage": usage})
    reply.additional_kwargs = usage
    dispatcher.event(LLMChatEndEvent(messages=_chat(messages), response=reply, span_id=name))
    if isinstance(fault, ModelError):
        dispatcher.span_drop(name, bound_args=bound, err=fault)
    else:
        dispatcher.span_exit(name, bound_args=bound, result=text)


def _chat(messages: Sequence[Message]) -> list[Any]:
    from llama_index.core.base.llms.types import ChatMessage  # noqa: PLC0415 - loaded already

    return [ChatMessage(role=message["role"], content=message["content"]) for message in messages]
