"""
Records the fit of an estimator of scikit-learn.

    with keepsake.sklearn.record(model, primary_metric=("accuracy", "maximize")) as run:
        model.fit(x, y)
        run.metrics["accuracy"] = model.score(test_x, test_y)
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Dict, Mapping, Optional, Tuple, Type

from ._callback import CallbackExperiment
from ._experiment import Experiment

__all__ = ["record"]


class record:
    """
    A `with` block in which an estimator is fitted: an experiment, with one checkpoint at its end.

    The experiment's params are those of the estimator. The checkpoint has `metrics`, and the fitted
    estimator in a file that `joblib.load` reads. When the block raises, the run is marked as failed,
    and there is no checkpoint.

    Attributes:
        estimator: What is fitted.
        metrics: The metrics, to be filled within the block.
        experiment: The experiment, once the block was entered.
    """

    def __init__(
        self,
        estimator: Any,
        filepath: Optional[str] = "model.joblib",
        params: Optional[Mapping[str, Any]] = None,
        primary_metric: Optional[Tuple[str, str]] = None,
        *,
        experiment: Optional[Experiment] = None,
    ) -> None:
        """
        Args:
            estimator: What is fitted: an estimator, a pipeline, a search.
            filepath: Where it is saved, relative to the working directory. None saves none.
            params: Params of the experiment, beside those of the estimator.
            primary_metric: What says which checkpoint is best: the name of a metric, and
                "maximize" or "minimize".
            experiment: Record into this one, which is not ended, instead of starting one.
        """
        self.estimator = estimator
        self.filepath = filepath
        self.metrics: Dict[str, Any] = {}
        self._recorded = CallbackExperiment(params, primary_metric, experiment)

    @property
    def experiment(self) -> Optional[Experiment]:
        return self._recorded.experiment

    def __enter__(self) -> record:
        self._recorded.start(self.estimator.get_params())
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if error is None:
            if self.filepath is not None:
                # scikit-learn itself needs joblib.
                import joblib

                joblib.dump(self.estimator, self.filepath)
            self._recorded.checkpoint(self.filepath, None, self.metrics)
        self._recorded.finish(error)
