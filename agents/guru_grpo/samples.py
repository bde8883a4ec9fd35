"""Samples of rollouts of a run: samples.jsonl, shown in the terminal and as one page of HTML.

What a model wrote is hostile text: it is shown without control characters in the terminal, and escaped in the page, which holds no
script and asks for nothing from outside.
"""

from __future__ import annotations

import html
import json
import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from guru_envs.errors import InvalidValueError
from guru_grpo.checkpoint import CheckpointError, explain, write_text
from guru_grpo.logs import read_rows

if TYPE_CHECKING:
    from guru_grpo.collect import Batch
    from guru_grpo.rollout import Scored

FILE = "samples.jsonl"
_STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#222;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f5f5f5;padding:.7em;border-radius:.4em;margin:.4em 0}
summary{cursor:pointer}.correct{border-left:.4em solid #2a7}.wrong{border-left:.4em solid #c33}
.no_answer{border-left:.4em solid #d90}.fault{border-left:.4em solid #777}.facts{color:#555;font-size:.9em}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#262626}.facts{color:#aaa}}"""


def sample_rows(step: int, batch: Batch, names: Sequence[str], most: int) -> list[dict[str, Any]]:
    """At most so many groups of a step, evenly spread over it, as plain values."""
    groups = batch.groups
    count = min(most, len(groups))
    chosen = [groups[at * len(groups) // count] for at in range(count)]
    return [
        {
            "step": step,
            "environment": names[members[0].environment],
            "task_id": members[0].task_id,
            "prompt": members[0].prompt,
            "responses": [_response(one) for one in members],
        }
        for members in chosen
    ]


def _response(one: Scored) -> dict[str, Any]:
    return {
        "text": one.text,
        "verdict": one.verdict,
        "reward": one.rollout.reward,
        "outcome": one.outcome,
        "credit": one.credit,
        "format_ok": one.format_ok,
        "tokens": len(one.rollout.completion_ids),
        "finished": one.rollout.finished,
        "off_policy": one.rollout.off_policy,
        "age": one.rollout.age,
        "score": one.score,
        "detail": one.detail,
    }


class SampleLog:
    """The file of a run's samples.

    Args:
        folder: the run's folder.
        step: training steps already done; rows beyond it are dropped.

    Raises:
        CheckpointError: the folder is not writable or the disk is full.
    """

    def __init__(self, folder: Path, step: int) -> None:
        self.path = folder / FILE
        try:
            kept = [row for row in read_rows(self.path) if row["step"] <= step]
            if kept or self.path.exists():
                write_text(self.path, "".join(json.dumps(row) + "\n" for row in kept))
        except OSError as error:
            raise CheckpointError(explain(error, "the samples", folder)) from error

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Append rows, and bring them to the disk: a checkpoint that follows counts on them."""
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CheckpointError(explain(error, "the samples", self.path.parent / "checkpoints")) from error


def read_samples(folder: Path, step: int | None = None) -> list[dict[str, Any]]:
    """The samples of a run, or those of one step.

    Raises:
        InvalidValueError: there are none; the message names the steps that have some.
    """
    rows = read_rows(folder / FILE)
    steps = sorted({row["step"] for row in rows})
    if not rows:
        raise InvalidValueError(f"{folder} holds no samples (logs.samples_every is 0, or fewer steps are done)")
    if step is not None and step not in steps:
        raise InvalidValueError(
            f"step {step} has no samples in {folder}: there are some of {', '.join(map(str, steps))}"
        )
    return [row for row in rows if step is None or row["step"] == step]


def harmless(text: str) -> str:
    """Text without control characters, so that it can not steer a terminal or reverse what is read."""
    return "".join(
        one
        if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co")
        else "\N{REPLACEMENT CHARACTER}"
        for one in text
    )


def _facts(one: Mapping[str, Any]) -> str:
    parts = [str(one["verdict"]), f"reward {one['reward']:.3g}", f"{one['tokens']} tokens"]
    if 0 < one["credit"] < 1:
        parts.append(f"credit {one['credit']:.2f}")
    if one["score"] is not None:
        parts.append(f"score {one['score']:.2f}")
    parts += ["in form"] * bool(one["format_ok"]) + ["cut off"] * (not one["finished"])
    parts += ["by another policy"] * bool(one["off_policy"])
    parts += [f"replayed, {one['age']} steps old"] * bool(one["age"])
    return ", ".join(parts)


_COLOURS = {"correct": "green", "wrong": "red", "no_answer": "yellow"}


def show(rows: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Print samples."""
    for row in rows:
        console.print(Rule(Text(harmless(f"step {row['step']}  {row['environment']}  {row['task_id']}"))))
        console.print(Text(harmless(row["prompt"]), style="dim"))
        for number, one in enumerate(row["responses"], 1):
            console.print(Text(f"\n[{number}] {harmless(_facts(one))}", style=_COLOURS.get(one["verdict"], "magenta")))
            console.print(Text(harmless(one["text"])))
            if one["detail"]:
                console.print(Text(harmless(one["detail"]), style="italic dim"))


def page(rows: Sequence[Mapping[str, Any]], title: str) -> str:
    """Samples as one page of HTML that needs nothing else."""

    def safe(text: Any) -> str:
        return html.escape(harmless(str(text)))

    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{safe(title)}</title><style>{_STYLE}</style></head><body><h1>{safe(title)}</h1>",
    ]
    step: Any = None
    for row in rows:
        if row["step"] != step:
            step = row["step"]
            parts.append(f"<h2>Step {safe(step)}</h2>")
        right = sum(one["verdict"] == "correct" for one in row["responses"])
        parts.append(
            f"<details><summary>{safe(row['environment'])} <code>{safe(row['task_id'])}</code>: {right} of "
            f"{len(row['responses'])} right</summary><pre>{safe(row['prompt'])}</pre>"
        )
        for one in row["responses"]:
            kind = one["verdict"] if one["verdict"] in ("correct", "wrong", "no_answer", "fault") else "fault"
            parts.append(f'<div class="facts">{safe(_facts(one))}</div><pre class="{kind}">{safe(one["text"])}</pre>')
            if one["detail"]:
                parts.append(f'<div class="facts">{safe(one["detail"])}</div>')
        parts.append("</details>")
    return "\n".join([*parts, "</body></html>\n"])
