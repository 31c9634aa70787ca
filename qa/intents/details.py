"""What is asked of the article itself: who wrote it, when and where, its title, link, source and length. Pure.

A question asks for a detail when all its words are words of asking, of articles and of that one detail. Where the
article uses such a word itself, as a report on a report does, it is meant only after "this" or beside "article".
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from ingest.bylines import byline
from ingest.dates import dateline, days
from ingest.schema import Article
from qa.intents.direct import Direct
from qa.schema import DraftSentence, Span
from qa.text.dateline import dateline_of
from qa.text.words import STOP, stems_of, word_set, words

Detail = Literal["author", "date", "place", "title", "link", "source", "length", "articles"]

LONGEST_ASKED = 200
"""Characters of a question that can ask for a detail."""

SHOWN = 20
"""Articles of which a detail is named at most."""

READ_PER_MINUTE = 230
"""Words that a person reads in a minute (Brysbaert 2019: 238 for English non-fiction)."""

_LINES = 8
"""Lines at the head of a text in which a byline or dateline stands."""

_ARTICLE = word_set("article story piece text report page document news item post writeup")
_ASKED_WITH = STOP | word_set(
    "please tell give show know name say says does exactly call called according original full whole kindly want like"
    " get there whats what's who's when's where's mean u one"
)
_AUTHOR = word_set(
    "wrote write written writes author authors byline journalist reporter writer writers penned authored"
)
_WORDS: dict[Detail, frozenset[str]] = {
    "articles": word_set(
        "articles documents files texts many number list have loaded available library collection"
        " read"
    ),
    "author": _AUTHOR,
    "date": word_set(
        "published publish date dated day posted written released appear appeared publication year old recent new"
        " month issued time"
    ),
    "place": word_set("written reported dateline filed datelined published place come comes report city"),
    "title": word_set("title headline heading titled headlined entitled"),
    "link": word_set("link url address web website online find site href source webpage"),
    "source": word_set(
        "source sources newspaper paper publisher outlet publication magazine agency site published publishes website"
        " newspaper's come comes publish medium media"
    ),
    "length": word_set(
        "long length words word minutes minute take takes reading read time count short characters sentences many"
        " number"
    ),
}  # fmt: skip
_CORE: dict[Detail, frozenset[str]] = {
    "articles": word_set("articles documents files texts"),
    "author": word_set(
        "wrote written writes write author authors byline journalist reporter writer writers penned authored"
    ),
    "date": word_set(
        "published date dated posted written released appear appeared publication old recent new issued publish"
    ),
    "place": word_set("written reported dateline filed datelined place published"),
    "title": word_set("title headline heading titled headlined entitled"),
    "link": word_set("link url address website online"),
    "source": word_set(
        "source sources newspaper paper publisher outlet publication magazine agency published publishes"
    ),
    "length": word_set("long length words minutes reading read sentences characters"),
}
_NOUNS = word_set(
    "author authors byline journalist reporter writer title headline heading link url source newspaper publisher"
    " outlet length dateline date"
)
"""Words that ask for a detail without naming the article: `"Who is the author?"`."""

_OPENS: dict[Detail, frozenset[str]] = {
    "date": word_set("when date day old published year month new recent time"),
    "author": word_set("who whom whose author authors byline journalist reporter writer writers"),
    "place": word_set("where dateline place city"),
    "length": word_set("long length words minutes minute short read reading sentences characters"),
    "link": word_set("link url address website where web"),
    "source": word_set(
        "which what who source newspaper paper publisher outlet publication magazine agency where whose"
    ),
    "title": word_set("title headline heading titled headlined entitled"),
    "articles": word_set("articles documents files texts"),
}
_ORDER: tuple[Detail, ...] = ("articles", "author", "title", "length", "date", "place", "link", "source")


def detail_asked(question: str, *, first: bool = True) -> tuple[Detail, frozenset[str]] | None:
    """The detail that a question asks for, with the words that the article may use for something of its own.

    `first`: nothing was asked before, so that "it" is the article. `"Who wrote it?"` → author. `"Who wrote the
    letter?"` → None.
    """
    if len(question) > LONGEST_ASKED:
        return None
    found = [word.lower().replace("’", "'") for word in words(question)]
    known = frozenset(found)
    if known & {"say", "says"} and "about" in known:
        return None
    carry = known - _ASKED_WITH - _ARTICLE
    pointing = "this" in known or (first and bool(known & {"it", "its"}))
    named = bool(known & _ARTICLE)
    for detail in _ORDER:
        core = known & _CORE[detail]
        if not core or not carry <= _WORDS[detail] or not known & _OPENS[detail]:
            continue
        if detail == "articles":
            return detail, frozenset()
        if detail == "length" and core == {"long"} and not named:
            continue
        if detail == "length" and not (named or "this" in known or core & {"words", "read", "reading", "length"}):
            continue
        if not (named or pointing or core & _NOUNS):
            continue
        sure = "this" in known or "article" in known
        return detail, frozenset() if sure else (known & _ARTICLE) or frozenset(core & _NOUNS)
    return _title_called(known, carry)


def _title_called(known: frozenset[str], carry: frozenset[str]) -> tuple[Detail, frozenset[str]] | None:
    """`"What is this article called?"` and `"What is the name of the article?"` ask for the title."""
    asks = known & {"called", "name"} and known & {"what", "what's", "whats"}
    return ("title", frozenset()) if asks and not carry and "article" in known else None


def answer_detail(detail: Detail, articles: Sequence[Article], own: frozenset[str]) -> Direct | None:
    """What the details of these articles say; None when the text itself has to be read for it.

    `own` are the words that mean something in an article that uses them itself.
    """
    if own and any(stems_of(" ".join(own)) & stems_of(article.text) for article in articles[:SHOWN]):
        return None
    if detail == "articles":
        return Direct("details", _listed(articles))
    found = [(article, _value(detail, article)) for article in articles[:SHOWN]]
    if not any(value for _, value in found):
        return Direct("not_found", note=_MISSING[detail])
    if len(articles) == 1:
        article, value = found[0]
        if detail == "place":
            return Direct(
                "answered", "The text begins with the place that it was reported from:", _cited(detail, article)
            )
        lead = f"According to the article’s details, {_SENTENCE[detail].format(value)}"
        return Direct("details", lead, _cited(detail, article))
    parts = [f"“{article.title}”: {value or 'not known'}" for article, value in found]
    return Direct("details", f"According to the articles’ details: {'; '.join(parts)}.")


_SENTENCE: dict[Detail, str] = {
    "author": "it was written by {}.",
    "date": "it was published on {}.",
    "title": "its title is “{}”.",
    "link": "its link is {} .",
    "source": "it comes from {}.",
    "length": "it has {}.",
}
_MISSING: dict[Detail, str] = {
    "author": "The article’s details name no author, and its text has no byline.",
    "date": "The article’s details name no day, and its text does not begin with one.",
    "place": "The article’s text does not begin with the place where it was written.",
    "title": "The article’s details name no title.",
    "link": "The article’s details hold no link: it was added as a file or as text.",
    "source": "The article’s details do not say where it was published.",
    "length": "The article is empty.",
    "articles": "There is no article.",
}


def day_in_words(iso: str) -> str:
    """A day as people write it: `"2025-03-18T10:00:00"` → `"18 March 2025"`."""
    try:
        day = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{day.day} {day:%B %Y}"


def _value(detail: Detail, article: Article) -> str:  # noqa: PLR0911 - one for each detail
    match detail:
        case "author":
            return joined(article.authors)
        case "date":
            return day_in_words(article.published_at)
        case "place":
            found = dateline_place(article)
            return found[0] if found else ""
        case "title":
            return article.title
        case "link":
            return article.url
        case "source":
            return article.source
        case _:
            return _length(article)


def _length(article: Article) -> str:
    count = len(words(article.text))
    minutes = max(1, round(count / READ_PER_MINUTE))
    return f"{count:,} words, about {minutes} minute{'' if minutes == 1 else 's'} of reading"


def _listed(articles: Sequence[Article]) -> str:
    titles = "; ".join(f"“{article.title}”" for article in articles[:SHOWN])
    more = f"; and {len(articles) - SHOWN:,} more" if len(articles) > SHOWN else ""
    if len(articles) == 1:
        return f"There is one article to ask here: {titles}."
    return f"There are {len(articles):,} articles to ask here: {titles}{more}."


def joined(names: Sequence[str], last: str = "and") -> str:
    """`["who", "when", "why"]` → `"who, when and why"`."""
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _head(article: Article) -> list[tuple[int, str]]:
    """The first lines of the text with where they begin."""
    found, start = [], 0
    for line in article.text.split("\n", _LINES)[:_LINES]:
        found.append((start, line))
        start += len(line) + 1
    return found


def _cited(detail: Detail, article: Article) -> tuple[DraftSentence, ...]:
    """The words of the text that say it too: the byline, the day, the place."""
    span = None
    for start, line in _head(article):
        if detail == "author" and byline(line):
            span = (start, start + len(line.rstrip()))
        elif detail == "date" and dateline(line):
            span = (start, start + days(line[:160])[0][1])
        if span:
            break
    if detail == "place" and (found := dateline_place(article)):
        span = (found[1], found[1] + len(found[0]))
    if not span or not article.text[slice(*span)].strip():
        return ()
    return (DraftSentence(article.text[slice(*span)], (Span(article_id=article.id, start=span[0], end=span[1]),)),)


def dateline_place(article: Article) -> tuple[str, int] | None:
    """The place that a dateline names, and where: `"TALLOW, June 3, 2025 — Thieves …"` → TALLOW, 0."""
    found = ((dateline_of(line), start) for start, line in _head(article)[1:])
    return next(((told[0], start) for told, start in found if told), None)
