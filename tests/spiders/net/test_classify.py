from __future__ import annotations

import asyncio
import errno
import socket
import ssl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)
from selenium.common.exceptions import (
    InvalidSessionIdException,
    SessionNotCreatedException,
    TimeoutException,
    WebDriverException,
)
from twisted.internet import error as twisted

from results.records import Outcome, Reason
from spiders.net.classify import classify
from spiders.net.refusals import (
    EgressDenied,
    OverBudget,
    ResolverDown,
    RobotsDisallowed,
    ToldToWait,
    UnreadableError,
)


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(-2, "Name or service not known"), Reason.DNS_FAILED),
        (ConnectionRefusedError(errno.ECONNREFUSED, ""), Reason.CONNECT_REFUSED),
        (ConnectionResetError(errno.ECONNRESET, ""), Reason.CONNECT_RESET),
        (BrokenPipeError(errno.EPIPE, ""), Reason.CONNECT_RESET),
        (OSError(errno.EHOSTUNREACH, ""), Reason.CONNECT_REFUSED),
        (TimeoutError(), Reason.TIMEOUT),
        (ssl.SSLCertVerificationError("certificate verify failed"), Reason.TLS_INVALID),
        (ssl.SSLEOFError(), Reason.CONNECT_RESET),
        (httpx.TooManyRedirects("Exceeded maximum allowed redirects."), Reason.REDIRECT_LOOP),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), Reason.CONNECT_RESET),
        (
            httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
            Reason.TRUNCATED,
        ),
        (httpx.DecodingError("x"), Reason.CORRUPT),
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "x")), Reason.DNS_FAILED),
        (caused(httpx.ConnectError("x"), ssl.SSLError(1, "x")), Reason.TLS_INVALID),
        (
            caused(
                httpx.ConnectError("x"), caused(OSError("x"), ConnectionRefusedError(errno.ECONNREFUSED, ""))
            ),
            Reason.CONNECT_REFUSED,
        ),
        # ours
        (OSError(errno.EMFILE, "Too many open files"), Reason.PROBER_OVERLOADED),
        (OSError(errno.ENETUNREACH, ""), Reason.PROBER_OFFLINE),
        (MemoryError(), Reason.PROBER_OVERLOADED),
        (asyncio.CancelledError(), Reason.INTERRUPTED),
        (EgressDenied("a", 80), Reason.EGRESS_DENIED),
        (caused(httpx.ConnectError("x"), EgressDenied("a", 80)), Reason.EGRESS_DENIED),
        (RobotsDisallowed("x"), Reason.ROBOTS_DISALLOWED),
        (
            caused(UnreadableError("x"), ConnectionResetError(errno.ECONNRESET, "our worker's pipe")),
            Reason.UNSUPPORTED,
        ),
        (OverBudget("x"), Reason.OVER_BUDGET),
        (ToldToWait("x"), Reason.RATE_LIMITED),
        (ResolverDown("x"), Reason.PROBER_OFFLINE),
        (ValueError("nobody knows"), Reason.INTERRUPTED),
        # Scrapy and Twisted
        (CannotResolveHostError("x"), Reason.DNS_FAILED),
        (DownloadConnectionRefusedError("x"), Reason.CONNECT_REFUSED),
        (DownloadTimeoutError("x"), Reason.TIMEOUT),
        (UnsupportedURLSchemeError("x"), Reason.UNSUPPORTED),
        (twisted.DNSLookupError("x"), Reason.DNS_FAILED),
        (twisted.ConnectionLost("x"), Reason.CONNECT_RESET),
        (twisted.TCPTimedOutError("x"), Reason.TIMEOUT),
        # Playwright: Chromium, Firefox
        (PlaywrightError("Page.goto: net::ERR_NAME_NOT_RESOLVED at http://x/"), Reason.DNS_FAILED),
        (PlaywrightError("Page.goto: net::ERR_CONNECTION_REFUSED at http://x/"), Reason.CONNECT_REFUSED),
        (PlaywrightError("Page.goto: net::ERR_CERT_AUTHORITY_INVALID at http://x/"), Reason.TLS_INVALID),
        (PlaywrightError("Page.goto: net::ERR_SSL_PROTOCOL_ERROR at http://x/"), Reason.TLS_INVALID),
        (PlaywrightError("Page.goto: net::ERR_EMPTY_RESPONSE at http://x/"), Reason.CONNECT_RESET),
        (PlaywrightError("net::ERR_CONTENT_DECODING_FAILED"), Reason.CORRUPT),
        (PlaywrightError("contentEncodingError: The page cannot be shown"), Reason.CORRUPT),
        (PlaywrightError("Page.goto: net::ERR_TOO_MANY_REDIRECTS at http://x/"), Reason.REDIRECT_LOOP),
        (PlaywrightError("Page.goto: net::ERR_TIMED_OUT at http://x/"), Reason.TIMEOUT),
        (PlaywrightError("Page.goto: net::ERR_INTERNET_DISCONNECTED at http://x/"), Reason.PROBER_OFFLINE),
        (PlaywrightError("Page.goto: net::ERR_SOCKS_CONNECTION_FAILED at http://x/"), Reason.INTERRUPTED),
        (PlaywrightError("Page.goto: NS_ERROR_UNKNOWN_HOST"), Reason.DNS_FAILED),
        (PlaywrightError("Page.goto: NS_ERROR_CONNECTION_REFUSED"), Reason.CONNECT_REFUSED),
        (PlaywrightError("Page.goto: NS_ERROR_NET_RESET"), Reason.CONNECT_RESET),
        (PlaywrightError("Page.goto: SEC_ERROR_UNKNOWN_ISSUER"), Reason.TLS_INVALID),
        (PlaywrightTimeoutError("Page.goto: Timeout 30000ms exceeded."), Reason.TIMEOUT),
        (
            PlaywrightError("Page.goto: Target page, context or browser has been closed"),
            Reason.BROWSER_CRASHED,
        ),
        (PlaywrightError("Page.goto: Page crashed"), Reason.BROWSER_CRASHED),
        (PlaywrightError("BrowserType.launch: Executable doesn't exist at /x"), Reason.BROWSER_UNAVAILABLE),
        # Selenium
        (TimeoutException("x"), Reason.TIMEOUT),
        (InvalidSessionIdException("x"), Reason.BROWSER_CRASHED),
        (SessionNotCreatedException("x"), Reason.BROWSER_UNAVAILABLE),
        (WebDriverException("unknown error: net::ERR_CONNECTION_RESET"), Reason.CONNECT_RESET),
        (WebDriverException("Error resolving “x.gov.cn”: Name or service not known"), Reason.DNS_FAILED),
        (ExceptionGroup("x", [ConnectionRefusedError(errno.ECONNREFUSED, "")]), Reason.CONNECT_REFUSED),
    ],
)
def test_an_error_has_one_reason(error: BaseException, reason: Reason) -> None:
    assert classify(error) is reason


def test_what_a_deadline_of_ours_broke_off_is_no_cause() -> None:
    try:
        try:
            raise ConnectionResetError(errno.ECONNRESET, "")
        except OSError:
            raise TimeoutError from None
    except TimeoutError as error:
        assert classify(error) is Reason.TIMEOUT


@given(st.text(max_size=200))
def test_no_words_make_it_fail(words: str) -> None:
    assert isinstance(classify(Exception(words)).outcome, Outcome)
