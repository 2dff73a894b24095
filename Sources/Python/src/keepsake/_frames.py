"""Experiments and checkpoints as pandas data frames."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Optional

    import pandas

    from ._checkpoint import CheckpointList
    from ._experiments import ExperimentList


def experiments_frame(experiments: ExperimentList) -> pandas.DataFrame:
    """
    A row an experiment: what it is, `params.NAME`, and of its best or else its latest checkpoint
    `checkpoint` (the identifier), `step` and `metrics.NAME`.
    """
    rows = []
    for experiment in experiments:
        checkpoint = experiment.best() or experiment.latest()
        rows.append(
            {
                "id": experiment.id,
                "created": experiment.created,
                "status": experiment.status,
                "user": experiment.user,
                "host": experiment.host,
                "command": experiment.command,
                "duration": experiment.duration,
                "checkpoint": None if checkpoint is None else checkpoint.id,
                "step": None if checkpoint is None else checkpoint.step,
                **_prefixed("params", experiment.params),
                **_prefixed("metrics", None if checkpoint is None else checkpoint.metrics),
            }
        )
    columns = ["id", "created", "status", "user", "host", "command", "duration", "checkpoint", "step"]
    return _frame(rows, columns)


def checkpoints_frame(checkpoints: CheckpointList) -> pandas.DataFrame:
    """A row a checkpoint: `id`, `created`, `step`, `path` and `metrics.NAME`."""
    rows = [
        {
            "id": checkpoint.id,
            "created": checkpoint.created,
            "step": checkpoint.step,
            "path": checkpoint.path,
            **_prefixed("metrics", checkpoint.metrics),
        }
        for checkpoint in checkpoints
    ]
    return _frame(rows, ["id", "created", "step", "path"])


def _prefixed(prefix: str, values: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    return {"{}.{}".format(prefix, name): value for name, value in (values or {}).items()}


def _frame(rows: List[Dict[str, Any]], columns: List[str]) -> pandas.DataFrame:
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            "pandas is not installed, which makes data frames. Run `pip install pandas`."
        ) from error
    # Params before metrics, each in the order in which they come first.
    others = dict.fromkeys(name for row in rows for name in row if name not in columns)
    ordered = sorted(others, key=lambda name: not name.startswith("params."))
    frame: pandas.DataFrame = pandas.DataFrame(rows, columns=[*columns, *ordered])
    return frame
