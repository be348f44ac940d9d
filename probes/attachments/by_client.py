"""Fetching by the plain client: streamed to disk, hashed on the way, ended by our caps."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from probes.attachments.fetched import Fetched, FileSink
from probes.attachments.pressure import DRIP_WINDOW_S, DripWatch, LoopWatch
from probes.attachments.refusals import READ_BYTES, refusal
from results.records import Reason
from spiders.net.classify import classify
from spiders.net.client import HttpClient, StreamedAnswer

WALL_S = 150.0
"""Seconds that a download may take."""
SILENCE_S = 30.0
"""Seconds of silence after which a server is asked by a browser instead."""
_SLOWEST = 64 * 1024
"""Bytes a second above which a download that our limit ends was under way in good order."""


async def fetch_by_client(
    http: HttpClient,
    url: str,
    *,
    referer: str,
    path: Path,
    max_bytes: int,
    wall_s: float = WALL_S,
    silence_s: float = SILENCE_S,
    drip_s: float = DRIP_WINDOW_S,
) -> Fetched:
    """Fetch a file as a click on its link would.

    Args:
        http: The client; takes its turn by itself.
        url: The file's address.
        referer: The page that offers it.
        path: Where to write it; must not exist.
        max_bytes: Bytes that are fetched at most.
        wall_s: Seconds that it may take; what flows until then is judged by what has come.
        silence_s: Seconds that nothing at all may come for, the headers or more of the body.
        drip_s: Seconds that it may bring next to nothing.

    Returns:
        The file, or why there is none. A body that breaks off gives `truncated`, with what there was.

    Raises:
        OSError: Our disk does not take it.
    """
    headers = {"Referer": referer_for(referer, url)} if referer_for(referer, url) else {}
    with LoopWatch() as watch:
        try:
            # the margin lets our own limit below speak first, which knows what has come so far
            async with http.stream(
                url,
                headers=headers,
                timeout_s=wall_s + 5,
                silence_s=silence_s,
            ) as answer:
                return await _take(answer, url, path, max_bytes, wall_s, DripWatch(drip_s), watch)
        except Exception as error:
            if isinstance(error, OSError) and error.filename == str(path):
                raise
            reason = classify(error)
            if reason is Reason.TIMEOUT and watch.strained:
                reason = Reason.PROBER_OVERLOADED
            return Fetched(reason=reason, url=url, note=f"{type(error).__name__}: {error}"[:300])


def referer_for(page: str, target: str) -> str:
    """The Referer that a browser sends by default (`strict-origin-when-cross-origin`); empty when none."""
    try:
        here, there = urlsplit(page), urlsplit(target)
    except ValueError:
        return ""
    if here.scheme not in ("http", "https") or (here.scheme == "https" and there.scheme == "http"):
        return ""
    host = here.netloc.rpartition("@")[2]
    if (here.scheme, host) == (there.scheme, there.netloc):
        return urlunsplit((here.scheme, host, here.path, here.query, ""))
    return f"{here.scheme}://{host}/"


async def _take(
    answer: StreamedAnswer,
    asked: str,
    path: Path,
    max_bytes: int,
    wall_s: float,
    drip: DripWatch,
    watch: LoopWatch,
) -> Fetched:
    redirected = bool(answer.history) and _place(answer.url) != _place(asked)
    refused = answer.status >= 300
    sink = FileSink(path, READ_BYTES if refused else max_bytes)
    ended: Reason | None = None
    note = None
    started = time.monotonic()
    try:
        try:
            async with asyncio.timeout(wall_s):
                async for piece in answer.aiter_bytes():
                    if sink.take(piece):
                        await sink.hand_over()
                    if sink.full:
                        break
                    if drip.drips(sink.bytes):
                        raise TimeoutError
        except TimeoutError:
            ended, note = _why_so_slow(sink.bytes, time.monotonic() - started, watch)
        except Exception as error:
            ended, note = _why_broken_off(error, sink.bytes, watch)
        digest = await sink.close()
    except BaseException:
        sink.drop()
        raise
    with path.open("rb") as start:
        beginning = start.read(READ_BYTES)
    seen = refusal(
        status=answer.status, headers=answer.headers, body=beginning, url=answer.url, redirected=redirected
    )
    return Fetched(
        reason=seen or ended,
        path=path,
        url=answer.url,
        redirected=redirected,
        status=answer.status,
        headers=tuple(answer.headers.raw),
        bytes=sink.bytes,
        sha256=digest,
        capped=(sink.full and not refused) or note == _ENOUGH,
        note=note,
    )


_ENOUGH = "下载到时限为止，速度正常"


def _why_so_slow(received: int, seconds: float, watch: LoopWatch) -> tuple[Reason | None, str]:
    rate = received / max(seconds, 0.001)
    if rate >= _SLOWEST:
        return None, _ENOUGH
    said = f"{seconds:.0f} 秒内只收到 {received} 字节"
    return (Reason.PROBER_OVERLOADED if watch.strained else Reason.TIMEOUT), said


def _why_broken_off(error: Exception, received: int, watch: LoopWatch) -> tuple[Reason, str]:
    reason = classify(error)
    if reason is Reason.TIMEOUT:
        said = f"收到 {received} 字节后再无动静"
        return (Reason.PROBER_OVERLOADED if watch.strained else reason), said
    if received and reason in (Reason.CONNECT_RESET, Reason.TRUNCATED):
        return Reason.TRUNCATED, f"收到 {received} 字节后中断"
    return reason, f"{type(error).__name__}: {error}"[:300]


def _place(url: str) -> tuple[str, str]:
    """Host and path, without the scheme: a redirect from http to https leads nowhere else."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.path
