"""The documentation page of an environment, generated from its domain's docstring, its knobs and its row."""

from __future__ import annotations

import inspect
import sys
import typing

from guru_envs import registry
from guru_envs.difficulty import TASKS, ladder
from guru_envs.domain import knob_fields


def page(env_id: str) -> str:
    """The page as markdown."""
    row = registry.spec(env_id)
    source = registry.make_source(env_id, level=1)
    domain = source.domain
    doc = inspect.cleandoc(sys.modules[type(domain).__module__].__doc__ or "")
    example = source.pose(source.address(0))
    lines = [
        f"# {row.id}",
        "",
        row.summary,
        "",
        "| | |",
        "|---|---|",
        f"| family | {row.family} |",
        f"| answer format | {row.answer_format} |",
        f"| levels | {len(row.levels)} |",
        f"| languages | {', '.join(row.languages)} |",
        f"| trains for | {', '.join(row.suites) or '-'} |",
        f"| judged | {'in-process' if row.deadline is None else f'in a worker, at most {row.deadline:g} s'} |",
        "",
        _headings(doc),
        "",
        "## Knob reference",
        "",
        "| knob | type | default | range | meaning |",
        "|---|---|---|---|---|",
        *_knob_lines(domain.Knobs),
        "",
        "## Ladder",
        "",
        f"Means over {TASKS} tasks of each level (`guru difficulty {row.id}`): a solver's effort in the measure named under "
        "Knobs or Oracle, lines of the oracle's proof, characters of the prompt, and how many of the tasks are different problems.",
        "",
        "| level | knobs | effort | proof lines | prompt | different | blind guess is right, at most |",
        "|---|---|---|---|---|---|---|",
    ]
    for one, level, rate in zip(ladder(env_id), row.levels, row.guess_rate, strict=True):
        knobs = ", ".join(f"{name}={value}" for name, value in level.items())
        effort = "-" if one.effort is None else f"{one.effort:.4g}"
        lines.append(
            f"| {one.level} | {knobs} | {effort} | {one.proof:.1f} | {one.prompt:.0f} | {one.distinct} | {rate:g} |"
        )
    fence = "````" if "```" in example.prompt else "```"
    lines += [
        "",
        "## Example",
        "",
        f"`{example.task_id}`",
        "",
        f"{fence}text",
        example.prompt,
        fence,
        "",
        "The oracle's response:",
        "",
        "````text",  # the response may hold a fence of its own
        source.demonstrate(example.task),
        "````",
        "",
    ]
    return "\n".join(lines)


def _headings(doc: str) -> str:
    """Underlined section titles of a docstring as markdown headings."""
    lines: list[str] = []
    for line in doc.splitlines():
        if lines and line.strip() and set(line.strip()) <= {"-"} and len(line.strip()) >= 3 and lines[-1].strip():
            lines[-1] = "## " + lines[-1].strip()
        else:
            lines.append(line)
    return "\n".join(lines)


def _knob_lines(knobs: type) -> list[str]:
    hints = typing.get_type_hints(knobs)
    lines = []
    for name, spec in knob_fields(knobs).items():
        kind = hints[name]
        choices = typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else ()
        low, high = spec.metadata.get("low"), spec.metadata.get("high")
        span = (
            ", ".join(map(str, choices))
            if choices
            else (f"{low} to {high}" if low is not None or high is not None else "")
        )
        text = "str" if choices else getattr(kind, "__name__", str(kind)) if not typing.get_args(kind) else str(kind)
        text = text.replace("|", "\\|")
        default = ", ".join(spec.default) if isinstance(spec.default, tuple) else spec.default
        lines.append(f"| `{name}` | {text} | {default} | {span} | {spec.metadata.get('help', '')} |")
    return lines
