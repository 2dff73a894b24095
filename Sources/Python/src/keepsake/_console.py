"""What the package says to the person who trains, on standard error."""

from __future__ import annotations

import os
import sys

_MARK = "═══╡ "
_MARK_OF_OTHER_LINES = "   │ "


def info(text: str) -> None:
    """Say what is being done."""
    _write(text, "2")


def warn(text: str) -> None:
    """Say that something may not be as expected."""
    _write(text, "33")


def error(text: str) -> None:
    """Say that something did not work."""
    _write(text, "31")


def progress(text: str) -> None:
    """Show `text` in place of what this showed before, or remove that; on a terminal only."""
    global _has_progress
    stream = sys.stderr
    if stream is None or not (text or _has_progress):
        return
    try:
        if stream.isatty():
            # Back to the start of the line, and erase it.
            stream.write("\r\x1b[K" + (_MARK + text if text else ""))
            stream.flush()
            _has_progress = bool(text)
    except (OSError, ValueError):
        pass


_has_progress = False


def _write(text: str, style: str) -> None:
    stream = sys.stderr
    # Without a console, as under pythonw, there is none.
    if stream is None:
        return
    progress("")
    first, rest = _MARK, _MARK_OF_OTHER_LINES
    try:
        if stream.isatty() and not os.environ.get("NO_COLOR"):
            first, rest = ("\x1b[{}m{}\x1b[0m".format(style, mark) for mark in (first, rest))
        stream.write(first + text.replace("\n", "\n" + rest) + "\n")
    except (OSError, ValueError):
        # A closed or broken standard error must not end the training.
        pass
