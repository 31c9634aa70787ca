"""A question in another language than the article's: what is needed to answer it, said in the visitor's own. Pure."""

import re
from collections.abc import Sequence

from qa.text.words import word_set
from qa.verification.languages import tongue

_ASKING = {
    "en": word_set("who what when where why how which whose is are was were did do does has have the of at in to"),
    "de": word_set(
        "wie wer was wann warum wo woher wohin welche welcher welches wieviel wem wen wessen gibt hat ist sind"
    ),
    "es": word_set(
        "quién quiénes quien cuándo cuándo cuánto cuánta cuántos cuántas dónde qué cómo cuál cuáles es son está"
    ),
    "fr": word_set("qui quand combien pourquoi où comment quel quelle quels quelles quoi est-ce qu'est-ce est sont"),
    "it": word_set("chi quanto quanta quanti perché dove cosa quale quali come è sono che"),
    "pt": word_set("quem quanto quantos quantas onde porque quê qual quais como é quando o"),
}
"""Words by which a short question tells its language; the more of them, the likelier."""

_NEEDED = {
    "ar": "بدون نموذج لغوي لا أفهم إلا الأسئلة المكتوبة بلغة المقال. اسأل بتلك اللغة أو اضبط نموذجًا.",
    "de": "Ohne Sprachmodell verstehe ich nur Fragen in der Sprache des"
    " Artikels. Bitte in dieser Sprache fragen oder ein"
    " Modell einrichten.",
    "es": "Sin un modelo de lenguaje solo entiendo preguntas en el idioma del"
    " artículo. Pregunte en ese idioma o configure"
    " un modelo.",
    "fr": "Sans modèle de langue, je ne comprends que les questions posées dans"
    " la langue de l’article. Posez la question"
    " dans cette langue ou configurez un modèle.",
    "it": "Senza un modello linguistico capisco solo domande nella lingua"
    " dell’articolo. Chieda in quella lingua o imposti"
    " un modello.",
    "ja": "言語モデルがないと、記事と同じ言語の質問しか理解できません。"
    "その言語で質問するか、モデルを設定してください。",
    "pl": "Bez modelu językowego rozumiem tylko pytania w języku artykułu."
    " Proszę zapytać w tym języku albo ustawić model.",
    "pt": "Sem um modelo de linguagem só entendo perguntas na língua do artigo."
    " Pergunte nessa língua ou configure um modelo.",
    "ru": "Без языковой модели я понимаю вопросы только на языке статьи. Задайте"
    " вопрос на этом языке или подключите модель.",
    "uk": "Без мовної моделі я розумію запитання лише мовою статті. Запитайте цією мовою або налаштуйте модель.",
    "zh": "没有语言模型时，我只能理解用文章所用语言提出的问题。请用该语言提问，或设置一个模型。",
}
"""For each language one sentence, or two."""


def needed_for(question: str, texts: Sequence[str]) -> str:
    """What a question needs that is in another language than every article; "" when one is in its own.

    `"Wie lange dauerte das Gespräch?"`, an English article → `"Ohne Sprachmodell verstehe ich nur Fragen …"`
    """
    asked = language_asked(question)
    if asked not in _NEEDED or any(tongue(text[:3_000]) == asked for text in texts):
        return ""
    return _NEEDED[asked]


def language_asked(question: str) -> str:
    """The language of a question, by the words that ask, else by its letters and small words."""
    found = set(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", question.lower().replace("’", "'")))
    counts = {language: len(found & words) for language, words in _ASKING.items()}
    known = tongue(question)
    best = max(counts, key=lambda language: (counts[language], language == known))
    return best if counts[best] and known in _ASKING else known
