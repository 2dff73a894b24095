"""Writes repositories of format 1 that nobody recorded: a hostile one and a large one.

Both are the same on every run.
"""

import hashlib
import json
import math
import random

SCRIPT = '"><script>alert(1)</script>'
BRACES = "{{7*7}}"
HANDLER = "'><img src=x onerror=alert(2)>"
LONG = "very_long_name_" * 20
EMOJI = "🧪 präzision 日本 👩‍🔬"
CONTROL = "bell\u0007 escape\u001b[31m nul\u0000 reversed\u202etxt end"
NAMES = [
    SCRIPT, BRACES, HANDLER, LONG, EMOJI, CONTROL, "a_b", "ab", "A_B", "a.b", "", " ", "/",
    "../../etc/passwd", "con", "nul", "__proto__", "constructor", "a&amp;b", "</title>", "-->",
    "]]>", "</script><script>alert(3)</script>", "javascript:alert(4)", "=1+1", "a,b\n\"c\"",
]
VALUES = [
    SCRIPT, BRACES, LONG, EMOJI, CONTROL, None, True, [1, [2, {"x": HANDLER}]], {"k": {"k": 1}},
    2**53 + 1, 1.7976931348623157e308, 5e-324, "[NaN]", "[+Infinity]", -0.0, "", "line\nbreak",
]
NOTE = """# A note <script>alert(5)</script>

<script>alert(6)</script>
<img src=x onerror=alert(7)>
<style>body{display:none}</style>

[script](javascript:alert(8)) [data](data:text/html,<script>alert(9)</script>)
[file](file:///etc/passwd) [web](https://example.org/) ![remote](https://example.org/x.png)
[experiment](experiment:ffffffffffff) ![local](../../../../etc/passwd) {{7*7}}

<div onclick="alert(10)" style="position:fixed">

```chart
metric: %s
```

###### Deep

- [ ] item `code with "><b>`

```
%s
```
""" % (SCRIPT, LONG)


def identifier(*parts):
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()


def time(seconds):
    day, seconds = divmod(seconds, 86400)
    hour, seconds = divmod(seconds, 3600)
    return "2024-%02d-%02dT%02d:%02d:%02d.5Z" % (
        1 + day // 28, 1 + day % 28, hour, seconds // 60, seconds % 60,
    )


def experiment(name, start, params, checkpoints, **more):
    return {
        "id": identifier(name), "created": time(start), "params": params, "host": "",
        "user": "someone", "config": {"repository": "file://.keepsake", "storage": ""},
        "command": "train.py", "path": "", "python_version": "3.9.2",
        "python_packages": {"numpy": "1.2.3"}, "checkpoints": checkpoints,
        "keepsake_version": "0.4.2", **more,
    }


def checkpoint(name, start, step, metrics, primary="loss", goal="minimize"):
    return {
        "id": identifier(name, step), "created": time(start), "step": step, "path": "",
        "metrics": metrics, "primary_metric": {"name": primary, "goal": goal},
    }


def metric_value(value):
    """As the format writes it."""
    if math.isnan(value):
        return "[NaN]"
    if math.isinf(value):
        return "[+Infinity]" if value > 0 else "[-Infinity]"
    return value


class Repository:
    def __init__(self, project):
        self.project = project
        self.root = project / ".keepsake"
        (self.root / "metadata" / "experiments").mkdir(parents=True)
        (self.root / "metadata" / "heartbeats").mkdir()
        (self.root / "metadata" / "notes").mkdir()
        (self.root / "repository.json").write_text('{"version":1}')
        (project / "keepsake.yaml").write_text("repository: file://.keepsake\n")

    def add(self, value):
        path = self.root / "metadata" / "experiments" / (value["id"] + ".json")
        path.write_text(json.dumps(value, indent=1))
        return value["id"]

    def tear(self, name, text):
        path = self.root / "metadata" / "experiments" / (identifier(name) + ".json")
        path.write_text(text)


def write_hostile(project):
    repository = Repository(project)
    (project / "notes").mkdir()
    (project / "notes" / "project.md").write_text(NOTE)

    # Enough for a second page of the table; every third one has names of its own.
    for number in range(104):
        start = 3600 * number
        name = NAMES[number % len(NAMES)]
        params = {"a_b": number % 5, "ab": number % 3, "seed": number}
        if number % 3 == 0:
            params[name] = VALUES[number % len(VALUES)]
        values = [3 / (step + 1) + number % 7 for step in range(4)]
        if number % 10 == 9:
            values[1:] = [math.nan, math.inf, -math.inf]
        points = [
            checkpoint(number, start + step, step, {"loss": metric_value(value), "a_b": step})
            for step, value in enumerate(values)
        ]
        repository.add(experiment(number, start, params, points))

    # Everything at once.
    start = 3600 * 200
    everything = {name: VALUES[place % len(VALUES)] for place, name in enumerate(NAMES)}
    points = []
    for step in range(12):
        metrics = {name: metric_value(math.sin(step + len(name))) for name in NAMES}
        metrics["loss"] = metric_value([1 / (step + 1), math.nan, math.inf, -math.inf][step % 4])
        metrics["text"] = SCRIPT
        metrics["mixed"] = "[NaN]" if step % 2 else {"nested": SCRIPT}
        metrics["never"] = "[NaN]"
        metrics["huge"] = 10.0 ** (step * 25)
        points.append(checkpoint("everything", start + step, step, metrics))
    identity = repository.add(experiment(
        "everything", start, everything, points, user=SCRIPT, host=HANDLER,
        command="python train.py --name '%s' %s" % (SCRIPT, LONG), path="../" + SCRIPT,
        python_version=SCRIPT, python_packages={name: SCRIPT for name in NAMES},
    ))
    (repository.root / "metadata" / "notes" / (identity + ".md")).write_text(NOTE)
    (repository.root / "metadata" / "heartbeats" / (identity + ".json")).write_text(
        json.dumps({"experiment_id": identity, "last_heartbeat": time(start + 60)})
    )

    # A primary metric with a hostile name, an unknown goal, and nothing behind it.
    points = [checkpoint("named", start, 0, {SCRIPT: 1}, primary=SCRIPT, goal=BRACES)]
    repository.add(experiment("named", start + 1, {}, points))
    points = [checkpoint("absent", start, 0, None, primary="absent")]
    repository.add(experiment("absent", start + 2, None, points))
    repository.add(experiment("empty", start + 3, {"a_b": 1}, None))
    repository.add(experiment("nothing", start + 4, None, [], command="", user=""))
    future = experiment("future", start + 5, {"a_b": 2}, [], created="9999-12-31T23:59:59Z")
    repository.add(future)
    steps = [-5, 2**62, 0, 0]
    points = [
        checkpoint("steps%d" % place, start, step, {"loss": place})
        for place, step in enumerate(steps)
    ]
    repository.add(experiment("steps", start + 6, {}, points))

    # A run that went back to an earlier step, with one id twice and clocks that differed.
    points = [
        checkpoint("back", start + place, step, {"loss": 3 - place / 9})
        for place, step in enumerate([0, 10, 20, 30, 20, 30, 40])
    ]
    points[3]["created"] = time(3)
    repository.add(experiment("back", start + 7, {"a_b": 3}, points))
    (repository.root / "metadata" / "experiments" / "README.txt").write_text(SCRIPT)

    repository.tear("torn", '{"id": "%s", "created": "2024-' % identifier("torn"))
    repository.tear("blank", "")
    repository.tear("list", "[]")
    repository.tear("binary", "\u0000<script>alert(11)</script>")
    (repository.root / "metadata" / "experiments" / (SCRIPT.replace("/", "") + ".json")).write_text("{")


def write_large(project):
    """120 rows of 8 params and 4 metrics, and one run with 6 noisy charts of 10,000 points."""
    repository = Repository(project)
    noise = random.Random(7)
    for number in range(119):
        start = 3600 * number
        params = {
            "learning_rate": [0.1, 0.03, 0.01, 0.003][number % 4], "seed": number % 5,
            "optimizer": ["adam", "sgd", "momentum"][number % 3], "layers": 1 + number % 6,
            "width": 2 ** (4 + number % 5), "dropout": number % 4 / 10, "batch_size": 32,
            "weight_decay": [0, 0.0001, 0.001][number % 3],
        }
        points = [
            checkpoint(number, start + step, step, {
                "loss": (1 + number % 7) / (step + 2) + noise.random() / 9,
                "val/loss": (1 + number % 7) / (step + 2) + noise.random() / 5,
                "accuracy": 1 - 1 / (step + 2) - noise.random() / 20,
                "val/accuracy": 1 - 1 / (step + 2) - noise.random() / 10,
            }) for step in range(40)
        ]
        repository.add(experiment(number, start, params, points))
    start = 3600 * 120
    points = [
        checkpoint("noisy", start + step, step, {
            name: scale * (noise.random() + 100 / (step + 100))
            for name, scale in [
                ("loss", 1), ("val/loss", 2), ("accuracy", 0.1), ("val/accuracy", 0.2),
                ("gradient", 40), ("learning_rate", 0.001),
            ]
        }) for step in range(10_000)
    ]
    repository.add(experiment("noisy", start, {"learning_rate": 0.1, "seed": 9}, points))
