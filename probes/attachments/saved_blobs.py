"""Files that a page holds and saves by a link of its own (`blob:`, `data:`), where the engine does not tell of them.

Firefox under WebDriver BiDi saves a blob without a word, and data under a name of its own. So the links that are used
while a control is being used are listened to, and what they lead to is read within the page.
"""

from __future__ import annotations

import base64
import contextlib
from dataclasses import dataclass, field

from playwright.async_api import Error, Page

MOST_BYTES = 64 * 1024 * 1024
"""A larger file is not carried out of the page (ours)."""

# a link that was never put into the document is clicked all the same, and nobody above it hears of that; the address
# may be given back at once, but reading has begun by then
_LISTEN = """mostBytes => {
  if (window.__portalProbeSaved) return;
  const saved = window.__portalProbeSaved = [], seen = new WeakSet();
  const keep = (link, moment) => {
    if (!(link instanceof HTMLAnchorElement) || !/^(?:blob|data):/.test(link.href) || seen.has(moment)) return;
    seen.add(moment);
    const name = link.download;
    saved.push(fetch(link.href).then(answer => answer.blob()).then(blob => new Promise((done, fail) => {
      if (blob.size > mostBytes) return fail(new Error('too large'));
      const reader = new FileReader();
      reader.onload = () => done({name, type: blob.type, content: reader.result.split(',')[1] || ''});
      reader.onerror = fail;
      reader.readAsDataURL(blob);
    })).catch(() => null));
  };
  addEventListener('click', event => keep(event.target.closest && event.target.closest('a[href]'), event), true);
  const dispatch = EventTarget.prototype.dispatchEvent, click = HTMLElement.prototype.click;
  EventTarget.prototype.dispatchEvent = function (event) {
    if (event && event.type === 'click' && !this.isConnected) keep(this, event);
    return dispatch.apply(this, arguments);
  };
  HTMLElement.prototype.click = function () {
    if (!this.isConnected) keep(this, {});
    return click.apply(this, arguments);
  };
}"""
_READ = "async () => (await Promise.all(window.__portalProbeSaved || [])).filter(Boolean)"


@dataclass(frozen=True, kw_only=True)
class SavedBlob:
    """A file as a page's script saved it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


async def listen(page: Page) -> None:
    """Listen from now on to links that save what the page holds, in the page and its frames."""
    for frame in page.frames:
        with contextlib.suppress(Error):  # a frame that has gone
            await frame.evaluate(_LISTEN, MOST_BYTES)


async def saved(page: Page) -> list[SavedBlob]:
    """What was saved since `listen`, in order."""
    found: list[SavedBlob] = []
    for frame in page.frames:
        with contextlib.suppress(Error):
            for each in await frame.evaluate(_READ):
                content = base64.b64decode(each["content"])
                found.append(SavedBlob(name=each["name"], media_type=each["type"], content=content))
    return found
