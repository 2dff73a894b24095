"""
Reads from an ELF file which libraries, and which versions of their symbols, it needs.

Numbers are those of the System V ABI and of the Linux Standard Base's symbol versioning. Only what
the loader looks at is read, so that stripped files do.

    offset  size  file header (64 bits)     offset  size  entry of needed versions
    4       1     class: 2 is 64 bits       2       2     number of versions
    5       1     order: 1 is little        4       4     library's name in the string table
    18      2     machine                   8       4     first version, from this entry
    32      8     program headers           12      4     next entry, from this one; 0 ends
    54      2     size of one
    56      2     number of them            offset  size  version
                                            8       4     name in the string table
    offset  size  program header            12      4     next version, from this one; 0 ends
    0       4     kind: 1 loaded,
                  2 dynamic section         offset  size  entry of the dynamic section
    8       8     place in the file         0       8     kind
    16      8     address in memory         8       8     value
    32      8     size in the file
"""

from __future__ import annotations

import struct
from typing import Dict, Iterator, List, Tuple

_MACHINES = {62: "x86_64", 183: "aarch64"}
_LOADED, _DYNAMIC = 1, 2
_END, _NEEDED, _STRINGS, _VERSIONS = 0, 1, 5, 0x6FFFFFFE


class NotELF(Exception):
    """The file is no ELF file, is for a machine that is not known here, or is damaged."""


class ELFFile:
    """What a 64-bit little-endian ELF file needs in order to run."""

    machine: str
    """The processor, as in tags of wheels: x86_64 or aarch64."""

    needed_libraries: List[str]
    """File names such as libc.so.6."""

    needed_versions: List[str]
    """Versions of symbols such as GLIBC_2.34, each once, sorted by text."""

    def __init__(self, content: bytes) -> None:
        if content[:6] != b"\x7fELF\x02\x01":
            raise NotELF("it is no 64-bit little-endian ELF file")
        self._content = content
        try:
            self._read()
        except (struct.error, IndexError, ValueError) as error:
            raise NotELF("it is damaged: {}".format(error)) from error

    def _read(self) -> None:
        (number,) = self._unpack("<H", 18)
        if number not in _MACHINES:
            raise NotELF("it is for a machine of the number {}".format(number))
        self.machine = _MACHINES[number]
        self._segments = list(self._program_headers())
        values: Dict[int, List[int]] = {}
        for kind, value in self._dynamic_entries():
            values.setdefault(kind, []).append(value)
        self._strings = self._place(values[_STRINGS][0]) if _STRINGS in values else 0
        self.needed_libraries = [self._string(offset) for offset in values.get(_NEEDED, [])]
        versions = {name for start in values.get(_VERSIONS, []) for name in self._version_names(start)}
        self.needed_versions = sorted(versions)

    def _program_headers(self) -> Iterator[Tuple[int, int, int, int]]:
        (table,) = self._unpack("<Q", 32)
        size, count = self._unpack("<HH", 54)
        for index in range(count):
            at = table + index * size
            (kind,) = self._unpack("<I", at)
            place, address = self._unpack("<QQ", at + 8)
            (length,) = self._unpack("<Q", at + 32)
            yield kind, place, address, length

    def _dynamic_entries(self) -> Iterator[Tuple[int, int]]:
        for kind, place, _, length in self._segments:
            if kind != _DYNAMIC:
                continue
            for at in range(place, place + length, 16):
                tag, value = self._unpack("<QQ", at)
                if tag == _END:
                    return
                yield tag, value

    def _version_names(self, address: int) -> Iterator[str]:
        at = self._place(address)
        while True:
            (first,) = self._unpack("<I", at + 8)
            (count,) = self._unpack("<H", at + 2)
            version = at + first
            for _ in range(count):
                name, after = self._unpack("<II", version + 8)
                yield self._string(name)
                version += after
            (following,) = self._unpack("<I", at + 12)
            if following == 0:
                return
            at += following

    def _place(self, address: int) -> int:
        """Where in the file is what is loaded at `address`."""
        for kind, place, start, length in self._segments:
            if kind == _LOADED and start <= address < start + length:
                return place + address - start
        raise ValueError("no segment holds the address {:#x}".format(address))

    def _string(self, offset: int) -> str:
        start = self._strings + offset
        return self._content[start : self._content.index(b"\0", start)].decode("ascii")

    def _unpack(self, layout: str, offset: int) -> Tuple[int, ...]:
        return struct.unpack_from(layout, self._content, offset)
