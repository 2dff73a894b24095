"""Finds the binary that the wheel carries, or builds it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Callable, Mapping, Optional


class Unbuildable(Exception):
    """There is no binary, and none can be built; the message says what is missing."""


def find_or_build(
    repository: Path,
    environment: Mapping[str, str],
    which: Callable[[str], Optional[str]],
) -> Path:
    """
    The binary that KEEPSAKE_BIN names, else what `.ci/release` in `repository` builds.

    Raises:
        Unbuildable: Something that building needs is missing, or building went wrong.
    """
    chosen = environment.get("KEEPSAKE_BIN")
    if chosen:
        path = Path(chosen).resolve()
        if not (path.is_file() and os.access(path, os.X_OK)):
            raise Unbuildable(
                "KEEPSAKE_BIN is {}, which is no program. "
                "Set it to the path of the keepsake command.".format(chosen)
            )
        return path
    release = repository / ".ci" / "release"
    if not release.is_file():
        raise Unbuildable(
            "{} is missing: the Python package was copied out of its repository, and the binary "
            "that it carries cannot be built without the rest. Install from a complete checkout, or "
            "set KEEPSAKE_BIN to the path of a keepsake command.".format(release)
        )
    if which("swift") is None:
        raise Unbuildable(
            "Swift is missing, which builds the binary that the Python package carries. "
            "Install Swift 6.2 or newer from https://www.swift.org/install and try again, or "
            "set KEEPSAKE_BIN to the path of a keepsake command that is built already."
        )
    try:
        built = subprocess.run([str(release)], stdout=subprocess.PIPE, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unbuildable(
            "building the binary went wrong, as the lines above say: {}. "
            "Run {} by itself to see all of them.".format(error, release)
        ) from error
    return Path(built.stdout.strip().splitlines()[-1])
