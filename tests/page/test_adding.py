"""Adding in the page over real HTTP: turns, limits, and messages that say nothing of the server's folders."""

import io
import os
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest

import page.explain
from ingest import RawDocument, Upload, articles, check, ingest
from ingest.errors import AddingError, DiskFullError, LibraryLockedError, SourceError
from ingest.settings import Settings
from page.adding import Given, Moment, Turns, adding, as_html, sources_as_html, sources_of
from page.explain import explained
from tests.page.visitor import Visitor, served

ROOT = Path(__file__).resolve().parents[2]
ZOO = "Zoo Opens\nThe zoo opened on Friday. A ticket costs twelve euros for adults."


def zipped(**files: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return kept.getvalue()


BAD = {
    "binary.txt": b"\x00\x01\x02" * 100,
    "nothing.md": b"\n\n",
    "empty.html": b"<html><body></body></html>",
    "broken.pdf": b"%PDF-1.7\nnothing of a document",
    "bad.docx": zipped(word__document="<w:document>"),
    "bad.jsonl": b'{"text": 1}\n{nothing}\n[]\n',
    "bad.json": b'{"text": ',
    "what.xyz": bytes(range(256)),
}


def leaks(text: str, settings: Settings) -> list[str]:
    """The places of this machine that stand in a text."""
    places = (settings.data_dir, Path.home(), ROOT, Path("/tmp"), Path(os.__file__).parent, Path.cwd())
    return [str(place) for place in places if str(place) in text or str(place)[1:] in text]


# ---- turns


def test_the_first_two_work_and_the_others_wait_in_the_order_in_which_they_came() -> None:
    turns = Turns()
    first, second, third, fourth = (turns.join() for _ in range(4))
    assert [turns.before(ticket, 0) for ticket in (first, second, third, fourth)] == [0, 0, 1, 2]
    turns.leave(second)
    assert [turns.before(ticket, 0) for ticket in (first, third, fourth)] == [0, 0, 1]
    turns.leave(fourth)
    turns.leave(first)
    assert turns.before(turns.join(), 0) == 0


def test_a_turn_comes_as_soon_as_another_ends() -> None:
    turns = Turns(at_once=1)
    first, second = turns.join(), turns.join()
    threading.Timer(0.1, turns.leave, [first]).start()
    assert turns.before(second, 60) == 0


def test_the_queue_has_an_end() -> None:
    turns = Turns(at_once=2, waiting=3)
    for _ in range(5):
        turns.join()
    with pytest.raises(AddingError, match="Too many additions"):
        turns.join()


def test_a_second_addition_is_told_that_it_waits_and_then_is_done(settings: Settings) -> None:
    turns = Turns(at_once=1)
    ticket = turns.join()
    moments = adding(Given(ZOO), settings, turns, public_only=False)
    assert next(moments) == Moment("Waiting for another addition …")
    turns.leave(ticket)
    assert list(moments)[-1].article_id == articles(settings)[-1].id
    assert turns.before(turns.join(), 0) == 0, "its place is free again"


def test_an_addition_that_is_given_up_while_it_waits_leaves_the_queue(settings: Settings) -> None:
    turns = Turns(at_once=1)
    turns.join()
    moments = adding(Given(ZOO), settings, turns, public_only=False)
    next(moments)
    moments.close()
    assert turns.before(turns.join(), 0) == 1


# ---- what is added


def test_a_text_addresses_and_files_are_told_apart(settings: Settings) -> None:
    assert sources_of(" http://a.example/b ", [], settings) == ["http://a.example/b"]
    assert sources_of("a.example/b\nhttps://c.example\n", [], settings) == ["https://a.example/b", "https://c.example"]
    said = "See http://a.example, where it was said on Monday."
    assert sources_of(said, [], settings) == [RawDocument(origin="pasted text", text=said)]
    paths = ["/x/y/zoo.txt", "/x/y/sea.pdf"]
    assert sources_of("", paths, settings) == [Upload(path=path, name=Path(path).name) for path in paths]
    both = [Upload(path="/x/zoo.txt", name="zoo.txt"), "https://a.example/b"]
    assert sources_of("a.example/b", ["/x/zoo.txt"], settings) == both
    (half,) = sources_of("a half \ud800 character in the text of an article", [], settings)
    assert isinstance(half, RawDocument)


def test_of_several_the_ones_that_fail_leave_the_others_their_turn(settings: Settings, tmp_path: Path) -> None:
    paths = []
    for name, content in {
        "zoo.txt": ZOO,
        "bad.pdf": "%PDF-1.7\nnothing",
        "sea.txt": ZOO.replace("zoo", "sea").replace("Zoo", "Sea"),
    }.items():
        paths.append(str(tmp_path / name))
        (tmp_path / name).write_text(content)
    *moments, last = adding(Given("", paths), settings, Turns(), public_only=False)
    assert {tuple(one.state for one in moment.sources) for moment in moments} >= {
        ("adding", "waiting", "waiting"),
        ("added", "failed", "adding"),
    }
    assert last.trouble == "2 of 3 were added."
    assert [(one.name, one.state, bool(one.trouble)) for one in last.sources] == [
        ("zoo.txt", "added", False),
        ("bad.pdf", "failed", True),
        ("sea.txt", "added", False),
    ]
    assert last.sources[1].trouble in unescape(sources_as_html(last))
    assert [article.title for article in articles(settings)][1:] == ["Zoo Opens", "Sea Opens"]
    assert last.article_id == articles(settings)[-1].id


def test_what_is_there_already_is_told_and_chosen(settings: Settings) -> None:
    first, again = (list(adding(Given(ZOO), settings, Turns(), public_only=False))[-1] for _ in range(2))
    assert not first.trouble
    assert again.trouble == "“Zoo Opens” is in the library already."
    assert again.article_id == first.article_id


@pytest.mark.parametrize(
    ("text", "upload", "said"),
    [
        ("", [], "There is nothing to add. Paste a URL or a text, or choose a file."),
        ("x", ["/x/y.txt"], "This is too short for an article."),
        ("ab" * 600_000, [], "The text is larger than 1 MB."),
        ("é" * 600_000, [], "The text is larger than 1 MB."),
        ("🙂" * 260_000, [], "The text is larger than 1 MB."),
        ("Hello", [], "This is too short for an article."),
        ("what is new?", [], "This is too short for an article."),
        ("", ["/x/y.txt"] * 21, "21 files are too many at once."),
        ("\n".join(f"a{n}.example" for n in range(21)), [], "21 addresses are too many at once."),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(
    settings: Settings, text: str, upload: list[str], said: str
) -> None:
    with pytest.raises(SourceError) as caught:
        sources_of(text, upload, settings.model_copy(update={"max_size_mb": 1}))
    assert str(caught.value).startswith(said)


def test_a_text_just_within_the_limit_is_taken(settings: Settings) -> None:
    assert sources_of("é" * 500_000, [], settings.model_copy(update={"max_size_mb": 1}))


def test_records_that_were_left_out_are_told_beside_the_article(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    path.write_text('{"text": "The zoo opened on Friday. It costs twelve euros.", "title": "Zoo"}\n{"title": "x"}\n')
    last = list(adding(Given("", [str(path)]), settings, Turns(), public_only=False))[-1]
    assert last.article_id == articles(settings)[-1].id
    assert last.trouble.startswith("1 of 2 records were left out.")


def test_a_moment_is_shown_as_text() -> None:
    assert as_html(Moment()) == ""
    assert "<script" not in as_html(Moment("<script>")) + as_html(Moment(trouble="<script>"))
    assert 'value="0.150"' in as_html(Moment("Embedding", done=0.15))


# ---- what a visitor is told


def test_every_kind_of_error_has_its_sentence_without_a_place_on_this_machine(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    kinds = [kind for kind in vars(page.explain).values() if isinstance(kind, type)]
    assert kinds
    for kind in [DiskFullError, LibraryLockedError, *kinds]:
        shown = issubclass(kind, (SourceError, AddingError)) or kind.__name__ in {"QuestionError", "ModelError"}
        error = kind(
            "It is told." if shown else f"{settings.data_dir} is broken.", "" if shown else f"Look at {Path.home()}."
        )
        assert not leaks(explained(error), settings)
        assert shown or kind.__name__ == "NoArticlesError" or str(settings.data_dir) in caplog.text
    assert "Something went wrong." in explained(ValueError(str(settings.data_dir)))


def test_bad_uploads_of_every_format_are_told_by_their_own_name(settings: Settings) -> None:
    with served(settings) as url:

        def told(name: str) -> str:
            visitor = Visitor(url)
            return visitor.add(upload=visitor.upload(name, BAD[name]))

        with ThreadPoolExecutor(2) as pool:
            for name, text in zip(BAD, pool.map(told, BAD), strict=True):
                assert "trouble" in text, name
                assert not leaks(text, settings), name
        assert len(articles(settings)) == 1


def damaged_catalog(data: Path) -> None:
    (data / "catalog.db").write_bytes(b"nothing" * 1_000)
    for name in ("catalog.db-wal", "catalog.db-shm"):
        (data / name).unlink(missing_ok=True)


def removed(data: Path) -> None:
    shutil.rmtree(data)
    data.write_text("a file where a folder was")


@pytest.mark.parametrize("harm", [damaged_catalog, removed])
def test_a_library_that_breaks_is_told_without_a_place_on_this_machine(
    settings: Settings, harm: Callable[[Path], None]
) -> None:
    with served(settings) as url:
        visitor = Visitor(url)
        harm(settings.data_dir)
        added, answered = visitor.add(ZOO), visitor.ask("How long did the call last?")
        assert "cannot be used just now" in added
        assert "cannot be used just now" in answered or "more than two hours" in answered
        assert not leaks(added + answered, settings)


def test_an_index_that_breaks_is_answered_without_and_mended_by_the_next_addition(settings: Settings) -> None:
    with served(settings) as url:
        visitor = Visitor(url)
        database = next(settings.data_dir.glob("chroma-*/chroma.sqlite3"))
        database.write_bytes(b"nothing" * 1_000)
        assert "more than two hours" in visitor.ask("How long did the call last?")
        assert not leaks(visitor.add(ZOO), settings)
        assert len(articles(settings)) == 2
        assert check(settings).sound


def test_a_library_of_another_encoder_is_told_without_a_place_on_this_machine(settings: Settings) -> None:
    ingest(RawDocument(origin="x", text=ZOO), settings=settings)
    other = settings.model_copy(update={"openai_embed_model": "other", "openai_base_url": "http://127.0.0.1:9/v1"})
    with served(other) as url:
        visitor = Visitor(url)
        told = visitor.add(ZOO + " More.") + visitor.ask("How much is a ticket?")
        assert told.count("another encoder") >= 2
        assert not leaks(told, settings)


def test_a_local_model_that_is_not_there_is_told_without_its_folder(settings: Settings) -> None:
    without = settings.model_copy(update={"answerer": "local", "local_model": str(settings.data_dir / "x.gguf")})
    with served(without) as url:
        told = Visitor(url).ask("How long did the call last?")
        assert "⚠" in told or "\\u26a0" in told
        assert not leaks(told, settings)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB, where this process may make one."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], check=False)
    if made.returncode:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_without_a_place_on_this_machine(settings: Settings, small_disk: Path) -> None:
    full = settings.model_copy(update={"data_dir": small_disk / "data"})
    *_, last = adding(Given(ZOO), full, Turns(), public_only=False)
    assert "too little room" in last.trouble
    assert not leaks(last.trouble, full)


# ---- beside others


def test_questions_are_answered_while_a_long_text_is_added_and_a_gone_visitor_ends_it(settings: Settings) -> None:
    from tests.ingest.test_beside import LONG, soon, workers

    with served(settings) as url:
        visitor, other = Visitor(url), Visitor(url)
        sent = visitor.send("add-now", "click", LONG.text, None)
        while "Embedding" not in visitor.received:
            next(sent)
        assert "more than two hours" in other.ask("How long did the call last?")
        assert workers(), "it is still being added"
        sent.close()  # as a closed tab does
        visitor.close()
        assert soon(lambda: not workers())
        assert "more than two hours" in other.ask("How long did the call last?")
    assert len(articles(settings)) == 1


def test_what_is_left_out_of_several_is_not_added(settings: Settings, tmp_path: Path) -> None:
    paths, skipped = [], {1}
    for name in ("zoo", "sea", "sky"):
        paths.append(str(tmp_path / f"{name}.txt"))
        (tmp_path / f"{name}.txt").write_text(ZOO.replace("zoo", name).replace("Zoo", name.title()))
    moments = adding(Given("", paths), settings, Turns(), public_only=False, skipped=skipped)
    first = next(moments)
    assert [one.state for one in first.sources] == ["adding", "skipped", "waiting"]
    assert sources_as_html(first).count("<button") == 2
    skipped.add(0)
    *_, last = moments
    assert [one.state for one in last.sources] == ["skipped", "skipped", "added"]
    assert last.trouble == "1 of 3 were added."
    assert [article.title for article in articles(settings)][1:] == ["Sky Opens"]


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("example.org/news", "https://example.org/news"),
        ("example.org?id=4", "https://example.org?id=4"),
        ("127.0.0.1:9/y", "http://127.0.0.1:9/y"),
        ("localhost:8000", "http://localhost:8000"),
        ("192.0.2.7", "http://192.0.2.7"),
        ("http://example.org", "http://example.org"),
    ],
)
def test_an_address_may_lack_its_scheme(typed: str, taken: str) -> None:
    assert sources_of(typed, [], Settings()) == [taken]
