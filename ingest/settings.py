"""Every setting, read once at an entry point from the environment or a `.env` file. `.env.example` explains each."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.errors import SettingsError


class Settings(BaseSettings):
    """What can be set from outside. Field names in upper case are the environment variables."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    data_dir: Path = Path("data")
    database_url: str = Field(default="", repr=False)
    chroma_url: str = Field(default="", repr=False)

    lock_wait: float = Field(default=60.0, ge=0)

    max_size_mb: float = Field(default=20.0, gt=0)
    fetch_timeout: float = Field(default=20.0, gt=0)
    read_timeout: float = Field(default=120.0, gt=0)
    add_timeout: float = Field(default=7200.0, gt=0)

    answerer: Literal["auto", "quote", "openai", "local"] = "auto"
    reader: Literal["on", "off"] = "on"
    answer_threshold: float = Field(default=0.46, ge=0, le=1)

    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = Field(default="", repr=False)
    openai_embed_model: str = ""
    openai_model: str = ""
    openai_timeout: float = Field(default=30.0, gt=0)
    openai_retries: int = Field(default=2, ge=0, le=10)

    local_model: str = ""

    citing: Literal["auto", "schema", "numbers", "plain"] = "auto"
    strict: Literal["on", "off"] = "off"
    max_tokens: int = Field(default=400, ge=16)
    prompt_tokens: int = Field(default=6_000, ge=500)
    price_in: float = Field(default=0.0, ge=0)
    price_out: float = Field(default=0.0, ge=0)
    otel_exporter_otlp_endpoint: str = Field(default="", repr=False)

    judge_model: str = ""
    judge_base_url: str = Field(default="", repr=False)
    judge_api_key: SecretStr = SecretStr("")

    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    auth: SecretStr = SecretStr("")

    _embed_model: Any = PrivateAttr(default=None)

    @property
    def embed_model(self) -> Any:
        """The embedding model of LlamaIndex that was given, None where there is none."""
        return self._embed_model

    def using(self, embed_model: Any) -> Self:
        """These settings with any `BaseEmbedding` of LlamaIndex in place of the encoder that they name."""
        made = self.model_copy()
        made._embed_model = embed_model  # noqa: SLF001 - its own
        return made

    @property
    def max_bytes(self) -> int:
        """The largest source that is read, in bytes."""
        return int(self.max_size_mb * 1_000_000)

    @property
    def catalog_url(self) -> str:
        """The SQLAlchemy URL of the catalog: `DATABASE_URL`, or SQLite in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'catalog.db'}"


def read_settings() -> Settings:
    """The settings of this process's environment. Raises SettingsError naming the variable and its value."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"The setting {name} is {first['input']!r}, but: {first['msg']}.",
            "Change it in the environment or in .env; .env.example shows every setting.",
        ) from None
