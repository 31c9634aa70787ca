"""What is asked of several articles at once: which of them mention something, what is new, who said what. Pure."""

import re
from collections.abc import Iterator, Sequence

from qa.intents.details import day_in_words
from qa.intents.direct import Direct
from qa.intents.entities import entities_of
from qa.intents.summary import central
from qa.intents.whole import WholeArticle
from qa.question.person import SpeakerAsked
from qa.reading.speakers import spoken
from qa.schema import DraftAnswer, DraftSentence
from qa.text.names import name_key
from qa.text.quantities import find_quantities, fold
from qa.text.words import content_words, stem, stems_of, words

LONGEST_ASKED = 200
"""Characters of a question that can ask for all articles."""

MOST_ARTICLES = 8
"""Articles of which something is said at most."""

MOST_SPEAKERS = 12
"""People whose words are given at most."""

COMPARED = 3
"""Sentences of each article that is compared."""

_ARTICLES = r"(?:articles?|reports?|stor(?:y|ies)|texts?|pieces?|documents?)"
_NEW = re.compile(
    r"(?i)^\W*(?:so |and )?(?:what(?:['’]s| is| are)?|any(?:thing)?|show me|tell me|give me)?(?: the)? ?"
    r"(?:new|latest|newest|news|latest news|most recent|recent news|happened (?:lately|recently|last))"
    rf"(?: (?:news|{_ARTICLES}))?(?: (?:here|today|now|about))?\W*$"
)
_WHO_SAID = re.compile(
    r"(?i)^\W*(?:so |and )?(?:who (?:said|says|told|claims?|thinks?) what"
    r"|what (?:did|does|do|has|have) (?:each|every|everybody|everyone|all|they all|the people|(?:each|all) of them)"
    r"(?: \w+){0,2} (?:say|said|think|claim))(?: here| in (?:it|this|all|both|the|these)(?: \w+){0,2})?\W*$"
)
_MENTIONS = re.compile(
    rf"""(?ix) ^\W*(?:and\ |so\ )?(?:
      (?:which|what|how\ many)(?:\ of\ (?:these|them)|(?:\ of\ the(?:se)?)?\ (?:\w+\ )?{_ARTICLES})\ (?:also\ )?
        (?P<verb>mentions?|names?|talks?\ about|speaks?\ (?:of|about)|writes?\ about|reports?\ (?:on|about)|deals?\ with
        |covers?|discuss(?:es)?|(?:is|are)\ (?:about|on)|has\ something\ (?:about|on)|says?\ something\ (?:about|on))
    | in\ (?:which|what|how\ many)\ (?:of\ (?:the|these)\ )?{_ARTICLES}\ (?:is|are|was|were|does|do)
    | (?:is|are)\ there\ (?:an(?:y|other)?|some)\ {_ARTICLES}\ (?:about|on|that\ mentions?)
    | (?:find|show|list|give)(?:\ me)?\ (?:all\ )?(?:the\ )?{_ARTICLES}\ (?:about|on|that\ mention|mentioning|with
        |in\ which)
    ) \ (?P<what>.{{2,80}}?) (?:\ (?:mentioned|named|discussed|covered|appears?))? [\s?.!]*$"""
)
_THESE = r"(?:the|these|those|both|all|two|three)(?: (?:the|two|three|other|last|latest))?"
_ABOUT_WHAT = r"(?: (?:about|on|of|from) [^,;?.]{2,90}?)?"
_COMPARE = re.compile(
    rf"(?i)^\W*(?:please |now |and )?(?:compare {_THESE} {_ARTICLES}{_ABOUT_WHAT}"
    rf"|(?:how|where|what) do {_THESE} {_ARTICLES}{_ABOUT_WHAT} (?:compare|differ|agree|disagree|have in common)"
    rf"|what (?:is|are) the (?:difference|similarit)\w* between {_THESE} {_ARTICLES}{_ABOUT_WHAT}"
    rf"|do {_THESE} {_ARTICLES}{_ABOUT_WHAT} (?:agree|disagree|differ))\W*$"
)
"""Articles as wholes are compared; what two of them say to one question has to be read for."""

_BOTH = re.compile(
    r"(?i)^\W*(?:please |now |and )?(?:compare|what (?:is|are) the (?:difference|similarit)\w* between) (?:the )?"
    r"(?P<one>[^,;?.]{3,60}?) (?:and|with|to|versus|vs) (?:the )?(?P<other>[^,;?.]{3,60}?)\W*$"
)
"""Two matters are compared as articles where each is the matter of one article."""

_MONEY = frozenset(map(stem, ("money", "cost", "costs", "price", "prices", "sums", "amounts", "spending")))

_MOST = re.compile(
    rf"(?i)^\W*(?:and )?(?:which|what)(?: one)?(?: of (?:the|these|them))?(?: {_ARTICLES})? (?:is|was) (?:the )?"
    r"(?P<most>longest|shortest|newest|latest|oldest|most recent)(?: (?:one|article|report|story|text))?\W*$"
)
_ONE_ABOUT = re.compile(
    rf"(?i)\b(?:{_ARTICLES}|one|and|with|to) (?:about|on|of|from) (?:the )?(?P<what>[^,?.!]{{2,60}}?)"
    rf"(?= (?:with|and|to|versus|vs|or|differ\w*|agree|have)\b|[,?.!]|$)"
)


def across(question: str, articles: Sequence[WholeArticle]) -> Direct | None:
    """What answers a question for all articles; None for other questions, or where they have to be read for it."""
    if len(question) > LONGEST_ASKED:
        return None
    if _WHO_SAID.match(question):
        return _who_said_what(articles)
    if len(articles) < 2:
        return None
    if _NEW.match(question):
        return _newest(articles)
    most = _MOST.match(question)
    if most:
        return _most(most["most"].lower(), articles)
    match = _MENTIONS.match(question)
    return _mentioning(match["what"], articles, about="mention" not in (match["verb"] or "mention")) if match else None


def compared(question: str, articles: Sequence[WholeArticle]) -> DraftAnswer | None:
    """Several articles side by side, each under its title; None when the question does not compare articles."""
    if len(articles) < 2 or len(question) > LONGEST_ASKED:
        return None
    chosen = _titled(question, articles)
    if not chosen and not _COMPARE.search(question):
        return None
    chosen = (chosen or list(_called(question, articles)) or list(articles))[-MOST_ARTICLES:]
    shared = _named_by_all(chosen)
    none = "No name stands in all of them. " if re.search(r"(?i)\bin common\b", question) else ""
    lead = "Named in all of them, then side by side:" if shared else f"{none}Side by side:"
    drafts = (*shared, *(draft for whole in chosen for draft in whole.under_title(central(whole, COMPARED))))
    return DraftAnswer(drafts, probability=1.0, lead=lead, layout="list") if drafts else None


def _named_by_all(articles: Sequence[WholeArticle]) -> list[DraftSentence]:
    """The names that every article has, each with the first sentence of each article that does."""
    first = [{entity.name: entity.mentions[0] for entity in entities_of(whole) if entity.kind} for whole in articles]
    drafts = []
    for name in [name for name in first[0] if all(name in names for names in first)][:MOST_SPEAKERS]:
        places = zip(articles, first, strict=True)
        spans = tuple(span for whole, names in places for span in whole.draft(names[name]).spans)
        drafts.append(DraftSentence(name, spans, verdict=("supported", "")))
    return drafts


def _newest(articles: Sequence[WholeArticle]) -> Direct:
    """The leads of the articles, the last published first; of one day, or with none, the last added first."""
    placed = sorted(enumerate(articles), key=lambda pair: (pair[1].article.published_at[:10], pair[0]), reverse=True)
    chosen = [whole for _, whole in placed[:MOST_ARTICLES]]
    drafts = tuple(draft for whole in chosen for draft in whole.under_title(central(whole, 1)))
    return Direct("answered", "The latest first:", drafts, "list")


def _most(word: str, articles: Sequence[WholeArticle]) -> Direct:
    """The longest, shortest, newest or oldest article, by its details."""
    if word in {"longest", "shortest"}:
        sizes = [(len(words(whole.article.text)), -number) for number, whole in enumerate(articles)]
        size, number = max(sizes) if word == "longest" else min(sizes)
        return Direct("details", f"The {word} is “{articles[-number].article.title}”, with {size:,} words.")
    dated = [(whole.article.published_at[:10], number) for number, whole in enumerate(articles)]
    dated = [one for one in dated if one[0]]
    if not dated:
        return Direct("not_found", note="The articles’ details name no days.")
    day, number = min(dated) if word == "oldest" else max(dated)
    return Direct("details", f"The {word} is “{articles[number].article.title}”, of {day_in_words(day)}.")


def _who_said_what(articles: Sequence[WholeArticle]) -> Direct | None:
    """For each person of each article a sentence that tells what they say; None when nobody says anything."""
    drafts: list[DraftSentence] = []
    for whole in articles[-MOST_ARTICLES:]:
        said = dict(reversed(list(_said(whole))))
        drafts += [whole.labelled(said[index], index, quotation=True) for index in sorted(said)]
    return Direct("answered", "", tuple(drafts[: MOST_SPEAKERS * 2]), "list") if drafts else None


def _said(whole: WholeArticle) -> Iterator[tuple[int, str]]:
    """The first sentence in which each person of an article says something, with the name, the most named first."""
    people = [entity for entity in entities_of(whole) if entity.kind == "person"]
    for entity in sorted(people, key=lambda one: -len(one.mentions))[:MOST_SPEAKERS]:
        asked = SpeakerAsked(frozenset({name_key(entity.name.split()[-1])}), wants=False)
        for index in entity.mentions:
            before = [whole.text(place) for place in range(index - 1, max(index - 4, -1), -1)]
            if not whole.sentences[index].heading and spoken(asked, whole.text(index), before) > 0:
                yield index, entity.name
                break


def _mentioning(what: str, articles: Sequence[WholeArticle], *, about: bool) -> Direct | None:
    """The articles that hold these words in one sentence, each with the first that does.

    None where none holds them and `about` is asked: what an article is about it may say in other words.
    """
    wanted = {stem(word.lower()) for word in content_words(what)}
    if not wanted:
        return None
    found = [(whole, index) for whole in articles if (index := _first_with(wanted, whole)) is not None]
    if wanted <= _MONEY:  # it stands in sums, seldom in its name
        sums = [(whole, _first_with_money(whole)) for whole in articles]
        found = [(whole, index) for whole, index in sums if index is not None] or found
    shown = what.strip(" “”\"'")
    if not found:
        return None if about else Direct("not_found", note=f"No article mentions “{shown}” in these words.")
    verb = "mentions" if len(found) == 1 else "mention"
    lead = f"{len(found)} of {len(articles)} articles {verb} “{shown}”:"
    return Direct(
        "answered",
        lead,
        tuple(draft for whole, index in found[: 2 * MOST_ARTICLES] for draft in whole.under_title([index])),
        "list",
    )


def _first_with(wanted: set[str], whole: WholeArticle) -> int | None:
    text = whole.article.text.lower()
    if not all(word[:-1] in text for word in wanted):  # a stem may end in another letter than its words: "city", "citi"
        return None
    own = (n for n, sentence in enumerate(whole.sentences) if not sentence.heading)
    return next((index for index in own if wanted <= stems_of(whole.text(index))), None)


def _first_with_money(whole: WholeArticle) -> int | None:
    own = (n for n, sentence in enumerate(whole.sentences) if not sentence.heading)
    return next((n for n in own if any(one.kind == "money" for one in find_quantities(fold(whole.text(n))))), None)


def _titled(question: str, articles: Sequence[WholeArticle]) -> list[WholeArticle]:
    """The two articles, each the only one that has what is compared in its title; none otherwise.

    Two names are no two articles: what each of them does or says is read for.
    """
    match = _BOTH.match(question)
    if not match or match["one"] != match["one"].lower() or match["other"] != match["other"].lower():
        return []
    sides = (stems_of(match["one"]), stems_of(match["other"]))
    found = [[whole for whole in articles if side and side <= stems_of(whole.article.title)] for side in sides]
    return [found[0][0], found[1][0]] if len(found[0]) == len(found[1]) == 1 and found[0] != found[1] else []


def _called(question: str, articles: Sequence[WholeArticle]) -> Iterator[WholeArticle]:
    """The articles that a question names by what they are about, best match first for each."""
    for match in _ONE_ABOUT.finditer(question):
        wanted = stems_of(match["what"])
        weights = [
            (2 * len(wanted & stems_of(whole.article.title)) + len(wanted & stems_of(whole.article.text[:2_000])), n)
            for n, whole in enumerate(articles)
        ]
        best = max(weights, default=(0, 0))
        if best[0]:
            yield articles[best[1]]
