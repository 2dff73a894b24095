"""Keepsake 0.4.2."""


def start(params):
    import keepsake

    experiment = keepsake.init(params=params)

    def log(step, metrics):
        experiment.checkpoint(
            metrics=metrics, step=step, primary_metric=("val/loss", "minimize"), quiet=True
        )

    return log


def count():
    import glob
    import json

    steps = 0
    for path in glob.glob(".keepsake/metadata/experiments/*.json"):
        with open(path) as file:
            steps += len(json.load(file)["checkpoints"] or ())
    return steps
