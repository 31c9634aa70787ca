"""Which language model answers: by the settings, and whether its server is there."""

from dataclasses import replace
from functools import lru_cache

from ingest.errors import ModelError
from ingest.settings import Settings
from ingest.urls import as_shown, is_http
from qa.llm import local, local_weights, telemetry
from qa.llm.client import OPENAI, Model
from qa.llm.usage import known_price

DEFAULT_MODEL = "gpt-4.1-mini"


def configured_model(settings: Settings) -> Model:
    """The model that the settings name, else the only one of the server that they name, else OpenAI's small one.

    Raises ModelError when they name none, or the server cannot be asked for its models.
    """
    key = settings.openai_api_key.get_secret_value().strip()
    server = settings.openai_base_url.strip()
    if not key and not server:
        raise ModelError("No language model is set.", "Set OPENAI_API_KEY, or OPENAI_BASE_URL for your own server.")
    if server and not is_http(server):
        shown = as_shown(server)
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
    if price is None:
        price = known_price(name, named.server or OPENAI)
    return replace(named, name=name, price=price)


def _only_model(model: Model, other: str) -> str:
    """The name of the one model that a server has beside that for embeddings. Raises ModelError."""
    names = [name for name in model.models() if name != other]
    if len(names) == 1:
        return names[0]
    reason = f"has {len(names)} models ({_few(names)})" if names else "names no model"
    raise ModelError(f"{model.where} {reason}, and OPENAI_MODEL is empty.", "Set OPENAI_MODEL to one of its models.")


def chosen_model(settings: Settings) -> Model | None:
    """The model that answers by `ANSWERER`, or None where the article is quoted. Raises ModelError.

    auto takes OpenAI's or another server where a key or URL is set, else the local model where it is set up.
    """
    telemetry.start(settings.otel_exporter_otlp_endpoint)
    match settings.answerer:
        case "openai":
            return configured_model(settings)
        case "local":
            return local.load_local(settings)
        case "auto" if _remote(settings):
            return configured_model(settings)
        case "auto" if local.is_set_up(settings):
            return local.load_local(settings)
    return None


def _remote(settings: Settings) -> bool:
    return bool(settings.openai_api_key.get_secret_value() or settings.openai_base_url)


def local_offer(settings: Settings) -> str:
    """One sentence on the local model where quotes answer in its place; empty where a model is set or none wanted."""
    if settings.answerer != "auto" or _remote(settings) or local.is_set_up(settings):
        return ""
    size = f"{local_weights.QWEN.size / 1e9:.1f} GB"
    return f"Answers are quotes. `make local-model` ({size}, once) lets a small model write them on this machine."


def check_model(model: Model) -> None:
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
