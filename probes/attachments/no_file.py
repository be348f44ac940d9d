"""No file came of using a control: what the page, its script or its dialog says to that."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Error, Page, Response

from probes.attachments.catching import Catch
from probes.attachments.fetched import Fetched
from probes.attachments.refusals import READ_BYTES, refusal
from probes.attachments.taking import body_of, said
from results.records import Reason
from spiders.net.challenges import recognise
from spiders.net.classify import classify

# a viewer that an engine lacks leaves its place in the page, and asks for nothing
_SEEN = """() => ({
  lines: (document.body ? document.body.innerText : '').split('\\n').map(each => each.trim()).filter(Boolean),
  embedded: [...document.querySelectorAll('embed[src], object[data]')].map(each => each.src || each.data),
})"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a page shows: its lines of text, and the addresses of what is embedded in it."""

    lines: frozenset[str] = frozenset()
    embedded: tuple[str, ...] = ()


async def seen(page: Page) -> Seen:
    """What a page shows now; nothing if it has gone."""
    try:
        told = await page.evaluate(_SEEN)
    except Error:
        return Seen()
    return Seen(lines=frozenset(told["lines"]), embedded=tuple(told["embedded"]))


async def embedded(page: Page, before: Seen) -> str | None:
    """The address of a document that a control has embedded in the page for a viewer, if it did."""
    after = await seen(page)
    found = (each for each in after.embedded if each not in before.embedded)
    return next((each for each in found if each.startswith(("http:", "https:"))), None)


async def without_control(page: Page, opened: Response | None) -> Fetched:
    """Why a page shows no such control: perhaps it is no such page."""
    status = opened.status if opened else None
    html = await page.content()
    refused = refusal(
        status=status,
        headers=opened.headers if opened else {},
        body=html.encode()[:READ_BYTES],
        url=page.url,
        redirected=True,
    )
    return Fetched(reason=refused or Reason.NO_DOWNLOAD, status=status, note="页面上找不到下载的按钮或链接")


async def why(page: Page, caught: Catch, before: Seen) -> Fetched:
    """Why using the control brought no file."""
    after = await seen(page)
    told = " ".join([*caught.dialogs, *sorted(after.lines - before.lines)])[:400]
    failed = next((each for each in reversed(caught.others) if each.status >= 400), None)
    note = f"点击之后：{told[:200]}" if told else "点击之后没有任何反应"
    kept_out = recognise(status=None, headers={}, text=told) if told else None
    if kept_out is not None:
        return Fetched(reason=kept_out, note=note)
    if failed is not None:
        reason = refusal(
            status=failed.status, headers=failed.headers, body=await body_of(failed) or b"", url=failed.url, redirected=True
        )  # fmt: skip
        return Fetched(
            reason=reason or Reason.NO_DOWNLOAD, status=failed.status, url=failed.url, note=said(caught)
        )
    broken = next((each for each in caught.failed if each.is_navigation_request()), None)
    if broken is not None:
        return Fetched(
            reason=_reason_of_failure(broken.failure), url=broken.url, note=(broken.failure or "")[:200]
        )
    return Fetched(reason=Reason.NO_DOWNLOAD, note=note)


def _reason_of_failure(words: str | None) -> Reason:
    reason = classify(Error(words or ""))
    return Reason.NO_DOWNLOAD if reason is Reason.INTERRUPTED else reason
