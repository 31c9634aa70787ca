from datetime import UTC, datetime, timedelta

import pytest

from ingest.bylines import byline, persons
from ingest.clean import make_article
from ingest.dates import clean_date, dateline, days
from ingest.schema import RawDocument
from ingest.titles import no_title


def article(text: str, **given: object):
    return make_article(RawDocument(origin="x", text=text, **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("By Lena Voss and Tom Reed, staff writers", ["Lena Voss", "Tom Reed"]),
        ("Von Anna-Lena Müller, Redakteurin", ["Anna-Lena Müller"]),
        ("Benjamin Fischer und Marcus Theurer", ["Benjamin Fischer", "Marcus Theurer"]),
        ("View all posts by Daniel Lemire", ["Daniel Lemire"]),
        ("LENA VOSS", ["Lena Voss"]),
        ("Lena Voss (Reuters)", ["Lena Voss"]),
        ("Par Marie de la Tour", ["Marie de la Tour"]),
        ("Текст: Лена Восс", ["Лена Восс"]),
        ("Lindsey O&#39;Donnell", ["Lindsey O'Donnell"]),
        ("J. K. Rowling", ["J. K. Rowling"]),
        ("Mohammed al-Amin", ["Mohammed al-Amin"]),
        ("林安", ["林安"]),
        ("سامي خالد", ["سامي خالد"]),
    ],
)
def test_a_byline_names_persons(said: str, names: list[str]) -> None:
    assert persons(said) == names


@pytest.mark.parametrize(
    "said",
    "Username|admin|Staff|Staff Writer|Editor|Redaktion|Redaktion MSM|作者|记者|Condé Nast|The Associated Press|Reuters|Windows User"
    "|Facebook Com|Microsoft Office User|python-docx|anonymous|unknown|Guest Author|webmaster@news.example|https://news.example/ada"
    "|Süddeutsche de GmbH|Catch Themes|Brennick Times Newsroom|EFC Brennick|12 March 2025|3 min read|gnaddrig|MoritzMeyer||by|Test User"
    "|Frankfurter Allgemeine Zeitung|Share on Twitter|News Desk|Our Correspondent|Web Team|La Redacción|Редакция|undefined|null"
    "|Owner|root|Default Author".split("|"),
)
def test_what_is_no_person_is_no_author(said: str) -> None:
    assert persons(said) == []


def test_the_name_of_the_site_is_no_author() -> None:
    assert persons("Blaue Tomate, Ada Li", ["Blaue Tomate"]) == ["Ada Li"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ice melts\nBy Ada Li and Bo Ek\nThe ice melted.", ["Ada Li", "Bo Ek"]),
        ("Markt schließt\nVon Lena Voss\nDie Halle bleibt zu.", ["Lena Voss"]),
        ("Le marché ferme\nPar Lena Voss, à Brennes\nIl pleut.", ["Lena Voss"]),
        ("市场关闭\n作者：林安\n昨天下雨。", ["林安"]),
        ("By the river it was cold\nAda Li was there.", []),
        ("By Monday everyone knew.\nIt was over.", []),
        ("By 2025 Ada Li had won\nShe smiled.", []),
        ("The council met.\n" * 9 + "By Ada Li", []),
    ],
)
def test_the_first_lines_of_a_text_tell_who_wrote_it(text: str, names: list[str]) -> None:
    assert byline(text) == names
    assert list(article(text).authors) == names


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("March 4, 2025", "2025-03-04"),
        ("4th March, 2025", "2025-03-04"),
        ("am 4. März 2025", "2025-03-04"),
        ("4 de marzo de 2025", "2025-03-04"),
        ("1er mai 2024", "2024-05-01"),
        ("4 marzo 2025", "2025-03-04"),
        ("4 de março de 2025", "2025-03-04"),
        ("4 marca 2025 r.", "2025-03-04"),
        ("4 марта 2025 г.", "2025-03-04"),
        ("4 березня 2025", "2025-03-04"),
        ("2025年3月4日", "2025-03-04"),
        ("4 مارس 2025", "2025-03-04"),
        ("4 במרץ 2025", "2025-03-04"),
        ("4.3.2025", "2025-03-04"),
        ("23/3/2025", "2025-03-23"),
        ("٢٠٢٥-٠٣-١٨", "2025-03-18"),
        ("4/3/2025", ""),
        ("31 February 2025", ""),
        ("version 1.2.2025.4", ""),
    ],
)
def test_a_day_is_read_as_it_is_written(written: str, day: str) -> None:
    assert clean_date(written) == day


def test_the_place_of_a_day_in_a_text_is_told() -> None:
    text = "Erst am 3. Juli 2025, dann am 4. August 2026."
    assert [text[start:end] for start, end, _ in days(text)] == ["3. Juli 2025", "4. August 2026"]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Wednesday, 5 March 2025", "2025-03-05"),
        ("By Lena Voss | March 4, 2025", "2025-03-04"),
        ("Brennick, 4. März 2025", "2025-03-04"),
        ("BRENNICK, March 4, 2025 (AP) — The council voted.", "2025-03-04"),
        ("Veröffentlicht am 4. März 2025 um 10:00 Uhr", "2025-03-04"),
        ("Publié le 4 mars 2025 à 10h", "2025-03-04"),
        ("Updated 4 March 2025", ""),
        ("The storm of 14 January 2021", ""),
        ("The market closes on 2 May 2025.", ""),
        ("It opened on 4 March 2025 and closed on 5 March 2025.", ""),
    ],
)
def test_a_line_with_a_day_dates_the_article_only_where_it_says_so(line: str, day: str) -> None:
    assert dateline(f"Ice melts\n{line}\nThe ice melted on Tuesday.") == day


def test_no_article_is_of_a_day_that_is_yet_to_come() -> None:
    later = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    assert article("Some words.", published_at=later).published_at == ""
    assert article(f"Ice melts\n{later}\nThe ice melted.", published_at=later).published_at == ""
    assert article("Ice melts\n4 March 2025\nIt melted.", published_at=later).published_at == "2025-03-04"


@pytest.mark.parametrize(
    "title",
    "untitled|Untitled-1|Microsoft Word - market_final_v3.docx|final.docx|Unbenannt|Document1|index|Home|PowerPoint Presentation|scan0012|"
    "|null|The Brennick Times".split("|"),
)
def test_a_placeholder_is_no_title_and_the_first_line_is_taken(title: str) -> None:
    assert no_title(title, "The Brennick Times")
    made = article(
        "By Ada Li\n4 March 2025\nMarket to close\nIt closes in May.", title=title, source="The Brennick Times"
    )
    assert made.title == "Market to close"


def test_placeholders_among_given_authors_are_left_out() -> None:
    assert article("Some words.", authors=("Username", "Ada Li", "admin")).authors == ("Ada Li",)
