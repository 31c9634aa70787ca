"""`python -m eval run SET`: asks a question set and reports how well it went."""

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.errors import ArticleQAError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eval.asking import Progress
    from eval.schema import Report, Row
    from ingest.settings import Settings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def main() -> None:
    """Ask question sets and report how well the answers, citations and refusals are."""


GATE_CODE = 4
"""The exit code when a score is below its gate."""


@app.command()
def compare(  # noqa: PLR0913, PLR0917 - each is an option of the command
    before: Annotated[Path, typer.Argument(help="The folder of a run, or its report.json.")],
    after: Annotated[Path, typer.Argument(help="The folder of another run over the same set and articles.")],
    gate: Annotated[Path | None, typer.Option(help="A gates.toml: fail when a score of AFTER is below it.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the comparison as a page to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
) -> None:
    """Show what changed between two runs, per score and per case.

    Exit codes: 0 done, 1 an error, 2 wrong usage, 4 a score is below its gate.
    """
    try:
        from eval.comparing import compare as compared  # noqa: PLC0415 - --help does not wait for it
        from eval.comparing import told  # noqa: PLC0415 - the same
        from eval.gate import check, failures  # noqa: PLC0415 - the same
        from eval.page import write_comparison  # noqa: PLC0415 - the same
        from eval.report import read  # noqa: PLC0415 - the same

        one, other = read(before), read(after)
        found = compared(one, other)
        failed = failures(found) + check(other, gate) if gate else []
        if out:
            write_comparison(found, out)
    except ArticleQAError as error:
        if debug:
            raise
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(found.model_dump_json(indent=2) if as_json else told(found))
    _stop(failed)


def _stop(failed: "Sequence[str]") -> None:
    """Exit with the gate's code and the reasons, if there are any."""
    for line in dict.fromkeys(failed):
        typer.echo(f"Gate: {line}", err=True)
    if failed:
        raise typer.Exit(GATE_CODE)


@app.command()
def run(  # noqa: PLR0913, PLR0917 - each is an option of the command
    name: Annotated[
        str,
        typer.Argument(metavar="SET", help="A file, a published set's folder, or a shipped set: sample, news, claims."),
    ],
    articles: Annotated[Path | None, typer.Option(help="Ask these articles: a folder or a file.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the report goes; a new folder under runs/ if left out.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Ask only the first so many questions.")] = 0,
    sample: Annotated[int, typer.Option(min=0, help="Ask so many questions, drawn at random.")] = 0,
    seed: Annotated[int, typer.Option(help="The seed of --sample.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Questions asked at once.")] = 2,
    judge: Annotated[bool, typer.Option("--judge", help="Let JUDGE_MODEL judge the answers too.")] = False,
    gate: Annotated[Path | None, typer.Option(help="A gates.toml: fail when a score is below it.")] = None,
    save_baseline: Annotated[Path | None, typer.Option(help="Keep the scores of every case for later gates.")] = None,
    answerer: Annotated[str, typer.Option(help="Who answers: auto or quote. ANSWERER if left out.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
) -> None:
    """Ask every question of a set. The same --out goes on where a killed run stopped.

    Exit codes: 0 done, 1 an error, 2 wrong usage, 4 a score is below its gate.
    """
    try:
        from eval.asking import Options  # noqa: PLC0415 - the same
        from eval.asking import run as ask_all  # noqa: PLC0415 - the same
        from eval.gate import check, save  # noqa: PLC0415 - the same
        from eval.report import table, write  # noqa: PLC0415 - --help does not wait for it

        stem = re.sub(r"[^\w-]+", "-", Path(name).stem) or "set"
        folder = out or Path("runs") / f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{stem}"
        made = _with_bar(
            lambda progress: ask_all(
                name,
                articles=articles,
                settings=_settings(answerer),
                options=Options(limit, sample, seed, workers, judge),
                out=folder,
                on_progress=progress,
            )
        )
        path = write(made, folder)
        if save_baseline:
            save(made, save_baseline)
        failed = check(made, gate) if gate else []
    except ArticleQAError as error:
        if debug:
            raise
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo(f"Stopped. `--out {folder}` goes on from here.", err=True)
        raise typer.Exit(130) from None
    shown = made.model_dump_json(indent=2, include=_HEADLINES)
    typer.echo(shown if as_json else f"{table(made)}\n\nAll answers: {path}")
    _stop(failed)


@app.command()
def draft(
    article: Annotated[str, typer.Argument(help="A file, a URL, or `sample`.")],
    out: Annotated[Path | None, typer.Option(help="Write the questions to this file instead of the terminal.")] = None,
    count: Annotated[int, typer.Option(min=1, max=500, help="At most so many questions.")] = 40,
    model: Annotated[bool, typer.Option("--model", help="Let OPENAI_MODEL write them.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
) -> None:
    """Propose questions about an article, for a person to edit. Exit codes: 0 done, 1 an error, 2 wrong usage."""
    try:
        from eval.draft import propose, read_article  # noqa: PLC0415 - --help does not wait for it

        settings = _settings("")
        found = propose(read_article(article, settings), count, settings if model else None)
        lines = "".join(case.model_dump_json(exclude_defaults=True) + "\n" for case in found)
        if out:
            out.write_text(lines, encoding="utf-8")
    except (ArticleQAError, OSError) as error:
        if debug:
            raise
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(found)} questions in {out}: read and edit each." if out else lines, nl=bool(out))


@app.command()
def feedback(
    out: Annotated[Path | None, typer.Option(help="Write the questions to this file instead of the terminal.")] = None,
) -> None:
    """Make a question set of what readers said of answers. Exit codes: 0 done, 1 an error, 2 wrong usage."""
    try:
        from eval.feedback import cases_of  # noqa: PLC0415 - --help does not wait for it

        found = cases_of(_settings("").data_dir)
        lines = "".join(case.model_dump_json(exclude_defaults=True) + "\n" for case in found)
        if out:
            out.write_text(lines, encoding="utf-8")
    except (ArticleQAError, OSError) as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(found)} questions in {out}: read and edit each." if out else lines, nl=bool(out))


_HEADLINES = {"set_name", "set_sha256", "corpus_sha256", "made_at", "seconds", "harness_seconds", "scores", "by_tag"}


def _settings(answerer: str) -> "Settings":
    from ingest.errors import SettingsError  # noqa: PLC0415 - beside the others
    from ingest.settings import read_settings  # noqa: PLC0415 - pydantic-settings costs 0.1 s

    settings = read_settings()
    if answerer and answerer not in {"auto", "quote"}:
        raise SettingsError(f"There is no answerer {answerer!r}.", "Use auto or quote.")
    return settings.model_copy(update={"answerer": answerer}) if answerer else settings


def _with_bar(work: "Callable[[Progress], Report]") -> "Report":
    """What the work yields, with a bar and the running scores on standard error when that is a terminal."""
    from rich.console import Console  # noqa: PLC0415 - --help does not wait for it
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - the same
    from rich.progress import Progress as Bar  # noqa: PLC0415 - the same

    from eval.report import running  # noqa: PLC0415 - the same

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[scores]}"))
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Asking", total=None, scores="")

        def told(rows: "Sequence[Row]", total: int) -> None:
            if console.is_terminal and (len(rows) % 10 == 0 or len(rows) == total):
                bar.update(task, completed=len(rows), total=total, scores=running(rows))

        return work(told)


if __name__ == "__main__":
    sys.exit(app())
