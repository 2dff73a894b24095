"""How experiments and checkpoints look in a notebook: small tables, with everything escaped."""

from __future__ import annotations

from html import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, List, Mapping, Optional, Sequence

    from ._checkpoint import Checkpoint, CheckpointList
    from ._experiment import Experiment
    from ._experiments import ExperimentList

# A page that shows more rows than this is slow, and nobody reads them.
_MOST_ROWS = 200


def experiment_html(experiment: Experiment) -> str:
    """The experiment: what it is, its params, its checkpoints."""
    checkpoints = experiment.checkpoints
    return "".join(
        [
            _heading('Experiment(id="{}")'.format(experiment.id)),
            _fields(experiment, ["created", "status", "host", "user", "command", "duration"]),
            _named_values("params", experiment.params),
            _heading("checkpoints:"),
            _checkpoint_table(checkpoints, experiment.best()),
        ]
    )


def checkpoint_html(checkpoint: Checkpoint) -> str:
    """The checkpoint: what it is, its metrics."""
    return "".join(
        [
            _heading('Checkpoint(id="{}")'.format(checkpoint.id)),
            _fields(checkpoint, ["created", "path", "step"]),
            _named_values("metrics", checkpoint.metrics),
        ]
    )


def checkpoints_html(checkpoints: CheckpointList) -> str:
    """A table with a row a checkpoint."""
    return _checkpoint_table(checkpoints, checkpoints._best())


def experiments_html(experiments: ExperimentList) -> str:
    """A table with a row an experiment; of users, hosts and params only those that differ."""
    headings = ["id", "created", "status"]
    headings += [name for name in ("user", "host") if _differs(getattr(e, name) for e in experiments)]
    params = _names(e.params for e in experiments)
    if len(experiments) > 1:
        params = [name for name in params if _differs(_value(e.params, name) for e in experiments)]
    rows = []
    for experiment in _shown(experiments):
        cells = [experiment.short_id(), *(getattr(experiment, name) for name in headings[1:])]
        cells += [_value(experiment.params, name) for name in params]
        cells += [_summary(experiment.latest()), _summary(experiment.best())]
        rows.append(_row("td", cells))
    columns = [*headings, *params, "latest_checkpoint", "best_checkpoint"]
    return _table(_row("th", columns), rows, len(experiments))


def _checkpoint_table(checkpoints: Sequence[Checkpoint], best: Optional[Checkpoint]) -> str:
    names = _names(checkpoint.metrics for checkpoint in checkpoints)
    primary = best.primary_metric["name"] if best is not None and best.primary_metric else None
    rows = []
    for checkpoint in _shown(checkpoints):
        is_best = best is not None and checkpoint == best
        cells = [checkpoint.short_id(), checkpoint.step, checkpoint.created]
        for name in names:
            text = _text(_value(checkpoint.metrics, name))
            cells.append(text + " (best)" if is_best and name == primary else text)
        rows.append(_row("td", cells, is_best))
    return _table(_row("th", ["short_id", "step", "created", *names]), rows, len(checkpoints))


def _summary(checkpoint: Optional[Checkpoint]) -> str:
    if checkpoint is None:
        return ""
    parts = [] if checkpoint.step is None else ["step {}".format(checkpoint.step)]
    name = checkpoint.primary_metric["name"] if checkpoint.primary_metric else None
    value = None if name is None else _value(checkpoint.metrics, name)
    if value is not None:
        parts.append("{}: {}".format(name, _text(value)))
    return checkpoint.short_id() + (" ({})".format("; ".join(parts)) if parts else "")


# Values


def _names(values: Iterable[Optional[Mapping[str, Any]]]) -> List[str]:
    """The names in all of `values`, in the order in which they come first."""
    return list(dict.fromkeys(name for one in values if one for name in one))


def _value(values: Optional[Mapping[str, Any]], name: str) -> Any:
    return values.get(name) if values else None


def _differs(values: Iterable[Any]) -> bool:
    # By text, because lists cannot be in a set, and not-a-number is not equal to itself.
    return len({repr(value) for value in values}) > 1


def _text(value: Any) -> str:
    if value is None:
        return ""
    return "{:.6g}".format(value) if isinstance(value, float) else str(value)


# HTML


def _heading(text: str) -> str:
    return '<p><b><pre style="display: inline">{}</pre></b></p>'.format(escape(text))


def _fields(of: object, names: Sequence[str]) -> str:
    lines = (
        '<pre style="display: inline">{:10s}</pre> {}<br/>'.format(
            name + ":", escape(_text(getattr(of, name)))
        )
        for name in names
        if getattr(of, name) is not None
    )
    return "<p>{}</p>".format("".join(lines))


def _named_values(title: str, values: Optional[Mapping[str, Any]]) -> str:
    rows = [_row("td", item) for item in (values or {}).items()]
    return _heading(title + ":") + _table(_row("th", ["Name", "Value"]), rows, len(rows))


def _row(tag: str, cells: Iterable[Any], is_bold: bool = False) -> str:
    form = "<{0} style=\"text-align: left\">{1}</{0}>"
    texts = (escape(_text(cell)) for cell in cells)
    if is_bold:
        texts = ("<b>{}</b>".format(text) for text in texts)
    return "<tr>{}</tr>".format("".join(form.format(tag, text) for text in texts))


def _shown(items: Sequence[Any]) -> List[Any]:
    """The first half and the last half of what is shown of many `items`."""
    if len(items) <= _MOST_ROWS:
        return list(items)
    half = _MOST_ROWS // 2
    return [*items[:half], *items[-half:]]


def _table(header: str, rows: List[str], count: int) -> str:
    if count > len(rows):
        middle = len(rows) // 2
        gap = '<tr><td colspan="100">… {} more …</td></tr>'.format(count - len(rows))
        rows = [*rows[:middle], gap, *rows[middle:]]
    return "<table>{}{}</table>".format(header, "".join(rows))
