"""`python -m qa "question"`: the answer with its quotes, in the terminal."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ingest.errors import ArticleQAError, ModelError

NOT_FOUND_CODE = 3
"""The exit code when the articles do not tell."""

LONGEST_INPUT = 100_000
"""Characters that are read of standard input; a question of more than 2,000 is refused with its length."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def main(  # noqa: PLR0913, PLR0917 - what a command line can take
    context: typer.Context,
    question: Annotated[
        list[str] | None, typer.Argument(help="What you want to know, quoted or not; - reads it from standard input.")
    ] = None,
    article: Annotated[
        list[str] | None,
        typer.Option("--article", "-a", help="Read only this article: its id, URL or path. Can be given repeatedly."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    check_model: Annotated[
        bool, typer.Option("--check-model", help="Tell what the language model that is set can do, and ask nothing.")
    ] = False,
    check_claim: Annotated[
        str | None, typer.Option("--check-claim", help="Hold a sentence or a text to the articles instead of asking.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
) -> None:
    """Ask the articles a question. Every sentence of the answer is a quote with its place.

    Exit codes: 0 answered, 1 an error, 2 wrong usage, 3 the articles do not say.
    """
    if not question and not check_model and check_claim is None:
        context.fail("Missing argument 'QUESTION'.")
    try:
        names = [Path(name) if Path(name).exists() else name for name in article or ()] or None
        if check_claim is not None:
            typer.echo("\n\n".join(_checked(check_claim, names, as_json=as_json)))
            return
        if check_model or not question:
            typer.echo("\n".join(_abilities()))
            return
        from qa.answer import ask  # noqa: PLC0415 - loads numpy and the rest; --help does not wait for it
        from qa.render import render_text  # noqa: PLC0415 - the same

        asked = sys.stdin.read(LONGEST_INPUT) if question == ["-"] else " ".join(question)
        before = _titles() if names else {}
        answer = ask(asked, articles=names)
        for id_, title in (_titles() if names else {}).items():
            if id_ not in before:
                typer.echo(f"Kept: {title} (python -m ingest --delete {id_} takes it away again)", err=True)
    except ArticleQAError as error:
        if debug:
            raise
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    typer.echo(answer.model_dump_json(indent=2) if as_json else render_text(answer))
    if answer.status == "not_found":
        raise typer.Exit(NOT_FOUND_CODE)


def _titles() -> dict[str, str]:
    """The articles of the library by their ids."""
    from ingest.library import open_library  # noqa: PLC0415 - loads chromadb; --help does not wait for it
    from ingest.settings import read_settings  # noqa: PLC0415 - the same
    from qa.render import plain  # noqa: PLC0415 - the same

    return {article.id: plain(article.title) for article in open_library(read_settings()).details()}


def _checked(text: str, names: "list[Path | str] | None", *, as_json: bool) -> list[str]:
    """What the articles say to each sentence of a text. Raises what `check` raises."""
    from qa.checking import check  # noqa: PLC0415 - loads numpy and the rest; --help does not wait for it
    from qa.render import plain  # noqa: PLC0415 - the same

    found = check(text, articles=names)
    if as_json:
        return ["[" + ",\n ".join(one.model_dump_json() for one in found) + "]"]
    lines = []
    for one in found:
        words = "".join(f"\n    “{plain(cited.quote)}” {plain(cited.title)}" for cited in one.citations)
        reason = f" {plain(one.reason)}" if one.reason else ""
        lines.append(f"{one.verdict.capitalize()}: “{plain(one.text)}”{reason}{words}")
    return lines


def _abilities() -> list[str]:
    """What the model that is set can do. Raises ModelError, also when none is set."""
    from ingest.settings import read_settings  # noqa: PLC0415 - pydantic-settings costs 0.1 s
    from qa.llm.abilities import try_model  # noqa: PLC0415 - loads pydantic; --help does not wait for it
    from qa.llm.choice import chosen_model  # noqa: PLC0415 - the same

    model = chosen_model(read_settings())
    if model is None:
        raise ModelError("No language model is set: articles are quoted.", "Set OPENAI_API_KEY or OPENAI_BASE_URL.")
    return try_model(model)


if __name__ == "__main__":
    sys.exit(app())
