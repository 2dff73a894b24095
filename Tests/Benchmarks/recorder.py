"""Calls of the recorders."""

import json
import os
import statistics

from measuring import Table, measure, ratio

# Times calls of 0.4.2's module. Its cost grows with every call, so there are few.
RECORD_042 = """
import json, sys, time
import keepsake
experiment = keepsake.init(params={"learning_rate": 0.1})
times = []
for step in range(105):
    progress = step / 105
    start = time.perf_counter()
    experiment.checkpoint(
        metrics={
            "accuracy": progress * 0.97, "loss": 1 - progress * 0.93,
            "val_loss": 1 - progress * 0.91,
        },
        step=step, primary_metric=("val_loss", "minimize"), quiet=True)
    times.append(time.perf_counter() - start)
experiment.stop()
print("TIMES " + json.dumps(times))
"""


def checkpoint_calls(tools, scratch):
    table = Table(
        "A checkpoint call without files, three metrics: median (99th percentile)",
        "calls", "ours", "0.4.2", "ratio")

    def project(name):
        folder = os.path.join(scratch, name)
        os.makedirs(folder)
        with open(os.path.join(folder, "keepsake.yaml"), "w") as file:
            file.write("repository: file://.keepsake\n")
        return folder

    ours = {}
    output = measure([tools.recorder, project("recorder"), "100000"], scratch).output.decode()
    for line in output.splitlines():
        first, last, middle, high = line.split()
        ours[int(first), int(last)] = float(middle), float(high)
    output = measure([tools.python, "-c", RECORD_042], project("recorder-0.4.2")).output.decode()
    line = next(line for line in output.splitlines() if line.startswith("TIMES "))
    times = [1e6 * value for value in json.loads(line[len("TIMES "):])]

    def text(value):
        return "%s µs" % (format(round(value), ",") if value >= 100 else "%.1f" % value)

    start = ours[1, 100]
    for call, first, last in ((10, 6, 15), (100, 96, 105)):
        theirs = statistics.median(times[first - 1:last])
        table.add(
            "%d" % call, "%s (%s)" % (text(start[0]), text(start[1])), text(theirs),
            ratio(theirs, start[0]))
    for name, key in (("1,000", (901, 1100)), ("100,000", (99001, 100000))):
        table.add(name, "%s (%s)" % (text(ours[key][0]), text(ours[key][1])), "—", "—")
    table.print()
    print("\nours at 10 and 100: over calls 1 to 100; 0.4.2's cost grows with every call.")
