"""What a program that trains shows while its files are sent."""

import os
import pty
import sys
from pathlib import Path

from conftest import program

PACKAGE = Path(__file__).resolve().parents[2] / "Sources" / "Python" / "src"

TRAIN = """
import keepsake
experiment = keepsake.init(params={}, quiet=%r)
experiment.checkpoint(path="weights")
experiment.stop()
"""


def said(cloud, quiet):
    """What a run with a file of 40 MB writes to its terminal."""
    (cloud.project / "weights").write_bytes(os.urandom(40_000_000))
    return on_terminal(cloud, sys.executable, "-B", "-c", TRAIN % quiet)


def on_terminal(cloud, *command):
    """What a command writes to its terminal."""
    environment = {**cloud.environment, "KEEPSAKE_BIN": program("KEEPSAKE_BIN"), "PYTHONPATH": str(PACKAGE)}
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cloud.project)
        os.execve(command[0], list(command), environment)
    output = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        output += part
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, output
    return output.decode()


def test_a_terminal_shows_how_far_the_files_are_and_erases_that(cloud):
    text = said(cloud, quiet=False)
    assert "\r\x1b[K═══╡ Storing files: " in text
    assert " of 40.0 MB (" in text
    assert text.endswith("\r\x1b[K")


def test_a_quiet_run_does_not(cloud):
    assert "Storing files" not in said(cloud, quiet=True)
