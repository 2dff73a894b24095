"""
What this Python process records: its recorder, the experiments that are open, and its end.

Nothing happens before the first experiment. From then on an uncaught exception marks the open
experiments as failed, and the end of the program ends them. A forked process has none of them.
"""

from __future__ import annotations

import atexit
import os
import sys
from _thread import RLock

from . import _console
from ._client import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Dict, Optional, Type

    from ._recording import Recording

# How long the end of the program waits for the recorder's own end, in seconds. Everything is saved
# by then.
_PATIENCE = 5.0


class _Process:
    """The state of this process; a fork starts with a fresh one."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.recorder: Optional[Recorder] = None
        self.recordings: Dict[str, Recording] = {}
        self.outcome = "finished"
        self.exit_code: Optional[int] = None
        self.has_hooks = False


_this = _Process()


def recorder() -> Recorder:
    """
    This process's recorder, which is started where there is none that lives.

    Raises:
        RecorderError: It cannot be started.
    """
    with _this.lock:
        if _this.recorder is None or _this.recorder.ending is not None:
            _this.recorder = Recorder()
            _install_hooks()
            _end_with_multiprocessing()
        return _this.recorder


def opened(recording: Recording) -> None:
    """Note that `recording` goes on, so that the end of the program ends it."""
    with _this.lock:
        _this.recordings[recording.experiment_id] = recording


def open_recording(experiment_id: str) -> Optional[Recording]:
    """The recording of an experiment in this process, if it goes on."""
    return _this.recordings.get(experiment_id)


def closed(recording: Recording) -> None:
    """Note that `recording` has ended."""
    with _this.lock:
        _this.recordings.pop(recording.experiment_id, None)


def outcome_of(kind: Optional[Type[BaseException]]) -> str:
    """How a run ended that an exception of this kind ended, if any."""
    if kind is None:
        return "finished"
    # Ctrl-C is no error of the training: somebody stopped it.
    return "killed" if issubclass(kind, KeyboardInterrupt) else "failed"


def _install_hooks() -> None:
    if not _this.has_hooks:
        _this.has_hooks = True
        atexit.register(_end)
        _chain_excepthook()


def _chain_excepthook() -> None:
    previous = sys.excepthook

    def note_failure(
        kind: Type[BaseException], error: BaseException, traceback: Optional[TracebackType]
    ) -> None:
        # At a prompt the program goes on.
        if not hasattr(sys, "ps1"):
            _this.outcome = outcome_of(kind)
            _this.exit_code = 130 if issubclass(kind, KeyboardInterrupt) else 1
        previous(kind, error, traceback)

    sys.excepthook = note_failure


def _end_with_multiprocessing() -> None:
    # The processes of multiprocessing that were forked leave without atexit.
    util = sys.modules.get("multiprocessing.util")
    process = sys.modules.get("multiprocessing.process")
    if util is not None and process is not None and process.parent_process() is not None:
        util.Finalize(None, _end, exitpriority=0)


def _end() -> None:
    try:
        for recording in list(_this.recordings.values()):
            recording.stop(_this.outcome, _this.exit_code)
        if _this.recorder is not None:
            _this.recorder.close(_PATIENCE)
    except KeyboardInterrupt:
        _console.warn(
            "Interrupted while waiting for the recorder. It goes on in the background until "
            "everything is saved."
        )
        if _this.recorder is not None:
            _this.recorder.abandon()


def _forget() -> None:
    global _this
    before, _this = _this, _Process()
    # atexit and the hooks came along with the fork.
    _this.has_hooks = before.has_hooks
    for recording in before.recordings.values():
        recording.silence()
    if before.recorder is not None:
        before.recorder.abandon()


os.register_at_fork(after_in_child=_forget)
