"""Any error of any client becomes one `Reason`: httpx, ssl, sockets, Scrapy, Twisted, Playwright, Selenium.

An error is read with all its causes. Where it cannot be told whose fault it was, it is ours.
"""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import ssl
from collections.abc import Iterator

import httpx

from results.records import Reason
from spiders.net.refusals import (
    CircuitOpen,
    EgressDenied,
    OverBudget,
    ResolverDown,
    RobotsDisallowed,
    ToldToWait,
    UnreadableError,
)


def classify(error: BaseException) -> Reason:
    """Name what an error says about the portal, or about us.

    Args:
        error: Whatever a client raised; its causes (`__cause__`, `__context__`) are read too.

    Returns:
        A transport reason of the portal's side, or one of ours. An error that nothing is known of is
        `interrupted`: it accuses nobody.
    """
    if isinstance(error, asyncio.CancelledError | KeyboardInterrupt):
        return Reason.INTERRUPTED
    if type(error) is TimeoutError:
        return Reason.TIMEOUT  # a deadline of ours ran out; what it broke off is no cause
    chain = list(_with_causes(error))
    for name in (_by_refusal, _by_type, _by_errno, _by_class_name, _by_words):
        for each in chain:
            reason = name(each)
            if reason is not None:
                return reason
    return Reason.INTERRUPTED


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """The error, then what caused it, each once."""
    queue, seen = [error], set()
    while queue:
        each = queue.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, BaseExceptionGroup):
            queue.extend(each.exceptions)
        # a context that was suppressed counts too: httpcore's pool raises its errors anew `from None`
        queue.extend(cause for cause in (each.__cause__, each.__context__) if cause is not None)
        # Twisted's ResponseFailed keeps its causes as Failures
        for failure in getattr(each, "reasons", None) or ():
            inner = getattr(failure, "value", None)
            if isinstance(inner, BaseException):
                queue.append(inner)


def _by_refusal(error: BaseException) -> Reason | None:
    """What we refused ourselves."""
    match error:
        case EgressDenied():
            return Reason.EGRESS_DENIED
        case RobotsDisallowed():
            return Reason.ROBOTS_DISALLOWED
        case OverBudget():
            return Reason.OVER_BUDGET
        case ToldToWait():
            return Reason.RATE_LIMITED
        case CircuitOpen():
            return Reason.CIRCUIT_OPEN
        case ResolverDown():
            return Reason.PROBER_OFFLINE
        case MemoryError():
            return Reason.PROBER_OVERLOADED
        case UnreadableError():
            return Reason.UNSUPPORTED
    return None


def _by_type(error: BaseException) -> Reason | None:
    match error:
        case socket.gaierror():
            return Reason.DNS_FAILED
        case ssl.SSLZeroReturnError() | ssl.SSLEOFError():
            return Reason.CONNECT_RESET
        case ssl.SSLError() | ssl.CertificateError():
            return Reason.TLS_INVALID
        case httpx.TooManyRedirects():
            return Reason.REDIRECT_LOOP
        case httpx.PoolTimeout():
            return Reason.PROBER_OVERLOADED
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return Reason.UNSUPPORTED
        case httpx.DecodingError():
            return Reason.CORRUPT
    return None


_ERRNO = {
    errno.ECONNREFUSED: Reason.CONNECT_REFUSED,
    errno.ECONNRESET: Reason.CONNECT_RESET,
    errno.ECONNABORTED: Reason.CONNECT_RESET,
    errno.EPIPE: Reason.CONNECT_RESET,
    errno.ETIMEDOUT: Reason.TIMEOUT,
    errno.EHOSTUNREACH: Reason.CONNECT_REFUSED,
    # no route at all, or no descriptor left, is our machine's state
    errno.ENETUNREACH: Reason.PROBER_OFFLINE,
    errno.ENETDOWN: Reason.PROBER_OFFLINE,
    errno.EADDRNOTAVAIL: Reason.PROBER_OVERLOADED,
    errno.EMFILE: Reason.PROBER_OVERLOADED,
    errno.ENFILE: Reason.PROBER_OVERLOADED,
    errno.ENOBUFS: Reason.PROBER_OVERLOADED,
    errno.ENOMEM: Reason.PROBER_OVERLOADED,
    errno.ENOSPC: Reason.PROBER_OVERLOADED,
}


def _by_errno(error: BaseException) -> Reason | None:
    if isinstance(error, OSError) and error.errno is not None:
        return _ERRNO.get(error.errno)
    number = getattr(error, "osError", None)  # Twisted's ConnectError
    return _ERRNO.get(number) if isinstance(number, int) else None


_CLASS_NAMES = {
    # Scrapy and Twisted, by name: their errors are known here without importing them
    "CannotResolveHostError": Reason.DNS_FAILED,
    "DNSLookupError": Reason.DNS_FAILED,
    "UnknownHostError": Reason.DNS_FAILED,
    "DownloadConnectionRefusedError": Reason.CONNECT_REFUSED,
    "DownloadTimeoutError": Reason.TIMEOUT,
    "ConnectionRefusedError": Reason.CONNECT_REFUSED,
    "ConnectionLost": Reason.CONNECT_RESET,
    "ConnectionDone": Reason.CONNECT_RESET,
    "ConnectionResetError": Reason.CONNECT_RESET,
    "ConnectionAbortedError": Reason.CONNECT_RESET,
    "BrokenPipeError": Reason.CONNECT_RESET,
    "TCPTimedOutError": Reason.TIMEOUT,
    "UserTimeoutError": Reason.TIMEOUT,
    "IncompleteReadError": Reason.TRUNCATED,
    "ResponseDataLossError": Reason.TRUNCATED,
    "UnsupportedURLSchemeError": Reason.UNSUPPORTED,
    # Selenium
    "SessionNotCreatedException": Reason.BROWSER_UNAVAILABLE,
    "NoSuchDriverException": Reason.BROWSER_UNAVAILABLE,
    "InvalidSessionIdException": Reason.BROWSER_CRASHED,
    "NoSuchWindowException": Reason.BROWSER_CRASHED,
    "InsecureCertificateException": Reason.TLS_INVALID,
    # ours, whom this module does not import
    "BrowserGoneError": Reason.BROWSER_UNAVAILABLE,
    # Playwright
    "TargetClosedError": Reason.BROWSER_CRASHED,
}


def _by_class_name(error: BaseException) -> Reason | None:
    return _CLASS_NAMES.get(type(error).__name__)


_WORDS: tuple[tuple[re.Pattern[str], Reason], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        # engines: Chromium (net::ERR_…), Firefox (NS_ERROR_…, SEC_ERROR_…), WebKitGTK (libsoup, GIO)
        (
            r"ERR_NAME_NOT_RESOLVED|ERR_NAME_RESOLUTION_FAILED|NS_ERROR_UNKNOWN_(PROXY_)?HOST|dnsNotFound"
            r"|error resolving|could(n't| not) resolve|name or service not known|getaddrinfo",
            Reason.DNS_FAILED,
        ),
        (r"ERR_DNS_TIMED_OUT", Reason.DNS_FAILED),
        (
            r"ERR_CERT_|ERR_SSL_|ERR_BAD_SSL|SSL_ERROR_(?!SYSCALL)|SEC_ERROR_|MOZILLA_PKIX|nssFailure"
            r"|NS_ERROR_NET_INADEQUATE_SECURITY|unacceptable TLS|certificate|TLS handshake|insecure cert",
            Reason.TLS_INVALID,
        ),
        (
            r"ERR_TOO_MANY_REDIRECTS|NS_ERROR_REDIRECT_LOOP|redirectLoop|too many redirects",
            Reason.REDIRECT_LOOP,
        ),
        (
            r"ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED)|NS_ERROR_OFFLINE|network is unreachable",
            Reason.PROBER_OFFLINE,
        ),
        (
            r"ERR_(NETWORK_IO_SUSPENDED|PROXY_CONNECTION_FAILED)|NS_ERROR_PROXY_CONNECTION_REFUSED"
            r"|ERR_SOCKS_CONNECTION_FAILED",
            Reason.INTERRUPTED,
        ),
        (r"ERR_INSUFFICIENT_RESOURCES|ERR_OUT_OF_MEMORY|too many open files", Reason.PROBER_OVERLOADED),
        (r"ERR_BLOCKED_BY_CLIENT|ERR_UNSAFE_PORT|NS_ERROR_PORT_ACCESS_NOT_ALLOWED", Reason.EGRESS_DENIED),
        (
            r"ERR_CONNECTION_REFUSED|ERR_ADDRESS_(UNREACHABLE|INVALID)|ERR_SOCKS_CONNECTION_HOST_UNREACHABLE"
            r"|NS_ERROR_CONNECTION_REFUSED|connectionFailure|connection refused|could(n't| not) connect",
            Reason.CONNECT_REFUSED,
        ),
        (
            r"ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONTENT_LENGTH_MISMATCH|NS_ERROR_NET_PARTIAL_TRANSFER"
            r"|without sending complete message body|IncompleteRead",
            Reason.TRUNCATED,
        ),
        (
            r"ERR_CONTENT_DECODING|NS_ERROR_(INVALID_CONTENT_ENCODING|CORRUPTED_CONTENT)|contentEncodingError|corruptedContent",
            Reason.CORRUPT,
        ),
        (
            r"ERR_CONNECTION_(RESET|CLOSED|ABORTED)|ERR_EMPTY_RESPONSE|NS_ERROR_NET_(RESET|INTERRUPT|EMPTY_RESPONSE)"
            r"|netReset|netInterrupt|connection reset|connection terminated|server disconnected|SSL_ERROR_SYSCALL"
            r"|ERR_(INVALID_RESPONSE|INVALID_HTTP_RESPONSE|HTTP2_PROTOCOL_ERROR|INVALID_CHUNKED_ENCODING)"
            r"|message corrupt|socket hang up",
            Reason.CONNECT_RESET,
        ),
        (
            r"target (page, context or browser has been closed|crashed|closed)|page crashed|browser has been closed"
            r"|connection closed while reading|session deleted|tab crashed|has crashed|browsing context.*discarded"
            r"|not connected to devtools|disconnected: |web process (crashed|terminated)",
            Reason.BROWSER_CRASHED,
        ),
        (r"executable doesn't exist|failed to launch|cannot find .*binary", Reason.BROWSER_UNAVAILABLE),
        (r"ERR_(CONNECTION_)?TIMED_OUT|NS_ERROR_NET_TIMEOUT|netTimeout|time(d)?[ -]?out", Reason.TIMEOUT),
    )
)


def _by_words(error: BaseException) -> Reason | None:
    if isinstance(error, TimeoutError | httpx.TimeoutException) or type(error).__name__.startswith("Timeout"):
        return Reason.TIMEOUT
    if isinstance(error, ConnectionError):
        return Reason.CONNECT_RESET
    text = str(error)[:4000]
    for pattern, reason in _WORDS:
        if pattern.search(text):
            return reason
    if isinstance(error, httpx.ProtocolError | httpx.NetworkError):
        return Reason.CONNECT_RESET
    return None
