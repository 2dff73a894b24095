"""wandb, offline."""

import os

os.environ["WANDB_MODE"] = "offline"
os.environ["WANDB_SILENT"] = "true"
os.environ["WANDB_DIR"] = os.path.abspath(".")


def start(params):
    import wandb

    run = wandb.init(project="benchmark", config=params)

    def log(step, metrics):
        run.log(metrics, step=step)

    return log


def count():
    import glob

    from wandb.proto.wandb_internal_pb2 import Record

    steps = 0
    for path in glob.glob("wandb/offline-run-*/*.wandb"):
        with open(path, "rb") as file:
            for content in records(file.read()):
                record = Record()
                record.ParseFromString(content)
                steps += record.WhichOneof("record_type") == "history"
    return steps


def records(content):
    """
    The records of a log as LevelDB writes it, up to where it is torn.

    It comes in blocks of 32 KiB. Parts of records lie in them after their checksum (4 bytes), length
    (2) and kind (1): 1 is a whole record, 2, 3 and 4 its first, another and its last part. Seven
    bytes at the beginning of the file say what it is.
    """
    at, parts = 7, b""
    while at + 7 <= len(content):
        left = 32768 - at % 32768
        if left < 7:
            at += left
            continue
        length, kind = int.from_bytes(content[at + 4 : at + 6], "little"), content[at + 6]
        part = content[at + 7 : at + 7 + length]
        if kind not in (1, 2, 3, 4) or len(part) < length:
            return
        at += 7 + length
        parts = part if kind in (1, 2) else parts + part
        if kind in (1, 4):
            yield parts
