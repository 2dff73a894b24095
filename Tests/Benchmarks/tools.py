"""The programs that are measured."""

import os
import shutil
import subprocess
import sys

from measuring import fail, note

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Tools:
    def __init__(self):
        self.ours = os.environ.get("KEEPSAKE_BIN") or self.script("release")
        oracle = os.environ.get("KEEPSAKE_ORACLE") or self.script("oracle")
        self.theirs = os.path.join(oracle, "bin", "keepsake")
        self.python = os.path.join(oracle, "bin", "python")
        self.recorder = os.environ.get("KEEPSAKE_RECORDER_BENCHMARK") or self.build_recorder()
        for path in (self.ours, self.theirs, self.python, self.recorder):
            if not os.access(path, os.X_OK):
                fail("%s is not there" % path)
        self.ours, self.recorder = os.path.abspath(self.ours), os.path.abspath(self.recorder)

    @staticmethod
    def script(name):
        note("running .ci/" + name)
        result = subprocess.run(
            [os.path.join(ROOT, ".ci", name)], stdout=subprocess.PIPE, check=True, text=True)
        return result.stdout.strip().splitlines()[-1]

    @staticmethod
    def build_recorder():
        note("building RecorderBenchmark")
        build = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--package-path", ROOT]
        subprocess.run(build + ["--product", "RecorderBenchmark"], stdout=sys.stderr, check=True)
        folder = subprocess.run(
            build + ["--show-bin-path"], stdout=subprocess.PIPE, check=True, text=True)
        return os.path.join(folder.stdout.strip(), "RecorderBenchmark")

    @property
    def hugo(self):
        """Where Hugo is; None when it is not installed."""
        return shutil.which("hugo")
