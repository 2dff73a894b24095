"""Every command works on a repository in a bucket as on one on disk."""

import json
import re


def test_a_run_is_recorded_listed_shown_and_got_back(cloud):
    run = cloud.train()
    (listed,) = cloud.json("ls")
    assert listed["id"] == run
    assert listed["num_checkpoints"] == 3
    assert listed["best_checkpoint"]["step"] == 2
    assert cloud.output("ls", "-q") == run + "\n"
    shown = cloud.json("show", run[:7])
    assert [checkpoint["metrics"]["loss"] for checkpoint in shown["checkpoints"]] == [1, 0.5, 1 / 3]
    assert shown["config"]["repository"] == cloud.url
    cloud.output("checkout", run[:7], "-o", "back", "-f")
    assert (cloud.project / "back" / "weights").read_bytes() == b"weights " * 1000
    assert (cloud.project / "back" / "train.py").read_text() == "print('training')\n"


def test_only_what_the_format_names_is_in_the_bucket(cloud):
    cloud.train()
    pattern = re.compile(
        r"root/(repository\.json|metadata/(experiments|files)/[0-9a-f]{64}\.json|(experiments|checkpoints)/[0-9a-f]{64}\.tar\.gz)")
    assert [key for key in cloud.keys() if not pattern.fullmatch(key)] == []
    assert len(cloud.keys()) == 1 + 1 + 4 + 4


def test_runs_are_compared_noted_and_removed(cloud):
    first, second = cloud.train(), cloud.train(2)
    assert first[:7] in cloud.output("diff", first, second)
    cloud.output("note", first, "-m", "the one to beat")
    assert "the one to beat" in cloud.output("show", first)
    cloud.output("rm", "-f", first)
    assert cloud.output("ls", "-q") == second + "\n"
    assert [key for key in cloud.keys() if first in key] == []
    cloud.output("rm", "-f", second)
    assert cloud.keys() == ["root/repository.json"]


def test_a_checkpoint_is_removed_from_a_run(cloud):
    run = cloud.train()
    best = cloud.json("ls")[0]["best_checkpoint"]["id"]
    cloud.output("rm", "-f", best)
    (listed,) = cloud.json("ls")
    assert listed["num_checkpoints"] == 2
    assert listed["best_checkpoint"]["step"] == 1
    assert [key for key in cloud.keys() if best in key] == []
    assert run == listed["id"]


def test_what_else_is_in_the_bucket_is_left_alone(cloud):
    cloud.put("elsewhere/metadata/experiments/x.json", b"not ours")
    cloud.put("root-of-others/repository.json", b"not ours")
    run = cloud.train()
    cloud.output("rm", "-f", run)
    assert "elsewhere/metadata/experiments/x.json" in cloud.keys()
    assert "root-of-others/repository.json" in cloud.keys()
    assert cloud.json("ls") == []


def test_a_missing_bucket_is_said_once_and_clearly(cloud):
    result = cloud.keepsake("ls", "-R", cloud.scheme + "://no-such-bucket/root", status=1)
    assert result.stderr.count("no-such-bucket") >= 1
    assert "Traceback" not in result.stderr and "bucket" in result.stderr
    assert len(result.stderr.splitlines()) < 8
    assert result.stdout == ""


def test_a_repository_of_a_newer_version_is_refused(cloud):
    cloud.put("root/repository.json", b'{"version":2}')
    result = cloud.keepsake("ls", status=1)
    assert "version 2" in result.stderr and "newer" in result.stderr


def test_no_secret_is_printed(cloud):
    cloud.environment["AWS_SECRET_ACCESS_KEY"] = "swordfish"
    elsewhere = ("-R", cloud.scheme + "://no-such-bucket/root")
    for result in cloud.keepsake("ls", "-v"), cloud.keepsake("ls", "-v", *elsewhere, status=1):
        assert "swordfish" not in result.stdout + result.stderr


def test_a_damaged_file_is_named_and_hides_nothing_else(cloud):
    run = cloud.train()
    cloud.put("root/metadata/experiments/%064d.json" % 7, b'{"id": ')
    result = cloud.keepsake("ls", "-q")
    assert result.stdout == run + "\n"
    assert "%064d" % 7 in result.stderr


def test_json_is_the_same_from_the_cache(cloud):
    cloud.train()
    first = cloud.output("ls", "--json")
    assert cloud.output("ls", "--json") == first
    assert cloud.output("ls", "--json", KEEPSAKE_CACHE="off") == first
    assert json.loads(first)
