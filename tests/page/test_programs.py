"""What programs can do over HTTP: everything that the page can, within the same door."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

ASKED = "How long did the call last?"


@pytest.fixture
def program(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


def test_a_question_is_answered_with_its_citations(program: httpx.Client) -> None:
    answer = program.post("/api/ask", json={"question": ASKED}).json()
    assert answer["status"] == "answered"
    (citation,) = answer["citations"]
    article = program.get(f"/article/{citation['article_id']}").json()
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
    history = [{"question": ASKED, "answer": answer["text"]}]
    following = program.post("/api/ask", json={"question": "Why was it delayed?", "history": history}).json()
    assert "business conference" in following["text"]


def test_an_answer_comes_as_events(program: httpx.Client) -> None:
    with program.stream("POST", "/api/ask", json={"question": ASKED, "stream": True}) as reply:
        lines = [line for line in reply.iter_lines() if line]
    kinds = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert kinds[0] == "stage"
    assert kinds[-1] == "answer"
    assert "text" in kinds
    last = json.loads(lines[-1].removeprefix("data: "))
    assert "two hours" in last["answer"]["text"]


def test_a_text_is_checked_and_passages_are_found(program: httpx.Client) -> None:
    text = "The call lasted more than two hours. The moon is made of cheese."
    found = program.post("/api/check", json={"text": text}).json()["sentences"]
    assert [one["verdict"] for one in found][1] == "not mentioned"
    hits = program.post("/api/search", json={"question": ASKED, "k": 2}).json()["hits"]
    assert 1 <= len(hits) <= 2
    assert hits[0]["chunk"]["article_id"]


def test_an_article_is_added_asked_listed_and_removed(program: httpx.Client) -> None:
    text = "The zoo opened on Friday. A ticket costs twelve euros for adults."
    added = program.post("/api/articles", json={"text": text, "title": "Zoo Opens"}).json()
    (row,) = added["rows"]
    listed = program.get("/api/articles").json()["articles"]
    assert {one["title"] for one in listed} > {"Zoo Opens"}
    asked = {"question": "How much does a ticket cost?", "articles": [row["article_id"]]}
    assert "twelve euros" in program.post("/api/ask", json=asked).json()["text"]
    assert program.delete(f"/api/articles/{row['article_id']}").json() == {"removed": row["article_id"]}
    assert program.delete(f"/api/articles/{row['article_id']}").status_code == 404
    assert program.get("/api/health").json() == {"status": "ok", "articles": 1}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/ask", {"question": " "}, 400),
        ("/api/ask", {"question": "x" * 2_001}, 422),
        ("/api/ask", {"question": ASKED, "articles": ["../../etc/passwd"]}, 422),
        ("/api/ask", {"question": ASKED, "articles": ["0" * 16]}, 400),
        ("/api/ask", {"question": ASKED, "llm": "x"}, 422),
        ("/api/check", {"text": ""}, 400),
        ("/api/search", {"question": ASKED, "k": 0}, 422),
        ("/api/articles", {"url": "file:///etc/passwd"}, 400),
        ("/api/articles", {"text": ""}, 400),
        ("/v1/chat/completions", {"messages": []}, 422),
        ("/v1/chat/completions", {"messages": [{"role": "system", "content": "Hi."}]}, 400),
        ("/v1/chat/completions", {"model": "article-qa/../x", "messages": [{"role": "user", "content": ASKED}]}, 404),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    program: httpx.Client, path: str, body: dict[str, Any], status: int
) -> None:
    reply = program.post(path, json=body)
    assert reply.status_code == status
    if status == 400:
        message = reply.json()["error"]["message"]
        assert message.endswith(".")
        assert "Traceback" not in message
        assert "/data" not in message


@pytest.mark.parametrize("named", ["{path}", "file://{path}", "http://127.0.0.1:9/x", "", "0" * 17])
def test_a_model_is_no_way_to_a_file_or_an_address(program: httpx.Client, tmp_path: Path, named: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The canary sings in the cage at noon on Monday.")
    body = {"model": f"article-qa/{named.format(path=secret)}", "messages": [{"role": "user", "content": "canary?"}]}
    reply = program.post("/v1/chat/completions", json=body)
    assert reply.status_code in {404, 422}
    assert "sings" not in reply.text
    assert program.get("/api/health").json()["articles"] == 1


def test_another_sites_page_and_another_name_are_kept_out(program: httpx.Client) -> None:
    for headers in ({"origin": "https://evil.example"}, {"host": "evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert program.post("/api/ask", json={"question": ASKED}, headers=headers).status_code == 403
        assert program.delete("/api/articles/0123456789abcdef", headers=headers).status_code == 403


def test_with_a_token_programs_show_it_and_without_nothing_is_answered(serve: Callable[..., str]) -> None:
    url = serve(auth="a-long-random-token")
    assert httpx.post(f"{url}/api/ask", json={"question": ASKED}).status_code == 401
    shown = {"Authorization": "Bearer a-long-random-token"}
    assert httpx.post(f"{url}/api/ask", json={"question": ASKED}, headers=shown, timeout=60).status_code == 200


def test_where_everybody_is_let_in_nothing_is_removed(serve: Callable[..., str]) -> None:
    url = serve(host="0.0.0.0", auth="off")
    (one,) = httpx.get(f"{url}/api/articles").json()["articles"]
    assert httpx.delete(f"{url}/api/articles/{one['id']}").status_code == 403


def test_what_is_there_is_described_and_nothing_else(program: httpx.Client) -> None:
    described = program.get("/api/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/ask",
        "/api/check",
        "/api/search",
        "/api/articles",
        "/api/articles/{name}",
        "/api/feedback",
        "/api/health",
        "/v1/models",
        "/v1/chat/completions",
    }


def test_a_client_of_openai_uses_it_as_a_model(url: str, program: httpx.Client) -> None:
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="none")
    (article,) = program.get("/api/articles").json()["articles"]
    assert [model.id for model in client.models.list()] == ["article-qa", f"article-qa/{article['id']}"]
    messages: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": ASKED}]
    for name in ("article-qa", f"article-qa/{article['id']}"):
        reply = client.chat.completions.create(model=name, messages=messages)
        message = reply.choices[0].message
        assert "two hours" in str(message.content)
        (noted,) = message.annotations or []
        cited = noted.url_citation
        assert str(message.content)[cited.start_index : cited.end_index] == "[1]"
        assert cited.title == article["title"]
    pieces = list(client.chat.completions.create(model="article-qa", messages=messages, stream=True))
    assert "".join(piece.choices[0].delta.content or "" for piece in pieces) == message.content
    assert pieces[-1].choices[0].finish_reason == "stop"
    more = [
        *messages,
        {"role": "assistant", "content": message.content},
        {"role": "user", "content": "why was it delayed?"},
    ]
    following = client.chat.completions.create(model="article-qa", messages=more)
    assert "business conference" in str(following.choices[0].message.content)


Result = tuple[dict[str, Any] | None, str]
"""What a tool gives, and the words of what went wrong."""


def used(url: str, *calls: tuple[str, dict[str, Any]]) -> tuple[dict[str, dict[str, Any]], list[Result]]:
    """The schemas of the page's tools, and what came of calling some, by MCP's own client."""
    mcp = pytest.importorskip("mcp")
    from mcp.client.streamable_http import streamable_http_client

    async def work() -> tuple[dict[str, dict[str, Any]], list[Result]]:
        async with streamable_http_client(f"{url}/mcp") as (read, write, _), mcp.ClientSession(read, write) as session:
            await session.initialize()
            tools = {tool.name: tool.inputSchema for tool in (await session.list_tools()).tools}
            results = []
            for name, given in calls:
                found = await session.call_tool(name, given)
                told = " ".join(getattr(part, "text", "") for part in found.content)
                results.append((found.structuredContent, told if found.isError else ""))
            return tools, results

    return asyncio.run(work())


def test_a_language_model_uses_the_page_as_its_tools(url: str) -> None:
    text = "The harbour was sold on Friday. It fetched twelve million euros."
    tools, (asked, checked, hits, added) = used(
        url,
        ("ask_articles", {"question": ASKED}),
        ("check_text", {"text": "The moon is made of cheese."}),
        ("search_articles", {"question": ASKED, "k": 2}),
        ("add_article", {"text": text, "title": "Harbour Sold"}),
    )
    assert set(tools) >= {"ask_articles", "check_text", "search_articles", "list_articles", "remove_article"}
    assert tools["ask_articles"]["required"] == ["question"]
    assert tools["ask_articles"]["properties"]["question"]["maxLength"]
    assert asked[0]
    assert asked[0]["status"] == "answered"
    assert "two hours" in asked[0]["citations"][0]["quote"]
    assert checked[0]
    assert checked[0]["sentences"][0]["verdict"] == "not mentioned"
    assert hits[0]
    assert 1 <= len(hits[0]["hits"]) <= 2
    assert added[0]
    (name,) = added[0]["articles"]
    _, (price, listed, removed, again) = used(
        url,
        ("ask_articles", {"question": "What did the harbour fetch?", "articles": [name]}),
        ("list_articles", {}),
        ("remove_article", {"article": name}),
        ("remove_article", {"article": name}),
    )
    assert price[0]
    assert "twelve million" in price[0]["text"]
    assert listed[0]
    assert "Harbour Sold" in {one["title"] for one in listed[0]["articles"]}
    assert removed == ({"articles": [name]}, "")
    assert "There is no such article." in again[1]


def test_what_does_not_fit_a_tool_is_told_to_the_model(url: str) -> None:
    _, results = used(
        url,
        ("ask_articles", {"question": "?" * 3_000}),
        ("ask_articles", {"question": ASKED, "articles": ["../../etc/passwd"]}),
        ("ask_articles", {"question": ASKED, "articles": ["0123456789abcdef"]}),
        ("add_article", {"url": "file:///etc/passwd"}),
        ("no_such_tool", {}),
    )
    assert all(error for _, error in results)
    assert "no longer in the library" in results[2][1]
    assert "no address of a web page" in results[3][1]
    assert not any("/tmp" in error or "Traceback" in error for _, error in results)


@pytest.mark.parametrize(
    "path", ["/api/ask", "/api/check", "/api/search", "/api/articles", "/api/feedback", "/v1/chat/completions"]
)
def test_what_has_not_its_form_is_told_in_a_sentence_that_repeats_none_of_it(program: httpx.Client, path: str) -> None:
    for content in (
        b"NaN",
        b'{"question": "\\ud800"}',
        b'{"x": 1e999}',
        b"[1, 2]",
        b'"canary"',
        b'{"canary": "canary"}',
    ):
        reply = program.post(path, content=content, headers={"Content-Type": "application/json"})
        assert reply.status_code in {400, 422}
        assert "canary" not in reply.json()["error"]["message"].replace("canary: ", "")
        assert len(reply.content) < 500
    many = {"messages": [{"role": "user", "content": [{}] * 6_000}], "turn": {"citations": [{}] * 6_000}}
    reply = program.post(path, json=many)
    assert (reply.status_code, len(reply.content) < 500) == (413, True)


def test_the_tools_change_nothing_of_what_is_logged(url: str) -> None:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    used(url, ("list_articles", {}))
    assert (logging.getLogger().handlers[:], logging.getLogger().level) == before
    assert not logging.getLogger("mcp.server.lowlevel.server").isEnabledFor(logging.CRITICAL)


def test_a_title_is_no_way_to_another_article(program: httpx.Client, tmp_path: Path) -> None:
    """What names a file or an address would replace what was read from there."""
    first = program.post(
        "/api/articles", json={"text": "The town hall stays open. It is blue.", "title": "Q: Who won?"}
    )
    for title in ("Q: Who won?", str(tmp_path / "a.txt"), "http://127.0.0.1:1/a.html"):
        sent = {"text": f"Another text of {len(title)} words. Nothing was sold.", "title": title}
        assert [row["action"] for row in program.post("/api/articles", json=sent).json()["rows"]] == ["added"]
    kept = first.json()["rows"][0]["article_id"]
    assert program.get(f"/article/{kept}").status_code == 200


def test_what_is_removed_is_removed_once(program: httpx.Client) -> None:
    added = program.post(
        "/api/articles", json={"text": "The zoo opened on Friday. A ticket costs twelve euros."}
    ).json()
    path = f"/api/articles/{added['rows'][0]['article_id']}"
    assert [program.delete(path).status_code for _ in range(2)] == [200, 404]
