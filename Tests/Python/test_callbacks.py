"""Callbacks for scikit-learn, XGBoost and LightGBM, with the libraries themselves."""

import subprocess
import sys

import pytest

from conftest import SOURCES

numpy = pytest.importorskip("numpy")


@pytest.fixture
def recorded(project):
    """Reads the only experiment that was recorded."""

    def read():
        [experiment] = project.experiments.list()
        return project.experiments.get(experiment.id)

    return read


def data(rows=60, seed=1):
    x = numpy.random.default_rng(seed).normal(size=(rows, 3))
    return x, (x[:, 0] + 0.3 * x[:, 1] > 0).astype(int)


def test_no_library_is_imported_before_its_callback():
    code = """
import sys, keepsake
print(sorted({"keras", "lightgbm", "lightning", "numpy", "sklearn", "transformers", "xgboost"} & set(sys.modules)))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(SOURCES)}, capture_output=True, text=True
    )
    assert result.stdout == "[]\n", result.stderr


class TestScikitLearn:
    @pytest.fixture
    def sklearn(self):
        return pytest.importorskip("sklearn.linear_model")

    def test_a_block_is_an_experiment_with_the_fitted_estimator(self, sklearn, recorded, tmp_path):
        import joblib
        import keepsake.sklearn

        x, y = data()
        model = sklearn.LogisticRegression(C=0.5)
        with keepsake.sklearn.record(
            model, params={"seed": 1}, primary_metric=("accuracy", "maximize")
        ) as run:
            model.fit(x, y)
            run.metrics["accuracy"] = model.score(x, y)
        experiment = recorded()
        assert experiment.id == run.experiment.id and experiment.status == "finished"
        assert experiment.params["C"] == 0.5 and experiment.params["seed"] == 1
        [checkpoint] = experiment.checkpoints
        assert checkpoint.metrics == {"accuracy": model.score(x, y)}
        assert experiment.best() == checkpoint
        checkpoint.checkout(tmp_path / "out", quiet=True)
        again = joblib.load(tmp_path / "out" / "model.joblib")
        assert (again.predict(x) == model.predict(x)).all()

    def test_a_pipeline_and_a_search_have_params_that_can_be_recorded(self, sklearn, recorded):
        import keepsake.sklearn
        from sklearn.model_selection import GridSearchCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        pipeline = make_pipeline(StandardScaler(), sklearn.LogisticRegression())
        search = GridSearchCV(pipeline, {"logisticregression__C": [0.1, 1.0]}, cv=2)
        with keepsake.sklearn.record(search) as run:
            search.fit(*data())
            run.metrics.update(search.best_params_, score=search.best_score_)
        params = recorded().params
        assert params["cv"] == 2 and params["param_grid"] == {"logisticregression__C": [0.1, 1.0]}
        assert params["estimator__standardscaler"] == "StandardScaler()"
        assert recorded().latest().metrics["score"] == search.best_score_

    def test_a_block_that_raises_is_a_failed_run(self, sklearn, recorded):
        import keepsake.sklearn

        with pytest.raises(ValueError, match="inconsistent"):
            with keepsake.sklearn.record(sklearn.LogisticRegression()) as run:
                run.estimator.fit([[1.0]], [1, 2])
        assert recorded().status == "failed"
        assert recorded().checkpoints == []


class TestXGBoost:
    @pytest.fixture
    def xgboost(self):
        return pytest.importorskip("xgboost")

    def train(self, xgboost, *callbacks, rounds=4, **options):
        train, test = (xgboost.DMatrix(*data(seed=seed)) for seed in (1, 2))
        params = {"objective": "binary:logistic", "max_depth": 2, "nthread": 1}
        return xgboost.train(
            params, train, rounds, evals=[(train, "train"), (test, "test")], callbacks=list(callbacks),
            verbose_eval=False, **options,
        )

    def test_every_round_is_a_checkpoint_and_the_last_has_the_model(self, xgboost, recorded, tmp_path):
        from keepsake.xgboost_callback import KeepsakeCallback

        callback = KeepsakeCallback(
            params={"max_depth": 2}, primary_metric=("test/logloss", "minimize")
        )
        history = {}
        model = self.train(xgboost, callback, evals_result=history)
        experiment = recorded()
        assert experiment.id == callback.experiment.id and experiment.status == "finished"
        assert experiment.params == {"max_depth": 2}
        assert experiment.checkpoints.step == [0, 1, 2, 3, 3]
        assert experiment.checkpoints[:4].metrics["test/logloss"] == history["test"]["logloss"]
        assert experiment.checkpoints[:4].metrics["train/logloss"] == history["train"]["logloss"]
        experiment.checkpoints[-1].checkout(tmp_path / "out", quiet=True)
        again = xgboost.Booster(model_file=tmp_path / "out" / "model.ubj")
        x = xgboost.DMatrix(data(seed=3)[0])
        assert (again.predict(x) == model.predict(x)).all()

    def test_when_early_stopping_comes_first_the_last_round_is_there_too(self, xgboost, recorded):
        from keepsake.xgboost_callback import KeepsakeCallback

        stopping = xgboost.callback.EarlyStopping(rounds=2, metric_name="logloss", data_name="test")
        history = {}
        callback = KeepsakeCallback(filepath=None, period=2)
        self.train(xgboost, stopping, callback, rounds=200, evals_result=history)
        rounds = len(history["test"]["logloss"])
        assert 2 < rounds < 200
        assert recorded().latest().step == rounds - 1
        assert recorded().latest().metrics["test/logloss"] == history["test"]["logloss"][-1]

    def test_cross_validation_has_means_and_deviations(self, xgboost, recorded):
        from keepsake.xgboost_callback import KeepsakeCallback

        history = xgboost.cv(
            {"objective": "binary:logistic", "nthread": 1}, xgboost.DMatrix(*data()), 3, nfold=2,
            as_pandas=False, callbacks=[KeepsakeCallback()],
        )
        checkpoints = recorded().checkpoints
        assert checkpoints.step == [0, 1, 2]
        assert checkpoints.metrics["test/logloss"] == history["test-logloss-mean"]
        assert checkpoints.metrics["test/logloss/std"] == history["test-logloss-std"]

    def test_the_interface_of_scikit_learn_takes_it(self, xgboost, recorded):
        pytest.importorskip("sklearn")
        from keepsake.xgboost_callback import KeepsakeCallback

        x, y = data()
        model = xgboost.XGBClassifier(n_estimators=3, n_jobs=1, callbacks=[KeepsakeCallback()])
        model.fit(x, y, eval_set=[(x, y)], verbose=False)
        assert recorded().latest().step == 2


class TestLightGBM:
    @pytest.fixture
    def lightgbm(self):
        return pytest.importorskip("lightgbm")

    PARAMS = {"objective": "binary", "num_leaves": 3, "min_data_in_leaf": 2, "verbose": -1, "num_threads": 1}

    def train(self, lightgbm, *callbacks, rounds=4):
        train = lightgbm.Dataset(*data(seed=1))
        return lightgbm.train(
            self.PARAMS, train, rounds, valid_sets=[lightgbm.Dataset(*data(seed=2), reference=train)],
            callbacks=list(callbacks),
        )

    def test_every_round_is_a_checkpoint_and_the_last_has_the_model(self, lightgbm, recorded, tmp_path):
        from keepsake.lightgbm_callback import KeepsakeCallback

        callback = KeepsakeCallback(params={"seed": 1}, primary_metric=("valid_0/binary_logloss", "minimize"))
        history = {}
        model = self.train(lightgbm, callback, lightgbm.record_evaluation(history))
        experiment = recorded()
        assert experiment.id == callback.experiment.id and experiment.status == "finished"
        assert experiment.params["num_leaves"] == 3 and experiment.params["seed"] == 1
        assert experiment.checkpoints.step == [0, 1, 2, 3]
        assert (
            experiment.checkpoints.metrics["valid_0/binary_logloss"]
            == history["valid_0"]["binary_logloss"]
        )
        experiment.latest().checkout(tmp_path / "out", quiet=True)
        again = lightgbm.Booster(model_file=str(tmp_path / "out" / "model.txt"))
        x = data(seed=3)[0]
        assert numpy.allclose(again.predict(x), model.predict(x))

    def test_the_block_ends_a_training_that_stops_early(self, lightgbm, recorded):
        from keepsake.lightgbm_callback import KeepsakeCallback

        with KeepsakeCallback(period=2) as callback:
            model = self.train(lightgbm, callback, lightgbm.early_stopping(2, verbose=False), rounds=500)
        assert 0 < model.best_iteration < 490
        experiment = recorded()
        assert experiment.status == "finished"
        # Two rounds without progress are known when the second of them ends.
        assert experiment.latest().step == model.best_iteration + 1
        assert experiment.latest().path == "model.txt"

    def test_a_training_that_raises_is_a_failed_run(self, lightgbm, recorded):
        from keepsake.lightgbm_callback import KeepsakeCallback

        def break_off(env):
            if env.iteration == 1:
                raise RuntimeError("no more")

        break_off.order = 40
        with pytest.raises(RuntimeError):
            with KeepsakeCallback() as callback:
                self.train(lightgbm, callback, break_off)
        assert recorded().status == "failed"
        assert recorded().checkpoints.step == [0, 1]

    def test_cross_validation_has_means_and_deviations(self, lightgbm, recorded):
        from keepsake.lightgbm_callback import KeepsakeCallback

        history = lightgbm.cv(
            self.PARAMS, lightgbm.Dataset(*data()), 3, nfold=2, callbacks=[KeepsakeCallback()]
        )
        checkpoints = recorded().checkpoints
        assert checkpoints.step == [0, 1, 2]
        assert checkpoints.metrics["valid/binary_logloss"] == history["valid binary_logloss-mean"]
        assert checkpoints.metrics["valid/binary_logloss/std"] == history["valid binary_logloss-stdv"]


class TestTheExperiment:
    """What all callbacks do, on the smallest of them."""

    @pytest.fixture
    def estimator(self):
        return pytest.importorskip("sklearn.dummy").DummyClassifier()

    def record(self, estimator, *arguments, **options):
        import keepsake.sklearn

        with keepsake.sklearn.record(estimator, *arguments, **options):
            estimator.fit(*data())

    def test_one_that_is_given_is_recorded_into_and_goes_on(self, estimator, recorded):
        import keepsake

        experiment = keepsake.init(quiet=True)
        self.record(estimator, None, experiment=experiment)
        self.record(estimator, None, experiment=experiment)
        assert recorded().status == "running"
        experiment.stop()
        assert recorded().checkpoints.step == [0, 1]

    def test_files_are_found_from_a_folder_within_the_project(self, estimator, recorded, folder, monkeypatch):
        inner = folder.path / "inner"
        inner.mkdir()
        monkeypatch.chdir(inner)
        self.record(estimator)
        assert recorded().latest().path == "inner/model.joblib"

    def test_files_may_be_named_from_the_root(self, estimator, recorded, folder):
        (folder.path / "models").mkdir()
        self.record(estimator, str(folder.path / "models" / "dummy.joblib"))
        assert recorded().latest().path == "models/dummy.joblib"

    def test_files_are_found_through_links(self, estimator, recorded, folder, tmp_path, monkeypatch):
        link = tmp_path / "link"
        link.symlink_to(folder.path)
        self.record(estimator, str(link / "dummy.joblib"))
        assert recorded().latest().path == "dummy.joblib"

    def test_files_are_found_in_a_project_elsewhere(self, estimator, tmp_path, folder, monkeypatch):
        import keepsake

        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        for options in [
            {"directory": elsewhere, "repository": "file://" + str(tmp_path / "repository")},
            {"repository": "file://" + str(tmp_path / "repository")},
        ]:
            place = options.get("directory", folder.path / "inner")
            place.mkdir(exist_ok=True)
            if "directory" not in options:
                monkeypatch.chdir(place)
            with keepsake.init(quiet=True, **options) as experiment:
                self.record(estimator, str(place / "dummy.joblib"), experiment=experiment)
            assert experiment.latest().path == "dummy.joblib"

    def test_files_outside_the_project_are_not_saved_and_that_is_said(
        self, estimator, recorded, tmp_path, capsys
    ):
        self.record(estimator, str(tmp_path / "elsewhere.joblib"))
        assert recorded().latest().path is None
        assert "elsewhere.joblib is not saved, because it lies outside the project" in capsys.readouterr().err
