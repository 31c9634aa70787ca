"""Drafts become verified citations here and nowhere else. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.schema import Article
from qa.schema import AnswerSpan, Citation, Claim, DraftSentence, Layout, Rejected, Span, Support
from qa.text.words import plain_words, repeats
from qa.verification.contrast import BEFORE_QUOTE
from qa.verification.findings import Checker
from qa.verification.support import supported

WORD_JOINER = "\u2060"
COMPARED = 12
"""Places cited for one sentence that are compared with each other."""
_LOOKALIKE = re.compile(r"\[(?=\d+\])")


@dataclass(frozen=True)
class Cited:
    """Verified claims: every `[n]` in `text` has exactly one citation, and every citation is used."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    rejected: tuple[Rejected, ...]


def cite(
    drafts: Iterable[DraftSentence],
    articles: Mapping[str, Article],
    checker: Checker | None = None,
    *,
    strict: bool = False,
) -> Cited:
    """The drafts with every citation verified against the articles, numbered from 1 in order of first use.

    Each claim says whether the words that it cites support it, which a checker helps to judge.

    A span that is not in its article is rejected and reported. A draft that is left with no citation, or when `strict`
    one that its citations do not support, is not said at all; its text is reported among the rejected.
    What an article says twice, as a repeated paragraph or a quote in a box, is cited once.
    """
    numbers: dict[Span, int] = {}
    first: dict[tuple[str, str], Span] = {}
    citations: list[Citation] = []
    claims: list[Claim] = []
    rejected: list[Rejected] = []
    for draft in drafts:
        text = unmarked(draft.text)
        valid = []
        for span in dict.fromkeys(draft.spans):
            reason = span_fault(span, articles)
            if reason:
                rejected.append(Rejected(marker=f"{span.article_id}:{span.start}-{span.end}", reason=reason))
            else:
                valid.append(span)
        if not text or not valid:
            rejected.append(Rejected(marker=text, reason="Nothing that was cited for it holds."))
            continue
        judged = draft.verdict if len(valid) == len(set(draft.spans)) else None
        support, reason = judged or verdict(text, valid, articles, checker)
        if strict and support == "unsupported":
            rejected.append(Rejected(marker=text, reason=reason or "The cited words do not support it."))
            continue
        valid = _once(valid, first, articles)
        for span in valid:
            if span not in numbers:
                numbers[span] = len(numbers) + 1
                citations.append(citation(numbers[span], span, articles[span.article_id]))
        claims.append(
            Claim(text=text, citations=tuple(numbers[span] for span in valid), support=support, reason=reason)
        )
    return Cited(marked(claims), tuple(claims), tuple(citations), tuple(rejected))


def _once(spans: Sequence[Span], cited: dict[tuple[str, str], Span], articles: Mapping[str, Article]) -> list[Span]:
    """The spans of a sentence without those that say a part of another, each where its words were cited first.

    `cited` is the first place of words in an article, and grows.
    """
    texts = {span: plain_words(articles[span.article_id].text[span.start : span.end]) for span in spans}
    if len(texts) <= COMPARED:
        within = {one for one in texts for other in texts if other != one and _holds(other, one, texts)}
        texts = {span: text for span, text in texts.items() if span not in within}
    found = (cited.setdefault((span.article_id, text), span) if text.strip() else span for span, text in texts.items())
    return list(dict.fromkeys(found))


def _holds(span: Span, other: Span, texts: Mapping[Span, str]) -> bool:
    """Whether a place says more than another one of its article, and all of it."""
    longer = len(texts[other]) < len(texts[span]) and other.article_id == span.article_id
    return longer and repeats(texts[other], texts[span])


def verdict(
    text: str, spans: Sequence[Span], articles: Mapping[str, Article], checker: Checker | None = None
) -> tuple[Support, str]:
    """Whether the words at these places, each in its article, support the text, and why not."""
    texts = [(articles[span.article_id].text, span) for span in spans]
    quotes = [text_of[span.start : span.end] for text_of, span in texts]
    before = [text_of[max(span.start - BEFORE_QUOTE, 0) : span.start] for text_of, span in texts]
    return supported(text, quotes, checker, before)


def span_fault(span: Span, articles: Mapping[str, Article]) -> str:
    """Why this span cannot be cited, or an empty string: it must hold words of an article that was searched."""
    article = articles.get(span.article_id)
    if article is None:
        return "The article was not searched."
    if not 0 <= span.start < span.end <= len(article.text):
        return f"The article has no characters {span.start} to {span.end}."
    if not article.text[span.start : span.end].strip():
        return "The place holds no words."
    return ""


def citation(number: int, span: Span, article: Article) -> Citation:
    """The citation of a span that has no fault; its quote is cut from the article, never copied from a draft."""
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        url=article.url,
        start=span.start,
        end=span.end,
        quote=article.text[span.start : span.end],
    )


def answer_spans(spans: Iterable[Span], citations: Sequence[Citation]) -> tuple[AnswerSpan, ...]:
    """The spans that lie within a citation, with their words cut from its quote. What lies outside is dropped."""
    found = []
    for span in spans:
        for item in citations:
            inside = item.article_id == span.article_id and item.start <= span.start < span.end <= item.end
            text = item.quote[span.start - item.start : span.end - item.start] if inside else ""
            if text.strip():
                found.append(AnswerSpan(number=item.number, start=span.start, end=span.end, text=text))
                break
    return tuple(dict.fromkeys(found))


def unmarked(text: str) -> str:
    """The text on one line, with whatever looks like a marker broken by an invisible word joiner.

    An article may itself say "[1]"; in an answer that would be a citation that does not exist.
    """
    return _LOOKALIKE.sub(f"[{WORD_JOINER}", " ".join(text.split()))


def marked(claims: Sequence[Claim]) -> str:
    """The answer's text, each claim followed by its markers: `It rained. [1] It snowed. [1] [2]`."""
    return " ".join(" ".join([claim.text, *(f"[{number}]" for number in claim.citations)]) for claim in claims)


def laid_out(lead: str, claims: Sequence[Claim], layout: Layout) -> str:
    """The text of an answer with its lead: `Yes. It rained. [1]`, or a list with an item a line."""
    if layout == "list":
        return "\n".join(filter(None, [lead, *(f"- {marked([claim])}" for claim in claims)]))
    return " ".join(filter(None, [lead, marked(claims)]))
