"""What the page is made of besides its chat: style, script, the reader's articles, example questions, the door."""

from importlib.resources import files

_SCRIPTS = ("languages.js", "conversations.js", "asking.js", "answers.js", "selection.js", "page.js")


def head() -> str:
    """The HTML that goes into the page's head: colours before the first paint, style and script, nothing linked."""
    folder = files(__name__)
    style = (folder / "page.css").read_text(encoding="utf-8")
    script = "\n".join((folder / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    texts = (folder / "texts.json").read_text(encoding="utf-8").replace("<", "\\u003c")
    script = f"window.articleQA = {{ texts: {texts} }};\n{script}"
    return f'<meta name="color-scheme" content="light dark"><style>{style}</style><script>{script}</script>'
