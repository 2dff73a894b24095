"""The repositories that are measured on, made by generate.py on first use."""

import json
import os
import subprocess
import sys

from measuring import note

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKPOINTS, METRICS = 100, 5
EXPERIMENTS = os.path.join(".keepsake", "metadata", "experiments")


def repository(work, experiments, checkpoints=CHECKPOINTS):
    """The project with this many experiments; made on the first call."""
    folder = os.path.join(work, "%dx%dx%d" % (experiments, checkpoints, METRICS))
    if not os.path.exists(os.path.join(folder, "complete")):
        note("making %s" % folder)
        subprocess.run(
            [sys.executable, os.path.join(HERE, "generate.py"), folder, "--replace",
             "--experiments", str(experiments), "--checkpoints", str(checkpoints),
             "--metrics", str(METRICS)],
            check=True, stdout=subprocess.DEVNULL,
        )
        open(os.path.join(folder, "complete"), "w").close()
    return folder


def json_size(folder):
    with os.scandir(os.path.join(folder, EXPERIMENTS)) as files:
        return sum(file.stat().st_size for file in files)


def add_checkpoint(folder):
    """Adds a checkpoint, worse than all, to the experiment in the middle, as its recorder would."""
    files = os.path.join(folder, EXPERIMENTS)
    names = sorted(os.listdir(files))
    path = os.path.join(files, names[len(names) // 2])
    with open(path) as file:
        experiment = json.load(file)
    last = experiment["checkpoints"][-1]
    step = last["step"] + 1
    experiment["checkpoints"].append(
        dict(last, id="%064x" % (int(last["id"], 16) ^ step), step=step,
             metrics={name: 9.5 for name in last["metrics"]}))
    with open(path + ".new", "w") as file:
        json.dump(experiment, file, indent=1)
    os.replace(path + ".new", path)
