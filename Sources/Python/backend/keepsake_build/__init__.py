"""
The build backend of the Python package (PEP 517 and PEP 660).

A wheel is the sources and the `keepsake` binary that records for them: the one that the environment
variable KEEPSAKE_BIN names, else one built from the sources of this repository.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional

from .binary import Unbuildable, find_or_build
from .metadata import NAME, metadata_files, version
from .platforms import platform_tag
from .wheel import Wheel

__all__ = [
    "UnsupportedOperation",
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

Settings = Optional[Dict[str, Any]]

SOURCES = Path(__file__).resolve().parents[2] / "src"
CARRIED = "keepsake/bin/keepsake"


class UnsupportedOperation(Exception):
    """A frontend asked for a source distribution."""


def get_requires_for_build_wheel(config_settings: Settings = None) -> List[str]:
    return []


get_requires_for_build_editable = get_requires_for_build_wheel
get_requires_for_build_sdist = get_requires_for_build_wheel


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: Settings = None
) -> str:
    # The tag in it, which depends on the binary, is not looked at; building comes later.
    folder = "{}-{}.dist-info".format(NAME, version(SOURCES))
    for name, text in metadata_files(version(SOURCES), "py3-none-any").items():
        path = Path(metadata_directory, folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_wheel(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: Optional[str] = None,
) -> str:
    """Writes the wheel with sources and binary into `wheel_directory`; answers its file name."""
    binary = _binary()
    with Wheel(Path(wheel_directory), version(SOURCES), _tag(binary)) as wheel:
        for path in sorted((SOURCES / NAME).rglob("*")):
            name = path.relative_to(SOURCES).as_posix()
            if path.is_file() and "__pycache__" not in path.parts and name != CARRIED:
                wheel.add(name, path.read_bytes())
        wheel.add(CARRIED, binary.read_bytes(), executable=True)
    return wheel.name


def build_editable(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: Optional[str] = None,
) -> str:
    """Writes a wheel that points to the sources, and puts a link to the binary beside them."""
    binary = _binary()
    link = SOURCES / CARRIED
    link.parent.mkdir(exist_ok=True)
    if link.is_symlink() or link.exists():
        link.unlink()
    # What is built again is what records next; a binary within a temporary folder would go away.
    link.symlink_to(binary)
    with Wheel(Path(wheel_directory), version(SOURCES), _tag(binary)) as wheel:
        wheel.add("__editable__.{}.pth".format(NAME), "{}\n".format(SOURCES).encode())
    return wheel.name


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    raise UnsupportedOperation(
        "keepsake is distributed as wheels only: a source distribution of the Python package would "
        "lack the Swift sources of the binary that it carries. "
        "Build a wheel, with `pip wheel ./Sources/Python` or `python -m build --wheel`."
    )


def _binary() -> Path:
    try:
        return find_or_build(SOURCES.parents[2], os.environ, shutil.which)
    except Unbuildable as error:
        # Frontends print a traceback for every other exception, and hide the message in it.
        sys.exit("\nkeepsake: {}\n".format(error))


def _tag(binary: Path) -> str:
    return "py3-none-" + platform_tag(binary)
