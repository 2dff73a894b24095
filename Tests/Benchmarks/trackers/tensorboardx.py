"""tensorboardX."""


def start(params):
    from tensorboardX import SummaryWriter

    writer = SummaryWriter("log")

    def log(step, metrics):
        for name, value in metrics.items():
            writer.add_scalar(name, value, step)

    return log


def count():
    """The steps of which all five metrics are there."""
    import glob
    import struct

    from tensorboardX.proto.event_pb2 import Event

    found = {}
    for path in glob.glob("log/events.*"):
        with open(path, "rb") as file:
            content = file.read()
        at = 0
        # A record: its length in 8 bytes, 4 bytes of checksum, its content, 4 bytes of checksum.
        while at + 12 <= len(content):
            (length,) = struct.unpack_from("<Q", content, at)
            if at + 16 + length > len(content):
                break
            event = Event()
            event.ParseFromString(content[at + 12 : at + 12 + length])
            for value in event.summary.value:
                found.setdefault(event.step, set()).add(value.tag)
            at += 16 + length
    return sum(1 for tags in found.values() if len(tags) == 5)
