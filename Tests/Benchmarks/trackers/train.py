"""
A training program that logs with one of the trackers; prints what it measured as JSON.

    python train.py TRACKER start            # the time of the import and of the start
    python train.py TRACKER log CALLS SECONDS PAUSE
    python train.py TRACKER kill STEPS PAUSE # logs, then kills itself
    python train.py TRACKER count            # how many steps can be read afterwards

It works in the current folder. PAUSE is the time of a training step without logging, in seconds: `log`
computes for so long, as training on the processor does, `kill` sleeps.
"""

import importlib
import json
import math
import os
import signal
import sys
import time


def metrics_of(step):
    """Five metrics, with all the digits that real ones have."""
    return {
        "loss": math.exp(-step / 1000) + 0.1,
        "accuracy": 1 - math.exp(-step / 1000) / 3,
        "val/loss": math.exp(-step / 900) + 0.2,
        "val/accuracy": 1 - math.exp(-step / 900) / 2,
        "learning_rate": 0.1 / math.sqrt(step + 1),
    }


def start(tracker):
    begin = time.perf_counter()
    importlib.import_module(tracker).start({"learning_rate": 0.1, "seed": 1})
    return time.perf_counter() - begin


def log(tracker, calls, seconds, pause):
    """The time of every call, until there are `calls` or `seconds` have passed."""
    log = importlib.import_module(tracker).start({"learning_rate": 0.1, "seed": 1})
    times, end = [], time.monotonic() + seconds
    for step in range(calls):
        metrics = metrics_of(step)
        begin = time.perf_counter()
        log(step, metrics)
        times.append(time.perf_counter() - begin)
        compute(pause)
        if time.monotonic() > end:
            break
    return times


def kill(tracker, steps, pause):
    log = importlib.import_module(tracker).start({"learning_rate": 0.1, "seed": 1})
    for step in range(steps):
        time.sleep(pause)
        log(step, metrics_of(step))
    os.kill(os.getpid(), signal.SIGKILL)


def compute(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def main(tracker, do, *numbers):
    numbers = [float(number) if "." in number else int(number) for number in numbers]
    if do == "count":
        answer = importlib.import_module(tracker).count()
    else:
        answer = {"start": start, "log": log, "kill": kill}[do](tracker, *numbers)
    # Trackers print too, and one that goes on at the end would take its time here.
    sys.stdout.write("\nANSWER " + json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)


main(*sys.argv[1:])
