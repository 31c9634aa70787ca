"""What a page says of its article for machines to read (JSON-LD, schema.org). Pure."""

import json
import re
from collections.abc import Iterator
from typing import Any

ARTICLES = re.compile(
    r"(?i)(?:\w{0,40}Article|LiveBlogPosting|(?:Blog|SocialMedia|DiscussionForum)Posting|Report|Review)"
)
_LIMIT = 2_000_000
"""Characters of JSON-LD that are read in a page."""
_OBJECTS = 5_000
_POSTS = 1_000
_TAGS = re.compile(r"<[^<>]{0,500}>")
_CONTROLS = re.compile(r"[\x00-\x1f]")


def objects(scripts: list[str]) -> list[dict[str, Any]]:
    """Every object in these scripts, outer ones first; what is no JSON is left out."""
    found: list[dict[str, Any]] = []
    left = _LIMIT
    for script in scripts:
        left -= len(script)
        if left < 0:
            break
        try:
            waiting = [json.loads(_CONTROLS.sub(" ", script.strip().removesuffix(";")))]
        except (ValueError, RecursionError):
            continue
        for value in _walk(waiting):
            found.append(value)
            if len(found) >= _OBJECTS:
                return found
    return found


def _walk(waiting: list[Any]) -> Iterator[dict[str, Any]]:
    """The objects within values, without recursion: what is nested deeply costs no more than what is long."""
    while waiting:
        value = waiting.pop(0) if len(waiting) < 50 else waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += [inner for inner in value.values() if isinstance(inner, dict | list)]
        elif isinstance(value, list):
            waiting += [inner for inner in value if isinstance(inner, dict | list)]


def article_of(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The object that is the page's article, or an empty one. Of several it is the one that says most of itself."""
    of_kind = [one for one in found if any(ARTICLES.fullmatch(kind) for kind in _kinds(one))]
    return max(
        of_kind, key=lambda one: (bool(one.get("headline")), "datePublished" in one, "author" in one), default={}
    )


def _kinds(value: dict[str, Any]) -> list[str]:
    kind = value.get("@type")
    return [one for one in (kind if isinstance(kind, list) else [kind])[:20] if isinstance(one, str)]


def text_of(value: Any) -> str:
    """A value as text: itself, the first of a list, or the name of an object."""
    for _ in range(5):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("name", value.get("@value", ""))
    return value if isinstance(value, str) else ""


def authors_of(article: dict[str, Any], found: list[dict[str, Any]]) -> list[str]:
    """The names of the persons that are given as authors; organisations are none."""
    told = article.get("author", article.get("creator"))
    by_id = {one["@id"]: one for one in found if isinstance(one.get("@id"), str) and "name" in one}
    names = []
    for one in (told if isinstance(told, list) else [told])[:20]:
        person = by_id.get(str(one.get("@id")), one) if isinstance(one, dict) and "name" not in one else one
        if isinstance(person, dict) and any(kind.lower() != "person" for kind in _kinds(person)):
            continue
        named = person.get("name") if isinstance(person, dict) else person
        names += [name for name in (named if isinstance(named, list) else [named])[:20] if isinstance(name, str)]
    return names


def body_of(article: dict[str, Any]) -> str:
    """The text of the article as it is given for machines: its body, and the posts of a live blog with their titles."""
    posts = article.get("liveBlogUpdate")
    parts = []
    for post in ([posts] if isinstance(posts, dict) else posts if isinstance(posts, list) else [])[:_POSTS]:
        if isinstance(post, dict):
            head, body = text_of(post.get("headline")), text_of(post.get("articleBody")) or text_of(post.get("text"))
            parts += (
                [plain(head), plain(body), ""]
                if plain(body) and plain(head) != plain(body)
                else [plain(head or body), ""]
            )
    whole = text_of(article.get("articleBody"))
    return "\n".join([*([plain(whole), ""] if whole else []), *parts]).strip()


def plain(text: str) -> str:
    """The text without the marks of HTML that some pages leave in it."""
    import html  # noqa: PLC0415 - only for pages

    text = re.sub(r"(?i)<(?:br|/p|/li|/h\d)[^<>]{0,50}>", "\n", text)
    return html.unescape(_TAGS.sub("", text)).strip()
