"""Small articles of which everything is known: what each says, what it is asked, and the words that must answer.

Every town has a name that no other text holds, and every version of its article names another price.
"""

from collections.abc import Iterable

from ingest.clean import make_article
from ingest.schema import Article, RawDocument

_STARTS = "Al Bren Cor Dun El Fal Gor Hal Is Jor Kel Lor Mar Nor Os Pel Quen Ros Sel Tor".split()
_ENDS = "dermoor bury wick stad ford haven mere by thorpe holm ness combe".split()
TOWNS = len(_STARTS) * len(_ENDS)


def name(town: int) -> str:
    """The name of a town: one of 240, then with a number."""
    start, end = _STARTS[town % len(_STARTS)], _ENDS[town // len(_STARTS) % len(_ENDS)]
    return f"{start}{end}" if town < TOWNS else f"{start}{end}{town // TOWNS}"


def price(town: int, version: int) -> str:
    """The words that answer: another price for every town and version."""
    return f"{town * 1000 + version + 1001} million"


def story(town: int, version: int = 0, *, days: int = 1) -> RawDocument:
    """The article of a town; with more days it is longer."""
    said = f"The bridge of {name(town)} costs {price(town, version)} dollars. Its mayor opens it in May."
    rain = "".join(f"It rained in the town on day {day}, and the council met. " for day in range(days))
    return RawDocument(
        origin="a test", url=f"https://news.example/{town}", title=f"{name(town)} News", text=f"{rain}\n\n{said}"
    )


def article(town: int, version: int = 0, *, days: int = 1) -> Article:
    """The same as the library must hold it."""
    return make_article(story(town, version, days=days))


def question(town: int) -> str:
    """What is asked of a town."""
    return f"What does the bridge of {name(town)} cost?"


def versions(found: Iterable[Article], *, most: int = 500) -> dict[int, int]:
    """The version of each town's article. Raises AssertionError for one that is no whole version of any."""
    known = {}
    for item in found:
        town = int(item.url.rsplit("/", 1)[1])
        known[town] = next((version for version in range(most) if price(town, version) in item.text), -1)
        assert item == article(town, known[town]), f"The article of town {town} is half there: {item}"
    return known
