"""`check()`: does an article bear out what somebody claims?"""

from collections.abc import Sequence

from ingest.errors import QuestionError
from ingest.library import open_library
from ingest.schema import Value
from ingest.settings import Settings, read_settings
from ingest.split import split_sentences
from qa.answer import check_sentences
from qa.intents.claims import MOST_CLAIMS, Verdict
from qa.retrieval.retrieve import ArticleNames, article_ids
from qa.retrieval.search import snapshot
from qa.schema import Citation
from qa.verification.cite import citation, span_fault

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
    return tuple(_checked(sentences, ids, settings))


def _checked(sentences: Sequence[str], ids: Sequence[str] | None, settings: Settings) -> list[CheckedClaim]:
    judgements = check_sentences(sentences, ids, settings)
    held = snapshot(open_library(settings), ids).articles
    found = []
    for one in judgements:
        spans = [span for span in one.spans if not span_fault(span, held)]
        cited = tuple(citation(number, span, held[span.article_id]) for number, span in enumerate(spans, start=1))
        found.append(CheckedClaim(text=one.text, verdict=one.verdict, reason=one.reason, citations=cited))
    return found
