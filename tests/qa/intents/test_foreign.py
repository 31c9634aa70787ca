"""A question in another language gets one sentence in that language."""

import pytest

from ingest.sample import sample
from qa.intents.foreign import language_asked, needed_for


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿Cuándo cierran el puente?", "es"),
        ("¿Quién llamó a Putin?", "es"),
        ("Wie lange dauerte das Gespräch?", "de"),
        ("Was hat Putin gesagt, und wer war dabei?", "de"),
        ("Коли закриють міст?", "uk"),
        ("Combien de temps a duré l’appel ?", "fr"),
        ("Qui a appelé Poutine ?", "fr"),
        ("Quanto è durata la chiamata?", "it"),
        ("Quanto tempo durou a ligação e quem é o presidente?", "pt"),
        ("Сколько длился разговор?", "ru"),
        ("Jak długo trwała rozmowa?", "pl"),
        ("通话持续了多久？", "zh"),
        ("電話はどのくらい続きましたか？", "ja"),
        ("كم استمرت المكالمة؟", "ar"),
        ("How long did the call last?", "en"),
        ("Who is Macron?", "en"),
        ("Who was at the Café de Flore?", "en"),
        ("Is São Paulo named?", "en"),
        ("Die when?", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_a_question_is_told(question: str, language: str) -> None:
    assert language_asked(question) == language


def test_what_is_needed_is_said_only_where_no_article_is_in_the_language() -> None:
    english, german = (
        str(sample().text),
        "Die Brücke wird im April geschlossen, sagte die Bürgermeisterin. Das ist neu.",
    )
    assert "Sprachmodell" in needed_for("Wann wird die Brücke geschlossen?", [english])
    assert needed_for("Wann wird die Brücke geschlossen?", [english, german]) == ""
    assert needed_for("When will the bridge close?", [german]) == ""
