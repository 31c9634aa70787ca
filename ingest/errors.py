"""Everything that can go wrong, said in one sentence for a person, with what to do next."""


class ArticleQAError(Exception):
    """Any failure that a user can mend. `message` says what happened to which value, `hint` what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SettingsError(ArticleQAError):
    """A setting has a value that cannot be used."""


class SourceError(ArticleQAError):
    """A file, URL or text that cannot become an article: missing, empty, binary, too large, unreachable."""


class QuestionError(ArticleQAError):
    """A question or history that cannot be asked: empty, far too long, of the wrong type."""


class EncoderError(ArticleQAError):
    """The encoder cannot be loaded, or the embedding server does not answer."""


class ModelError(ArticleQAError):
    """A language model is not configured, cannot be reached, or answers what cannot be used."""


class AddingError(ArticleQAError):
    """An addition that ran in a process of its own was not finished: its time or memory ran out, or it died."""


class LibraryError(ArticleQAError):
    """The library of articles (catalog and index) cannot be read or written."""


class NoArticlesError(LibraryError):
    """The library is empty, or an article that was named is not in it."""


class EncoderMismatchError(LibraryError):
    """The index was made by another encoder than the one in use."""


class LibraryLockedError(LibraryError):
    """Another process is writing to the library."""


class DiskFullError(LibraryError):
    """Too little space is left to write the index safely."""
