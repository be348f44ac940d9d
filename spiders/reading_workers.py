"""Large pages, and the pages of a fast crawl, are read in processes of their own.

The loop goes on beside them, a page that makes a parser hang or crash costs that page alone, and a fast
crawl uses more than one core. A worker ends by itself when its standard input is closed, also when the
program that started it was killed.
"""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from spiders.net.refusals import UnreadableError
from spiders.page_reading import ReadPage, read_page

LARGE_PAGE = 100_000
"""Characters from which a page is read by a worker in any crawl."""
_WORTH_SENDING = 1_500
_WARM_UP = 30
_LIMIT_S = 60.0
_LENGTH = struct.Struct("!Q")


@dataclass(eq=False)
class _Worker:
    process: asyncio.subprocess.Process

    async def ask(self, html: str, url: str, known: Mapping[str, Any]) -> ReadPage:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        packed = pickle.dumps((html, url, dict(known)), pickle.HIGHEST_PROTOCOL)
        self.process.stdin.write(_LENGTH.pack(len(packed)) + packed)
        await self.process.stdin.drain()
        (length,) = _LENGTH.unpack(await self.process.stdout.readexactly(_LENGTH.size))
        answer = pickle.loads(await self.process.stdout.readexactly(length))  # noqa: S301  # our own process
        if isinstance(answer, ReadPage):
            return answer
        raise UnreadableError(str(answer))


class ReadingWorkers:
    """Reads pages, here or in workers; an async context manager.

    Args:
        fast: Whether the crawl asks for more pages than one core can read.
        at_most: Workers at most; by default the number of cores.
    """

    def __init__(self, *, fast: bool, at_most: int | None = None) -> None:
        self._fast = fast
        self._places = asyncio.Semaphore(at_most or os.cpu_count() or 1)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._read = 0

    async def __aenter__(self) -> ReadingWorkers:
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in list(self._all):
            await self._end(worker)

    async def read(self, html: str, url: str, **known: Any) -> ReadPage:
        """Read a page as `read_page` does, which says what is to be known of it.

        Raises:
            UnreadableError: The parser hung, died or failed on it.
        """
        self._read += 1
        busy = self._fast and self._read > _WARM_UP and len(html) > _WORTH_SENDING
        if not (busy or len(html) > LARGE_PAGE):
            return read_page(html, url, **known)
        try:
            return await self._read_by_worker(html, url, known)
        except UnreadableError as error:
            if not isinstance(error.__cause__, OSError | EOFError) or isinstance(
                error.__cause__, TimeoutError
            ):
                raise
        # a worker that died may have been killed: the page's fault it is if another dies of it, too
        return await self._read_by_worker(html, url, known)

    async def _read_by_worker(self, html: str, url: str, known: dict[str, Any]) -> ReadPage:
        async with self._places:
            worker = self._idle.pop() if self._idle else await self._start()
            try:
                async with asyncio.timeout(_LIMIT_S):
                    page = await worker.ask(html, url, known)
            except UnreadableError:
                self._idle.append(worker)
                raise
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                await self._end(worker)
                raise UnreadableError(f"the reader was lost: {type(error).__name__}") from error
            except BaseException:
                await self._end(worker)
                raise
            self._idle.append(worker)
            return page

    async def _start(self) -> _Worker:
        environment = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "spiders.reading_workers",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            limit=1 << 20,
            start_new_session=True,  # Ctrl-C is for the program, which then closes us
        )
        worker = _Worker(process)
        self._all.add(worker)
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        if worker.process.returncode is None:
            worker.process.kill()
        if worker.process.stdin is not None:
            worker.process.stdin.close()
        await worker.process.wait()


def _work(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    # a page is thousands of small objects, gone with the answer: looking for circles among them costs a twelfth
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    while len(head := incoming.read(_LENGTH.size)) == _LENGTH.size:
        html, url, known = pickle.loads(incoming.read(_LENGTH.unpack(head)[0]))  # noqa: S301  # our own process
        answer: ReadPage | str
        try:
            answer = read_page(html, url, **known)
        except Exception as error:  # told to the crawl, which notes it
            answer = f"{type(error).__name__}: {error}"
        packed = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
        outgoing.write(_LENGTH.pack(len(packed)) + packed)
        outgoing.flush()


if __name__ == "__main__":
    # under its own name, so that what it answers with is the class that the crawl knows
    from spiders.reading_workers import _work as work

    work(sys.stdin.buffer, sys.stdout.buffer)
