"""The commands for authors of environments: check, difficulty, freeze, docs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

import guru_envs
from guru_envs import registry
from guru_envs.console import AsJson, EnvIds, out, print_json, progress_bar

if TYPE_CHECKING:
    from guru_envs import checks


def check(
    env_ids: EnvIds = None,
    tasks: Annotated[
        int | None, typer.Option(min=1, help="Tasks per level; none takes 10, or 2000 with --deep.")
    ] = None,
    golden: Annotated[Path | None, typer.Option(help="Folder of golden files to compare with.")] = None,
    file: Annotated[Path | None, typer.Option(help="A registry file of your own, to check its rows.")] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Only gold answers, wrong answers and proofs, of 2000 tasks per level.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the contract's checks on every level. Exit status 1 when one fails."""
    from guru_envs import checks

    if file is not None:
        added = guru_envs.register_rows(str(file))
        env_ids = env_ids or added
    ids = env_ids or [row.id for row in registry.rows()]
    findings: list[checks.Finding] = []
    with progress_bar() as progress:
        for env_id in ids:
            row = registry.spec(env_id)
            levels = range(1, len(row.levels) + 1)
            found: Iterator[checks.Finding]
            if deep:
                count = tasks or 2000
                total = len(levels) * len(checks.deep_checks(env_id)) * -(-count // checks.DEEP_BATCH)
                found = (one for level in levels for one in checks.check_deep(env_id, level, count))
            else:
                total = checks.PER_ENVIRONMENT + (golden is not None) + checks.PER_LEVEL * len(levels)
                found = checks.check_environment(env_id, tasks or 10, golden / f"{row.name}.json" if golden else None)
            for finding in progress.track(found, total=total, description=env_id):
                findings.append(finding)
    failed = [finding for finding in findings if not finding.ok]
    summary = [_checked(env_id, [one for one in findings if one.env_id == env_id]) for env_id in ids]
    if as_json:
        print_json(
            {"checks": len(findings), "environments": summary, "failed": [finding._asdict() for finding in failed]}
        )
    else:
        for finding in failed:
            place = f"level {finding.level}" if finding.level else "whole"
            out.print(f"[red]FAIL[/red] {finding.env_id} {place}: {finding.check}: {escape(finding.problem)}")
        for one in summary:
            said = ", ".join(f"{name} of {count} tasks" for name, count in one["tasks"].items())
            out.print(
                f"{one['env_id']}: {one['levels']} levels{': ' * bool(said)}{said}", highlight=False, soft_wrap=True
            )
        out.print(f"{len(findings) - len(failed)} of {len(findings)} checks passed")
    if failed:
        raise typer.Exit(1)


def _checked(env_id: str, findings: list[checks.Finding]) -> dict[str, Any]:
    """What was checked of an environment: how many levels, and by each check how many tasks."""
    tasks: Counter[str] = Counter()
    for one in findings:
        tasks[one.check] += one.tasks
    levels = {one.level for one in findings if one.level}
    return {"env_id": env_id, "levels": len(levels), "tasks": {name: count for name, count in tasks.items() if count}}


def difficulty(
    env_ids: EnvIds = None,
    tasks: Annotated[int, typer.Option(min=1, help="Tasks per level.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Measure how hard each level is: a solver's effort, lines of proof, share of right blind guesses, prompt length."""
    from guru_envs.difficulty import difficulty as measure

    table = Table(
        "environment", "level", "effort", "proof lines", "guess rate", "prompt characters", "different problems"
    )
    rows = []
    with progress_bar() as progress:
        for env_id in env_ids or [row.id for row in registry.rows()]:
            levels = range(1, len(registry.spec(env_id).levels) + 1)
            for level in progress.track(levels, description=env_id):
                one = measure(env_id, level, tasks)
                rows.append({"env_id": env_id, **one._asdict()})
                effort = "-" if one.effort is None else f"{one.effort:.4g}"
                table.add_row(
                    env_id,
                    str(level),
                    effort,
                    f"{one.proof:.1f}",
                    f"{one.guess:.4f}",
                    f"{one.prompt:.0f}",
                    f"{one.distinct} of {tasks}",
                )
    if as_json:
        print_json(rows)
    else:
        out.print(table)


def freeze(
    env_ids: EnvIds = None,
    folder: Annotated[Path, typer.Option("--out", "-o", help="Folder of golden files.")] = Path("tests/golden"),
) -> None:
    """Write golden files: hashes of each level's first tasks. A released id may never change its bytes."""
    from guru_envs import checks

    for env_id in env_ids or [row.id for row in registry.rows()]:
        path = folder / f"{registry.spec(env_id).name}.json"
        content = {"env_id": env_id, "tasks": checks.GOLDEN_TASKS, "levels": checks.fingerprint(env_id)}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        out.print(f"{path}", markup=False)


def docs(
    env_ids: EnvIds = None,
    folder: Annotated[Path, typer.Option("--out", "-o", help="Folder of pages.")] = Path("docs/environments"),
) -> None:
    """Write the documentation page of each environment."""
    from guru_envs.pages import page

    for env_id in env_ids or [row.id for row in registry.rows()]:
        path = folder / f"{registry.spec(env_id).name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(env_id), encoding="utf-8")
        out.print(f"{path}", markup=False)


COMMANDS: tuple[tuple[Callable[..., Any], str], ...] = (
    (check, "guru check guru/countdown-v0 --tasks 20"),
    (difficulty, "guru difficulty guru/zebra-v0 --tasks 30"),
    (freeze, "guru freeze guru/countdown-v0 --out tests/golden"),
    (docs, "guru docs --out docs/environments"),
)
