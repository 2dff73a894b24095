"""Finding experiments, and what they hold."""

import datetime
import json
import math

import pytest

import keepsake
from keepsake._time import parsed_time
from keepsake.exceptions import (
    ConfigNotFound,
    DoesNotExist,
    IncompatibleRepositoryVersion,
    RepositoryConfigurationError,
)


def record(project, losses=(), goal="minimize", **params):
    experiment = project.experiments.create(params=params, quiet=True)
    for loss in losses:
        experiment.checkpoint(metrics={"loss": loss}, primary_metric=("loss", goal))
    experiment.stop()
    return experiment


@pytest.mark.parametrize(
    "text, microsecond",
    [
        ("2026-11-23T12:00:01Z", 0),
        ("2026-11-23T12:00:01.5Z", 500_000),
        ("2026-11-23T12:00:01.123456Z", 123_456),
        ("2026-11-23T12:00:01.123456499Z", 123_456),
        # As 0.4.2 has it.
        ("2026-11-23T12:00:01.123456500Z", 123_457),
    ],
)
def test_times_are_rounded_to_microseconds(text, microsecond):
    assert parsed_time(text) == datetime.datetime(2026, 11, 23, 12, 0, 1, microsecond)


@pytest.mark.parametrize("text", ["", "Z", "today", "2026-11-23T12:00:01", "2026-11-23T12:00:01.xZ"])
def test_what_is_no_time_is_an_error(text):
    with pytest.raises(ValueError):
        parsed_time(text)


def test_experiments_are_listed_oldest_first(project):
    made = [record(project, seed=seed) for seed in range(3)]
    listed = project.experiments.list()
    assert listed == made
    assert isinstance(listed[1:], keepsake.ExperimentList) and listed[1:] == made[1:]
    assert [e.params["seed"] for e in listed] == [0, 1, 2]
    assert listed[0].created == made[0].created


def test_a_filter_that_raises_leaves_its_experiment_out_and_says_so(project, capsys):
    record(project, lr=0.1)
    other = record(project, seed=1)
    found = project.experiments.list(filter=lambda e: e.params["lr"] < 1)
    assert [e.params for e in found] == [{"lr": 0.1}]
    assert "Failed to apply filter to experiment {}: 'lr'".format(other.short_id()) in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "losses, goal, best",
    [
        ((3.0, 1.0, 2.0), "minimize", 1),
        ((3.0, 1.0, 2.0), "maximize", 0),
        ((math.nan, 1.0, None), "minimize", 1),
        ((1.0, 1.0), "minimize", 1),
        ((math.nan,), "minimize", None),
        ((), "minimize", None),
    ],
)
def test_the_best_checkpoint_is_the_same_here_in_a_listing_and_in_the_repository(
    project, losses, goal, best
):
    made = record(project, losses, goal)
    [listed] = project.experiments.list()
    read = project.experiments.get(made.id)
    expected = None if best is None else made.checkpoints[best]
    assert made.best() == listed.best() == read.best() == expected
    latest = made.checkpoints[-1] if losses else None
    assert made.latest() == listed.latest() == read.latest() == latest


def test_a_listing_reads_checkpoints_when_they_are_asked_for(project):
    made = record(project, [3.0, 2.0, 1.0])
    [listed] = project.experiments.list()
    assert repr(listed) == repr(project.experiments.get(made.id))
    assert listed.checkpoints.metrics["loss"] == [3.0, 2.0, 1.0]
    assert listed.checkpoints.step == [0, 1, 2]
    assert isinstance(listed.checkpoints[:2], keepsake.CheckpointList)
    with pytest.raises(KeyError, match="Metric accuracy does not exist in experiment"):
        listed.checkpoints.metrics["accuracy"]


def test_what_was_recorded_is_read_without_waiting(project):
    experiment = project.experiments.create(quiet=True)
    for step in range(100):
        experiment.checkpoint(metrics={"loss": 1.0})
        assert len(project.experiments.get(experiment.id).checkpoints) == step + 1
    assert project.experiments.list()[0].latest().step == 99
    experiment.refresh()
    assert len(experiment.checkpoints) == 100
    experiment.checkpoint(metrics={"loss": 1.0})
    assert len(experiment.checkpoints) == 101
    experiment.stop()


def test_refresh_reads_what_others_recorded(project):
    made = record(project, [1.0])
    read = project.experiments.get(made.id)
    made.checkpoint(metrics={"loss": 0.5}, quiet=True)
    made.stop()
    assert len(read.checkpoints) == 1
    read.refresh()
    assert len(read.checkpoints) == 2 and read.checkpoints[0]._experiment is read


def test_an_experiment_is_found_by_the_beginning_of_its_id(project):
    made = record(project)
    assert project.experiments.get(made.id[:5]) == made
    with pytest.raises(DoesNotExist, match="xyz"):
        project.experiments.get("xyz")


def test_to_json_is_what_json_can_hold(project):
    made = record(project, [1.0], lr=0.1)
    stored = json.loads(json.dumps(project.experiments.get(made.id).to_json()))
    assert stored["id"] == made.id and stored["params"] == {"lr": 0.1}
    assert stored["checkpoints"][0]["metrics"] == {"loss": 1.0}
    assert stored["created"].endswith("Z")


def test_the_duration_is_the_time_to_the_latest_checkpoint(project):
    made = record(project, [1.0])
    [listed] = project.experiments.list()
    assert datetime.timedelta(0) < made.duration == listed.duration < datetime.timedelta(minutes=1)
    assert record(project).duration is None


def test_a_primary_metric_has_to_be_shared(project):
    made = record(project, [1.0])
    assert made.primary_metric() == "loss"
    assert project.experiments.list().primary_metric() == "loss"
    made.checkpoint(metrics={"accuracy": 1.0}, primary_metric=("accuracy", "maximize"), quiet=True)
    made.stop()
    with pytest.raises(ValueError, match="differs"):
        made.primary_metric()
    with pytest.raises(ValueError, match="No primary metric"):
        record(project).primary_metric()


def test_a_list_of_experiments_is_deleted(project):
    record(project), record(project)
    kept = record(project, keep=True)
    project.experiments.list(filter=lambda e: "keep" not in (e.params or {})).delete()
    assert project.experiments.list() == [kept]


def test_a_checkpoint_is_checked_out_with_the_messages_of_0_4_2(project, folder, capsys):
    (folder.path / "weights").write_text("w")
    experiment = project.experiments.create(path=".", quiet=True)
    checkpoint = experiment.checkpoint(path="weights")
    experiment.stop()
    capsys.readouterr()
    checkpoint.checkout("restored")
    said = capsys.readouterr().err
    assert 'Copying files from experiment {} to "restored"'.format(experiment.short_id()) in said
    assert "If you want to run this experiment again, this is how it was run" in said
    assert (folder.path / "restored" / "weights").read_text() == "w"


def test_without_files_there_is_nothing_to_check_out(project, tmp_path):
    checkpoint = project.experiments.create(quiet=True).checkpoint()
    with pytest.raises(DoesNotExist):
        checkpoint.checkout(tmp_path / "restored")


def test_errors_have_a_kind_a_cause_and_a_remedy(folder, project, tmp_path):
    with pytest.raises(ConfigNotFound) as caught:
        keepsake.Project(directory=tmp_path).experiments.list()
    assert caught.value.code == "config_not_found"
    assert "repository=" in caught.value.fix and "-R" not in caught.value.fix
    with pytest.raises(RepositoryConfigurationError, match="'gs://'|gs://"):
        keepsake.Project(repository="ftp://example.org").experiments.list()
    (folder.path / ".keepsake").mkdir()
    (folder.path / ".keepsake" / "repository.json").write_text('{"version": 1000}')
    with pytest.raises(IncompatibleRepositoryVersion):
        project.experiments.list()


def test_a_torn_file_hides_nothing_else(project, folder, capsys):
    kept = record(project)
    (folder.path / ".keepsake/metadata/experiments" / ("f" * 64 + ".json")).write_text('{"id": "')
    assert project.experiments.list() == [kept]
    assert "f" * 64 in capsys.readouterr().err


def test_ten_thousand_experiments_are_listed(project, folder):
    made = record(project, [2.0, 1.0], lr=0.1)
    experiments = folder.path / ".keepsake" / "metadata" / "experiments"
    text = (experiments / (made.id + ".json")).read_text()
    for number in range(9_999):
        copy = "{:064x}".format(number)
        (experiments / (copy + ".json")).write_text(text.replace(made.id, copy))
    listed = project.experiments.list()
    assert len(listed) == 10_000
    assert {e.best().metrics["loss"] for e in listed} == {1.0}
    assert len(project.experiments.list(filter=lambda e: e.params["lr"] == 0.1)) == 10_000


def test_a_report_is_made_from_python(project, folder):
    record(project, [2.0, 1.0], lr=0.1)
    index = keepsake.report("site", title="A sweep", metric="loss:minimize")
    assert index == str(folder.path / "site" / "index.html")
    assert "A sweep" in (folder.path / "site" / "index.html").read_text()
    with pytest.raises(ValueError):
        keepsake.report(no_such_choice=1)
