"""An article as a whole, with its sentences: what is looked over, listed and summarised. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.schema import Article, Sentence
from qa.retrieval.search import Snapshot
from qa.schema import DraftSentence, Span

MOST_SENTENCES_READ = 2_000
"""Sentences of one article that are looked over."""


@dataclass(frozen=True, eq=False)
class WholeArticle:
    """An article and its sentences in order, headings among them."""

    article: Article
    sentences: tuple[Sentence, ...]

    def text(self, index: int) -> str:
        """The words of a sentence on one line, as many characters as it has."""
        sentence = self.sentences[index]
        return self.article.text[sentence.start : sentence.end].replace("\n", " ")

    def draft(self, index: int) -> DraftSentence:
        """A sentence as it is said in its own words."""
        sentence = self.sentences[index]
        return self.quoted(sentence.start, sentence.end)

    def quoted(self, start: int, end: int, text: str = "") -> DraftSentence:
        """Words of the article as they are, or under another text that code has made of them."""
        span = Span(article_id=self.article.id, start=start, end=end)
        return DraftSentence(text or self.article.text[start:end], (span,), verdict=("supported", ""))

    def opens_paragraph(self, index: int) -> bool:
        """Whether a sentence begins a line."""
        start = self.sentences[index].start
        return start == 0 or "\n" in self.article.text[self.sentences[index - 1].end if index else 0 : start]


def whole_articles(view: Snapshot, ids: Sequence[str] | None) -> list[WholeArticle]:
    """The articles with these ids, or all, oldest first, with their sentences."""
    wanted = view.articles.keys() if ids is None else [id_ for id_ in ids if id_ in view.articles]
    held: dict[str, list[Sentence]] = {id_: [] for id_ in wanted}
    for index in view.places(ids):
        chunk = view.chunks[index]
        held[chunk.article_id] += chunk.sentences
    return [WholeArticle(view.articles[id_], tuple(found[:MOST_SENTENCES_READ])) for id_, found in held.items()]
