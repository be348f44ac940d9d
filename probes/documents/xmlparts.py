"""XML that strangers wrote: read in one pass, without entities, without a tree, up to a limit."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from xml.parsers import expat

MAX_BYTES = 64 * 1024 * 1024
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_CHINESE = re.compile(r"gb|big5|hz|cp9\d\d|euc|shift|iso-?2022|ms9\d\d", re.IGNORECASE)


class HostileXmlError(Exception):
    """It declares entities, which no document of office does."""


class BadXmlError(Exception):
    """It is not well-formed."""


class Elements:
    """Notes the root's name and namespace, and how many elements of each local name there are."""

    def __init__(self) -> None:
        self.root = ""
        self.root_namespace = ""
        self.counts: dict[str, int] = {}
        self.attributes: list[tuple[str, dict[str, str]]] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self.root:
            self.root, self.root_namespace = local, namespace
        if local in self.counts or len(self.counts) < 1000:
            self.counts[local] = self.counts.get(local, 0) + 1
        if len(self.attributes) < 20_000:
            self.attributes.append((local, attributes))


def read(pieces: Iterator[bytes], *, whole: bool = True) -> Elements:
    """Parse XML from its pieces.

    Args:
        pieces: The bytes in order; reading stops after `MAX_BYTES`.
        whole: Whether they are all there are; when not, a missing end is no fault.

    Raises:
        BadXmlError: It is not well-formed.
        HostileXmlError: It declares entities.
    """
    found = Elements()
    first = next(pieces, b"")
    encoding = _multibyte_encoding(first)
    pieces = _in_utf8(chain([first], pieces), encoding) if encoding else chain([first], pieces)
    parser = expat.ParserCreate("utf-8" if encoding else None, namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = found._start

    def refuse(*_: object) -> None:
        raise HostileXmlError

    parser.EntityDeclHandler = refuse
    left = MAX_BYTES
    try:
        for piece in pieces:
            parser.Parse(piece[:left], False)
            left -= len(piece)
            if left <= 0:
                return found
        if whole:
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadXmlError(str(error)) from error
    except (LookupError, ValueError) as error:  # an encoding that nobody knows, or bytes that are none of it
        raise BadXmlError(str(error)) from error
    return found


def _multibyte_encoding(start: bytes) -> str | None:
    """The declared encoding where it is one of those of East Asia, which expat does not read."""
    declared = _DECLARED.match(start)
    name = declared[1].decode("ascii") if declared else ""
    if not _CHINESE.match(name):
        return None
    # what calls itself GB2312 is GBK or more
    return "gb18030" if name.lower().startswith(("gb", "cp936", "euc-cn")) else name


def _in_utf8(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for piece in pieces:
        yield decoder.decode(piece).encode()
