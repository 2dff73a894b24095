"""Runs commands, measures them and prints tables of what was measured."""

import collections
import os
import statistics
import subprocess
import sys
import tempfile
import time

Run = collections.namedtuple("Run", "wall cpu rss output")


def fail(text):
    sys.exit("run: " + text)


def note(text):
    print(text, file=sys.stderr, flush=True)


def measure(command, folder):
    """Runs a command; its wall time, CPU time and peak memory are those of the child alone."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            raise
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            fail("%s ended with %d: %s" % (command, child.returncode, err.read()[-2000:].decode()))
        peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return Run(wall, usage.ru_utime + usage.ru_stime, peak, out.read())


def interleave(runs, *commands):
    """Runs each command, a function, `runs` times, in turns."""
    results = [[] for _ in commands]
    for _ in range(runs):
        for command, result in zip(commands, results):
            result.append(command())
    return results


def best(runs):
    return min(run.wall for run in runs)


def median(runs):
    return statistics.median(run.wall for run in runs)


def seconds(value):
    return "%.3f s" % value if value < 10 else "%.1f s" % value


def megabytes(value):
    return "%.0f MB" % (value / 1e6)


def ratio(theirs, ours):
    return "%.1f ×" % (theirs / ours)


class Table:
    def __init__(self, title, *header):
        self.title = title
        self.rows = [header]

    def add(self, *cells):
        self.rows.append([str(cell) for cell in cells])

    def print(self):
        widths = [max(len(row[i]) for row in self.rows) for i in range(len(self.rows[0]))]
        print("\n" + self.title + "\n")
        for number, row in enumerate(self.rows):
            cells = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
            print("  ".join(cells).rstrip())
            if number == 0:
                print("  ".join("-" * width for width in widths))
        sys.stdout.flush()


def cpu(runs):
    """The least CPU time, of all cores: what other programs disturb least."""
    return min(run.cpu for run in runs)


def summary(runs):
    return [
        seconds(best(runs)), seconds(median(runs)), seconds(cpu(runs)),
        megabytes(max(run.rss for run in runs)),
    ]


def compare(table, name, ours, theirs):
    ratios = [ratio(of(theirs), of(ours)) for of in (best, median, cpu)]
    table.add(name, *summary(ours), *summary(theirs), *ratios)


def tree(folder):
    """How many files are below a folder, and their size."""
    count = size = 0
    for path, _, names in os.walk(folder):
        for name in names:
            count += 1
            size += os.lstat(os.path.join(path, name)).st_size
    return count, size


def machine():
    model = "unknown processor"
    try:
        with open("/proc/cpuinfo") as file:
            lines = [line for line in file if line.startswith("model name")]
            model = lines[0].split(":")[1].strip()
    except (OSError, IndexError):
        pass
    load = os.getloadavg()[0]
    return "%d cores (%s), load %.1f%s" % (
        os.cpu_count(), model, load, "" if load < 0.5 else ": NOT IDLE, times are too high")
