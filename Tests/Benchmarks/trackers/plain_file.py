"""No tracker: a line of JSON in a file, written and flushed."""

import json


def start(params):
    file = open("log.jsonl", "a")

    def log(step, metrics):
        file.write(json.dumps({"step": step, **metrics}) + "\n")
        file.flush()

    return log


def count():
    with open("log.jsonl") as file:
        return sum(1 for line in file if json.loads(line))
