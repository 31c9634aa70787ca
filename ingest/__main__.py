"""`python -m ingest PATH|URL|- …`: articles into the library, what is in it, and out again."""

import json
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from ingest.errors import ArticleQAError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.schema import IngestReport

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def main(  # noqa: PLR0913, PLR0917 - each is an option of the command
    sources: Annotated[list[str] | None, typer.Argument(help="Files, folders, http(s) URLs, or - for input.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report or the list as JSON.")] = False,
    show_list: Annotated[bool, typer.Option("--list", help="Show the articles in the library.")] = False,
    delete: Annotated[list[str] | None, typer.Option(help="Remove an article: its id, URL or path.")] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the index again from the catalog.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Look whether every article is whole.")] = False,
    backup: Annotated[Path | None, typer.Option(help="Save all articles to a new file.")] = None,
    restore: Annotated[Path | None, typer.Option(help="Bring all articles back from such a file.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
) -> None:
    """Take articles into the library: .txt, .md, .html, .pdf, .docx, .jsonl, folders and web pages.

    Exit codes: 0 done, 1 nothing was ingested, something is damaged or an error, 2 wrong usage.
    """
    wishes: dict[str, Callable[[], None] | None] = {
        "sources": (lambda: _ingest(sources or [], as_json=as_json)) if sources else None,
        "--list": (lambda: _list(as_json=as_json)) if show_list else None,
        "--delete ID": (lambda: _delete(delete or [], as_json=as_json)) if delete else None,
        "--rebuild": (lambda: _rebuild(as_json=as_json)) if rebuild else None,
        "--check": (lambda: _check(as_json=as_json)) if check else None,
        "--backup FILE": (lambda: _backup(backup or Path(), as_json=as_json)) if backup else None,
        "--restore FILE": (lambda: _restore(restore or Path(), as_json=as_json)) if restore else None,
    }
    given = [wish for wish in wishes.values() if wish]
    if len(given) != 1:
        typer.echo(f"Error: Give one of {', '.join(wishes)}. See --help.", err=True)
        raise typer.Exit(2)
    try:
        given[0]()
    except ArticleQAError as error:
        if debug:
            raise
        typer.echo(f"Error: {printable(str(error))}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("Stopped. What was reported as done is kept.", err=True)
        raise typer.Exit(130) from None


def printable(text: str) -> str:
    """The text on one line without control or reordering characters, which a terminal would obey."""
    kept = "".join(char if unicodedata.category(char) not in {"Cc", "Cf"} else " " for char in text)
    return " ".join(kept.split())


def _ingest(sources: list[str], *, as_json: bool) -> None:
    from ingest import ingest  # noqa: PLC0415 - --help does not wait for it

    with _Bar("Reading") as bar:
        report = ingest(sources, on_progress=bar.update)
    typer.echo(report.model_dump_json(indent=2) if as_json else told(report))
    if not report.article_ids:
        raise typer.Exit(1)


def told(report: "IngestReport") -> str:
    """The report for a person: a line for each source, and what to do next."""
    lines = []
    for row in report.rows:
        if row.action == "skipped":
            lines.append(f"skipped    {printable(row.origin)}: {printable(f'{row.reason} {row.hint}')}")
        else:
            lines.append(f"{row.action:<10} {row.article_id}  {printable(row.title)}")
    counts = [f"{report.count(action)} {action}" for action in ("added", "unchanged", "replaced", "skipped")]
    lines.append(f"{', '.join(count for count in counts if not count.startswith('0 '))} in {report.seconds:.1f} s.")
    if report.count("added"):
        lines.append('Now ask: python -m qa "What is it about?"')
    return "\n".join(lines)


def _list(*, as_json: bool) -> None:
    from ingest import articles  # noqa: PLC0415 - --help does not wait for it

    found = articles()
    if as_json:
        typer.echo(json.dumps([article.model_dump(exclude={"text"}) for article in found], indent=2))
        return
    for article in found:
        facts = [article.published_at[:10], article.source, f"{len(article.text):,} characters"]
        about = printable(", ".join(fact for fact in facts if fact))
        typer.echo(f"{article.id}  {printable(article.title)} ({about})")
    if not found:
        typer.echo("There is no article yet. Add one with `python -m ingest PATH-OR-URL`.", err=True)


def _delete(names: list[str], *, as_json: bool) -> None:
    from ingest import delete  # noqa: PLC0415 - --help does not wait for it

    ids = delete(names)
    typer.echo(json.dumps({"deleted": ids}) if as_json else "\n".join(f"deleted    {name}" for name in ids))


def _rebuild(*, as_json: bool) -> None:
    from ingest import rebuild  # noqa: PLC0415 - --help does not wait for it

    with _Bar("Embedding") as bar:
        count = rebuild(on_progress=bar.update)
    typer.echo(json.dumps({"rebuilt": count}) if as_json else f"The index of {count} articles is made again.")


def _check(*, as_json: bool) -> None:
    from ingest import check  # noqa: PLC0415 - --help does not wait for it

    report = check()
    lines = [f"{'note' if f.harmless else 'wrong'}       {printable(f'{f.what} {f.remedy}')}" for f in report.findings]
    state = "sound" if report.sound else "not all sound"
    lines.append(f"{report.articles:,} articles in {report.chunks:,} passages are {state}.")
    typer.echo(report.model_dump_json(indent=2) if as_json else "\n".join(lines))
    if not report.sound:
        raise typer.Exit(1)


def _backup(file: Path, *, as_json: bool) -> None:
    from ingest import backup  # noqa: PLC0415 - --help does not wait for it

    report = backup(file)
    lines = [f"unreadable {printable(name)}" for name in report.unreadable]
    lines.append(f"{report.articles:,} articles are saved in {printable(str(file))}.")
    typer.echo(report.model_dump_json(indent=2) if as_json else "\n".join(lines))
    if report.unreadable:
        raise typer.Exit(1)


def _restore(file: Path, *, as_json: bool) -> None:
    from ingest import restore  # noqa: PLC0415 - --help does not wait for it

    with _Bar("Embedding") as bar:
        count = restore(file, on_progress=bar.update)
    message = f"{count:,} articles are brought back. Start a page that is open again."
    typer.echo(json.dumps({"restored": count}) if as_json else message)


class _Bar:
    """A progress bar on standard error, shown only in a terminal."""

    def __init__(self, verb: str) -> None:
        from rich.console import Console  # noqa: PLC0415 - --help does not wait for it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - the same

        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn(verb),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[name]}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(verb, total=None, name="")

    def update(self, done: int, total: int | None, name: str) -> None:
        """Show that so many of so many are done, and which one is at hand."""
        self._progress.update(self._task, completed=done, total=total, name=printable(name)[-60:])

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


if __name__ == "__main__":
    sys.exit(app())
