"""Writes a wheel."""

from __future__ import annotations

import base64
import hashlib
import os
import time
import zipfile
from pathlib import Path
from types import TracebackType
from typing import List, Optional, Tuple, Type

from .metadata import NAME, metadata_files


class Wheel:
    """
    A wheel that is being written: the same content makes the same bytes.

    It is a context manager; leaving it adds the .dist-info folder and closes the file.
    """

    name: str
    """The wheel's file name, as PEP 427 has it."""

    def __init__(self, folder: Path, version: str, tag: str) -> None:
        self.name = "{}-{}-{}.whl".format(NAME, version, tag)
        self._archive = zipfile.ZipFile(folder / self.name, "w", zipfile.ZIP_DEFLATED)
        self._information = "{}-{}.dist-info".format(NAME, version)
        self._metadata = metadata_files(version, tag)
        self._records: List[str] = []
        self._time = _time()

    def add(self, name: str, content: bytes, executable: bool = False) -> None:
        """Adds a file; `name` is relative to site-packages, with slashes."""
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        self._records.append("{},sha256={},{}\n".format(name, digest, len(content)))
        self._write(name, content, executable)

    def __enter__(self) -> "Wheel":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if kind is None:
            for name, text in self._metadata.items():
                self.add("{}/{}".format(self._information, name), text.encode())
            record = "{}/RECORD".format(self._information)
            self._write(record, "".join([*self._records, record, ",,\n"]).encode(), False)
        self._archive.close()

    def _write(self, name: str, content: bytes, executable: bool) -> None:
        entry = zipfile.ZipInfo(name, self._time)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3  # Unix: the mode below counts
        entry.external_attr = (0o100755 if executable else 0o100644) << 16
        self._archive.writestr(entry, content)


def _time() -> Tuple[int, int, int, int, int, int]:
    earliest = (1980, 1, 1, 0, 0, 0)
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return earliest
    at = time.gmtime(int(epoch))
    return max(earliest, (at.tm_year, at.tm_mon, at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec))
