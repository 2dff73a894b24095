"""The pipe to the recorder: no line is lost, torn, or waited for without an end."""

import os
import threading

import pytest

from keepsake import _pipe
from keepsake._pipe import LineWriter


class Pipe:
    def __init__(self):
        self.reading, writing = os.pipe()
        self.writer = LineWriter(writing, meanwhile=lambda: None)

    def read(self):
        return os.read(self.reading, 1 << 22)

    def rest(self):
        """Everything up to the end, which is now."""
        self.writer.close()
        pieces = []
        while True:
            piece = self.read()
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)


@pytest.fixture
def pipe(monkeypatch):
    monkeypatch.setattr(_pipe, "_PATIENCE", 0.05)
    pipe = Pipe()
    yield pipe
    pipe.writer.close()
    os.close(pipe.reading)


def fill(pipe):
    """Write lines until one found no room; all of them."""
    lines = []
    while not pipe.writer.is_stalled:
        lines.append(b"%d:" % len(lines) + b"x" * 4000 + b"\n")
        pipe.writer.write(lines[-1])
    return lines


def test_a_line_is_in_the_pipe_when_the_call_returns(pipe):
    pipe.writer.write(b"one\n")
    assert pipe.read() == b"one\n"


def test_a_full_pipe_holds_a_call_up_for_a_bounded_time_and_later_calls_not_at_all(pipe):
    lines = fill(pipe)
    assert pipe.writer.backlog
    lines.append(b"later\n")
    pipe.writer.write(lines[-1])
    assert pipe.writer.backlog[-1] == b"later\n"


def test_what_found_no_room_goes_first_with_the_next_call(pipe):
    lines = fill(pipe)
    taken = pipe.read()
    pipe.writer.write(b"next\n")
    assert not pipe.writer.is_stalled
    assert taken + pipe.rest() == b"".join(lines) + b"next\n"


def test_a_slow_reader_gets_every_line(pipe, monkeypatch):
    monkeypatch.setattr(_pipe, "_PATIENCE", 20)
    lines = [b"%d " % number + b"y" * 9000 + b"\n" for number in range(500)]
    pieces = []

    def read():
        while True:
            piece = pipe.read()
            if not piece:
                return
            pieces.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    for line in lines:
        pipe.writer.write(line)
    pipe.writer.close()
    reader.join(20)
    assert b"".join(pieces) == b"".join(lines)


def test_lines_of_several_threads_do_not_mix(pipe, monkeypatch):
    monkeypatch.setattr(_pipe, "_PATIENCE", 20)

    def write(name):
        for number in range(200):
            pipe.writer.write(b"%s %d\n" % (name, number))

    threads = [threading.Thread(target=write, args=(b"thread%d" % i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = pipe.rest().splitlines()
    assert sorted(lines) == sorted(
        b"thread%d %d" % (i, number) for i in range(4) for number in range(200)
    )


def test_a_line_that_is_written_while_another_is_follows_it(pipe, monkeypatch):
    """As by the handler of a signal that comes in the middle of a write."""
    write = os.write

    def interrupted_write(descriptor, data):
        monkeypatch.setattr(os, "write", write)
        written = write(descriptor, data[:3])
        pipe.writer.write(b"from the handler\n")
        return written

    monkeypatch.setattr(os, "write", interrupted_write)
    pipe.writer.write(b"interrupted\n")
    assert pipe.rest() == b"interrupted\nfrom the handler\n"


def test_after_ctrl_c_in_the_middle_of_a_write_the_line_is_written_again(pipe, monkeypatch):
    write = os.write

    def broken_off_write(descriptor, data):
        monkeypatch.setattr(os, "write", write)
        write(descriptor, data[:3])
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "write", broken_off_write)
    with pytest.raises(KeyboardInterrupt):
        pipe.writer.write(b"first\n")
    pipe.writer.write(b"second\n")
    assert pipe.rest() == b"fir\nfirst\nsecond\n"


def test_a_reader_that_is_gone_is_an_error_and_the_line_stays_known(pipe):
    os.close(pipe.reading)
    try:
        with pytest.raises(BrokenPipeError):
            pipe.writer.write(b"nobody\n")
        assert list(pipe.writer.backlog) == [b"nobody\n"]
    finally:
        pipe.reading = os.open(os.devnull, os.O_RDONLY)
