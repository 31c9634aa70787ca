"""The article that comes with the package, so that there is something to ask at once."""

from importlib.resources import files

from ingest.schema import RawDocument

NAME = "trump-putin-call.txt"


def sample() -> RawDocument:
    """The bundled news report as a source for `ingest`."""
    text = (files("ingest") / "samples" / NAME).read_text(encoding="utf-8")
    return RawDocument(origin=f"sample:{NAME}", text=text, title=text.split("\n", 1)[0], source="Sample article")
