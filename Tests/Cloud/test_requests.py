"""How many requests commands send."""

import os
import stat

import pytest


def repository(folder, count, keepsake_json):
    """Writes a repository of `count` experiments without files."""
    experiments = folder / "metadata" / "experiments"
    experiments.mkdir(parents=True)
    (folder / "repository.json").write_text('{"version":1}')
    for number in range(count):
        (experiments / ("%064x.json" % number)).write_text(keepsake_json.replace("ID", "%064x" % number))
    return folder


EXPERIMENT = """{"id": "ID", "created": "2026-01-01T00:00:00Z", "params": {"lr": 0.1}, "host": "", "user": "ada",
 "config": {"repository": "", "storage": ""}, "command": "train.py", "path": "", "python_version": "3.11",
 "python_packages": {}, "checkpoints": [], "keepsake_version": "0.4.2"}"""


def test_a_second_ls_of_an_unchanged_bucket_only_lists(cloud, tmp_path):
    cloud.upload(repository(tmp_path / "disk", 120, EXPERIMENT))
    assert len(cloud.output("ls", "-q").split()) == 120
    # repository.json, the journals, the heartbeats, the experiments.
    assert cloud.requests("ls") == {"list": 4}
    assert cloud.requests("ls", "--all") == {"list": 4}


def test_what_changed_is_read_and_nothing_else(cloud, tmp_path):
    cloud.upload(repository(tmp_path / "disk", 20, EXPERIMENT))
    cloud.output("ls")
    cloud.put("root/metadata/experiments/%064x.json" % 3, EXPERIMENT.replace("ID", "%064x" % 3).replace("ada", "eve").encode())
    assert cloud.requests("ls") == {"list": 4, "read": 1}
    assert [row["user"] for row in cloud.json("ls") if row["id"] == "%064x" % 3] == ["eve"]


def test_without_a_cache_everything_is_read(cloud, tmp_path):
    cloud.upload(repository(tmp_path / "disk", 5, EXPERIMENT))
    cloud.environment["KEEPSAKE_CACHE"] = "off"
    for _ in range(2):
        assert cloud.requests("ls") == {"list": 4, "read": 6}
    assert not (cloud.home / ".cache").exists()


def test_the_cache_is_the_users_alone(cloud, tmp_path):
    cloud.upload(repository(tmp_path / "disk", 5, EXPERIMENT))
    cloud.environment["KEEPSAKE_CACHE"] = str(tmp_path / "cache")
    cloud.output("ls")
    assert stat.S_IMODE(os.stat(tmp_path / "cache").st_mode) == 0o700
    files = list((tmp_path / "cache").iterdir())
    assert [stat.S_IMODE(os.stat(file).st_mode) for file in files] == [0o600]


def test_a_report_reads_metadata_and_never_weights(cloud):
    (cloud.project / "weights").write_bytes(os.urandom(3 << 20))
    run = cloud.train()
    cloud.train()
    cloud.output("note", run, "-m", "A picture: ![plot](checkpoint:%s/weights)" % cloud.json("ls")[0]["best_checkpoint"]["id"][:7])
    first = cloud.requests("report")
    # 2 experiments, repository.json, a note, and up to three lists of files an experiment.
    assert first["read"] <= 2 + 1 + 1 + 2 * 3
    assert set(first) == {"list", "read"}
    again = cloud.requests("report")
    assert set(again) == {"list"}, "the second report read objects again"
    for path in (cloud.project / "report").rglob("*"):
        assert not path.is_file() or path.stat().st_size < 1 << 20


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")


def note_with_a_picture(cloud, weights):
    (cloud.project / "weights").unlink()
    (cloud.project / "weights").mkdir()
    (cloud.project / "weights" / "plot.png").write_bytes(PICTURE)
    (cloud.project / "weights" / "model").write_bytes(weights)
    run = cloud.train(1)
    checkpoint = cloud.json("ls")[0]["best_checkpoint"]["id"]
    cloud.output("note", run, "-m", "![plot](checkpoint:%s/weights/plot.png)" % checkpoint[:7])


def test_a_picture_of_a_note_is_fetched_once(cloud):
    note_with_a_picture(cloud, os.urandom(1000))
    cloud.output("report")
    assert [path for path in (cloud.project / "report").rglob("*.png") if path.read_bytes() == PICTURE]
    assert set(cloud.requests("report")) == {"list"}


def test_a_picture_that_lies_with_weights_is_named_instead(cloud):
    note_with_a_picture(cloud, os.urandom(17_000_000))
    cloud.output("report")
    assert not list((cloud.project / "report").rglob("*.png"))
    pages = "".join(path.read_text() for path in (cloud.project / "report").rglob("*.html"))
    assert "plot.png is missing" in pages


@pytest.mark.parametrize("command", [["ls"], ["ls", "--json"], ["ps"]])
def test_the_number_of_requests_is_said_on_demand_only(cloud, command):
    cloud.train()
    assert "request" not in cloud.keepsake(*command).stderr
    assert "request" in cloud.keepsake(*command, "-v").stderr
