"""A WebKitGTK MiniBrowser under WebDriver: opens pages, reads them, and is killed if it hangs. Everything blocks.

Navigation does not wait (`pageLoadStrategy: none`): a session that waits for a page that hangs answers nothing
afterwards, and one that meets a dialog waits for ever; so the page is asked again and again how far it is.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import psutil
from selenium.common.exceptions import JavascriptException, NoAlertPresentException, WebDriverException
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from urllib3.exceptions import HTTPError

from probes.browsers.marks import marked_environment, marked_processes, stray_processes
from probes.browsers.settling import CAP_S, FRAME_TEXT_SCRIPT, QUIET_S, REST_SCRIPT, SNAPSHOT_SCRIPT, limits

_CALL_S = 15.0
_POLL_S = 0.1
_GONE_BACK_S = 3.0
_MOST_DIALOGS = 100
_MOST_FRAMES = 20
_HTML_CAP = 500_000
_CHARSET = "GBK"
"""What browsers in China take an undeclared charset for."""

# results are made a text in the page: WebKit's own copying of objects walks what old libraries hang on
# `Object.prototype` as well, round and round; and Prototype gives JSON a form of its own
_PLAIN_JSON = "for (const kind of [Object, Array, String, Number, Boolean]) delete kind.prototype.toJSON;\n"
_RUN = _PLAIN_JSON + "return JSON.stringify((() => {{script}})());"
_QUIET_SCRIPT = """const last = setTimeout(() => 0);
for (let each = Math.max(0, last - 20000); each <= last; each++) clearTimeout(each);"""
_STATE_SCRIPT = """
let timing = null;
try { timing = performance.getEntriesByType('navigation')[0]; } catch (_) {}
return {old: document.__portalProbeOld === 1, at: location.href, ready: document.readyState,
        answered: !!timing && timing.responseStart > 0, loaded: !!timing && timing.loadEventEnd > 0,
        text: document.body ? document.body.innerText.slice(0, 300) : ''};"""
_AWAIT = (
    _PLAIN_JSON + "const done = arguments[arguments.length - 1];"
    "({script})({argument}).then(seen => done(JSON.stringify(seen)), () => done(null));"
)


class HungError(Exception):
    """The browser does not answer, or a page keeps it from answering."""


class PageFailedError(Exception):
    """The page was not answered; the message is the engine's own."""


class TooSlowError(Exception):
    """The page was not there within its limit."""


class UnreadableError(Exception):
    """The page has changed the language that our questions are put in: it cannot be looked at."""


class NoPageError(Exception):
    """The navigation ended and no page came of it: the address answers with a download."""


class WebKitSession:
    """One MiniBrowser with its WebDriver.

    Args:
        browser: Path of MiniBrowser.
        webdriver: Path of WebKitWebDriver.
        display: The display, e.g. `:1`.
        proxy_url: The one way out.
        user_agent: The User-Agent, or None for the engine's own.
        visitor: What its environment says of the visitor's language and time zone.

    Raises:
        HungError: It does not start.
    """

    def __init__(
        self,
        *,
        browser: str,
        webdriver: str,
        display: str,
        proxy_url: str | None,
        user_agent: str | None,
        visitor: Mapping[str, str],
    ) -> None:
        self.loads = 0
        self.hosts: set[str] = set()
        self._mark, environment = marked_environment()
        options = Options()
        options.binary_location = browser
        options.page_load_strategy = "none"
        options.unhandled_prompt_behavior = "dismiss"
        arguments = ["--automation", f"--default-charset={_CHARSET}"]
        if proxy_url:
            arguments.append(f"--proxy={proxy_url}")
        if user_agent:
            arguments.append(f"--user-agent={user_agent}")
        for each in arguments:
            options.add_argument(each)
        values = {name: str(value) for name, value in environment.items()}
        self._service = Service(webdriver, env={**values, **visitor, "DISPLAY": display})
        try:
            self._service.start()
            connection = RemoteConnection(
                client_config=ClientConfig(self._service.service_url, timeout=int(_CALL_S))
            )
            self._driver = WebDriver(command_executor=connection, options=options)
        except (WebDriverException, HTTPError, OSError) as error:
            self.end()
            raise HungError(f"WebKitGTK does not start: {_first_line(error)}") from error
        self.version = str(self._driver.capabilities.get("browserVersion", "")) or None

    def own_agent(self) -> str:
        """The engine's own User-Agent."""
        return str(self._run("return navigator.userAgent"))

    def language(self) -> str:
        """The language that it asks for pages in, e.g. `zh-CN`."""
        return str(self._run("return navigator.language"))

    def is_quiet(self) -> bool:
        """Quiet the page that is left: what it still has in mind (going elsewhere, say) must not befall the next one.

        Returns:
            Whether that can be done; where not, the next page needs a session of its own.
        """
        try:
            self._run(_QUIET_SCRIPT)
        except (UnreadableError, HungError):
            return False
        return True

    def open(self, url: str, timeout_s: float, *, await_load: bool) -> bool:
        """Open an address and wait until its DOM is ready.

        Args:
            url: The address.
            timeout_s: Limit, seconds.
            await_load: Whether to wait for the load event as well.

        Returns:
            Whether the load event came, if it was waited for.

        Raises:
            PageFailedError: It was not answered.
            NoPageError: It was answered with a download.
            TooSlowError: It was not ready within the limit.
            UnreadableError: It cannot be looked at.
            HungError: Nothing answers any more.
        """
        self.loads += 1
        before = str(self._call(self._current_url))
        self._run("document.__portalProbeOld = 1")
        self._call(self._driver.get, url)
        started = back_since = time.monotonic()
        while time.monotonic() - started < timeout_s:
            time.sleep(_POLL_S)
            self._dismiss_dialogs()
            state = self._run(_STATE_SCRIPT)
            if state is None or state["ready"] == "loading":
                continue
            if state["old"]:
                # a navigation that ended without a page takes the address back to where it was
                if before == url or str(self._call(self._current_url)) != before:
                    back_since = time.monotonic()
                elif time.monotonic() - back_since > _GONE_BACK_S:
                    raise NoPageError("the address answers with a download: no page is shown")
                continue
            if state["at"] == "about:blank" and not state["answered"]:
                where = str(self._call(self._current_url))
                if where != "about:blank":
                    raise PageFailedError(state["text"], where)
                continue
            if not await_load or state["loaded"]:
                return True
        state = self._run(_STATE_SCRIPT)
        if await_load and state is not None and state["answered"] and not state["old"]:
            return False
        raise TooSlowError("it was not ready in time")

    def rest(self) -> None:
        """Wait until the page rests, or the cap is reached."""
        until = time.monotonic() + CAP_S
        has_moved = False
        while (left := until - time.monotonic()) > 0:
            self._dismiss_dialogs()
            if self._run_async(REST_SCRIPT, limits(QUIET_S, left)) is not None:
                return
            if not has_moved:  # it went elsewhere by itself, and the page that it went to has time of its own
                has_moved, until = True, time.monotonic() + CAP_S
            time.sleep(_POLL_S)

    def snapshot(self) -> Mapping[str, Any]:
        """What the page shows (see `SNAPSHOT_SCRIPT`), with the text of its frames.

        Raises:
            PageFailedError: It has led to where nothing answers.
        """
        seen = self._run_async(SNAPSHOT_SCRIPT, [_HTML_CAP, False])
        if seen is None:
            raise HungError("the page does not hold still")
        where = str(self._call(self._current_url))
        if seen["url"] == "about:blank" and where != "about:blank":
            raise PageFailedError(seen["text"], where)
        if seen["frames"]:
            seen["text"] = "\n".join([seen["text"], *self._frame_texts()])
        return dict(seen)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        return self._run(f"return ({expression});")

    def screenshot(self) -> bytes | None:
        """The viewport as PNG, or None where it cannot be drawn."""
        with contextlib.suppress(WebDriverException, HTTPError, OSError):
            return bytes(self._driver.get_screenshot_as_png())
        return None

    def close_popups(self) -> None:
        """Close every window but the first."""
        handles = self._call(self._handles)
        for each in handles[1:]:
            self._call(self._driver.switch_to.window, each)
            self._call(self._driver.close)
        if handles[1:]:
            self._call(self._driver.switch_to.window, handles[0])

    def processes(self) -> list[psutil.Process]:
        """Its processes."""
        return marked_processes(self._mark)

    def end(self) -> None:
        """End it, by force: a hung session would not listen."""
        processes = stray_processes(self._mark)
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(processes, timeout=5)
        with contextlib.suppress(WebDriverException, HTTPError, OSError):
            self._service.stop()

    def _current_url(self) -> str:
        return self._driver.current_url

    def _handles(self) -> list[str]:
        return self._driver.window_handles

    def _frame_texts(self) -> list[str]:
        """The texts of the page's frames, and of the frames within them."""
        texts: list[str] = []
        try:
            self._read_frames(texts)
        finally:
            self._call(self._driver.switch_to.default_content)
        return texts

    def _read_frames(self, texts: list[str]) -> None:
        count = int(self._driver.execute_script("return window.frames.length"))
        for number in range(count):
            if len(texts) >= _MOST_FRAMES:
                return
            with contextlib.suppress(WebDriverException):
                self._driver.switch_to.frame(number)
                try:
                    shown = self._driver.execute_script(_PLAIN_JSON + f"return ({FRAME_TEXT_SCRIPT})()")
                    texts.append(str(shown))
                    self._read_frames(texts)
                finally:
                    self._driver.switch_to.parent_frame()

    def _dismiss_dialogs(self) -> None:
        for _ in range(_MOST_DIALOGS):
            try:
                self._driver.switch_to.alert.dismiss()
            except NoAlertPresentException:
                return
            except (WebDriverException, HTTPError, OSError) as error:
                raise HungError(_first_line(error)) from error

    def _run(self, script: str) -> Any:
        return _read(self._call(self._driver.execute_script, _RUN.replace("{script}", script)))

    def _run_async(self, script: str, argument: Any) -> Any:
        awaited = _AWAIT.replace("{argument}", json.dumps(argument)).replace("{script}", script)
        return _read(self._call(self._driver.execute_async_script, awaited))

    def _call(self, command: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return command(*arguments)
        except WebDriverException as error:
            if "navigat" in str(error).lower() or "unload" in str(error).lower():
                return None
            unread = UnreadableError if isinstance(error, JavascriptException) else HungError
            raise unread(_first_line(error)) from error
        except (HTTPError, OSError) as error:
            raise HungError(_first_line(error)) from error


def _read(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else None


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:300] or type(error).__name__
