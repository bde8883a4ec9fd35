"""Two commands of ``guru-grpo``: measuring tasks beforehand, and looking at what was sampled."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from guru_envs.errors import InvalidValueError
from guru_grpo import config as configuration
from guru_grpo.checkpoint import write_text


def _fraction(text: str, name: str) -> Fraction:
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        value = Fraction(-1)
    if not 0 <= value <= 1:
        raise InvalidValueError(f"{name} is {text!r}: a number from 0 to 1 is expected, such as 0.25 or 1/4")
    return value


def filter_tasks(
    source: Annotated[str, typer.Argument(metavar="CONFIG", help="A preset or a TOML file; its model is measured.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File for the ids of the tasks that are kept.")],
    tasks: Annotated[int, typer.Option("--tasks", help="Candidates of each environment.", min=1)] = 256,
    samples: Annotated[
        int | None, typer.Option("--samples", help="Responses to each; 8, with --strong 16.", min=1)
    ] = None,
    low: Annotated[
        str | None, typer.Option("--low", help="Least pass rate that is kept; 0.1, with --strong 0.")
    ] = None,
    high: Annotated[
        str | None, typer.Option("--high", help="Highest pass rate that is kept; 0.9, with --strong 1.")
    ] = None,
    strong: Annotated[
        Path | None,
        typer.Option(
            "--strong", help="Measurements of a stronger model: GURU's rules apply instead of a band, or as well."
        ),
    ] = None,
    overrides: Annotated[list[str] | None, typer.Option("--set", "-s", metavar="KEY=VALUE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Measure a model's pass rate on training tasks, and keep the ids of those within a band.

    Use the file with environments.0.tasks. The rates themselves stay beside it (NAME.measured.jsonl); the same command goes on
    after it was stopped, and other bands cost no measuring.
    """
    from guru_grpo import filter as rates
    from guru_grpo.crew import call_up, follow
    from guru_grpo.folder import RunFolder
    from guru_grpo.logs import Display
    from guru_grpo.loop import Clock, set_up
    from guru_grpo.mixture import check_environments
    from guru_grpo.ranks import follows

    # GURU's rules say themselves what is too easy, and keep what the weak model never solves; they are of 16 responses.
    usual = (8, "0.1", "0.9") if strong is None else (16, "0", "1")
    samples = usual[0] if samples is None else samples
    least = _fraction(usual[1] if low is None else low, "--low")
    most = _fraction(usual[2] if high is None else high, "--high")
    config = configuration.load(source, overrides or [])
    console = Console(stderr=as_json, soft_wrap=True)
    if follows():
        folder, quiet = RunFolder(Path(config.output)), Display(console, quiet=True)
        follow(lambda: set_up(config, folder, quiet, Clock(None)).crew)
        return
    check_environments(config.environments)
    other = rates.read_measured(strong) if strong is not None else None
    path = output.with_suffix(".measured.jsonl")
    measurements = rates.Measurements(path, rates.settings_of(config, tasks, samples))
    with Display(console, quiet=False) as display:
        call_up()
        run = set_up(config, RunFolder(Path(config.output)), display, Clock(None))
        with display.bar("tasks measured", tasks * len(config.environments)) as bar:
            found = rates.measure(config, run.engine, run.dialogue, measurements, tasks, samples, bar.move)
        run.crew.dismiss()
    kept = rates.chosen(found, least, most, other)
    rows = [{"task_id": one.task_id, "right": one.right, "samples": one.samples} for one in kept]
    write_text(output, "".join(json.dumps(row) + "\n" for row in rows))
    if as_json:
        print(json.dumps({"measured": len(found), "kept": len(kept), "output": str(output)}))
        return
    for row in config.environments:
        mine = [one for one in found if one.environment == row.name]
        inside = sum(one.environment == row.name for one in kept)
        never, always = (sum(one.rate == value for one in mine) for value in (0, 1))
        console.print(
            f"{row.name}: {len(mine)} tasks, {never} never solved, {always} always, {inside} kept", highlight=False
        )
    console.print(f"ids in {output}, pass rates in {path}", highlight=False, markup=False)


def show_samples(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    step: Annotated[
        int | None, typer.Option("--step", help="Only the samples of this step; default: the last.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All steps.")] = False,
    page: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write one page of HTML instead.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines for programs.")] = False,
) -> None:
    """Show rollouts that were sampled in a run (logs.samples_every)."""
    from guru_grpo import samples

    rows = samples.read_samples(folder, step)
    if step is None and not every:
        rows = [row for row in rows if row["step"] == rows[-1]["step"]]
    console = Console(soft_wrap=True)
    if page is not None:
        write_text(page, samples.page(rows, f"Samples of {folder.name}"))
        console.print(f"{len(rows)} groups in {page}", highlight=False, markup=False)
    elif as_json:
        for row in rows:
            print(json.dumps(row))
    else:
        samples.show(rows, console)
