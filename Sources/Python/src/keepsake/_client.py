"""
The recorder: a `keepsake serve` process, and the lines that go to it and come from it.

A Python process has one recorder for all of its experiments. No thread reads its answers: whoever
waits for one reads for all, so that a program that forks, as PyTorch's DataLoader does, stays free
of threads of ours.
"""

from __future__ import annotations

import json
import os
import time
from itertools import count

from . import _console
from ._binary import binary_path
from ._errors import RecorderError, error_of, sentence_of
from ._lines import message_line
from ._pipe import LineReader, LineWriter
from ._version import version
from ._waiting import Answer, Turns

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from typing import IO, Any, Dict, List, Mapping, Optional, Set, Tuple

PROTOCOL = 1

# How long the recorder's last words are waited for once its pipe broke, in seconds.
_LAST_WORDS = 1.0

# How long a wait may take until it is said what for, in seconds.
_SILENCE = 3.0

# How long a wait may go on without looking around, in seconds: a signal's handler may have taken
# the answer.
_SLICE = 0.1

# How often a program that only writes looks at what the recorder has to say, in seconds.
_LOOK_INTERVAL = 1.0


class Recorder:
    """
    A running recorder process.

    It has a session of its own, so that Ctrl-C reaches the training alone, and ends when the
    training does. When it dies, requests raise `RecorderError`; nothing else does.
    """

    def __init__(self) -> None:
        """
        Start the process.

        Raises:
            RecorderError: There is no binary, or it cannot be started.
        """
        self._process = _start()
        assert self._process.stdin and self._process.stdout and self._process.stderr
        # The process's files are let go: what is read and written here is not to be buffered twice.
        self._output = LineReader(_taken(self._process.stdout))
        self._traces = LineReader(_taken(self._process.stderr))
        self._input = LineWriter(_taken(self._process.stdin), meanwhile=self.look)
        self._turns = Turns()
        self._is_reading = False
        self._answers: Dict[int, Answer] = {}
        self._numbers = count()
        self._next_look = 0.0
        self._last_words: List[str] = []
        self._has_warned_of_stall = False
        self._has_greeted = False
        self._shows_progress = False
        self.ending: Optional[str] = None
        """How the process came to its end, as part of a sentence; None while it runs."""
        self.said: Set[str] = set()
        """What it said of losses without being asked, and was printed."""
        self.write(message_line({"protocol": PROTOCOL, "version": version}))

    # Writing

    def write(self, line: bytes) -> None:
        """
        Write a line that nobody answers.

        Does not raise: what the recorder did not take stays unwritten, and `ending` says why.
        """
        if self.ending is None:
            try:
                self._input.write(line)
            except OSError:
                self._note_end()
            else:
                if self._input.is_stalled:
                    self._warn_of_stall()
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _LOOK_INTERVAL
            self.look()

    # Asking

    def request(
        self, do: str, *, notice: str = "", shows_progress: bool = False, **members: Any
    ) -> Any:
        """
        Ask for `do`, and wait for the answer.

        Args:
            do: The verb.
            notice: What to say when the answer takes some seconds.
            shows_progress: Whether to show on a terminal how far large files are meanwhile.
            members: What else belongs to the request.

        Raises:
            KeepsakeError: The recorder says that it did not work, or has ended.
        """
        self._shows_progress = shows_progress
        try:
            return json.loads(self._ask(message_line({"do": do, **members}), [], notice))
        finally:
            self._shows_progress = False
            _console.progress("")

    def request_line(self, line: bytes) -> Any:
        """
        Ask for what `line` says, a request without a number, and wait for the answer.

        Raises:
            KeepsakeError: The recorder says that it did not work, or has ended.
        """
        return json.loads(self._ask(line, []))

    def send(self, do: str, **members: Any) -> None:
        """Ask for `do` without an answer. Does not raise."""
        self.write(message_line({"do": do, **members}))

    def parts(self, do: str, **members: Any) -> Tuple[List[bytes], Any]:
        """
        Ask for `do`, which is answered in parts: the JSON of all parts, and the closing answer.

        Raises:
            KeepsakeError: The recorder says that it did not work, or has ended.
        """
        parts: List[bytes] = []
        return parts, json.loads(self._ask(message_line({"do": do, **members}), parts))

    def _ask(self, line: bytes, parts: List[bytes], notice: str = "") -> bytes:
        answer = Answer(parts)
        number = next(self._numbers)
        self._answers[number] = answer
        try:
            self.write(b'{"id":%d,' % number + line[1:])
            self._wait_for(answer, notice)
        finally:
            self._answers.pop(number, None)
        if answer.error is not None:
            raise error_of(answer.error)
        if answer.ok is None:
            raise self.ended_error()
        return answer.ok

    def ended_error(self) -> RecorderError:
        """The error that says that the process has ended."""
        traces = "".join("\n" + line for line in self._last_words)
        if not self._has_greeted:
            return RecorderError(
                "the recorder process did not start",
                "{}{}".format(self.ending, "; it said:" + traces + "\n" if traces else ""),
                "Look whether {} is the keepsake command of version {}: run it with "
                "`--version`.".format(binary_path(), version),
                code="no_recorder",
            )
        return RecorderError(
            "the recorder process has ended",
            "{}{}".format(self.ending, "; it said:" + traces + "\n" if traces else ""),
            "Nothing more can be recorded by this experiment; start a new one to go on.",
            code="recorder_ended",
        )

    # Reading

    def look(self) -> None:
        """Take in what the recorder has said, without waiting."""
        if self._turns.begin():
            try:
                self._read(0.0)
            finally:
                self._turns.end()

    def _wait_for(self, answer: Answer, notice: str) -> None:
        notice_time = time.monotonic() + _SILENCE
        while not answer.is_there and self.ending is None:
            if notice and time.monotonic() >= notice_time:
                _console.info(notice)
                notice = ""
            if self._input.is_interrupted or self._is_reading and self._turns.is_mine:
                raise _interrupted()
            if not self._turns.begin(wait=True):
                continue
            try:
                if not answer.is_there:
                    # What found no room in the pipe has to go before an answer can come.
                    self._flush()
                    self._read(_SLICE)
            finally:
                self._turns.end()

    def _flush(self) -> None:
        if self._input.backlog:
            try:
                self._input.flush(0.0)
            except OSError:
                self._note_end()

    def _read(self, seconds: float) -> None:
        """Wait for something to read and take it in; only one thread may at a time."""
        import select

        poll = select.poll()
        for source in (self._output, self._traces):
            if source.is_open:
                poll.register(source.descriptor, select.POLLIN)
        ready = poll.poll(seconds * 1000)
        self._is_reading = True
        try:
            self._read_from([descriptor for descriptor, _ in ready])
        finally:
            self._is_reading = False
        if not self._output.is_open:
            self._note_end()

    def _read_from(self, descriptors: List[int]) -> None:
        for descriptor in descriptors:
            if descriptor == self._output.descriptor:
                for line in self._output.read():
                    self._take(line)
            else:
                self._take_traces()

    def _take_traces(self) -> None:
        if self._traces.is_open:
            lines = [line.decode("utf-8", "replace") for line in self._traces.read()]
            self._last_words = (self._last_words + [line for line in lines if line.strip()])[-20:]

    def _take(self, line: bytes) -> None:
        # Long answers are not parsed here: `{"id":7,"part":{…}}` says whose they are in front.
        try:
            if line.startswith(b'{"id":'):
                comma = line.find(b",")
                answer = self._answers.get(int(line[6:comma]))
                if answer is not None:
                    answer.take(line[comma + 1 : -1])
            else:
                self._take_event(json.loads(line))
        except ValueError:
            _console.warn("The recorder said what makes no sense: {!r}".format(line[:200]))

    def _take_event(self, message: Mapping[str, Any]) -> None:
        if "protocol" in message:
            self._has_greeted = True
        elif message.get("event") == "progress":
            if self._shows_progress:
                _console.progress(_progress_text(message.get("done"), message.get("total")))
        elif message.get("event") == "warning":
            _console.warn(str(message.get("text", "")))
        elif message.get("event") in ("loss", "error"):
            self.said.add(sentence_of(message))
            _console.warn(sentence_of(message))

    # The end

    def close(self, patience: float) -> None:
        """End the process by closing its input, and wait for it up to `patience` seconds."""
        self._flush()
        self.ending = self.ending or "it was closed"
        self._input.close()
        deadline = time.monotonic() + patience
        while self._output.is_open and time.monotonic() < deadline:
            self._read(max(0.0, deadline - time.monotonic()))
        self._reap(max(0.0, deadline - time.monotonic()))
        self.abandon()

    def abandon(self) -> None:
        """Close the files of the process in this process, which may be a fork, and say nothing."""
        self.ending = self.ending or "it was closed"
        for close in (self._input.abandon, self._output.close, self._traces.close):
            close()
        # Nobody waits for a process that outlives this one.
        self._process.returncode = self._process.returncode or 0

    def _note_end(self) -> None:
        if self.ending is not None:
            return
        self.ending = "it closed its output"
        status = self._reap(_LAST_WORDS)
        self._take_traces()
        if status is not None and status < 0:
            self.ending = "signal {} ended it".format(-status)
        elif status is not None:
            self.ending = "it exited with status {}".format(status)
        # Before its first line it has taken nothing, and whoever waits for an answer gets an error.
        if self._has_greeted:
            _console.error(
                "The recorder process has ended ({}). Training goes on, but is not recorded any "
                "more; stop() and the end of the program say what was not saved.{}".format(
                    self.ending, "".join("\n" + line for line in self._last_words)
                )
            )

    def _reap(self, seconds: float) -> Optional[int]:
        import subprocess

        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def _warn_of_stall(self) -> None:
        if not self._has_warned_of_stall:
            self._has_warned_of_stall = True
            _console.warn(
                "The recorder does not keep up: its pipe has been full for too long. Checkpoints "
                "wait in memory until it takes them; they are lost if this process is killed."
            )


def _interrupted() -> RecorderError:
    """
    The error for a signal's handler that wants an answer, and came within the few microseconds in
    which its thread writes or reads: only when it has returned can that go on.
    """
    return RecorderError(
        "the handler of a signal came while another request was on its way",
        "",
        "What it asked for is done when it has returned.",
        code="interrupted",
    )


def _progress_text(done: Any, total: Any) -> str:
    if not isinstance(done, int) or not isinstance(total, int) or total <= 0:
        return ""
    unit, name = (10**9, "GB") if total >= 10**9 else (10**6, "MB")
    return "Storing files: {:.1f} of {:.1f} {} ({:.0%})".format(
        done / unit, total / unit, name, min(1.0, done / total)
    )


def _start() -> subprocess.Popen[bytes]:
    import subprocess

    path = binary_path()
    try:
        return subprocess.Popen(
            # It ends with its parent, also where a fork of it still holds the pipe.
            [path, "serve", "--parent", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as error:
        raise RecorderError(
            "cannot start {}".format(path),
            error.strerror or str(error),
            "Install the package again with pip, or set KEEPSAKE_BIN to the command's path.",
            code="no_recorder",
        ) from error


def _taken(file: IO[bytes]) -> int:
    """A descriptor of an open file of this process's own, with the file closed."""
    with file:
        return os.dup(file.fileno())
