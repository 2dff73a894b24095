"""Tables, charts and data frames in notebooks; and what a kernel that ends leaves behind."""

import base64
import builtins
import datetime
import math
import os
import re
import signal
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import RANKS, SOURCES, until

import keepsake
from keepsake import Checkpoint, CheckpointList, Experiment, ExperimentList

WHEN = datetime.datetime(2026, 11, 23, 12, 0, 0)
EVIL = "<script>alert('&\"')</script>"


def experiment(digit="a", params=None, metrics=(), primary="loss", **fields):
    """An experiment with a checkpoint for each of `metrics`."""
    made = Experiment(keepsake.default_project, id=digit * 64, created=WHEN, params=params, **fields)
    goal = {"name": primary, "goal": "minimize"} if primary else None
    for step, values in enumerate(metrics):
        checkpoint = Checkpoint(
            id="%s%063x" % (digit, step), created=WHEN + datetime.timedelta(minutes=step), step=step,
            metrics=values, primary_metric=goal,
        )
        checkpoint._experiment = made
        made.checkpoints.append(checkpoint)
    return made


def table(html):
    """The texts of the cells of the last table in `html`, by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", html[html.rindex("<table>") :], re.DOTALL)
    return [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in rows]


class TestTables:
    def test_an_experiment_shows_what_it_is_its_params_and_its_checkpoints(self):
        html = experiment(
            params={"lr": 0.1}, metrics=[{"loss": 0.5}, {"loss": 0.25, "accuracy": 1 / 3}], user="ada"
        )._repr_html_()
        assert "Experiment(id=&quot;{}&quot;)".format("a" * 64) in html
        assert "ada" in html and "2026-11-23 12:00:00" in html and "0:01:00" in html
        assert ">lr</td>" in html and ">0.1</td>" in html
        assert table(html) == [
            ["short_id", "step", "created", "loss", "accuracy"],
            ["a000000", "0", "2026-11-23 12:00:00", "0.5", ""],
            ["<b>%s</b>" % text for text in
             ["a000000", "1", "2026-11-23 12:01:00", "0.25 (best)", "0.333333"]],
        ]

    def test_a_list_shows_the_params_that_differ(self):
        experiments = ExperimentList(
            [
                experiment("a", {"lr": 0.1, "seed": 1, "layers": [1]}, [{"loss": 0.5}, {"loss": 0.75}]),
                experiment("b", {"lr": 0.2, "seed": 1, "layers": [1]}),
            ]
        )
        assert table(experiments._repr_html_()) == [
            ["id", "created", "status", "lr", "latest_checkpoint", "best_checkpoint"],
            ["aaaaaaa", "2026-11-23 12:00:00", "", "0.1", "a000000 (step 1; loss: 0.75)",
             "a000000 (step 0; loss: 0.5)"],
            ["bbbbbbb", "2026-11-23 12:00:00", "", "0.2", "", ""],
        ]

    def test_a_checkpoint_and_a_list_of_them(self):
        checkpoints = experiment(metrics=[{"loss": math.nan}, {"loss": 2.0}]).checkpoints
        assert table(checkpoints[0]._repr_html_()) == [["Name", "Value"], ["loss", "nan"]]
        assert table(checkpoints._repr_html_())[2][-1] == "<b>2 (best)</b>"
        assert len(table(checkpoints[:1]._repr_html_())) == 2

    def test_everything_is_escaped(self):
        one = experiment("a", {EVIL: EVIL}, [{EVIL: EVIL}], EVIL, user=EVIL, host=EVIL, command=EVIL)
        one.checkpoints[0].path = EVIL
        other = experiment("b", {EVIL: 1, EVIL + "2": [EVIL]}, [{EVIL: 1}], EVIL, user="ada")
        for shown in (one, other, ExperimentList([one, other]), one.checkpoints, one.checkpoints[0]):
            html = shown._repr_html_()
            assert "&lt;script&gt;" in html and "<script" not in html and "alert('" not in html

    def test_empty_ones_have_tables_too(self):
        assert len(table(ExperimentList()._repr_html_())) == 1
        assert len(table(CheckpointList()._repr_html_())) == 1
        assert len(table(experiment(primary=None)._repr_html_())) == 1

    def test_of_many_rows_the_first_and_the_last_are_shown(self):
        rows = table(experiment(metrics=[{"loss": float(step)} for step in range(1000)])._repr_html_())
        assert len(rows) == 1 + 200 + 1
        assert rows[101] == ["… 800 more …"]
        assert [rows[100][1], rows[102][1], rows[-1][1]] == ["99", "900", "999"]


@pytest.fixture
def pyplot(monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def lines(axes):
    return [(line.get_label(), list(line.get_xdata()), list(line.get_ydata(orig=False))) for line in axes.lines]


class TestCharts:
    def test_of_an_experiment_is_a_line_of_the_primary_metric(self, pyplot):
        experiment(metrics=[{"loss": 0.5}, {"loss": 0.25}]).plot()
        axes = pyplot.gca()
        assert lines(axes) == [("aaaaaaa", [0, 1], [0.5, 0.25])]
        assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale()) == ("step", "loss", "linear")
        assert [text.get_text() for text in axes.get_legend().get_texts()] == ["aaaaaaa"]

    def test_what_is_missing_or_no_number_is_a_gap(self, pyplot):
        experiment(metrics=[{"x": 1}, {}, {"x": "text"}, {"x": 4}], primary=None).plot("x", logy=True)
        [(_, steps, values)] = lines(pyplot.gca())
        assert steps == [0, 1, 2, 3]
        assert [repr(float(value)) for value in values] == ["1.0", "nan", "nan", "4.0"]
        assert pyplot.gca().get_yscale() == "log"

    def test_checkpoints_without_steps_are_counted(self, pyplot):
        checkpoints = experiment(metrics=[{"loss": 1}, {"loss": 2}]).checkpoints
        checkpoints[1].step = None
        checkpoints.plot(plot_only=True)
        assert lines(pyplot.gca())[0][1:] == ([0, 1], [1, 2])
        assert pyplot.gca().get_xlabel() == "" and pyplot.gca().get_legend() is None

    def test_of_a_list_is_a_line_an_experiment(self, pyplot):
        experiments = ExperimentList(experiment(digit, metrics=[{"loss": 1}]) for digit in "ab")
        experiments.plot()
        experiments.plot()
        assert [label for label, _, _ in lines(pyplot.gca())] == ["aaaaaaa", "bbbbbbb"] * 2
        assert len(pyplot.get_fignums()) == 1

    def test_another_metric_gets_another_chart(self, pyplot):
        experiments = ExperimentList([experiment(metrics=[{"loss": 1, "accuracy": 2}])])
        experiments.plot()
        experiments.plot("accuracy")
        assert len(pyplot.get_fignums()) == 2
        assert lines(pyplot.gca()) == [("aaaaaaa", [0], [2])]

    def test_a_scatter_is_a_point_an_experiment_of_its_best_checkpoint(self, pyplot):
        ExperimentList(
            [
                experiment("a", {"lr": 0.1}, [{"loss": 1}, {"loss": 3}]),
                experiment("b", {"lr": 0.2}, [{"loss": 2}]),
            ]
        ).scatter("lr", logx=True)
        axes = pyplot.gca()
        points = [collection.get_offsets().tolist() for collection in axes.collections]
        assert points == [[[0.1, 1.0]], [[0.2, 2.0]]]
        assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_xscale()) == ("lr", "loss", "log")

    def test_params_that_are_no_numbers_are_categories(self, pyplot):
        ExperimentList(
            experiment(digit, {"x": value}, [{"loss": 1}])
            for digit, value in zip("abcd", [1, "adam", None, [2, True]])
        ).scatter("x")
        pyplot.gcf().canvas.draw()
        ticks = [label.get_text() for label in pyplot.gca().get_xticklabels()]
        assert ticks == ["1", "adam", "None", "[2, True]"]

    def test_a_scatter_says_what_it_leaves_out(self, pyplot, capsys):
        ExperimentList(
            [
                experiment("a", {"lr": 1}, []),
                experiment("b", {"lr": 1}, [{"accuracy": 1}]),
                experiment("c", None, [{"loss": 1}]),
            ]
        ).scatter("lr", "loss")
        said = capsys.readouterr().err
        assert "Experiment 'aaaaaaa' does not have any checkpoints" in said
        assert "Metric 'loss' does not exist in checkpoint b000000 in experiment bbbbbbb" in said
        assert "Parameter 'lr' does not exist in experiment ccccccc" in said

    def test_without_a_primary_metric_one_must_be_named(self, pyplot):
        with pytest.raises(ValueError, match="No primary metric"):
            experiment(metrics=[{"loss": 1}], primary=None).plot()


class TestDataFrames:
    def test_of_experiments_have_a_row_each(self):
        pytest.importorskip("pandas")
        frame = ExperimentList(
            [
                experiment("a", {"lr": 0.1}, [{"loss": 1.0}, {"loss": 3.0}], user="ada"),
                experiment("b", {"seed": 1}),
            ]
        ).to_dataframe()
        assert list(frame.columns) == [
            "id", "created", "status", "user", "host", "command", "duration", "checkpoint", "step",
            "params.lr", "params.seed", "metrics.loss",
        ]
        first = frame.iloc[0]
        assert (first["id"], first["user"], first["step"], first["metrics.loss"]) == ("a" * 64, "ada", 0, 1.0)
        assert first["created"] == WHEN and first["duration"] == datetime.timedelta(minutes=1)
        assert math.isnan(frame["metrics.loss"][1]) and frame["params.seed"][1] == 1

    def test_of_checkpoints_have_a_row_each(self):
        pytest.importorskip("pandas")
        frame = experiment(metrics=[{"loss": 1.0}, {"loss": math.inf, "text": "x"}]).checkpoints.to_dataframe()
        assert list(frame.columns) == ["id", "created", "step", "path", "metrics.loss", "metrics.text"]
        assert list(frame["step"]) == [0, 1] and list(frame["metrics.loss"]) == [1.0, math.inf]

    def test_of_nothing_have_columns(self):
        pytest.importorskip("pandas")
        assert list(CheckpointList().to_dataframe().columns) == ["id", "created", "step", "path"]
        assert len(ExperimentList().to_dataframe()) == 0


@pytest.mark.parametrize(
    "library, use",
    [
        ("matplotlib", lambda: experiment(metrics=[{"loss": 1}]).plot()),
        ("matplotlib", lambda: ExperimentList().plot("loss")),
        ("matplotlib", lambda: ExperimentList().scatter("lr", "loss")),
        ("pandas", lambda: ExperimentList().to_dataframe()),
        ("pandas", lambda: CheckpointList().to_dataframe()),
    ],
)
def test_a_library_that_is_missing_is_named(monkeypatch, library, use):
    original = builtins.__import__

    def refusing(name, *arguments):
        if name.partition(".")[0] == library:
            raise ModuleNotFoundError(name)
        return original(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(ImportError, match="{0} is not installed.*pip install {0}".format(library)):
        use()


class TestKernel:
    """A real kernel, as a notebook's cells drive it."""

    CELLS = [
        """
        import keepsake, os
        experiment = keepsake.init(params={"lr": 0.1})
        for step in range(3):
            experiment.checkpoint(metrics={"loss": 1 / (step + 1)}, primary_metric=("loss", "minimize"))
        print("pid", os.getpid())
        """,
        "experiment",
        "keepsake.experiments.list()",
        "%matplotlib inline\nexperiment.plot()",
    ]

    @pytest.fixture
    def notebook(self, folder, monkeypatch):
        nbclient = pytest.importorskip("nbclient")
        pytest.importorskip("ipykernel")
        nbformat = pytest.importorskip("nbformat")
        monkeypatch.setenv("PYTHONPATH", str(SOURCES))
        for name in RANKS:
            monkeypatch.delenv(name, raising=False)
        cells = [nbformat.v4.new_code_cell(textwrap.dedent(cell)) for cell in self.CELLS]
        where = {"metadata": {"path": str(folder.path)}}
        return nbclient.NotebookClient(
            nbformat.v4.new_notebook(cells=cells), timeout=60, kernel_name="python3", resources=where
        )

    def execute(self, notebook):
        """Runs all cells: the process of the kernel, and that of its recorder."""
        for index, cell in enumerate(notebook.nb.cells):
            notebook.execute_cell(cell, index)
        text = "".join(output.get("text", "") for output in notebook.nb.cells[0].outputs)
        kernel = int(re.search(r"pid (\d+)", text).group(1))
        [recorder] = [
            int(child)
            for task in Path("/proc/{}/task".format(kernel)).iterdir()
            for child in (task / "children").read_text().split()
            if b"serve" in Path("/proc/{}/cmdline".format(child)).read_bytes().split(b"\0")
        ]
        return kernel, recorder

    def gone(self, process):
        return not Path("/proc/{}/cmdline".format(process)).exists()

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks into /proc")
    def test_shows_tables_and_charts_and_ends_with_its_recorder(self, notebook, folder):
        with notebook.setup_kernel():
            kernel, recorder = self.execute(notebook)
            assert folder.experiment()["status"] == "running"
        shown = [cell.outputs[-1].data for cell in notebook.nb.cells[1:]]
        assert "Experiment(id=" in shown[0]["text/html"] and "(best)" in shown[0]["text/html"]
        assert "latest_checkpoint" in shown[1]["text/html"]
        assert base64.b64decode(shown[2]["image/png"]).startswith(b"\x89PNG")
        until(lambda: self.gone(kernel) and self.gone(recorder))
        stored = folder.experiment()
        assert stored["status"] == "finished" and len(stored["checkpoints"]) == 3

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks into /proc")
    def test_a_kernel_that_is_killed_leaves_a_killed_run_and_no_process(self, notebook, folder):
        with notebook.setup_kernel():
            kernel, recorder = self.execute(notebook)
            os.kill(kernel, signal.SIGKILL)
            until(lambda: self.gone(recorder))
        stored = folder.experiment()
        assert stored["status"] == "killed" and len(stored["checkpoints"]) == 3
