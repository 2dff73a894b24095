"""Waiting for answers: several threads ask, and one at a time reads for all of them."""

from __future__ import annotations

import json
from _thread import RLock, allocate_lock, get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from typing import Any, List, Mapping, Optional


class Answer:
    """What has come of the answer to one request."""

    def __init__(self, parts: List[bytes]) -> None:
        self._parts = parts
        self.ok: Optional[bytes] = None
        self.error: Optional[Mapping[str, Any]] = None

    @property
    def is_there(self) -> bool:
        return self.ok is not None or self.error is not None

    def take(self, body: bytes) -> None:
        """Take a line of the answer, which is `"ok":…`, `"error":…` or `"part":…`."""
        name, _, value = body.partition(b":")
        if name == b'"part"':
            self._parts.append(value)
        elif name == b'"ok"':
            self.ok = value
        else:
            self.error = json.loads(value)


class Turns:
    """Lets one thread at a time read for all that wait for an answer."""

    def __init__(self) -> None:
        # Reentrant: the handler of a signal may ask for something while its thread waits.
        self._lock = RLock()
        self._reader: Optional[int] = None
        self._depth = 0
        self._waiting: List[LockType] = []

    def begin(self, wait: bool = False) -> bool:
        """Whether it is this thread's turn; if not, and `wait`, after the reader had its turn."""
        with self._lock:
            if self._reader in (None, get_ident()):
                self._reader = get_ident()
                self._depth += 1
                return True
            if not wait:
                return False
            turn = allocate_lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()
        return False

    @property
    def is_mine(self) -> bool:
        """Whether it is this thread's turn."""
        return self._reader == get_ident()

    def end(self) -> None:
        """End this thread's turn, and wake those who wait."""
        with self._lock:
            self._depth -= 1
            if self._depth:
                return
            self._reader = None
            waiting, self._waiting = self._waiting, []
        for turn in waiting:
            turn.release()
