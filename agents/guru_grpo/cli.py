"""The command line of the agent: ``guru-grpo train | eval | config | presets | plan | filter | samples``."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from guru_envs.errors import GuruError, InvalidValueError, MissingExtraError
from guru_grpo import config as configuration
from guru_grpo import report
from guru_grpo.commands import filter_tasks, show_samples
from guru_grpo.config import Config

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Train a language model on guru-envs with vLLM and GRPO. Try: guru-grpo train --preset smollm2-cpu",
)
out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)
_INTERRUPTED = 130  # the status after Ctrl-C, which typer itself makes a SystemExit with it

Preset = Annotated[
    str, typer.Option("--preset", "-p", help="A preset, or auto: by the hardware. See: guru-grpo presets")
]
File = Annotated[str | None, typer.Option("--config", "-c", metavar="FILE", help="A TOML file instead of a preset.")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", "-s", metavar="KEY=VALUE", help="Change a setting, e.g. learner.lr=1e-5")
]
Output = Annotated[str | None, typer.Option("--output", "-o", help="Folder of the run.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs; the display goes to stderr.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the summary only.")]


def _configure(preset: str, file: str | None, overrides: list[str] | None, output: str | None = None) -> Config:
    given = [*(overrides or []), *([f"output={json.dumps(output)}"] if output else [])]
    return configuration.load(file or _named(preset), given)


def _named(preset: str) -> str:
    if preset != "auto":
        return preset
    _need_agent()
    import torch

    return "qwen-cuda" if torch.cuda.is_available() else "smollm2-cpu"


def _need_agent() -> None:
    # Read once, when torch is loaded: threads that wait for each other sleep instead of spinning, which on a machine
    # with other work takes the time from the very thread that is waited for.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    for name in ("torch", "transformers", "safetensors"):
        if importlib.util.find_spec(name) is None:
            raise MissingExtraError("the agent", "agent")


@app.command(epilog="Example: guru-grpo train --preset smollm2-cpu --set train.max_minutes=10 --output runs/mine")
def train(
    preset: Preset = "auto",
    file: File = None,
    overrides: Overrides = None,
    output: Output = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Remove an earlier run in the same folder first.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Train, from where the run's folder stands: the same command resumes a run that was stopped or killed."""
    config = _configure(preset, file, overrides, output)
    _need_agent()
    from guru_grpo.logs import Display
    from guru_grpo.loop import train as run
    from guru_grpo.ranks import follows

    with Display(err if as_json else out, quiet or follows()) as display:
        stages = run(config, display, fresh)
    if follows():
        return
    if as_json:
        print((Path(config.output) / "summary.json").read_text(encoding="utf-8"))
        return
    _print_tables(report.tables(stages))
    for finding in report.findings(stages):
        out.print(finding.text, highlight=False, markup=False)
    out.print(f"model, checkpoints, metrics.jsonl, curves.png: {config.output}", highlight=False, markup=False)


@app.command("eval", epilog="Example: guru-grpo eval --preset smollm2-cpu --model runs/smollm2-cpu/model")
def evaluate(
    preset: Preset = "auto",
    file: File = None,
    overrides: Overrides = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="Model to measure instead of the preset's.")
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Measure a model on the test split, without training."""
    config = _configure(preset, file, [*(overrides or []), *([f"model.name={json.dumps(model)}"] if model else [])])
    _need_agent()
    from guru_grpo.logs import Display
    from guru_grpo.loop import measure
    from guru_grpo.ranks import follows

    with Display(err if as_json else out, quiet or follows()) as display:
        results = measure(config, display)
    if follows():
        return
    if as_json:
        print(json.dumps([result.plain() for result in results], indent=2))
        return
    _print_tables(report.tables({"alone": results}))


@app.command("config", epilog="Example: guru-grpo config --preset smollm2-cpu --set learner.lr=1e-5")
def show_config(
    preset: Preset = "auto", file: File = None, overrides: Overrides = None, as_json: AsJson = False
) -> None:
    """Print every setting of a run, after the overrides; ids, levels, knobs and rewards are checked."""
    from guru_grpo.mixture import check_environments

    config = _configure(preset, file, overrides)
    check_environments(config.environments)
    if as_json:
        print(json.dumps(dataclasses.asdict(config), indent=2))
        return
    for key, value in configuration.flat(config).items():
        out.print(f"{key} = {json.dumps(value)}", highlight=False, markup=False)


@app.command("presets", epilog="Example: guru-grpo presets --json")
def list_presets(as_json: AsJson = False) -> None:
    """List the presets."""
    names = configuration.presets()
    if as_json:
        print(json.dumps(names))
        return
    for name in names:
        out.print(f"{name:<16} {configuration.first_comment(name)}", highlight=False, markup=False)


@app.command("plan", epilog="Example: guru-grpo plan --model 7b --gpus 8,16 --lora-rank 32")
def show_plan(
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            "-p",
            help="A preset, or a file: what follows from its settings, where no option is given here.",
        ),
    ] = None,
    model: Annotated[str, typer.Option(help="135m, 1.5b, 7b or 32b; several with commas.")] = "7b,32b",
    gpus: Annotated[str, typer.Option(help="How many GPUs of 80 GB; several with commas.")] = "8,16,32,64,160",
    prompts: Annotated[int | None, typer.Option(help="Prompts a step; 512 without a preset.", min=1)] = None,
    responses: Annotated[int | None, typer.Option(help="Responses to each; 16 without a preset.", min=1)] = None,
    response_tokens: Annotated[
        int | None, typer.Option(help="Tokens of a response, on average: an assumption, 4096 or the limit.", min=1)
    ] = None,
    micro_tokens: Annotated[
        int | None, typer.Option(help="learner.micro_tokens; 16384 without a preset.", min=1)
    ] = None,
    recompute: Annotated[
        bool | None,
        typer.Option("--recompute/--no-recompute", help="learner.gradient_checkpointing; yes without a preset."),
    ] = None,
    lora_rank: Annotated[
        int | None, typer.Option(help="learner.lora_rank; 0 without a preset, and adapters then on bfloat16.", min=0)
    ] = None,
    utilization: Annotated[
        float | None, typer.Option(help="engine.gpu_memory_utilization; 0.45 without a preset.", min=0.0, max=1.0)
    ] = None,
    reference: Annotated[
        bool | None,
        typer.Option("--reference/--no-reference", help="A reference, for a KL penalty; none without a preset."),
    ] = None,
    companion: Annotated[
        Literal["none", "critic", "implicit"] | None,
        typer.Option(help="A second model that learns: PPO's critic, PRIME's reward model; none without a preset."),
    ] = None,
    tensor_parallel: Annotated[
        int, typer.Option(help="engine.tensor_parallel; 0: the preset's if above 1, else 1, 4 for 32b.", min=0)
    ] = 0,
) -> None:
    """Print the memory and the seconds of a step that a run on GPUs would need: arithmetic, nothing measured."""
    from guru_grpo import plan as arithmetic

    recipe = arithmetic.Recipe()
    if preset is not None:
        # which types of weights there are depends on it
        config = configuration.load(preset, [] if lora_rank is None else [f"learner.lora_rank={lora_rank}"])
        recipe = arithmetic.recipe_of(config, recipe.response_tokens)
        tensor_parallel = tensor_parallel or (config.engine.tensor_parallel if config.engine.tensor_parallel > 1 else 0)
    if response_tokens is not None and response_tokens > recipe.longest:
        raise InvalidValueError(
            f"--response-tokens is {response_tokens}: no response is longer than {recipe.longest} tokens"
        )
    given = {
        "prompts": prompts,
        "responses": responses,
        "response_tokens": response_tokens,
        "micro_tokens": micro_tokens,
        "recompute": recompute,
        "lora_rank": lora_rank,
        "utilization": utilization,
        "reference": True if companion == "implicit" and reference is None else reference,
        "companion": companion,
    }
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    recipe = dataclasses.replace(recipe, **chosen)
    names = tuple(name.strip() for name in model.split(","))
    spans = dict.fromkeys(names, tensor_parallel) if tensor_parallel else {"32b": 4}
    try:
        counts = tuple(int(count) for count in gpus.split(","))
    except ValueError:
        raise InvalidValueError(f"--gpus is {gpus!r}: numbers with commas are expected") from None
    print(arithmetic.markdown(arithmetic.rows(names, counts, recipe, spans)))


app.command("filter", epilog="Example: guru-grpo filter smollm2-cpu --low 0.1 --high 0.9 -o ids.jsonl")(filter_tasks)
app.command("samples", epilog="Example: guru-grpo samples runs/smollm2-cpu --step 10 --html samples.html")(show_samples)


def _print_tables(tables: Mapping[str, list[list[str]]]) -> None:
    for title, (head, *rows) in tables.items():
        out.print(title, highlight=False)
        table = Table(*head, box=SIMPLE_HEAD)
        for row in rows:
            table.add_row(*row)
        out.print(table)


def main(arguments: list[str] | None = None) -> Any:
    """Entry point of ``guru-grpo``: errors raised on purpose become one line on stderr and exit status 2."""
    try:
        return _run(arguments)
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            err.print("stopped; the same command goes on from the last checkpoint", highlight=False, markup=False)
        if "guru_grpo.ranks" in sys.modules:  # otherwise there is no group of processes, and perhaps no torch
            from guru_grpo.ranks import end_rank

            end_rank(end.code)
        raise


def _run(arguments: list[str] | None) -> Any:
    """The command; however it is stopped on purpose, that is a SystemExit."""
    try:
        return app(arguments)
    except GuruError as error:
        kind = "error" if not isinstance(error, InvalidValueError) else "invalid value"
        err.print(f"{kind}: {error}", style="red", highlight=False, markup=False)
        sys.exit(2)
    except RuntimeError as error:
        if "WORLD_SIZE" in os.environ:
            from guru_grpo.ranks import lost

            if lost(error):
                why = f"another process of the run is gone ({str(error).splitlines()[0]})"
                err.print(
                    f"error: {why}; the same command goes on from the last checkpoint", highlight=False, markup=False
                )
                sys.exit(2)
        raise
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
