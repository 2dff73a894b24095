"""An experiment: a run of a training program."""

from __future__ import annotations

import json
import os

from . import _console
from ._checkpoint import Checkpoint, CheckpointList
from ._process import leaves_thread_behind, outcome_of
from ._time import parsed_time, time_text
from ._values import restored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from types import TracebackType
    from typing import Any, Dict, Mapping, Optional, Sequence, Type

    from ._project import Project
    from ._recording import Recording

# What a summary in a list leaves out, and what stands for it there.
_BEST, _LATEST = "best_checkpoint", "latest_checkpoint"


class Experiment:
    """
    A run of a training program, with its checkpoints.

    `keepsake.init()` starts one, `keepsake.experiments` has those of a project. As a context
    manager it ends itself, and is marked as failed when the block raises.

    Attributes:
        id: 64 hexadecimal digits.
        created: When it was started: UTC, without a time zone.
        params: What it was started with, by name; None where none were given.
        checkpoints: Its checkpoints, oldest first.
        path: What was saved at its start; None where no files were.
        command: How it was run.
        user: Who ran it.
        host: Where.
        config: Where it was recorded to.
        python_version: The version of Python.
        python_packages: The versions of the packages that it had imported, by name.
        keepsake_version: The version of Keepsake that recorded it.
        status: "running", "finished", "failed", "killed" or "stopped", when it was last read.
    """

    id: str
    created: datetime
    user: Optional[str]
    host: Optional[str]
    command: Optional[str]
    config: Optional[Dict[str, Any]]
    path: Optional[str]
    params: Optional[Dict[str, Any]]
    python_version: Optional[str]
    python_packages: Optional[Dict[str, str]]
    keepsake_version: Optional[str]
    status: Optional[str]

    def __init__(
        self,
        project: Project,
        id: str,
        created: datetime,
        user: Optional[str] = None,
        host: Optional[str] = None,
        command: Optional[str] = None,
        config: Optional[Dict[str, Any]] = None,
        path: Optional[str] = None,
        params: Optional[Dict[str, Any]] = None,
        python_version: Optional[str] = None,
        python_packages: Optional[Dict[str, str]] = None,
        keepsake_version: Optional[str] = None,
        checkpoints: Optional[CheckpointList] = None,
    ) -> None:
        self._set_up(project)
        self.id = id
        self.created = created
        self.user = user
        self.host = host
        self.command = command
        self.config = config
        self.path = path
        self.params = params
        self.python_version = python_version
        self.python_packages = python_packages
        self.keepsake_version = keepsake_version
        self.status = None
        self.checkpoints = CheckpointList() if checkpoints is None else checkpoints

    @classmethod
    def _of_summary(cls, project: Project, summary: bytes) -> Experiment:
        """
        An experiment of a listing. What it holds is parsed when it is first asked for, and its
        checkpoints are read then.
        """
        experiment = cls.__new__(cls)
        experiment._set_up(project)
        experiment._summary = summary
        return experiment

    @classmethod
    def _of_stored(cls, project: Project, stored: Mapping[str, Any]) -> Experiment:
        experiment = cls.__new__(cls)
        experiment._set_up(project)
        experiment._take(stored)
        return experiment

    def _set_up(self, project: Project) -> None:
        self._project = project
        self._summary: Optional[bytes] = None
        self._recording: Optional[Recording] = None
        self._is_quiet = False
        # None until they are read.
        self._checkpoints: Optional[CheckpointList] = None
        # Whether somebody may hold `_checkpoints`, and expects it to grow.
        self._is_list_held = False
        # How many lines of the recording are in `_checkpoints`.
        self._seen = 0
        self._best: Optional[Checkpoint] = None
        self._latest: Optional[Checkpoint] = None

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            # Only what a summary still holds is missing.
            summary = self.__dict__.get("_summary")
            if summary is None or name not in Experiment.__annotations__:
                raise AttributeError(
                    "{!r} object has no attribute {!r}".format(type(self).__name__, name)
                )
            self._take(json.loads(summary))
            return self.__dict__[name]

    def _take(self, stored: Mapping[str, Any]) -> None:
        """Become what `stored` says, an experiment with checkpoints or the summary of one."""
        self._summary = None
        self.id = stored["id"]
        self.created = parsed_time(stored["created"])
        self.user = stored.get("user") or None
        self.host = stored.get("host") or None
        self.command = stored.get("command") or None
        self.config = stored.get("config")
        self.path = stored.get("path") or None
        self.params = restored(stored.get("params"))
        self.python_version = stored.get("python_version") or None
        self.python_packages = stored.get("python_packages")
        self.keepsake_version = stored.get("keepsake_version") or None
        self.status = stored.get("status")
        if _LATEST in stored:
            self._checkpoints = None
            latest, best = stored[_LATEST], stored.get(_BEST)
            self._latest = None if latest is None else self._owned(latest)
            self._best = None if best is None else self._owned(best)
        else:
            self.checkpoints = CheckpointList(
                map(Checkpoint.from_json, stored.get("checkpoints") or ())
            )

    def _owned(self, stored: Mapping[str, Any]) -> Checkpoint:
        checkpoint = Checkpoint.from_json(stored)
        checkpoint._experiment = self
        return checkpoint

    @property
    def checkpoints(self) -> CheckpointList:
        """The checkpoints, oldest first."""
        if self._checkpoints is None:
            self.refresh()
        assert self._checkpoints is not None
        self._is_list_held = True
        self._catch_up()
        return self._checkpoints

    @checkpoints.setter
    def checkpoints(self, checkpoints: CheckpointList) -> None:
        for checkpoint in checkpoints:
            checkpoint._experiment = self
        self._checkpoints = checkpoints

    def short_id(self) -> str:
        """The first seven digits of the identifier."""
        return self.id[:7]

    # Recording

    def checkpoint(
        self,
        path: "str | os.PathLike[str] | None" = None,
        step: Optional[int] = None,
        metrics: Optional[Mapping[str, Any]] = None,
        primary_metric: Optional[Sequence[str]] = None,
        quiet: bool = False,
    ) -> Optional[Checkpoint]:
        """
        Record a checkpoint: metrics, and a copy of the file or folder at `path`.

        Training goes on whatever happens: what did not work is printed. Without `path`, the call is
        one short write to a pipe, and survives the death of this process at once. With `path`, the
        files may be changed again when the call returns, and are stored in the background.

        An experiment that was read from a repository, or that was stopped, is gone on with.

        Args:
            path: What to save, relative to the project's folder, such as "weights" or ".".
            step: The training step. None means one more than the last, counted from 0.
            metrics: Values by name: numbers, strings, bools, None, lists and dicts of those, and
                scalars and arrays of numpy, PyTorch, TensorFlow and JAX.
            primary_metric: What says which checkpoint is best: the name of a metric, and "maximize"
                or "minimize".
            quiet: Say nothing about it, but what did not work.

        Returns:
            The checkpoint; None if there is none, because an argument makes no sense or the
            experiment cannot be recorded.
        """
        try:
            recording = self._recording
            if recording is None or recording.has_ended:
                if leaves_thread_behind():
                    return None
                recording = self._go_on()
            if path is not None:
                path = _checked_path(path)
            checkpoint = recording.checkpoint(path, step, metrics, primary_metric)
        except Exception as error:
            _console.error("Error creating checkpoint: {}".format(error))
            return None
        if checkpoint is None:
            return self.checkpoint(path, step, metrics, primary_metric, quiet)
        checkpoint._experiment = self
        if self._is_list_held:
            self._catch_up()
        if not (quiet or self._is_quiet or recording.is_silent):
            _console.info(
                "Creating checkpoint {}{}...".format(
                    checkpoint.short_id(), self._copying(checkpoint.path)
                )
            )
        return checkpoint

    def stop(self) -> None:
        """
        End the experiment: wait until everything is saved, and say what could not be.

        The end of a program does that too; in a notebook only this call does.

        Raises:
            WriteError: Another process is recording the experiment.
        """
        recording = self._recording
        if recording is None or recording.has_ended:
            if not self.is_running():
                return
            recording = self._go_on()
        recording.stop("finished")

    def __enter__(self) -> Experiment:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if self._recording is not None:
            self._recording.stop(outcome_of(error))

    def _begin(self, recording: Recording, is_quiet: bool) -> None:
        self._recording = recording
        self._seen = len(recording.lines)
        self._is_quiet = recording.is_quiet = is_quiet

    def _go_on(self) -> Recording:
        """Record this experiment, which was read, or stopped, further."""
        recording, stored = self._project._resume(self.id)
        self._take(stored)
        self._begin(recording, self._is_quiet)
        return recording

    def _catch_up(self) -> None:
        """Append to the list of checkpoints what was recorded since."""
        if self._recording is None or self._checkpoints is None:
            return
        lines = self._recording.lines
        while self._seen < len(lines):
            line = lines[self._seen]
            self._seen += 1
            self._checkpoints.append(self._owned(json.loads(line)["checkpoint"]))

    def _copying(self, path: "str | os.PathLike[str] | None") -> str:
        if path is None:
            return ""
        repository = (self.config or {}).get("repository", "")
        return ", copying '{}' to '{}' in the background".format(path, repository)

    # Reading

    def refresh(self) -> None:
        """
        Read the experiment from the repository again.

        Raises:
            DoesNotExist: It was deleted.
            ReadError: The repository cannot be read.
        """
        if self._recording is not None and self._recording.is_nowhere:
            return
        self._take(self._project._get(self.id))
        if self._recording is not None and self._checkpoints is not None:
            # What a recorder that died has not saved is known here only.
            known = {checkpoint.id for checkpoint in self._checkpoints}
            stored, self.checkpoints = self._checkpoints, CheckpointList()
            self._seen = 0
            self._catch_up()
            stored.extend(c for c in self._checkpoints if c.id not in known)
            self._checkpoints = stored

    def delete(self) -> None:
        """
        Delete the experiment, with its checkpoints and files.

        Raises:
            DoesNotExist: It is deleted already.
            WriteError: The repository cannot be written.
        """
        if self._let_go():
            self._project._delete([self.id])

    def _let_go(self) -> bool:
        """End its recording, as it is to be deleted; whether this process may delete it."""
        if self._recording is None:
            return True
        self._recording.stop("killed")
        return not self._recording.is_silent

    def latest(self) -> Optional[Checkpoint]:
        """The latest checkpoint; None if there is none."""
        if self._is_summary:
            return self._latest
        return self.checkpoints[-1] if self.checkpoints else None

    def best(self) -> Optional[Checkpoint]:
        """
        The best checkpoint by the primary metric; None if there is none.

        A checkpoint where the metric is missing or NaN is never the best.
        """
        return self._best if self._is_summary else self.checkpoints._best()

    def is_running(self) -> bool:
        """
        Whether the run goes on.

        Raises:
            DoesNotExist: It was deleted.
        """
        if self._recording is not None and self._recording.is_nowhere:
            return False
        return self._project._is_running(self.id)

    def primary_metric(self) -> str:
        """
        The name of the primary metric that the checkpoints share.

        Raises:
            ValueError: They have none, or several.
        """
        return self.checkpoints.primary_metric()

    @property
    def duration(self) -> Optional[timedelta]:
        """The time from the start to the latest checkpoint; None if there is none."""
        latest = self.latest()
        return None if latest is None else latest.created - self.created

    def to_json(self) -> Dict[str, Any]:
        """The experiment as an object that JSON can hold, but for values that are not finite."""
        return {
            "id": self.id,
            "created": time_text(self.created),
            "params": self.params,
            "user": self.user,
            "host": self.host,
            "command": self.command,
            "config": self.config,
            "path": self.path,
            "python_version": self.python_version,
            "python_packages": self.python_packages,
            "checkpoints": [checkpoint.to_json() for checkpoint in self.checkpoints],
            "keepsake_version": self.keepsake_version,
        }

    def plot(
        self, metric: Optional[str] = None, logy: bool = False, plot_only: bool = False
    ) -> None:
        """Plot a metric over the steps, as `CheckpointList.plot` does."""
        self.checkpoints.plot(metric, logy, plot_only)

    def _repr_html_(self) -> str:
        from ._html import experiment_html

        return experiment_html(self)

    def __eq__(self, other: object) -> bool:
        return self.id == other.id if isinstance(other, Experiment) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        fields = (
            "id",
            "created",
            "user",
            "host",
            "command",
            "config",
            "path",
            "params",
            "python_version",
            "python_packages",
            "keepsake_version",
            "checkpoints",
        )
        return "Experiment({})".format(
            ", ".join("{}={!r}".format(field, getattr(self, field)) for field in fields)
        )

    @property
    def _is_summary(self) -> bool:
        """Whether only the best and the latest checkpoint are known."""
        if self._summary is not None:
            self._take(json.loads(self._summary))
        return self._checkpoints is None


def _checked_path(path: "str | os.PathLike[str]") -> str:
    text = os.fsdecode(path)
    if text == "":
        raise ValueError(
            "path cannot be an empty string. Please use path=None or omit path if you don't want "
            "to save any files."
        )
    return text
