"""`article-qa`: one command for all that `python -m` does, for where the package is installed."""

import runpy
import sys
from importlib.metadata import PackageNotFoundError, version

COMMANDS = {
    "ui": ("ui", "open the chat page"),
    "ask": ("qa", "ask a question, or --check-claim"),
    "ingest": ("ingest", "add, list, delete and check articles"),
    "eval": ("eval", "run question sets"),
}
"""Each with the module that does it, and what it is for."""


def main() -> None:
    """Do what the first argument names, with the rest as its arguments."""
    name, rest = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if name == "--version":
        print(f"article-qa {_version()}")  # noqa: T201 - the command's result
    elif name in COMMANDS:
        sys.argv = [f"article-qa {name}", *rest]
        runpy.run_module(COMMANDS[name][0], run_name="__main__", alter_sys=False)
    else:
        lines = [f"  article-qa {known:7} {told}" for known, (_, told) in COMMANDS.items()]
        wanted = name in {"", "--help", "-h"}
        text = "\n".join([*([] if wanted else [f"There is no command {name[:40]!r}. These are:"]), *lines])
        print(text, file=sys.stdout if wanted else sys.stderr)
        sys.exit(0 if wanted else 2)


def _version() -> str:
    try:
        return version("article-qa")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    main()
