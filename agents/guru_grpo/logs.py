"""What a run leaves behind and shows while it goes on: metrics.jsonl, TensorBoard, curves.png, the terminal.

``metrics.jsonl`` has one row a training step. On resume it is cut back to the step of the checkpoint, so that it reads
as if the run had never stopped. All entries but those under ``seconds/`` are a function of the configuration.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from guru_grpo.checkpoint import CheckpointError, explain, write_text

_SHOWN = ("reward", "correct", "format_ok", "length", "loss", "entropy", "kl", "grad_norm", "mismatch_max")


class RunLog:
    """The files of a run.

    Args:
        folder: the run's folder.
        step: training steps already done; rows beyond it are dropped.
        tensorboard: write TensorBoard events as well.

    Raises:
        CheckpointError: the folder is not writable or the disk is full.
    """

    def __init__(self, folder: Path, step: int, tensorboard: bool) -> None:
        self.path = folder / "metrics.jsonl"
        try:
            kept = [row for row in read_rows(self.path) if row["step"] <= step]
            write_text(self.path, "".join(json.dumps(row) + "\n" for row in kept))
            self._file = self.path.open("a", encoding="utf-8")
            self._writer = _summary_writer(folder / "tensorboard", step) if tensorboard else None
        except OSError as error:
            raise CheckpointError(explain(error, "the log", folder)) from error
        self.rows = kept

    def write(self, row: Mapping[str, Any]) -> None:
        """Append the row of one step; numbers also go to TensorBoard."""
        self.rows.append(dict(row))
        try:
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()
            if self._writer is not None:
                for name, value in row.items():
                    if name != "step" and isinstance(value, (int, float)):
                        self._writer.add_scalar(name, value, row["step"])
        except OSError as error:
            raise CheckpointError(explain(error, "the log", self.path.parent / "checkpoints")) from error

    def flush(self) -> None:
        """Make sure that everything written so far is on the disk."""
        os.fsync(self._file.fileno())
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Close the files."""
        self._file.close()
        if self._writer is not None:
            self._writer.close()


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a metrics file; a last line that was cut short by a crash is left out."""
    rows: list[dict[str, Any]] = []
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                break
            if not isinstance(row, dict) or not isinstance(row.get("step"), int):
                break
            rows.append(row)
    return rows


def _summary_writer(folder: Path, step: int) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder), purge_step=step + 1)


def draw_curves(rows: Sequence[Mapping[str, Any]], evaluations: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Draw reward, form and length over the steps as a PNG, with the test results as points and bars."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 3, figsize=(13, 3.6), constrained_layout=True)
    steps = [row["step"] for row in rows]
    for name, label in (("correct", "correct"), ("format_ok", "asked form")):
        _curve(axes[0], steps, [row[name] for row in rows], label)
    last = max(steps, default=0)
    for stage, place in (("before", -0.02), ("warm", 0.0), ("after", 1.02)):
        for name, result in evaluations.get(stage, {}).items():
            mean, low, high = (result["correct"][key] for key in ("mean", "low", "high"))
            spread = [[mean - low], [high - mean]]
            label = f"test, {stage}: {name}"
            axes[0].errorbar([place * max(last, 1)], [mean], yerr=spread, fmt="o", capsize=3, label=label)
    axes[0].set(title="share of responses", ylim=(-0.03, 1.03))
    _curve(axes[1], steps, [row["reward"] for row in rows], "mean reward")
    axes[1].set(title="training reward")
    _curve(axes[2], steps, [row["length"] for row in rows], "tokens")
    axes[2].set(title="length of responses")
    for axis in axes:
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
        if axis.has_data():
            axis.legend(fontsize=7)
    temporary = path.with_name(f".{path.name}.writing")
    try:
        figure.savefig(temporary, format="png", dpi=110)
        temporary.replace(path)
    except OSError as error:
        raise CheckpointError(explain(error, "the curves", path.parent)) from error
    finally:
        pyplot.close(figure)


def _curve(axis: Any, steps: Sequence[int], values: Sequence[float], label: str, window: int = 5) -> None:
    """A faint line of the values and a full one of their running mean."""
    smooth = [sum(part) / len(part) for at in range(len(values)) if (part := values[max(0, at + 1 - window) : at + 1])]
    line = axis.plot(steps, smooth, label=label)
    axis.plot(steps, values, alpha=0.25, color=line[0].get_color())


class Display:
    """The terminal: a live table with progress bars, or plain lines when the output is no terminal.

    Args:
        console: where to print.
        quiet: print nothing but warnings and the summary.
    """

    def __init__(self, console: Console, quiet: bool = False) -> None:
        self.console, self.quiet = console, quiet
        self.lively = console.is_terminal and not quiet
        self._bars = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._row: Mapping[str, Any] = {}
        self._live = Live(self._view(), console=console, refresh_per_second=4, transient=True)

    def __enter__(self) -> Display:
        if self.lively:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.lively:
            self._live.stop()

    def say(self, text: str) -> None:
        """A line of text that stays."""
        if not self.quiet:
            self.console.print(text, highlight=False, markup=False)

    def bar(self, name: str, total: int) -> Bar:
        """A progress bar; without a terminal, a line now and then."""
        return Bar(self, name, total)

    def step(self, row: Mapping[str, Any]) -> None:
        """Show the numbers of a training step."""
        self._row = row
        if self.lively:
            self._live.update(self._view())
        elif not self.quiet:
            numbers = "  ".join(f"{name} {row[name]:.3g}" for name in ("reward", "correct", "format_ok", "length"))
            seconds = row["seconds/step"]
            self.say(f"step {row['step']:>4}  {numbers}  {seconds:.1f} s")

    def _view(self) -> Group:
        table = Table(show_header=True, header_style="bold", expand=False)
        shown = [name for name in _SHOWN if name in self._row]
        for name in ["step", *shown]:
            table.add_column(name, justify="right")
        if self._row:
            table.add_row(str(self._row["step"]), *[f"{self._row[name]:.4g}" for name in shown])
        return Group(table, self._bars) if self._row else Group(self._bars)


class Bar:
    """One progress bar of a display; use it in a ``with`` block."""

    def __init__(self, display: Display, name: str, total: int) -> None:
        self._display, self._name, self._total = display, name, total
        self._done = self._told = 0

    def __enter__(self) -> Bar:
        if self._display.lively:
            self._task = self._display._bars.add_task(self._name, total=self._total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._display.lively:
            self._display._bars.remove_task(self._task)

    def move(self, by: int = 1) -> None:
        """So many units are done."""
        self._done += by
        if self._display.lively:
            self._display._bars.update(self._task, completed=self._done)
        elif self._done >= self._total or self._done - self._told >= self._total / 4:
            self._told = self._done
            self._display.say(f"{self._name}: {self._done} of {self._total}")
