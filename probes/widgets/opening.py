"""Opening an address for a probe that works on the page: polite, rested, and judged."""

from __future__ import annotations

from playwright.async_api import Error

from probes.probe import RunContext
from probes.widgets.sight import read_text
from probes.widgets.windows import Windows
from results.records import Reason
from spiders.net.classify import classify
from spiders.page_state import judge


async def open_page(context: RunContext, windows: Windows, url: str) -> Reason | None:
    """Open an address in the first window and wait until it rests.

    Returns:
        Why it did not open properly; None when it did.

    Raises:
        playwright.async_api.Error: The browser is gone.
    """
    if not await context.robots.allowed(url):
        return Reason.ROBOTS_DISALLOWED
    await windows.back_to_first()
    page = windows.first
    try:
        async with context.politeness.navigation(url):
            await page.goto(
                url, wait_until="domcontentloaded", timeout=context.settings.page_timeout_s * 1000
            )
            await windows.rest()
    except Error as error:
        if page.is_closed():
            raise
        return classify(error)
    return await judge_page(windows)


async def judge_page(windows: Windows) -> Reason | None:
    """Why the current window does not show what it should; None when it does.

    Raises:
        playwright.async_api.Error: The page is gone.
    """
    page = windows.current
    document = windows.traffic.document
    return judge(
        status=document.status if document is not None else None,
        headers=document.headers if document is not None else {},
        title=await page.title(),
        text=await read_text(page),
        html=await page.content(),
        url=page.url,
    )
