"""
Records a training with PyTorch Lightning 2, called lightning or pytorch_lightning.

    Trainer(callbacks=[KeepsakeCallback(params={"lr": 0.1}, primary_metric=("loss", "minimize"))])
    Trainer(logger=KeepsakeLogger())

The callback saves the model and all metrics once an epoch. The logger takes every metric that is
logged, hyperparameters as params, and the files of Lightning's own ModelCheckpoint.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple, Union

from . import _console
from ._callback import CallbackExperiment, described
from ._experiment import Experiment

__all__ = ["KeepsakeCallback", "KeepsakeLogger"]

if TYPE_CHECKING:
    from lightning.pytorch.callbacks import Callback
    from lightning.pytorch.loggers import Logger
    from lightning.pytorch.utilities import rank_zero_only
elif "lightning" not in sys.modules and "pytorch_lightning" in sys.modules:
    from pytorch_lightning.callbacks import Callback
    from pytorch_lightning.loggers import Logger
    from pytorch_lightning.utilities import rank_zero_only
else:
    try:
        from lightning.pytorch.callbacks import Callback
        from lightning.pytorch.loggers import Logger
        from lightning.pytorch.utilities import rank_zero_only
    except ImportError:
        from pytorch_lightning.callbacks import Callback
        from pytorch_lightning.loggers import Logger
        from pytorch_lightning.utilities import rank_zero_only


class KeepsakeCallback(Callback):  # type: ignore[misc]
    """
    Starts an experiment when the training begins, makes a checkpoint an epoch, and ends it.

    A checkpoint has the metrics that were logged, and `global_step`; its step is the epoch, from 0.
    Where validation runs within an epoch, there is one after each validation too.

    Attributes:
        experiment: The experiment, once the training has begun; None in all ranks but the first.
    """

    def __init__(
        self,
        filepath: Optional[str] = "model.pth",
        params: Optional[Mapping[str, Any]] = None,
        primary_metric: Optional[Tuple[str, str]] = None,
        period: Optional[int] = 1,
        save_weights_only: Optional[bool] = False,
        *,
        experiment: Optional[Experiment] = None,
    ) -> None:
        """
        Args:
            filepath: Where the model is saved, relative to the working directory. None saves none.
            params: The experiment's params.
            primary_metric: What says which checkpoint is best: the name of a metric, and
                "maximize" or "minimize".
            period: The number of epochs from one checkpoint to the next; 0 makes none.
            save_weights_only: Save the weights without the state of the training.
            experiment: Record into this one, which is not ended, instead of starting one.
        """
        super().__init__()
        self.filepath = filepath
        self.period = period or 0
        self.save_weights_only = bool(save_weights_only)
        self.last_global_step_saved = -1
        self._recorded = CallbackExperiment(params, primary_metric, experiment)

    @property
    def experiment(self) -> Optional[Experiment]:
        return self._recorded.experiment

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            self._recorded.start()

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        # At the end of an epoch its own metrics are still missing: on_train_epoch_end has all.
        if trainer.state.fn == "fit" and not (trainer.sanity_checking or trainer.is_last_batch):
            self._save(trainer)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        self._save(trainer)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        self._recorded.finish()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        self._recorded.finish(exception)

    def _save(self, trainer: Any) -> None:
        epoch, global_step = trainer.current_epoch, trainer.global_step
        if (
            self.period < 1
            or (epoch + 1) % self.period
            or self.last_global_step_saved == global_step
        ):
            return
        self.last_global_step_saved = global_step
        if self.filepath is not None:
            # All ranks together: the strategy may gather the model from them.
            trainer.save_checkpoint(self.filepath, self.save_weights_only)
        metrics = {
            **trainer.logged_metrics,
            **trainer.callback_metrics,
            **trainer.progress_bar_metrics,
            "global_step": global_step,
        }
        self._recorded.checkpoint(self.filepath, epoch, metrics)


class KeepsakeLogger(Logger):  # type: ignore[misc]
    """
    Records what is logged: hyperparameters as params, metrics and saved models as checkpoints.

    Attributes:
        experiment: The experiment. It starts with the first metric, and has as params the
            hyperparameters that were logged until then; before it is None, as in all ranks but the
            first.
    """

    def __init__(
        self,
        params: Optional[Mapping[str, Any]] = None,
        primary_metric: Optional[Tuple[str, str]] = None,
        *,
        log_model: bool = True,
        experiment: Optional[Experiment] = None,
    ) -> None:
        """
        Args:
            params: Params of the experiment, beside the hyperparameters of the module.
            primary_metric: What says which checkpoint is best: the name of a metric, and
                "maximize" or "minimize".
            log_model: Save the files that Lightning's ModelCheckpoint writes.
            experiment: Record into this one, which is not ended, instead of starting one.
        """
        super().__init__()
        self._recorded = CallbackExperiment(params, primary_metric, experiment)
        self._hyperparameters: Dict[str, Any] = {}
        self._log_model = log_model
        self._version = "{}-{}".format(time.strftime("%Y%m%d-%H%M%S"), os.getpid())
        self._has_begun = False
        self._step: Optional[int] = None
        self._saved: Optional[str] = None

    @property
    def experiment(self) -> Optional[Experiment]:
        # Lightning asks for it before it logs the hyperparameters, so that must not start it.
        return self._recorded.experiment

    @property
    def name(self) -> Optional[str]:
        return "keepsake"

    @property
    def version(self) -> Union[int, str, None]:
        """When the logger was made: it names the folder of Lightning's own files."""
        return self._version

    @rank_zero_only  # type: ignore[misc]
    def log_hyperparams(self, params: Any, *args: Any, **kwargs: Any) -> None:
        """Adds params; they come too late once the experiment has started."""
        values = params if isinstance(params, Mapping) else vars(params)
        missing = {
            name: value
            for name, value in described(values).items()
            if name not in self._hyperparameters
        }
        self._hyperparameters.update(missing)
        if self._has_begun and missing:
            _console.warn(
                "Not recording the hyperparameters {}: the experiment has started already. "
                "Pass them as KeepsakeLogger(params=...).".format(", ".join(sorted(missing)))
            )

    @rank_zero_only  # type: ignore[misc]
    def log_metrics(self, metrics: Mapping[str, Any], step: Optional[int] = None) -> None:
        """Makes a checkpoint without files."""
        self._begin()
        self._step = step
        self._recorded.checkpoint(None, step, metrics)

    @rank_zero_only  # type: ignore[misc]
    def after_save_checkpoint(self, checkpoint_callback: Any) -> None:
        """Makes a checkpoint with the file that `checkpoint_callback` saved last."""
        file = checkpoint_callback.last_model_path or checkpoint_callback.best_model_path
        if not self._log_model or not file or file == self._saved:
            return
        self._saved = file
        monitored, score = checkpoint_callback.monitor, checkpoint_callback.current_score
        metrics = {} if monitored is None or score is None else {monitored: score}
        self._begin()
        self._recorded.checkpoint(file, self._step, metrics)

    @rank_zero_only  # type: ignore[misc]
    def finalize(self, status: str) -> None:
        """Ends the experiment; what is logged afterwards, as by a test, goes on with it."""
        if self._has_begun:
            failed = RuntimeError(status) if status == "failed" else None
            self._recorded.finish(failed)

    def _begin(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._recorded.start(self._hyperparameters)
