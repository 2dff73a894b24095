"""The experiments of a project, and lists of them."""

from __future__ import annotations

from . import _console
from ._experiment import Experiment

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any, Callable, Dict, List, Mapping, Optional, SupportsIndex, overload

    import pandas

    from ._project import Project


class ExperimentCollection:
    """The experiments of a project."""

    # Importing the package makes one: nothing slow, and nothing that can fail, belongs into it.

    def __init__(self, project: Project) -> None:
        self.project = project

    def create(
        self,
        path: "str | os.PathLike[str] | None" = None,
        params: Optional[Mapping[str, Any]] = None,
        quiet: bool = False,
        disable_heartbeat: bool = False,
        *,
        resumed_from: Optional[str] = None,
        every_rank: bool = False,
    ) -> Experiment:
        """
        Start an experiment: `keepsake.init` says what the arguments are.

        Raises:
            KeepsakeError: The experiment cannot be recorded.
            TypeError, ValueError: A param cannot be.
        """
        return self.project._create(
            path, params, quiet, disable_heartbeat, resumed_from, every_rank
        )

    def get(self, experiment_id_prefix: str) -> Experiment:
        """
        The experiment whose identifier begins with a prefix. Its `checkpoint` goes on recording it.

        Raises:
            DoesNotExist: There is none, or several are.
            ReadError: It cannot be read.
        """
        return Experiment._of_stored(self.project, self.project._get(experiment_id_prefix))

    def list(self, filter: Optional[Callable[[Experiment], Any]] = None) -> ExperimentList:
        """
        All experiments of the project, the oldest first.

        Each is parsed when it is first looked into, and its checkpoints are read when they are
        first asked for; the best and the latest are there without.

        Args:
            filter: Says of an experiment whether it is to be in the list.

        Raises:
            ReadError: The repository cannot be read.
        """
        experiments = ExperimentList(
            Experiment._of_summary(self.project, summary) for summary in self.project._list()
        )
        if filter is None:
            return experiments
        return ExperimentList(e for e in experiments if _holds(filter, e))


def _holds(filter: Callable[[Experiment], Any], experiment: Experiment) -> bool:
    try:
        return bool(filter(experiment))
    except Exception as error:
        _console.warn(
            "Failed to apply filter to experiment {}: {}".format(experiment.short_id(), error)
        )
        return False


class ExperimentList(list["Experiment"]):
    """Some experiments."""

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: SupportsIndex) -> Experiment: ...

        @overload
        def __getitem__(self, key: slice) -> ExperimentList: ...

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return ExperimentList(found) if isinstance(key, slice) else found

    def primary_metric(self) -> str:
        """
        The name of the primary metric that all these experiments share.

        Raises:
            ValueError: They have none, or several.
        """
        names = {
            checkpoint.primary_metric["name"]
            for experiment in self
            for checkpoint in experiment.checkpoints
            if checkpoint.primary_metric is not None
        }
        if not names:
            raise ValueError("No primary metric is defined for the experiments in this list")
        if len(names) > 1:
            raise ValueError(
                "The primary metric differs between the experiments in this list: "
                + ", ".join(sorted(names))
            )
        return names.pop()

    def plot(self, metric: Optional[str] = None, logy: bool = False) -> None:
        """
        Plot a metric over the steps, a line an experiment, with matplotlib.

        Args:
            metric: Its name; None means the primary metric.
            logy: Give the values a logarithmic axis.

        Raises:
            ImportError: matplotlib is not installed.
            ValueError: No metric is given, and there is no primary metric.
        """
        from ._plots import plot_experiments

        plot_experiments(self, metric, logy)

    def scatter(
        self, param: str, metric: Optional[str] = None, logx: bool = False, logy: bool = False
    ) -> None:
        """
        Plot a metric against a param, a point an experiment, with matplotlib.

        The metric is that of the best checkpoint, or of the latest where there is no best.

        Args:
            param: The param's name.
            metric: The metric's name; None means the primary metric.
            logx: Give the params a logarithmic axis.
            logy: Give the values a logarithmic axis.

        Raises:
            ImportError: matplotlib is not installed.
            ValueError: No metric is given, and there is no primary metric.
        """
        from ._plots import scatter

        scatter(self, param, metric, logx, logy)

    def to_dataframe(self) -> pandas.DataFrame:
        """
        A pandas data frame with a row an experiment.

        Raises:
            ImportError: pandas is not installed.
        """
        from ._frames import experiments_frame

        return experiments_frame(self)

    def delete(self) -> None:
        """
        Delete all of these experiments.

        Raises:
            DoesNotExist: One is deleted already; the others are not deleted then.
            WriteError: The repository cannot be written.
        """
        going: Dict[Project, List[str]] = {}
        for experiment in self:
            if experiment._let_go():
                going.setdefault(experiment._project, []).append(experiment.id)
        for project, identifiers in going.items():
            project._delete(identifiers)

    def _repr_html_(self) -> str:
        from ._html import experiments_html

        return experiments_html(self)
