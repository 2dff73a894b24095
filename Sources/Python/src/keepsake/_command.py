"""The `keepsake` command of an installation: the binary that the package carries."""

from __future__ import annotations

import os
import sys

from ._binary import binary_path
from ._errors import RecorderError


def main() -> None:
    """Becomes the `keepsake` binary, with this process's arguments."""
    try:
        path = binary_path()
    except RecorderError as error:
        sys.exit("keepsake: {}".format(error))
    if os.path.realpath(path) == os.path.realpath(sys.argv[0]):
        # The first on PATH is this script, which would start itself for ever.
        sys.exit(
            "keepsake: this installation lacks the binary that it should carry. "
            "Install the package again with pip, or set KEEPSAKE_BIN to a keepsake command's path."
        )
    try:
        os.execv(path, [path, *sys.argv[1:]])
    except OSError as error:
        sys.exit("keepsake: {} cannot be run: {}".format(path, error.strerror))
