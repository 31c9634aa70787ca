"""Who wrote an article and when, as its first lines say it."""

import pytest

from ingest.bylines import byline, persons
from ingest.dates import line_day


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("By Ann Lee, political editor, and Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("By Marta Oyelaran, Kestrel Bay Courier", ["Marta Oyelaran"]),
        ("By Ann Lee in London", ["Ann Lee"]),
        ("Por Ana Souza, de Recife", ["Ana Souza"]),
        ("Von Lena Voss aus Berlin", ["Lena Voss"]),
        ("By E. Anders and Y. Berg", ["E. Anders", "Y. Berg"]),
    ],
)
def test_persons_are_told_from_places_and_papers(said: str, names: list[str]) -> None:
    assert persons(said) == names
    assert byline(said) == names


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("jeudi 3 février 2011", "2011-02-03"),
        ("viernes, 3 de febrero de 2012", "2012-02-03"),
        ("By Ann Lee and Bo Ek · 4 June 2018", "2018-06-04"),
        ("Von Lena Voss und Tom Reed | 14. März 2023", "2023-03-14"),
        ("12 ноября 2008 г.", "2008-11-12"),
        ("19 мая 2015 года", "2015-05-19"),
        ("7 lipca 2018 r.", "2018-07-07"),
        ("The meeting of Ann and Bob on 4 June 2018 was long.", ""),
        ("Ann Lee met Bo Ek and Tom Reed on 4 June 2018", ""),
    ],
)
def test_the_day_of_a_line_is_told_beside_names_and_weekdays(line: str, day: str) -> None:
    assert line_day(line) == day
