"""LlamaIndex's users can plug this in: parser, embedding, retriever and query engine with true offsets."""

from llama_index.core import Document
from llama_index.core.embeddings import BaseEmbedding

from ingest import articles
from ingest.llama import ArticleNodeParser, MiniLMEmbedding
from ingest.sample import sample
from ingest.settings import Settings
from qa.llama import ArticleQueryEngine, ArticleRetriever


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
