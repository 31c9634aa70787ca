"""An article as a whole, with its sentences: what is looked over, listed and summarised. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingest.schema import Article, Sentence
from ingest.split import split_sentences
from qa.retrieval.search import Snapshot
from qa.schema import DraftSentence, Span

QUOTED = 3
"""Sentences before the one in which a quotation ends, in which it may begin."""

MOST_SENTENCES_READ = 2_000
"""Sentences of one article that are looked over."""


@dataclass(frozen=True, eq=False)
class WholeArticle:
    """An article and its sentences in order, headings among them, which are found when they are first asked for."""

    article: Article

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the text."""
        return _sentences(self.article.text)

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

    def labelled(self, label: str, index: int, *, quotation: bool = False) -> DraftSentence:
        """A sentence after a label that code gives it: `"Ada Li: She said no."`.

        With `quotation` those before it in which a quotation begins that ends in it.
        """
        first = self._opening(index) if quotation else index
        words = " ".join(self.text(place) for place in range(first, index + 1))
        return self.quoted(self.sentences[first].start, self.sentences[index].end, f"{label}: {words}")

    def _opening(self, index: int) -> int:
        """The sentence in which the quotation begins that ends in this one; this one, where none does."""
        if self.text(index).count("”") <= self.text(index).count("“"):
            return index
        for first in range(index - 1, max(index - QUOTED, 0) - 1, -1):
            if "“" in self.text(first):
                return first
            if self.opens_paragraph(first):
                break
        return index

    def under_title(self, chosen: Sequence[int]) -> list[DraftSentence]:
        """Sentences, the first under the article's title, unless that is how it begins."""
        title = self.article.title
        found = [self.draft(index) for index in chosen]
        if found and title and not self.text(chosen[0]).startswith(title.removesuffix("…").rstrip()):
            found[0] = self.labelled(title, chosen[0])
        return found

    def opens_paragraph(self, index: int) -> bool:
        """Whether a sentence begins a line."""
        start = self.sentences[index].start
        return start == 0 or "\n" in self.article.text[self.sentences[index - 1].end if index else 0 : start]


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[Sentence, ...]:
    return tuple(split_sentences(text)[:MOST_SENTENCES_READ])


def whole_articles(view: Snapshot, ids: Sequence[str] | None) -> list[WholeArticle]:
    """The articles with these ids, or all, oldest first."""
    wanted = view.articles if ids is None else [id_ for id_ in ids if id_ in view.articles]
    return [WholeArticle(view.articles[id_]) for id_ in wanted]
