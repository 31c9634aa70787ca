"""URLs of servers as they are shown to a person. Pure."""

import re

_LOGIN = re.compile(r"^([a-z][a-z0-9+.-]*://)?[^/?#\s]*@", re.IGNORECASE)


def without_login(url: str) -> str:
    """The URL without the name and password before its host: `"http://qa:secret@host/v1"` → `"http://host/v1"`."""
    return _LOGIN.sub(lambda found: found[1] or "", url.strip())
