"""LlamaIndex on top of this library: a retriever and a query engine whose source nodes carry true offsets."""

import asyncio
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.llms import LLM
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from ingest.settings import Settings
from qa.answer import ask, retrieve
from qa.retrieval.retrieve import ArticleNames
from qa.schema import Answer, Citation


class ArticleRetriever(BaseRetriever):
    """Chunks for a question, as nodes; `start_char_idx` and `end_char_idx` point into the article's text."""

    def __init__(self, *, k: int = 10, articles: ArticleNames | None = None, settings: Settings | None = None) -> None:
        super().__init__()
        self._given: dict[str, Any] = {"k": k, "articles": articles, "settings": settings}

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(
                node=TextNode(
                    id_=hit.chunk.id,
                    text=hit.chunk.text,
                    start_char_idx=hit.chunk.start,
                    end_char_idx=hit.chunk.end,
                    metadata={"article_id": hit.chunk.article_id},
                ),
                score=hit.score,
            )
            for hit in retrieve(query_bundle.query_str, **self._given)
        ]


class ArticleQueryEngine(BaseQueryEngine):
    """Answers whose source nodes are the cited sentences; `response.metadata["answer"]` is the whole Answer as JSON."""

    def __init__(
        self, *, articles: ArticleNames | None = None, llm: LLM | None = None, settings: Settings | None = None
    ) -> None:
        super().__init__(CallbackManager())
        self._given: dict[str, Any] = {"articles": articles, "llm": llm, "settings": settings}

    def _query(self, query_bundle: QueryBundle) -> Response:
        return _response(ask(query_bundle.query_str, **self._given))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        found: Response = await asyncio.to_thread(self._query, query_bundle)
        return found

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def _response(answer: Answer) -> Response:
    nodes = [_node(citation) for citation in answer.citations]
    return Response(answer.text, source_nodes=nodes, metadata={"answer": answer.model_dump(mode="json")})


def _node(citation: Citation) -> NodeWithScore:
    node = TextNode(
        id_=f"{citation.article_id}:{citation.start}-{citation.end}",
        text=citation.quote,
        start_char_idx=citation.start,
        end_char_idx=citation.end,
        metadata={"article_id": citation.article_id, "title": citation.title, "url": citation.url},
    )
    return NodeWithScore(node=node, score=None)
