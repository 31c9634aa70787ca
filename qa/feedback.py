"""What readers say of answers: kept with the whole turn, for whoever runs the page to make questions of it."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ingest.errors import AddingError
from qa.schema import MAX_QUESTION, Turn

FILE = "feedback.jsonl"
"""In the data folder: one object a line, `at`, `right`, `comment` and `turn`."""

MOST_BYTES = 20_000_000
"""When the file is as large as this, nothing more is kept until it is taken away."""

LONGEST_TURN = 30_000
"""Characters of a turn as JSON: an answer with its citations is far shorter."""

_writing = threading.Lock()


class Feedback(BaseModel):
    """A turn, whether its answer is right, and what is wrong with it."""

    model_config = ConfigDict(extra="forbid")

    turn: Turn
    right: bool
    comment: str = Field(default="", max_length=1_000)

    @field_validator("turn")
    @classmethod
    def _asked(cls, turn: Turn) -> Turn:
        if not 0 < len(turn.question.strip()) <= MAX_QUESTION:
            raise ValueError("A turn has a question, no longer than one can be.")
        turn.model_dump_json()  # half a character could not be written again
        return turn


def keep(given: Feedback, data_dir: Path) -> None:
    """Add a line to the file. Raises AddingError when there is no room for it."""
    line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **given.model_dump(mode="json")})
    file = data_dir / FILE
    with _writing:
        if len(line) > LONGEST_TURN or (file.exists() and file.stat().st_size > MOST_BYTES):
            raise AddingError("There is no room for this.", "Tell whoever runs this page.")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as out:
            out.write(line + "\n")


def told(data_dir: Path) -> Iterator[Feedback]:
    """What was kept, oldest first; a line that was cut off by a crash is left out."""
    with (data_dir / FILE).open(encoding="utf-8") as lines:
        for line in lines:
            with suppress(ValueError):
                found = json.loads(line)
                if isinstance(found, dict):
                    yield Feedback.model_validate({name: value for name, value in found.items() if name != "at"})
