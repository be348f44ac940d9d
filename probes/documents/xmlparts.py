"""XML that strangers wrote: read in one pass, without entities, without a tree, up to a limit."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

MAX_BYTES = 64 * 1024 * 1024


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
    parser = expat.ParserCreate(namespace_separator=" ")
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
    except LookupError as error:  # an encoding that nobody knows
        raise BadXmlError(str(error)) from error
    return found
