"""This package."""


def start(params):
    import keepsake

    experiment = keepsake.init(params=params, quiet=True)

    def log(step, metrics):
        experiment.checkpoint(
            metrics=metrics, step=step, primary_metric=("val/loss", "minimize"), quiet=True
        )

    return log


def count():
    import keepsake

    return sum(len(experiment.checkpoints) for experiment in keepsake.experiments.list())
