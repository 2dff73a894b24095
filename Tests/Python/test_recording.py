"""What experiments and checkpoints become, and what the package says about them."""

import argparse
import math

import pytest

import keepsake


def test_an_experiment_is_recorded_with_how_it_was_run(folder):
    output, errors = folder.run(
        """
        import keepsake
        keepsake.init(params={"learning_rate": 0.1, "layers": [8, 4], "note": None}).stop()
        """,
        "--epochs",
        "3 times",
    )
    experiment = folder.experiment()
    assert experiment["params"] == {"learning_rate": 0.1, "layers": [8, 4], "note": None}
    assert experiment["command"] == "-c --epochs '3 times'"
    assert experiment["status"] == "finished"
    assert experiment["user"] and experiment["host"] and experiment["python_version"]


def test_checkpoints_count_steps_from_0_or_from_the_step_that_was_given(project):
    experiment = project.experiments.create(quiet=True)
    experiment.checkpoint(metrics={"loss": 3.0})
    experiment.checkpoint(metrics={"loss": 2.0}, step=10)
    experiment.checkpoint(metrics={"loss": 1.0})
    experiment.stop()
    assert [c.step for c in project.experiments.get(experiment.id).checkpoints] == [0, 10, 11]


def test_a_checkpoint_reads_the_same_from_the_repository(project):
    experiment = project.experiments.create(quiet=True)
    made = experiment.checkpoint(
        # A repository holds them in this order.
        metrics={"loss": 0.1, "name": "ü", "none": None, "ok": True, "shape": [1, 2], "steps": 3},
        primary_metric=("loss", "minimize"),
    )
    experiment.stop()
    [read] = project.experiments.get(experiment.id).checkpoints
    assert repr(read) == repr(made)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite_come_back(project, value):
    experiment = project.experiments.create(quiet=True, params={"limit": value})
    experiment.checkpoint(metrics={"list": [value], "loss": value})
    experiment.stop()
    read = project.experiments.get(experiment.id)
    assert repr(read.params) == repr({"limit": value})
    assert repr(read.checkpoints[0].metrics) == repr({"list": [value], "loss": value})


def test_files_are_as_they_were_when_the_call_returned(project, folder, tmp_path):
    weights = folder.path / "weights"
    weights.write_text("first")
    experiment = project.experiments.create(path=".", quiet=True)
    checkpoint = experiment.checkpoint(path="weights", quiet=True)
    weights.write_text("second")
    experiment.stop()
    with checkpoint.open("weights") as file:
        assert file.read() == b"first"
    checkpoint.checkout(tmp_path / "restored", quiet=True)
    assert (tmp_path / "restored" / "weights").read_text() == "first"


def test_a_file_that_was_not_saved_is_not_found(project):
    experiment = project.experiments.create(path=".", quiet=True)
    checkpoint = experiment.checkpoint()
    experiment.stop()
    with pytest.raises(FileNotFoundError):
        checkpoint.open("missing")


def test_a_path_that_does_not_exist_is_said_and_the_metrics_are_kept(project, capsys):
    experiment = project.experiments.create(quiet=True)
    checkpoint = experiment.checkpoint(path="missing", metrics={"loss": 1.0})
    assert "missing" in capsys.readouterr().err
    assert checkpoint.path is None
    experiment.stop()
    assert project.experiments.get(experiment.id).checkpoints[0].metrics == {"loss": 1.0}


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"metrics": {"loss": object()}}, "the metric 'loss' is of type object"),
        ({"metrics": [1]}, "metrics must be a dictionary"),
        ({"path": ""}, "path cannot be an empty string"),
        ({"step": "first"}, "'str' object cannot be interpreted as an integer"),
        ({"step": 2**63}, "the step is an integer of more than 64 bits"),
        ({"metrics": argparse.Namespace(loss=1.0)}, "not argparse.Namespace. Use vars() of it."),
    ],
)
def test_a_checkpoint_that_makes_no_sense_is_said_and_training_goes_on(
    project, capsys, arguments, said
):
    experiment = project.experiments.create(quiet=True)
    assert experiment.checkpoint(**arguments) is None
    assert "Error creating checkpoint: " in (printed := capsys.readouterr().err) and said in printed
    assert experiment.checkpoint(metrics={"loss": 1.0}) is not None
    experiment.stop()
    assert len(project.experiments.get(experiment.id).checkpoints) == 1


@pytest.mark.parametrize("primary_metric", [("loss",), "loss", ("loss", "lowest"), (1, "minimize")])
def test_a_primary_metric_that_makes_no_sense_is_said_and_the_metrics_are_kept(
    project, capsys, primary_metric
):
    experiment = project.experiments.create(quiet=True)
    checkpoint = experiment.checkpoint(metrics={"loss": 1.0}, primary_metric=primary_metric)
    assert "Not setting primary_metric on checkpoint" in capsys.readouterr().err
    assert checkpoint.primary_metric is None and checkpoint.metrics == {"loss": 1.0}
    experiment.stop()


def test_a_param_that_cannot_be_recorded_is_an_error_that_names_it(project):
    with pytest.raises(TypeError, match="the param 'model' is of type object"):
        project.experiments.create(params={"model": object()})


def test_what_the_caller_changes_later_is_not_recorded(project):
    experiment = project.experiments.create(quiet=True)
    metrics = {"loss": 1.0, "list": [1]}
    checkpoint = experiment.checkpoint(metrics=metrics)
    metrics["list"].append(2)
    metrics["loss"] = 2.0
    assert checkpoint.metrics == {"loss": 1.0, "list": [1]}
    assert experiment.checkpoints[0].metrics == {"loss": 1.0, "list": [1]}
    experiment.stop()


def test_a_list_of_checkpoints_grows_with_the_experiment(project):
    experiment = project.experiments.create(quiet=True)
    checkpoints = experiment.checkpoints
    made = [experiment.checkpoint(metrics={"loss": float(i)}) for i in range(3)]
    assert checkpoints == made and experiment.latest() == made[-1]
    experiment.stop()
    assert checkpoints == made


def test_an_experiment_goes_on_after_it_was_stopped(project):
    experiment = project.experiments.create(quiet=True)
    experiment.checkpoint(metrics={"loss": 2.0})
    experiment.stop()
    experiment.stop()
    assert experiment.checkpoint(metrics={"loss": 1.0}).step == 1
    assert experiment.is_running()
    experiment.stop()
    assert not experiment.is_running()
    assert [c.step for c in experiment.checkpoints] == [0, 1]
    assert [c.step for c in project.experiments.get(experiment.id).checkpoints] == [0, 1]


def test_an_experiment_that_was_read_is_gone_on_with(project):
    first = project.experiments.create(quiet=True)
    first.checkpoint(metrics={"loss": 2.0}, step=7)
    first.stop()
    read = project.experiments.get(first.short_id())
    assert read.checkpoint(metrics={"loss": 1.0}, quiet=True).step == 8
    read.stop()
    assert [c.step for c in project.experiments.get(first.id).checkpoints] == [7, 8]


def test_several_objects_record_one_experiment(project):
    experiment = project.experiments.create(quiet=True)
    experiment.checkpoint(metrics={"loss": 2.0})
    other = project.experiments.get(experiment.id)
    assert other.checkpoint(metrics={"loss": 1.0}, quiet=True).step == 1
    assert experiment.checkpoint(metrics={"loss": 0.5}).step == 2
    assert other.checkpoints.step == [0, 1, 2] == experiment.checkpoints.step
    other.stop()
    assert not experiment.is_running()
    assert project.experiments.get(experiment.id).checkpoints.step == [0, 1, 2]


def test_resume_goes_on_with_an_experiment_by_the_beginning_of_its_id(folder):
    folder.run("import keepsake; keepsake.init().checkpoint(metrics={'loss': 2.0})")
    [listed] = folder.experiments()
    folder.run(
        """
        import sys, keepsake
        experiment = keepsake.init(resume=True, id=sys.argv[1][:7], params={"ignored": 1})
        experiment.checkpoint(metrics={"loss": 1.0})
        """,
        listed["id"],
    )
    experiment = folder.experiment()
    assert [c["step"] for c in experiment["checkpoints"]] == [0, 1]


def test_resuming_says_what_it_does_not_record(folder):
    folder.run("import keepsake; keepsake.init(params={'seed': 1}, quiet=True)")
    [listed] = folder.experiments()
    resuming = "import sys, keepsake; keepsake.init(resume=True, id=sys.argv[1], {})"
    _, errors = folder.run(resuming.format("params={'seed': 2}, path='.'"), listed["id"])
    assert "keeps what it was started with: the params and path given now are not" in errors
    _, errors = folder.run(resuming.format(""), listed["id"])
    assert "keeps what" not in errors
    assert folder.experiment()["params"] == {"seed": 1}


def test_steps_end_where_64_bits_end(project):
    experiment = project.experiments.create(quiet=True)
    assert experiment.checkpoint(step=2**63 - 1) is not None
    experiment.stop()
    again = project.experiments.get(experiment.id)
    assert again.checkpoint(quiet=True).step == 2**63 - 1
    again.stop()


@pytest.mark.parametrize("arguments", [{"resume": True}, {"id": "3fa9c01"}])
def test_resume_and_id_come_together(arguments):
    with pytest.raises(ValueError, match="resume=True goes on with an experiment and needs its id"):
        keepsake.init(**arguments)


def test_resuming_what_another_process_records_is_an_error(folder, project):
    run = folder.start(
        """
        import keepsake
        experiment = keepsake.init(quiet=True)
        print(experiment.id, flush=True)
        input()
        """,
        stdin=-1,
    )
    experiment = project.experiments.get(run.line())
    with pytest.raises(keepsake.exceptions.AlreadyRecording):
        keepsake.init(resume=True, id=experiment.id)
    with pytest.raises(keepsake.exceptions.AlreadyRecording):
        experiment.stop()
    run.process.communicate("\n", timeout=30)


def test_deleting_a_recording_experiment_ends_it(project, capsys):
    experiment = project.experiments.create(quiet=True)
    experiment.checkpoint(metrics={"loss": 1.0})
    experiment.delete()
    assert project.experiments.list() == []
    assert experiment.checkpoint(metrics={"loss": 1.0}) is None
    assert "Error creating checkpoint" in capsys.readouterr().err
    with pytest.raises(keepsake.exceptions.DoesNotExist):
        experiment.delete()


def test_the_messages_are_those_of_0_4_2(folder):
    (folder.path / "weights").write_text("w")
    output, errors = folder.run(
        """
        import keepsake
        experiment = keepsake.init(path=".")
        first = experiment.checkpoint(path="weights")
        second = experiment.checkpoint(metrics={"loss": 1.0})
        experiment.checkpoint(metrics={"loss": 1.0}, quiet=True)
        print(experiment.short_id(), first.short_id(), second.short_id())
        """
    )
    experiment, first, second = output.split()
    place = "file://" + str(folder.path / ".keepsake")
    assert errors.splitlines() == [
        "═══╡ Creating experiment {}, copying '.' to '{}' in the background...".format(
            experiment, place
        ),
        "═══╡ Creating checkpoint {}, copying 'weights' to '{}' in the background...".format(
            first, place
        ),
        "═══╡ Creating checkpoint {}...".format(second),
    ]


def test_a_quiet_experiment_says_nothing(folder):
    output, errors = folder.run(
        """
        import keepsake
        experiment = keepsake.init(quiet=True)
        experiment.checkpoint(metrics={"loss": 1.0})
        experiment.stop()
        """
    )
    assert output == "" and errors == ""


def test_without_keepsake_yaml_the_error_says_what_to_do(folder, tmp_path):
    output, errors = folder.run(
        "import keepsake; keepsake.init()", cwd=tmp_path, status=1
    )
    assert "keepsake.exceptions.ConfigNotFound: keepsake.yaml not found in" in errors
    assert "Training goes on" not in errors


def test_a_repository_can_be_named_from_a_folder_that_cannot_be_written(folder, tmp_path):
    place = tmp_path / "read-only"
    place.mkdir()
    (place / "train.py").write_text("pass")
    place.chmod(0o555)
    repository = "file://{}".format(tmp_path / "elsewhere")
    folder.run(
        """
        import sys, keepsake
        experiment = keepsake.init(path=".", repository=sys.argv[1], quiet=True)
        experiment.checkpoint(path="train.py", metrics={"loss": 1.0})
        """,
        repository,
        cwd=place,
    )
    [experiment] = keepsake.Project(repository=repository, directory=place).experiments.list()
    assert experiment.status == "finished"
    with experiment.latest().open("train.py") as file:
        assert file.read() == b"pass"
    assert [entry.name for entry in place.iterdir()] == ["train.py"]
