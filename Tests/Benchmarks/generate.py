"""Writes a format 1 repository of made-up experiments, the same bytes for the same arguments.

    python3 generate.py DIR [--experiments 1000] [--checkpoints 100] [--metrics 5] [--seed 1]

DIR becomes a project: `keepsake.yaml` and the repository `.keepsake` beside it, laid out as Keepsake
0.4.2 writes it, without tarballs. 1,000 x 100 x 5 is about 47 MB of JSON. Needs only the standard
library.
"""

import argparse
import datetime
import json
import os
import random
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal

METRICS = ["accuracy", "loss", "val_accuracy", "val_loss", "gradient_norm"]
PACKAGES = dict(
    package.split("==")
    for package in """
    absl-py==2.0.0 attrs==23.1.0 cachetools==5.3.2 certifi==2023.11.17 click==8.1.7 cycler==0.12.1
    filelock==3.13.1 fonttools==4.47.0 fsspec==2023.12.2 grpcio==1.59.5 idna==3.6 jinja2==3.1.2
    joblib==1.3.2 keepsake==0.4.2 kiwisolver==1.4.5 markdown==3.5.1 markupsafe==2.1.3
    matplotlib==3.8.4 mpmath==1.3.0 networkx==3.2.1 numpy==1.26.4 packaging==23.2 pandas==2.1.4
    protobuf==3.20.3 psutil==5.9.7 pyparsing==3.1.1 pytz==2023.3.post1 regex==2023.12.25
    requests==2.31.0 scipy==1.11.4 setuptools==69.5.1 six==1.16.0 sympy==1.12 tensorboard==2.15.1
    threadpoolctl==3.2.0 tokenizers==0.15.0 torch==2.1.2 torchvision==0.16.2 tqdm==4.66.1
    transformers==4.36.2 triton==2.1.0 typing_extensions==4.9.0 tzdata==2023.3 urllib3==2.1.0
    werkzeug==3.0.1 wheel==0.42.0
    """.split()
)
START = datetime.datetime(2021, 3, 1, 9, 0, 0)


def identifier(source):
    return "%064x" % source.getrandbits(256)


def moment(seconds, source):
    """RFC 3339 with nanoseconds, trailing zeros dropped, as Go prints it."""
    whole = START + datetime.timedelta(seconds=int(seconds))
    fraction = ("%09d" % source.randrange(1_000_000_000)).rstrip("0")
    return whole.strftime("%Y-%m-%dT%H:%M:%S") + ("." + fraction if fraction else "") + "Z"


def number(value):
    """Go's encoding of a float64: an exponent only below 1e-6 and from 1e21."""
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        text = format(Decimal(repr(value)), "f")
        return text[:-2] if text.endswith(".0") else text
    return repr(value).replace("e-0", "e-")


def metric_names(count):
    names = METRICS[:count]
    names += ["metric_%03d" % i for i in range(len(names), count)]
    return names


def experiment(index, checkpoints, metrics, seed):
    source = random.Random("%d/%d" % (seed, index))
    id = identifier(source)
    start = index * 3600 + source.random() * 600
    optimizer = source.choice(["adam", "sgd", "rmsprop"])
    rate = 10 ** source.uniform(-5, -1)
    layers = source.randint(1, 6)
    params = {
        "augment": source.random() < 0.5,
        "batch_size": source.choice([16, 32, 64, 128]),
        "dropout": source.choice([0, 0.1, 0.25, 0.5]),
        "hidden": [source.choice([32, 64, 128]) for _ in range(layers)],
        "learning_rate": rate,
        "optimizer": optimizer,
        "seed": index,
    }

    def value(item, indent):
        if isinstance(item, float):
            return number(item)
        if isinstance(item, list):
            inner = (",\n" + " " * (indent + 1)).join(value(i, indent + 1) for i in item)
            return "[\n" + " " * (indent + 1) + inner + "\n" + " " * indent + "]"
        return json.dumps(item)

    out = ["{\n"]
    out.append(' "id": "%s",\n "created": "%s",\n' % (id, moment(start, source)))
    out.append(' "params": {\n')
    out.append(",\n".join('  "%s": %s' % (k, value(params[k], 2)) for k in sorted(params)))
    out.append("\n },\n")
    out.append(' "host": "",\n "user": "%s",\n' % source.choice(["ada", "grace"]))
    out.append(' "config": {\n  "repository": "file://.keepsake",\n  "storage": ""\n },\n')
    out.append(
        ' "command": "train.py --optimizer %s --learning-rate %s",\n' % (optimizer, number(rate))
    )
    out.append(' "path": "",\n "python_version": "3.9.18",\n "python_packages": {\n')
    out.append(",\n".join('  "%s": "%s"' % item for item in sorted(PACKAGES.items())))
    out.append("\n },\n")

    names = metric_names(metrics)
    order = sorted(range(metrics), key=lambda m: names[m])
    primary = "val_loss" if "val_loss" in names else (names[0] if names else None)
    if primary is None:
        primary_text = "null"
    else:
        primary_text = '{\n    "name": "%s",\n    "goal": "minimize"\n   }' % primary
    floor, decay = source.random() * 0.3, source.uniform(1, 6)
    if checkpoints == 0:
        out.append(' "checkpoints": [],\n')
    else:
        out.append(' "checkpoints": [\n')
        rows = []
        for step in range(checkpoints):
            progress = 2.718281828459045 ** (-decay * (step + 1) / checkpoints)
            numbers = []
            for m in range(metrics):
                noise = source.gauss(0, 0.02)
                if names[m] == "gradient_norm":
                    measured = abs(1e-3 * progress * (1 + noise))
                elif "accuracy" in names[m]:
                    measured = min(1.0, max(0.0, 1 - floor - progress * 0.6 + noise))
                else:
                    measured = abs(floor + 2.3 * progress + noise)
                numbers.append(measured)
            rows.append(
                '  {\n   "id": "%s",\n   "created": "%s",\n   "metrics": {%s},\n   "step": %d,\n'
                '   "path": "",\n   "primary_metric": %s\n  }'
                % (
                    identifier(source),
                    moment(start + 5 + step * 20, source),
                    "\n" + ",\n".join('    "%s": %s' % (names[m], number(numbers[m])) for m in order) + "\n   "
                    if metrics
                    else "",
                    step,
                    primary_text,
                )
            )
        out.append(",\n".join(rows))
        out.append("\n ],\n")
    out.append(' "keepsake_version": "0.4.2"\n}')
    return id, "".join(out)


def write(job):
    folder, first, last, checkpoints, metrics, seed = job
    size = 0
    for index in range(first, last):
        id, text = experiment(index, checkpoints, metrics, seed)
        data = text.encode()
        size += len(data)
        with open(os.path.join(folder, id + ".json"), "wb") as f:
            f.write(data)
    return size


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", metavar="DIR", help="project to write; must not exist yet")
    parser.add_argument("--experiments", type=int, default=1000)
    parser.add_argument("--checkpoints", type=int, default=100)
    parser.add_argument("--metrics", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replace", action="store_true", help="delete DIR/.keepsake first")
    a = parser.parse_args()

    began = time.monotonic()
    repository = os.path.join(a.directory, ".keepsake")
    if os.path.exists(repository):
        if not a.replace:
            sys.exit("generate.py: %s exists; pass --replace to write it again" % repository)
        shutil.rmtree(repository)
    folder = os.path.join(repository, "metadata", "experiments")
    os.makedirs(folder)
    with open(os.path.join(a.directory, "keepsake.yaml"), "w") as f:
        f.write("repository: file://.keepsake\n")
    with open(os.path.join(repository, "repository.json"), "w") as f:
        f.write('{"version":1}')

    batch = 50
    jobs = [
        (folder, i, min(i + batch, a.experiments), a.checkpoints, a.metrics, a.seed)
        for i in range(0, a.experiments, batch)
    ]
    with ProcessPoolExecutor() as pool:
        size = sum(pool.map(write, jobs))
    print(
        "%d experiments x %d checkpoints x %d metrics, %.1f MB of JSON in %.1f s"
        % (a.experiments, a.checkpoints, a.metrics, size / 1e6, time.monotonic() - began)
    )


if __name__ == "__main__":
    main()
