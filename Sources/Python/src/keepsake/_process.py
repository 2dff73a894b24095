"""
What this Python process records: its recorder, the experiments that are open, and its end.

Nothing happens before the first experiment. From then on an uncaught exception or a `sys.exit` that
is no success marks the open experiments as failed, and the end of the program ends them. A forked
process has none of them.
"""

from __future__ import annotations

import atexit
import os
import sys
from _thread import RLock, get_ident

from . import _console
from ._client import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Dict, NoReturn, Optional, Type

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
        self.is_ending = False


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


def leaves_thread_behind() -> bool:
    """
    Whether the program has come to its end, and this thread, a daemon, only goes on until that is
    done: what it records then is of no run.
    """
    return _this.is_ending and not _is_main_thread()


def outcome_of(error: Optional[BaseException]) -> str:
    """How a run ended that this exception ended, if any."""
    if error is None:
        return "finished"
    if isinstance(error, SystemExit):
        return "failed" if _status(error) else "finished"
    # Ctrl-C is no error of the training: somebody stopped it.
    return "killed" if isinstance(error, KeyboardInterrupt) else "failed"


def _status(error: SystemExit) -> int:
    """What a program exits with that this exception ends."""
    if error.code is None:
        return 0
    # Python prints anything else.
    return error.code & 0xFF if isinstance(error.code, int) else 1


def _install_hooks() -> None:
    if not _this.has_hooks:
        _this.has_hooks = True
        atexit.register(_end)
        _chain_excepthook()
        _chain_exit()


def _chain_excepthook() -> None:
    previous = sys.excepthook

    def note_failure(
        kind: Type[BaseException], error: BaseException, traceback: Optional[TracebackType]
    ) -> None:
        # At a prompt the program goes on.
        if not hasattr(sys, "ps1"):
            _this.outcome = outcome_of(error)
            _this.exit_code = 130 if issubclass(kind, KeyboardInterrupt) else 1
        previous(kind, error, traceback)

    sys.excepthook = note_failure


class _Exit(SystemExit):
    """What `sys.exit` raises. Python says to nobody how a program exits, but this one notices."""

    def __del__(self) -> None:
        # Where it was caught, whatever caught it still runs; after it ended the program nothing does.
        if sys._getframe().f_back is None and not sys.is_finalizing():
            _this.outcome, _this.exit_code = outcome_of(self), _status(self)


def _is_main_thread() -> bool:
    import threading

    return threading.main_thread().ident == get_ident()


def _chain_exit() -> None:
    previous = sys.exit

    def leave(status: Any = None, /) -> NoReturn:
        if not _is_main_thread():
            # This ends a thread alone, and `threading` says nothing of SystemExit but of its kinds.
            previous(status)
        try:
            previous(status)
        except SystemExit as error:
            # No name may hold it: it has to go as soon as nobody handles it.
            raise _Exit(*error.args) from None

    leave.__name__, leave.__doc__ = previous.__name__, previous.__doc__
    sys.exit = leave


def _end_with_multiprocessing() -> None:
    # The processes of multiprocessing that were forked leave without atexit.
    util = sys.modules.get("multiprocessing.util")
    process = sys.modules.get("multiprocessing.process")
    if util is not None and process is not None and process.parent_process() is not None:
        util.Finalize(None, _end, exitpriority=0)


def _end() -> None:
    _this.is_ending = True
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
