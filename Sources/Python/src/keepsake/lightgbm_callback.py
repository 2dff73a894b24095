"""
Records a training with LightGBM.

    with KeepsakeCallback(primary_metric=("valid_0/l2", "minimize")) as callback:
        lightgbm.train(params, data, valid_sets=[valid], callbacks=[callback])
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Dict, Mapping, Optional, Tuple, Type

from ._callback import CallbackExperiment
from ._experiment import Experiment

__all__ = ["KeepsakeCallback"]


class KeepsakeCallback:
    """
    Starts an experiment with the first round, makes a checkpoint a round, and ends it.

    Metrics are called DATA/METRIC, as in "valid_0/l2"; with `lightgbm.cv` they are the means over the
    folds, and DATA/METRIC/std has the standard deviations. LightGBM does not tell a callback that the
    training ends early: the `with` block does, which saves the model and ends the experiment.

    Attributes:
        experiment: The experiment, once the training has begun.
    """

    # LightGBM's: after each round, and before early stopping (30), which ends the round at once.
    order = 25
    before_iteration = False

    def __init__(
        self,
        filepath: Optional[str] = "model.txt",
        params: Optional[Mapping[str, Any]] = None,
        primary_metric: Optional[Tuple[str, str]] = None,
        period: int = 1,
        *,
        experiment: Optional[Experiment] = None,
    ) -> None:
        """
        Args:
            filepath: Where the model is saved at the end, relative to the working directory. None
                saves none.
            params: Params of the experiment, beside those of the training.
            primary_metric: What says which checkpoint is best: the name of a metric, and
                "maximize" or "minimize".
            period: The number of rounds from one checkpoint to the next; the last round has one.
            experiment: Record into this one, which is not ended, instead of starting one.
        """
        if period < 1:
            raise ValueError("period must be at least 1 round, not {!r}".format(period))
        self.filepath = filepath
        self.period = period
        self._recorded = CallbackExperiment(params, primary_metric, experiment)
        self._last: Any = None

    @property
    def experiment(self) -> Optional[Experiment]:
        return self._recorded.experiment

    def __call__(self, env: Any) -> None:
        """Called by LightGBM after each round."""
        if self._last is None:
            self._recorded.start(env.params)
        self._last = env
        if env.iteration + 1 == env.end_iteration:
            self._finish(None, is_recorded=False)
        elif (env.iteration + 1) % self.period == 0:
            self._recorded.checkpoint(None, env.iteration, _metrics(env))

    def __enter__(self) -> KeepsakeCallback:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if self._last is not None:
            self._finish(error, (self._last.iteration + 1) % self.period == 0)

    def _finish(self, error: Optional[BaseException], is_recorded: bool) -> None:
        env, self._last = self._last, None
        file = self.filepath
        if error is not None or not hasattr(env.model, "save_model"):
            # Of a cross-validation there are many models, and none is meant to be kept.
            file = None
        if file is not None:
            env.model.save_model(file)
        if file is not None or not is_recorded:
            self._recorded.checkpoint(file, env.iteration, _metrics(env))
        self._recorded.finish(error)


def _metrics(env: Any) -> Dict[str, Any]:
    metrics = {}
    for result in env.evaluation_result_list or ():
        name = "{}/{}".format(result[0], result[1])
        metrics[name] = result[2]
        if len(result) > 4 and result[4] is not None:
            metrics[name + "/std"] = result[4]
    return metrics
