"""A chunk made ready for reading: which tokens, words and traits each of its sentences has. Pure."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ingest.embed import TokenVectors
from ingest.schema import Article, Chunk
from ingest.split import split_sentences
from qa.question.answer_form import holds
from qa.text.words import stems_of

Floats = NDArray[np.float32]

CONTEXT = 200
"""Characters before a chunk within which sentences are read along with it."""


@dataclass(frozen=True, eq=False)
class Passage:
    """A chunk with its token vectors. Sentence `i` is `chunk.sentences[i]`."""

    chunk: Chunk
    article: Article
    tokens: TokenVectors

    @cached_property
    def vectors(self) -> Floats:
        """The token vectors, float32 (tokens, 384), about unit length."""
        return self.tokens.vectors.astype(np.float32) / np.float32(127)

    @cached_property
    def sentence_of_token(self) -> NDArray[np.int64]:
        """The index of the sentence that each token lies in, (tokens,)."""
        starts = np.array([sentence.start - self.chunk.start for sentence in self.chunk.sentences], dtype=np.int64)
        return np.maximum(np.searchsorted(starts, self.tokens.spans[:, 0], side="right") - 1, 0)

    @cached_property
    def context_start(self) -> int:
        """Where the last sentences before the chunk begin: they tell who "he" is and which "call" is meant."""
        first = max(self.chunk.start - CONTEXT, 0)
        before = split_sentences(self.article.text[first : self.chunk.start])
        whole = before[1:] if first else before  # the first one may be cut
        return first + whole[0].start if whole else self.chunk.start

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The words of each sentence."""
        return tuple(self.article.text[s.start : s.end] for s in self.chunk.sentences)

    @cached_property
    def stems(self) -> tuple[frozenset[str], ...]:
        """The stems of each sentence's words, stop words left out."""
        return tuple(stems_of(text) for text in self.texts)

    @cached_property
    def heading_stems(self) -> tuple[frozenset[str], ...]:
        """For each sentence the stems of the heading above it in this chunk."""
        found, last = [], frozenset[str]()
        for sentence, stems in zip(self.chunk.sentences, self.stems, strict=True):
            found.append(last)
            last = stems if sentence.heading else last
        return tuple(found)

    @cached_property
    def article_stems(self) -> frozenset[str]:
        """The stems of the article's title, source, date and authors."""
        return stems_of(prefix(self.article))

    @cached_property
    def traits(self) -> NDArray[np.bool_]:
        """Whether each sentence holds what each kind of question asks for, (sentences, len(HELD))."""
        return np.array([holds(text) for text in self.texts])


def prefix(article: Article) -> str:
    """What every chunk of an article is found by besides its own words: title, source, authors and date in words."""
    try:
        day = date.fromisoformat(article.published_at[:10])
        written = f"{article.published_at[:10]} {day:%B} {day.day} {day.year}"
    except ValueError:
        written = article.published_at
    return " ".join([article.title, article.source, *article.authors, written])


def sentence_maxima(similarity: Floats, passage: Passage) -> Floats:
    """The best match of each query token in each sentence: (query, tokens) → (sentences, query)."""
    best = np.zeros((len(passage.chunk.sentences), similarity.shape[0]), dtype=np.float32)
    np.maximum.at(best, passage.sentence_of_token, similarity.T)
    return best
