"""What the callbacks for training libraries share: the experiment that they record."""

from __future__ import annotations

import os

from . import _console, init
from ._values import plain_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Optional, Tuple

    from ._experiment import Experiment

_CONFIGURATIONS = ("keepsake.yaml", "keepsake.yml", "replicate.yaml")


class CallbackExperiment:
    """The experiment of a callback: one that it starts and ends itself, or one that it was given."""

    def __init__(
        self,
        params: Optional[Mapping[str, Any]],
        primary_metric: Optional[Tuple[str, str]],
        experiment: Optional[Experiment],
    ) -> None:
        self.experiment = experiment
        self.primary_metric = primary_metric
        self._params = params
        self._is_own = experiment is None

    def start(self, settings: Optional[Mapping[str, Any]] = None) -> Experiment:
        """
        Start an experiment, unless one was given.

        Args:
            settings: What the library knows about the training: params that nobody gave.

        Raises:
            KeepsakeError: It cannot be recorded.
            TypeError, ValueError: A param that was given cannot be recorded.
        """
        if self._is_own:
            params = {**described(settings or {}), **(self._params or {})}
            self.experiment = init(path=".", params=params or None)
        assert self.experiment is not None
        return self.experiment

    def checkpoint(
        self, file: "str | os.PathLike[str] | None", step: Optional[int], metrics: Mapping[str, Any]
    ) -> None:
        """
        Make a checkpoint of the experiment, if there is one.

        Args:
            file: What to save, relative to the working directory, or absolute.
            step: The training step; None means one more than the last.
            metrics: Values by name.
        """
        if self.experiment is None:
            return
        path = None if file is None else _path_in_project(self.experiment, file)
        self.experiment.checkpoint(
            path, step=step, metrics=metrics, primary_metric=self.primary_metric, quiet=True
        )

    def finish(self, error: Optional[BaseException] = None) -> None:
        """End the experiment, unless it was given, as failed where there was an `error`."""
        if self._is_own and self.experiment is not None:
            kind = None if error is None else type(error)
            self.experiment.__exit__(kind, error, None)


def described(values: Mapping[str, Any]) -> Dict[str, Any]:
    """`values` as params: what cannot be recorded is replaced by how Python shows it."""
    params: Dict[str, Any] = {}
    for name, value in values.items():
        try:
            params.update(plain_values({str(name): value}, "param"))
        except (TypeError, ValueError):
            params[str(name)] = repr(value)
    return params


def _path_in_project(experiment: Experiment, file: "str | os.PathLike[str]") -> Optional[str]:
    """`file` relative to the project's folder; None, with a warning, where it lies outside."""
    absolute = os.path.abspath(file)
    # Of a file that is a link itself, the link's place counts.
    real = os.path.join(os.path.realpath(os.path.dirname(absolute)), os.path.basename(absolute))
    path = os.path.relpath(real, os.path.realpath(_project_folder(experiment)))
    if path == os.pardir or path.startswith(os.pardir + os.sep):
        _console.warn(
            "{} is not saved, because it lies outside the project. "
            "Let the training write it into the folder of keepsake.yaml.".format(absolute)
        )
        return None
    return path


def _project_folder(experiment: Experiment) -> str:
    """Where the recorder finds the project, by the same rules."""
    place = experiment._project._place()
    start = folder = place.get("working_directory") or os.getcwd()
    if place.get("project") or place.get("repository"):
        return str(place.get("project") or start)
    while not any(os.path.exists(os.path.join(folder, name)) for name in _CONFIGURATIONS):
        parent = os.path.dirname(folder)
        if parent == folder:
            return str(start)
        folder = parent
    return str(folder)
