"""Lines through pipes: written to a reader that may be slow or dead, and read as they come."""

from __future__ import annotations

import os
import time
from _thread import RLock, get_ident
from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Deque, List

# Room for some thousand checkpoints while the recorder is busy. Linux allows this much by default.
_CAPACITY = 1 << 20

# How long one call waits for room, in seconds. What is then left goes first with the next call.
_PATIENCE = 10.0


class LineWriter:
    """
    The writing end of a pipe.

    A line is written with one system call in the calling thread: it survives the death of this
    process as soon as `write` returns. When the pipe is full, `write` waits, but not for ever:
    lines that found no room in time wait in `backlog`, and later calls do not wait for them again.
    """

    def __init__(self, descriptor: int, meanwhile: Callable[[], None]) -> None:
        """
        Args:
            descriptor: The writing end, which the writer then owns.
            meanwhile: Called again and again while `write` waits for room.
        """
        self._descriptor = descriptor
        self._meanwhile = meanwhile
        # Reentrant: the handler of a signal may record a checkpoint in the middle of another's.
        self._lock = RLock()
        self._is_writing = False
        self._thread = 0
        self._is_torn = False
        # How much of the oldest line is in the pipe, in bytes.
        self._sent = 0
        self.backlog: Deque[bytes] = deque()
        """Lines that are not, or not completely, in the pipe, oldest first."""
        self.is_stalled = False
        """Whether the last wait for room was in vain."""
        os.set_blocking(descriptor, False)
        _enlarge(descriptor)

    @property
    def is_interrupted(self) -> bool:
        """Whether a write of this thread waits for the caller, a signal's handler, to return."""
        return self._is_writing and self._thread == get_ident()

    def write(self, line: bytes) -> None:
        """
        Write `line`, which ends with a line feed.

        Raises:
            BrokenPipeError: Nobody reads any more. The line is in `backlog`.
        """
        with self._lock:
            self.backlog.append(line)
            if not self._is_writing:
                self._write_backlog(0.0 if self.is_stalled else _PATIENCE)

    def flush(self, patience: float) -> bool:
        """
        Write what is in `backlog`, waiting up to `patience` seconds; whether nothing is left.

        Raises:
            BrokenPipeError: Nobody reads any more.
        """
        with self._lock:
            if self.backlog and not self._is_writing:
                self._write_backlog(patience)
            return not self.backlog

    def close(self) -> None:
        """Close the pipe: the reader sees its end."""
        with self._lock:
            if self._descriptor >= 0:
                descriptor, self._descriptor = self._descriptor, -1
                os.close(descriptor)

    def abandon(self) -> None:
        """Close this process's copy of the pipe: it is a fork of the one that writes."""
        # A thread that the fork does not have may hold the old one.
        self._lock = RLock()
        self.close()

    def _write_backlog(self, patience: float) -> None:
        backlog = self.backlog
        deadline = 0.0
        self._is_writing = True
        self._thread = get_ident()
        try:
            while backlog:
                line = backlog[0]
                if self._is_torn:
                    # An exception, Ctrl-C for one, came between a write and the note of how far it
                    # got. An end of line makes the piece harmless; the line is written again.
                    line = backlog[0] = b"\n" + line
                    self._sent = 0
                self._is_torn = True
                self._sent += self._write_some(line[self._sent :] if self._sent else line)
                if self._sent == len(line):
                    backlog.popleft()
                    self._sent = 0
                    self._is_torn = False
                    continue
                self._is_torn = False
                now = time.monotonic()
                deadline = deadline or now + patience
                if now >= deadline:
                    self.is_stalled = True
                    return
                # All is in order here: a signal's handler may write.
                self._is_writing = False
                self._wait(min(deadline - now, 0.1))
                self._is_writing = True
            self.is_stalled = False
        finally:
            self._is_writing = False

    def _write_some(self, line: bytes) -> int:
        if self._descriptor < 0:
            raise BrokenPipeError("the pipe is closed")
        try:
            return os.write(self._descriptor, line)
        except BlockingIOError:
            return 0

    def _wait(self, seconds: float) -> None:
        import select

        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        poll.poll(seconds * 1000)
        self._meanwhile()


class LineReader:
    """The reading end of a pipe, line by line."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        """The reading end, which the reader owns; negative once it is closed."""
        self._pieces: List[bytes] = []
        os.set_blocking(descriptor, False)

    @property
    def is_open(self) -> bool:
        """Whether more may come."""
        return self.descriptor >= 0

    def read(self) -> List[bytes]:
        """The lines that are there by now, without their ends; closes the pipe at its end."""
        try:
            piece = os.read(self.descriptor, 1 << 20)
        except BlockingIOError:
            return []
        except OSError:
            piece = b""
        if not piece:
            # A torn last line is of no use.
            self.close()
            return []
        lines = piece.split(b"\n")
        self._pieces.append(lines[0])
        if len(lines) == 1:
            return []
        lines[0] = b"".join(self._pieces)
        self._pieces = [lines.pop()]
        return lines

    def close(self) -> None:
        """Close the pipe."""
        if self.descriptor >= 0:
            descriptor, self.descriptor = self.descriptor, -1
            os.close(descriptor)


def _enlarge(descriptor: int) -> None:
    try:
        import fcntl

        fcntl.fcntl(descriptor, getattr(fcntl, "F_SETPIPE_SZ"), _CAPACITY)
    except (ImportError, AttributeError, OSError):
        # Not on this system, or more than a user may have. Lines then wait a little earlier.
        pass
