"""Days as they are written in thirteen languages, and as machines write them. Pure."""

import re
from collections.abc import Callable
from datetime import date, datetime
from email.utils import parsedate_to_datetime

YEARS = (1000, 2999)
"""The years in which an article may have been published; what reckons with others overflows."""

LONGEST = 60
"""Characters in which a day is written at most."""

_NAMES = """
january february march april may june july august september october november december
jan feb mar apr may jun jul aug sep oct nov dec
januar februar märz april mai juni juli august september oktober november dezember
jänner feber mrz apr mai jun jul aug sept okt nov dez
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago set oct nov dic
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv févr mars avr mai juin juil août sept oct nov déc
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen feb mar apr mag giu lug ago set ott nov dic
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
jan fev mar abr mai jun jul ago set out nov dez
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
sty lut mar kwi maj cze lip sie wrz paź lis gru
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
янв фев мар апр мая июн июл авг сен окт ноя дек
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
січ лют бер кві тра чер лип сер вер жов лис гру
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november december
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
"""
_MONTHS = {name: number for line in _NAMES.split("\n") for number, name in enumerate(line.split(), 1)}

_DAY = re.compile(
    r"""(?ix) (?<![\w/.-]) (?:
        (?P<y1>\d{4}) \s?[年/.-]\s? (?P<m1>\d{1,2}) \s?[月/.-]\s? (?P<d1>\d{1,2}) (?:日|(?=T\d)|(?![\w/-]))
      | (?P<d2>\d{1,2}) (?:st|nd|rd|th|er|º|°)?[.]?\s (?:de\s|d[’'])? (?P<n2>[^\W\d_]{3,12})[.,]?\s (?:de\s
      |del\s)? (?P<y2>\d{4}) (?:\s(?:r|г|р)\b\.?|\s(?:года|року)\b)? (?!\w)
      | (?P<n3>[^\W\d_]{3,12})[.]?\s (?P<d3>\d{1,2})(?:st|nd|rd|th)?,?\s (?P<y3>\d{4}) (?!\w)
      | (?P<d4>\d{1,2}) \s?(?P<sep>[./-])\s? (?P<m4>\d{1,2}) \s?(?P=sep)\s? (?P<y4>\d{4}) (?![\w/-]|[.]\d)
    )"""
)


def days(text: str) -> list[tuple[int, int, date]]:
    """The spans of days in a text and the days: `"am 3. Juli 2025"` → `[(3, 15, date(2025, 7, 3))]`.

    Of `4/3/2025` nobody can tell whether it is in March or in April: it is none.
    """
    found = ((match, _day(match)) for match in _DAY.finditer(text))
    return [(match.start(), match.end(), day) for match, day in found if day]


def _day(match: re.Match[str]) -> date | None:
    """The day that a match of `_DAY` is, if there is one."""
    if match["y1"]:
        year, month, day = int(match["y1"]), int(match["m1"]), int(match["d1"])
    elif match["y4"]:
        day, month, year = int(match["d4"]), int(match["m4"]), int(match["y4"])
        if match["sep"] != "." and day != month and day <= 12 and month <= 12:
            return None
        if month > 12 and match["sep"] != ".":
            day, month = month, day
    else:
        year, day = int(match["y2"] or match["y3"]), int(match["d2"] or match["d3"])
        month = _MONTHS.get((match["n2"] or match["n3"]).lower(), 0)
    try:
        return date(year, month, day) if YEARS[0] <= year <= YEARS[1] else None
    except ValueError:
        return None


_LINES = 8
_LEAD = re.compile(
    r"(?i)^[^\w\n]*(?:first |originally )?(?:published|posted|publication date|date|dated|veröffentlicht"
    r"|erschienen|stand|datum"
    r"|publié|publicado|fecha|pubblicato|data|opublikowano|опубликовано|дата|опубліковано|发布时间|公開日|نشر|פורסם)\b"
)
_CHANGED = re.compile(
    r"(?i)\b(?:updated|modified|changed|corrected|aktualisiert|geändert|mis à jour|modifié|actualizado|aggiornato"
    r"|atualizado"
    r"|zaktualizowano|обновлено|оновлено|更新)\b"
)
_BESIDE = re.compile(
    r"""(?ix) \d{1,2}[:.]\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?|uhr|h)? | \b\d{1,2}\s*(?:[ap]\.?m\.?|uhr)
    | \b(?:at|on|the|um|den|am|à|le|el|a\ las|alle|às|(?:o\ )?godz|в|о|by|von|par|por|di|and|und|y|et
    |(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miércoles|jueves|viernes|s[áa]bado|domingo
    |mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b
    | [^\w\s]"""
)
_BARS = re.compile(r"\s[|·•∙]\s|^\||\|$")
_OPENING = re.compile(r"[^\W\d_][\w .’'-]{1,40},\s+")
_AFTER = re.compile(r"\s*(?:\([^()]{1,40}\)\s*)?[—–-]{1,2}\s")


def dateline(text: str) -> str:
    r"""The day that one of an article's first lines says it was published on, as ISO 8601, or an empty string.

    `"Ice melts\nPublished Wednesday, March 19, 2025 at 9 a.m.\nThe ice …"` → `"2025-03-19"`
    """
    return next((day for line in text.split("\n", _LINES)[:_LINES] if (day := line_day(line))), "")


def line_day(line: str) -> str:
    """The day that a line says something was published on, as ISO 8601, if it says that and little else.

    Of facts with bars between them it is enough that one says it: `"Words by Ada Li | Published 21 Nov 2024"`.
    """
    facts = _BARS.split(line[:160].strip()) if not _CHANGED.search(line[:160]) else []
    return _line_day(line) or next((day for fact in facts[1:] and facts if (day := _line_day(fact.strip()))), "")


def _line_day(line: str) -> str:
    found = days(line[:160]) if not _CHANGED.search(line[:160]) else []
    if not found:
        return ""
    start, end, day = found[0]
    leads = _LEAD.match(line) and start <= 60 and len(found) == 1 and len(line) <= 160
    opening = _OPENING.fullmatch(line, 0, start)
    return day.isoformat() if leads or (opening and _AFTER.match(line, end)) or _is_alone(line, start, end) else ""


def _is_alone(line: str, start: int, end: int) -> bool:
    """Whether there is little but a day on a line: the time, a place, who wrote it."""
    rest = _BESIDE.sub(" ", line[:start] + " " + line[end:]).split()
    return len(line) <= 100 and len(rest) <= 4 and all(not word[0].islower() for word in rest) and line[-1:] not in "!?"


def clean_date(text: str) -> str:
    """The date as ISO 8601, or an empty string for anything else: `"March 18, 2025"` → `"2025-03-18"`."""
    text = " ".join(text[: 10 * LONGEST].split())[:LONGEST]
    pdf = re.fullmatch(r"D:(\d{4})(\d\d)?(\d\d)?.*", text)
    if pdf:
        text = "-".join([pdf[1], pdf[2] or "01", pdf[3] or "01"])
    for read in _READERS if text else ():
        try:
            found = read(text)
            if YEARS[0] <= found.year <= YEARS[1]:
                return found.isoformat()
        except Exception:  # noqa: BLE001, S112 - whatever the libraries throw at an absurd date, it is none
            continue
    return ""


def _iso_date(text: str) -> date:
    return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)


def _written(text: str) -> date:
    """The one day in a text that is little else."""
    (found,) = days(text)
    if len(text) - (found[1] - found[0]) > 30:
        raise ValueError
    return found[2]


def _month(text: str) -> date:
    return datetime.strptime(text, "%B %Y").date()  # noqa: DTZ007 - a date has no zone


_READERS: tuple[Callable[[str], date], ...] = (_iso_date, parsedate_to_datetime, _written, _month)
