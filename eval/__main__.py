"""`python -m eval run SET`: asks a question set and reports how well it went."""

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.errors import ArticleQAError

if TYPE_CHECKING:
    from collections.abc import Callable

    from eval.schema import Report

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def main() -> None:
    """Ask question sets and report how well the answers, citations and refusals are."""


@app.command()
def run(
    name: Annotated[str, typer.Argument(metavar="SET", help="A JSON Lines file, or `sample`, which comes along.")],
    articles: Annotated[Path | None, typer.Option(help="Ask these articles: a folder or a file.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where report.json goes; a new folder under runs/ if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
) -> None:
    """Ask every question of a set. Exit codes: 0 done, 1 an error, 2 wrong usage."""
    try:
        from eval.report import table, write  # noqa: PLC0415 - --help does not wait for it
        from eval.run import run as ask_all  # noqa: PLC0415 - the same

        report = _with_bar(lambda told: ask_all(name, articles=articles, on_progress=told))
        stem = re.sub(r"[^\w-]+", "-", Path(name).stem) or "set"
        folder = out or Path("runs") / f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{stem}"
        path = write(report, folder)
    except ArticleQAError as error:
        if debug:
            raise
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    shown = report.model_dump_json(indent=2, include={"set_name", "set_sha256", "made_at", "scores", "by_tag"})
    typer.echo(shown if as_json else f"{table(report)}\n\nAll answers: {path}")


def _with_bar(work: "Callable[[Callable[[int, int], None]], Report]") -> "Report":
    """What the work yields, with a progress bar on standard error when that is a terminal."""
    from rich.console import Console  # noqa: PLC0415 - --help does not wait for it
    from rich.progress import Progress  # noqa: PLC0415 - the same

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Asking", total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))


if __name__ == "__main__":
    sys.exit(app())
