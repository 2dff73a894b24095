"""
Records a training with the Trainer of Hugging Face Transformers.

    Trainer(..., callbacks=[KeepsakeCallback(primary_metric=("eval_loss", "minimize"))])
"""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, Optional, Tuple

from transformers import TrainerCallback

from ._callback import CallbackExperiment
from ._experiment import Experiment

__all__ = ["KeepsakeCallback"]

# Sums over the whole training, and counters, which are no metrics of a step.
_NO_METRICS = {"total_flos"}


class KeepsakeCallback(TrainerCallback):  # type: ignore[misc]
    """
    Starts an experiment when the training begins, records what is logged, and ends it.

    Each line of the log is a checkpoint without files; each model that the Trainer saves is one with
    its files and with the metrics logged last. Steps are the Trainer's global steps.

    Attributes:
        experiment: The experiment, once the training has begun; None in all ranks but the first.
    """

    def __init__(
        self,
        params: Optional[Mapping[str, Any]] = None,
        primary_metric: Optional[Tuple[str, str]] = None,
        *,
        save_model: bool = True,
        experiment: Optional[Experiment] = None,
    ) -> None:
        """
        Args:
            params: Params of the experiment, beside the arguments of the training.
            primary_metric: What says which checkpoint is best: the name of a metric, and
                "maximize" or "minimize".
            save_model: Save the folders that the Trainer saves.
            experiment: Record into this one, which is not ended, instead of starting one.
        """
        self._recorded = CallbackExperiment(params, primary_metric, experiment)
        self._save_model = save_model
        self._metrics: Dict[str, Any] = {}

    @property
    def experiment(self) -> Optional[Experiment]:
        return self._recorded.experiment

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.is_world_process_zero:
            self._metrics = {}
            self._recorded.start(args.to_sanitized_dict())

    def on_log(
        self,
        args: Any,
        state: Any,
        control: Any,
        logs: Optional[Mapping[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        metrics = {name: value for name, value in (logs or {}).items() if name not in _NO_METRICS}
        if metrics:
            self._metrics.update(metrics)
            self._recorded.checkpoint(None, state.global_step, metrics)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self._save_model:
            folder = os.path.join(args.output_dir, "checkpoint-{}".format(state.global_step))
            self._recorded.checkpoint(folder, state.global_step, self._metrics)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._recorded.finish()
