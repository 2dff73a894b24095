"""Programs for Keepsake 0.4.2 run unchanged, and the two read what the other recorded."""

import inspect
import json
import os
import subprocess

import pytest

import keepsake
import keepsake.checkpoint
import keepsake.experiment

# A program that 0.4.2 and ours both run, each with `import keepsake`.
PROGRAM = """
import json, math, os, sys
import keepsake
from keepsake.experiment import Experiment
from keepsake.checkpoint import Checkpoint, PrimaryMetric
from keepsake.exceptions import DoesNotExist

experiment = keepsake.init(path=".", params={"lr": 0.1, "layers": [8, 4], "note": None})
for epoch in range(3):
    with open("weights", "w") as file:
        file.write("epoch %d" % epoch)
    checkpoint = experiment.checkpoint(
        path="weights",
        step=epoch * 10,
        metrics={"loss": [1.0, 0.25, math.nan][epoch], "epoch": epoch},
        primary_metric=("loss", "minimize"),
    )
    assert isinstance(checkpoint, Checkpoint)
experiment.checkpoint(metrics={"loss": 0.5}, quiet=True)
experiment.stop()

def shown(experiment):
    assert isinstance(experiment, Experiment)
    checkpoints = experiment.checkpoints
    return {
        "params": experiment.params,
        "path": experiment.path,
        "steps": checkpoints.step,
        "losses": str(checkpoints.metrics["loss"]),
        "slice": checkpoints[1:].step,
        "best": experiment.best().step,
        "latest": experiment.latest().step,
        "primary": experiment.primary_metric(),
        "primary metrics": [c.primary_metric for c in checkpoints],
        "paths": [c.path for c in checkpoints],
        "running": experiment.is_running(),
        "files": [c.open("weights").read().decode() for c in checkpoints[:3]],
        "short": experiment.short_id() == experiment.id[:7],
        "later": experiment.duration.total_seconds() >= 0,
        "keys": sorted(experiment.to_json()),
        "checkpoint keys": sorted(checkpoints[0].to_json()),
        "created": experiment.to_json()["created"] == experiment.created.isoformat() + "Z",
    }

read = keepsake.experiments.get(experiment.id[:10])
[listed] = keepsake.experiments.list(filter=lambda e: e.params["lr"] == 0.1)
results = [shown(e) for e in (experiment, read, listed)]
listed.best().checkout("restored", quiet=True)
results.append(open("restored/weights").read())
read.refresh()
results.append(len(read.checkpoints))
other = keepsake.Project(directory=os.getcwd()).experiments.create(params={"lr": 1}, quiet=True)
results.append(other.params)
other.delete()
results.append(len(keepsake.experiments.list()))
try:
    keepsake.experiments.get("xyz")
except DoesNotExist:
    results.append("does not exist")
print(json.dumps(results))
"""

# What 0.4.2 has for everybody to use.
API = {
    "init": (keepsake.init, "keepsake.init"),
    "Project": (keepsake.Project.__init__, "keepsake.Project.__init__"),
    **{
        "ExperimentCollection." + name: (
            getattr(keepsake.experiment.ExperimentCollection, name),
            "keepsake.experiment.ExperimentCollection." + name,
        )
        for name in ("create", "get", "list")
    },
    **{
        "Experiment." + name: (
            getattr(keepsake.experiment.Experiment, name),
            "keepsake.experiment.Experiment." + name,
        )
        for name in (
            "__init__ checkpoint refresh to_json stop delete latest best is_running primary_metric "
            "plot short_id"
        ).split()
    },
    **{
        "ExperimentList." + name: (
            getattr(keepsake.experiment.ExperimentList, name),
            "keepsake.experiment.ExperimentList." + name,
        )
        for name in "primary_metric plot scatter delete".split()
    },
    **{
        "Checkpoint." + name: (
            getattr(keepsake.checkpoint.Checkpoint, name),
            "keepsake.checkpoint.Checkpoint." + name,
        )
        for name in "__init__ short_id to_json checkout open from_json".split()
    },
    **{
        "CheckpointList." + name: (
            getattr(keepsake.checkpoint.CheckpointList, name),
            "keepsake.checkpoint.CheckpointList." + name,
        )
        for name in "primary_metric plot".split()
    },
}


def call(python, program, *arguments, cwd):
    result = subprocess.run(
        [python, "-c", program, *map(str, arguments)],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def their_signatures():
    from conftest import ORACLE

    if not (ORACLE / "bin" / "python").exists():
        pytest.skip("KEEPSAKE_ORACLE is not there: run .ci/oracle")
    program = (
        "import inspect, json, sys, keepsake, keepsake.experiment, keepsake.checkpoint\n"
        "print(json.dumps({name: [[p.name, p.kind.name, p.default is p.empty or repr(p.default)]"
        " for p in inspect.signature(eval(name)).parameters.values()] for name in sys.argv[1:]}))"
    )
    names = [theirs for _, theirs in API.values()]
    return json.loads(call(str(ORACLE / "bin" / "python"), program, *names, cwd="/"))


@pytest.mark.parametrize("name", API)
def test_what_is_public_takes_the_same_arguments(their_signatures, name):
    ours, theirs = API[name]
    parameters = list(inspect.signature(ours).parameters.values())
    positional = [p for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    # A default that 0.4.2 makes with each call has no value to compare.
    assert [
        [p.name, p.kind.name, p.default is p.empty or repr(p.default)] for p in positional
    ] == [
        [n, kind, "None" if default == "<factory>" else default]
        for n, kind, default in their_signatures[theirs]
    ]


def test_a_program_for_0_4_2_runs_unchanged(folder, oracle, tmp_path):
    ours, _ = folder.run(PROGRAM)
    other = tmp_path / "other"
    other.mkdir()
    (other / "keepsake.yaml").write_text('repository: "file://.keepsake"\n')
    assert json.loads(ours) == json.loads(call(oracle, PROGRAM, cwd=other))


READ = """
import json, sys, keepsake
[experiment] = keepsake.experiments.list()
json.dump(
    {
        "experiment": repr(experiment.to_json()["params"]),
        "checkpoints": repr(experiment.to_json()["checkpoints"]),
        "best": experiment.best().id,
        "running": experiment.is_running(),
        "files": [c.open("weights").read().decode() for c in experiment.checkpoints],
    },
    sys.stdout,
)
"""

RECORD = """
import keepsake
experiment = keepsake.init(path=".", params={"b": "ü <&>", "a": [1, {"c": None}], "limit": float("inf")})
for epoch in range(3):
    open("weights", "w").write("epoch %d" % epoch)
    experiment.checkpoint(
        path="weights",
        metrics={"z": 1.5, "loss": 1.0 / (epoch + 1), "gone": float("nan")},
        primary_metric=("loss", "minimize"),
    )
experiment.stop()
"""


def test_0_4_2_reads_what_ours_recorded(folder, oracle):
    folder.run(RECORD)
    theirs = json.loads(call(oracle, READ, cwd=folder.path))
    ours = json.loads(folder.run(READ)[0])
    assert sorted_values(theirs) == sorted_values(ours)


def test_ours_reads_what_0_4_2_recorded(folder, oracle):
    call(oracle, RECORD, cwd=folder.path)
    theirs = json.loads(call(oracle, READ, cwd=folder.path))
    ours = json.loads(folder.run(READ)[0])
    assert sorted_values(theirs) == sorted_values(ours)


def test_ours_goes_on_with_what_0_4_2_recorded(folder, oracle):
    call(oracle, RECORD, cwd=folder.path)
    folder.run(
        """
        import keepsake
        [experiment] = keepsake.experiments.list()
        open("weights", "w").write("epoch 3")
        experiment.checkpoint(path="weights", metrics={"loss": 0.1}, primary_metric=("loss", "minimize"))
        """
    )
    read = json.loads(call(oracle, READ, cwd=folder.path))
    assert read["files"] == ["epoch %d" % epoch for epoch in range(4)]


def sorted_values(read):
    """The same whatever the order in which dictionaries came, which 0.4.2 does not keep."""
    names = {"nan": float("nan"), "inf": float("inf")}
    return {
        key: json.dumps(eval(value, {"__builtins__": {}}, names), sort_keys=True)
        if key in ("experiment", "checkpoints")
        else value
        for key, value in read.items()
    }
