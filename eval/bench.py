"""`python -m eval.bench`: how fast it is, each figure beside what it is measured against, all in the same run."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from eval.datasets import SHIPPED, read_set
from eval.schema import Case
from eval.scorers import Span, places, touches
from ingest.embed import load_encoder
from ingest.library import Library, open_library
from ingest.pipeline import run
from ingest.sample import sample
from ingest.schema import Article, RawDocument
from ingest.settings import Settings
from qa.answer import ask, retrieve
from qa.question.standalone import StandaloneQuestion
from qa.reading.evidence import SecondLook
from qa.reading.reader import load_reader
from qa.retrieval.retrieve import retrieve_passages
from qa.timing import Stopwatch

COPIES = 40
"""Articles in the ingest measurement, each the sample with its own words strewn in."""


def main() -> None:
    """Measure everything and print a table, then the same as JSON."""
    with tempfile.TemporaryDirectory(prefix="article-qa-bench-") as folder:
        settings = Settings(data_dir=Path(folder) / "data", database_url="", chroma_url="", openai_embed_model="")
        library = open_library(settings)
        run(library, [sample()])
        cases = [case for case in read_set(SHIPPED, max_bytes=10_000_000).cases if not case.history]
        figures: dict[str, Any] = {"answer": answers(cases, settings)}
        figures["reading"] = reading(settings)
        figures["ingest"] = ingesting(settings.model_copy(update={"data_dir": Path(folder) / "many"}))
        figures["commands"] = commands(settings)
        figures["llama_index"] = against_llama_index(library, [case for case in cases if case.evidence])
    for name, values in figures.items():
        print(name)
        for label, value in values.items():
            print(f"  {label:<44} {value:>10.3f}")
    print(json.dumps(figures))


def answers(cases: Sequence[Case], settings: Settings, rounds: int = 4) -> dict[str, float]:
    """Milliseconds of a whole warm answer about one article, and of the encoder alone on the same questions."""
    ask(cases[0].question, settings=settings)
    seconds = [timed(partial(ask, case.question, settings=settings)) for _ in range(rounds) for case in cases]
    encoder = load_encoder()
    alone = [timed(partial(encoder.embed_query, case.question)) for _ in range(rounds) for case in cases]
    return {
        "p50 ms": 1000 * statistics.median(seconds),
        "p95 ms": 1000 * sorted(seconds)[int(0.95 * len(seconds))],
        "encoder alone p50 ms": 1000 * statistics.median(alone),
        "p50, times the encoder alone": statistics.median(seconds) / statistics.median(alone),
    }


def reading(settings: Settings, rounds: int = 20) -> dict[str, float]:
    """Milliseconds in which the reader reads the whole article, and its likeliest passages, beside encoding it."""
    question = "How long did the call last?"
    found = retrieve_passages(StandaloneQuestion(question), None, settings, Stopwatch())
    passages = found.passages
    reader, encoder = load_reader(), load_encoder()

    def answering(count: int) -> None:
        """So many of the likeliest passages, and two sentences once more, as the two best are."""
        readings = dict(enumerate(reader.read(question, passages[:count])))
        SecondLook(found.query, passages, reader, readings).alone([(0, 0), (0, len(passages[0].chunk.sentences) - 1)])

    jobs: dict[str, Callable[[], object]] = {
        "whole article": partial(reader.read, question, passages),
        **{f"its likeliest {count}, with the second look": partial(answering, count) for count in (1, 2)},
        "encoder alone, whole article": partial(encoder.encode, [passage.chunk.text for passage in passages]),
    }
    each = {
        f"{name}, p50 ms": 1000 * statistics.median(timed(job) for _ in range(rounds)) for name, job in jobs.items()
    }
    whole, *_, alone = each.values()
    return {
        "characters": sum(len(p.chunk.text) for p in passages),
        **each,
        "whole, times the encoder alone": whole / alone,
    }


def ingesting(settings: Settings) -> dict[str, float]:
    """Chunks a second of a whole ingest, and of the encoder alone on the same chunks."""
    base = sample().text
    sources = [
        RawDocument(origin=str(n), text=base.replace("Putin", f"Putin the {n}th").replace("Kyiv", f"Kyiv {n}"))
        for n in range(COPIES)
    ]
    library = open_library(settings)
    run(library, [sample()])
    whole = timed(lambda: run(library, sources))
    chunks = [chunk.text for chunk in library.chunks()]
    alone = timed(lambda: load_encoder().encode(chunks))
    return {
        "chunks": float(len(chunks)),
        "chunks a second": len(chunks) / whole,
        "encoder alone, chunks a second": len(chunks) / alone,
        "share of the encoder's own throughput": alone / whole,
    }


def commands(settings: Settings) -> dict[str, float]:
    """Seconds of whole commands, the best of three, beside a Python that does nothing."""
    environment = {"DATA_DIR": str(settings.data_dir)}
    question = ("-m", "qa", "How long did the call last?")
    return {
        "python -c pass": command("-c", "pass"),
        "python -m ingest --help": command("-m", "ingest", "--help"),
        "python -m qa --help": command("-m", "qa", "--help"),
        "python -m eval --help": command("-m", "eval", "--help"),
        'python -m qa "…", cold': command(*question, **environment),
    }


def against_llama_index(library: Library, cases: Sequence[Case]) -> dict[str, float]:
    """Retrieval and citation beside LlamaIndex's stock path with the same encoder: splitter, Chroma, retriever.

    A hit is a question whose gold evidence is in what is cited; precision is the share of the cited sentences that are
    gold. The stock path cites the chunks that it retrieves.
    """
    articles = {article.id: article for article in library.articles()}
    retriever = stock_retriever(list(articles.values()))
    retriever.retrieve("warm up")
    ours, stock = [], []
    for case in cases:
        gold, _ = places(case.evidence, articles)
        answer = ask(case.question, settings=library.settings)
        cited = [(item.article_id, item.start, item.end) for item in answer.citations]
        ours.append(judged(cited, gold))
        nodes = [node.node for node in retriever.retrieve(case.question)]
        within = [
            (chunk.article_id, sentence.start, sentence.end)
            for chunk in library.chunks()
            for sentence in chunk.sentences
            if any(node.start_char_idx <= sentence.start and sentence.end <= node.end_char_idx for node in nodes)
        ]
        stock.append(judged(within, gold))
    seconds = statistics.median(timed(partial(retrieve, c.question, settings=library.settings)) for c in cases)
    theirs = statistics.median(timed(partial(retriever.retrieve, c.question)) for c in cases)
    return {
        "retrieve p50 ms": 1000 * seconds,
        "stock retrieve p50 ms": 1000 * theirs,
        "stock, times ours": theirs / seconds,
        "evidence cited": statistics.mean(hit for hit, _ in ours),
        "stock evidence cited": statistics.mean(hit for hit, _ in stock),
        "share of cited sentences that are evidence": statistics.mean(share for _, share in ours),
        "stock share": statistics.mean(share for _, share in stock),
    }


def stock_retriever(articles: Sequence[Article]) -> Any:
    """LlamaIndex as it comes: SentenceSplitter, ChromaVectorStore and the default retriever, with our encoder."""
    import chromadb  # the comparison needs its own, in memory
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from ingest.llama import MiniLMEmbedding

    collection = chromadb.EphemeralClient().create_collection("stock", embedding_function=None)
    context = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    documents = [Document(text=article.text, metadata={"article_id": article.id}) for article in articles]
    index = VectorStoreIndex.from_documents(
        documents, storage_context=context, embed_model=MiniLMEmbedding(), transformations=[SentenceSplitter()]
    )
    return index.as_retriever()


def judged(cited: Sequence[Span], gold: Sequence[Sequence[Span]]) -> tuple[float, float]:
    """Whether any gold evidence is cited, and the share of what is cited that is gold (0 when nothing is)."""
    right = sum(touches(span, gold) for span in cited)
    return float(right > 0), right / max(len(cited), 1)


def timed(work: Callable[[], object]) -> float:
    """The seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def command(*words: str, **environment: str) -> float:
    """The seconds of a Python command, the best of three."""
    import os

    given = {**os.environ, **environment}
    return min(
        timed(lambda: subprocess.run([sys.executable, *words], env=given, check=True, capture_output=True))  # noqa: S603
        for _ in range(3)
    )


if __name__ == "__main__":
    main()
