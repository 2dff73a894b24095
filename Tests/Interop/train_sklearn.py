"""Records a small sweep over Fisher's Iris with Keepsake 0.4.2 and real scikit-learn training.

    KEEPSAKE_ORACLE/bin/python train_sklearn.py REPOSITORY_URL PROJECT_DIR

Writes `keepsake.yaml`, the training data and each run's configuration
into PROJECT_DIR, so that snapshots hold something real. Everything but ids, times and the tarball
bytes is the same on every run.
"""

import argparse
import csv
import json
import os

import joblib
import keepsake
import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestCentroid
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

SWEEP = [
    {"model": "sgd", "loss": "log_loss", "alpha": 0.0001, "learning_rate": "optimal", "epochs": 6, "seed": 1},
    {"model": "sgd", "loss": "log_loss", "alpha": 0.01, "learning_rate": "optimal", "epochs": 6, "seed": 2},
    {"model": "sgd", "loss": "modified_huber", "alpha": 0.0001, "learning_rate": "adaptive", "eta0": 0.05, "epochs": 6, "seed": 1},
    {"model": "sgd", "loss": "hinge", "alpha": 0.001, "learning_rate": "constant", "eta0": 0.1, "epochs": 4, "seed": 3},
    # Ends with a diverged loss: metrics that are not numbers have to survive the round trip.
    {"model": "mlp", "hidden": [8, 4], "learning_rate_init": 0.02, "epochs": 5, "seed": 1, "note": "œuvre <&> \"日本\"", "diverge": True},
    # Metrics only: no files, no primary metric, no steps given.
    {"model": "nearest-centroid", "shrink_threshold": None, "epochs": 1, "seed": 0},
]


def record(params):
    iris = load_iris()
    train_x, test_x, train_y, test_y = train_test_split(
        iris.data, iris.target, test_size=0.3, random_state=7, stratify=iris.target
    )
    scaler = StandardScaler().fit(train_x)
    train_x, test_x = scaler.transform(train_x), scaler.transform(test_x)

    with open("config.json", "w") as f:
        json.dump(params, f, indent=2, sort_keys=True)

    if params["model"] == "nearest-centroid":
        experiment = keepsake.init(params=params)
        model = NearestCentroid().fit(train_x, train_y)
        experiment.checkpoint(metrics={"accuracy": model.score(test_x, test_y), "classes": 3})
        experiment.checkpoint(metrics={"accuracy": model.score(test_x, test_y), "classes": 3})
        experiment.stop()
        return

    if params["model"] == "mlp":
        model = MLPClassifier(
            hidden_layer_sizes=params["hidden"],
            learning_rate_init=params["learning_rate_init"],
            random_state=params["seed"],
        )
    else:
        model = SGDClassifier(
            loss=params["loss"],
            alpha=params["alpha"],
            learning_rate=params["learning_rate"],
            eta0=params.get("eta0", 0.0),
            random_state=params["seed"],
        )

    experiment = keepsake.init(path=".", params=params)
    os.makedirs("weights", exist_ok=True)
    shuffle = np.random.RandomState(params["seed"])
    for epoch in range(params["epochs"]):
        order = shuffle.permutation(len(train_x))
        model.partial_fit(train_x[order], train_y[order], classes=[0, 1, 2])
        joblib.dump(model, "weights/model.joblib")
        with open("weights/epoch.txt", "w") as f:
            f.write("epoch %d\n" % epoch)
        metrics = {
            "accuracy": model.score(test_x, test_y),
            "train_accuracy": model.score(train_x, train_y),
            "samples": np.int64(len(train_x) * (epoch + 1)),
        }
        if hasattr(model, "predict_proba"):
            metrics["loss"] = log_loss(test_y, model.predict_proba(test_x))
        else:
            decisions = model.decision_function(test_x)
            margins = decisions[np.arange(len(test_y)), test_y]
            metrics["loss"] = np.float64(np.maximum(0, 1 - margins).mean())
        if params.get("diverge") and epoch >= 3:
            metrics["loss"] = float("nan") if epoch == 3 else float("inf")
            metrics["gradient"] = float("-inf")
        experiment.checkpoint(
            path="weights", step=epoch, metrics=metrics, primary_metric=("loss", "minimize")
        )
    experiment.stop()


def prepare(project, repository):
    os.makedirs(os.path.join(project, "data"), exist_ok=True)
    with open(os.path.join(project, "keepsake.yaml"), "w") as f:
        f.write("repository: %s\n" % json.dumps(repository))
    with open(os.path.join(project, ".keepsakeignore"), "w") as f:
        f.write("*.tmp\nscratch/\n!keep.tmp\n")
    with open(os.path.join(project, "notes.tmp"), "w") as f:
        f.write("never stored\n")
    with open(os.path.join(project, "keep.tmp"), "w") as f:
        f.write("stored: a later line takes it back in\n")
    os.makedirs(os.path.join(project, "scratch"), exist_ok=True)
    with open(os.path.join(project, "scratch", "log.txt"), "w") as f:
        f.write("never stored\n")
    iris = load_iris()
    with open(os.path.join(project, "data", "iris.csv"), "w", newline="") as f:
        rows = csv.writer(f)
        rows.writerow(list(iris.feature_names) + ["species"])
        for row, target in zip(iris.data.tolist(), iris.target.tolist()):
            rows.writerow(row + [iris.target_names[target]])
    script = os.path.join(project, "run.sh")
    with open(script, "w") as f:
        f.write("#!/bin/sh\nexec python train_sklearn.py\n")
    os.chmod(script, 0o755)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", help="repository URL, as in keepsake.yaml")
    parser.add_argument("project", help="folder that becomes the project")
    arguments = parser.parse_args()

    os.makedirs(arguments.project, exist_ok=True)
    prepare(arguments.project, arguments.repository)
    os.chdir(arguments.project)
    for params in SWEEP:
        record(params)


if __name__ == "__main__":
    main()
