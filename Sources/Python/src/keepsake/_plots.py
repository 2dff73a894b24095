"""Charts of metrics, with matplotlib, drawn into the current figure."""

from __future__ import annotations

from . import _console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from ._checkpoint import CheckpointList
    from ._experiments import ExperimentList

# Beside the axes, where it hides no line.
_LEGEND = (1, 1)


def plot_checkpoints(
    checkpoints: CheckpointList, metric: Optional[str], logy: bool, plot_only: bool
) -> None:
    """A line of `metric`, or of the primary metric, over the steps."""
    pyplot = _pyplot()
    if metric is None:
        metric = checkpoints.primary_metric()
    values = [checkpoint._number(metric) for checkpoint in checkpoints]
    steps = [checkpoint.step for checkpoint in checkpoints]
    if None in steps:
        steps = list(range(len(values)))
    experiment = checkpoints[0]._experiment if checkpoints else None
    # matplotlib leaves a gap in the line where a value is None.
    pyplot.plot(steps, values, label=None if experiment is None else experiment.short_id())
    if not plot_only:
        _finish(pyplot, "step", metric, False, logy)


def plot_experiments(experiments: ExperimentList, metric: Optional[str], logy: bool) -> None:
    """A line an experiment of `metric`, or of the primary metric, over the steps."""
    pyplot = _pyplot()
    if metric is None:
        metric = experiments.primary_metric()
    # A chart of another metric, from an earlier call, gets no lines with other units.
    label = pyplot.gca().yaxis.get_label().get_text()
    if label and label != metric:
        pyplot.figure()
    for experiment in experiments:
        plot_checkpoints(experiment.checkpoints, metric, logy, plot_only=True)
    _finish(pyplot, "step", metric, False, logy)


def scatter(
    experiments: ExperimentList, param: str, metric: Optional[str], logx: bool, logy: bool
) -> None:
    """A point an experiment: `param`, and `metric` of its best or else its latest checkpoint."""
    pyplot = _pyplot()
    if metric is None:
        metric = experiments.primary_metric()
    points = []
    for experiment in experiments:
        checkpoint = experiment.best() or experiment.latest()
        if checkpoint is None:
            _console.warn(
                "Experiment '{}' does not have any checkpoints".format(experiment.short_id())
            )
        elif metric not in (checkpoint.metrics or {}):
            _console.warn(
                "Metric '{}' does not exist in checkpoint {} in experiment {}".format(
                    metric, checkpoint.short_id(), experiment.short_id()
                )
            )
        elif experiment.params is None or param not in experiment.params:
            _console.warn(
                "Parameter '{}' does not exist in experiment {}".format(
                    param, experiment.short_id()
                )
            )
        else:
            label = experiment.short_id()
            points.append((experiment.params[param], checkpoint._number(metric), label))
    is_numeric = all(type(value) in (int, float) for value, _, _ in points)
    for value, number, label in points:
        # An axis is one of numbers or one of categories.
        pyplot.scatter([value if is_numeric else str(value)], [number], label=label)
    _finish(pyplot, param, metric, logx, logy)


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(
            "matplotlib is not installed, which draws the charts. Run `pip install matplotlib`."
        ) from error
    return pyplot


def _finish(pyplot: Any, x: str, y: str, logx: bool, logy: bool) -> None:
    pyplot.xlabel(x)
    pyplot.ylabel(y)
    if pyplot.gca().get_legend_handles_labels()[0]:
        pyplot.legend(bbox_to_anchor=_LEGEND)
    if logx:
        pyplot.xscale("log")
    if logy:
        pyplot.yscale("log")
