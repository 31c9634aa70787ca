"""A model's reply is held to the sentences that it was shown: what each of its own rests on, and whether it does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.generation import chatter
from qa.generation.alignment import align
from qa.generation.prompt import PromptContext, defuse
from qa.generation.refusal import may_deny
from qa.generation.reply import LONGEST_REPLY, ReplyContent, ends, may_refuse, read_reply
from qa.schema import DraftSentence, Rejected, Span, Support
from qa.text.words import stems_of
from qa.verification.cite import Cited, cite, verdict
from qa.verification.contrast import BEFORE_QUOTE
from qa.verification.findings import Checker
from qa.verification.languages import checked_elsewise, figures, is_small, tongue, tongue_of_article, values_in

BEGUN = 3
"""Words by which a sentence has begun."""

READ_AGAIN = 40
"""A growing reply is read again when it has grown by this part of its length."""

BESIDE = 2
"""Sentences before and after one that a model cited that may be cited with it: others are about something else."""

SHARED = 2
"""Stems that a sentence must share with the one that a bare number in round brackets cites."""

MOST_PLACES = 50
"""Places in the articles that are looked at for a number."""

_AFFIRMED = "A bare yes or no cannot be checked."
_LAST_WORD = re.compile(r"[\w'’-]+\W{0,2}$")


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
    _shown: tuple[int, str] = (0, "")
    _read: tuple[int, ReplyContent] = (-1, ReplyContent())

    def __post_init__(self) -> None:
        self._sentences = self.sheet.texts()
        self._articles = {article.id: article for article in self.sheet.articles}
        self._words = " ".join(defuse(sentence) for sentence in self._sentences).casefold()

    def add(self, delta: str) -> str:
        """Take more of the reply; all that can be shown of it now, which never ends in a broken marker.

        Sentences that have ended come with their citations, the words of the one that has not without. A sentence is
        taken to have ended when the next has begun with a few words: "10 a.m. Eastern Time" is one.
        """
        self.text += delta
        length, shown = self._shown
        if len(self.text) - length > length // READ_AGAIN and length < LONGEST_REPLY:
            self._shown = (len(self.text), self._growing())
        return self._shown[1] if len(self.text) != length else shown

    @property
    def full(self) -> bool:
        """Whether no more of the reply is read: it is too long, or says one thing over and over."""
        return len(self.text) >= LONGEST_REPLY or chatter.loops(self.text)

    @property
    def refused(self) -> bool:
        """Whether the model said that the article does not tell, and nothing that holds besides."""
        return self._reading().refused or (bool(self.gaps) and not any(draft.stands for draft in self.drafts()))

    @property
    def partly(self) -> bool:
        """Whether the model said that the article answers only a part of the question."""
        return self._reading().tells == "partly"

    @property
    def whole(self) -> bool:
        """Whether what there is of the reply ends with a sentence, and one of its sentences holds."""
        drafts = self.drafts()
        return (
            bool(drafts) and any(draft.holds for draft in drafts) and bool(drafts[-1].numbers or ends(drafts[-1].text))
        )

    def drafts(self) -> tuple[DraftSentence, ...]:
        """The sentences of the whole reply with the places that they rest on."""
        reading = self._reading()
        judged = [(candidate, self._judge(candidate)[0]) for candidate in reading.sentences]
        gaps, cites = bool(self.gaps), any(candidate.numbers for candidate, _ in judged)
        return tuple(
            draft
            for candidate, draft in judged
            if self._kept(candidate, draft, beside=gaps or (cites and chatter.names_source(candidate.text)))
        )

    @property
    def gaps(self) -> tuple[str, ...]:
        """What the model said that the article does not tell, beside what it does."""
        reading = self._reading()
        return (*reading.gaps, *(one.text for one in reading.sentences if self._denies(one, self._judge(one)[0])))

    def _denies(self, candidate: DraftSentence, draft: DraftSentence) -> bool:
        """Whether a sentence may say that the article does not tell, and is nothing that the article tells."""
        return not (draft.holds or candidate.numbers) and may_deny(candidate.text)

    def rejected(self) -> tuple[Rejected, ...]:
        """What the model cited that does not hold."""
        drafts = set(self.drafts())
        judged = (self._judge(candidate) for candidate in self._reading().sentences)
        return tuple(dict.fromkeys(item for draft, items in judged if draft in drafts for item in items))

    def _reading(self) -> ReplyContent:
        if self._read[0] != len(self.text):
            self._read = (len(self.text), read_reply(self.text, self._stands))
        return self._read[1]

    def _growing(self) -> str:
        reading = read_reply(self.text, self._stands, growing=True)
        candidates = list(reading.sentences)
        if reading.tells == "no" or not candidates:
            return ""
        if len(candidates) > 1 and len(candidates[-1].text.split()) < BEGUN:
            candidates.pop()
        kept = [draft for draft in map(self._shown_draft, candidates[:-1]) if draft]
        ended = self._cited(kept).text
        hidden = self.strict or may_refuse(candidates[-1].text) or chatter.is_chatter(candidates[-1].text)
        return ended if hidden else f"{ended} {candidates[-1].text}".strip()

    def _shown_draft(self, candidate: DraftSentence) -> DraftSentence | None:
        draft = self._judge(candidate)[0]
        return draft if self._kept(candidate, draft, beside=False) else None

    def _kept(self, candidate: DraftSentence, draft: DraftSentence, *, beside: bool) -> bool:
        """Whether a sentence is part of the answer: not what is said around it, or without ground `beside` others."""
        if self._denies(candidate, draft):
            return False
        if candidate.numbers or chatter.is_frame(candidate.text):
            return bool(candidate.numbers)
        return draft.holds or not (beside or chatter.is_chatter(candidate.text))

    def _cited(self, drafts: Sequence[DraftSentence]) -> Cited:
        return cite(drafts, self._articles, strict=self.strict)

    def _stands(self, before: str, mark: str) -> bool:
        """Whether the article may have words with this mark after them, or the number in it."""
        inside = mark.strip("(){}^ ,").casefold()
        last = _LAST_WORD.search(before[-60:])
        if (last and f"{last[0]}{mark}".casefold() in self._words) or (
            mark[0] == "(" and mark.casefold() in self._words
        ):
            return True
        if not inside.isdecimal():
            return not inside.isdigit() and self._says(inside)
        if mark[0] != "(":
            return False
        number = int(inside)
        known = 1 <= number <= len(self._sentences)
        return not known or (self._says(inside) and not self._about(before, number))

    def _says(self, words: str) -> bool:
        """Whether these words stand in the articles' own, not within a word or number."""
        place = self._words.find(words) if words else -1
        for _ in range(MOST_PLACES):
            if place < 0:
                return False
            around = self._words[max(place - 1, 0) : place], self._words[place + len(words) : place + len(words) + 1]
            if not any(char.isalnum() or char in ".," for char in around[0]) and not around[1].isalnum():
                return True
            place = self._words.find(words, place + 1)
        return False

    def _about(self, before: str, number: int) -> bool:
        """Whether the sentence of this number shares words with what stands before it."""
        return len(stems_of(before) & stems_of(self._sentences[number - 1])) >= SHARED

    def _judge(self, candidate: DraftSentence) -> tuple[DraftSentence, tuple[Rejected, ...]]:
        if candidate not in self._judged:
            self._judged[candidate] = self._grounded(candidate)
        return self._judged[candidate]

    def _grounded(self, candidate: DraftSentence) -> tuple[DraftSentence, tuple[Rejected, ...]]:
        """The sentence with the places that it rests on: those that the model cited when they hold, else the nearest.

        A number that no sentence has, and a sentence that does not support what it is cited for, is told as rejected.
        """
        count = len(self._sentences)
        wrong = tuple(
            Rejected(marker=f"[{number}]", reason=f"There is no sentence {number}.")
            for number in candidate.numbers
            if not 1 <= number <= count
        )
        cited = tuple(number - 1 for number in candidate.numbers if 1 <= number <= count)
        draft = self._draft(candidate, cited)
        if draft.holds or (draft.verdict and draft.verdict[0] == "unchecked"):
            return draft, wrong
        near = self._nearest(candidate.text)
        if cited and self._foreign(candidate.text) and not self._figures_at(candidate.text, near[:1]):
            return draft, wrong
        beside = tuple(place for place in near if any(abs(place - one) <= BESIDE for one in cited))
        wider = (beside, tuple(dict.fromkeys((*cited, *beside)))) if cited else (near,)
        for places in filter(None, dict.fromkeys((near[:1], *wider))):
            other = self._draft(candidate, places)
            if other.holds or (other.verdict and other.verdict[0] == "unchecked"):
                unused = [place for place in cited if place not in places]
                return other, (*wrong, *(self._unheld(place, candidate) for place in unused))
        return draft if cited else self._draft(candidate, near[:1]), wrong

    def _nearest(self, text: str) -> tuple[int, ...]:
        """The sentences that say what the text says; in another language those with its numbers come first."""
        near = align(text, self._sentences, self.checker.encoder)
        if not self._foreign(text):
            return near
        values, words = values_in(text), set(re.findall(r"[^\W\d_]{4,}", text))
        shared = [
            (len(values & values_in(one)) + len(words & set(re.findall(r"[^\W\d_]{4,}", one))))
            for one in self._sentences
        ]
        best = max(shared, default=0)
        return tuple(dict.fromkeys((*([shared.index(best)] if best else ()), *near)))

    def _figures_at(self, text: str, places: Sequence[int]) -> bool:
        """Whether the text has figures, and these sentences have them all."""
        found = [values for figure, values in figures(text) if not is_small(figure)]
        return bool(found) and all(values & values_in(self._sentences[place]) for values in found for place in places)

    def _foreign(self, text: str) -> bool:
        """Whether a claim cannot be judged by models of English: it is not, or what it is about is not."""
        return tongue(text) != "en" or any(tongue_of_article(one.text) != "en" for one in self.sheet.articles)

    def _draft(self, candidate: DraftSentence, places: Sequence[int]) -> DraftSentence:
        """The sentence resting on these places, and whether they support it."""
        spans = tuple(self.sheet.spans[place] for place in places)
        return replace(candidate, spans=spans, verdict=self._verdict(candidate.text, spans) if spans else None)

    def _verdict(self, text: str, spans: Sequence[Span]) -> tuple[Support, str]:
        if chatter.is_affirmation(text):
            return "unchecked", _AFFIRMED
        judged = verdict(chatter.affirmed(text), spans, self._articles, self.checker)
        if judged[0] == "supported" or not self._foreign(text):
            return judged
        article = self._articles[spans[0].article_id].text
        quotes = [self._articles[span.article_id].text[span.start : span.end] for span in spans]
        before = [
            self._articles[span.article_id].text[max(span.start - BEFORE_QUOTE, 0) : span.start] for span in spans
        ]
        return checked_elsewise(text, quotes, before, article)

    def _unheld(self, place: int, candidate: DraftSentence) -> Rejected:
        return Rejected(marker=f"[{place + 1}]", reason=f"That sentence does not say: “{candidate.text[:200]}”")
