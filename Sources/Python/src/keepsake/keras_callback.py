"""
Records a training with Keras 3, or with tf.keras.

    model.fit(x, y, callbacks=[KeepsakeCallback(params={"lr": 0.1}, primary_metric=("loss", "minimize"))])
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple, Union

from ._callback import CallbackExperiment
from ._experiment import Experiment

__all__ = ["KeepsakeCallback"]

if TYPE_CHECKING:
    from keras.callbacks import Callback
elif "keras" not in sys.modules and "tf_keras" in sys.modules:
    from tf_keras.callbacks import Callback
elif "keras" not in sys.modules and "tensorflow" in sys.modules:
    from tensorflow.keras.callbacks import Callback
else:
    try:
        from keras.callbacks import Callback
    except ImportError:
        from tensorflow.keras.callbacks import Callback


class KeepsakeCallback(Callback):  # type: ignore[misc]
    """
    Starts an experiment when the training begins, makes checkpoints, and ends it.

    Attributes:
        experiment: The experiment, once the training has begun.
        step: The number of checkpoints made since.
    """

    def __init__(
        self,
        filepath: Optional[str] = "model.hdf5",
        params: Optional[Mapping[str, Any]] = None,
        primary_metric: Optional[Tuple[str, str]] = None,
        save_freq: Union[str, int] = "epoch",
        save_weights_only: bool = False,
        *,
        experiment: Optional[Experiment] = None,
    ) -> None:
        """
        Args:
            filepath: Where the model is saved, relative to the working directory. It may hold
                `{epoch}`, counted from 1, and metrics: "model-{epoch:02d}.keras". None saves none.
            params: The experiment's params.
            primary_metric: What says which checkpoint is best: the name of a metric, and
                "maximize" or "minimize".
            save_freq: "epoch", or the number of batches after which to make a checkpoint.
            save_weights_only: Save the weights without the model. Keras 3 wants ".weights.h5" at
                the end of the name, and it is put there.
            experiment: Record into this one, which is not ended, instead of starting one.
        """
        super().__init__()
        if save_freq != "epoch" and not (isinstance(save_freq, int) and save_freq > 0):
            raise ValueError("save_freq must be 'epoch' or a number of batches, not {!r}".format(save_freq))
        self.filepath = filepath
        self.save_freq = save_freq
        self.save_weights_only = save_weights_only
        self.step = 0
        self._recorded = CallbackExperiment(params, primary_metric, experiment)
        self._epoch = 0
        self._batches_left = save_freq if isinstance(save_freq, int) else 0

    @property
    def experiment(self) -> Optional[Experiment]:
        return self._recorded.experiment

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        self._recorded.start()

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        if self.save_freq == "epoch":
            return
        self._batches_left -= 1
        if self._batches_left == 0:
            self._batches_left = int(self.save_freq)
            self._save(logs)

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        if self.save_freq == "epoch":
            self._save(logs)

    def on_train_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        self._recorded.finish()

    def _save(self, logs: Optional[Dict[str, Any]]) -> None:
        metrics = logs or {}
        file = None
        if self.filepath is not None:
            file = self.filepath.format(epoch=self._epoch + 1, **metrics)
            if self.save_weights_only:
                file = self._save_weights(file)
            else:
                self.model.save(file, overwrite=True)
        self._recorded.checkpoint(file, self.step, metrics)
        self.step += 1

    def _save_weights(self, file: str) -> str:
        try:
            self.model.save_weights(file, overwrite=True)
        except ValueError:
            if file.endswith(".weights.h5"):
                raise
            stem, dot, _ = file.rpartition(".")
            file = (stem if dot else file) + ".weights.h5"
            self.model.save_weights(file, overwrite=True)
        return file
