"""What the page says, in every language that it speaks."""

import json
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "page"
TEXTS = json.loads((PAGE / "texts.json").read_text("utf-8"))
EVERY = [
    (english, made) for part in ("page", "lines", "reasons", "leads", "chat") for english, made in TEXTS[part].items()
]


def names(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize(("english", "made"), EVERY)
def test_each_text_is_there_in_each_language_with_all_that_it_names(english: str, made: list[str]) -> None:
    assert len(made) == len(TEXTS["languages"])
    for text in made:
        assert text.strip()
        assert names(text) == names(english)
        assert "<" not in text


def test_no_translation_is_taken_for_an_english_text_once_more() -> None:
    english = {text for text, _ in EVERY}
    assert not [text for own, made in EVERY for text in made if text in english and text != own]


def test_each_text_is_said_somewhere() -> None:
    """Its words stand in the code of the page, the answers or the library; three gradio says to a screen reader."""
    folders = (PAGE, PAGE.parent / "qa", PAGE.parent / "ingest")
    code = "".join(file.read_text("utf-8") for folder in folders for file in folder.rglob("*.py"))
    code += "".join(file.read_text("utf-8") for file in PAGE.glob("*.js")) + (PAGE.parent / "ui.py").read_text("utf-8")
    known = set(re.findall(r"\w+", code))
    gradios = {"Click to upload or drop files", "File upload", "chatbot conversation"}
    assert {
        english for english, _ in EVERY if not {*re.findall(r"\w+", re.sub(r"\{\w+\}", "", english))} <= known
    } <= gradios
