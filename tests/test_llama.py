"""LlamaIndex's users can plug this in: parser, embedding, retriever and query engine with true offsets."""

import asyncio
import doctest
from collections.abc import Sequence
from typing import Any

import pytest
from llama_index.core import Document
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage, TextBlock, ToolCallBlock
from llama_index.core.chat_engine import CondenseQuestionChatEngine, ContextChatEngine
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms.mock import MockFunctionCallingLLM
from llama_index.core.tools import QueryEngineTool

from ingest import articles, ingest
from ingest.errors import EncoderError, EncoderMismatchError
from ingest.llama import ArticleNodeParser, MiniLMEmbedding
from ingest.sample import sample
from ingest.settings import Settings
from qa import ask
from qa.llama import ArticleQueryEngine, ArticleRetriever
from tests.scripted_llm import RIGHT, Chatting
from tests.test_project import ROOT


def test_nodes_carry_offsets_that_slice_their_document() -> None:
    text = sample().text * 3
    nodes = ArticleNodeParser().get_nodes_from_documents([Document(text=text)])
    assert len(nodes) > 3
    assert all(text[node.start_char_idx : node.end_char_idx] == node.text for node in nodes)
    assert "".join(node.text for node in nodes) == text


def test_the_encoder_is_an_embedding_model_that_also_gives_token_vectors() -> None:
    model = MiniLMEmbedding()
    assert isinstance(model, BaseEmbedding)
    assert len(model.get_text_embedding("Rain fell.")) == 384
    assert len(model.get_query_embedding("Did it rain?")) == 384
    assert len(model.get_text_embedding_batch(["a", "b"])) == 2
    assert model.token_vectors(["Rain fell."])[0].vectors.shape == (2, 384)


def test_the_retriever_and_the_query_engine_point_into_the_article(sample_settings: Settings) -> None:
    text = articles(sample_settings)[0].text
    for node in ArticleRetriever(k=3, settings=sample_settings).retrieve("Why was the call delayed?"):
        assert text[node.node.start_char_idx : node.node.end_char_idx] == node.node.text
    response = ArticleQueryEngine(settings=sample_settings).query("Why was the call delayed?")
    assert "oligarchs" in str(response)
    assert text[response.source_nodes[0].node.start_char_idx :].startswith(response.source_nodes[0].node.text)
    assert response.metadata["answer"]["status"] == "answered"


class Lettered(BaseEmbedding):
    """How often each letter stands in a text."""

    model_name: str = "letters"
    fails: bool = False

    def _get_text_embedding(self, text: str) -> list[float]:
        if self.fails:
            raise RuntimeError("no\nroom")
        return [1.0 + text.count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def test_any_embedding_model_makes_the_index_and_another_is_refused_with_both_names(settings: Settings) -> None:
    assert ingest(sample(), embed_model=Lettered(), settings=settings).count("added") == 1
    own = settings.using(Lettered())
    assert ask("Why was the call delayed?", settings=own).status == "answered"
    assert ingest(sample(), embed_model=Lettered(), settings=settings).count("unchanged") == 1
    with pytest.raises(EncoderMismatchError, match="made by Lettered:letters, but all-MiniLM-L6-v2 is in use"):
        ask("Why was the call delayed?", settings=settings)
    with pytest.raises(EncoderMismatchError, match="Lettered:letters, but Lettered:others is in use"):
        ingest(sample(), embed_model=Lettered(model_name="others"), settings=settings)


def test_an_embedding_model_that_fails_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(
        EncoderError, match="The embedding model Lettered:letters failed: RuntimeError: no room"
    ) as caught:
        ingest(sample(), embed_model=Lettered(fails=True), settings=settings)
    assert "\n" not in str(caught.value)
    with pytest.raises(EncoderError, match="type str, which is no BaseEmbedding"):
        ingest(sample(), embed_model="letters", settings=settings)


def test_the_query_engine_takes_any_llm(sample_settings: Settings) -> None:
    engine = ArticleQueryEngine(llm=Chatting(), settings=sample_settings)
    for response in (engine.query("How long did the call last?"), asyncio.run(engine.aquery("How long was the call?"))):
        assert str(response) == "The call lasted more than two hours. [1]"
        assert response.metadata["answer"]["model"] == "chatting"


def test_a_chat_engine_asks_the_query_engine_and_keeps_its_sources(sample_settings: Settings) -> None:
    llm = Chatting(says="Why was the call of Trump and Putin delayed?")
    engine = CondenseQuestionChatEngine.from_defaults(
        query_engine=ArticleQueryEngine(settings=sample_settings), llm=llm
    )
    assert "two hours" in str(engine.chat("How long did the call last?"))
    response = engine.chat("And why was it late?")
    assert "oligarchs" in str(response)
    assert "oligarchs" in response.source_nodes[0].node.text
    assert any("How long did the call last?" in text for text in llm.seen)


def test_a_chat_engine_reads_the_passages_of_the_retriever(sample_settings: Settings) -> None:
    engine = ContextChatEngine.from_defaults(
        retriever=ArticleRetriever(k=2, settings=sample_settings), llm=Chatting(says=RIGHT)
    )
    response = engine.chat("How long did the call last?")
    assert len(response.source_nodes) == 2
    assert all(node.score is not None for node in response.source_nodes)


def test_an_agent_uses_the_query_engine_as_its_tool(sample_settings: Settings) -> None:
    tool = QueryEngineTool.from_defaults(
        ArticleQueryEngine(settings=sample_settings), name="article", description="Answers from the article."
    )

    def reply(messages: Sequence[ChatMessage], **_: Any) -> ChatMessage:
        """A call of the tool, and then what the tool said."""
        if messages[-1].role == "tool":
            return ChatMessage(role="assistant", content=f"It says: {messages[-1].content}")
        call = ToolCallBlock(tool_name="article", tool_kwargs={"input": "Why was the call delayed?"}, tool_call_id="1")
        return ChatMessage(role="assistant", blocks=[TextBlock(text=""), call])

    async def run() -> str:
        llm = MockFunctionCallingLLM(response_generator=reply, is_chat_model=True)
        return str(await FunctionAgent(tools=[tool], llm=llm, streaming=False).run("Why was it late?"))

    assert "oligarchs" in asyncio.run(run())


def test_what_the_readme_shows_is_what_comes(sample_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(sample_settings.data_dir))
    text = (ROOT / "README.md").read_text("utf-8")
    shown = "".join(part.partition("```")[0] for part in text.split("```pycon\n")[1:])
    test = doctest.DocTestParser().get_doctest(shown, {}, "README.md", "README.md", 0)
    assert len(test.examples) > 8
    told: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=told.append)
    assert results.failed == 0, "".join(told)
