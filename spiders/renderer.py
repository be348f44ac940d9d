"""How a spider asks for a rendered page. `probes/browsers` fulfils it; `runs/city` hands it in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request that a rendered page's script made, and its answer."""

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: str | None
    status: int
    content_type: str
    body: str
    """Text of the answer, cut at 2 MB; empty for anything but text and JSON."""


@dataclass(frozen=True, kw_only=True)
class RenderedPage:
    """A page after its scripts have come to rest."""

    url: str
    """Where it ended, fragment included."""
    status: int | None
    html: str
    """The DOM of the page, frames' documents and open shadow roots written in their places."""
    text: str
    exchanges: tuple[Exchange, ...] = ()
    opened: tuple[str, ...] = ()
    """Addresses that it opened in a new window."""
    links: tuple[str, ...] = field(default=(), repr=False)
    """Addresses of its `a[href]`, resolved, fragments kept."""


class RenderSession(Protocol):
    """A rendered page that stays open, so that it can be clicked through."""

    async def snapshot(self) -> RenderedPage:
        """The page as it is now, with what it requested since the last snapshot."""
        ...

    async def click(self, selector: str, index: int = 0) -> bool:
        """Click the index-th element of a CSS selector and wait for rest; False if there is none."""
        ...

    async def back(self) -> None:
        """Go back to where a click came from, and wait for rest."""
        ...

    async def scroll_to_end(self) -> None:
        """Scroll down once, and wait for rest."""
        ...


class Renderer(Protocol):
    """What a spider may ask of a browser. Politeness and egress are the renderer's duty."""

    async def render(self, url: str) -> RenderedPage:
        """Open an address and wait until it rests.

        Raises:
            Exception: Anything that `spiders.net.classify.classify` can name.
        """
        ...

    def session(self, url: str) -> AbstractAsyncContextManager[RenderSession]:
        """Open an address and keep it open."""
        ...
