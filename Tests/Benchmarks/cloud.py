"""Prints how long commands on buckets take, in the stand-ins for S3 and Cloud Storage on this machine.

    Tests/Benchmarks/cloud [--experiments 1000] [--megabytes 1000] [--runs 3]

Builds the release binary and a recorder, and installs 0.4.2, where they are missing; KEEPSAKE_BIN,
KEEPSAKE_TRAINER and KEEPSAKE_ORACLE name ready ones. The network costs nothing here: on a real one
the number of requests, which is printed too, weighs more.
"""

import argparse
import datetime
import itertools
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import SourceFileLoader
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Cloud"))
sys.dont_write_bytecode = True

import boto3  # noqa: E402
from emulators import Emulators  # noqa: E402
from oracle_proxy import OracleProxy, environment as oracle_environment  # noqa: E402

run = SourceFileLoader("run", str(HERE / "run")).load_module()

RECORD_042 = """
import keepsake
experiment = keepsake.init(params={"learning_rate": 0.1})
experiment.checkpoint(path="weights", step=0, metrics={"loss": 1.0}, primary_metric=("loss", "minimize"), quiet=True)
experiment.stop()
"""


class Tools:
    def __init__(self):
        self.ours = os.path.abspath(os.environ.get("KEEPSAKE_BIN") or run.Tools.script("release"))
        self.oracle = os.environ.get("KEEPSAKE_ORACLE") or run.Tools.script("oracle")
        self.trainer = os.path.abspath(os.environ.get("KEEPSAKE_TRAINER") or self.build())
        self.aws = os.path.join(os.path.dirname(sys.executable), "aws")

    @staticmethod
    def build():
        run.note("building CloudTrainer")
        build = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--package-path", run.ROOT]
        subprocess.run(build + ["--product", "CloudTrainer"], stdout=sys.stderr, check=True)
        folder = subprocess.run(build + ["--show-bin-path"], stdout=subprocess.PIPE, check=True, text=True)
        return os.path.join(folder.stdout.strip(), "CloudTrainer")


def measure(command, folder, environment):
    saved = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        return run.measure([str(part) for part in command], folder)
    finally:
        os.environ.clear()
        os.environ.update(saved)


def requests(command, folder, environment):
    result = subprocess.run(
        [str(part) for part in command] + ["-v"], cwd=folder, env=environment, capture_output=True, text=True)
    found = re.search(r"Sent (.*)", result.stderr)
    return found[1] if found else "none"


class Bench:
    def __init__(self, tools, emulators, proxy, folder, runs):
        self.tools, self.emulators, self.folder, self.runs = tools, emulators, folder, runs
        self.home = folder / "home"
        self.home.mkdir()
        self.environment = {**emulators.environment(self.home), "NO_COLOR": "1"}
        programs = folder / "programs"
        programs.mkdir()
        self.theirs = oracle_environment(self.environment, emulators.gcs, proxy, programs)
        self.numbers = itertools.count()
        subprocess.run(
            [self.oracle("keepsake"), "analytics", "off"], env=self.theirs, check=True, capture_output=True)

    def oracle(self, name):
        return os.path.join(self.tools.oracle, "bin", name)

    def project(self, url):
        project = self.folder / ("project-%d" % next(self.numbers))
        project.mkdir()
        (project / "keepsake.yaml").write_text('repository: "%s"\n' % url)
        (project / "train.py").write_text("")
        return project

    def upload(self, repository, bucket):
        self.emulators.make_bucket(bucket)
        client = self.emulators.client(boto3)

        def put(path):
            key = "root/" + path.relative_to(repository).as_posix()
            client.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
            self.emulators.ask(
                "POST", "/upload/storage/v1/b/%s/o?uploadType=media&name=%s" % (bucket, key), path.read_bytes())

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(put, [path for path in repository.rglob("*") if path.is_file()]))

    def row(self, table, name, times, remark=""):
        # A child starts as a copy of this program: less than that is not measured.
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        peak = max(t.rss for t in times)
        table.add(
            name, run.seconds(min(t.wall for t in times)), run.seconds(statistics.median(t.wall for t in times)),
            run.seconds(run.cpu(times)), run.megabytes(peak) if peak > own * 1.1 else "—", remark)

    def lists(self, count):
        source = self.folder / "source"
        subprocess.run(
            [sys.executable, HERE / "generate.py", source, "--experiments", str(count), "--checkpoints", "20"],
            check=True, stdout=subprocess.DEVNULL)
        run.note("filling buckets")
        self.upload(source / ".keepsake", "lists")
        table = run.Table(
            "%s experiments × 20 checkpoints, %d runs" % (format(count, ","), self.runs),
            "", "best", "median", "CPU", "peak", "requests")
        for scheme in ("s3", "gs"):
            project = self.project("%s://lists/root" % scheme)
            for name, arguments in (("ls", ["ls", "-q"]), ("report", ["report"])):
                command = [self.tools.ours, *arguments]
                first, second = [], []
                for _ in range(self.runs):
                    shutil.rmtree(self.home / ".cache", ignore_errors=True)
                    first.append(measure(command, project, self.environment))
                    second.append(measure(command, project, self.environment))
                shutil.rmtree(self.home / ".cache", ignore_errors=True)
                counts = [requests(command, project, self.environment) for _ in range(2)]
                self.row(table, "%s: %s, first" % (scheme, name), first, counts[0])
                self.row(table, "%s: %s, second" % (scheme, name), second, counts[1])
        first, second = [], []
        for _ in range(self.runs):
            project = self.project("gs://lists/root")
            command = [self.oracle("keepsake"), "ls", "-q"]
            first.append(measure(command, project, self.theirs))
            second.append(measure(command, project, self.theirs))
        self.row(table, "gs: 0.4.2's ls, first", first)
        self.row(table, "gs: 0.4.2's ls, second", second)
        table.print()

    def weights(self, megabytes):
        weights = self.folder / "weights"
        with open(weights, "wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1_000_000))
        table = run.Table(
            "a checkpoint of %s MB that does not compress, %d runs in turns" % (format(megabytes, ","), self.runs),
            "", "best", "median", "CPU", "peak", "rate")
        times = {}

        def measured(name, command, folder, environment):
            time = measure(command, folder, environment)
            times.setdefault(name, []).append(time)
            return time.output.decode()

        def project(url):
            folder = self.project(url)
            os.link(weights, folder / "weights")
            return folder

        def check(name, folder):
            if not same(weights, folder / "back" / "weights"):
                run.fail("%s: other bytes came back" % name)
            shutil.rmtree(folder / "back")

        self.emulators.make_bucket("weights")
        copy = self.folder / "copy"
        aws = [self.tools.aws, "s3", "cp", "--quiet", "--endpoint-url", self.emulators.s3]
        back = ["-o", "back", "-f"]
        # The first of several turns, in which the stand-ins get their memory, does not count.
        warming = self.runs > 1
        for turn in range(self.runs + warming):
            if turn == warming:
                times.clear()
            for scheme in ("s3", "gs"):
                folder = project("%s://weights/root" % scheme)
                identifier = measured(
                    "%s: checkpoint up" % scheme, [self.tools.trainer, folder, 1], folder, self.environment).strip()
                measured(
                    "%s: checkout" % scheme, [self.tools.ours, "checkout", identifier, *back], folder,
                    self.environment)
                check(scheme, folder)
                measure([self.tools.ours, "rm", "-f", identifier], folder, self.environment)
            measured("aws s3 cp up", [*aws, weights, "s3://weights/copy"], self.folder, self.environment)
            measured("aws s3 cp down", [*aws, "s3://weights/copy", copy], self.folder, self.environment)
            copy.unlink()
            measure(
                [self.tools.aws, "s3", "rm", "--endpoint-url", self.emulators.s3, "s3://weights/copy"], self.folder,
                self.environment)
            folder = project("gs://weights/oracle")
            measured("gs: 0.4.2's checkpoint up", [self.oracle("python"), "-c", RECORD_042], folder, self.theirs)
            listing = measure([self.oracle("keepsake"), "ls", "-q"], folder, self.theirs).output.decode()
            identifier = listing.split()[0]
            measured(
                "gs: 0.4.2's checkout", [self.oracle("keepsake"), "checkout", identifier, *back], folder,
                self.theirs)
            check("0.4.2", folder)
            measure([self.oracle("keepsake"), "rm", "-f", identifier], folder, self.theirs)
        for name, found in times.items():
            self.row(table, name, found, "%.0f MB/s" % (megabytes / min(time.wall for time in found)))
        table.print()
        print(
            "\nUp includes packing the files and their checksums, down includes unpacking and checking; `aws s3 cp`\n"
            "does neither. The stand-ins run on the same cores.")


def same(one, other):
    return subprocess.run(["cmp", "-s", one, other]).returncode == 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="Tests/Benchmarks/cloud")
    parser.add_argument("--experiments", type=int, default=1000)
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the checkpoint; 0 leaves it out")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", default=None, help="where files are written; by default the system's temporary folder")
    options = parser.parse_args()
    tools = Tools()
    print(datetime.date.today().isoformat(), run.machine(), sep=", ")
    folder = Path(tempfile.mkdtemp(prefix="keepsake-cloud-", dir=options.work))
    try:
        with Emulators() as emulators, OracleProxy(emulators.gcs) as proxy:
            bench = Bench(tools, emulators, proxy, folder, options.runs)
            bench.lists(options.experiments)
            if options.megabytes:
                bench.weights(options.megabytes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
