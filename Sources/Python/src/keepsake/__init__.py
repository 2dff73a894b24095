"""
Version control for machine learning.

    import keepsake

    experiment = keepsake.init(path=".", params={"learning_rate": 0.1})
    experiment.checkpoint(path="weights", metrics={"loss": 0.3})

The first line records code, params, packages and command as an experiment; the second, weights and
metrics as one of its checkpoints. `keepsake.experiments` has all of them.
"""

from __future__ import annotations

from . import exceptions
from ._checkpoint import Checkpoint, CheckpointList, PrimaryMetric
from ._experiment import Experiment
from ._experiments import ExperimentCollection, ExperimentList
from ._project import Project
from ._version import version as __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any, Mapping, Optional

__all__ = [
    "Checkpoint",
    "CheckpointList",
    "Experiment",
    "ExperimentCollection",
    "ExperimentList",
    "PrimaryMetric",
    "Project",
    "__version__",
    "default_project",
    "exceptions",
    "experiments",
    "init",
    "report",
]

default_project = Project()
experiments = default_project.experiments


def init(
    path: "str | os.PathLike[str] | None" = None,
    params: Optional[Mapping[str, Any]] = None,
    disable_heartbeat: bool = False,
    debug: bool = False,
    *,
    resume: bool = False,
    id: Optional[str] = None,
    resumed_from: Optional[str] = None,
    repository: Optional[str] = None,
    directory: "str | os.PathLike[str] | None" = None,
    quiet: bool = False,
    every_rank: bool = False,
) -> Experiment:
    """
    Start an experiment, or go on with one.

    It survives whatever happens to this process once the call returns, and the files at `path` may
    be changed again. In a distributed training rank 0 alone records; the experiments of other ranks
    do nothing.

    Args:
        path: What to save, relative to the project's folder, such as "." or "train.py".
        params: Values by name, as `Experiment.checkpoint` takes them.
        disable_heartbeat: Give no signs of life: the run never looks running.
        debug: Accepted for the sake of programs for Keepsake 0.4.2.
        resume: Go on with the experiment `id`, also after a crash; its params and files stay.
        id: The beginning of that experiment's identifier.
        resumed_from: The whole identifier of the experiment or checkpoint that a new experiment
            starts from, to be noted.
        repository: The repository's URL; None means the one in keepsake.yaml.
        directory: The project's folder; None means that of the nearest keepsake.yaml.
        quiet: Say nothing about the experiment and its checkpoints, but what did not work.
        every_rank: Record in this process whatever its rank, as an experiment of its own.

    Raises:
        ConfigNotFound: There is no keepsake.yaml, and no `repository` is given.
        DoesNotExist: There is no experiment `id`.
        KeepsakeError: The experiment cannot be recorded for another reason.
        TypeError, ValueError: A param cannot be recorded, or `resume` and `id` come one by one.
    """
    if resume != (id is not None):
        raise ValueError(
            "resume=True goes on with an experiment and needs its id: "
            "keepsake.init(resume=True, id=\"3fa9c01\")"
        )
    project = Project(repository, directory, debug)
    if id is not None:
        ignored = [name for name, value in (("params", params), ("path", path)) if value is not None]
        return project._resumed(id, quiet, every_rank, ignored)
    return project.experiments.create(
        path, params, quiet, disable_heartbeat, resumed_from=resumed_from, every_rank=every_rank
    )


def report(
    output: "str | os.PathLike[str] | None" = None,
    *,
    repository: Optional[str] = None,
    directory: "str | os.PathLike[str] | None" = None,
    **choices: Any,
) -> str:
    """
    Write the report, a static site.

    Args:
        output: The folder to write; None means "report".
        repository: The repository's URL; None means the one in keepsake.yaml.
        directory: The project's folder; None means that of the nearest keepsake.yaml.
        choices: Any option of `keepsake report`, with `_` for `-`, as text, number, bool or a list:
            title="Sweep", metric="loss:minimize", filter=["loss < 1"].

    Returns:
        The path of the site's first page.

    Raises:
        KeepsakeError: The repository cannot be read, or the site not written.
        ValueError: A choice makes no sense.
    """
    return Project(repository, directory).report(output, **choices)
