"""What the page's server says in the visitor's language, from the same texts as the page's own script."""

import json
from functools import lru_cache
from importlib.resources import files

MOST = 10
"""Languages of a browser that are looked at."""


def in_language(english: str, accepted: str, **values: object) -> str:
    """A text of `texts.json` in the first language that a browser accepts and the page speaks, with its values.

    `accepted` is the header Accept-Language: `"uk,en;q=0.8"`. `in_language("All {count} articles", "de", count=3)`
    """
    languages, texts = _texts()
    for name in accepted.lower().split(",", MOST)[:MOST]:
        code = name.strip()[:2]
        if code == "en":
            break
        if code in languages and english in texts:
            return texts[english][languages.index(code)].format(**values)
    return english.format(**values)


@lru_cache(maxsize=1)
def _texts() -> tuple[list[str], dict[str, list[str]]]:
    made = json.loads((files("page") / "texts.json").read_text(encoding="utf-8"))
    return made["languages"], made["page"]
