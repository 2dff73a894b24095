"""A checkpoint, and the list of those of an experiment."""

from __future__ import annotations

from ._errors import DoesNotExist
from ._time import parsed_time, time_text
from ._values import restored

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from datetime import datetime
    from typing import (
        Any,
        BinaryIO,
        Dict,
        List,
        Mapping,
        Optional,
        SupportsIndex,
        TypedDict,
        overload,
    )

    import pandas

    from ._experiment import Experiment

    class PrimaryMetric(TypedDict):
        """What says which checkpoint is best: a metric, and "maximize" or "minimize"."""

        name: str
        goal: str

else:
    PrimaryMetric = dict


class Checkpoint:
    """
    The metrics, and the file or folder below `path`, at one point of an experiment.

    Attributes:
        id: 64 hexadecimal digits.
        created: When it was made: UTC, without a time zone.
        path: What was saved, relative to the project's folder; None where no files were.
        step: The training step.
        metrics: Values by name; None where none were given.
        primary_metric: What says which checkpoint is best; None where nothing was said.
    """

    __slots__ = ("id", "created", "path", "step", "metrics", "primary_metric", "_experiment")

    def __init__(
        self,
        id: str,
        created: datetime,
        path: Optional[str] = None,
        step: Optional[int] = None,
        metrics: Optional[Dict[str, Any]] = None,
        primary_metric: Optional[PrimaryMetric] = None,
    ) -> None:
        self.id = id
        self.created = created
        self.path = path
        self.step = step
        self.metrics = metrics
        self.primary_metric = primary_metric
        self._experiment: Optional[Experiment] = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Checkpoint:
        """
        A checkpoint from its stored object.

        Raises:
            KeyError: It has no `id` or no `created`.
            ValueError: `created` is no time.
        """
        metrics = data.get("metrics")
        return cls(
            id=data["id"],
            created=parsed_time(data["created"]),
            path=data.get("path") or None,
            step=data.get("step"),
            metrics=None if metrics is None else restored(metrics),
            primary_metric=data.get("primary_metric"),
        )

    def to_json(self) -> Dict[str, Any]:
        """The checkpoint as an object that JSON can hold, but for values that are not finite."""
        return {
            "id": self.id,
            "created": time_text(self.created),
            "path": self.path,
            "metrics": self.metrics,
            "primary_metric": self.primary_metric,
            "step": self.step,
        }

    def short_id(self) -> str:
        """The first seven digits of the identifier."""
        return self.id[:7]

    def checkout(
        self,
        output_directory: "str | os.PathLike[str]",
        quiet: bool = False,
        *,
        path: Optional[str] = None,
    ) -> None:
        """
        Copy the files of the experiment, and over them those of this checkpoint, to a folder.

        Args:
            output_directory: Where to; it is made if missing; files in it are overwritten.
            quiet: Say nothing.
            path: Copy this file or folder only.

        Raises:
            DoesNotExist: Neither has files.
            WriteError: The folder cannot be written.
        """
        self._of_experiment()._project._checkout(self.id, output_directory, quiet, path)

    def open(self, path: str) -> BinaryIO:
        """
        Open one saved file, of this checkpoint or else of its experiment, for reading bytes.

        Args:
            path: The file, relative to the project's folder.

        Raises:
            FileNotFoundError: No such file was saved.
            ReadError: The repository cannot be read.
        """
        return self._of_experiment()._project._open(self.id, path)

    def _of_experiment(self) -> Experiment:
        if self._experiment is None:
            raise DoesNotExist(
                "checkpoint {} belongs to no experiment".format(self.short_id()),
                "it was not read from a repository",
                "Get it from an experiment: keepsake.experiments.get(id).checkpoints.",
            )
        return self._experiment

    def _number(self, metric: str) -> Optional[float]:
        """The value of `metric` where it can be compared: a number that is not NaN."""
        value = self.metrics.get(metric) if self.metrics else None
        return value if isinstance(value, (int, float)) and value == value else None

    def __eq__(self, other: object) -> bool:
        return self.id == other.id if isinstance(other, Checkpoint) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return (
            "Checkpoint(id={!r}, created={!r}, path={!r}, step={!r}, metrics={!r}, "
            "primary_metric={!r})".format(
                self.id, self.created, self.path, self.step, self.metrics, self.primary_metric
            )
        )

    def _repr_html_(self) -> str:
        from ._html import checkpoint_html

        return checkpoint_html(self)


class CheckpointList(list["Checkpoint"]):
    """The checkpoints of an experiment, or some of them, oldest first."""

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: SupportsIndex) -> Checkpoint: ...

        @overload
        def __getitem__(self, key: slice) -> CheckpointList: ...

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return CheckpointList(found) if isinstance(key, slice) else found

    @property
    def metrics(self) -> CheckpointListMetrics:
        """The values of every metric: `checkpoints.metrics["loss"]` is a list."""
        return CheckpointListMetrics(self)

    @property
    def step(self) -> List[Optional[int]]:
        """The steps."""
        return [checkpoint.step for checkpoint in self]

    def primary_metric(self) -> str:
        """
        The name of the primary metric that these checkpoints share.

        Raises:
            ValueError: They have none, or several.
        """
        names = {c.primary_metric["name"] for c in self if c.primary_metric is not None}
        if not names:
            raise ValueError("No primary metric is defined for the checkpoints in this experiment")
        if len(names) > 1:
            raise ValueError(
                "The primary metric differs between the checkpoints in this experiment: "
                + ", ".join(sorted(names))
            )
        return names.pop()

    def plot(
        self, metric: Optional[str] = None, logy: bool = False, plot_only: bool = False
    ) -> None:
        """
        Plot a metric over the steps, with matplotlib.

        Args:
            metric: Its name; None means the primary metric.
            logy: Give the values a logarithmic axis.
            plot_only: Draw the line alone: no labels, no legend.

        Raises:
            ImportError: matplotlib is not installed.
            ValueError: No metric is given, and there is no primary metric.
        """
        from ._plots import plot_checkpoints

        plot_checkpoints(self, metric, logy, plot_only)

    def to_dataframe(self) -> pandas.DataFrame:
        """
        A pandas data frame with a row a checkpoint.

        Raises:
            ImportError: pandas is not installed.
        """
        from ._frames import checkpoints_frame

        return checkpoints_frame(self)

    def _best(self) -> Optional[Checkpoint]:
        """By the primary metric of the first that has one. Of equals the last is best."""
        primary = next((c.primary_metric for c in self if c.primary_metric is not None), None)
        if primary is None:
            return None
        sign = 1.0 if primary["goal"] == "maximize" else -1.0
        best, highest = None, 0.0
        for checkpoint in self:
            number = checkpoint._number(primary["name"])
            if number is not None and (best is None or sign * number >= highest):
                best, highest = checkpoint, sign * number
        return best

    def _repr_html_(self) -> str:
        from ._html import checkpoints_html

        return checkpoints_html(self)


class CheckpointListMetrics:
    """The metrics of some checkpoints, by name."""

    def __init__(self, checkpoint_list: CheckpointList) -> None:
        self.checkpoint_list = checkpoint_list

    def __getitem__(self, name: str) -> List[Any]:
        """
        The values of the metric `name`, one a checkpoint, None where a checkpoint has none.

        Raises:
            KeyError: No checkpoint has it.
        """
        values = [c.metrics.get(name) if c.metrics else None for c in self.checkpoint_list]
        if all(value is None for value in values):
            raise KeyError("Metric {} does not exist in experiment".format(name))
        return values
