"""Threads, forks, spawned processes and ranks: who records an experiment, and who does not."""

import os
import subprocess
import sys

import pytest

FORKED = """
import os, keepsake
experiment = keepsake.init(quiet=True)
experiment.checkpoint(metrics={"from": "parent"})
child = os.fork()
if child == 0:
    experiment.checkpoint(metrics={"from": "child"})
    experiment.stop()
"""


def saved_by(folder):
    return [c["metrics"]["from"] for c in folder.experiment()["checkpoints"]]


def test_a_forked_process_does_not_record_its_parents_experiment(folder):
    folder.run(
        FORKED
        + """
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
experiment.checkpoint(metrics={"from": "parent"})
"""
    )
    assert saved_by(folder) == ["parent", "parent"]
    assert folder.experiment()["status"] == "finished"


def test_a_forked_process_that_ends_by_itself_does_not_end_its_parents_experiment(folder):
    folder.run(
        FORKED
        + """
if child == 0:
    raise SystemExit
os.waitpid(child, 0)
assert experiment.is_running()
experiment.checkpoint(metrics={"from": "parent"})
"""
    )
    assert saved_by(folder) == ["parent", "parent"]


def test_a_forked_process_that_lives_on_does_not_hold_the_recorder(folder):
    run = folder.start(
        FORKED
        + """
if child == 0:
    import time
    os.close(1), os.close(2)
    time.sleep(60)
print(child)
"""
    )
    output, errors = run.finish()
    try:
        assert folder.experiment()["status"] == "finished"
    finally:
        os.kill(int(output), 9)


def test_the_workers_of_a_data_loader_leave_recording_alone(folder):
    """What PyTorch's DataLoader does, with the module that it does it with."""
    folder.run(
        """
        import multiprocessing, keepsake

        experiment = keepsake.init(quiet=True)

        def load(index):
            experiment.checkpoint(metrics={"from": "worker"})
            return index

        context = multiprocessing.get_context("fork")
        for epoch in range(3):
            with context.Pool(2) as pool:
                assert pool.map(load, range(8)) == list(range(8))
            experiment.checkpoint(metrics={"from": "parent"})
        """
    )
    assert saved_by(folder) == ["parent"] * 3


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_each_process_of_a_sweep_records_experiments_of_its_own(folder, method):
    (folder.path / "sweep.py").write_text(
        """
import multiprocessing, sys, keepsake

def train(seed):
    experiment = keepsake.init(params={"seed": seed}, quiet=True)
    experiment.checkpoint(metrics={"loss": float(seed)})

if __name__ == "__main__":
    # The parent has a recorder too.
    keepsake.init(params={"seed": 0}, quiet=True).stop()
    context = multiprocessing.get_context(sys.argv[1])
    processes = [context.Process(target=train, args=(seed,)) for seed in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
"""
    )
    subprocess.run(
        [sys.executable, "-W", "error", "sweep.py", method], cwd=folder.path, check=True, timeout=60
    )
    found = {e["params"]["seed"]: (e["status"], e["num_checkpoints"]) for e in folder.experiments()}
    assert found == {0: ("finished", 0), 1: ("finished", 1), 2: ("finished", 1)}


def test_an_experiment_that_is_sent_to_another_process_is_not_recorded_there(folder):
    folder.run(
        """
        import pickle, keepsake
        experiment = keepsake.init(quiet=True)
        experiment.checkpoint(metrics={"from": "parent"})
        copy = pickle.loads(pickle.dumps(experiment))
        assert copy == experiment and copy.is_running()
        copy.checkpoint(metrics={"from": "copy"})
        copy.stop()
        experiment.checkpoint(metrics={"from": "parent"})
        """
    )
    assert saved_by(folder) == ["parent", "parent"]


def test_threads_share_an_experiment(folder):
    (folder.path / "weights").write_text("w")
    folder.run(
        """
        import threading, keepsake

        experiment = keepsake.init(quiet=True)

        def train(name):
            for i in range(50):
                experiment.checkpoint(metrics={"from": name})
            experiment.checkpoint(path="weights", metrics={"from": name})
            assert keepsake.experiments.get(experiment.id).id == experiment.id

        threads = [threading.Thread(target=train, args=(str(i),)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """
    )
    checkpoints = folder.experiment()["checkpoints"]
    assert sorted(c["step"] for c in checkpoints) == list(range(8 * 51))
    assert sorted(c["metrics"]["from"] for c in checkpoints) == sorted("01234567" * 51)


def test_a_signals_handler_records_a_last_checkpoint_while_another_waits(folder):
    """As on a machine that is about to be taken away: its SIGTERM comes at any time."""
    (folder.path / "weights").write_text("w")
    folder.run(
        """
        import os, signal, sys, threading, keepsake

        experiment = keepsake.init(quiet=True)
        handled = []
        free = threading.Event()
        free.set()

        def save(*_):
            handled.append(experiment.checkpoint(path="weights", metrics={"from": "handler"}))
            free.set()

        signal.signal(signal.SIGUSR1, save)
        done = threading.Event()

        def disturb():
            while not done.wait(0.001):
                if free.wait(1):
                    free.clear()
                    os.kill(os.getpid(), signal.SIGUSR1)

        thread = threading.Thread(target=disturb)
        thread.start()
        for i in range(60):
            experiment.checkpoint(path="weights", metrics={"from": "loop"})
            experiment.checkpoint(metrics={"from": "loop"})
        done.set()
        thread.join()
        assert handled and all(handled)
        """
    )
    saved = saved_by(folder)
    assert saved.count("loop") == 120 and "handler" in saved


@pytest.mark.parametrize(
    "environment",
    [
        {"RANK": "{}", "LOCAL_RANK": "{}", "WORLD_SIZE": "3"},
        {"SLURM_PROCID": "{}", "SLURM_NTASKS": "3"},
        {"OMPI_COMM_WORLD_RANK": "{}"},
        {"PMI_RANK": "{}"},
        {"LOCAL_RANK": "{}", "NODE_RANK": "0", "WORLD_SIZE": "3"},
        # Three machines with a process each.
        {"LOCAL_RANK": "0", "NODE_RANK": "{}", "WORLD_SIZE": "3"},
        # torchrun within Slurm: each of its processes says the rank of the machine's too.
        {"RANK": "{}", "SLURM_PROCID": "0"},
    ],
    ids=lambda environment: "+".join(environment),
)
def test_of_all_ranks_the_first_records(folder, environment):
    (folder.path / "weights").write_text("w")
    for rank in range(3):
        output, errors = folder.run(
            """
            import keepsake
            experiment = keepsake.init(path=".", params={"lr": 0.1})
            checkpoint = experiment.checkpoint(path="weights", metrics={"loss": 1.0})
            assert checkpoint.step == 0 and checkpoint.metrics == {"loss": 1.0}
            assert experiment.checkpoints == [checkpoint] and experiment.latest() == checkpoint
            experiment.refresh()
            experiment.stop()
            print(experiment.params)
            """,
            environment={name: value.format(rank) for name, value in environment.items()},
        )
        assert output == "{'lr': 0.1}\n"
        assert (errors == "") == (rank > 0)
    assert folder.experiment()["params"] == {"lr": 0.1}


def test_every_rank_records_when_it_is_asked_to(folder):
    for rank in range(2):
        folder.run(
            "import keepsake; keepsake.init(every_rank=True)",
            environment={"SLURM_PROCID": str(rank)},
        )
    assert len(folder.experiments()) == 2
