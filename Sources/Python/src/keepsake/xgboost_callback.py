"""
Records a training with XGBoost.

    callback = KeepsakeCallback(params=params, primary_metric=("test/logloss", "minimize"))
    xgboost.train(params, data, evals=[(test, "test")], callbacks=[callback])
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Tuple

from xgboost.callback import TrainingCallback

from ._callback import CallbackExperiment
from ._experiment import Experiment

__all__ = ["KeepsakeCallback"]


class KeepsakeCallback(TrainingCallback):  # type: ignore[misc]
    """
    Starts an experiment when the training begins, makes a checkpoint a round, and ends it.

    Metrics are called DATA/METRIC, as in "validation/rmse"; with `xgboost.cv` they are the means over
    the folds, and DATA/METRIC/std has the standard deviations. One more checkpoint, at the end, has the
    model.

    Attributes:
        experiment: The experiment, once the training has begun.
    """

    def __init__(
        self,
        filepath: Optional[str] = "model.ubj",
        params: Optional[Mapping[str, Any]] = None,
        primary_metric: Optional[Tuple[str, str]] = None,
        period: int = 1,
        *,
        experiment: Optional[Experiment] = None,
    ) -> None:
        """
        Args:
            filepath: Where the model is saved at the end, relative to the working directory, in the
                format that its suffix names: .ubj or .json. None saves none.
            params: The experiment's params: XGBoost tells a callback none.
            primary_metric: What says which checkpoint is best: the name of a metric, and
                "maximize" or "minimize".
            period: The number of rounds from one checkpoint to the next; the last round has one.
            experiment: Record into this one, which is not ended, instead of starting one.
        """
        super().__init__()
        if period < 1:
            raise ValueError("period must be at least 1 round, not {!r}".format(period))
        self.filepath = filepath
        self.period = period
        self._recorded = CallbackExperiment(params, primary_metric, experiment)
        self._log: Mapping[str, Mapping[str, Any]] = {}
        self._next = 0

    @property
    def experiment(self) -> Optional[Experiment]:
        return self._recorded.experiment

    def before_training(self, model: Any) -> Any:
        self._log, self._next = {}, 0
        self._recorded.start()
        return model

    def before_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        self._log = evals_log
        return False

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        self._log = evals_log
        if (epoch + 1) % self.period == 0:
            self._recorded.checkpoint(None, epoch, self._metrics())
            self._next = epoch + 1
        return False

    def after_training(self, model: Any) -> Any:
        file = self.filepath
        if not hasattr(model, "save_model"):
            # Of a cross-validation there are many models, and none is meant to be kept.
            file = None
        if file is not None:
            model.save_model(file)
        # after_iteration is not called when a callback before this one ends the training.
        rounds = max((len(h) for values in self._log.values() for h in values.values()), default=0)
        rounds = max(rounds, self._next)
        if file is not None or rounds > self._next:
            self._recorded.checkpoint(file, max(rounds - 1, 0), self._metrics())
        self._recorded.finish()
        return model

    def _metrics(self) -> Dict[str, Any]:
        metrics = {}
        for data, values in self._log.items():
            for name, history in values.items():
                if not history:
                    continue
                value = history[-1]
                if isinstance(value, tuple):
                    value, metrics["{}/{}/std".format(data, name)] = value
                metrics["{}/{}".format(data, name)] = value
        return metrics
