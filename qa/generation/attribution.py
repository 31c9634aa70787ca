"""A model's reply is held to the sentences that it was shown: what each of its own rests on, and whether it does."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.generation.alignment import align
from qa.generation.prompt import PromptContext
from qa.generation.reply import is_gap, parse_reply, refuses, settled
from qa.schema import DraftSentence, Rejected
from qa.verification.cite import Cited, cite, verdict
from qa.verification.findings import Checker

BEGUN = 3
"""Words by which a sentence has begun."""


@dataclass(eq=False)
class Reply:
    """What a model has written so far about the sentences of a sheet. Each of its sentences is judged once, as it ends.

    With `strict`, what the cited words do not support is not said at all.
    """

    sheet: PromptContext
    checker: Checker
    strict: bool = False
    text: str = ""
    _judged: dict[DraftSentence, tuple[DraftSentence, tuple[Rejected, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sentences = self.sheet.texts()
        self._articles = {article.id: article for article in self.sheet.articles}

    def add(self, delta: str) -> str:
        """Take more of the reply; all that can be shown of it now, which never ends in a broken marker.

        Sentences that have ended come with their citations, the words of the one that has not without. A sentence is
        taken to have ended when the next has begun with a few words: "10 a.m. Eastern Time" is one.
        """
        self.text += delta
        said = self._claims(settled(self.text))
        if len(said) > 1 and len(said[-1].text.split()) < BEGUN:
            said = said[:-1]
        ended = self._cited(said[:-1]).text
        return f"{ended} {said[-1].text}".strip() if said and not self.strict else ended

    @property
    def refused(self) -> bool:
        """Whether the model said that the article does not tell, or nothing."""
        return refuses(self.text)

    def drafts(self) -> tuple[DraftSentence, ...]:
        """The sentences of the whole reply with the places that they rest on."""
        return tuple(self._judge(said)[0] for said in self._claims(self.text))

    @property
    def gaps(self) -> tuple[str, ...]:
        """What the model said that the article does not tell, beside what it does."""
        return tuple(said.text for said in parse_reply(self.text) if is_gap(said.text))

    def rejected(self) -> tuple[Rejected, ...]:
        """What the model cited that does not hold."""
        return tuple(dict.fromkeys(item for said in self._claims(self.text) for item in self._judge(said)[1]))

    def _claims(self, text: str) -> list[DraftSentence]:
        return [said for said in parse_reply(text) if not is_gap(said.text)]

    def _cited(self, said: Sequence[DraftSentence]) -> Cited:
        return cite([self._judge(item)[0] for item in said], self._articles, strict=self.strict)

    def _judge(self, said: DraftSentence) -> tuple[DraftSentence, tuple[Rejected, ...]]:
        if said not in self._judged:
            self._judged[said] = self._grounded(said)
        return self._judged[said]

    def _grounded(self, said: DraftSentence) -> tuple[DraftSentence, tuple[Rejected, ...]]:
        """The sentence with the places that it rests on: those that the model cited when they hold, else the nearest.

        A number that no sentence has, and a sentence that does not support what it is cited for, is told as rejected.
        """
        count = len(self._sentences)
        wrong = tuple(
            Rejected(marker=f"[{number}]", reason=f"There is no sentence {number}.")
            for number in said.numbers
            if not 1 <= number <= count
        )
        cited = tuple(number - 1 for number in said.numbers if 1 <= number <= count)
        draft = self._draft(said, cited)
        if draft.holds:
            return draft, wrong
        near = align(said.text, self._sentences, self.checker.encoder)
        for places in dict.fromkeys((near[:1], near, tuple(dict.fromkeys((*cited, *near))))):
            other = self._draft(said, places)
            if other.holds:
                unused = [place for place in cited if place not in places]
                return other, (*wrong, *(self._unheld(place, said) for place in unused))
        return draft if cited else self._draft(said, near[:1]), wrong

    def _draft(self, said: DraftSentence, places: Sequence[int]) -> DraftSentence:
        """The sentence resting on these places, and whether they support it."""
        spans = tuple(self.sheet.spans[place] for place in places)
        return replace(
            said, spans=spans, verdict=verdict(said.text, spans, self._articles, self.checker) if spans else None
        )

    def _unheld(self, place: int, said: DraftSentence) -> Rejected:
        return Rejected(marker=f"[{place + 1}]", reason=f"That sentence does not say: “{said.text[:200]}”")
