"""What a visitor is told of an error. What it says of this machine and its folders goes to the log alone."""

import logging

from ingest.errors import (
    AddingError,
    DiskFullError,
    EncoderError,
    EncoderMismatchError,
    LibraryError,
    LibraryLockedError,
    ModelError,
    NoArticlesError,
    QuestionError,
    SourceError,
)

_AS_IT_IS = (SourceError, QuestionError, ModelError, AddingError)
"""Errors about what the visitor gave, about a model or a limit: they name no place on this machine."""

_KEEPER = "whoever runs this page finds the reason in its log."

_FIXED: tuple[tuple[type[Exception], str], ...] = (
    (NoArticlesError, "This article is no longer in the library. Choose another one, or add one."),
    (EncoderMismatchError, f"The library was made with another encoder than the one in use; {_KEEPER}"),
    (LibraryLockedError, "Somebody else is writing to the library. Try again in a minute."),
    (DiskFullError, f"There is too little room left on the server's disk to add an article; {_KEEPER}"),
    (LibraryError, f"The library cannot be used just now. Try again in a minute; if it stays so, {_KEEPER}"),
    (EncoderError, f"The encoder cannot be used just now. Try again in a minute; if it stays so, {_KEEPER}"),
    (Exception, f"Something went wrong. Try again; if it stays so, {_KEEPER}"),
)


def explained(error: Exception) -> str:
    """The error in a sentence or two for a visitor. Whatever is not said of it is logged."""
    if isinstance(error, _AS_IT_IS):
        return str(error)
    log = logging.getLogger(__name__)
    if isinstance(error, LibraryError | EncoderError):
        log.warning("%s", " ".join(str(error).split()))
    else:
        log.error("Something went wrong", exc_info=error)
    return next(words for kind, words in _FIXED if isinstance(error, kind))
