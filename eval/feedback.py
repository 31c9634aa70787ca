"""A question set of what readers said of answers on the page, for a person to edit."""

import re
from pathlib import Path

from eval.schema import Case
from ingest.errors import SourceError
from qa.feedback import FILE, Feedback, told

_MARK = re.compile(r" ?\[\d{1,4}\]")


def cases_of(data_dir: Path) -> list[Case]:
    """A case for each question that was judged, the last word counting. Raises SourceError when nobody said anything.

    What was called right keeps its answer and evidence. What was called wrong keeps neither, but for the comment as a
    tag: what would be right a person has to say.
    """
    file = data_dir / FILE
    if not file.exists():
        raise SourceError(f"{file} is not there: nobody has said yet whether an answer is right.", "Ask on the page.")
    latest = {(given.turn.question, _articles(given)): given for given in told(data_dir)}
    return [_case(number, given) for number, given in enumerate(latest.values(), start=1)]


def _articles(given: Feedback) -> tuple[str, ...]:
    return tuple(dict.fromkeys(citation.article_id for citation in given.turn.citations))


def _case(number: int, given: Feedback) -> Case:
    name, turn = f"feedback-{number}", given.turn
    if not given.right:
        comment = " ".join(given.comment.split())
        return Case(id=name, question=turn.question, tags=("wrong", *filter(None, [comment])))
    quotes = tuple(dict.fromkeys(citation.quote for citation in turn.citations))
    if not quotes:
        return Case(id=name, question=turn.question, answerable=False, tags=("right",))
    answer = " ".join(_MARK.sub("", turn.answer).split())
    return Case(id=name, question=turn.question, answers=(answer,), evidence=quotes, tags=("right",))
