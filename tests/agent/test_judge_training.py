"""Training a judge and using what was trained: the two configurations of docs/model_judge.md, on a random model."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra agent")
pytest.importorskip("transformers", reason="needs the extra agent")

from guru_grpo import config, loop
from guru_grpo.critique import make_critics
from guru_grpo.judge_model import LocalJudge
from guru_grpo.logs import Display, read_rows
from rich.console import Console

from guru_envs.judge import ModelJudge
from guru_envs.task import Outcome

PAGE = Path(__file__).parents[2] / "docs" / "model_judge.md"
TINY = [
    "model.name=tiny-random",
    "model.chat=false",
    "engine.kind=transformers",
    "engine.max_model_len=2048",
    "rollout.groups=2",
    "rollout.group_size=2",
    "rollout.max_new_tokens=8",
    "warm_start.steps=1",
    "warm_start.batch=2",
    "train.steps=1",
    "evaluate.tasks=0",
    "logs.samples_every=1",
]


def written(name: str, folder: Path) -> Path:
    """A configuration as it stands in the page, in a file."""
    (text,) = re.findall(rf"```toml\n(# {name}\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def run(file: Path, *overrides: str) -> None:
    with Display(Console(file=io.StringIO(), width=200)) as display:
        loop.train(config.load(str(file), overrides), display, fresh=False)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of a judge that was trained for a step."""
    folder = tmp_path_factory.mktemp("judge")
    short = "environments=[{id='guru/judging-v0', knobs={rows=['guru/countdown-v0'], misses=['exchanged']}}]"
    run(written("judge.toml", folder), *TINY, short, f"output={folder / 'run'}")
    return folder / "run"


def test_the_page_names_the_folder_that_the_first_run_writes(tmp_path: Path) -> None:
    first = config.load(str(written("judge.toml", tmp_path)))
    second = config.load(str(written("judged.toml", tmp_path)))
    assert second.judge.model == f"{first.output}/model"
    assert second.judge.chat is first.model.chat
    assert {one.id for one in first.environments} == {"guru/judging-v0"}
    assert second.judge.ask == "preference"


def test_a_judge_is_trained_and_then_asked_by_another_run(trained: Path, tmp_path: Path) -> None:
    (step,) = read_rows(trained / "metrics.jsonl")
    assert step["faults"] == 0
    asked = [one["prompt"] for one in read_rows(trained / "samples.jsonl")]
    assert all("### Ground Truth Answer: " in prompt and "<<<ANSWER\n" in prompt for prompt in asked)
    judged = [
        "environments=[{id='guru/countdown-v0', level=1}]",
        f"judge.model={trained / 'model'}",
        "judge.chat=false",
    ]
    run(written("judged.toml", tmp_path), *TINY, *judged, f"output={tmp_path / 'run'}", "warm_start.steps=0")
    (step,) = read_rows(tmp_path / "run" / "metrics.jsonl")
    assert step["faults"] == 0


def test_the_trained_folder_is_a_judge(trained: Path, tmp_path: Path) -> None:
    keys = [f"judge.model={trained / 'model'}", "judge.chat=false"]
    settings = config.load(str(written("judged.toml", tmp_path)), keys).judge
    critics: Any = make_critics(settings)
    wrong, right = critics.opinions(["Make 7 from 3, 4."] * 2, ["3 + 4"] * 2, ["3 - 4", "4 + 3"], [False, True])
    assert 0.0 < wrong.score < 1.0
    assert not wrong.fault
    assert (right.score, right.fault) == (1.0, False)
    reader = ModelJudge(LocalJudge(str(trained / "model"), max_tokens=8))
    verdict = reader.verdict("Which gas do plants take up?", "carbon dioxide", "oxygen")
    assert verdict.outcome in (Outcome.CORRECT, Outcome.WRONG, Outcome.FAULT)
    assert reader.asked == 1
