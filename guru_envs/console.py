"""What the commands share: where they print, progress bars, and the options that many of them have."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

out = Console(soft_wrap=True)
err = Console(stderr=True)

EnvId = Annotated[str, typer.Argument(metavar="ID", help="Environment id, for example guru/zebra-v0.")]
EnvIds = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Environments; none takes all.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Lang = Annotated[str, typer.Option(help="Language of the prompts: en or zh.")]
Split = Annotated[str, typer.Option(help="train or test.")]
Levels = Annotated[list[int] | None, typer.Option("--level", "-l", help="Level; give it several times for several.")]


def print_json(value: Any) -> None:
    """Print a value for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def progress_bar() -> Progress:
    """A progress bar on stderr."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
    )
