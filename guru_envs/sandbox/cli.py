"""``guru sandbox status``: what holds programs on this machine."""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from guru_envs.sandbox.errors import SandboxError
from guru_envs.sandbox.local import LAYERS, LocalSandbox
from guru_envs.sandbox.probes import PROMISES
from guru_envs.sandbox.program import Program

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The sandbox that runs programs. Try: guru sandbox status"
)
_TIMED = 50


@app.callback()
def _group() -> None:
    """The sandbox that runs programs."""


@app.command(epilog="Example: guru sandbox status --json")
def status(
    without: Annotated[list[str] | None, typer.Option(help=f"Leave a layer out: {', '.join(LAYERS)}.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Measure the level of isolation, layer by layer and promise by promise."""
    try:
        found = measure(without or [])
    except SandboxError as error:
        if as_json:
            print(json.dumps({"level": None, "error": str(error)}))
        else:
            Console(stderr=True).print(f"[red]the sandbox does not work here:[/] {error}", highlight=False)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        _print(found)


def measure(without: list[str]) -> dict[str, Any]:
    """Level, layers, promises, and how long a small program takes.

    Raises:
        SandboxError: nothing can be run.
    """
    with warnings.catch_warnings(), LocalSandbox(allow_unsafe=True, without=without) as sandbox:
        warnings.simplefilter("ignore")  # said below, in full
        level, features = sandbox.level, sandbox.features
        program = Program("print(int(input()) + 1)", ("1",))
        began = time.perf_counter()
        rounds = _TIMED if level != "none" else 2  # without isolation each program gets a new worker
        for _ in range(rounds):
            sandbox.run(program)
        seconds = (time.perf_counter() - began) / rounds
    return {"level": level, **features, "ms_per_program": round(seconds * 1000, 2), "python": sys.version.split()[0]}


def _print(found: dict[str, Any]) -> None:
    out = Console()
    out.print(
        f"level [bold]{found['level']}[/], {found['ms_per_program']} ms for a small program, Python {found['python']}"
    )
    table = Table("layer", "in force")
    for layer in LAYERS:
        reason = found["missing"].get(layer, "")
        table.add_row(layer, "yes" if layer in found["layers"] else f"no: {reason}")
    out.print(table)
    table = Table("promise", "holds")
    for name, text in PROMISES.items():
        table.add_row(text, "yes" if found["held"].get(name) else "[red]no[/]")
    out.print(table)
    if found["level"] == "none":
        out.print("Programs are refused at this level, unless allow_unsafe=True is given.")
