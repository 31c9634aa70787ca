"""Words as they are searched: written in one way, however an article writes them. Pure."""

import re
import unicodedata

_DASHES = re.compile(r"[‐‑‒–—―−]")
_QUOTES = re.compile(r"[‘’‚‛`´ʼ]")
_GROUPED = re.compile(r"(?<=\d)[,.'’ \u00a0\u2009\u202f](?=\d{3}(?!\d))")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


def normalised(text: str) -> str:
    """The text for search alone, never for a quote: places in it are others.

    Ligatures and full-width signs are plain, accents of Latin, Greek and Cyrillic letters gone, dashes and quotes
    of one kind, figures without separators of thousands: `"Caﬁé – 1,900"` → `"cafie - 1900"`
    """
    text = _QUOTES.sub("'", _DASHES.sub("-", _INVISIBLE.sub("", text)))
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not 0x300 <= ord(char) <= 0x36F)
    return unicodedata.normalize("NFC", _GROUPED.sub("", text)).casefold()
