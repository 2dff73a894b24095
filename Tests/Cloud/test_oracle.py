"""Keepsake 0.4.2 and ours work on each other's repositories in Cloud Storage."""

import json
import os
import subprocess

import pytest

from oracle_proxy import OracleProxy, environment

TRAIN = """
import keepsake
experiment = keepsake.init(path=".", params={"learning_rate": 0.5})
for step in range(3):
    open("weights", "w").write("weights %d" % step)
    experiment.checkpoint(path="weights", step=step, metrics={"loss": 1 / (step + 1)}, primary_metric=("loss", "minimize"))
experiment.stop()
print(experiment.id)
"""


class Oracle:
    def __init__(self, cloud, proxy):
        folder = os.environ.get("KEEPSAKE_ORACLE")
        if not folder:
            pytest.skip("KEEPSAKE_ORACLE is not set")
        self.folder, self.cloud = folder, cloud
        programs = cloud.folder / "programs"
        programs.mkdir()
        self.environment = environment(cloud.environment, cloud.emulators.gcs, proxy, programs)
        self.run("keepsake", "analytics", "off")

    def run(self, name, *arguments):
        result = subprocess.run(
            [os.path.join(self.folder, "bin", name), *arguments], cwd=self.cloud.project, env=self.environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        assert result.returncode == 0, result.stdout + result.stderr
        return result


@pytest.fixture
def oracle(gs):
    with OracleProxy(gs.emulators.gcs) as proxy:
        yield Oracle(gs, proxy)


def test_ours_reads_what_0_4_2_wrote(gs, oracle):
    run = oracle.run("python", "-c", TRAIN).stdout.split()[-1]
    theirs = json.loads(oracle.run("keepsake", "ls", "--json").stdout)
    (ours,) = gs.json("ls")
    assert ours["id"] == run == theirs[0]["id"]
    for key in ("params", "command", "num_checkpoints"):
        assert ours[key] == theirs[0][key]
    assert ours["best_checkpoint"]["id"] == theirs[0]["best_checkpoint"]["id"]
    gs.output("checkout", ours["best_checkpoint"]["id"], "-o", "back", "-f")
    assert (gs.project / "back" / "weights").read_text() == "weights 2"


def test_0_4_2_reads_what_ours_wrote(gs, oracle):
    run = gs.train()
    (theirs,) = json.loads(oracle.run("keepsake", "ls", "--json").stdout)
    (ours,) = gs.json("ls")
    assert theirs["id"] == run
    for key in ("params", "command", "num_checkpoints", "user"):
        assert ours[key] == theirs[key]
    assert theirs["best_checkpoint"]["id"] == ours["best_checkpoint"]["id"]
    oracle.run("keepsake", "checkout", run, "-o", "back", "-f")
    assert (gs.project / "back" / "weights").read_bytes() == b"weights " * 1000
    assert (gs.project / "back" / "train.py").read_text() == "print('training')\n"


def test_each_removes_what_the_other_wrote(gs, oracle):
    mine = gs.train()
    theirs = oracle.run("python", "-c", TRAIN).stdout.split()[-1]
    oracle.run("keepsake", "rm", "-f", mine)
    assert gs.output("ls", "-q") == theirs + "\n"
    gs.output("rm", "-f", theirs)
    assert json.loads(oracle.run("keepsake", "ls", "--json").stdout) == []
    assert [key for key in gs.keys() if theirs in key] == []
