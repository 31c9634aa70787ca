"""What stands in a page beside its article: consent dialogs, comments, captions, boxes to subscribe, related links."""

import re
from typing import Any

_DROPPED = frozenset("iframe svg nav dialog button select figcaption aside footer".split())
_WRAPPERS = frozenset("html body main article".split())
_NAMED = tuple("div section ul ol p span figure header details form h2 h3 h4 blockquote".split())

_SURE = r"""
      cookies? | consent | gdpr | cmp(?!-) | onetrust | didomi | usercentrics | truste
    | privacy-(?:banner|dialog|modal|notice|popup)
    | newsletters? | subscri(?:be|ption)s? | sign-?up | regwall
    | komentarze | commenti | reacties | комментарии | коментарі
    | comments? | commentlist | comment-(?:list|area|form|section|item|box|thread|reply|respond)s? | disqus | respond
    | kommentare? | commentaires? | comentarios? | replies
    | related(?:-(?:articles|stories|posts|content|links|news))? | outbrain | taboola
    | breadcrumbs? | pagination | pager | sidebar | share | sharing | addtoany | follow-us | sns"""
_OFTEN = r"""
      modal | overlay | popup | pop-up | paywall | promos? | promotions? | donat(?:e|ions?)
    | recommend(?:ed|ations?)? | read-(?:more|next|also) | also-read | more-(?:news|stories|articles|from|on)
    | most-read | most-viewed | plus-lus | les-plus-lus | meistgelesen\w* | mas-le[ií]d[oa]s
    | pi[uù]-lett[ie] | mais-lid[ao]s | najczesciej-czytane | pull-?quotes? | pull(?![-\w])
    | trending | social(?:-(?:media|share|links|bar|icons))?
    | captions? | caption-text | image-credit | photo-credit | bildunterschrift
    | advert(?:isement)?s? | ads? | ad-(?:slot|unit|container)
    | sponsor(?:ed)? | tag-?(?:list|cloud) | author-(?:bio|box|card) | about-(?:the-)?author | bio"""
_BESIDE = re.compile(rf"(?ix) (?<![a-z]) (?: {_SURE} | {_OFTEN} ) (?![a-z])")
_CROWD = re.compile(
    r"(?i)(?<![a-z])(?:comments|commentlist|comment-(?:list|area|section|thread)|disqus|kommentare|commentaires|comentarios"
    r"|cookies?|consent|gdpr|cmp(?!-)|onetrust|didomi|newsletters?|subscribe|promo-box|related-(?:articles|stories|posts))(?![a-z])"
)
"""What may be longer than the article."""
_HAS = re.compile(r"(?i)(?<![a-z])(?:has|with|no|without|is|js-has)-[\w-]*|--[\w-]*")
"""What a class says of the state of an element and not of what it is: `article--has-ads`."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_+")
_HIDDEN = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
_ROLES = {"dialog", "alertdialog", "navigation", "complementary", "banner", "search"}
_TALK = re.compile(
    r"""(?ix) \bcookies?\b | \bconsent\b | \bpartners?\ (?:store|and\ access|process|may)
    | personali[sz]ed\ (?:ads|content)
    | \bprivacy\ (?:policy|settings|preferences) | legitimate\ interest | datenschutz | einwilligung | personenbezogene
    | personal\ data | your\ preferences | données\ personnelles | confidentialité | vos\ choix | consentimiento
    | privacidad | privacidade | prywatności | \binformativa\b | персональных\ данных | файлы\ cookie | файли\ cookie"""
)


_OFFER = re.compile(
    r"""(?ix) ^[\W_]*+ (?:
      (?: related(?:\ (?:stories|articles|content|news|links))? | read\ (?:more|also|next) | also\ read | see\ also
        | more\ (?:on\ this|news|stories) | recommended | don['’]t\ miss | lire\ aussi | à\ lire(?:\ aussi)?
        | lesen\ sie\ (?:auch|mehr) | mehr\ (?:dazu|zum\ thema) | le(?:er|a)\ también | más\ información
        | te\ puede\ interesar | leggi\ anche | leia\ (?:também|mais) | czytaj\ (?:także|też|również|więcej)
        | zobacz\ (?:także|też|również) | lees\ ook | läs\ (?:mer|också) | читайте\ (?:также|також)
        | קראו\ (?:גם|עוד) | اقرأ\ (?:أيضا|أيضًا) | 関連記事 | あわせて読みたい | 相关阅读 | 延伸阅读
      ) \s? (?:[:：】\]»›>-].*|$)
    | (?:advertisement|anzeige|werbung|publicité|publicidad|pubblicità|reklama|реклама)\W*$
    | (?:sign\ up|subscribe|join|get|receive)\b.{0,120}\b(?:newsletters?|inbox|readers\ who|daily\ digest)\b.*
    | download\ (?:the|our)\b.{0,60}\bapp\b.*
    | we\ may\ (?:earn|receive)\ (?:a\ |an\ )?(?:small\ |affiliate\ ){0,2}commission.*
    | newsletter\ (?:bestellen|abonnieren|anmelden).*
    | suscr[íi]b(?:ete|ase|irse)\b.{0,80}(?:bolet[íi]n|newsletter).*
    | .{0,80}\bréservée?s?\ aux\ abonnés.* | .{0,40}会員限定(?:です|記事).*
    | view\ (?:this\ (?:e-?mail|message)\ )?(?:in|on)\ (?:your\ |the\ |a\ )?(?:web\ )?browser\W*
    | unsubscribe\b.{0,80} | you(?:['’]re|\ are)\ receiving\ this\b.*
    | you\ (?:have\ )?received\ this\ (?:e-?mail|message|newsletter)\b.*
    | (?:©|\(c\)|copyright\b)\W.{0,120}
    ) $"""
)
"""A line that offers something else than its article, or says who may copy it."""

_OFFERED = 220
"""Characters of such a line at most."""


def is_offer(line: str) -> bool:
    """Whether a line offers other articles, a newsletter or an app: `"Lire aussi : Le dernier allumeur de fours"`."""
    return len(line) <= _OFFERED and bool(_OFFER.match(line.strip(" -•*").strip()))


_TALKED = 3_000
"""Characters of a dialog about consent; what is longer may be an article about it."""

ENOUGH = 140
"""Characters of paragraphs that are left of a page when the larger part of it is taken out."""


def words_in(element: Any) -> str:
    """All the text in an element on one line."""
    return " ".join("".join(element.itertext()).split())


def clear(tree: Any) -> list[Any]:
    """Take out of a page what stands beside its article, as far as names and words tell it; what was taken out.

    What holds most of the page's words, or the article itself, is left whatever its name.
    """
    gone = []
    for element in list(tree.iter("script", "style", "template")):
        drop(element)
    sizes, _ = _measured(tree)
    for element in list(tree.iter(*_DROPPED)):
        quoted = element.tag == "footer" and any(True for _ in element.iterancestors("blockquote"))
        if not quoted and (
            2 * sizes.get(element, 0) <= sizes[tree] or not any(True for _ in element.iter("main", "p"))
        ):
            drop(element)
    sizes, around = _measured(tree)
    left = sizes[tree]
    told = any(one.tag in {"article", "main", "h1"} for one in around)
    for element in _talking(tree):
        size = sizes.get(element, 0)
        if element not in around and size <= _TALKED and left - size > ENOUGH:
            left -= size
            gone.append(element)
    for element in _beside(tree):
        size = sizes.get(element, 0)
        sure = (
            told
            and left - size > ENOUGH
            and (2 * size <= sizes[tree] or _CROWD.search(_name(element)) or _hidden(element))
        )
        small = 3 * size <= sizes[tree] or sure
        if element not in around and small:
            left -= size
            gone.append(element)
    for element in gone:
        drop(element)
    return gone


def _measured(tree: Any) -> tuple[dict[Any, int], set[Any]]:
    """Characters that are not linked in every element, and the elements in which the article itself is."""
    from lxml import etree  # noqa: PLC0415 - only for pages

    sizes: dict[Any, int] = {tree: 0}
    around: set[Any] = set()
    for _, element in etree.iterwalk(tree, events=("end",)):
        if not isinstance(element.tag, str):
            continue
        size = 0 if element.tag == "a" else sizes.get(element, 0) + len(" ".join((element.text or "").split()))
        sizes[element] = size
        size += len(" ".join((element.tail or "").split()))
        parent = element.getparent()
        if element.tag in {"article", "main", "h1"} or element in around:
            around.add(element)
            if parent is not None:
                around.add(parent)
        if parent is not None:
            sizes[parent] = sizes.get(parent, 0) + size
    return sizes, around


def _name(element: Any) -> str:
    """The class and id of an element in lower-case words with dashes, without what they say of its state."""
    return _CAMEL.sub("-", _HAS.sub("", f"{element.get('class', '')[:300]} {element.get('id', '')[:100]}"))


def _beside(tree: Any) -> list[Any]:
    """The elements whose class, id, role or style says that they are beside the article, or not shown."""
    return [
        element
        for element in tree.iter(*_NAMED)
        if _BESIDE.search(_name(element)) or element.get("role") in _ROLES or _hidden(element)
    ]


def _hidden(element: Any) -> bool:
    """Whether an element is not shown."""
    return element.get("aria-hidden") == "true" or bool(_HIDDEN.search(element.get("style", "")[:300]))


def _talking(tree: Any) -> list[Any]:
    """The boxes that are about cookies and consent in half of their paragraphs, outside an article."""
    found = []
    for element in tree.iter("div", "section"):
        parts = [words_in(one)[:1_000] for one in element.iterchildren("p", "h1", "h2", "h3")]
        about = sum(_TALK.search(part) is not None for part in parts)
        if about >= 2 and 2 * about >= len(parts) and not any(True for _ in element.iterancestors("article", "main")):
            found.append(element)
    return found


def drop(element: Any) -> None:
    """Take an element out of its page and leave the text after it."""
    parent = element.getparent()
    if parent is None or element.tag in _WRAPPERS:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = f"{before.tail or ''} {element.tail}"
    elif element.tail:
        parent.text = f"{parent.text or ''} {element.tail}"
    parent.remove(element)
