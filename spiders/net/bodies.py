"""Answers' bodies, unpacked piece by piece: what unfolds into gigabytes stops where the reader stops."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator

import httpx

ACCEPT_ENCODING = "gzip, deflate"
"""The codings that can be unpacked with a bound on each piece."""

_PIECE = 64 * 1024
_MOST_CODINGS = 3
_GZIP_MAGIC = b"\x1f\x8b"


async def unpacked(raw: AsyncIterable[bytes], content_encoding: str) -> AsyncIterator[bytes]:
    """The body in pieces of at most 64 KiB each, content codings undone.

    Args:
        raw: The bytes as they came.
        content_encoding: The Content-Encoding header; empty if there was none.

    Raises:
        httpx.DecodingError: The coding is none of ours, or the bytes are not in it.
    """
    names = [each.strip().lower() for each in content_encoding.split(",")]
    codings = [each for each in names if each not in ("", "identity")]
    if len(codings) > _MOST_CODINGS or not all(each in ("gzip", "x-gzip", "deflate") for each in codings):
        raise httpx.DecodingError(f"cannot undo content coding {content_encoding[:80]!r}")
    inflaters = [_Inflater(each) for each in reversed(codings)]
    async for chunk in raw:
        for piece in _through(inflaters, chunk):
            yield piece


def _through(inflaters: list[_Inflater], chunk: bytes) -> Iterator[bytes]:
    if not inflaters:
        yield chunk
        return
    for piece in inflaters[0].pieces(chunk):
        yield from _through(inflaters[1:], piece)


class _Inflater:
    """Undoes one gzip or deflate coding."""

    def __init__(self, coding: str) -> None:
        self._gzip = coding != "deflate"
        self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16 if self._gzip else zlib.MAX_WBITS)
        self._begun = False

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """What a chunk unfolds to, never more than 64 KiB at once in memory."""
        while True:
            try:
                piece = self._engine.decompress(packed, _PIECE)
            except zlib.error as error:
                if self._begun or self._gzip:
                    raise httpx.DecodingError(
                        f"the body is not what Content-Encoding says: {error}"
                    ) from error
                # some servers send deflate without its zlib wrapper
                self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
                self._begun = True
                continue
            self._begun = True
            if piece:
                yield piece
            packed = self._engine.unconsumed_tail
            if self._engine.eof:
                packed = self._engine.unused_data
                if not (self._gzip and packed.startswith(_GZIP_MAGIC)):
                    return  # what stands behind the end is ignored, as browsers do
                self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
            elif not packed and len(piece) < _PIECE:
                return
