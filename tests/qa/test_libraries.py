"""Many libraries in one process: each is answered from its own articles, and what is dropped is given back."""

from pathlib import Path

from ingest import RawDocument, ingest
from ingest.settings import Settings
from qa import ask


def test_each_of_200_libraries_opened_in_a_row_is_asked_for_its_own_article(tmp_path: Path) -> None:
    wrong = []
    for number in range(200):
        own = Settings(data_dir=tmp_path / str(number), reader="off")
        text = f"The council of town {number} met on Monday. The bridge of town {number} costs {number + 7} dollars."
        ingest(RawDocument(origin="x", text=text), settings=own)
        answer = ask(f"What does the bridge of town {number} cost?", settings=own)
        if f"costs {number + 7} dollars" not in answer.text:
            wrong.append((number, answer.text))
    assert not wrong
