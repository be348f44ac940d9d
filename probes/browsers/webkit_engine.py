"""WebKit as the system brings it: WebKitGTK under WebDriver, one page at a time, in a thread of its own.

It loads pages and looks at them; it tells no HTTP status and counts no requests, and it cannot play a phone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import psutil

from probes.browsers.display import DisplayError, VirtualDisplay
from probes.browsers.engines import EngineInfo
from probes.browsers.loaded import Loaded
from probes.browsers.looking import BrowserGoneError
from probes.browsers.visiting import NO_PAGE, Wanted, filled, judged, refused_or, served_from
from probes.browsers.visitor_locale import LANGUAGE, VisitorLocale
from probes.browsers.webkit_session import (
    HungError,
    NoPageError,
    PageFailedError,
    TooSlowError,
    UnreadableError,
    WebKitSession,
)
from results.records import Reason
from spiders.net.classify import classify

if TYPE_CHECKING:
    from probes.browsers.control import ControlPage
    from spiders.net.egress import EgressProxy

_log = logging.getLogger(__name__)

LOADS_PER_SESSION = 50
_SLACK_S = 60.0

ResultT = TypeVar("ResultT")


class WebKitEngine:
    """The engine.

    Args:
        engine: What was found; its driver is `webdriver`.
        proxy: The one way out.
        control: The page that proves an engine.
        user_agent_suffix: What follows the engine's own User-Agent.
    """

    def __init__(
        self,
        engine: EngineInfo,
        *,
        proxy: EgressProxy | None,
        control: ControlPage,
        user_agent_suffix: str,
    ) -> None:
        self.info = engine
        self._proxy = proxy
        self._control = control
        self._suffix = user_agent_suffix
        self._agent: str | None = None
        self._display = VirtualDisplay(engine.beside[1] if len(engine.beside) > 1 else None)
        self._locale = VisitorLocale()
        self._session: WebKitSession | None = None
        self._scope = ""
        self._hung = False
        """The last session hung, and whether by its page's fault or its own is not known."""
        self._trusted: set[str] = set()
        """Hosts whose pages have opened."""
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="webkit")

    async def start(self) -> None:
        """Start the display, and learn the engine's version and its own User-Agent.

        Raises:
            BrowserGoneError: It does not start.
        """
        try:
            await asyncio.to_thread(self._display.start)
            async with self._turn:
                await self._in_thread(self._learn)
        except (DisplayError, HungError, UnreadableError, TimeoutError) as error:
            raise BrowserGoneError(str(error)) from error

    async def load(self, wanted: Wanted, blank: Loaded, scope: str, *, fresh: bool) -> Loaded:
        """Visit a page.

        Raises:
            BrowserGoneError: The browser cannot be started.
            TimeoutError: The browser does not answer.
        """
        if blank.device != "desktop":
            return replace(blank, reason=Reason.UNSUPPORTED, note="WebDriver's WebKit cannot play a phone")
        async with self._turn:
            return await self._in_thread(
                lambda: self._visit(wanted, blank, scope, fresh=fresh), wanted.timeout_s + _SLACK_S
            )

    async def is_well(self) -> bool:
        """Whether it opens the control page and runs its script, in a session of its own, and none hung since."""
        if self._hung:
            self._hung = False
            return False
        try:
            async with self._turn:
                return await self._in_thread(self._opens_control_page)
        except (
            HungError,
            NoPageError,
            PageFailedError,
            TooSlowError,
            UnreadableError,
            TimeoutError,
        ) as error:
            _log.debug("webkit: the control page does not open: %s", error)
            return False

    async def heal(self) -> bool:
        """See that the engine is well; each session is new where the one before failed."""
        return await self.is_well() or await self.is_well()

    async def close(self) -> None:
        """End the browser and its display."""
        with contextlib.suppress(TimeoutError):
            await self._in_thread(self._end)
        self._thread.shutdown(wait=False)
        await asyncio.to_thread(self._display.stop)
        self._locale.remove()

    def processes(self) -> list[psutil.Process]:
        """The processes of the running session."""
        return self._session.processes() if self._session is not None else []

    def _learn(self) -> None:
        session = self._new_session()
        try:
            self._agent = f"{session.own_agent()} {self._suffix}".strip()
            language = session.language()
            note = None if language.startswith("zh") else f"asks for pages in {language}, not in {LANGUAGE}"
            self.info = replace(self.info, version=session.version or self.info.version, note=note)
        finally:
            session.end()

    def _opens_control_page(self) -> bool:
        session = self._new_session(self._control.proxy_url)
        try:
            session.open(self._control.url, 15, await_load=False)
            return self._control.is_shown(str(session.snapshot()["text"]))
        finally:
            session.end()

    def _visit(self, wanted: Wanted, blank: Loaded, scope: str, *, fresh: bool) -> Loaded:
        session = self._session_for(scope, fresh=fresh)
        host = urlsplit(wanted.url).hostname or ""
        loaded = replace(blank, engine_version=self.info.version, first_visit=host not in session.hosts)
        session.hosts.add(host)
        try:
            loaded = judged(self._opened(session, wanted, loaded))
            if wanted.screenshot or loaded.reason is not None:
                loaded = replace(loaded, screenshot=session.screenshot())
            session.close_popups()
            if loaded.final_url is not None and loaded.final_url.startswith("https:"):
                self._trusted.add(urlsplit(loaded.final_url).hostname or "")
        except PageFailedError as error:
            said, where = error.args
            reason, note = refused_or(_named(said, where), [wanted.url, where], self._proxy)
            loaded = replace(loaded, reason=reason, note=note or said, screenshot=session.screenshot())
        except NoPageError:
            loaded = replace(loaded, reason=Reason.UNSUPPORTED, note=NO_PAGE, download=True)
            if wanted.url.startswith("https:") and host not in self._trusted:
                # a refused certificate ends a navigation just so; a host whose pages opened has a good one
                note = "the navigation was cancelled: over https, for a certificate that is not trusted"
                loaded = replace(loaded, reason=Reason.TLS_INVALID, note=note, download=False)
        except UnreadableError as error:
            loaded = replace(loaded, reason=Reason.UNSUPPORTED, note=f"it cannot be looked at: {error}")
            self._end()  # it would answer for the next page as well
        except TooSlowError as error:
            loaded = replace(loaded, reason=Reason.TIMEOUT, note=str(error))
            self._end()  # what hangs in it would hang beside the next page
        except HungError as error:
            gone = not session.processes()  # a browser that is gone is ours
            self._hung = not gone
            loaded = replace(
                loaded,
                reason=Reason.BROWSER_CRASHED if gone else Reason.TIMEOUT,
                note=f"it does not answer: {error}",
            )
            self._end()
        return loaded

    def _opened(self, session: WebKitSession, wanted: Wanted, loaded: Loaded) -> Loaded:
        has_loaded = session.open(wanted.url, wanted.timeout_s, await_load=wanted.timed)
        if not has_loaded:
            loaded = replace(
                loaded,
                load_ms=wanted.timeout_s * 1000,
                note="the load event did not come within the time limit",
            )
        session.rest()
        seen = session.snapshot()
        loaded = filled(loaded, seen)
        if wanted.evaluate is not None:
            loaded = replace(loaded, measured=session.evaluate(wanted.evaluate))
        return replace(loaded, remote_ip=served_from(str(seen["url"]), self._proxy))

    def _session_for(self, scope: str, *, fresh: bool) -> WebKitSession:
        if fresh or scope != self._scope or not self._serves_another():
            self._end()
            self._session, self._scope = self._new_session(), scope
        assert self._session is not None
        return self._session

    def _serves_another(self) -> bool:
        """Whether the session may open a further page, undisturbed by the one that it shows."""
        session = self._session
        return (
            session is not None
            and session.loads < LOADS_PER_SESSION
            and bool(session.processes())
            and session.is_quiet()
        )

    def _new_session(self, proxy_url: str | None = None) -> WebKitSession:
        assert self.info.executable is not None
        way_out = proxy_url or (self._proxy.url if self._proxy is not None else None)
        return WebKitSession(
            browser=self.info.executable,
            webdriver=self.info.beside[0],
            display=self._display.name,
            proxy_url=way_out,
            user_agent=self._agent,
            visitor=self._locale.environment(),
        )

    def _end(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.end()

    async def _in_thread(self, work: Callable[[], ResultT], limit_s: float = _SLACK_S) -> ResultT:
        """Do blocking work; what outlives its limit loses its browser, which sets the thread free."""
        working = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            return await asyncio.wait_for(asyncio.shield(working), limit_s)
        except (TimeoutError, asyncio.CancelledError):
            if not working.done():
                for process in self.processes():
                    with contextlib.suppress(psutil.Error):
                        process.kill()
            raise


def _named(said: str, where: str) -> Reason:
    """What WebKitGTK's own error page says, in our words."""
    if "redirection" in said.lower():
        return Reason.REDIRECT_LOOP
    if "cancelled" in said.lower() and where.startswith("https:"):
        return Reason.TLS_INVALID  # under WebDriver a certificate that it does not trust cancels the load
    return classify(Exception(said))
