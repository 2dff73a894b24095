"""Keepsake 0.4.2 (the oracle) and our command work on each other's repositories.

    KEEPSAKE_BIN=.build/debug/keepsake KEEPSAKE_ORACLE=$(.ci/oracle) \\
        "$KEEPSAKE_ORACLE/bin/python" -m pytest Tests/Interop -q

The first half records with 0.4.2 and reads with ours; the second records with `keepsake demo` and
reads with 0.4.2. Ours may say more than 0.4.2; what 0.4.2 says has to be there and equal.
"""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ORACLE = Path(os.environ.get("KEEPSAKE_ORACLE", Path.home() / ".cache" / "keepsake-oracle"))
THEIRS = str(ORACLE / "bin" / "keepsake")
PYTHON = str(ORACLE / "bin" / "python")
OURS = os.path.abspath(os.environ["KEEPSAKE_BIN"]) if "KEEPSAKE_BIN" in os.environ else None


pytestmark = pytest.mark.skipif(OURS is None, reason="KEEPSAKE_BIN is not set")
IS_ORACLE = OURS is not None and os.path.realpath(OURS) == os.path.realpath(THEIRS)
needs_ours = pytest.mark.skipif(IS_ORACLE, reason="0.4.2 stands in for ours and has no such command")


def run(command, *arguments, cwd=None, status=0, stdin=""):
    environment = {**os.environ, "NO_COLOR": "1", "TZ": "UTC"}
    result = subprocess.run(
        [command, *map(str, arguments)], cwd=cwd, input=stdin, env=environment,
        capture_output=True, text=True, timeout=300,
    )
    if status is not None:
        assert (result.returncode == 0) == (status == 0), (
            "%s %s: exit %d\n%s%s"
            % (command, arguments, result.returncode, result.stdout, result.stderr)
        )
    return result


def output(command, *arguments, **options):
    return run(command, *arguments, **options).stdout


def parsed(command, *arguments, **options):
    return json.loads(output(command, *arguments, **options))


def assert_has(ours, theirs, place="$"):
    """Everything of `theirs` is in `ours`, equal; ours may have more keys."""
    if isinstance(theirs, dict):
        assert isinstance(ours, dict), place
        for key, value in theirs.items():
            assert key in ours, "%s.%s is missing" % (place, key)
            assert_has(ours[key], value, "%s.%s" % (place, key))
    elif isinstance(theirs, list):
        assert isinstance(ours, list) and len(ours) == len(theirs), place
        for index, value in enumerate(theirs):
            assert_has(ours[index], value, "%s[%d]" % (place, index))
    elif isinstance(theirs, (int, float)) and not isinstance(theirs, bool):
        # Go writes 1.0 as 1, so a number's kind is not kept; its value is.
        assert isinstance(ours, (int, float)) and not isinstance(ours, bool), place
        assert ours == theirs, place
    else:
        assert ours == theirs and type(ours) is type(theirs), place


def not_numeric(value):
    return value == "[NaN]" or not isinstance(value, (int, float)) and not (
        isinstance(value, str) and value in ("[+Infinity]", "[-Infinity]")
    )


def sane_best(experiment):
    """The best checkpoint as the format's page says: a missing or NaN value never wins."""
    numbers = {"[+Infinity]": float("inf"), "[-Infinity]": float("-inf")}
    primary = next((c["primary_metric"] for c in experiment["checkpoints"] or [] if c["primary_metric"]), None)
    if primary is None:
        return None
    best, best_value = None, None
    for checkpoint in experiment["checkpoints"]:
        value = (checkpoint["metrics"] or {}).get(primary["name"])
        if value is None or not_numeric(value):
            continue
        value = numbers.get(value, value) if isinstance(value, str) else value
        better = best is None or (
            value >= best_value if primary["goal"] == "maximize" else value <= best_value
        )
        if better:
            best, best_value = checkpoint, value
    return best


def has_nan(experiment):
    return any(
        value == "[NaN]" for c in experiment["checkpoints"] or [] for value in (c["metrics"] or {}).values()
    )


def files(folder):
    """Relative path to bytes and executable bit, of every regular file and link below `folder`."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = "-> " + os.readlink(path)
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def sections(diff):
    """The rows of a printed diff, by section; cells are split at two or more spaces."""
    found, current = {}, None
    for line in re.sub(r"\x1b\[[0-9;]*m", "", diff).splitlines():
        if not line.strip():
            continue
        cells = re.split(r"\s{2,}", line.strip())
        if len(cells) == 1 and not line.startswith("(") and ":" not in line:
            current = found.setdefault(cells[0], [])
        else:
            assert current is not None, line
            current.append(cells)
    return found


def prefixes(experiments, ids):
    """The shortest prefix, at least 7 digits, of each of `ids` that names only that one."""
    every = [e["id"] for e in experiments]
    every += [c["id"] for e in experiments for c in e["checkpoints"] or []]
    for id in ids:
        length = 7
        while sum(1 for other in every if other.startswith(id[:length])) > 1:
            length += 1
        yield id[:length]


# --- 0.4.2 records, ours reads ---------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    project = tmp_path_factory.mktemp("recorded") / "project"
    result = subprocess.run(
        [PYTHON, str(HERE / "train_sklearn.py"), "file://.keepsake", str(project)],
        capture_output=True, text=True, timeout=300,
    )
    assert result.returncode == 0, result.stderr
    assert "Error" not in result.stderr, result.stderr
    ids = output(THEIRS, "ls", "-q", "-D", project).split()
    return project, [parsed(THEIRS, "show", "--json", id, "-D", project) for id in ids]


def test_ls_quiet_prints_the_same_ids_in_the_same_order(recorded):
    project, experiments = recorded
    assert len(experiments) == 6
    for options in [[], ["-s", "created-desc"], ["-s", "step"], ["-s", "alpha"], ["-f", "model = sgd"],
                    ["-f", "model = sgd", "-f", "epochs >= 5"], ["-f", "status = stopped"],
                    ["-f", "note = null"], ["-f", "accuracy > 0.5"], ["-f", "nosuch = 1"]]:
        assert output(OURS, "ls", "-q", *options, cwd=project) == output(
            THEIRS, "ls", "-q", *options, cwd=project
        ), options
    assert output(OURS, "list", "-q", "-D", project) == output(THEIRS, "ls", "-q", "-D", project)
    assert output(OURS, "ps", "-q", cwd=project) == ""


def test_ls_json_has_every_field_of_the_oracle(recorded):
    project, experiments = recorded
    ours, theirs = parsed(OURS, "ls", "--json", cwd=project), parsed(THEIRS, "ls", "--json", cwd=project)
    assert len(ours) == len(theirs)
    theirs = {other["id"]: other for other in theirs}
    assert len(theirs) == len(ours)
    for mine, experiment in zip(ours, experiments):
        other = theirs[mine["id"]]
        if has_nan(experiment) and not IS_ORACLE:
            other["best_checkpoint"] = sane_best(experiment)
        assert_has(mine, other)


def test_ls_table_piped_is_the_oracles_table(recorded):
    project, experiments = recorded

    def table(command, *options):
        text = output(command, "ls", *options, cwd=project)
        # The time may tick between the two runs.
        return re.sub(r" *(about )?(an?|one|\d+) (second|minute|hour|day)s? ago *", " T ", text)

    # Best of the diverged run differs by design, so the tables are compared without it.
    for options in [["-f", "model = sgd"], ["-f", "model = sgd", "--all"], ["-f", "model = nearest-centroid"]]:
        mine, other = table(OURS, *options), table(THEIRS, *options)
        assert re.sub(r"\bfinished\b *", "stopped ", mine).split() == other.split(), options


def test_show_json_of_every_experiment_and_checkpoint(recorded):
    project, experiments = recorded
    for experiment in experiments:
        assert_has(parsed(OURS, "show", "--json", experiment["id"][:12], cwd=project), experiment)
        for checkpoint in experiment["checkpoints"]:
            assert_has(parsed(OURS, "show", "--json", checkpoint["id"][:12], cwd=project), checkpoint)


def test_show_text_names_params_packages_and_metrics(recorded):
    project, experiments = recorded
    for experiment in experiments:
        text = output(OURS, "show", "--all", experiment["id"][:12], cwd=project)
        assert experiment["id"] in text and experiment["command"] in text
        for name in list(experiment["params"]) + list(experiment["python_packages"]):
            assert re.search(r"^%s:" % re.escape(name), text, re.M), name
        for checkpoint in experiment["checkpoints"]:
            assert checkpoint["id"][:7] in text


def test_diff_has_the_oracles_sections_and_rows(recorded):
    project, experiments = recorded
    ids = [e["id"] for e in experiments if not has_nan(e)]
    checkpoints = [c["id"] for c in experiments[0]["checkpoints"]]
    pairs = [(ids[0], ids[1]), (ids[2], ids[0]), (ids[0], ids[-1]), (ids[0], ids[0]),
             (checkpoints[0], checkpoints[-1]), (checkpoints[1], ids[1])]
    for pair in pairs:
        mine = sections(output(OURS, "diff", *pair, cwd=project))
        other = sections(output(THEIRS, "diff", *pair, cwd=project))
        for name, rows in other.items():
            assert name in mine, name
            for row in rows:
                assert row in mine[name], (name, row, mine[name])


def test_checkout_gives_the_same_bytes(recorded, tmp_path):
    project, experiments = recorded
    number = 0
    for experiment in experiments:
        ids = [c["id"] for c in experiment["checkpoints"]][-2:]
        if not has_nan(experiment):
            ids.append(experiment["id"])
        for id in ids:
            number += 1
            folders = [tmp_path / ("%d-%s" % (number, who)) for who in ("ours", "theirs")]
            if experiment["path"] == "":
                for command, folder in zip((OURS, THEIRS), folders):
                    run(command, "checkout", "-f", id[:12], "-o", folder, cwd=project, status=1)
                continue
            for command, folder in zip((OURS, THEIRS), folders):
                result = run(command, "checkout", "-f", id[:12], "-o", folder, cwd=project)
                assert experiment["command"] in result.stderr
            assert files(folders[0]) == files(folders[1])
            assert b"epoch" in files(folders[0])["weights/epoch.txt"]
            assert "notes.tmp" not in files(folders[0]) and "keep.tmp" in files(folders[0])


def test_checkout_of_one_path(recorded, tmp_path):
    project, experiments = recorded
    id = experiments[0]["checkpoints"][0]["id"][:12]
    for path in ["weights", "config.json", "data/iris.csv"]:
        folders = [tmp_path / (who + path.replace("/", "_")) for who in ("ours", "theirs")]
        for command, folder in zip((OURS, THEIRS), folders):
            run(command, "checkout", "-f", id, "-o", folder, "--path", path, cwd=project)
        ours, theirs = map(files, folders)
        # 0.4.2 leaves out some files of a folder, never one that was asked for by its name.
        assert theirs.items() <= ours.items()
        assert path in ours or any(name.startswith(path + "/") for name in ours)
        assert all(name == path or name.startswith(path + "/") for name in ours)


@pytest.mark.parametrize("stdin", ["n\n", "\n", ""])
def test_checkout_asks_before_it_overwrites(recorded, tmp_path, stdin):
    project, experiments = recorded
    (tmp_path / "mine").write_text("x")
    run(OURS, "checkout", experiments[0]["id"][:12], "-o", tmp_path, cwd=project, stdin=stdin, status=1)
    assert files(tmp_path) == {"mine": b"x"}


def test_errors_are_the_oracles(recorded):
    project, _ = recorded
    for arguments in [["show", "zzz"], ["show", ""], ["ls", "-q", "--json"], ["ls", "-q", "--all"],
                      ["diff", "zzz", "zzz"], ["rm", "-f", "zzz"], ["checkout", "zzz"]]:
        mine = run(OURS, *arguments, cwd=project, status=1)
        other = run(THEIRS, *arguments, cwd=project, status=1)
        message = re.sub(r"\x1b\[[0-9;]*m", "", other.stderr).strip().removeprefix("═══╡ ")
        assert message in re.sub(r"\x1b\[[0-9;]*m", "", mine.stderr), arguments
        assert mine.stdout == ""


@needs_ours
def test_report_shows_every_experiment(recorded, tmp_path):
    project, experiments = recorded
    site = tmp_path / "site"
    printed = output(OURS, "report", "-o", site, cwd=project)
    assert str(site) in printed or site.name in printed
    pages = {p.relative_to(site).as_posix(): p.read_text("utf-8") for p in site.rglob("*.html")}
    assert "index.html" in pages and "health.html" in pages
    everything = "".join(pages.values())
    for experiment in experiments:
        assert experiment["id"][:7] in pages["index.html"]
        assert experiment["id"] in everything
        for checkpoint in experiment["checkpoints"]:
            assert checkpoint["id"][:7] in everything
    assert "<&>" not in everything
    before = {name: (site / name).stat().st_mtime_ns for name in pages}
    output(OURS, "report", "-o", site, cwd=project)
    assert before == {name: (site / name).stat().st_mtime_ns for name in pages}, "same input, same files"


@needs_ours
def test_reading_leaves_the_oracles_repository_alone(recorded):
    project, experiments = recorded
    before = files(project / ".keepsake")
    for arguments in [["ls"], ["ps"], ["ls", "--json"], ["show", experiments[0]["id"]],
                      ["diff", experiments[0]["id"], experiments[1]["id"]]]:
        output(OURS, *arguments, cwd=project)
    assert files(project / ".keepsake") == before


# --- ours records, 0.4.2 reads ---------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    if IS_ORACLE:
        pytest.skip("0.4.2 has no demo")
    project = tmp_path_factory.mktemp("demo") / "project"
    output(OURS, "demo", project)
    ids = output(OURS, "ls", "-q", cwd=project).split()
    assert len(ids) > 1
    return project, [parsed(OURS, "show", "--json", id, cwd=project) for id in ids]


def test_the_oracle_lists_the_demo_without_a_word(demo):
    project, experiments = demo
    result = run(THEIRS, "ls", "-q", cwd=project)
    # 0.4.2 compares whole seconds, and its order of what is equal is any.
    assert sorted(result.stdout.split()) == sorted(e["id"] for e in experiments)
    assert result.stderr == ""
    assert run(THEIRS, "ls", "--all", cwd=project).stderr == ""
    ours, theirs = parsed(OURS, "ls", "--json", cwd=project), parsed(THEIRS, "ls", "--json", cwd=project)
    theirs = {other["id"]: other for other in theirs}
    assert len(theirs) == len(ours)
    for mine, experiment in zip(ours, experiments):
        other = theirs[mine["id"]]
        # 0.4.2 may take NaN as the best, and finds no best unless the first checkpoint names the metric.
        if has_nan(experiment) or experiment["checkpoints"][0]["primary_metric"] is None:
            other.pop("best_checkpoint")
        assert_has(mine, other)


def test_the_oracle_shows_and_diffs_the_demo(demo):
    project, experiments = demo
    for experiment in experiments:
        theirs = parsed(THEIRS, "show", "--json", experiment["id"], cwd=project)
        assert_has(experiment, theirs)
        assert [c["id"] for c in theirs["checkpoints"]] == [c["id"] for c in experiment["checkpoints"]]
        output(THEIRS, "show", experiment["id"], cwd=project)
        output(THEIRS, "show", experiment["checkpoints"][-1]["id"], cwd=project)
    a, *_, b = [e["checkpoints"][-1]["id"] for e in experiments if not has_nan(e)]
    mine = sections(output(OURS, "diff", a, b, cwd=project))
    for name, rows in sections(output(THEIRS, "diff", a, b, cwd=project)).items():
        for row in rows:
            assert row in mine[name], (name, row)


def test_the_oracle_checks_out_the_demo_byte_for_byte(demo, tmp_path):
    project, experiments = demo
    compared = 0
    for experiment in experiments[:3] + experiments[-1:]:
        for id in [experiment["checkpoints"][0]["id"], experiment["checkpoints"][-1]["id"]]:
            folders = [tmp_path / (id[:12] + who) for who in ("ours", "theirs")]
            for command, folder in zip((OURS, THEIRS), folders):
                run(command, "checkout", "-f", id, "-o", folder, cwd=project)
            assert files(folders[0]) == files(folders[1]) != {}
            for name in files(folders[0]):
                modes = [stat.S_IMODE((folder / name).lstat().st_mode) & 0o111 for folder in folders]
                assert modes[0] == modes[1], name
            compared += 1
    assert compared


READ_WITH_THE_MODULE = """
import json, sys
import keepsake
project = keepsake.Project(directory=sys.argv[1])
out = []
for e in project.experiments.list():
    best, latest = e.best(), e.latest()
    out.append({
        "id": e.id, "params": e.params, "user": e.user, "host": e.host, "command": e.command,
        "path": e.path, "running": e.is_running(),
        "best": best and best.id, "latest": latest and latest.id,
        "steps": e.checkpoints.step, "metrics": [c.metrics for c in e.checkpoints],
    })
c = project.experiments.get(sys.argv[2][:12]).checkpoints[-1]
c.checkout(sys.argv[3], quiet=True)
json.dump(out, sys.stdout)
"""


def test_the_oracles_python_module_reads_the_demo(demo, tmp_path):
    project, experiments = demo
    id = experiments[0]["id"]
    result = run(PYTHON, "-c", READ_WITH_THE_MODULE, project, id, tmp_path / "theirs", cwd=tmp_path)
    theirs = json.loads(result.stdout)
    assert [e["id"] for e in theirs] == [e["id"] for e in experiments]
    for other, mine in zip(theirs, experiments):
        assert not other["running"]
        assert (other["params"] or {}) == mine["params"]
        assert other["steps"] == [c["step"] for c in mine["checkpoints"]]
        assert other["latest"] == mine["checkpoints"][-1]["id"]
        assert (other["host"] or "") == mine["host"] and other["user"] == mine["user"]
        if not has_nan(mine):
            best = sane_best(mine)
            assert other["best"] == (best and best["id"])
            assert [m or {} for m in other["metrics"]] == [c["metrics"] or {} for c in mine["checkpoints"]]
    run(OURS, "checkout", "-f", experiments[0]["checkpoints"][-1]["id"], "-o", tmp_path / "ours", cwd=project)
    assert files(tmp_path / "ours") == files(tmp_path / "theirs") != {}


def test_the_oracle_removes_what_ours_recorded(demo, tmp_path):
    project, experiments = demo
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", str(project), str(copy)], check=True)
    gone = experiments[0]["id"]
    output(THEIRS, "rm", "-f", gone, "-D", copy)
    left = [e["id"] for e in experiments[1:]]
    assert output(OURS, "ls", "-q", "-D", copy).split() == left
    assert sorted(output(THEIRS, "ls", "-q", "-D", copy).split()) == sorted(left)


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, *sys.argv[1:]]))
