"""``guru experiment``: run one of the experiments, or say what it would cost."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from guru_envs.console import AsJson, err, out, print_json
from guru_grpo.experiments import plan as plans


def experiment(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="An experiment, or a TOML file of your own; none lists them.")
    ] = None,
    size: Annotated[str, typer.Option(help="small: two processor cores; large: GPUs.")] = "small",
    output: Annotated[str | None, typer.Option("--output", "-o", help="Folder of the experiment.")] = None,
    seeds: Annotated[
        list[int] | None, typer.Option("--seed", help="Instead of the file's; give it several times.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan, the tokens and the time expected.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Remove an earlier experiment in the same folder first.")
    ] = False,
    keep_models: Annotated[
        bool, typer.Option("--keep-models", help="Leave the trained models in their folders.")
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(min=1, help="Arms that run at the same time, each on its share of the GPUs or processor cores."),
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Run an experiment: train its arms, test each, write tables and a figure. The same command resumes it."""
    if name is None:
        _list(as_json)
        return
    plan = plans.make(name, size, output, tuple(seeds or ()))
    if dry_run:
        _dry_run(plan, as_json, jobs)
        return
    from guru_grpo.cli import _need_agent
    from guru_grpo.experiments import results
    from guru_grpo.experiments.run import run

    _need_agent()
    run(plan, name, lambda text: err.print(text, highlight=False, markup=False), keep_models, jobs, fresh)
    measured = results.rows(plan)
    found = results.effects(plan, measured)
    if as_json:
        shown = [vars(one) | {"claim": one.claim.text, "verdict": one.verdict} for one in found]
        print_json({"folder": str(plan.folder), "rows": measured, "effects": shown})
        return
    _print(results.table(plan, measured), f"share correct; after {plan.entry.source or 'no other work'}")
    for one in found:
        out.print(one.text, highlight=False, markup=False)
    out.print(f"report.md, results.jsonl, results.csv, figure.png: {plan.folder}", highlight=False, markup=False)


def _list(as_json: bool) -> None:
    entries = {name: plans.read(name) for name in plans.names()}
    if as_json:
        print_json([{"name": name, "question": one.question, "source": one.source} for name, one in entries.items()])
        return
    _print([["name", "question"], *([name, one.question] for name, one in entries.items())], "")


def _dry_run(plan: plans.Plan, as_json: bool, jobs: int) -> None:
    from guru_grpo.experiments import cost

    costs = [cost.cost(arm) for arm in plan.arms]
    seconds, basis = cost.seconds(plan)
    total = sum(one.tokens for one in costs)
    if as_json:
        arms = [
            {
                "arm": arm.name,
                "seed": arm.seed,
                "train": arm.train,
                "start": arm.start,
                **vars(one),
                "tokens": one.tokens,
            }
            for arm, one in zip(plan.arms, costs, strict=True)
        ]
        time = {"seconds": seconds, "seconds_at_best": seconds / jobs, "jobs": jobs, "basis": basis}
        print_json({"arms": arms, "tokens": total, **time, "folder": str(plan.folder)})
        return
    body = []
    for arm, one in zip(plan.arms, costs, strict=True):
        start = f" (from {arm.start})" if arm.start else ""
        steps = f"{arm.config.warm_start.steps} + {arm.config.train.steps}"
        trained = ", ".join(arm.train) if arm.trains else "-"
        body.append([f"{arm.name}{start}", str(arm.seed), trained, steps, f"{one.responses:,}", f"{one.tokens:,}"])
    head = ["arm", "seed", "trained on", "SFT + RL steps", "responses", "tokens, about"]
    _print([head, *body], plan.entry.question)
    # How much slower arms are beside each other is not known, nor whether those that gave the rate were.
    best = f", {_duration(seconds / jobs)} at best with {jobs} at a time" if jobs > 1 else ""
    out.print(
        f"about {total:,} tokens with responses at their limit; about {_duration(seconds)} one after another{best} ({basis})",
        highlight=False,
    )


def _duration(seconds: float) -> str:
    minutes = seconds / 60
    return (
        f"{minutes:.0f} minutes"
        if minutes < 120
        else f"{minutes / 60:.1f} hours"
        if minutes < 2880
        else f"{minutes / 1440:.1f} days"
    )


def _print(cells: list[list[str]], title: str) -> None:
    head, *body = cells
    table = Table(*head, box=SIMPLE_HEAD, title=title or None, title_justify="left")
    for row in body:
        table.add_row(*row)
    out.print(table, soft_wrap=False)


COMMAND = (experiment, "guru experiment luffy --dry-run")
