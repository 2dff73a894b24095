"""How runs end, and what is then in the repository: nothing is lost silently."""

import os
import signal

import pytest

from conftest import until

RECORDING = """
import sys, time, keepsake
experiment = keepsake.init(quiet=True)
for step in range(int(sys.argv[1])):
    experiment.checkpoint(metrics={"loss": 1.0 / (step + 1), "step": step})
"""


def recorder_of(run):
    """The process id of the recorder that a training program started."""
    [child] = [
        int(entry)
        for entry in os.listdir("/proc")
        if entry.isdigit() and _parent(int(entry)) == run.process.pid
    ]
    return child


def _parent(process):
    try:
        with open("/proc/{}/stat".format(process)) as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return None


def checkpoint_of_killed_recorder(run):
    """The checkpoint that a program printed when it was let go on, and its recorder, then killed."""
    assert run.line() == "begun"
    recorder = recorder_of(run)
    run.process.stdin.write("\n")
    run.process.stdin.flush()
    checkpoint = run.line()
    os.kill(recorder, signal.SIGKILL)
    return checkpoint, recorder


def is_alive(process):
    try:
        with open("/proc/{}/stat".format(process)) as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_program_that_just_ends_has_finished(folder):
    folder.run(RECORDING, 10)
    experiment = folder.experiment()
    assert experiment["status"] == "finished"
    assert [c["metrics"]["step"] for c in experiment["checkpoints"]] == list(range(10))


def test_a_thread_that_goes_on_while_the_program_ends_does_not_start_it_again(folder):
    _, errors = folder.run(
        '''
        import threading, time, keepsake
        experiment = keepsake.init(quiet=True)
        def log():
            while True:
                experiment.checkpoint(metrics={"cpu": 1.0}, quiet=True)
                time.sleep(0.0002)
        threading.Thread(target=log, daemon=True).start()
        while experiment.latest() is None:
            time.sleep(0.001)
        '''
    )
    assert errors == ""
    assert folder.experiment()["status"] == "finished"


def test_an_uncaught_exception_marks_the_run_as_failed(folder):
    output, errors = folder.run(RECORDING + "raise OSError('out of memory')", 3, status=1)
    assert "OSError: out of memory" in errors
    experiment = folder.experiment()
    assert experiment["status"] == "failed" and len(experiment["checkpoints"]) == 3


@pytest.mark.parametrize(
    "leave, status, outcome",
    [
        ("sys.exit(3)", 3, "failed"),
        ("sys.exit('no data')", 1, "failed"),
        ("sys.exit(0)", 0, "finished"),
        ("sys.exit()", 0, "finished"),
        ("import argparse; argparse.ArgumentParser().error('no such option')", 2, "failed"),
        ("with experiment: sys.exit(3)", 3, "failed"),
        ("with experiment: sys.exit(0)", 0, "finished"),
        ("with experiment: raise SystemExit(3)", 3, "failed"),
    ],
)
def test_a_program_that_exits_has_failed_unless_its_status_is_0(folder, leave, status, outcome):
    folder.run(RECORDING + leave, 3, status=status)
    experiment = folder.experiment()
    assert experiment["status"] == outcome and len(experiment["checkpoints"]) == 3
    if outcome == "failed" and "with" not in leave:
        assert experiment["ended"]["exit_code"] == status


@pytest.mark.parametrize(
    "caught",
    [
        "try: sys.exit(3)\nexcept SystemExit: pass",
        "try: sys.exit(3)\nexcept SystemExit as error: kept = error",
        "import threading\nthread = threading.Thread(target=sys.exit, args=(3,))\n"
        "thread.start(); thread.join()",
        "import _thread\n_thread.start_new_thread(sys.exit, (3,)); time.sleep(0.1)",
    ],
)
def test_an_exit_that_did_not_end_the_program_is_no_failure(folder, caught):
    output, errors = folder.run(RECORDING + caught, 3)
    assert folder.experiment()["status"] == "finished" and errors == ""


def test_an_exception_hook_of_the_program_is_still_called(folder):
    output, errors = folder.run(
        """
        import sys, keepsake
        sys.excepthook = lambda *_: print("before")
        keepsake.init(quiet=True)
        raise OSError
        """,
        status=1,
    )
    assert output == "before\n" and folder.experiment()["status"] == "failed"


def test_an_error_at_a_prompt_does_not_mark_the_run_as_failed(folder):
    folder.run(
        """
        import code, sys, keepsake
        keepsake.init(quiet=True)
        sys.ps1 = ">>> "
        code.InteractiveInterpreter().runsource("1 / 0")
        sys.excepthook(ValueError, ValueError(), None)
        """
    )
    assert folder.experiment()["status"] == "finished"


def test_a_block_that_raises_marks_its_experiment_as_failed(folder):
    folder.run(
        """
        import keepsake
        try:
            with keepsake.init(quiet=True) as experiment:
                experiment.checkpoint(metrics={"loss": 1.0})
                raise OSError
        except OSError:
            pass
        with keepsake.init(quiet=True):
            pass
        """
    )
    assert sorted(e["status"] for e in folder.experiments()) == ["failed", "finished"]


def test_a_killed_program_loses_no_checkpoint_whose_call_returned(folder):
    run = folder.start(RECORDING + "print('all', flush=True); time.sleep(60)", 1000)
    assert run.line() == "all"
    recorder = recorder_of(run)
    run.kill()
    until(lambda: not is_alive(recorder))
    experiment = folder.experiment()
    assert experiment["status"] == "killed"
    assert [c["metrics"]["step"] for c in experiment["checkpoints"]] == list(range(1000))


def test_files_whose_call_returned_survive_the_program(folder):
    (folder.path / "weights").write_bytes(os.urandom(1 << 20))
    run = folder.start(
        """
        import time, keepsake
        checkpoint = keepsake.init(quiet=True).checkpoint(path="weights")
        print(checkpoint.id, flush=True)
        time.sleep(60)
        """
    )
    checkpoint = run.line()
    recorder = recorder_of(run)
    run.kill()
    until(lambda: not is_alive(recorder))
    folder.command("checkout", checkpoint, "-o", "restored", "-f")
    saved = (folder.path / "restored" / "weights").read_bytes()
    assert saved == (folder.path / "weights").read_bytes()


def test_files_survive_the_end_of_the_program_and_its_recorder(folder):
    (folder.path / "weights").write_bytes(os.urandom(64 << 20))
    run = folder.start(
        """
        import time, keepsake
        experiment = keepsake.init(quiet=True, disable_heartbeat=True)
        print("begun", flush=True)
        input()
        print(experiment.checkpoint(path="weights").id, flush=True)
        time.sleep(60)
        """,
        stdin=-1,
    )
    checkpoint, recorder = checkpoint_of_killed_recorder(run)
    run.kill()
    until(lambda: not is_alive(recorder))
    assert "files wait on this machine" in folder.command("show", checkpoint)
    output, errors = folder.run(RECORDING, 1)
    assert "1 snapshot of earlier runs (67.1 MB) wait on this machine" in errors
    folder.command("push")
    folder.command("checkout", checkpoint, "-o", "restored", "-f")
    saved = (folder.path / "restored" / "weights").read_bytes()
    assert saved == (folder.path / "weights").read_bytes()


def test_files_that_a_killed_recorder_took_are_stored_in_the_end(folder):
    (folder.path / "weights").write_bytes(os.urandom(64 << 20))
    run = folder.start(
        """
        import keepsake
        experiment = keepsake.init(quiet=True)
        print("begun", flush=True)
        input()
        print(experiment.checkpoint(path="weights", metrics={"loss": 1.0}).id, flush=True)
        input()
        experiment.checkpoint(metrics={"loss": 0.5})
        """,
        stdin=-1,
    )
    checkpoint, _ = checkpoint_of_killed_recorder(run)
    run.process.stdin.write("\n")
    output, errors = run.finish()
    assert "Not everything" not in errors and "wait on this machine" not in errors
    assert len(folder.experiment()["checkpoints"]) == 2
    folder.command("checkout", checkpoint, "-o", "restored", "-f")
    saved = (folder.path / "restored" / "weights").read_bytes()
    assert saved == (folder.path / "weights").read_bytes()


def test_ctrl_c_reaches_the_training_alone_and_everything_is_saved(folder):
    run = folder.start(
        RECORDING + "print('all', flush=True); time.sleep(60)", 100, start_new_session=True
    )
    assert run.line() == "all"
    os.killpg(run.process.pid, signal.SIGINT)
    output, errors = run.finish(status=-signal.SIGINT)
    assert "KeyboardInterrupt" in errors
    experiment = folder.experiment()
    assert experiment["status"] == "killed" and len(experiment["checkpoints"]) == 100


def test_training_goes_on_without_its_recorder_and_the_rest_is_saved_in_the_end(folder):
    run = folder.start(
        RECORDING
        + """
print("half", flush=True)
input()
for step in range(int(sys.argv[1]), 2 * int(sys.argv[1])):
    experiment.checkpoint(metrics={"loss": 1.0 / (step + 1), "step": step})
experiment.stop()
print("stopped", flush=True)
""",
        50,
        stdin=-1,
    )
    assert run.line() == "half"
    os.kill(recorder_of(run), signal.SIGKILL)
    run.process.stdin.write("\n")
    output, errors = run.finish()
    assert output == "stopped\n"
    assert errors.count("The recorder process has ended (signal 9 ended it)") == 1
    assert "were not saved when the recorder ended; they are now" in errors
    experiment = folder.experiment()
    assert experiment["status"] == "finished"
    assert [c["metrics"]["step"] for c in experiment["checkpoints"]] == list(range(100))


def test_files_that_no_recorder_took_are_named_in_the_end(folder):
    (folder.path / "weights").write_text("w")
    run = folder.start(
        """
        import keepsake
        experiment = keepsake.init(quiet=True)
        print("begun", flush=True)
        input()
        checkpoint = experiment.checkpoint(path="weights", metrics={"loss": 1.0})
        print(checkpoint.path, experiment.checkpoint(metrics={"loss": 0.5}).step)
        """,
        stdin=-1,
    )
    assert run.line() == "begun"
    os.kill(recorder_of(run), signal.SIGKILL)
    run.process.stdin.write("\n")
    output, errors = run.finish()
    assert output == "None 1\n"
    experiment = folder.experiment()
    said = errors[errors.index("Not everything of experiment " + experiment["id"][:7]) :]
    assert "the files of 'weights' were not saved" in said and "signal 9 ended it" in said
    assert [c["metrics"] for c in experiment["checkpoints"]] == [{"loss": 1.0}, {"loss": 0.5}]


def test_what_was_not_saved_without_a_recorder_is_said_at_the_end_of_the_program(folder, tmp_path):
    (folder.path / "weights").write_text("w")
    # The second recorder does not start any more.
    once = tmp_path / "keepsake"
    once.symlink_to(os.environ["KEEPSAKE_BIN"])
    run = folder.start(
        """
        import sys, keepsake
        experiment = keepsake.init(quiet=True)
        print("begun", flush=True)
        input()
        experiment.checkpoint(path="weights", metrics={"loss": 1.0})
        experiment.checkpoint(metrics={"loss": 1.0})
        """,
        stdin=-1,
        environment={"KEEPSAKE_BIN": str(once)},
    )
    assert run.line() == "begun"
    once.unlink()
    os.kill(recorder_of(run), signal.SIGKILL)
    run.process.stdin.write("\n")
    output, errors = run.finish()
    experiment = folder.experiment()
    said = errors[errors.index("Not everything of experiment " + experiment["id"][:7]) :]
    assert "2 checkpoints" in said and "cannot start" in said


def test_a_recorder_that_does_not_read_holds_training_up_for_a_bounded_time(folder):
    run = folder.start(
        """
        import sys, time, keepsake
        from keepsake import _pipe
        _pipe._PATIENCE = 0.2
        experiment = keepsake.init(quiet=True)
        print("begun", flush=True)
        input()
        start = time.monotonic()
        for step in range(400):
            experiment.checkpoint(metrics={"text": "x" * 10000})
        print(time.monotonic() - start, flush=True)
        input()
        """,
        stdin=-1,
    )
    assert run.line() == "begun"
    recorder = recorder_of(run)
    os.kill(recorder, signal.SIGSTOP)
    try:
        run.process.stdin.write("\n")
        run.process.stdin.flush()
        assert 0.2 < float(run.line()) < 5
    finally:
        os.kill(recorder, signal.SIGCONT)
    run.process.stdin.write("\n")
    output, errors = run.finish()
    assert errors.count("The recorder does not keep up") == 1
    assert len(folder.experiment()["checkpoints"]) == 400


def test_a_full_disk_does_not_end_training_and_stop_says_what_was_lost(folder, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or os.system("mount -t tmpfs -o size=1m tmpfs '{}'".format(disk)) != 0:
        pytest.skip("making a small disk takes the right to mount a tmpfs")
    try:
        (folder.path / "weights").write_bytes(os.urandom(4 << 20))
        output, errors = folder.run(
            """
            import sys, keepsake
            experiment = keepsake.init(repository=sys.argv[1], quiet=True)
            experiment.checkpoint(path="weights", metrics={"loss": 1.0})
            experiment.checkpoint(metrics={"loss": 0.5})
            experiment.stop()
            print("trained")
            """,
            "file://{}".format(disk / "repository"),
        )
    finally:
        os.system("umount '{}'".format(disk))
    assert output == "trained\n"
    assert "Not everything of experiment" in errors and "no space left on device" in errors
