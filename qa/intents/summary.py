"""Summaries in the form that is asked for: so many sentences, a list, of the whole text or of what somebody says. Pure.

The lead comes first, then the most central sentence of each stretch of the rest. A sentence whose "it" or "he" would
hang in the air is taken only together with the one before.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.intents.overview import mentioning
from qa.intents.whole import WholeArticle
from qa.question.answer_type import shape_of
from qa.question.person import SpeakerAsked
from qa.reading.speakers import spoken
from qa.schema import DraftAnswer, DraftSentence, Layout
from qa.text.names import ROLES, name_key
from qa.text.words import content_words, stem, stems_of

MOST = 12
"""Sentences of a summary at most."""

LONGEST_ASKED = 300
"""Characters of a question that can ask for a summary."""

USUAL = 5
BRIEF = 2
POINTS = 4
"""Sentences of a summary whose number is not said: plain, in short, and as a list."""

ARTICLES = 5
"""Articles of which a summary tells at most."""

_COUNTS = {word: n for n, word in enumerate("a one two three four five six seven eight nine ten".split())} | {
    "a": 1,
    "single": 1,
    "couple": 2,
}
_COUNT = rf"(?P<n>\d{{1,2}}|{'|'.join(_COUNTS)})"
_KEY = r"(?:(?:key|main|short|important|bullet|brief|quick|crisp|of)[\s-])*"
_SENTENCES = re.compile(rf"(?i)\b{_COUNT}(?: of)?[\s-]{_KEY}(?P<unit>sentences?|lines?)\b")
_BULLETS = re.compile(
    rf"(?i)\b(?:{_COUNT}[\s-])?{_KEY}"
    r"(?P<unit>bullets?|bullet[\s-]?points?|points|takeaways?|facts|highlights|items|ideas)\b"
)
_LIST = re.compile(
    r"(?i)\bbullet|\b(?:key|main|important) (?:points?|takeaways?|facts|ideas|things|messages)\b"
    r"|\bhighlights\b|\btakeaways\b"
)
_BRIEF = re.compile(
    r"(?i)\btl;?\s?dr\b|\bin (?:short|brief|a nutshell|a few words)\b|\bbriefly\b"
    r"|\b(?:short|brief|quick) summary\b"
)
_FORM_WORDS = frozenset(
    "summary summaries summarise summarize summarised summarized sum summing overview gist tl dr tldr short brief"
    " nutshell briefly quick main key point points idea ideas takeaway takeaways topic topics facts fact bullet"
    " bullets bulleted highlights sentence sentences line lines important crisp give one two three four five six"
    " seven eight nine ten couple single whole put make list happened story about write provide want need see read"
    " like part parts form format items articles reports stories texts each both".split()
)
_TOPIC = re.compile(
    r"""(?ix) (?:summar\w{1,5}|sum\ up|overview|gist|points?|bullets?|takeaways?|facts)\b.{0,99}?\b(?:
      what\ (?P<who>[^?.!,]{2,60}?)\ (?P<verb>demand|say|said|want|think|thought|propos|fear|argu|claim|offer|promis
        |plan|ask|believ|accus|warn|tell|told|complain)\w*
    | (?:about|on|of|regarding|concerning)\ (?P<what>[^?.!]{2,80})
    | (?P<owner>[\w.\ -]{2,40}?)(?:['’]s?)\ (?P<view>demands?|views?|position|proposals?|arguments?|plans?
        |concerns?|statements?)
    )"""
)
_WANTING = ("demand", "want", "propos", "ask")
_POINTING = "he|she|it|they|his|her|its|their"
_DANGLING = re.compile(
    r"^[“\"'(\[]?(?:(?:He|She|It|They|This|These|Those|His|Her|Its|Their|That|Both|Such|Neither"
    r"|The (?:latter|other|others|former|second|third|two))\b"
    rf"|(?:But|And|So|Then|Still|Yet|However|Instead|Nor|Or|Also)\b,?\s(?:{_POINTING}|this|that|these|those)\b"
    r"|(?:After|Before|When|While|Since|Because|If|As|Asked|In|On|At|For|With|By|Although|Though|Unlike|According to)\b"
    rf"[^,.]{{0,25}}?\b(?:{_POINTING})\b)"
)
_ENDS = re.compile(r"[.!…。]['”\"’)\]]*$")


@dataclass(frozen=True)
class SummaryForm:
    """How a summary is to be made. `count` 0 leaves the number to us, `topic` is empty for the whole text.

    `of_last`: the form alone was asked for, so that the last answer may be meant. `wants`: what somebody demands.
    `each`: the number is that of each article.
    """

    count: int
    layout: Layout
    topic: str = ""
    speaker: bool = False
    wants: bool = False
    of_last: bool = False
    each: bool = False


PLAIN = SummaryForm(0, "prose")
"""A summary of which nothing is said but that it is one."""


def summary_asked(question: str) -> SummaryForm | None:
    """The form of summary that a question asks for, None when it asks something else.

    `"Give me three bullet points"` → 3, list. `"Summarise what Russia demands"` → of Russia's demands. `"In short, why
    was it late?"` → None.
    """
    if len(question) > LONGEST_ASKED:
        return None
    if re.match(r"(?i)\W*(?:who|whom|whose|when|where|why|how)\b", question):
        return None
    sentences = _SENTENCES.search(question)
    found = list(_BULLETS.finditer(question))
    bullets = next((match for match in found if match["n"]), next(iter(found), None))
    listed = bool(_LIST.search(question)) or (bullets is not None and bullets["n"] is not None)
    asked = shape_of(question) == "summary" or bool(re.search(r"(?i)\bsum(?:med|s)? (?:\w+ )?up\b", question))
    if not (asked or listed or sentences):
        return None
    number = sentences["n"] if sentences else bullets["n"] if bullets else None
    count = _number(number) if number else BRIEF if _BRIEF.search(question) else 0
    layout: Layout = "list" if listed and not sentences else "prose"
    topic = _TOPIC.search(question)
    rest = [word for word in content_words(question) if word.lower() not in _FORM_WORDS and not word.isdigit()]
    if topic and rest:
        what = topic["who"] or topic["owner"] or topic["what"]
        verb = (topic["verb"] or topic["view"] or "").lower()
        return SummaryForm(count, layout, what.strip(), bool(verb), verb.startswith(_WANTING))
    if rest:
        return None
    each = bool(re.search(r"(?i)\b(?:each|every|both)\b", question))
    return SummaryForm(count, layout, of_last=not asked or bool(sentences), each=each)


def _number(word: str) -> int:
    return max(1, min(MOST, int(word) if word.isdigit() else _COUNTS[word.lower()]))


def summarised(form: SummaryForm, articles: Sequence[WholeArticle]) -> DraftAnswer | None:
    """The summary; None when the text has nothing on what it is to be of, or no sentence that tells."""
    several = articles[:ARTICLES]
    count = form.count or (POINTS if form.layout == "list" else USUAL)
    alone = len(several) == 1
    each = count if alone or form.each else max(1, min(2, count))
    layout = form.layout if alone or (form.count and not form.each) else "list"
    drafts: list[DraftSentence] = []
    for whole in several:
        chosen = _about(form, whole, each) if form.topic else central(whole, each)
        drafts += [whole.draft(index) for index in chosen] if alone else whole.under_title(chosen)
    drafts = drafts[: form.count] if form.count and not (alone or form.each) else drafts
    return DraftAnswer(tuple(drafts), probability=1.0, layout=layout) if drafts else None


def _about(form: SummaryForm, whole: WholeArticle, count: int) -> list[int]:
    """The sentences that tell what somebody says or wants, or what is said of something."""
    wanted = [stem(word.lower()) for word in content_words(form.topic)]
    if not wanted:
        return []
    mentioned = mentioning(wanted, whole)
    if not form.speaker:
        return _best(mentioned, whole, count)
    keys = frozenset(name_key(w) for w in form.topic.split() if w[0].isupper() and w.lower() not in ROLES)
    asked = SpeakerAsked(keys or frozenset(map(name_key, form.topic.split())), form.wants)
    said = [
        index
        for index, sentence in enumerate(whole.sentences)
        if not sentence.heading
        and (index in mentioned or index - 1 in mentioned)
        and spoken(asked, whole.text(index), whole.text(index - 1) if index else "") > 0
    ]
    return _best(said or mentioned, whole, count)


def _best(chosen: Sequence[int], whole: WholeArticle, count: int) -> list[int]:
    weights = _weights(whole)
    return sorted(sorted(chosen, key=lambda index: -weights[index])[:count])


def central(whole: WholeArticle, count: int) -> list[int]:
    """The lead and the most central sentences of the rest, in order, each understood without those left out."""
    telling = [index for index in range(len(whole.sentences)) if _tells(index, whole)]
    seen: set[str] = set()
    telling = [i for i in telling if not (whole.text(i) in seen or seen.add(whole.text(i)))]  # type: ignore[func-returns-value]
    if not telling:
        return [index for index, sentence in enumerate(whole.sentences) if not sentence.heading][:count]
    weights = _weights(whole)
    lead, rest = telling[0], telling[1:]
    alone = [index for index in rest if not dangles(whole.text(index))]
    size = count - 1
    stretches = [alone[round(n * len(alone) / size) : round((n + 1) * len(alone) / size)] for n in range(size)]
    chosen = {lead, *(max(stretch, key=lambda index: weights[index]) for stretch in stretches if stretch)}
    for index in sorted(rest, key=lambda index: -weights[index]):
        if len(chosen) >= count:
            break
        if index in alone or index - 1 in chosen:
            chosen.add(index)
    return sorted(chosen)


def dangles(text: str) -> bool:
    """Whether a sentence opens with a word that points at the one before: `"But he did not come."`."""
    return bool(_DANGLING.match(text))


def _tells(index: int, whole: WholeArticle) -> bool:
    """Whether a sentence says something by itself: no heading, byline, question, or half of a quotation."""
    sentence, text = whole.sentences[index], whole.text(index)
    plain = not sentence.heading and text != whole.article.title and not text.startswith(("“", '"', "-", "•", "*"))
    return plain and len(text) >= 30 and bool(_ENDS.search(text)) and text.count("“") == text.count("”")


def _weights(whole: WholeArticle) -> list[float]:
    """How central each sentence is: its words' share in the text, those of the title twice, for its length."""
    stems = [stems_of(whole.text(index)) for index in range(len(whole.sentences))]
    spread = Counter(word for one in stems for word in one)
    title = stems_of(whole.article.title)
    found = []
    for index, one in enumerate(stems):
        weight = sum(math.log(spread[word]) + (1.0 if word in title else 0.0) for word in one)
        opening = 1.2 if whole.opens_paragraph(index) else 1.0
        found.append(opening * weight / math.sqrt(8 + len(one)))
    return found
