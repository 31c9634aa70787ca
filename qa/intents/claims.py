"""Statements held to the articles: a claim that was pasted, a yes-or-no question, what ends in "right?"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingest.split import split_sentences
from qa.reading.reader import NEITHER, SUPPORTED, YES, Reader
from qa.retrieval.passage import Passage
from qa.retrieval.query import rarity
from qa.schema import DraftAnswer, DraftSentence, Span
from qa.text.analysis import TextAnalysis
from qa.text.names import absent_names, index_names
from qa.text.negation import denials, speakers
from qa.text.quantities import find_quantities, fold
from qa.text.words import AUXILIARY, WORD, stems_of
from qa.verification.contrast import BEFORE_QUOTE
from qa.verification.findings import Checker, Findings, examine
from qa.verification.source import analyse_cited
from qa.verification.support import LONGEST_CLAIM, main_fault, supported, verbatim, without_guess

Floats = NDArray[np.float32]
Verdict = Literal["supported", "contradicted", "not mentioned"]

MOST_CLAIMS = 30
"""Sentences of a pasted text that are checked."""

CANDIDATES = 4
"""Sentences of the articles to which a claim is held: those that share the rarest of its words."""

SURE = 0.6
"""How probable it must be by the reader that a sentence supports a claim that it says in other words, or refutes it.
Chosen on the yes-or-no questions and claims of `news` and `visitors`, after its first course: of 58 it decided 35 with
what the words decide, none of them wrongly."""

REFUTES = 0.65
"""How probable it must be by the reader alone that a sentence refutes what it does not deny in so many words."""

NO = -1.1
"""The reader's logit of a yes, on the mean of two readings, below which a sentence says no. After its first course 12
of 31 questions of `news` and `news-held-out` without a verdict lay below, of which one is to be answered with yes."""

TOLD = 0.45
"""How probable it must be that a sentence tells of what a yes-or-no question asks, to be shown without a yes or no.
Chosen on the same."""

TOGETHER = 0.6
"""The share of its words that two sentences must hold to support a claim together."""

JOINED = 2
"""Sentences to each of which one more is joined."""

SAID = 0.85
"""The share of its words that a sentence must hold to support a claim: a wrong "Yes." is worse than none."""

HALF = 0.5
"""The share of its words that a sentence must hold to contradict a claim by the reader's word alone."""

SAME_MATTER = 0.6
"""The share of its words that a sentence must hold to be about the same, and so to contradict a claim."""

_TRUE_THAT = re.compile(
    r"""(?ix) ^\W*(?:(?:and|so|but|ok)\W+)? (?:
        (?:is|was|isn['’]t)\ (?:it|this|that)\ (?:really\ |actually\ )?
          (?:true|correct|right|a\ fact|the\ case|so)\W+(?:that\ )?
      | (?:does|did)\ (?:it|the\ (?:article|text|story|report))\ (?:really\ |actually\ )?
          (?:say|claim|state|mention)\ that\s
      | (?:true|right|correct)\ or\ (?:false|wrong|not)\W+
      | (?:fact[\s-]?check|check|verify)(?:\ (?:this|the\ claim|that))?\W+(?:that\ )?
    ) (?P<claim>.{8,}) $"""
)
_TAG = re.compile(
    r"(?i)[\s,.;–—-](?:is (?:that|this|it) )?(?:right|correct|true|yes|no|really|(?:true|right) or (?:false|wrong)"
    r"|(?:is|are|was|were|do|does|did|has|have|will|would|can)n['’]t (?:it|he|she|they|there))\Z"
)
"""What a statement ends with whose truth is asked for: `"The bridge is closed, isn't it?"`."""

_ORDERS = frozenset(
    "tell give show list explain describe compare summarise summarize name quote find define say write sum make"
    " read count translate please help let what which who whom whose when where why how i we can could would"
    " should do does did is are was were has have had will may might if and but so or also then ok okay yes no"
    " thanks tldr in of for about more".split()
)
_BOUNDS = frozenset(
    "all every each any only always never ever still yet already both again another other others most more less"
    " same alone first last entire entirely whole fully completely everyone everybody anybody anyone nobody none"
    " no not".split()
)
"""Words that set the bounds of a claim: what says the same without them says less."""

_QUOTATION = re.compile(r"\s*[“\"„«]([^“”\"„«»]*)[”\"“»]\s*")
_VIEW = re.compile(r"(?i)[“”\"„«»]|\b(?:view|opinion|believes?|thinks?|fears?|hopes?|doubts?)\b")
_FOLLOWS = re.compile(r"(?i)\b(?:because|due|since|so|therefore|thus|as|after|before|caused?|led|leads)\b")
_OPENS = re.compile(r"(?:He|She|They|It|His|Her|Their|Its)\b|The [a-z]+ (?!of\b)[a-z]")
_STATES = re.compile(r"\S+(?:\s+\S+){2,}[.!…][\"”’']?\s*$")


@dataclass(frozen=True)
class Judgement:
    """What the articles say to a claim: the verdict, why, and the words that decide it or come nearest.

    `told` is how probable it is by the reader that some sentence tells of it at all.
    """

    text: str
    verdict: Verdict
    reason: str = ""
    drafts: tuple[DraftSentence, ...] = ()
    told: float = 1.0


def statements(message: str) -> list[str]:
    """The sentences of a message that states something and asks nothing; none for a question or an order.

    `"It cost 9 million. It is red."` → two. `"Who paid."`, `"List the names."` → none.
    """
    quoted = _QUOTATION.fullmatch(message)
    message = quoted[1] if quoted else message
    found = [message[s.start : s.end].strip() for s in split_sentences(message)][:MOST_CLAIMS]
    if not found or "?" in message or not _STATES.match(message):
        return []
    first = re.match(r"\W*([\w'’]+)", message)
    return [] if first and first[1].lower() in _ORDERS else found


def claim_asked(question: str) -> str:
    """The statement whose truth is asked for: `"Is it true that rain fell?"` → "rain fell."; empty when none is."""
    match = _TRUE_THAT.match(question)
    claim = match["claim"] if match else _before_tag(question)
    if claim and not re.match(r"(?i)\W*(?:who|what|which|when|where|why|how)\b", claim):
        return claim.strip(' ?.!:"“”') + "."
    return _declared(question)


def _before_tag(question: str) -> str:
    """What stands before "right?", "is that true?" or "isn't it?" at the end of a question; else empty."""
    core = question.rstrip()
    bare = core.rstrip("? \t")
    tag = _TAG.search(bare) if core.endswith("?") else None
    claim = bare[: tag.start()].rstrip(" \t\n,.;–—-") if tag else ""
    return claim if len(claim) >= 8 else ""


def _declared(question: str) -> str:
    """A yes-or-no question as a statement: `"Is the bridge closed?"` → "the bridge is closed."."""
    found = question.strip().rstrip("?.! ").split()
    found = ["one" if word.lower() in {"anyone", "anybody", "someone", "somebody"} else word for word in found]
    if len(found) < 3 or found[0].lower() not in AUXILIARY or " or " in question.lower():
        return ""
    verb, rest = found[0].lower(), found[1:]
    size = _subject(rest)
    negated = verb.endswith(("n't", "n’t"))
    verb = "" if verb in {"do", "does", "did"} or negated else f"{verb} "
    return f"{' '.join(rest[:size])} {verb}{' '.join(rest[size:])}.".replace("  ", " ")


def _subject(rest: Sequence[str]) -> int:
    """How many words the subject of an inverted question has: of "the old bridge closed" two, of "Ada Li won" two."""
    if rest[0].lower() in {"the", "a", "an", "his", "her", "its", "their", "any", "some", "this", "these", "those"}:
        size = 2
    else:
        size = 1
    if rest[0][0].isupper():
        size = next((n for n, word in enumerate(rest) if not word[0].isupper()), len(rest) - 1)
    return max(1, min(size, len(rest) - 1))


class _Held:
    """A claim held to one sentence, and to what stands before it."""

    def __init__(self, claim: str, place: tuple[int, int], passages: Sequence[Passage], checker: Checker) -> None:
        passage = passages[place[0]]
        sentence = passage.chunk.sentences[place[1]]
        span = Span(article_id=passage.article.id, start=sentence.start, end=sentence.end)
        self._claim, self._checker = claim, checker
        self.quote = passage.texts[place[1]]
        self.before = passage.article.text[max(sentence.start - BEFORE_QUOTE, 0) : sentence.start]
        self.draft = DraftSentence(self.quote, (span,))
        self.found = examine(claim, analyse_cited((self.quote,)), before=[self.before])

    def says_all(self) -> bool:
        """Whether the sentence says the claim in its own words."""
        claim, quote = self._claim, self.quote
        if not (verbatim(claim, [quote]) or _says_all(claim, quote, self.found.features["coverage"])):
            return False
        return supported(claim, [quote], self._checker, [self.before])[0] == "supported"

    def is_view(self) -> bool:
        """Whether the sentence tells what somebody says or thinks, which may be so and the claim as well."""
        return bool(_VIEW.search(self.quote) or speakers(TextAnalysis(self.quote).words))

    def denies_more(self) -> bool:
        """Whether one of both denies something and the other nothing: there the reader's word alone is no yes."""
        return bool(denials(TextAnalysis(self._claim).words)) != bool(denials(TextAnalysis(self.quote).words))


def judge(
    claim: str,
    passages: Sequence[Passage],
    checker: Checker,
    question: str = "",
    likeliest: Sequence[tuple[int, int]] = (),
) -> Judgement:
    """What the passages say to a claim, or to the question that it was made of.

    `likeliest` are sentences, as (passage, sentence), that may tell beside those that share its words.
    """
    if len(claim) > LONGEST_CLAIM:
        return Judgement(claim, "not mentioned")
    places = list(dict.fromkeys([*_candidates(claim, passages), *likeliest]))
    held = [_Held(claim, place, passages, checker) for place in places]
    chances = _chances([claim, question] if question else [claim], held, checker.reader)
    drafts = _supporting(held, chances)
    drafts = drafts or (() if question else _joined(claim, held, chances, checker))
    if drafts:
        return Judgement(claim, "supported", drafts=drafts)
    return _contradicting(claim, held, chances, asked=bool(question)) or Judgement(
        claim, "not mentioned", told=float(chances[:, 2].max(initial=0.0))
    )


def _supporting(held: Sequence[_Held], chances: Floats) -> tuple[DraftSentence, ...]:
    """The words that support a claim: in its own words, or in others by the reader."""
    for one, (_, refuted, _) in zip(held, chances, strict=True):
        if refuted < SURE and one.says_all():
            return (one.draft,)
    for row in _by_side(held, chances, 0):
        if chances[row, 0] >= SURE and not (held[row].denies_more() or main_fault(held[row].found)[1]):
            return (held[row].draft,)
    return ()


def _contradicting(claim: str, held: Sequence[_Held], chances: Floats, *, asked: bool) -> Judgement | None:
    """What says something else in the place of a claim, or of what is `asked`, by the words or by the reader."""
    for one in held:
        fatal, reason = main_fault(one.found)
        if fatal and _same_matter(one.found):
            return Judgement(claim, "contradicted", reason, (one.draft,))
    supported_by = chances[:, 0].max(initial=0.0)
    for row in _by_side(held, chances, 1):
        found = held[row].found
        near = (asked or found.features["coverage"] >= HALF) and not (found.absent or held[row].is_view())
        if near and chances[row, 1] >= max(REFUTES, supported_by):
            reason = main_fault(held[row].found)[1] or "The article says otherwise."
            return Judgement(claim, "contradicted", reason, (held[row].draft,))
    return None


def _by_side(held: Sequence[_Held], chances: Floats, side: int) -> list[int]:
    """The sentences that hold a word of the claim, others showing nothing to a person, the likeliest first."""
    near = [row for row, one in enumerate(held) if one.found.features["coverage"]]
    return sorted(near, key=lambda row: -chances[row, side])


def _joined(claim: str, held: Sequence[_Held], chances: Floats, checker: Checker) -> tuple[DraftSentence, ...]:
    """Two sentences that together say what a claim joins, the best and that which adds the most; or none.

    That one thing follows from the other is not told by two that stand apart; nor does what one says of somebody, or
    somebody says in it, hold of whom the other names.
    """
    wanted, said = stems_of(claim), TextAnalysis(claim)
    denied = any(
        main_fault(without_guess(one.found))[0] and (refuted >= SURE or _same_matter(one.found))
        for one, (_, refuted, _) in zip(held, chances, strict=True)
    )
    if denied or _FOLLOWS.search(claim) or speakers(said.words):
        return ()
    for one in sorted(held, key=lambda one: -one.found.features["coverage"])[:JOINED]:
        left = wanted - stems_of(one.quote)
        other = max(
            (other for other in held if other is not one), key=lambda two: len(left & stems_of(two.quote)), default=one
        )
        if not left & stems_of(other.quote) or not _of_the_same(said, one.quote):
            continue
        pair = sorted((one, other), key=lambda side: (side.draft.spans[0].article_id, side.draft.spans[0].start))
        quotes = [side.quote for side in pair]
        found = examine(claim, analyse_cited(tuple(quotes)), before=[side.before for side in pair])
        if found.features["coverage"] < TOGETHER or main_fault(found)[1]:
            continue
        supports, refutes, _ = _chances_of(claim, [" ".join(quotes)], checker.reader)[0]
        if supports >= SURE > refutes:
            return tuple(side.draft for side in pair)
    return ()


def _of_the_same(claim: TextAnalysis, quote: str) -> bool:
    """Whether a sentence says it of whom the claim names first, or opens with a “he” that may be that."""
    side = TextAnalysis(quote)
    first = next(iter(claim.names), None)
    if first is None or not absent_names([first], index_names(side.folded)):
        return True
    return not side.names or bool(_OPENS.match(quote))


def _chances(statements: Sequence[str], held: Sequence[_Held], reader: Reader) -> Floats:
    """How probable it is by the reader that each sentence supports the statements, refutes them or does either.

    float32 (sentences, 3), the least of several readings: of the first statement with the sentence alone, then of each
    with what stands before it, which tells who a “he” is, but lends it words too. What is too little already is not
    read again.
    """
    least = _chances_of(statements[0], [one.quote for one in held], reader)
    for statement in statements:
        rows = [row for row, told in enumerate(least[:, 2]) if told >= TOLD]
        texts = [held[row].before + held[row].quote for row in rows]
        least[rows] = np.minimum(least[rows], _chances_of(statement, texts, reader))
    return least


def _chances_of(statement: str, texts: Sequence[str], reader: Reader) -> Floats:
    logits = reader.weigh(statement, texts)[:, SUPPORTED : NEITHER + 1]
    chances = np.exp(logits - np.logaddexp.reduce(logits, axis=1)[:, None])
    chances[:, 2] = 1 - chances[:, 2]
    return np.asarray(chances, dtype=np.float32)


def _same_matter(found: Findings) -> bool:
    """Whether words that say otherwise are about what the claim is about: one that names others may be true as well.

    That Trump called does not tell that Biden did not, but of two that agree in all else one names the wrong person.
    """
    if found.absent or found.unquoted:
        return False
    others = bool(
        found.speakers or found.subjects or any(not find_quantities(fold(said)) for said, _ in found.exchanged)
    )
    return found.features["coverage"] >= (SAID if others else SAME_MATTER)


def _says_all(claim: str, quote: str, coverage: float) -> bool:
    """Whether a sentence says so much of a claim that "yes" is safe: nearly all words, and all that set its bounds.

    Of two words alone both must stand in one clause: “Nobody asked the swimmers,” Okafor said, makes him no swimmer.
    """
    own, words_of = stems_of(claim), {word.lower() for word in WORD.findall(quote)}
    bounds = {word.lower() for word in WORD.findall(claim)} & _BOUNDS
    if coverage < SAID or not bounds <= words_of:
        return False
    return len(own) > 2 or any(own <= stems_of(clause) for clause in re.split(r"[,;:“”\"()—–]", quote))


def _candidates(claim: str, passages: Sequence[Passage]) -> list[tuple[int, int]]:
    """The sentences that share the most of the claim's words, rare ones counting more; headings left out."""
    wanted, idf = stems_of(claim), rarity(passages)
    scored = [
        (sum(idf.get(word, 0.0) for word in stems & wanted), -p, -s)
        for p, passage in enumerate(passages)
        for s, stems in enumerate(passage.stems)
        if not passage.chunk.sentences[s].heading
    ]
    return [(-p, -s) for score, p, s in sorted(scored, reverse=True)[:CANDIDATES] if score > 0]


def says_no(question: str, quote: str, before: str, reader: Reader) -> bool:
    """Whether a sentence that tells of a yes-or-no question says no to it, by the reader, alone and with what precedes.

    That it says yes is less sure: “Was it really broken?” is no question of whether somebody said so.
    """
    return float(reader.weigh(question, [quote, before + quote])[:, YES].mean()) <= NO


def answer_yes_no(judgement: Judgement, otherwise: DraftAnswer) -> DraftAnswer:
    """Yes or no first, and the words that decide it; else what is said otherwise, where something tells of it."""
    if judgement.verdict == "not mentioned":
        return otherwise if judgement.told >= TOLD else DraftAnswer(model=otherwise.model, probability=judgement.told)
    lead = "Yes." if judgement.verdict == "supported" else "No."
    return DraftAnswer(judgement.drafts, probability=1.0, lead=lead)


def answer_claims(judgements: Sequence[Judgement]) -> DraftAnswer:
    """What the articles say to each sentence that was pasted; no sentences where they say nothing to any.

    Of several those that they do not mention come after the others, as what the articles leave open.
    """
    missing = [f"“{one.text}”" for one in judgements if one.verdict == "not mentioned"]
    if len(missing) == len(judgements):
        return DraftAnswer(probability=max((one.told for one in judgements), default=0.0))
    if len(judgements) == 1:
        one = judgements[0]
        lead = "Supported." if one.verdict == "supported" else f"Contradicted. {one.reason}"
        return DraftAnswer(one.drafts, probability=1.0, lead=lead)
    drafts = tuple(
        DraftSentence(f"“{one.text}” {_verdict(one)}", _spans(one), verdict=("supported", ""))
        for one in judgements
        if one.drafts
    )
    gaps = f"Not mentioned: {' '.join(missing)}" if missing else ""
    return DraftAnswer(drafts, probability=1.0, lead="Checked one by one:", layout="list", gaps=gaps)


def _spans(one: Judgement) -> tuple[Span, ...]:
    return tuple(span for draft in one.drafts for span in draft.spans)


def _verdict(one: Judgement) -> str:
    return "– supported." if one.verdict == "supported" else f"– contradicted: {one.reason}"
