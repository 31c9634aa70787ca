"""The report's page in a real browser, offline: it opens, filters, and lights cited and gold sentences."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from eval.asking import Options, run
from eval.report import write
from ingest.settings import Settings


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return write(run("sample", settings=Settings(data_dir=folder / "data"), options=Options(limit=30)), folder / "out")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_opens_offline_and_its_cases_are_filtered_and_opened(
    browser: Browser, page_file: Path, scheme: str
) -> None:
    context = browser.new_context(offline=True, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(page_file.as_uri())
    expect(page.locator("#count")).to_have_text("30 of 30")
    assert page.locator("svg").count() >= 4
    page.locator("#words").fill("why was the call delayed")
    expect(page.locator("#count")).to_have_text("1 of 30")
    page.locator("#cases details:visible summary").click()
    expect(page.locator("#cases mark.both").first).to_contain_text("It was delayed because")
    page.locator("#words").fill("")
    page.locator("#tag").select_option("time")
    expect(page.locator("#count")).not_to_have_text("30 of 30")
    assert complaints == []
    context.close()
