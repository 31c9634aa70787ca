"""Who wrote an article: the persons that a byline names, and nobody where it names none. Pure.

A wrong author is worse than none, so what is no person's name for sure is left out: placeholders, newsrooms, sites.
"""

import re
from collections.abc import Iterable
from html import unescape

from ingest.dates import days
from ingest.normal import normalised

MOST = 20
"""Authors of one article that are kept."""

_LONGEST = 60
_SAID = 400
"""Characters of a byline that are read."""

_LEAD = re.compile(
    r"""(?ix) ^\s* (?: (?:(?:view\ )?(?:all|more|alle|weitere|mehr|tous\ les|todos\ los)\ (?:posts|articles|stories
        |artikel|beiträge|artículos)
      |(?:text|texte?|texto|testo|story|words|reporting)\ (?:und|and|&|et|y|e)\ (?:fotos?|bilder
        |photo(?:s|graphy|graphs)?|video|illustrations?)
      |posts|articles?|story|stories|text|words
    |reporting|report
      |written|posted|published|reported|by|analysis|opinion|commentary|photographs?|author|authors|autor|autorin
      |autoren|auteur|autore|autora|автор|автори|авторы|текст|von|par|di|da|por|door|af|av|tekst|escribe
      |texte?|texto
      |testo|veröffentlicht|eingestellt|verfasst|publicado|pubblicato|opublikowane|опубликовано
      |ein\ (?:gast)?(?:beitrag|artikel)|écrit|publié|publicado|escrito|scritto|geschrieben|redigido|przez|opr
      |文|作者|記者|记者|撰文|執筆|بقلم|כתב|מאת) (?:\s*[:：|/-]\s*|\s+|$) )+"""
)
_PARTING = re.compile(
    r" ?[;|•·/&,、，؛] ?| (?:and|und|y|et|e|i|og|och|en|и|та|with|mit|con|avec|by|[–—-]) ", re.IGNORECASE
)
_BESIDE = re.compile(
    r"""(?ix) \b(?:illustrat\w*|übersetz\w*|translat\w*|traduc\w*|traduz\w*|fotos?|fotograf\w*|photos?|photograph\w*
      |bild(?:er)?|grafik\w*|graphics|kamera|camera|geprüft|reviewed|edited|fact[-\ ]?check\w*)\b [^,;|•·]{0,80}"""
)
"""Who did something else for an article than write it."""
_AND = re.compile(r"^\s*(?:and|und|y|et|e|og|och|en|и|та)\s")
"""What stands before the last of several names, after their comma."""
_PLACED = re.compile(r"(?<=\w) (?:in|en|à|aus) [A-ZÀ-Þ][\w’'. -]{1,40}$")
"""Where somebody wrote from, after the name."""
_LAST = re.compile(r"(?<=\w)\s(?:and|und|y|et|e|i|og|och|en|и|та)\s(?=[^\W\d_a-zà-þ])")
"""What leads in the last of several names."""
_SUFFIXED = re.compile(r", (?:[JS]r|II|III|Ph\.?D|M\.?D)\b")
_ON = re.compile(r"(?i) on (?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b.*$")
_SMALL = frozenset(
    "von van de der den del della di da do dos das du des la le les lo el al bin ibn ben bint ter ten te zu zum af"
    " av y e"
    " und dit d' st st.".split()
)
_TITLES = frozenset("dr dr. prof prof. mr mr. mrs mrs. ms ms. sir dame dipl.-ing. ing. rev. фото".split())
_OFFICES = frozenset(
    "chefredakteur chefredakteurin redakteur redakteurin autor autorin korrespondent korrespondentin editor reporter"
    " correspondent journalist writer staff senior chief contributor journaliste rédacteur rédactrice redactor"
    " redactora periodista giornalista".split()
)
_SUFFIX = frozenset("jr jr. sr sr. ii iii iv phd ph.d. md m.d.".split())
_WORD = re.compile(r"(?:[^\W\d_]|[’'`.·-])+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,5}")
_ARTICLES = frozenset("the el la los las le les il der die das o os as".split())
_NOBODY = frozenset(
    "username user admin administrator webmaster root guest anonymous anonym anónimo anonyme unknown unbekannt"
    " none null"
    " undefined test author authors autor staff editor editors editorial redaktion redaction rédaction redacción"
    " redazione"
    " redação redakcja редакция редакція redactie newsroom newsdesk desk team writer writers reporter reporters"
    " correspondent correspondents contributor contributors agency agencies agencia wire news press online media"
    " magazine"
    " times post courier chronicle telegraph sentinel herald"
    " tribune gazette journal daily weekly today network blog website site company corp inc gmbh"
    " ltd llc"
    " ag verlag publishing publications group office service services department ministry university institute council"
    " committee foundation association society club verein verband e.v. facebook twitter instagram youtube linkedin"
    " google pinterest whatsapp email mail kontakt contact share subscribe follow read more comments comment kommentar"
    " photo photos foto image getty imago shutterstock reuters afp dpa ap apa pti upi efe ansa tass xinhua bloomberg"
    " cnn bbc owner default sample wordpress blogger joomla drupal microsoft windows adobe word python-docx openoffice"
    " libreoffice acrobat theme themes design copyright rights reserved cookie privacy policy home menu search login"
    " archive archiv category kategorie tag tags lesezeit minute minutes min ago posted updated published uhr hours"
    " gastautor gastbeitrag gast special sponsored advertisement anzeige advertorial partner content video audio"
    " podcast"
    " radio tv zeitung nachrichten noticias journalist journaliste periodista engineer developer professor lecturer"
    " monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag"
    " sonntag"
    " lunes martes miércoles jueves viernes sábado domingo lundi mardi mercredi jeudi vendredi samedi dimanche everyone"
    " fraktion forschung inhalte werbung gesponserte partei presse pressestelle bundesamt amt stadt gemeinde kreis"
    " edited"
    " edition revised the about over this that your our my all here click view posts profile website biography"
    " bio"
    " alle beiträge person zur sign log logout account pressemitteilung communiqué im kg"
    " cc illustrierte search paper papers member list germany usa".split()
)
_NOBODY_CJK = frozenset(
    "作者 编辑 編輯 记者 記者 管理员 管理員 佚名 匿名 本报讯 小编 責任編輯 责任编辑 編集部 記者会".split()
)
_AGENCIES = re.compile(
    r"(?i)\b(?:associated press|deutsche welle|agence france|press association|deutsche presse|condé nast)\b"
    r"|\.(?:com|de|net"
    r"|org|co\.uk|info|fr|es|it)\b"
)


def persons(said: str, sites: Iterable[str] = (), *, lone: bool = False) -> list[str]:
    """The persons that a byline names, without repeats; a name of one word only when `lone`.

    `sites` are names of the publication, which are no persons. `"By Lena Voss and Tom Reed, staff writers"` →
    `["Lena Voss", "Tom Reed"]`
    """
    others = {_plain(site) for site in sites if site}
    found: list[str] = []
    for part in _PARTING.split(_to_the_last(_led(" ".join(unescape(said[:_SAID]).split())))):
        name = _person(part, lone=lone)
        if name and _plain(name) not in others and name not in found:
            found.append(name)
    return found[:MOST]


def _to_the_last(said: str) -> str:
    """A list of names without what comes after its last one, which an "and" leads in: a place, an office."""
    ends = [match.end() for match in _LAST.finditer(said)]
    end = said.find(",", ends[-1]) if ends else -1
    return said if end < 0 or _SUFFIXED.match(said, end) else said[:end]


def only_persons(said: str) -> bool:
    """Whether a byline names persons and says nothing else: `"Lena Voss, Tom Reed"`, but not `"Lena Voss designed"`."""
    parts = [part for part in _PARTING.split(_led(" ".join(said[:_SAID].split()))) if part.strip()]
    return bool(parts) and all(_person(part, lone=False) for part in parts)


def nobody(name: str) -> bool:
    """Whether a name is a placeholder through and through: `"Username"`, `"Windows User"`, `"作者"`."""
    words = re.findall(r"[^\W\d_]+", name.lower())
    return name in _NOBODY_CJK or not words or all(word in _NOBODY for word in words)


def _led(said: str) -> str:
    """The byline without what leads up to the names, without days and without those who did not write."""
    for start, end, _ in reversed(days(said)):
        said = f"{said[:start]}|{said[end:]}"
    return _BESIDE.sub(" ", _LEAD.sub("", re.sub(r"\(.{0,80}?\)|\[.{0,80}?\]", " ", _ON.sub("", said))))


def _plain(name: str) -> str:
    """A name by which a site and a person are compared: `"LaRepública.pe"` → `"larepublica"`."""
    return re.sub(r"[\W_]+", "", re.sub(r"\.(?:\w{2,4}|co\.uk)$", "", normalised(name).strip()))


def _person(part: str, *, lone: bool) -> str:
    """The name if it is a person's, in a form to show, or nothing."""
    name = _PLACED.sub("", _LEAD.sub("", _AND.sub("", part))).strip(" \t.,:;-–—|•·*\"“”'’")
    words = name.split()
    while words and words[0].lower() in _TITLES:
        words = words[1:]
    while len(words) > 2 and words[-1].lower() in _OFFICES:
        words.pop()
    name = " ".join(words)
    if _CJK.fullmatch(name.replace("·", "")):
        return "" if name in _NOBODY_CJK else name
    named = [word for word in words if word.lower() not in _SMALL | _SUFFIX]
    if not named or len(name) > _LONGEST or len(words) > 6 or _is_other(name, words):
        return ""
    from_there = len(named) == 1 and words[0].lower() in _SMALL  # "de Recife" after a name and a comma
    if not all(map(_capital, named)) or from_there or not (len(words) > 1 or (lone and _lone(named[0]))):
        return ""
    return " ".join(word.title() if word.isupper() and len(word) > 3 else word for word in words)


def _is_other(name: str, words: list[str]) -> bool:
    """Whether a name has what no person's has: figures, words of newsrooms, initials of an organisation."""
    parts = [part for word in words for part in word.split("-")]
    if words[0].lower() in _ARTICLES and words[0] != name:
        return True
    initials = any(part.isupper() and len(part) > 2 and part.isalpha() for part in parts) and not name.isupper()
    spoken = all(_WORD.fullmatch(word) for word in words) and not _AGENCIES.search(name)
    return initials or not spoken or any(word.lower().strip(".'’") in _NOBODY for word in words)


def _capital(word: str) -> bool:
    """Whether a word is written as a name is: `Voss`, `O’Neil`, `al-Amin`, `J.`, or in letters without capitals."""
    letters = [char for char in word if char.isalpha()]
    first = next(iter(letters), "")
    return bool(letters) and (not first.islower() or any(part[:1].isupper() for part in re.split(r"[-’']", word)[1:]))


def _lone(word: str) -> bool:
    """Whether one word can be a whole name: no login, and no initials."""
    return len(word) > 2 and not word[1:].isupper() and not any(char.isupper() for char in word[1:])


_LINE = re.compile(
    r"""(?ix) ^[^\w\n]*+ (?: (?:by|von|par|por|di|door|av|af|text|author|autor|автор|текст|words|interview
    |piše|كتب|written\ by|submitted\ by|posted\ by|reported\ by|story\ by|report\ by|text\ by|words\ by
    |texte|texto|testo|tekst
      |записал[аи]?|作者|文|撰文|記者|记者|بقلم|מאת) (?:\s*[:：|]\s*|\s+) ) (?P<who>\S.*)$"""
)
_OFFICED = re.compile(
    r"^(?P<who>[^\W\d_][\w.’'-]*(?: [\w.’'-]+){1,3}), (?:\w+[ -]){0,3}"
    r"(?:editor|reporter|correspondent|writer|columnist|critic|journalist)s?\b.{0,60}$"
)
"""A name with an office after it: "Helen Marsh, political editor"."""
_REPORTER = re.compile(
    r"^[（(【]?\s*(?:本报)?(?:记者|記者|文/|文／|作者)[:：\s]*(?P<who>[\u4e00-\u9fff]{2,4})[）)】]?\s*$"
)


def _first(said: str) -> str:
    """The first of several names."""
    return _PARTING.split(_led(said))[0]


def byline(text: str, lines: int = 8) -> list[str]:
    r"""The persons whom one of the first lines of a text says to have written it.

    `"Ice melts\nBy Ada Li and Bo Ek\nThe ice …"` → `["Ada Li", "Bo Ek"]`
    """
    for line in text.split("\n", lines)[:lines]:
        found = len(line) <= 160 and (_LINE.match(line) or _REPORTER.match(line) or _OFFICED.match(line))
        names = persons(found["who"]) if found and _person(_first(found["who"]), lone=False) else []
        if found and names and not re.search(r"[.!?]$", line.strip().removesuffix("Jr.")):
            return names
    return []
