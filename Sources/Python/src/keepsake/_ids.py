"""Identifiers of checkpoints: 64 hexadecimal digits from the system's random numbers."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

# One system call serves this many identifiers.
_BATCH = 64

_spare: List[str] = []


def new_id() -> str:
    """A fresh identifier."""
    try:
        return _spare.pop()
    except IndexError:
        digits = os.urandom(32 * _BATCH).hex()
        _spare.extend(digits[start : start + 64] for start in range(64, len(digits), 64))
        return digits[:64]


# A forked process must not make the identifiers that its parent makes.
os.register_at_fork(after_in_child=_spare.clear)
