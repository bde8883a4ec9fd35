"""The command line: ``guru list | show | play | generate | eval | check | difficulty | freeze | docs | sandbox``."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

import guru_envs
from guru_envs import cli_authors, registry
from guru_envs.console import AsJson, EnvId, Lang, Levels, Split, err, out, print_json, progress_bar
from guru_envs.errors import GuruError
from guru_envs.sandbox.cli import app as sandbox_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Verifiable text reasoning environments. Try: guru list, guru play guru/countdown-v0",
)
app.add_typer(sandbox_app, name="sandbox")
for command, example in cli_authors.COMMANDS:
    app.command(epilog=f"Example: {example}")(command)
# Packages that build on this one add commands by the entry point group guru_envs.commands: pairs of a function and an example.
for added in sorted(metadata.entry_points(group="guru_envs.commands"), key=lambda entry: entry.name):
    with contextlib.suppress(ImportError):  # what it needs is not installed
        command, example = added.load()
        app.command(added.name, epilog=f"Example: {example}")(command)


def _version(wanted: bool) -> None:
    if wanted:
        print(guru_envs.__version__)
        raise typer.Exit


@app.callback()
def _whole(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command("list", epilog="Example: guru list --family logic")
def list_environments(
    family: Annotated[str | None, typer.Option(help="Only this family.")] = None, as_json: AsJson = False
) -> None:
    """List the environments."""
    if family is not None and family not in registry.FAMILIES:
        raise guru_envs.errors.unknown_name("family", family, registry.FAMILIES)
    rows = [row for row in registry.rows() if family in (None, row.family)]
    if as_json:
        print_json(
            [{"id": row.id, "family": row.family, "levels": len(row.levels), "summary": row.summary} for row in rows]
        )
        return
    table = Table(Column("id", no_wrap=True), "family", "levels", "languages", "summary")
    for row in rows:
        table.add_row(row.id, row.family, str(len(row.levels)), ", ".join(row.languages), row.summary)
    out.print(table)


@app.command(epilog="Example: guru show guru/zebra-v0 --level 3")
def show(
    env_id: EnvId,
    level: Annotated[int, typer.Option("--level", "-l")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of the example task.")] = 0,
    split: Split = "train",
    lang: Lang = "en",
    template: Annotated[str, typer.Option(help="Prompt template: plain, r1, qwen or guru.")] = "plain",
    as_json: AsJson = False,
) -> None:
    """Show an environment: its ladder, and one task with the oracle's proof."""
    row = registry.spec(env_id)
    source = registry.make_source(env_id, level=level, split=split, lang=lang, template=template)
    posed = source.pose(source.address(seed))
    response = source.demonstrate(posed.task)
    if as_json:
        ladder = [dict(setting) for setting in row.levels]
        example = {"task_id": posed.task_id, "prompt": posed.prompt, "gold": posed.task.gold, "response": response}
        print_json({"id": row.id, "family": row.family, "summary": row.summary, "levels": ladder, "example": example})
        return
    out.print(f"[bold]{row.id}[/bold]  {escape(row.summary)}")
    table = Table("level", "knobs", "guess rate at most")
    for number, (setting, rate) in enumerate(zip(row.levels, row.guess_rate, strict=True), 1):
        table.add_row(str(number), escape(", ".join(f"{name}={value}" for name, value in setting.items())), f"{rate:g}")
    out.print(table)
    out.rule(posed.task_id)
    out.print(posed.prompt, markup=False, highlight=False)
    out.rule("oracle")
    out.print(response, markup=False, highlight=False)


@app.command(epilog="Example: guru play guru/knights-and-knaves-v0 --level 2 --tries 3")
def play(
    env_id: EnvId,
    level: Annotated[int, typer.Option("--level", "-l")] = 1,
    seed: Annotated[int | None, typer.Option(help="Seed; none draws a new task each time.")] = None,
    tries: Annotated[int, typer.Option(help="How often you may answer.")] = 3,
    lang: Lang = "en",
    task_id: Annotated[str | None, typer.Option(help="Play this very task.")] = None,
) -> None:
    """Solve a task yourself; then see the verdict and the oracle's proof.

    Type your answer (answer tags are added for you) and end it with an empty line.
    """
    from guru_envs.env import TextEnv

    env = TextEnv(env_id, level=level, lang=lang, max_turns=tries, render_mode="ansi")
    _, info = env.reset(seed=seed, options={"task_id": task_id} if task_id else None)
    out.print(env.render(), markup=False, highlight=False)
    over = False
    while not over:
        out.print("\n[bold]Your answer[/bold] (an empty line ends it, Ctrl-D gives up):")
        answer = _read_answer()
        if answer is None:
            break
        wrapped = answer if "<answer>" in answer or not answer else env.play.source.show.format.wrap(answer)
        feedback, reward, terminated, truncated, info = env.step(wrapped)
        over = terminated or truncated
        out.print(feedback, markup=False)
        if over:
            out.print(f"Verdict: {info['outcome']}, reward {reward:g}, credit {info['credit']:.2f}")
    out.rule("the oracle's proof")
    out.print(env.oracle(), markup=False, highlight=False)
    out.print(f"Play it again: guru play {env_id} --task-id '{info['task_id']}'", markup=False)


def _read_answer() -> str | None:
    lines: list[str] = []
    for line in sys.stdin:
        if not line.strip() and lines:
            break
        if line.strip():
            lines.append(line.rstrip("\n"))
    return "\n".join(lines) if lines else None


@app.command(epilog="Example: guru generate guru/zebra-v0 -n 1000 -l 3 -l 4 --out zebra.jsonl --answers")
def generate(
    env_id: EnvId,
    count: Annotated[int, typer.Option("--count", "-n", help="Number of tasks.")] = 100,
    path: Annotated[Path, typer.Option("--out", "-o", help="File, or folder for hf.")] = Path("tasks.jsonl"),
    form: Annotated[
        str, typer.Option("--format", "-f", help="jsonl, parquet or hf (a Hugging Face dataset folder).")
    ] = "jsonl",
    level: Levels = None,
    split: Split = "train",
    seed: Annotated[int, typer.Option(help="Other seeds give other tasks.")] = 0,
    lang: Lang = "en",
    template: Annotated[str, typer.Option(help="Prompt template: plain, r1, qwen or guru.")] = "plain",
    answers: Annotated[bool, typer.Option("--answers", help="Add gold answers and the oracle's responses.")] = False,
    repeats: Annotated[bool, typer.Option("--repeats", help="Allow the same problem more than once.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write prompts with task ids; any trainer verifies a response by guru_envs.verify(task_id, response)."""
    from guru_envs.data.export import check_count, task_rows, write_rows

    check_count(count)
    rows = task_rows(
        env_id,
        count,
        levels=level or (),
        split=split,
        seed=seed,
        lang=lang,
        template=template,
        answers=answers,
        unique=not repeats,
    )
    with progress_bar() as progress:
        written = write_rows(progress.track(rows, total=count, description=env_id), path, form)
    if as_json:
        print_json({"path": str(path), "rows": written})
    else:
        out.print(f"{written} tasks written to {path}", markup=False)


@app.command(
    "eval", epilog="Example: guru eval guru/countdown-v0 --policy my_module:respond -l 1 --tasks 100 --samples 4 -k 4"
)
def evaluate(
    env_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Environment id; not needed with --responses.")
    ] = None,
    policy: Annotated[
        str, typer.Option(help="oracle, guess, silent, or package.module:function from prompt to response.")
    ] = "guess",
    responses: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Judge this JSONL file of task_id and response instead."),
    ] = None,
    level: Levels = None,
    tasks: Annotated[int, typer.Option(min=1, help="Tasks per level.")] = 100,
    samples: Annotated[int, typer.Option(min=1, help="Responses per task.")] = 1,
    k: Annotated[list[int] | None, typer.Option("-k", min=1, help="pass@k; give it several times for several.")] = None,
    split: Split = "test",
    seed: Annotated[int, typer.Option(help="Other seeds give other tasks.")] = 0,
    lang: Lang = "en",
    template: Annotated[str, typer.Option(help="Prompt template: plain, r1, qwen or guru.")] = "plain",
    twins: Annotated[
        bool, typer.Option("--twins", help="Judge reworded and edited twins too: consistency and memorisation gap.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure a policy, or recorded responses: share correct with its 95 % interval, pass@k, format."""
    from guru_envs.evals import measure
    from guru_envs.evals.twins import twin_summary, with_twins

    sys.path.insert(0, os.getcwd())  # so that package.module:function finds the user's own modules
    if responses is not None:
        judged = list(measure.read_responses(responses))
    elif env_id is None:
        raise guru_envs.InvalidValueError("name an environment id, or a file with --responses")
    else:
        measure.check_samples(samples, k or ())
        measure.load_policy(policy)
        ids = measure.eval_tasks(env_id, level or (), tasks, split, seed, lang=lang, template=template)
        if twins:
            ids = with_twins(ids)
        with progress_bar() as progress:
            runs = measure.run_policy(ids, policy, samples)
            judged = list(progress.track(runs, total=len(ids) * samples, description=env_id))
    if twins:
        _show_twins(twin_summary(judged), as_json)
        return
    rows = measure.summarise(judged, k or (1,))
    if as_json:
        print_json(rows)
        return
    extra = [name for name in (rows[0] if rows else {}) if name.startswith("pass@")]
    table = Table("environment", "setting", "tasks", "samples", "faults", "correct [95 %]", *extra, "format", "credit")
    for row in rows:
        correct = f"{row['correct']:.3f} [{row['low']:.3f}, {row['high']:.3f}]" if "correct" in row else "-"
        numbers = [f"{row[name]:.3f}" if name in row else "-" for name in (*extra, "format_ok", "credit")]
        counts = [str(row[name]) for name in ("tasks", "samples", "faults")]
        table.add_row(row["env_id"], row["setting"], *counts, escape(correct), *numbers)
    out.print(table)


def _show_twins(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    names = ("correct", "reworded", "edited", "consistency", "memorisation_gap")
    table = Table("environment", "setting", "tasks", *(f"{name.replace('_', ' ')} [95 %]" for name in names))
    for row in rows:
        shown = [f"{row[n]:.3f} [{row[f'{n}_low']:.3f}, {row[f'{n}_high']:.3f}]" if n in row else "-" for n in names]
        table.add_row(row["env_id"], row["setting"], str(row["tasks"]), *map(escape, shown))
    out.print(table)


def main() -> None:
    """Run the command line; errors raised on purpose are printed without a traceback."""
    try:
        app()
    except GuruError as error:
        err.print(f"[red]error:[/red] {escape(str(error))}", highlight=False)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
