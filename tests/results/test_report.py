import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.async_api import Page, async_playwright

from results.errors import PlainError, StoreError
from results.evidence import folder_of
from results.ledger import CityScore, ImportedScore, Review
from results.report import write_report
from results.report.rendering import address, portal
from results.scores import run_of
from results.store import Store

HOSTILE = (
    '<script>window.pwned=1</script>"><img src=x onerror=window.pwned=1>=HYPERLINK("http://evil")\u202e\u2066'
)
PROGRAMS = {"chromium": Path("/usr/bin/chromium-headless-shell"), "firefox": Path("/usr/bin/firefox-esr")}


def written(archive: Any, tmp_path: Path, **options: Any) -> str:
    return write_report(archive.store, tmp_path / "report.html", **options).read_text(encoding="utf-8")


@pytest.fixture
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    engine = getattr(request, "param", "chromium")
    if not PROGRAMS[engine].exists():
        pytest.skip(f"needs {PROGRAMS[engine]}")
    async with async_playwright() as driver:
        browser = await (
            driver.chromium.launch(executable_path=str(PROGRAMS[engine]), chromium_sandbox=False)
            if engine == "chromium"
            else driver.firefox.launch(channel="moz-firefox", executable_path=str(PROGRAMS[engine]))
        )
        opened = await browser.new_page()
        opened.set_default_timeout(20_000)
        yield opened
        await browser.close()


def test_everything_is_there_in_both_languages(archive: Any, tmp_path: Path) -> None:
    archive.sweep(["city00", "city01", "city02"], week=1, trouble=0.3)
    html = written(archive, tmp_path)
    for words in (
        "发现",
        "Summary",
        "排名",
        "Ranking",
        "热力图",
        "跨省通办",
        "What could not be measured",
        "方法与出处",
    ):
        assert words in html
    assert "第00市" in html and "multi_browser_load" in html and "203.0.113.7" in html
    assert "社会保障卡申领（指引）" in html
    assert html.count("<svg") == 3
    assert not re.search(r"""(src|href)=["']https?://(?!city\d\d\.test|127\.)""", html)


def test_one_city_alone_has_all_its_findings_and_no_other_city(archive: Any, tmp_path: Path) -> None:
    html = written(archive, tmp_path, city="city01")
    assert "第01市" in html and "第00市" not in html
    findings = archive.store.database.execute(
        "select count(*) from findings where run_id = ?", [run_of(archive.store, "city01").id]
    ).fetchone()[0]
    assert html.count('<details class="finding">') == findings


def test_screenshots_are_linked_embedded_or_reported_as_gone(archive: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "report.html"
    write_report(archive.store, target, city="city00")
    links = re.findall(r'href="([^"]+\.png)"', target.read_text(encoding="utf-8"))
    assert links and all((target.parent / unquote(each)).is_file() for each in links)

    html = written(archive, tmp_path, city="city00", embed=True)
    assert html.count("data:image/png;base64,") == len(links)

    for path in folder_of(archive.store.path).rglob("*.png"):
        path.unlink()
    assert "文件已不存在" in written(archive, tmp_path, city="city00")


def test_blocked_insufficient_reviewed_corrected_and_imported_are_marked(
    archive: Any, tmp_path: Path
) -> None:
    store = archive.store
    store.database.execute("update city_scores set blocked = 1 where run_id = 1")
    store.database.execute("update city_scores set score = null, grade = null where run_id = 2")
    total = store.all(CityScore, run_id=3)[0]
    rows = store.database.execute("select count(*) from scores where run_id = 3").fetchone()[0]
    assert rows == 15
    store.add(
        CityScore(run_id=3, city="city02", score=88.0, coverage=1, grade="优秀", scoring=2, replaces=total.id)
    )
    store.add(
        Review(
            source_table="page_loads",
            source_id=1,
            decision="overturned",
            by="王审核",
            why="误判",
            decided_at="2026-02-01T00:00:00.000Z",
        )
    )
    store.add(
        ImportedScore(
            city="city02",
            dimension="事项办理",
            score=77.7,
            source="人工评估",
            imported_at="2026-02-01T00:00:00.000Z",
        )
    )
    html = written(archive, tmp_path)
    for words in (">拦截<", "覆盖不足", "王审核", "重新计算，原为", "88.0", "导入的分数", "人工评估"):
        assert words in html


@pytest.mark.parametrize("page", ["chromium", "firefox"], indirect=True)
async def test_sorted_filtered_switched_and_expanded_in_a_browser(
    archive: Any, tmp_path: Path, page: Page
) -> None:
    written(archive, tmp_path)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto((tmp_path / "report.html").as_uri())
    names = page.locator("#ranking-table tbody tr:visible th")
    best_first = await names.all_inner_texts()
    assert len(best_first) == 3
    total = page.locator("#ranking-table thead button").nth(3)
    await total.focus()
    await page.keyboard.press("Enter")
    assert await names.all_inner_texts() == best_first[::-1]
    assert await page.locator("#ranking-table th[aria-sort]").get_attribute("aria-sort") == "ascending"
    await page.locator("input[data-table=ranking-table]").fill("第01市")
    assert await names.all_inner_texts() == ["第01市"]

    assert await page.locator("h1 span:visible").all_inner_texts() == ["政务服务网探测报告"]
    await page.locator("#language").click()
    assert "probe report" in await page.locator("h1").inner_text()
    assert await page.locator("html").get_attribute("lang") == "en"

    finding = page.locator("details.finding").first
    await finding.locator("summary").click()
    assert await finding.locator("dl").is_visible()
    assert wrong == []


async def test_phone_and_paper(archive: Any, tmp_path: Path, page: Page) -> None:
    written(archive, tmp_path)
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto((tmp_path / "report.html").as_uri())
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    paper = await page.pdf(format="A4")
    assert paper.startswith(b"%PDF") and len(paper) > 20_000


async def test_a_hostile_portal_is_harmless(new_archive: Any, tmp_path: Path, page: Page) -> None:
    archive = new_archive("hostile.db")
    archive.sweep(archive.cities(2), hostile=HOSTILE, trouble=0.5)
    archive.store.database.execute("update cities set name = name || ?", [HOSTILE])
    for options in ({}, {"city": "city00"}):
        html = written(archive, tmp_path, **options)
        assert "<img src=x" not in html and html.count("<script") == 1
        assert not set("\u202e\u2066\u202a\u2067") & set(html)
        await page.goto((tmp_path / "report.html").as_uri())
        assert await page.evaluate("window.pwned") is None
        assert await page.locator("img").count() == 0


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", "办事指南"]
)
def test_only_web_addresses_become_links(text: str) -> None:
    assert "<a" not in address(text)


def test_portal_text_is_escaped_and_isolated() -> None:
    assert portal('<b>"x"') == "<bdi>&lt;b&gt;&#34;x&#34;</bdi>"


def test_an_empty_file_and_an_unknown_sweep_are_one_clear_line(archive: Any, tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty.db") as empty, pytest.raises(PlainError, match="nothing to report"):
        write_report(empty, tmp_path / "r.html")
    with pytest.raises(PlainError, match="sweep 99"):
        written(archive, tmp_path, sweep=99)
    with pytest.raises(StoreError, match="cannot write"):
        write_report(archive.store, tmp_path / "nowhere" / "r.html")


def test_vantage_that_is_no_json_is_not_a_crash(archive: Any, tmp_path: Path) -> None:
    archive.store.database.execute("update sweeps set vantage = 'x', settings = ?", [json.dumps([1])])
    assert "未记录" in written(archive, tmp_path)
