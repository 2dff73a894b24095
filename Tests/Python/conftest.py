"""
What the tests of the Python package share: a project folder, and training programs of their own.

    KEEPSAKE_BIN=.build/debug/keepsake "$(.ci/python)/bin/python" -m pytest Tests/Python -q

Tests that record need KEEPSAKE_BIN, the command; those beside Keepsake 0.4.2 need KEEPSAKE_ORACLE,
what `.ci/oracle` prints.
"""

import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent.parent / "Sources" / "Python" / "src"
# For these tests and for the programs that they start; Keepsake 0.4.2's are started without.
sys.path.insert(0, str(SOURCES))
os.environ["PYTHONPATH"] = str(SOURCES)

BINARY = os.environ.get("KEEPSAKE_BIN") and os.path.abspath(os.environ["KEEPSAKE_BIN"])
ORACLE = Path(os.environ.get("KEEPSAKE_ORACLE") or Path.home() / ".cache" / "keepsake-oracle")

# What says which process of a distributed training this is: the tests' own surroundings must not.
RANKS = ["RANK", "LOCAL_RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "NODE_RANK"]


class Run:
    """A training program that runs, or ran, in a process of its own."""

    def __init__(self, process):
        self.process = process

    def line(self):
        """The next line that it printed."""
        line = self.process.stdout.readline()
        assert line, "the program ended: " + self.process.stderr.read()
        return line.rstrip("\n")

    def kill(self):
        self.process.kill()
        self.process.communicate(timeout=30)

    def finish(self, status=0):
        """Wait for its end: what it printed, on both of its outputs."""
        try:
            output, errors = self.process.communicate(timeout=60)
        finally:
            self.process.kill()
        assert self.process.returncode == status, errors
        return output, errors


class Folder:
    """A project's folder with a repository in it."""

    def __init__(self, path, repository="file://.keepsake"):
        self.path = path
        (path / "keepsake.yaml").write_text('repository: "{}"\n'.format(repository))

    def start(self, program, *arguments, python=sys.executable, environment=None, **options):
        """Start a training program."""
        surroundings = {k: v for k, v in os.environ.items() if k not in RANKS}
        surroundings.update(environment or {})
        return Run(
            subprocess.Popen(
                [python, "-W", "error", "-c", textwrap.dedent(program), *map(str, arguments)],
                cwd=options.pop("cwd", self.path),
                env=surroundings,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                **options,
            )
        )

    def run(self, program, *arguments, status=0, **options):
        """Run a training program to its end: what it printed, on both of its outputs."""
        return self.start(program, *arguments, **options).finish(status)

    def command(self, *arguments):
        """What our command prints."""
        result = subprocess.run(
            [BINARY, *map(str, arguments)],
            cwd=self.path,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def experiments(self):
        """The experiments as our command lists them."""
        return json.loads(self.command("ls", "--json"))

    def experiment(self):
        """The only one, as it is stored, with its status."""
        [listed] = self.experiments()
        stored = json.loads(self.command("show", "--json", listed["id"]))
        return {**stored, "status": listed.get("status")}


@pytest.fixture
def folder(tmp_path):
    if not BINARY:
        pytest.skip("KEEPSAKE_BIN is not set")
    path = tmp_path / "project"
    path.mkdir()
    return Folder(path)


@pytest.fixture
def project(folder, monkeypatch):
    """The package in this process, in a project's folder of its own."""
    monkeypatch.chdir(folder.path)
    for name in RANKS:
        monkeypatch.delenv(name, raising=False)
    import keepsake

    return keepsake.Project()


@pytest.fixture
def oracle():
    """The interpreter that has Keepsake 0.4.2."""
    python = ORACLE / "bin" / "python"
    if not python.exists():
        pytest.skip("KEEPSAKE_ORACLE is not there: run .ci/oracle")
    return str(python)


def until(condition, seconds=20):
    """Wait until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)
