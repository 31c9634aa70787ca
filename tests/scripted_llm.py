"""LLMs of LlamaIndex that say what a test tells them."""
# ruff: noqa: ARG002 - LlamaIndex calls them by these names

from collections.abc import Iterator, Sequence
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, LLMMetadata
from llama_index.core.llms import CustomLLM
from pydantic import Field

RIGHT = "The call lasted more than two hours [2]."
KEY = "sk-secret-0123456789"


class Completing(CustomLLM):
    """An LLM that completes a text with the same words, or fails."""

    says: str = RIGHT
    fault: Any = None
    usage: dict[str, int] = Field(default_factory=dict)
    api_key: str = KEY
    seen: list[str] = Field(default_factory=list)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted")

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        self.seen.append(prompt)
        return CompletionResponse(text=self.says)

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> Iterator[CompletionResponse]:
        self.seen.append(prompt)
        if self.fault:
            raise self.fault
        for at in range(0, len(self.says), 4):
            text = self.says[: at + 4]
            yield CompletionResponse(text=text, delta=self.says[at : at + 4], raw={"usage": self.usage})


class Chatting(Completing):
    """The same as a chat model that gives the whole text each time and no deltas."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="chatting", is_chat_model=True)

    def stream_chat(self, messages: Sequence[ChatMessage], **_: Any) -> Iterator[ChatResponse]:
        self.seen.append(str(messages[-1].content))
        for at in range(0, len(self.says), 4):
            yield ChatResponse(message=ChatMessage(role="assistant", content=self.says[: at + 4]))


class Whole(Chatting):
    """A chat model that cannot stream."""

    def stream_chat(self, messages: Sequence[ChatMessage], **_: Any) -> Any:
        raise NotImplementedError

    def chat(self, messages: Sequence[ChatMessage], **_: Any) -> ChatResponse:
        return ChatResponse(message=ChatMessage(role="assistant", content=self.says))
