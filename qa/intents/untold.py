"""What an article leaves open: which of the usual questions nothing in it answers, and what it calls open itself. Pure.

The usual questions are those of a news report: who, when, where and why (what happened any article tells).
"""

import re
from collections.abc import Sequence

from qa.intents.details import dateline_place, joined
from qa.intents.direct import Direct
from qa.intents.entities import entities_of
from qa.intents.overview import MOST_ARTICLES, MOST_ITEMS, is_dated
from qa.intents.whole import WholeArticle
from qa.reading.features import REASON

_ARTICLE = r"(?:(?:the|this|that)[ ])?(?:articles?|texts?|stor(?:y|ies)|reports?|piece|it|author|they)"
_NOT = r"(?:n['’]?t|[ ]?not)"
_TELL = (
    r"(?:say|tell(?:[ ](?:us|me))?|mention|explain|answer|cover|reveal|report|know|address|include"
    r"|leave[ ](?:out|open|unanswered))"
)
_OPEN = (
    r"(?:missing|left[ ](?:out|open|unsaid|unanswered|unclear)|still[ ]open|open"
    r"|un(?:clear|known|answered|said|told|resolved)"
    rf"|{_NOT}[ ](?:said|told|mentioned|known|explained|answered|clear|covered|reported))"
)
_ASKED = re.compile(
    rf"""(?ix) ^\W* (?:and\ |so\ |but\ |ok,?\ )? (?:please\ )? (?:(?:tell|show)\ me\ )? (?:
      what\ (?:else\ )?(?:does|did|do)\ ?(?:{_NOT}\ {_ARTICLE}|{_ARTICLE}\ ?{_NOT})\ {_TELL}
    | what\ (?:else\ )?(?:does|did|do)\ {_ARTICLE}\ leave\ (?:out|open|unanswered|unsaid|unclear)
    | what\ {_ARTICLE}\ (?:does|did)\ ?{_NOT}\ {_TELL}
    | (?:what|which)\ (?:questions?|information|facts?|details?|points?)?\ ?(?:is|are|was|were|remains?|stays?|'s)\ ?
      (?:still\ |yet\ )?(?:{_OPEN}|to\ be\ (?:answered|clarified))
    | (?:what|which)\ questions?\ (?:does|did|do)\ {_ARTICLE}\ (?:leave\ (?:open|unanswered)|{_NOT}\ answer)
    | what\ (?:do|did)\ ?(?:we\ ?(?:still\ )?{_NOT}|{_NOT}\ we)\ (?:yet\ )?(?:know|learn|hear)
    | (?:any|are\ there\ any)\ (?:open|unanswered)\ questions
    ) (?:\ (?:yet|so\ far|still|in|by|from|of|here|{_ARTICLE}))* [\s?.!]*$"""
)

_CALLED_OPEN = re.compile(
    r"""(?ix) \b(?:un(?:clear|known|decided|certain|resolved|confirmed|identified|explained)|undisclosed
    | open\ questions?
    | remains?\ (?:to\ be\ (?:seen|decided|settled|clarified)|open)
    | (?:not|n['’]t|never|nor)\ (?:yet\ |immediately\ |publicly\ )?(?:known|clear|decided|certain|settled|determined
      |established|confirmed|identified|named|disclosed|published|released|announced|explained|been\ (?:decided
      |identified|named|confirmed|disclosed|published|released|announced|determined|settled|explained|established
      |made\ public))
    | (?:did|does|do|would|could|will|has|have)\ ?(?:not|n['’]t)\ (?:yet\ |immediately\ )?(?:say|said|specify|specified
      |disclose|reveal|name|identify|elaborate|comment|explain|respond|reply|rule\ out
      |give\ (?:a|an|any|further)\ (?:reason|date|details?|figure|explanation|names?)|provide\ (?:a|an|any|further))
    | (?:declined|refused)\ to\ (?:say|comment|name|give|disclose|specify|elaborate|answer|explain|discuss)
    | yet\ to\ (?:be\ )?(?:say|decide|announce|comment|explain|decided|announced|named|determined)
    | could\ not\ be\ reached | no\ (?:details|explanation|reason|date)\ (?:was|were|has|have|is|for|about|of)
    | without\ (?:giving|naming|specifying|saying|elaborating|explaining)
    | (?:will|would|is\ to|are\ to|must|shall)\ (?:now\ |still\ |then\ )?(?:discuss|decide|examine|consider
      |be\ (?:decided|discussed|taken))\b )"""
)


def untold(question: str, articles: Sequence[WholeArticle]) -> Direct | None:
    """What the articles leave open, if that is asked: `"What does the article not tell?"`; None for other questions."""
    if not _ASKED.match(question):
        return None
    open_ = [whole.draft(index) for whole in articles[:MOST_ARTICLES] for index in _called_open(whole)]
    missing = [] if len(articles) > 1 else _missing(articles[0])
    told = [name for name in _USUAL if name not in missing]
    lead = "" if len(articles) > 1 else f"The article tells {joined(told)}. " if told else ""
    lead += f"Nothing in it says {joined(missing, 'or')}. " if missing else ""
    lead += _LEAD[len(articles) > 1][bool(open_)]
    return Direct("answered", lead, tuple(open_[:MOST_ITEMS]), "list" if len(open_) > 1 else "prose")


def _called_open(whole: WholeArticle) -> list[int]:
    """The sentences that say themselves that something is not known or not decided."""
    sentences = enumerate(whole.sentences)
    return [index for index, one in sentences if not one.heading and _CALLED_OPEN.search(whole.text(index))]


def _missing(whole: WholeArticle) -> list[str]:
    """Which of the usual questions no word of the article answers."""
    kinds = {entity.kind for entity in entities_of(whole)}
    text = whole.article.text
    told = {
        "who": bool(kinds & {"person", "organisation"}),
        "when": bool(whole.article.published_at) or is_dated(text),
        "where": "place" in kinds or dateline_place(whole.article) is not None,
        "why": bool(REASON.search(text)),
    }
    return [name for name in _USUAL if not told[name]]


_LEAD = (
    ("It calls nothing open.", "What it leaves open itself:"),
    ("They call nothing open.", "What they leave open themselves:"),
)
"""What is said of one article, and of several: when none and when some of their sentences call something open."""

_USUAL = ("who", "when", "where", "why")
