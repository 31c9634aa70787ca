"""What the server of a language model can do, tried with two short questions."""

import json
from collections.abc import Mapping
from typing import Any

from ingest.urls import as_shown
from qa.llm.choice import check_model
from qa.llm.client import Model
from qa.llm.thoughts import TAKEN_BACK
from qa.llm.usage import Message, UsageMeter

_TOKENS = 400
_SENTENCE = "Rain fell on Monday."
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"tells": {"type": "string", "enum": ["yes", "no"]}},
    "required": ["tells"],
    "additionalProperties": False,
}


def try_model(model: Model) -> list[str]:
    """Five lines: the model, whether it streams, takes a JSON schema, gives probabilities and tells its tokens.

    Raises ModelError when its server is not there, does not take the key, or has no such model.
    """
    check_model(model)
    usage = UsageMeter()
    texts = model.stream(_asked("when it rained"), max_tokens=_TOKENS, usage=usage)
    pieces = sum(bool(text.strip()) for text in texts)
    counted = usage.estimates == 0
    schema = _takes_schema(model, usage)
    share = model.yes([{"role": "user", "content": f"{_SENTENCE} Does this say when it rained? Yes or No."}], usage)
    where = "in this process" if model.local else f"at {as_shown(model.server) or 'api.openai.com'}"
    return [
        f"model      {model.name} {where}",
        "streaming  "
        + (f"yes, first word after {usage.first_word or 0:.1f} s" if pieces > 1 else "no, all comes at once"),
        "schema     " + ("yes" if schema else "no, it is asked for text"),
        "logprobs   "
        + ("no, it is not asked how sure it is" if share is None else f"yes, {share:.2f} sure of a plain yes"),
        "usage      " + ("told by the server" if counted else "not told, estimated from the characters"),
    ]


def _asked(what: str) -> list[Message]:
    """Messages that ask in a way that any reply fits, and also an object."""
    rules = 'Reply with the JSON object {"tells": "yes"} or {"tells": "no"}.'
    return [{"role": "system", "content": rules}, {"role": "user", "content": f"{_SENTENCE} Does this say {what}?"}]


def _takes_schema(model: Model, usage: UsageMeter) -> bool:
    """Whether an object comes that the schema allows, where only the schema says which words it may hold."""
    if not model.takes_schema:
        return False
    messages: list[Message] = [{"role": "user", "content": f"{_SENTENCE} Does this say when it rained?"}]
    reply = "".join(model.stream(messages, max_tokens=_TOKENS, usage=usage, schema=_SCHEMA)).rpartition(TAKEN_BACK)[2]
    try:
        found = json.loads(reply)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("tells") in {"yes", "no"} and model.takes_schema
