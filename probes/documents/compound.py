"""OLE compound files ([MS-CFB]): their streams, read by our own walk so that a cut is told from damage."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from probes.documents.content import Content

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<8s16sHHHHH6sIIIIIIIII")
_HEADER_BYTES = 512
_MAX_REGULAR = 0xFFFFFFFA
_END_OF_CHAIN = 0xFFFFFFFE
_NO_STREAM = 0xFFFFFFFF
_MAX_ENTRIES = 100_000
_MOST_ZEROS = 4096 + 512
"""Office fills a stream up with zeros to 4,096 bytes, and its last sector."""


class CutShortError(Exception):
    """A part that the file's own tables name lies beyond its end."""


class DamagedError(Exception):
    """Its tables contradict themselves."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A stream or storage of the directory."""

    number: int
    name: str
    kind: int
    """1 storage, 2 stream, 5 root."""
    class_id: bytes
    start: int
    size: int
    left: int
    right: int
    child: int


class CompoundFile:
    """The streams of a compound file.

    Raises:
        CutShortError: The header, a table or the directory lies beyond the end of the file.
        DamagedError: A table is no table: impossible sizes, loops.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        head = content.head(_HEADER_BYTES)
        if len(head) < _HEADER_BYTES:
            raise CutShortError("header")
        fields = _HEADER.unpack_from(head)
        shift, mini_shift = int(fields[5]), int(fields[6])
        if shift not in (9, 12) or mini_shift != 6:
            raise DamagedError("sector size")
        self._sector: int = 1 << shift
        fat_count, self._cutoff = fields[9], fields[12]
        directory_start = fields[10]
        mini_start = fields[13]
        first_difat = fields[15]
        if fat_count > content.size // self._sector + 1:
            # more table than file: the file was cut, or the count is damaged
            raise CutShortError("tables") if fat_count < 1 << 16 else DamagedError("table count")
        self._fat = self._read_fat(head, fat_count, first_difat)
        self.entries = self._read_directory(directory_start)
        self._mini_fat = self._words(mini_start)

    def _offset(self, sector: int) -> int:
        return (sector + 1) * self._sector

    def _read_sector(self, sector: int) -> bytes:
        found = self._content.at(self._offset(sector), self._sector)
        if len(found) < self._sector:
            raise CutShortError(f"sector {sector}")
        return found

    def _read_fat(self, head: bytes, count: int, difat: int) -> array[int]:
        places = list(struct.unpack_from("<109I", head, 76))
        seen: set[int] = set()
        while difat <= _MAX_REGULAR and len(places) < count:
            if difat in seen:
                raise DamagedError("DIFAT loop")
            seen.add(difat)
            words = struct.unpack(f"<{self._sector // 4}I", self._read_sector(difat))
            places.extend(words[:-1])
            difat = words[-1]
        fat: array[int] = array("I")
        for place in places[:count]:
            if place > _MAX_REGULAR:
                raise DamagedError("FAT place")
            fat.frombytes(self._read_sector(place))
        return fat

    def chain(self, start: int) -> Iterator[int]:
        """The sectors of a chain in order.

        Raises:
            DamagedError: The chain loops, or leaves the table.
        """
        steps = 0
        while start <= _MAX_REGULAR:
            if start >= len(self._fat) or steps > len(self._fat):
                raise DamagedError("chain")
            yield start
            start = self._fat[start]
            steps += 1
        if start != _END_OF_CHAIN and steps:
            raise DamagedError("chain end")

    def _words(self, start: int) -> array[int]:
        words: array[int] = array("I")
        for sector in self.chain(start):
            words.frombytes(self._read_sector(sector))
        return words

    def _read_directory(self, start: int) -> list[Entry]:
        entries: list[Entry] = []
        for sector in self.chain(start):
            raw = self._read_sector(sector)
            for offset in range(0, len(raw), 128):
                entries.append(self._entry(len(entries), raw[offset : offset + 128]))
            if len(entries) > _MAX_ENTRIES:
                raise DamagedError("directory size")
        if not entries or entries[0].kind != 5:
            raise DamagedError("no root")
        return entries

    def _entry(self, number: int, raw: bytes) -> Entry:
        length = min(64, struct.unpack_from("<H", raw, 64)[0])
        name = raw[: max(0, length - 2)].decode("utf-16-le", "replace")
        left, right, child = struct.unpack_from("<III", raw, 68)
        start, low, high = struct.unpack_from("<III", raw, 116)
        # with sectors of 512 bytes the upper half of the size may hold rubbish ([MS-CFB] 2.6.1)
        size = low if self._sector == 512 else low | high << 32
        return Entry(
            number=number, name=name, kind=raw[66], class_id=raw[80:96], start=start, size=size,
            left=left, right=right, child=child,
        )  # fmt: skip

    @property
    def root(self) -> Entry:
        """The root storage."""
        return self.entries[0]

    def top_level(self) -> dict[str, Entry]:
        """What stands right under the root, by name; names in lower case, since they compare so.

        Raises:
            DamagedError: The directory names an entry that is none.
        """
        found: dict[str, Entry] = {}
        queue, seen = [self.root.child], set[int]()
        while queue:
            number = queue.pop()
            if number == _NO_STREAM or number in seen or number >= len(self.entries):
                continue
            seen.add(number)
            entry = self.entries[number]
            if entry.kind == 0:
                raise DamagedError("an entry that is none")
            found[entry.name.lower()] = entry
            queue += [entry.left, entry.right]
        return found

    def read(self, entry: Entry, count: int, offset: int = 0) -> bytes:
        """Bytes of a stream from `offset`, up to `count`.

        Raises:
            CutShortError: They lie beyond the end of the file.
            DamagedError: The stream's chain is broken.
        """
        count = min(count, entry.size - offset)
        if count <= 0:
            return b""
        if entry.size < self._cutoff and entry.kind == 2:
            return self._read_mini(entry, count, offset)
        pieces = []
        skip, offset = divmod(offset, self._sector)
        needed = offset + count
        for place, sector in enumerate(self.chain(entry.start)):
            if place < skip:
                continue
            want = min(needed, self._sector)
            piece = self._content.at(self._offset(sector), want)
            if len(piece) < want:
                raise CutShortError(f"sector {sector}")
            pieces.append(piece)
            needed -= want
            if not needed:
                break
        if needed:
            raise DamagedError("chain shorter than its stream")
        return b"".join(pieces)[offset:]

    def _read_mini(self, entry: Entry, count: int, offset: int) -> bytes:
        found, sector, steps = b"", entry.start, 0
        while len(found) < offset + count:
            if sector > _MAX_REGULAR or sector >= len(self._mini_fat) or steps > 64 + self._cutoff // 64:
                raise DamagedError("mini chain")
            found += self.read(self.root, 64, sector * 64)
            sector, steps = self._mini_fat[sector], steps + 1
        return found[offset : offset + count]

    def check_whole(self, *, padded: bool = False) -> None:
        """See that every stream's last byte is there.

        Args:
            padded: Its last sector has to be there to its end as well ([MS-CFB] 2.1).

        Raises:
            CutShortError: One lies beyond the end of the file.
            DamagedError: A chain is broken, or shorter than its stream; or the streams end in zeros for long, as
                where a download reserved the file's place and never filled it.
        """
        used = 0
        for entry in self.entries:
            regular = entry.kind == 5 or (entry.kind == 2 and entry.size >= self._cutoff)
            if not regular or entry.size == 0:
                continue
            sectors = list(self.chain(entry.start))
            needed = -(-entry.size // self._sector)
            if len(sectors) < needed:
                raise DamagedError(f"chain of {entry.name!r}")
            last_bytes = self._sector if padded else entry.size - (needed - 1) * self._sector
            ends = [self._offset(each) + self._sector for each in sectors[: needed - 1]]
            ends.append(self._offset(sectors[needed - 1]) + last_bytes)
            if max(ends) > self._content.size:
                raise CutShortError(entry.name)
            used = max(used, *ends)
        zeros = used - (self._content.size - self._content.zeros_before(self._content.size))
        if zeros > _MOST_ZEROS and zeros * 10 > self._content.size:
            raise DamagedError("zeros")
