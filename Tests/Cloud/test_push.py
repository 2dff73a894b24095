"""Files that a bucket did not take until the end of a run wait on the machine, and are sent later."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import ThreadingHTTPServer

import pytest

from conftest import program
from oracle_proxy import Handler
from test_progress import PACKAGE, on_terminal


TRAIN = """
import keepsake
experiment = keepsake.init(params={}, quiet=True)
print("begun", flush=True)
input()
print(experiment.checkpoint(path="weights", metrics={"loss": 1.0}).id, flush=True)
experiment.stop()
print("stopped", flush=True)
input()
"""


class Gate(Handler):
    """Passes requests on, but for the saved files, or for all writes, while they are not let through."""

    def forward(self):
        mode = self.server.mode
        is_write = self.command in ("POST", "PUT")
        is_file = is_write and any(
            part in self.path for part in ("/root/experiments/", "/root/checkpoints/", "root%2Fexperiments%2F", "root%2Fcheckpoints%2F"))
        if is_file and mode in ("hang", "slow"):
            self.server.opened.wait(60 if mode == "hang" else 0.8)
        if not (is_file and mode == "refuse" or is_write and mode == "refuse all"):
            return super().forward()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "/upload/" in self.path:
            body = json.dumps({"error": {"code": 403, "message": "no", "errors": [{"reason": "forbidden"}]}}).encode()
        else:
            body = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = forward


@pytest.fixture
def gate(cloud, emulators):
    """Stands between the programs and the bucket."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    server.daemon_threads = True
    server.target = (emulators.s3 if cloud.scheme == "s3" else emulators.gcs)[len("http://"):]
    server.mode, server.opened = "refuse", threading.Event()
    url = "http://127.0.0.1:%d" % server.server_port
    cloud.environment.update(AWS_ENDPOINT_URL=url, STORAGE_EMULATOR_HOST=url)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.opened.set()
    server.shutdown()
    server.server_close()


def train(cloud):
    return subprocess.Popen(
        [program("KEEPSAKE_TRAINER"), cloud.project, "3"], env=cloud.environment, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)


def waiting(cloud):
    return sorted(cloud.temporary.rglob("manifest.json"))


def test_files_that_the_bucket_refuses_are_sent_later(cloud, gate):
    trainer = train(cloud)
    output, errors = trainer.communicate(timeout=300)
    assert trainer.returncode == 1
    run = output.strip()
    assert "cannot store the files of 4 snapshots" in errors
    assert "wait on this machine" in errors and "`keepsake push` sends them." in errors
    assert len(waiting(cloud)) == 4
    (listed,) = cloud.json("ls")
    best = listed["best_checkpoint"]["id"]
    for shown in run, best:
        assert "files wait on this machine" in cloud.output("show", shown)
    # The training's files are for its repository alone.
    elsewhere = cloud.keepsake("push", "-R", "%s://%s/elsewhere" % (cloud.scheme, cloud.bucket))
    assert "Nothing waits" in elsewhere.stderr

    refused = cloud.keepsake("push", status=1)
    assert "4 snapshots" in refused.stderr and "still wait" in refused.stderr
    assert len(refused.stderr.splitlines()) < 10 and len(waiting(cloud)) == 4

    gate.mode = "pass"
    assert "Sent 4 snapshots" in cloud.keepsake("push").stderr
    assert waiting(cloud) == []
    cloud.output("checkout", run, "-o", "back", "-f")
    assert (cloud.project / "back" / "weights").read_bytes() == b"weights " * 1000
    assert (cloud.project / "back" / "train.py").read_text() == "print('training')\n"
    assert "Nothing waits" in cloud.keepsake("push").stderr
    assert not [key for key in cloud.keys() if not key.startswith("root/")]


def test_files_of_a_killed_program_are_sent_later(cloud, gate):
    gate.mode = "hang"
    trainer = train(cloud)
    end = time.monotonic() + 60
    while len(waiting(cloud)) < 4:
        assert time.monotonic() < end and trainer.poll() is None
        time.sleep(0.01)
    # What a living program has is its own.
    assert "still running, and sends them itself" in cloud.keepsake("push").stderr
    trainer.kill()
    trainer.communicate()
    gate.mode = "pass"
    gate.opened.set()
    # Of the fourth, the metrics may not have been written yet.
    pushed = cloud.keepsake("push").stderr
    assert "Sent 4 snapshots" in pushed or "Sent 3 snapshots" in pushed
    assert waiting(cloud) == []
    (listed,) = cloud.json("ls")
    cloud.output("checkout", listed["id"], "-o", "back", "-f")
    assert (cloud.project / "back" / "weights").read_bytes() == b"weights " * 1000
    assert (cloud.project / "back" / "train.py").read_text() == "print('training')\n"


def test_what_a_notebook_could_not_write_at_all_is_sent_while_it_is_still_open(cloud, gate):
    gate.mode = "pass"
    environment = {**cloud.environment, "KEEPSAKE_BIN": program("KEEPSAKE_BIN"), "PYTHONPATH": str(PACKAGE)}
    trainer = subprocess.Popen(
        [sys.executable, "-B", "-c", TRAIN], env=environment, cwd=cloud.project, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert trainer.stdout.readline() == "begun\n"
    gate.mode = "refuse all"
    trainer.stdin.write("\n")
    trainer.stdin.flush()
    checkpoint = trainer.stdout.readline().strip()
    assert trainer.stdout.readline() == "stopped\n"
    gate.mode = "pass"
    assert "Sent 1 snapshot" in cloud.keepsake("push").stderr
    cloud.output("checkout", checkpoint, "-o", "back", "-f")
    assert (cloud.project / "back" / "weights").read_bytes() == b"weights " * 1000
    assert cloud.json("ls")[0]["latest_checkpoint"]["metrics"] == {"loss": 1.0}
    output, errors = trainer.communicate("\n", timeout=60)
    assert trainer.returncode == 0 and "`keepsake push` sends them" in errors


def test_a_terminal_shows_how_far_the_files_are(cloud, gate):
    (cloud.project / "weights").write_bytes(os.urandom(10_000_000))
    train(cloud).communicate(timeout=300)
    # Quicker ones are not worth a word.
    gate.mode = "slow"
    text = on_terminal(cloud, program("KEEPSAKE_BIN"), "push")
    assert "Sending checkpoint " in text and " (2 of 4)… " in text and " of 10.0 MB" in text
    assert "\r\x1b[K═══╡ Sent 4 snapshots (30.0 MB) to " in text


def test_what_nobody_wants_is_discarded_without_the_network(cloud, gate):
    train(cloud).communicate(timeout=300)
    gate.shutdown()
    gate.server_close()
    asked = cloud.keepsake("push", "--discard", status=1)
    assert asked.stdout.count("\n* ") == 4 and len(waiting(cloud)) == 4
    assert "Discarded 4 snapshots" in cloud.keepsake("push", "--discard", "-f").stderr
    assert waiting(cloud) == []
