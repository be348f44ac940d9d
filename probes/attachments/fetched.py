"""A file as it was fetched, before it is judged."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from results.records import Reason

_BLOCK = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of fetching: a file, or the reason why there is none."""

    reason: Reason | None = None
    """Why nothing was fetched; None when there is a file to judge."""
    path: Path | None = None
    url: str | None = None
    """Where the file came from, after redirects."""
    redirected: bool = False
    status: int | None = None
    headers: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)
    suggested_name: str | None = None
    """The name that a browser would save it under."""
    made_by_script: bool = False
    """The page's script made it and named it: neither a header nor an address has its name."""
    bytes: int = 0
    sha256: str | None = None
    capped: bool = False
    """Our own limit ended it."""
    note: str | None = None

    def header(self, name: str) -> str | None:
        """A header's first value, undecodable bytes as Latin-1."""
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), None)

    @property
    def announced_bytes(self) -> int | None:
        """Bytes that the server announced, where nothing was recoded on the way."""
        length = self.header("content-length")
        if (
            not length
            or not length.isdigit()
            or (self.header("content-encoding") or "identity") != "identity"
        ):
            return None
        return int(length)


class FileSink:
    """Takes pieces of a file and writes and hashes them beside the event loop, one block behind it.

    Args:
        path: Where the file is written; must not exist.
        cap: Bytes that are taken at most.
    """

    def __init__(self, path: Path, cap: int) -> None:
        self.path = path
        self._cap = cap
        self._file = path.open("xb", buffering=0)
        self._hash = hashlib.sha256()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._writing: asyncio.Future[None] | None = None
        self.bytes = 0
        self.full = False

    def take(self, piece: bytes) -> bool:
        """Take the next piece; what lies past the cap is dropped, and `full` says so.

        Returns:
            Whether a block is ready: `await hand_over()` before the next piece.
        """
        if self.bytes + len(piece) > self._cap:
            piece = piece[: self._cap - self.bytes]
            self.full = True
        self.bytes += len(piece)
        self._waiting.append(piece)
        self._waiting_bytes += len(piece)
        return self._waiting_bytes >= _BLOCK

    async def hand_over(self) -> None:
        """Have the block written and hashed by a thread, once the block before it is.

        Raises:
            OSError: The disk does not take it.
        """
        if self._writing is not None:
            await self._writing
        block, self._waiting, self._waiting_bytes = self._waiting, [], 0
        self._writing = asyncio.get_running_loop().run_in_executor(None, self._write, block)

    async def close(self) -> str:
        """Write what is left.

        Returns:
            The SHA-256 of what was taken.
        """
        try:
            await self.hand_over()
            if self._writing is not None:
                await self._writing
        finally:
            self._file.close()
        return self._hash.hexdigest()

    def drop(self) -> None:
        """Close the file without caring for what it holds."""
        self._file.close()

    def _write(self, pieces: list[bytes]) -> None:
        # joined first: each call below lets go of the interpreter once, not once a piece
        block = memoryview(b"".join(pieces))
        self._hash.update(block)
        while block:
            block = block[self._file.write(block) :]


def of_bytes(content: bytes, path: Path) -> tuple[int, str]:
    """Write bytes to a new file; their number and SHA-256."""
    path.write_bytes(content)
    return len(content), hashlib.sha256(content).hexdigest()


def as_raw(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """Headers as a browser tells them, in raw form; text beyond Latin-1 as UTF-8."""

    def raw(text: str) -> bytes:
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            return text.encode("utf-8", "replace")

    return tuple((raw(name), raw(value)) for name, value in headers.items())
