"""Both emulators for the whole run, and for each test a bucket of its own in one or both of them.

    KEEPSAKE_BIN=.build/debug/keepsake KEEPSAKE_TRAINER=.build/debug/CloudTrainer \\
        "$(.ci/emulators)/bin/python" -m pytest Tests/Cloud -q

KEEPSAKE_ORACLE names the virtual environment of Keepsake 0.4.2.
"""

import itertools
import json
import os
import re
import subprocess
from pathlib import Path

import boto3
import pytest

from emulators import Emulators

numbers = itertools.count(1)


def program(name):
    path = os.environ.get(name)
    if not path:
        pytest.skip("%s is not set" % name)
    return os.path.abspath(path)


@pytest.fixture(scope="session")
def emulators():
    with Emulators() as emulators:
        yield emulators


class Cloud:
    """A bucket, a home folder, a project, and the programs that use them."""

    def __init__(self, emulators, scheme, folder):
        self.emulators, self.scheme = emulators, scheme
        self.bucket = "bucket-%d" % next(numbers)
        emulators.make_bucket(self.bucket)
        self.url = "%s://%s/root" % (scheme, self.bucket)
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir()
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.environment = {
            **emulators.environment(self.home), "TMPDIR": str(self.temporary), "NO_COLOR": "1", "TZ": "UTC"}
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "keepsake.yaml").write_text('repository: "%s"\n' % self.url)
        (self.project / "train.py").write_text("print('training')\n")
        (self.project / "weights").write_bytes(b"weights " * 1000)

    def keepsake(self, *arguments, status=0, **environment):
        result = subprocess.run(
            [program("KEEPSAKE_BIN"), *map(str, arguments)], cwd=self.project, stdin=subprocess.DEVNULL,
            env={**self.environment, **environment}, capture_output=True, text=True, timeout=300)
        assert result.returncode == status, "keepsake %s: %d\n%s%s" % (
            arguments, result.returncode, result.stdout, result.stderr)
        return result

    def output(self, *arguments, **environment):
        return self.keepsake(*arguments, **environment).stdout

    def json(self, *arguments):
        return json.loads(self.output(*arguments, "--json"))

    def train(self, count=3):
        """Records a run with ours; its id."""
        result = subprocess.run(
            [program("KEEPSAKE_TRAINER"), self.project, str(count)], env=self.environment, capture_output=True,
            text=True, timeout=300)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def requests(self, *arguments):
        """The numbers of requests that a command says it sent, by kind."""
        found = re.search(r"Sent (\d+) requests?: (.*)", self.keepsake(*arguments, "-v").stderr)
        if not found:
            return {}
        return {kind: int(count) for count, kind in (part.split() for part in found[2].split(", "))}

    def keys(self):
        """The keys of all objects in the bucket."""
        if self.scheme == "s3":
            pages = self.emulators.client(boto3).get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
            return sorted(item["Key"] for page in pages for item in page.get("Contents", []))
        listing = json.loads(self.emulators.ask("GET", "/storage/v1/b/%s/o" % self.bucket))
        return sorted(item["name"] for item in listing.get("items", []))

    def put(self, key, content):
        if self.scheme == "s3":
            self.emulators.client(boto3).put_object(Bucket=self.bucket, Key=key, Body=content)
        else:
            from urllib.parse import quote

            self.emulators.ask(
                "POST", "/upload/storage/v1/b/%s/o?uploadType=media&name=%s" % (self.bucket, quote(key, safe="")), content)

    def upload(self, folder):
        """Copies a repository on disk into the bucket, under `root`."""
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                self.put("root/" + path.relative_to(folder).as_posix(), path.read_bytes())


@pytest.fixture(params=["s3", "gs"])
def cloud(request, emulators, tmp_path):
    return Cloud(emulators, request.param, tmp_path)


@pytest.fixture
def gs(emulators, tmp_path):
    return Cloud(emulators, "gs", tmp_path)
