"""Questions with a word or two exchanged for others that the encoder holds alike: some still ask the same, most do not.

"What cable company removed ABC stations …?" becomes "What cable company added …?" or "… dropped …?" (after the data
augmentation of Jiao et al. 2020, TinyBERT). Which of them a passage still answers, the teacher says.
"""

import random
import re

import numpy as np
from tokenizers import Tokenizer

from eval.training.encoder_export import source
from eval.training.reader_data import exchange
from qa.text.words import content_words, stem

CLOSEST = 25
"""Entries of the vocabulary that are looked at for a word; those of its own stem do not count."""

KEPT = 12
"""Neighbours that a word is exchanged for."""

EXCHANGED = (1, 1, 1, 2)
"""How many words of a question are exchanged; one of these is drawn."""

_WHOLE = re.compile(r"[a-z]{3,}|\d{2,4}")


class Neighbours:
    """Which words of the encoder's vocabulary are closest to a word, by the cosine of their embeddings."""

    def __init__(self) -> None:
        from safetensors.numpy import load_file  # noqa: PLC0415 - not among what is installed to use the project

        vocabulary = Tokenizer.from_file(str(source() / "tokenizer.json")).get_vocab()
        self._words = [word for word in vocabulary if _WHOLE.fullmatch(word)]
        rows = load_file(source() / "model.safetensors")["embeddings.word_embeddings.weight"]
        vectors = rows[[vocabulary[word] for word in self._words]].astype(np.float32)
        self._vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self._place = {word: row for row, word in enumerate(self._words)}
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, word: str) -> tuple[str, ...]:
        """The closest words of other stems, the closest first; () for a word that the vocabulary lacks."""
        if word not in self._known:
            self._known[word] = self._find(word) if word in self._place else ()
        return self._known[word]

    def _find(self, word: str) -> tuple[str, ...]:
        likeness = self._vectors @ self._vectors[self._place[word]]
        closest = (self._words[row] for row in np.argsort(-likeness, kind="stable")[:CLOSEST])
        return tuple(other for other in closest if stem(other) != stem(word))[:KEPT]


def reworded(question: str, neighbours: Neighbours, rng: random.Random) -> str:
    """The question with a word or two exchanged; "" when it has none that could be."""
    own = [word for word in content_words(question) if neighbours.of(word.lower())]
    if not own:
        return ""
    for word in rng.sample(own, min(len(own), rng.choice(EXCHANGED))):
        question = exchange(question, word, rng.choice(neighbours.of(word.lower())))
    return question
