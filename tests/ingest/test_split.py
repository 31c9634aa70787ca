import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean_text
from ingest.split import SPARSE, split_chunks, split_sentences

CASES = [line for line in Path(__file__).with_name("hard_sentences.txt").read_text("utf-8").splitlines() if line]

texts = st.text(
    st.sampled_from("aB. !?\n“”\"'’()[]:;,-–…0123é🙂\u0301שع日。\t•*") | st.characters(codec="utf-8"), max_size=400
).map(clean_text)


def split(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


def test_hard_news_sentences_are_split_where_they_end() -> None:
    assert len(CASES) >= 120
    wrong = []
    for case in CASES:
        case = case.replace("\\n", "\n")
        wanted = [part.strip() for part in re.split("[¦\n]", case) if part.strip()]
        found = split(case.replace("¦", " "))
        if found != wanted:
            wrong.append((wanted, found))
    print(f"{len(wrong)} of {len(CASES)} hard cases are split wrongly: {len(wrong) / len(CASES):.1%}")
    assert not wrong


LANGUAGES = sorted(path.stem for path in Path(__file__).with_name("sentences").glob("*.txt"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_sentences_of_thirteen_languages_are_split_where_they_end(language: str) -> None:
    lines = (Path(__file__).parent / "sentences" / f"{language}.txt").read_text("utf-8").splitlines()
    assert len(lines) >= 14
    wrong = []
    for line in lines:
        found = split(line.replace("¦", "" if language in {"ja", "zh"} else " "))
        if found != line.split("¦"):
            wrong.append((line, found))
    print(f"{language}: {len(lines) - len(wrong)} of {len(lines)} lines are split as they should be")
    assert len(wrong) <= 1, wrong


def test_a_text_of_all_languages_together_has_true_offsets() -> None:
    folder = Path(__file__).with_name("sentences")
    text = clean_text("\n".join((folder / f"{name}.txt").read_text("utf-8").replace("¦", " ") for name in LANGUAGES))
    found = split_sentences(text)
    assert len(found) > 500
    assert "".join("".join(text[s.start : s.end].split()) for s in found) == "".join(text.split())


def test_sentences_of_the_users_article_are_right(users_article: Path) -> None:
    found = split(clean_text(users_article.read_text("utf-8")))
    assert (
        "Donald Trump initiated the call at 10 a.m. Eastern Time (US), and it extended well beyond two hours, as both"
        in "\n".join(found)
    )
    assert all(sentence[-1] in ".:?”" or len(sentence) < 60 for sentence in found)
    assert sum("U.S. envoy Steve Witkoff" in sentence for sentence in found) == 1


@given(texts)
def test_sentences_hold_every_character_but_white_space(text: str) -> None:
    place = 0
    for sentence in split_sentences(text):
        assert place <= sentence.start < sentence.end
        assert not text[place : sentence.start].strip()
        assert text[sentence.start : sentence.end] == text[sentence.start : sentence.end].strip()
        place = sentence.end
    assert not text[place:].strip()


@given(texts, st.integers(3, 60))
def test_chunks_tile_the_text_and_cut_only_sentences_that_do_not_fit(text: str, limit: int) -> None:
    sentences = split_sentences(text)
    count = len
    pieces = split_chunks(text, sentences, count_tokens=count, max_tokens=limit)
    place = 0
    for piece in pieces:
        assert piece.start == place
        place = piece.end
        assert all(piece.start <= s.start and s.end <= piece.end for s in piece.sentences)
    assert place == (len(text) if sentences else place)
    whole = {(s.start, s.end) for piece in pieces for s in piece.sentences}
    for sentence in sentences:
        assert (sentence.start, sentence.end) in whole or count(text[sentence.start : sentence.end]) > limit


def test_a_heading_is_marked_and_stays_with_what_it_titles() -> None:
    text = "Rain in Spain\nIt rained for three days.\nWhat Lies Ahead?\nNobody knows."
    assert [sentence.heading for sentence in split_sentences(text)] == [True, False, True, False]
    pieces = split_chunks(text, split_sentences(text), count_tokens=lambda part: len(part.split()), max_tokens=9)
    assert all(not piece.sentences[-1].heading for piece in pieces)


@pytest.mark.parametrize("text", ["a" * 200_000, "a. " * 60_000, "“" * 100_000, ". " * 100_000, "A\n" * 60_000])
def test_hostile_texts_are_split_to_the_end(text: str) -> None:
    assert split_sentences(text)[-1].end >= len(text.rstrip()) - 1


@given(
    st.lists(st.sampled_from(["a" * 300, "\u0301" * 90, "Ab ", "\n", ". ", "🙂\u200d" * 20, "שלום "]), max_size=40),
    st.integers(2, 9),
)
def test_a_chunk_is_bounded_in_characters_where_a_word_of_any_length_is_one_token(parts: list[str], limit: int) -> None:
    text = clean_text("".join(parts))
    pieces = split_chunks(text, split_sentences(text), count_tokens=lambda part: len(part.split()), max_tokens=limit)
    assert all(sum(s.end - s.start for s in piece.sentences) <= limit * SPARSE for piece in pieces)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == (text if pieces else "")


def test_a_text_of_accents_alone_is_cut_where_it_is_full_and_not_at_every_character() -> None:
    text = "a" + "\u0301" * 5_000
    pieces = split_chunks(text, split_sentences(text), count_tokens=len, max_tokens=100)
    assert len(pieces) < 100


@pytest.mark.parametrize(
    "line",
    [
        "Był tam w 1850 r.¦Zmarł w Krakowie i tam jest pochowany.",
        "Kupił chleb, masło itd.¦Nikt nie wiedział o tym aż do wieczora.",
        "W 1850 r. Nowak był tam po raz ostatni i jest to w książce.",
        "Привезли яблоки, груши и т. д.¦План выполнили только к вечеру.",
        "Цена составила 3,5 млн руб.¦Сделка закрыта ещё в прошлом году.",
        "В 2021 г. Иванов стал директором этого завода.",
        "Привезли яблука, груші й т. д.¦Сливи ще не дозріли в саду.",
        "Це було у XVII ст.¦Козаки тоді жили на Січі.",
        "Er kaufte Brot, Butter usw.¦Niemand wusste davon bis zum Abend.",
    ],
)
def test_and_so_on_and_units_after_numbers_mostly_end_a_sentence(line: str) -> None:
    text = line.replace("¦", " ")
    assert [text[one.start : one.end] for one in split_sentences(text)] == line.split("¦")
