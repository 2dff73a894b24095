"""On which systems a binary runs, as a tag of wheels."""

from __future__ import annotations

import platform
import re
from pathlib import Path
from typing import Optional, Tuple

from .elf import ELFFile, NotELF

# Every Linux with the GNU C library has these.
_EVERYWHERE = re.compile(r"(libc|libm|libpthread|libdl|librt|libutil|ld-linux.*)\.so\.\d+\Z")


def platform_tag(binary: Path) -> str:
    """
    The platform tag of a wheel that carries `binary`.

    For Linux it has the oldest version of the GNU C library that has all that the binary asks for
    (PEP 600). A binary that needs more than the C library runs for sure only where it was built.
    """
    try:
        elf = ELFFile(binary.read_bytes())
    except NotELF:
        # A binary for macOS runs on what built it, and on everything later.
        release = platform.mac_ver()[0]
        if not release:
            raise
        return "macosx_{}_0_{}".format(release.split(".")[0], platform.machine())
    floor = glibc_floor(elf)
    if floor is None or not all(_EVERYWHERE.match(name) for name in elf.needed_libraries):
        return "linux_" + elf.machine
    return "manylinux_{}_{}_{}".format(*floor, elf.machine)


def glibc_floor(elf: ELFFile) -> Optional[Tuple[int, int]]:
    """The highest version of the GNU C library that a symbol of the binary asks for; None without."""
    floor = None
    for version in elf.needed_versions:
        if version == "GLIBC_ABI_DT_RELR":
            # A format of relocations rather than a symbol; glibc reads it since 2.36.
            found: Tuple[int, int] = (2, 36)
        else:
            match = re.match(r"GLIBC_(\d+)\.(\d+)", version)
            if match is None:
                continue
            found = (int(match.group(1)), int(match.group(2)))
        floor = found if floor is None else max(floor, found)
    return floor
