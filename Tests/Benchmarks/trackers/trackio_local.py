"""trackio, into its local database."""

import os

os.environ["TRACKIO_DIR"] = os.path.abspath("trackio")


def start(params):
    import trackio

    trackio.init(project="benchmark", config=params)

    def log(step, metrics):
        trackio.log(metrics, step=step)

    return log


def count():
    import glob
    import sqlite3

    steps = 0
    for path in glob.glob("trackio/*.db"):
        with sqlite3.connect(path) as database:
            steps += database.execute("SELECT COUNT(DISTINCT step) FROM metrics").fetchone()[0]
    return steps
