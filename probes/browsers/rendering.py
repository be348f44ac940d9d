"""The spider's browser: pages rendered by the pool's engines, with what their scripts asked for."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from playwright.async_api import Error, Frame, Page, Request, Response

from probes.browsers.restraint import why_not
from probes.browsers.rooms import close_page
from probes.browsers.settling import settle
from probes.browsers.traffic import Traffic
from spiders.acting import acts
from spiders.net.classify import classify
from spiders.net.politeness import Politeness
from spiders.renderer import Exchange, RenderedPage

_MOST_BODY = 2 * 1024 * 1024
_MOST_HTML = 4_000_000
_MOST_LINKS = 5_000
_MOST_EXCHANGES = 60
_MOST_FRAMES = 12
_TIMEOUT_S = 30.0
_REST_S = 6.0
_TEXT_TYPES = re.compile(r"json|text/|xml|javascript|x-www-form", re.IGNORECASE)

# shadow roots are copied into their hosts: an outerHTML does not show them
_SNAPSHOT = """([htmlCap, linkCap]) => {
  const withShadows = root => {
    const copy = root.cloneNode(true);
    const hosts = [root, ...root.querySelectorAll('*')], copies = [copy, ...copy.querySelectorAll('*')];
    hosts.forEach((host, index) => {
      if (!host.shadowRoot) return;
      for (const child of host.shadowRoot.children) copies[index].appendChild(withShadows(child));
    });
    return copy;
  };
  const root = document.documentElement;
  if (!root) return {html: '', text: '', links: []};
  const shadowed = [...root.querySelectorAll('*')].some(element => element.shadowRoot);
  const links = [];
  for (const anchor of root.querySelectorAll('a[href], area[href]')) {
    if (links.length >= linkCap) break;
    if (typeof anchor.href === 'string') links.push(anchor.href);
  }
  return {
    html: (shadowed ? withShadows(root) : root).outerHTML.slice(0, htmlCap),
    text: document.body ? document.body.innerText || '' : '',
    links,
  };
}"""


class Pages(Protocol):
    """Whoever gives a browser's pages: the pool of a sweep, or a browser that is started when it is asked."""

    def page(self, *, engine: str, scope: str) -> AbstractAsyncContextManager[Page]:
        """A page of an engine; Chromium is taken where it is there, else the first."""
        ...


class BrowserRenderer:
    """Fulfils `spiders.renderer.Renderer` with a browser's pages.

    Args:
        pool: Where the pages come from.
        politeness: Gives each page its turn.
        at_once: Pages that are open together at most; by default the number of cores.
    """

    def __init__(self, pool: Pages, politeness: Politeness, *, at_once: int | None = None) -> None:
        self._pool = pool
        self._politeness = politeness
        self._places = asyncio.Semaphore(at_once or max(1, os.cpu_count() or 1))

    async def render(self, url: str) -> RenderedPage:
        """Open an address and wait until it rests.

        Raises:
            playwright.async_api.Error, BrowserGoneError: It did not open; `classify` names the reason.
        """
        async with self.session(url) as session:
            return await session.snapshot()

    @asynccontextmanager
    async def session(self, url: str) -> AsyncIterator[OpenPage]:
        """Open an address and keep it open. Raises what `render` raises."""
        async with (
            self._places,
            self._politeness.navigation(url),
            self._pool.page(engine="chromium", scope=f"crawl {url.partition('#')[0]}") as page,
        ):
            opened = OpenPage(page, self._politeness)
            try:
                await opened.go(url)
                yield opened
            finally:
                opened.close()


class OpenPage:
    """A page that stays open; fulfils `spiders.renderer.RenderSession`.

    Args:
        page: A blank page.
        politeness: Gives every click that may ask the server its turn.
    """

    def __init__(self, page: Page, politeness: Politeness) -> None:
        self._page = page
        self._politeness = politeness
        self._traffic = Traffic(page)
        self._status: int | None = None
        self._answers: list[tuple[Request, Response]] = []
        self._opened: list[str] = []
        self._counted = 1  # the navigation itself took its turn
        page.on("response", self._on_response)
        page.on("popup", self._on_popup)

    async def go(self, url: str) -> None:
        """Open an address and wait for rest. Raises playwright.async_api.Error."""
        try:
            answer = await self._page.goto(url, wait_until="domcontentloaded", timeout=_TIMEOUT_S * 1000)
        except Error as error:
            self._politeness.unanswered(url, classify(error))
            raise
        self._status = answer.status if answer is not None else None
        await self._rest()

    async def snapshot(self) -> RenderedPage:
        """The page as it is now, with what it requested since the last snapshot."""
        seen = await self._page.evaluate(_SNAPSHOT, [_MOST_HTML, _MOST_LINKS])
        html, text, links = seen["html"], seen["text"], list(seen["links"])
        for number, frame in enumerate(self._frames()):
            inner = await _inner(frame)
            if inner is None:
                continue
            html = await _in_its_place(frame, html, inner["html"], number)
            text += "\n" + inner["text"]
            links += inner["links"]
        answers, self._answers = self._answers, []
        exchanges = [await _exchange(request, response) for request, response in answers]
        opened, self._opened = tuple(self._opened), []
        document = self._traffic.document
        return RenderedPage(
            url=self._page.url,
            status=document.status if document is not None else self._status,
            html=html,
            text=text,
            exchanges=tuple(each for each in exchanges if each is not None),
            opened=opened,
            links=tuple(dict.fromkeys(links)),
        )

    async def click(self, selector: str, index: int = 0) -> bool:
        """Click the index-th element of a CSS selector and wait for rest; False if there is none to click.

        What acts by its words, or would hand in a form that asks for something, is none to click.
        """
        target = self._page.locator(selector).nth(index)
        try:
            if not await target.count() or not await target.is_visible():
                return False
            element = await target.element_handle(timeout=5_000)
            if acts(await target.inner_text()) or await why_not(element, turns="page"):
                return False
            await self._politeness.turn(self._page.url)
            await target.click(timeout=5_000)
        except Error:
            if self._page.is_closed():
                raise
            return False
        await self._rest()
        return True

    async def back(self) -> None:
        """Go back to where a click came from, and wait for rest."""
        await self._politeness.turn(self._page.url)
        with contextlib.suppress(Error):
            await self._page.go_back(wait_until="domcontentloaded", timeout=10_000)
        await self._rest()

    async def scroll_to_end(self) -> None:
        """Scroll down once, and wait for rest."""
        await self._politeness.turn(self._page.url)
        await self._page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight)")
        await self._rest()

    def close(self) -> None:
        """Count what the page requested."""
        self._politeness.count(max(0, self._traffic.requests - self._counted))
        self._counted = self._traffic.requests

    async def _rest(self) -> None:
        await settle(self._page, cap_s=_REST_S, pending=self._traffic.pending)

    def _frames(self) -> list[Frame]:
        return [each for each in self._page.frames if each != self._page.main_frame][:_MOST_FRAMES]

    def _on_response(self, response: Response) -> None:
        request = response.request
        if request.resource_type in ("xhr", "fetch") and len(self._answers) < _MOST_EXCHANGES:
            self._answers.append((request, response))

    def _on_popup(self, popup: Page) -> None:
        self._opened.append(popup.url)
        task = asyncio.get_running_loop().create_task(self._dismiss(popup))
        task.add_done_callback(lambda done: done.exception() if not done.cancelled() else None)

    async def _dismiss(self, popup: Page) -> None:
        """A new window has no address yet when it opens: wait for it, keep it, close the window."""
        with contextlib.suppress(Error):
            await popup.wait_for_url(lambda url: url != "about:blank", timeout=3_000, wait_until="commit")
        self._opened = [each for each in (*self._opened, popup.url) if each and each != "about:blank"]
        await close_page(popup)


async def _inner(frame: Frame) -> dict[str, str] | None:
    try:
        return await asyncio.wait_for(frame.evaluate(_SNAPSHOT, [_MOST_HTML, _MOST_LINKS]), 5)
    except (Error, TimeoutError):
        return None  # it left, or it hangs: the page is read without it


async def _in_its_place(frame: Frame, html: str, inner: str, number: int) -> str:
    """The page with a frame's document behind the frame's own tag."""
    mark = f'data-frame-number="{number}"'
    try:
        element = await frame.frame_element()
        tag = await element.evaluate("(element) => element.outerHTML")
    except Error:
        tag = ""
    body = re.sub(r"(?is)^.*?<body[^>]*>|</body>.*$", "", inner)
    section = f"<div {mark}>{body}</div>"
    if tag and tag in html:
        return html.replace(tag, tag + section, 1)[:_MOST_HTML]
    return f"{html}{section}"[:_MOST_HTML]


async def _exchange(request: Request, response: Response) -> Exchange | None:
    kind = response.headers.get("content-type", "")
    try:
        body = await asyncio.wait_for(response.text(), 5) if _TEXT_TYPES.search(kind) else ""
    except (Error, TimeoutError, UnicodeDecodeError):
        body = ""
    try:
        sent = request.post_data
    except (Error, UnicodeDecodeError):
        sent = None  # bytes that are no text
    return Exchange(
        method=request.method,
        url=request.url,
        request_headers=dict(request.headers),
        request_body=sent,
        status=response.status,
        content_type=kind,
        body=body[:_MOST_BODY],
    )
