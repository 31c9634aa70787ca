"""The files of weights that the packages ship, read whole or not at all."""

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

from ingest.errors import EncoderError

SUMS = "SHA256SUMS"
"""The list in each folder of weights, as `sha256sum` writes and checks it."""

_HINT = "Install the project again."


def shipped(folder: str, name: str) -> bytes:
    """The content of a shipped file, which has the sha256 that the list beside it gives: `"qa", "reader.json"`.

    `folder` is a package, or one in it: `"ingest/weights"`. Raises EncoderError when the file is missing or damaged.
    """
    package, *rest = folder.split("/")
    place = files(package).joinpath(*rest)
    content, listed = _read(place, name, folder), _read(place, SUMS, folder)
    try:
        wanted = {file: digest for digest, file in map(str.split, listed.decode("ascii").splitlines())}[name]
    except ValueError:
        raise EncoderError(f"The file {SUMS} of the weights in {folder} is damaged.", _HINT) from None
    except KeyError:
        raise EncoderError(f"The file {name} of the weights in {folder} is damaged: {SUMS} lacks it.", _HINT) from None
    found = hashlib.sha256(content).hexdigest()
    if found != wanted:
        reason = f"its sha256 is {found[:12]}…, not {wanted[:12]}…"
        raise EncoderError(f"The file {name} of the weights in {folder} is damaged: {reason}.", _HINT)
    return content


def _read(place: Traversable, name: str, folder: str) -> bytes:
    try:
        return place.joinpath(name).read_bytes()
    except OSError as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise EncoderError(f"The file {name} of the weights in {folder} {reason}.", _HINT) from None
