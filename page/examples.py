"""Questions that a visitor might ask an article first. Pure."""

import re
from collections import Counter
from functools import lru_cache

from ingest.schema import Article

COUNT = 4

LOOKED_AT = 50_000
"""Characters of an article's start in which its people, quotations and numbers are looked for."""

SAMPLE = (
    "How long did the call last?",
    "What were Putin’s key concerns?",
    "Why was the call delayed?",
    "What does Zelenskyy think of it?",
)
"""For the bundled sample article, written by hand."""

_SAMPLE_START = "Trump and Putin Talk for Over Two Hours"

_NAME = re.compile(r"(?<![.!?\n] )(?<!^)\b[A-Z][a-z’'-]+(?: [A-Z][a-z’'-]+)+", re.MULTILINE)
_SAYS = re.compile(r"[“\"][^“”\"]{10,}[”\"]|\b(?:said|says|told|stated|announced)\b")
_NUMBER = re.compile(r"(?<!\w)[$€£]?\d[\d,.]*")
_NOT_PEOPLE = frozenset(
    "house street court party council university ministry department committee association city county state united "
    "north south east west new agency bank group company union street road river january february march april may june "
    "july august september october november december monday tuesday wednesday thursday friday saturday sunday "
    "security secretary minister president prime chief general foreign national international "
    "world cup time times news post press act day".split()
)


def examples(article: Article | None) -> tuple[str, ...]:
    """Up to four questions that fit the article; for None, which stands for all articles, ones that fit any."""
    if article is None:
        return ("What is new?", "Who said what?", "Which numbers are given?")
    return _fitting(article.text[:LOOKED_AT])


@lru_cache(maxsize=64)
def _fitting(text: str) -> tuple[str, ...]:
    """Up to four questions that fit an article that starts so; found once for all who open it."""
    if text.startswith(_SAMPLE_START):
        return SAMPLE
    found = ["What is this article about?"]
    person = frequent_name(text)
    if person:
        found.append(f"Who is {person}?")
        if len(_SAYS.findall(text)) > 1:
            found.append(f"What did {person.split()[-1]} say?")
    if len(_NUMBER.findall(text)) > 2:
        found.append("Which numbers are given?")
    found += ["What happens next?", "Why does it matter?"]
    return tuple(found[:COUNT])


def frequent_name(text: str) -> str:
    """The name of a person that the text says most often, or an empty string: two capitalised words, as names are.

    `"… met Ada Lovelace. Then Ada Lovelace …"` → `"Ada Lovelace"`
    """
    names = Counter(
        name
        for name in _NAME.findall(text)
        if len(name.split()) in {2, 3} and len(name) <= 40 and not set(name.lower().split()) & _NOT_PEOPLE
    )
    best = names.most_common(1)
    return best[0][0] if best and best[0][1] > 1 else ""
