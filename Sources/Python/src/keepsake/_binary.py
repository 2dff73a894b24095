"""Where the recorder's binary is."""

from __future__ import annotations

import os

from ._errors import RecorderError


def binary_path() -> str:
    """
    The path of the `keepsake` command that records.

    It is the one that the environment variable KEEPSAKE_BIN names, else the one that the package
    carries, else the first on PATH.

    Raises:
        RecorderError: There is none.
    """
    chosen = os.environ.get("KEEPSAKE_BIN")
    if chosen:
        return os.path.abspath(chosen)
    carried = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "keepsake")
    if os.path.exists(carried):
        return carried
    import shutil

    found = shutil.which("keepsake")
    if found:
        return os.path.abspath(found)
    raise RecorderError(
        "the keepsake command was not found",
        "this installation carries none, and there is none on PATH",
        "Install the package again with pip, or set KEEPSAKE_BIN to the command's path.",
        code="no_recorder",
    )
