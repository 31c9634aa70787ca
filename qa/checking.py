"""`check()`: does an article bear out what somebody claims?"""

from collections.abc import Sequence

from ingest.errors import QuestionError
from ingest.library import open_library
from ingest.schema import Value
from ingest.settings import Settings, read_settings
from ingest.split import split_sentences
from qa.intents.claims import MOST_CLAIMS, Judgement, Verdict, answer_claims, judge, statements
from qa.question.standalone import StandaloneQuestion
from qa.retrieval.retrieve import ArticleNames, Retrieval, article_ids, retrieve_passages
from qa.retrieval.search import snapshot
from qa.schema import MAX_QUESTION, Citation, DraftAnswer
from qa.timing import Stopwatch
from qa.verification.cite import citation, span_fault
from qa.verification.findings import load_checker

LONGEST_TEXT = 20_000
"""Characters of a text that is checked."""


class CheckedClaim(Value):
    """One sentence of what was claimed, what the articles say to it, why, and the words that say so."""

    text: str
    verdict: Verdict
    reason: str = ""
    citations: tuple[Citation, ...] = ()


def check(
    text: str, *, articles: ArticleNames | None = None, settings: Settings | None = None
) -> tuple[CheckedClaim, ...]:
    """Each sentence of a text held to the articles: supported, contradicted or not mentioned.

    Raises QuestionError for a text that is empty, too long or no text, and what `ask` raises.
    """
    if not isinstance(text, str) or not any(map(str.isalnum, text)):
        raise QuestionError("There is nothing to check.", "Give a sentence, such as “The bridge closes in April.”.")
    if len(text) > LONGEST_TEXT:
        raise QuestionError(
            f"The text has {len(text):,} characters; {LONGEST_TEXT:,} are the most.", "Check a part of it."
        )
    settings = settings or read_settings()
    whole = text.encode("utf-8", "replace").decode("utf-8")
    sentences = [" ".join(whole[s.start : s.end].split()) for s in split_sentences(whole)]
    if len(sentences) > MOST_CLAIMS:
        raise QuestionError(
            f"The text has {len(sentences)} sentences; {MOST_CLAIMS} are the most.", "Check a part of it."
        )
    library = open_library(settings)
    ids = None if articles is None else article_ids(library, articles)
    held = snapshot(library, ids).articles
    found = []
    for one in check_sentences(sentences, ids, settings):
        spans = [span for draft in one.drafts for span in draft.spans if not span_fault(span, held)]
        cited = tuple(citation(number, span, held[span.article_id]) for number, span in enumerate(spans, start=1))
        found.append(CheckedClaim(text=one.text, verdict=one.verdict, reason=one.reason, citations=cited))
    return tuple(found)


def checked(asked: str, found: Retrieval, settings: Settings, *, others: bool) -> DraftAnswer | None:
    """What the articles say to each sentence of a text that states something; None for any other message.

    Also None where they say nothing to any, in words alike, and `others` may find it said in other words.
    """
    said = statements(asked)
    answer = answer_claims(check_sentences(said, found.ids, settings, found)) if said else None
    return None if answer and others and not answer.sentences else answer


def check_sentences(
    sentences: Sequence[str], ids: Sequence[str] | None, settings: Settings, found: Retrieval | None = None
) -> list[Judgement]:
    """What the articles say to each sentence; a first search is used when there is one sentence only."""
    made = []
    for sentence in sentences:
        own = found if found and len(sentences) == 1 else None
        own = own or retrieve_passages(StandaloneQuestion(sentence[:MAX_QUESTION]), ids, settings, Stopwatch())
        made.append(judge(sentence, own.passages, load_checker()))
    return made
