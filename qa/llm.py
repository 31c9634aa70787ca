"""A language model behind an OpenAI-compatible server. The only module that imports its client."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingest.errors import ModelError
from ingest.settings import Settings

RETRIES = 2


@dataclass(frozen=True)
class Model:
    """A model on a server. `server` is empty for OpenAI's own; the key is never part of an error."""

    name: str
    server: str
    key: str
    timeout: float

    @cached_property
    def _client(self) -> Any:
        import openai  # noqa: PLC0415 - costs 0.6 s

        return openai.OpenAI(
            api_key=self.key or "none", base_url=self.server or None, timeout=self.timeout, max_retries=RETRIES
        )

    def complete(self, instructions: str, text: str, *, max_tokens: int) -> str:
        """The model's reply to the text. Raises ModelError with one sentence for each way in which this can fail."""
        try:
            reply = self._client.chat.completions.create(
                model=self.name,
                messages=[{"role": "system", "content": instructions}, {"role": "user", "content": text}],
                max_tokens=max_tokens,
                temperature=0,
            )
            said = reply.choices[0].message.content
        except Exception as error:
            raise self._explained(error) from error
        if not isinstance(said, str) or not said.strip():
            raise ModelError(f"{self.name} replied with nothing.", "Try again, or choose another model.")
        return said

    def _explained(self, error: Exception) -> ModelError:
        import openai  # noqa: PLC0415 - loaded already by the client

        where = self.server or "The OpenAI server"
        known: tuple[tuple[type[Exception], str, str], ...] = (
            (openai.AuthenticationError, "does not accept the key.", "Set a valid key."),
            (openai.PermissionDeniedError, "does not accept the key.", "Set a valid key."),
            (openai.NotFoundError, f"has no model {self.name}.", "Choose another model."),
            (openai.RateLimitError, "refuses more requests for now.", "Wait a minute and try again."),
            (openai.APITimeoutError, "did not answer in time.", "Try again, or raise OPENAI_TIMEOUT."),
            (openai.APIConnectionError, "cannot be reached.", "Start it, or change its URL."),
            (openai.APIStatusError, "failed.", "Try again later."),
            (Exception, "did not answer like a language model.", "Check its URL; it often ends in /v1."),
        )
        said, hint = next((said, hint) for kind, said, hint in known if isinstance(error, kind))
        return ModelError(f"{where} {said}", hint)


def load_model(settings: Settings) -> Model:
    """The model that the settings name. Raises ModelError when they name none."""
    if not settings.openai_model:
        raise ModelError("No language model is set.", "Set OPENAI_MODEL, and OPENAI_API_KEY or OPENAI_BASE_URL.")
    key = settings.openai_api_key.get_secret_value()
    return Model(settings.openai_model, settings.openai_base_url, key, settings.openai_timeout)
