"""Recording one experiment: what its checkpoints become, and what became of them in the end."""

from __future__ import annotations

import json
import operator
from _thread import RLock

from . import _console, _process
from ._checkpoint import Checkpoint
from ._errors import KeepsakeError, RecorderError, sentence_of
from ._ids import new_id
from ._lines import json_text, quoted
from ._time import Clock
from ._values import clean_text, plain_values, whole_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Optional, Sequence

    from ._checkpoint import PrimaryMetric
    from ._client import Recorder


_WAITING = "Waiting until everything is saved..."


class Recording:
    """
    An experiment that this process records.

    A silent one records nothing: that of a rank other than 0, and what a forked process has of its
    parent's.
    """

    def __init__(
        self,
        recorder: Optional[Recorder],
        experiment_id: str,
        next_step: int,
        place: Mapping[str, Any],
    ) -> None:
        """
        Args:
            recorder: Where the lines go; None for a silent recording.
            experiment_id: The experiment's.
            next_step: The step of the next checkpoint that says none.
            place: What names the repository in a request.
        """
        self.experiment_id = experiment_id
        self.lines: List[bytes] = []
        """Every checkpoint so far, as the line that was written: the most compact form there is."""
        self.is_nowhere = recorder is None
        """Whether the experiment is in no repository."""
        self.is_silent = recorder is None
        """Whether nothing is recorded."""
        self.has_ended = False
        """Whether it was stopped."""
        self.is_quiet = False
        """Whether nothing is said but what did not work."""
        self._recorder = recorder
        self._next_step = next_step
        self._place = place
        self._clock = Clock()
        # What all lines begin with.
        self._beginning = '{"do":"checkpoint","experiment":"%s","checkpoint":{"id":"' % experiment_id
        self._unwritten = 0
        # Reentrant, as a signal's handler may record a last checkpoint.
        self._lock = RLock()
        if recorder is not None:
            _process.opened(self)

    def silence(self) -> None:
        """Record nothing from here on, and say nothing about it: this process is a fork."""
        self.is_silent = True
        self._recorder = None
        # A thread that the fork does not have may hold the old one.
        self._lock = RLock()

    def __reduce__(self) -> Any:
        # In the process that it is sent to it is silent, as in one that was forked.
        return _sent, (self.experiment_id, self._next_step, dict(self._place))

    # Checkpoints

    def checkpoint(
        self,
        path: Optional[str],
        step: Optional[int],
        metrics: Optional[Mapping[str, Any]],
        primary_metric: Optional[Sequence[str]],
    ) -> Optional[Checkpoint]:
        """
        Record a checkpoint. Without `path` that is one line written; with it, the files may be
        changed again when it returns.

        Returns:
            The checkpoint; None if the recording was ended, in another thread.

        Raises:
            TypeError: A value, or `step`, is of a type that cannot be recorded.
            ValueError: A value, or `step`, is out of range.
        """
        with self._lock:
            if self.has_ended:
                return None
            step = whole_number(self._next_step if step is None else operator.index(step), "step")
            self._next_step = step + 1
            values = None if metrics is None else plain_values(metrics, "metric")
            primary = None if primary_metric is None else _primary(primary_metric)
            created, created_text = self._clock.tick()
            checkpoint = Checkpoint(new_id(), created, path, step, values, primary)
            line = self._line(checkpoint, step, created_text)
            self.lines.append(line)
            recorder = self._recorder
            if recorder is None:
                return checkpoint
            if path is None:
                recorder.write(line)
        if path is not None:
            self._save_files(recorder, checkpoint, line)
        if recorder.ending is not None:
            self._unwritten += 1
        return checkpoint

    def _line(self, checkpoint: Checkpoint, step: int, created: str) -> bytes:
        # Most of a call's time goes here. The encoder of JSON gets only what needs it, which takes
        # half of the time that it takes for all; the order is what the recorder reads fastest.
        path, metrics, primary = checkpoint.path, checkpoint.metrics, checkpoint.primary_metric
        text = '%s%s","created":"%s","step":%d,"path":%s,"metrics":%s,"primary_metric":%s}}\n' % (
            self._beginning,
            checkpoint.id,
            created,
            step,
            '""' if path is None else quoted(path),
            "null" if metrics is None else json_text(metrics),
            "null"
            if primary is None
            else '{"name":%s,"goal":"%s"}' % (quoted(primary["name"]), primary["goal"]),
        )
        return text.encode("ascii")

    def _save_files(self, recorder: Recorder, checkpoint: Checkpoint, line: bytes) -> None:
        if recorder.ending is not None:
            checkpoint.path = None
            return
        try:
            answer = recorder.request_line(line)
        except KeepsakeError as error:
            # That the recorder has ended was said, and stop() says what it means.
            if error.code == "interrupted":
                _console.warn("Checkpoint {}: {}".format(checkpoint.short_id(), error))
            elif recorder.ending is None:
                _console.error("Error creating checkpoint: {}".format(error))
            if error.code != "interrupted":
                checkpoint.path = None
            return
        for text in answer.get("warnings", ()):
            _console.warn(text)
        losses = answer.get("losses", ())
        for text in map(sentence_of, losses):
            if text not in recorder.said:
                _console.error("Error creating checkpoint: {}".format(text))
        if losses:
            checkpoint.path = None

    # The end

    def wait(self) -> List[str]:
        """Wait until everything so far is in the repository; what could not be saved, as texts."""
        if self._recorder is None:
            return []
        answer = self._recorder.request("wait", experiment=self.experiment_id)
        return [sentence_of(loss) for loss in answer.get("losses", ())]

    def stop(self, outcome: str, exit_code: Optional[int] = None) -> None:
        """
        End the experiment, wait until everything is in the repository, and say what is not.

        Args:
            outcome: "finished", "failed" or "killed".
            exit_code: What the program exits with, where that is known.
        """
        recorder = self._recorder
        with self._lock:
            if recorder is None or self.has_ended:
                return
            self.has_ended = True
        _process.closed(self)
        ending = {"experiment": self.experiment_id, "outcome": outcome, "exit_code": exit_code}
        try:
            try:
                answer = recorder.request(
                    "stop", notice=_WAITING, shows_progress=not self.is_quiet, **ending
                )
            except RecorderError as error:
                if recorder.ending is None:
                    raise
                answer = self._stop_elsewhere(error, ending)
        except KeepsakeError as error:
            self._report(["{}: {}".format(self._unsaved_text(), error)])
        else:
            self._report([sentence_of(loss) for loss in answer.get("losses", ())])

    def _stop_elsewhere(self, cause: RecorderError, ending: Mapping[str, Any]) -> Dict[str, Any]:
        """Give a new recorder what one that died had not saved, and end the experiment there."""
        recorder = _process.recorder()
        # The other one was a child of this process, which has waited for it.
        started = recorder.request(
            "start", resume=self.experiment_id, take_over=True, **self._place
        )
        stored = {c["id"] for c in started["experiment"].get("checkpoints") or ()}
        without_files = set(started.get("missing_files") or ())
        losses: List[Dict[str, Any]] = []
        if self.experiment_id in without_files:
            losses.append(_lost_files(None, "the experiment's files", cause))
        saved_late = 0
        for line in self.lines:
            checkpoint = json.loads(line)["checkpoint"]
            path = checkpoint["path"]
            if checkpoint["id"] not in stored:
                saved_late += 1
                without_files.add(checkpoint["id"])
                checkpoint["path"] = ""
                recorder.send("checkpoint", experiment=self.experiment_id, checkpoint=checkpoint)
            if path and checkpoint["id"] in without_files:
                losses.append(
                    _lost_files(
                        checkpoint["id"], "the files of {!r}".format(path), cause
                    )
                )
        answer: Dict[str, Any] = recorder.request(
            "stop", notice=_WAITING, shows_progress=not self.is_quiet, **ending
        )
        if saved_late:
            _console.warn(
                "The metrics of {} of experiment {} were not saved when the recorder ended; they "
                "are now.".format(_counted(saved_late), self.experiment_id[:7])
            )
        return {"losses": losses + list(answer.get("losses", ()))}

    def _unsaved_text(self) -> str:
        others = len(self.lines) - self._unwritten
        parts = [_counted(self._unwritten)] if self._unwritten else []
        if others:
            parts.append("what the recorder had not saved of {}".format(_counted(others)))
        return " and ".join(parts) or "how the experiment ended"

    def _report(self, losses: List[str]) -> None:
        if losses:
            _console.error(
                "Not everything of experiment {} was saved:\n{}".format(
                    self.experiment_id[:7], "\n".join(losses)
                )
            )


def _sent(experiment_id: str, next_step: int, place: Mapping[str, Any]) -> Recording:
    recording = Recording(None, experiment_id, next_step, place)
    recording.is_nowhere = False
    return recording


def _counted(count: int) -> str:
    return "{} checkpoint{}".format(count, "" if count == 1 else "s")


def _primary(primary_metric: Any) -> Optional[PrimaryMetric]:
    problem = "where name corresponds to a metric key, and goal is either 'maximize' or 'minimize'"
    try:
        name, goal = primary_metric
        goal = goal.lower()
        if isinstance(name, str) and goal in ("maximize", "minimize"):
            return {"name": clean_text(name), "goal": goal}
        problem += ", not {!r}".format(primary_metric)
    except (AttributeError, TypeError, ValueError):
        pass
    # The metrics are worth more than what is to be said about them.
    _console.error(
        "Not setting primary_metric on checkpoint: it must be a tuple of (name, goal), " + problem
    )
    return None


def _lost_files(checkpoint: Optional[str], files: str, cause: RecorderError) -> Dict[str, Any]:
    return {
        "checkpoint": checkpoint,
        "what": "{} were not saved".format(files),
        "why": "the recorder process has ended: {}".format(cause.why),
    }
