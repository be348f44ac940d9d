"""The report in real browsers: sorted, filtered, opened, printed, read by a screen reader, attacked."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from fixtures import npm
from results.report import write_report

HOSTILE = (
    '<script>window.pwned=1</script>"><img src=x onerror=window.pwned=1>=HYPERLINK("http://evil")\u202e\u2066\u0007\x1b[31m'
    + "长" * 4000
)
PROGRAMS = {"chromium": Path("/usr/bin/chromium-headless-shell"), "firefox": Path("/usr/bin/firefox-esr")}
SERIOUS = ("serious", "critical")


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


async def open_report(page: Page, archive: Any, tmp_path: Path, **options: Any) -> None:
    await page.goto(write_report(archive.store, tmp_path / "report.html", **options).as_uri())


@pytest.mark.parametrize("page", ["chromium", "firefox"], indirect=True)
async def test_sorted_filtered_switched_and_opened(archive: Any, tmp_path: Path, page: Page) -> None:
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await open_report(page, archive, tmp_path)
    names = page.locator("#ranking-table tbody tr:visible th")
    best_first = await names.all_inner_texts()
    assert len(best_first) == 3
    await page.locator("#ranking-table thead button").nth(3).focus()
    await page.keyboard.press("Enter")
    assert await names.all_inner_texts() == best_first[::-1]
    assert await page.locator("#ranking-table th[aria-sort]").get_attribute("aria-sort") == "ascending"
    await page.locator("input[data-table=ranking-table]").fill("第01市")
    assert await names.all_inner_texts() == ["第01市"]

    last = page.locator("#heat-table thead tr:nth-child(2) th").last
    await last.locator("button").click()
    cells = page.locator("#heat-table tbody tr td:last-child")
    values = [float(await each.get_attribute("data-value") or 0) for each in await cells.all()]
    assert values == sorted(values)

    assert await page.locator("h1 span:visible").all_inner_texts() == ["政务服务网探测报告"]
    await page.locator("#language").click()
    assert "probe report" in await page.locator("h1").inner_text()
    assert await page.locator("html").get_attribute("lang") == "en"

    finding = page.locator("#city-1 details.finding").first
    assert not await finding.is_visible()
    await page.locator("#ranking-table tbody a[href='#city-1']").evaluate("link => link.click()")
    await finding.locator("summary").click()
    assert await finding.locator("dl").first.is_visible()
    assert wrong == []


@pytest.mark.parametrize("page", ["chromium", "firefox"], indirect=True)
async def test_screenshots_beside_the_file_are_seen(archive: Any, tmp_path: Path, page: Page) -> None:
    await open_report(page, archive, tmp_path, city="city00")
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    picture = page.locator("img").first
    await picture.scroll_into_view_if_needed()
    await page.wait_for_function("image => image.complete", arg=await picture.element_handle())
    assert await picture.evaluate("image => image.naturalWidth") == 1


async def test_phone_and_paper(archive: Any, tmp_path: Path, page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await open_report(page, archive, tmp_path)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    paper = await page.pdf(format="A4")
    assert paper.startswith(b"%PDF") and len(paper) > 20_000
    # what printing opened is closed again
    assert await page.locator("details[open]").count() == 0


@pytest.mark.parametrize("width", [1280, 390])
async def test_axe_finds_no_barrier(archive: Any, tmp_path: Path, page: Page, width: int) -> None:
    axe = npm.bundle_file("axe.js")
    if axe is None:
        pytest.skip("axe-core is not installed: python -m fixtures.npm")
    await page.set_viewport_size({"width": width, "height": 800})
    for options in ({}, {"city": "city00", "embed": True}):
        await open_report(page, archive, tmp_path, **options)
        await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        await page.evaluate(axe.read_text(encoding="utf-8") + "; undefined")
        for _ in ("zh", "en"):
            found = await page.evaluate("axe.run()")
            assert [each["help"] for each in found["violations"] if each["impact"] in SERIOUS] == []
            assert len(found["passes"]) > 30
            await page.locator("#language").click()


async def test_a_hostile_portal_is_harmless(new_archive: Any, tmp_path: Path, page: Page) -> None:
    archive = new_archive("hostile.db")
    archive.sweep(archive.cities(2), hostile=HOSTILE, trouble=0.5)
    archive.store.database.execute("update cities set name = name || ?", [HOSTILE])
    await page.set_viewport_size({"width": 390, "height": 800})
    for options in ({}, {"city": "city00"}):
        html = write_report(archive.store, tmp_path / "report.html", **options).read_text(encoding="utf-8")
        assert "<img src=x" not in html and html.count("<script") == 1
        assert not set("\u202e\u2066\u202a\u2067\u0007\x1b") & set(html)
        await page.goto((tmp_path / "report.html").as_uri())
        assert await page.evaluate("window.pwned") is None
        assert await page.locator("img[src=x]").count() == 0
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
