"""Which questions are answered without reading for them, and by what. Pure."""

from collections.abc import Sequence

from qa.intents.across import across
from qa.intents.chat import chat_of, chat_reply
from qa.intents.details import answer_detail, detail_asked
from qa.intents.direct import Direct
from qa.intents.follow import followed
from qa.intents.overview import overview
from qa.intents.untold import untold
from qa.intents.whole import WholeArticle
from qa.schema import Turn

EXAMPLES = ("What is it about?", "Which people are named?")
"""What can be asked of any article."""


def direct_answer(question: str, turns: Sequence[Turn], articles: Sequence[WholeArticle]) -> Direct | None:
    """What answers the question without reading for it; None where the articles have to be read."""
    first = not turns
    chat = chat_of(question, first=first)
    if chat:
        return Direct("chat", chat_reply(chat, [whole.article.title for whole in articles], EXAMPLES))
    if not articles:
        return None
    further = followed(question, turns, articles)
    if further:
        return further
    detail = detail_asked(question, first=first)
    if detail:
        return answer_detail(detail[0], [whole.article for whole in articles], detail[1])
    return across(question, articles) or untold(question, articles) or overview(question, articles)


def without_chat(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns that asked something."""
    return tuple(turn for turn in turns if chat_of(turn.question) is None)
