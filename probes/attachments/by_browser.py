"""Fetching by a browser: open the page, use the attachment's own control, take what comes."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from playwright.async_api import ElementHandle, Error, Page

from probes.attachments import controls, no_file, saved_blobs
from probes.attachments.catching import Catcher
from probes.attachments.fetched import Fetched
from probes.attachments.pressure import LoopWatch
from probes.attachments.taking import Errand, Taker, is_chromium
from probes.browsers.looking import BrowserGoneError
from probes.browsers.rooms import close_page
from probes.browsers.settling import settle
from results.records import Offer, Reason
from spiders.acting import is_captcha
from spiders.net.classify import classify

if TYPE_CHECKING:
    from probes.probe import RunContext

_CLICK_S = 15.0
"""How long a click may take to bring anything."""
_CONTROL_S = 5.0
"""How long a page may take to draw the control."""


async def fetch_by_browser(context: RunContext, errand: Errand) -> Fetched:
    """Fetch an attachment as a visitor does, in a fresh browser context.

    Takes its turns: one for the page, one for the file. An address that the page tells is followed from the
    page; otherwise the control is looked for and used.

    Returns:
        The file, or why there is none: `no_download` when using the control brought nothing; the page's own
        reason when it does not open; `browser_unavailable`, `browser_crashed` when the browser is at fault.

    A form that asks its visitor for something is not submitted (`captcha`, `unsupported`): we fill in none.

    Raises:
        OverBudget, ToldToWait: Our limits, before anything was asked.
    """
    if asked := controls.Wanted.of(errand.attachment).asks:
        reason = Reason.CAPTCHA if any(map(is_captcha, asked)) else Reason.UNSUPPORTED
        return Fetched(reason=reason, note=f"下载前要求填写 {'、'.join(asked)}，本程序不代填")
    with LoopWatch() as watch:
        try:
            async with (
                context.politeness.navigation(errand.page_url),
                context.engines.page(engine="chromium", fresh=True) as page,
            ):
                try:
                    return await _on_page(context, page, errand, watch)
                finally:
                    for window in page.context.pages:
                        if window is not page:
                            await close_page(window)
        except BrowserGoneError as error:
            return Fetched(reason=Reason.BROWSER_UNAVAILABLE, note=str(error)[:300])
        except (Error, TimeoutError) as error:
            reason = classify(error)
            if reason is Reason.INTERRUPTED:
                reason = Reason.BROWSER_CRASHED
            elif reason is Reason.TIMEOUT and watch.strained:
                reason = Reason.PROBER_OVERLOADED
            return Fetched(reason=reason, note=str(error).partition("\n")[0][:300])


async def _on_page(context: RunContext, page: Page, errand: Errand, watch: LoopWatch) -> Fetched:
    gauge = context.engines.gauge
    catcher = Catcher(page)
    opened = await page.goto(
        errand.page_url, wait_until="domcontentloaded", timeout=errand.page_timeout_s * 1000
    )
    await settle(page)
    taker = await Taker.at(page, errand, watch)
    attachment = errand.attachment
    known = attachment.url if attachment.offer is not Offer.POST else None
    control = None if known is not None else await _control(page, controls.Wanted.of(attachment))
    if known is None and control is None:
        return await no_file.without_control(page, opened)
    before = await no_file.seen(page)
    if not is_chromium(page):
        await saved_blobs.listen(page)
    start = gauge.read(own=False)
    catcher.start()
    await context.politeness.turn(known or errand.page_url)
    if control is not None:
        await controls.use(control)
    else:
        await controls.follow(page, known or "")
    limit_s = _CLICK_S if known is None else errand.page_timeout_s
    caught = await catcher.wait(limit_s, still=lambda: not gauge.since(start).may_cause_timeout)
    fetched = await taker.taken(caught)
    if fetched is None and (shown := await no_file.embedded(page, before)) is not None:
        await context.politeness.turn(shown)
        catcher.start()
        await controls.follow(page, shown)
        caught = await catcher.wait(limit_s)
        fetched = await taker.taken(caught)
    if fetched is not None:
        return fetched
    told = await no_file.why(page, caught, before)
    if told.reason is Reason.NO_DOWNLOAD and watch.strained:
        return Fetched(reason=Reason.PROBER_OVERLOADED, note="本机繁忙，不能断定点击之后没有反应")
    return told


async def _control(page: Page, wanted: controls.Wanted) -> ElementHandle | None:
    until = time.monotonic() + _CONTROL_S
    while True:
        found = await controls.find(page, wanted)
        if found is not None or time.monotonic() > until:
            return found
        await asyncio.sleep(0.5)
