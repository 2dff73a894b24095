"""
Callbacks for Keras, PyTorch Lightning and Transformers, with the libraries themselves.

Their wheels have hundreds of megabytes, so these tests are skipped where they are not installed, as
in the project's test command. With an environment of their own:

    KEEPSAKE_BIN=.build/debug/keepsake "$(.ci/frameworks)/bin/python" -m pytest Tests/Python/test_frameworks.py
"""

import importlib
import os
import sys

import pytest

numpy = pytest.importorskip("numpy")

# Set before Keras is imported; it has no default that needs no TensorFlow.
os.environ.setdefault("KERAS_BACKEND", "torch")


@pytest.fixture
def recorded(project):
    """Reads the only experiment that was recorded."""

    def read():
        [experiment] = project.experiments.list()
        return project.experiments.get(experiment.id)

    return read


def data(rows=32):
    x = numpy.random.default_rng(1).normal(size=(rows, 3)).astype("float32")
    return x, x @ numpy.array([[1.0], [2.0], [3.0]], dtype="float32")


def files(checkpoint, folder):
    checkpoint.checkout(folder, quiet=True)
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


class TestKeras:
    @pytest.fixture(params=["keras", "tensorflow.keras"])
    def keras(self, request):
        pytest.importorskip("tensorflow" if request.param == "tensorflow.keras" else "torch")
        return pytest.importorskip(request.param)

    def fit(self, keras, callback, epochs=3):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        model.compile(optimizer="sgd", loss="mse")
        history = model.fit(
            *data(), batch_size=8, epochs=epochs, validation_split=0.25, verbose=0, callbacks=[callback]
        )
        return model, history.history

    def test_every_epoch_is_a_checkpoint_with_the_model(self, keras, recorded, tmp_path):
        from keepsake.keras_callback import KeepsakeCallback

        callback = KeepsakeCallback("model.keras", {"lr": 0.01}, ("val_loss", "minimize"))
        model, history = self.fit(keras, callback)
        experiment = recorded()
        assert experiment.id == callback.experiment.id and experiment.status == "finished"
        assert experiment.params == {"lr": 0.01}
        assert experiment.checkpoints.step == [0, 1, 2]
        assert numpy.allclose(experiment.checkpoints.metrics["val_loss"], history["val_loss"])
        assert experiment.best() == experiment.latest()
        assert "model.keras" in files(experiment.latest(), tmp_path / "out")
        again = keras.models.load_model(tmp_path / "out" / "model.keras")
        x = data()[0]
        assert numpy.allclose(again.predict(x, verbose=0), model.predict(x, verbose=0))

    def test_the_defaults_are_those_of_keepsake_0_4_2(self, keras, recorded):
        from keepsake.keras_callback import KeepsakeCallback

        self.fit(keras, KeepsakeCallback(), epochs=1)
        assert recorded().latest().path == "model.hdf5"

    def test_weights_alone_get_the_name_that_keras_wants(self, keras, recorded):
        from keepsake.keras_callback import KeepsakeCallback

        self.fit(keras, KeepsakeCallback(save_weights_only=True), epochs=1)
        assert recorded().latest().path == "model.weights.h5"

    def test_names_may_hold_the_epoch_and_metrics(self, keras, recorded):
        from keepsake.keras_callback import KeepsakeCallback

        self.fit(keras, KeepsakeCallback("model-{epoch:02d}.keras"), epochs=2)
        assert [checkpoint.path for checkpoint in recorded().checkpoints] == [
            "model-01.keras", "model-02.keras",
        ]

    def test_checkpoints_may_come_after_batches(self, keras, recorded):
        from keepsake.keras_callback import KeepsakeCallback

        # Three batches an epoch.
        self.fit(keras, KeepsakeCallback(None, save_freq=2), epochs=3)
        assert recorded().checkpoints.step == [0, 1, 2, 3]
        assert all(checkpoint.path is None for checkpoint in recorded().checkpoints)

    def test_what_is_no_frequency_is_refused(self, keras):
        from keepsake.keras_callback import KeepsakeCallback

        with pytest.raises(ValueError, match="save_freq"):
            KeepsakeCallback(save_freq="batch")


@pytest.fixture(params=["lightning.pytorch", "pytorch_lightning"])
def lightning(request, monkeypatch):
    """One of the two packages, with the callbacks made for it."""
    pytest.importorskip("torch")
    package = request.param
    other = {"lightning.pytorch": "pytorch_lightning", "pytorch_lightning": "lightning"}[package]
    for name in [*sys.modules]:
        if name.partition(".")[0] == other or name == "keepsake.pl_callback":
            monkeypatch.delitem(sys.modules, name)
    library = pytest.importorskip(package)
    callbacks = importlib.import_module("keepsake.pl_callback")
    assert callbacks.KeepsakeCallback.__mro__[1].__module__.startswith(package)
    yield library, callbacks
    sys.modules.pop("keepsake.pl_callback", None)


def module(library, validate=True):
    import torch

    class Line(library.LightningModule):
        def __init__(self, lr=0.01):
            super().__init__()
            self.save_hyperparameters()
            self.layer = torch.nn.Linear(3, 1)

        def loss(self, batch):
            x, y = batch
            return torch.nn.functional.mse_loss(self.layer(x), y)

        def training_step(self, batch, index):
            loss = self.loss(batch)
            self.log("train_loss", loss, on_step=False, on_epoch=True)
            return loss

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), self.hparams.lr)

        def train_dataloader(self):
            pairs = torch.utils.data.TensorDataset(*map(torch.from_numpy, data()))
            return torch.utils.data.DataLoader(pairs, batch_size=8)

    class Validated(Line):
        def validation_step(self, batch, index):
            self.log("val_loss", self.loss(batch))

        def val_dataloader(self):
            return self.train_dataloader()

        def test_step(self, batch, index):
            self.log("test_loss", self.loss(batch))

        def test_dataloader(self):
            return self.train_dataloader()

    return Validated() if validate else Line()


def trainer(library, epochs=3, **options):
    settings = {"logger": False, "enable_checkpointing": False, "log_every_n_steps": 1, **options}
    return library.Trainer(
        max_epochs=epochs, accelerator="cpu", devices=1, enable_progress_bar=False,
        enable_model_summary=False, **settings,
    )


class TestLightningCallback:
    def test_every_epoch_is_a_checkpoint_with_the_model_and_all_metrics(self, lightning, recorded, tmp_path):
        import torch

        library, callbacks = lightning
        callback = callbacks.KeepsakeCallback("model.pth", {"lr": 0.01}, ("val_loss", "minimize"))
        model = module(library)
        trainer(library, callbacks=[callback]).fit(model)
        experiment = recorded()
        assert experiment.id == callback.experiment.id and experiment.status == "finished"
        assert experiment.params == {"lr": 0.01}
        assert experiment.checkpoints.step == [0, 1, 2]
        assert [c.metrics["global_step"] for c in experiment.checkpoints] == [4, 8, 12]
        assert all({"train_loss", "val_loss"} <= set(c.metrics) for c in experiment.checkpoints)
        assert experiment.best() == experiment.latest()
        assert "model.pth" in files(experiment.latest(), tmp_path / "out")
        saved = torch.load(tmp_path / "out" / "model.pth", weights_only=False)
        assert torch.equal(saved["state_dict"]["layer.weight"], model.layer.weight)
        assert "optimizer_states" in saved

    def test_without_validation_too(self, lightning, recorded):
        library, callbacks = lightning
        trainer(library, callbacks=[callbacks.KeepsakeCallback(None)]).fit(module(library, validate=False))
        assert recorded().checkpoints.step == [0, 1, 2]

    def test_validation_within_an_epoch_makes_checkpoints(self, lightning, recorded):
        library, callbacks = lightning
        trainer(library, 1, callbacks=[callbacks.KeepsakeCallback(None)], val_check_interval=0.5).fit(
            module(library)
        )
        assert [c.metrics["global_step"] for c in recorded().checkpoints] == [2, 4]

    def test_period_and_weights_alone(self, lightning, recorded, tmp_path):
        import torch

        library, callbacks = lightning
        callback = callbacks.KeepsakeCallback(period=2, save_weights_only=True)
        trainer(library, 5, callbacks=[callback]).fit(module(library))
        assert recorded().checkpoints.step == [1, 3]
        recorded().latest().checkout(tmp_path / "out", quiet=True)
        assert "optimizer_states" not in torch.load(tmp_path / "out" / "model.pth", weights_only=False)

    def test_a_training_that_raises_is_a_failed_run(self, lightning, recorded):
        library, callbacks = lightning

        class Breaking(library.Callback):
            def on_train_epoch_end(self, trainer, pl_module):
                raise RuntimeError("no more")

        with pytest.raises(RuntimeError, match="no more"):
            trainer(library, callbacks=[callbacks.KeepsakeCallback(None), Breaking()]).fit(module(library))
        assert recorded().status == "failed"


class TestLightningLogger:
    def test_hyperparameters_are_params_and_what_is_logged_are_checkpoints(self, lightning, recorded):
        library, callbacks = lightning
        logger = callbacks.KeepsakeLogger({"seed": 1}, ("val_loss", "minimize"))
        runner = trainer(library, 2, logger=logger)
        model = module(library)
        runner.fit(model)
        experiment = recorded()
        assert experiment.id == logger.experiment.id and experiment.status == "finished"
        assert experiment.params == {"lr": 0.01, "seed": 1}
        losses = [c.metrics["val_loss"] for c in experiment.checkpoints if "val_loss" in c.metrics]
        assert len(losses) == 2 and experiment.best().metrics["val_loss"] == min(losses)
        assert experiment.latest().step == 7
        runner.test(model, verbose=False)
        assert "test_loss" in recorded().latest().metrics
        assert recorded().status == "finished"

    def test_models_that_lightning_saves_are_saved(self, lightning, recorded):
        library, callbacks = lightning
        saving = library.callbacks.ModelCheckpoint("models", "{epoch}", monitor="val_loss", save_top_k=-1)
        logger = callbacks.KeepsakeLogger()
        trainer(library, 2, logger=logger, enable_checkpointing=True, callbacks=[saving]).fit(module(library))
        saved = [c for c in recorded().checkpoints if c.path]
        assert [c.path for c in saved] == ["models/epoch=0.ckpt", "models/epoch=1.ckpt"]
        assert all("val_loss" in c.metrics for c in saved)

    def test_models_are_left_out_on_request(self, lightning, recorded):
        library, callbacks = lightning
        logger = callbacks.KeepsakeLogger(log_model=False)
        trainer(library, 1, logger=logger, enable_checkpointing=True).fit(module(library))
        assert not [c for c in recorded().checkpoints if c.path]

    def test_hyperparameters_that_come_late_are_named(self, lightning, recorded, capsys):
        library, callbacks = lightning
        logger = callbacks.KeepsakeLogger()
        logger.log_hyperparams({"early": 1})
        logger.log_metrics({"loss": 1.0}, 0)
        logger.log_hyperparams({"late": 2, "early": 1})
        logger.finalize("success")
        assert recorded().params == {"early": 1}
        assert "Not recording the hyperparameters late" in capsys.readouterr().err

    def test_a_training_that_raises_is_a_failed_run(self, lightning, recorded):
        library, callbacks = lightning
        logger = callbacks.KeepsakeLogger()

        class Breaking(library.Callback):
            def on_train_epoch_end(self, trainer, pl_module):
                raise RuntimeError("no more")

        with pytest.raises(RuntimeError, match="no more"):
            trainer(library, logger=logger, callbacks=[Breaking()]).fit(module(library))
        assert recorded().status == "failed"


class TestTransformers:
    @pytest.fixture
    def transformers(self):
        pytest.importorskip("torch")
        return pytest.importorskip("transformers")

    def train(self, transformers, callback, folder="out", **options):
        import torch

        model = transformers.BertForSequenceClassification(
            transformers.BertConfig(
                vocab_size=16, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8
            )
        )
        rows = [{"input_ids": torch.tensor([i % 16, 3, 1]), "labels": torch.tensor(i % 2)} for i in range(16)]
        arguments = transformers.TrainingArguments(
            output_dir=folder, num_train_epochs=2, per_device_train_batch_size=4, logging_steps=2,
            eval_strategy="epoch", save_strategy="epoch", report_to=[], disable_tqdm=True, use_cpu=True, **options,
        )
        transformers.Trainer(
            model, arguments, train_dataset=rows, eval_dataset=rows, callbacks=[callback]
        ).train()

    def test_logs_are_checkpoints_and_saved_models_have_files(self, transformers, recorded, tmp_path):
        from keepsake.transformers_callback import KeepsakeCallback

        callback = KeepsakeCallback({"note": "tiny"}, ("eval_loss", "minimize"))
        self.train(transformers, callback, learning_rate=0.125)
        experiment = recorded()
        assert experiment.id == callback.experiment.id and experiment.status == "finished"
        assert experiment.params["learning_rate"] == 0.125 and experiment.params["note"] == "tiny"
        assert sorted({c.step for c in experiment.checkpoints}) == [2, 4, 6, 8]
        evaluated = [c for c in experiment.checkpoints if "eval_loss" in c.metrics and not c.path]
        assert [c.step for c in evaluated] == [4, 8]
        saved = [c for c in experiment.checkpoints if c.path]
        assert [(c.path, c.step) for c in saved] == [("out/checkpoint-4", 4), ("out/checkpoint-8", 8)]
        assert [c.metrics["eval_loss"] for c in saved] == [c.metrics["eval_loss"] for c in evaluated]
        assert experiment.best().metrics["eval_loss"] == min(c.metrics["eval_loss"] for c in saved)
        found = files(saved[-1], tmp_path / "checkout")
        assert {"out/checkpoint-8/model.safetensors", "out/checkpoint-8/config.json"} <= found

    def test_models_are_left_out_on_request(self, transformers, recorded):
        from keepsake.transformers_callback import KeepsakeCallback

        self.train(transformers, KeepsakeCallback(save_model=False))
        assert not [c for c in recorded().checkpoints if c.path]

    def test_a_folder_may_be_named_from_the_root(self, transformers, recorded, folder):
        from keepsake.transformers_callback import KeepsakeCallback

        self.train(transformers, KeepsakeCallback(), str(folder.path / "models"))
        assert recorded().checkpoints[-2].path == "models/checkpoint-8" or [
            c.path for c in recorded().checkpoints if c.path
        ] == ["models/checkpoint-4", "models/checkpoint-8"]
