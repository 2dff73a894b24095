"""A project: where it is, and what is asked of the recorder about it."""

from __future__ import annotations

import os
import sys

from . import _console, _process
from ._errors import DoesNotExist
from ._experiment import Experiment
from ._experiments import ExperimentCollection
from ._ids import new_id
from ._ranks import rank
from ._recording import Recording
from ._time import moment
from ._values import clean_text, plain_values
from ._version import version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO, Dict, List, Mapping, Optional, Sequence, Tuple

    from ._client import Recorder


_WAITING = "Waiting for the repository to answer..."


class Project:
    """A folder of code and its experiments, as a Git repository is one of code and its commits."""

    def __init__(
        self,
        repository: Optional[str] = None,
        directory: "str | os.PathLike[str] | None" = None,
        debug: bool = False,
    ) -> None:
        """
        Args:
            repository: The repository's URL; None means the one in keepsake.yaml.
            directory: The project's folder; None means the folder of the nearest keepsake.yaml,
                from the working directory upwards, or with `repository` the working directory.
            debug: Accepted for the sake of programs for Keepsake 0.4.2.
        """
        # Importing the package makes one: nothing slow, and nothing that can fail, belongs here.
        self.repository = repository
        self.directory = directory
        self._debug = debug
        self._where: Optional[Dict[str, Any]] = None

    @property
    def experiments(self) -> ExperimentCollection:
        """The project's experiments."""
        return ExperimentCollection(self)

    def report(self, output: "str | os.PathLike[str] | None" = None, **choices: Any) -> str:
        """
        Write the report, a static site: `keepsake.report` says what the arguments are.

        Raises:
            KeepsakeError: The repository cannot be read, or the site not written.
            ValueError: A choice makes no sense.
        """
        named = {name.replace("_", "-"): _choice(value) for name, value in choices.items()}
        if output is not None:
            named["output"] = os.fspath(output)
        answer = self._request("report", choices=named)
        withheld = sum(place["count"] for place in answer.get("withheld") or ())
        if withheld:
            _console.info(
                "{} that looked like a secret {} replaced by [withheld] in the report.".format(
                    "1 value" if withheld == 1 else "{} values".format(withheld),
                    "was" if withheld == 1 else "were",
                )
            )
        return str(answer["index"])

    def __repr__(self) -> str:
        return "Project(repository={!r}, directory={!r})".format(self.repository, self.directory)

    # Recording

    def _create(
        self,
        path: "str | os.PathLike[str] | None",
        params: Optional[Mapping[str, Any]],
        quiet: bool,
        disable_heartbeat: bool,
        resumed_from: Optional[str],
        every_rank: bool,
    ) -> Experiment:
        values = None if params is None else plain_values(params, "param")
        text = None if path is None else os.fsdecode(path)
        if not every_rank and rank() > 0:
            return self._silent(text, values)
        from ._packages import imported_packages

        recorder = _process.recorder()
        started = recorder.request(
            "start",
            notice=_WAITING,
            params=values,
            # As in 0.4.2, an empty path saves nothing.
            path=text or None,
            command=_command(),
            python_version=_python_version(),
            python_packages=imported_packages(),
            heartbeat=not disable_heartbeat,
            resumed_from=resumed_from,
            **self._place(),
        )
        _warn_of(started)
        experiment = Experiment._of_stored(self, started["experiment"])
        experiment._begin(self._recording(recorder, started), quiet)
        if not quiet:
            _console.info(
                "Creating experiment {}{}...".format(
                    experiment.short_id(), experiment._copying(text or None)
                )
            )
        return experiment

    def _resume(self, prefix: str) -> Tuple[Recording, Mapping[str, Any]]:
        """Go on with an experiment: its recording, and the stored experiment."""
        stored = self._get(prefix)
        # Several objects of one process may record one experiment.
        recording = _process.open_recording(stored["id"])
        if recording is not None:
            return recording, stored
        recorder = _process.recorder()
        started = recorder.request(
            "start", notice=_WAITING, resume=stored["id"], **self._place()
        )
        _warn_of(started)
        return self._recording(recorder, started), started["experiment"]

    def _resumed(
        self, prefix: str, quiet: bool, every_rank: bool, ignored: Sequence[str]
    ) -> Experiment:
        if not every_rank and rank() > 0:
            return self._silent(None, None)
        recording, stored = self._resume(prefix)
        if ignored and not quiet:
            _console.warn(
                "Experiment {} keeps what it was started with: the {} given now {} not "
                "recorded.".format(
                    stored["id"][:7],
                    " and ".join(ignored),
                    "are" if ignored[0] == "params" or len(ignored) > 1 else "is",
                )
            )
        experiment = Experiment._of_stored(self, stored)
        experiment._begin(recording, quiet)
        if not quiet:
            _console.info("Resuming experiment {}...".format(experiment.short_id()))
        return experiment

    def _recording(self, recorder: Recorder, started: Mapping[str, Any]) -> Recording:
        return Recording(
            recorder, started["experiment"]["id"], started["next_step"], self._place()
        )

    def _silent(self, path: Optional[str], params: Optional[Dict[str, Any]]) -> Experiment:
        """An experiment that records nothing, for all ranks but the first."""
        import time

        experiment = Experiment(
            self,
            id=new_id(),
            created=moment(time.time_ns() // 1000),
            command=_command(),
            path=path or None,
            params=params,
            python_version=_python_version(),
            keepsake_version=version,
        )
        experiment._begin(Recording(None, experiment.id, 0, {}), True)
        return experiment

    # Reading

    def _get(self, prefix: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._request("get", prefix=prefix, kind="experiment")
        stored: Mapping[str, Any] = answer["experiment"]
        return stored

    def _list(self) -> List[bytes]:
        """The JSON of the summaries of all experiments."""
        parts, end = _process.recorder().parts("list", checkpoints=False, **self._place())
        for problem in end.get("problems") or ():
            _console.warn("{}: {}".format(problem.get("place"), problem.get("reason")))
        _warn_of(end)
        # A part is {"experiment":{…}}.
        start = len(b'{"experiment":')
        return [part[start:-1] for part in parts]

    def _is_running(self, experiment_id: str) -> bool:
        return bool(self._request("is_running", prefix=experiment_id)["running"])

    def _delete(self, prefixes: Sequence[str]) -> None:
        self._request("delete", prefixes=list(prefixes))

    def _checkout(
        self,
        prefix: str,
        output: "str | os.PathLike[str]",
        quiet: bool,
        path: Optional[str],
    ) -> None:
        # Relative to the working directory of now, which need not be the project's.
        output = os.fspath(output)
        if self._place().get("working_directory") != os.getcwd():
            output = os.path.abspath(output)
        answer = self._request("checkout", prefix=prefix, output=output, path=path, force=True)
        for refused in answer.get("refused") or ():
            _console.warn("Not copied: {}".format(refused))
        if not quiet:
            for message in answer.get("messages") or ():
                _console.info(message)
            if answer.get("command"):
                _console.info(
                    "If you want to run this experiment again, this is how it was run:\n\n"
                    "  {}\n".format(answer["command"])
                )

    def _open(self, prefix: str, path: str) -> BinaryIO:
        try:
            file = self._request("open", prefix=prefix, path=path)["file"]
        except DoesNotExist as error:
            raise FileNotFoundError(str(error)) from error
        opened = open(file, "rb")
        os.unlink(file)
        return opened

    # The recorder

    def _request(self, do: str, **members: Any) -> Any:
        answer = _process.recorder().request(do, **members, **self._place())
        _warn_of(answer)
        return answer

    def _place(self) -> Dict[str, Any]:
        """What names the repository in a request: where the project was when it was first used."""
        if self._where is None:
            self._where = {"repository": self.repository}
            if self.directory is not None:
                self._where["project"] = os.path.abspath(self.directory)
            try:
                self._where["working_directory"] = os.getcwd()
            except FileNotFoundError:
                # The recorder's own will do, and says what is wrong with it.
                pass
        return self._where


def _warn_of(answer: Mapping[str, Any]) -> None:
    for text in answer.get("warnings") or ():
        _console.warn(text)


def _choice(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_choice(element) for element in value]
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _command() -> str:
    import shlex

    return clean_text(" ".join(map(shlex.quote, sys.argv)))


def _python_version() -> str:
    return "{}.{}.{}".format(*sys.version_info[:3])
