"""A file's bytes, wherever they lie, read piece by piece so that its size costs no memory."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

PIECE = 1024 * 1024
_LEAST_ZEROS = 2048
_LEAST_ZERO_SHARE = 20


class Content:
    """Random access to a file or to bytes; a context manager. Reading past the end gives what is there."""

    def __init__(self, source: Path | bytes) -> None:
        self.file: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
        self.size = self.file.seek(0, os.SEEK_END)

    def __enter__(self) -> Content:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer, or none, at the end."""
        if offset < 0 or offset >= self.size or count <= 0:
            return b""
        self.file.seek(offset)
        return self.file.read(count)

    def head(self, count: int) -> bytes:
        """The first bytes."""
        return self.at(0, count)

    def tail(self, count: int) -> bytes:
        """The last bytes."""
        return self.at(max(0, self.size - count), count)

    def zeros_before(self, end: int) -> int:
        """How many zero bytes stand right before `end`, in a row."""
        place = min(end, self.size)
        stop = place
        while place > 0:
            start = max(0, place - PIECE)
            if kept := self.at(start, place - start).rstrip(b"\0"):
                return stop - start - len(kept)
            place = start
        return stop

    def is_zero_filled(self, end: int) -> bool:
        """Whether what ends at `end` ends in zeros for long, as where a download reserved a place and never filled it.

        To be asked of compressed content alone, which never does of itself.
        """
        zeros = self.zeros_before(end)
        return zeros >= _LEAST_ZEROS and zeros * _LEAST_ZERO_SHARE >= end

    def pieces(self, offset: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `offset` to `end`, piece by piece."""
        stop = self.size if end is None else min(end, self.size)
        while offset < stop:
            piece = self.at(offset, min(PIECE, stop - offset))
            if not piece:
                return
            yield piece
            offset += len(piece)

    def last(self, mark: bytes, *, within: int | None = None) -> int:
        """Offset of the last occurrence of `mark` (in the last `within` bytes, if given); -1 if none."""
        end = self.size
        floor = 0 if within is None else max(0, self.size - within)
        while end > floor:
            start = max(floor, end - PIECE)
            found = self.at(start, end - start + len(mark) - 1).rfind(mark)
            if found >= 0:
                return start + found
            end = start
        return -1
