"""A real sweep with scikit-learn, from the first line to the report."""

import json
from pathlib import Path

SWEEP = """
import keepsake, numpy
from sklearn.datasets import load_iris
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
import pickle

data = load_iris()
train_x, test_x, train_y, test_y = train_test_split(
    data.data, data.target, test_size=0.3, random_state=7, stratify=data.target
)

for alpha in (0.0001, 0.01, 1.0):
    for seed in (1, 2):
        experiment = keepsake.init(
            path="train.py", params={"alpha": alpha, "seed": seed}, quiet=True
        )
        model = SGDClassifier(loss="log_loss", alpha=alpha, random_state=seed)
        for epoch in range(4):
            model.partial_fit(train_x, train_y, classes=numpy.unique(train_y))
            with open("model.pickle", "wb") as file:
                pickle.dump(model, file)
            experiment.checkpoint(
                path="model.pickle",
                # Both are scalars of numpy.
                metrics={
                    "loss": log_loss(test_y, model.predict_proba(test_x)),
                    "accuracy": numpy.float32(model.score(test_x, test_y)),
                },
                primary_metric=("loss", "minimize"),
            )
        experiment.stop()

best = min(
    keepsake.experiments.list(), key=lambda e: e.best().metrics["loss"]
).best()
with best.open("model.pickle") as file:
    again = pickle.load(file)
assert log_loss(test_y, again.predict_proba(test_x)) == best.metrics["loss"]
print(best.id)
print(keepsake.report(metric="loss:minimize"))
"""


def test_a_sweep_ends_in_a_report_and_its_best_model_comes_back(folder):
    (folder.path / "train.py").write_text(SWEEP)
    output, errors = folder.run("import runpy; runpy.run_path('train.py')")
    best, index = output.split()
    experiments = folder.experiments()
    assert [e["num_checkpoints"] for e in experiments] == [4] * 6
    assert {e["status"] for e in experiments} == {"finished"}
    assert best in {e["best_checkpoint"]["id"] for e in experiments}
    packages = json.loads(folder.command("show", "--json", experiments[0]["id"]))["python_packages"]
    assert {"numpy", "scikit-learn"} <= set(packages)
    page = Path(index).read_text()
    assert all(e["id"][:7] in page for e in experiments)
