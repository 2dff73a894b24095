"""The package itself: what importing it does, and what its types promise."""

import os
import subprocess
import sys

import pytest

from conftest import SOURCES

# Every interpreter that is installed, of those that the package is for.
VERSIONS = ["3.9", "3.10", "3.11", "3.12", "3.13"]


def python(program, interpreter=sys.executable, **environment):
    return subprocess.run(
        [interpreter, "-W", "error", "-c", program],
        env={"PYTHONPATH": str(SOURCES), "PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_importing_it_starts_nothing_and_loads_little():
    result = python(
        "import sys; before = set(sys.modules); import keepsake;"
        "print(*sorted({m.partition('.')[0] for m in set(sys.modules) - before}))"
    )
    assert result.returncode == 0, result.stderr
    heavy = {"subprocess", "typing", "inspect", "dataclasses", "asyncio", "numpy", "tempfile"}
    assert not heavy & set(result.stdout.split())


def test_importing_it_needs_no_binary_and_no_project(tmp_path):
    result = python("import keepsake; keepsake.experiments, keepsake.Project()", PATH="")
    assert result.returncode == 0, result.stderr


def test_without_a_binary_the_error_says_what_to_do(tmp_path):
    result = python("import keepsake; keepsake.init()", KEEPSAKE_BIN=str(tmp_path / "missing"))
    assert "keepsake.exceptions.RecorderError: cannot start" in result.stderr
    assert "Install the package again with pip, or set KEEPSAKE_BIN" in result.stderr


def test_a_binary_that_is_no_recorder_is_an_error(tmp_path):
    result = python("import keepsake; keepsake.init()", KEEPSAKE_BIN="/bin/false")
    assert "keepsake.exceptions.RecorderError: the recorder process did not start" in result.stderr
    assert "Look whether /bin/false is the keepsake command" in result.stderr


@pytest.mark.parametrize("version", VERSIONS)
def test_it_records_and_reads_with_every_version_of_python(folder, version):
    interpreter = find(version)
    if interpreter is None:
        pytest.skip("Python {} is not installed".format(version))
    output, errors = folder.run(
        """
        import sys, keepsake
        experiment = keepsake.init(params={"lr": 0.1}, quiet=True)
        for step in range(10):
            loss = 1 / (step + 1)
            experiment.checkpoint(metrics={"loss": loss}, primary_metric=("loss", "minimize"))
        experiment.stop()
        [listed] = keepsake.experiments.list()
        print(listed.best().step, "%d.%d" % sys.version_info[:2])
        """,
        python=interpreter,
    )
    assert output == "9 {}\n".format(version) and errors == ""


def find(version):
    """The interpreter of that version that runs, if any."""
    import glob

    for candidate in [
        "python" + version,
        *glob.glob(os.path.expanduser("~/.pyenv/versions/{}.*/bin/python".format(version))),
    ]:
        try:
            result = subprocess.run(
                [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                capture_output=True,
                text=True,
            )
        except OSError:
            continue
        if result.stdout.strip() == version:
            return candidate
    return None


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """What mypy says of the package and of a program that uses it."""
    program = tmp_path_factory.mktemp("checked") / "train.py"
    program.write_text(
        """
import keepsake
experiment = keepsake.init(params={"lr": 0.1})
reveal_type(experiment.checkpoint(metrics={"loss": 1.0}, primary_metric=("loss", "minimize")))
reveal_type(keepsake.experiments.list()[0].checkpoints[1:])
experiment.chekpoint()
"""
    )
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", "src/keepsake", program],
        cwd=SOURCES.parent,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return result.stdout.splitlines(), result.stderr


def test_its_types_are_strict(checked):
    lines, errors = checked
    assert [line for line in lines if line.startswith("src/")] == [], errors


def test_a_program_that_uses_it_is_checked(checked):
    said = [line.partition(": ")[2] for line in checked[0] if "train.py" in line]
    assert said[:2] == [
        'note: Revealed type is "Union[keepsake._checkpoint.Checkpoint, None]"',
        'note: Revealed type is "keepsake._checkpoint.CheckpointList"',
    ]
    assert said[2].startswith('error: "Experiment" has no attribute "chekpoint"')
    assert len(said) == 3
