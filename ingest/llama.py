"""LlamaIndex on top of the ingest stages: a node parser with true offsets, and the encoder as an embedding model."""

from collections.abc import Sequence
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, NodeRelationship, TextNode

from ingest.embed import TokenVectors, load_encoder
from ingest.split import split_chunks, split_sentences
from ingest.staging import MAX_TOKENS


class MiniLMEmbedding(BaseEmbedding):
    """all-MiniLM-L6-v2 from a package, on onnxruntime, with no download: 384 dimensions, unit length."""

    model_name: str = "all-MiniLM-L6-v2"

    @classmethod
    def class_name(cls) -> str:
        """The name that LlamaIndex stores."""
        return "MiniLMEmbedding"

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """For each text the spans (tokens, 2) and int8 vectors (tokens, 384) of its tokens."""
        return load_encoder().encode(texts).tokens

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(value) for value in load_encoder().embed_query(text)]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(value) for value in row] for row in load_encoder().embed(texts)]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class ArticleNodeParser(NodeParser):
    """Chunks of whole sentences that tile each document; `text[start_char_idx:end_char_idx]` is the node's text."""

    max_tokens: int = MAX_TOKENS

    @classmethod
    def class_name(cls) -> str:
        """The name that LlamaIndex stores."""
        return "ArticleNodeParser"

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **_: Any) -> list[BaseNode]:
        """The nodes of all documents. `show_progress` is LlamaIndex's; parsing takes no time worth showing."""
        del show_progress
        encoder = load_encoder()
        found: list[BaseNode] = []
        for document in nodes:
            text = document.get_content()
            pieces = split_chunks(
                text, split_sentences(text), count_tokens=encoder.count_tokens, max_tokens=self.max_tokens
            )
            found += [
                TextNode(
                    text=text[piece.start : piece.end],
                    start_char_idx=piece.start,
                    end_char_idx=piece.end,
                    metadata=dict(document.metadata),
                    relationships={NodeRelationship.SOURCE: document.as_related_node_info()},
                )
                for piece in pieces
            ]
        return found
