"""The papers' recipes as presets: the resolved values are the papers', and each runs a step on a tiny model when made small.

The numbers are those of arXiv 2506.14965 (GURU), 2507.17512 (the multi-domain study) and 2504.14945, version 5 (LUFFY), as papers and
released scripts give them; what a preset sets beside them is not here.
"""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from guru_grpo import cli, config, plan
from guru_grpo.mixture import make_curriculum
from typer.testing import CliRunner

import guru_envs

GURU = {
    "rollout.groups": 512,  # prompts a step
    "rollout.group_size": 16,
    "rollout.max_new_tokens": 8192,
    "engine.max_model_len": 4096 + 8192,
    "rollout.temperature": 1.0,
    "rollout.dynamic_sampling": 0,
    "rollout.overlong_buffer": 0,
    "learner.minibatches": 512 // 64,
    "learner.epochs": 1,
    "learner.lr": 1e-6,
    "learner.weight_decay": 0.1,
    "learner.warmup_steps": 10,
    "learner.decay_steps": 0,
    "learner.max_grad_norm": 1.0,
    "learner.clip_low": 0.2,
    "learner.clip_high": 0.2,
    "learner.dual_clip": 10.0,  # by the script, as is the aggregation
    "learner.aggregation": "token-mean",
    "learner.advantage": "group-std",
    "learner.loss": "clip",
    "learner.kl_coef": 0.0,
    "learner.entropy_coef": 0.0,
    "warm_start.steps": 0,
    "model.name": "Qwen/Qwen2.5-7B",
    "train.steps": 320,  # of the released checkpoint
    "evaluate.temperature": 1.0,
    "evaluate.top_p": 0.7,
}
STUDY = {
    "learner.minibatches": 2,  # 128 of 256 prompts, or 64 of 128
    "learner.lr": 1e-6,
    "learner.advantage": "group-std",
    "learner.aggregation": "sequence-mean",
    "learner.loss": "clip",
    "learner.clip_low": 0.2,
    "learner.clip_high": 0.2,
    "learner.entropy_coef": 0.0,
    "warm_start.steps": 0,
    "model.name": "Qwen/Qwen2.5-7B",
}
PUBLISHED: dict[str, dict[str, Any]] = {
    "guru": GURU,
    "multi-domain": STUDY
    | {
        "rollout.groups": 256,
        "rollout.group_size": 8,
        "rollout.max_new_tokens": 8192,
        "learner.kl_coef": 0.0,
        "curriculum.kind": "none",
    },
    "multi-domain-curriculum": STUDY
    | {
        "rollout.groups": 128,
        "rollout.group_size": 5,
        "rollout.max_new_tokens": 4096,
        "learner.kl_coef": 0.001,  # by the script
        "learner.kl_kind": "k3",
        "curriculum.kind": "stages",
        "curriculum.stage_steps": 175,
        "curriculum.refresh": True,
        "train.steps": 6 * 175,
    },
    "luffy": {
        "rollout.groups": 128,
        "rollout.group_size": 8,  # seven own responses
        "rollout.traces_each": 1,
        "rollout.max_new_tokens": 8192,  # what sums are divided by
        "rollout.temperature": 1.0,
        "rollout.overlong_buffer": 0,
        "learner.minibatches": 128 // 64,
        "learner.lr": 1e-6,
        "learner.warmup_steps": 0,
        "learner.decay_steps": 0,
        "learner.advantage": "group",
        "learner.aggregation": "constant",
        "learner.loss": "ratio",
        "learner.off_policy": "shaped",
        "learner.shaping_gamma": 0.1,
        "learner.kl_coef": 0.0,
        "learner.entropy_coef": 0.01,
        "warm_start.steps": 0,
        "train.steps": 500,
        "evaluate.temperature": 0.6,
    },
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_resolved_values_are_the_papers(name: str) -> None:
    found = config.flat(config.load(name))
    assert {key: found[key] for key in PUBLISHED[name]} == PUBLISHED[name]
    assert found["engine.max_model_len"] <= found["learner.micro_tokens"], "a whole response fits into a row"
    rewards = {"correct": 1.0, "wrong": 0.0, "no_answer": 0.0, "format": 0.0}
    for row in config.load(name).environments:
        assert row.numbers.items() >= rewards.items()
        partial = 1.0 if row.id == "guru/logic-grid-v0" else 0.0  # as the study pays its logic puzzles
        assert row.numbers["partial"] == partial


def test_the_logic_grids_are_paid_as_the_study_does() -> None:
    """By the share of right cells, which is a knob; the others are those of a level."""
    (row,) = [one for one in config.load("multi-domain").environments if one.id == "guru/logic-grid-v0"]
    assert row.knobs == {**guru_envs.spec(row.id).levels[2], "credit": "share"}


def shares(name: str) -> dict[str, Fraction]:
    """The share of each domain among a preset's groups."""
    rows = config.load(name).environments
    weights: Counter[str] = Counter()
    for row in rows:
        weights[guru_envs.spec(row.id).family] += row.weight
    return {family: Fraction(weight, sum(weights.values())) for family, weight in weights.items()}


def test_domains_have_equal_shares() -> None:
    six = ("math", "code", "science", "logic", "simulation", "tables")
    assert shares("guru") == dict.fromkeys(six, Fraction(1, 6))
    assert shares("multi-domain") == dict.fromkeys(("math", "code", "logic"), Fraction(1, 3))


def test_the_stages_have_three_to_eight_people() -> None:
    env_id = "guru/knights-and-knaves-v0"
    settings = config.load("multi-domain-curriculum")
    rows = guru_envs.spec(env_id).levels
    curriculum = make_curriculum(settings)
    assert curriculum is not None
    people = []
    for step in range(settings.train.steps):
        entries = curriculum.levels(env_id, settings.rollout.groups)
        knobs = [rows[entry - 1] if isinstance(entry, int) else entry for entry in entries]
        people += [{one["people"] for one in knobs}] if step % 175 in (0, 174) else []
        assert not any(one.get("spies") for one in knobs)
        if step % 175 == 0:
            first = entries[0]
            source = guru_envs.make_source(env_id, **({"level": first} if isinstance(first, int) else {"knobs": first}))
            prompt = source.prompt(source.draw(step))
            assert f"You meet {knobs[0]['people']} people" in prompt
        curriculum.advance()
    assert people == [{count} for count in range(3, 9) for _ in range(2)]


def test_the_plan_takes_presets() -> None:
    """GURU's numbers are what the plan assumes without one."""
    assert plan.recipe_of(config.load("guru"), 4096) == plan.Recipe()
    short = plan.recipe_of(config.load("multi-domain-curriculum"), 8192)
    assert (short.prompts, short.responses, short.response_tokens, short.prompt_limit) == (128, 5, 4096, 2048)
    by_preset = CliRunner().invoke(cli.app, ["plan", "--preset", "guru"]).stdout
    assert by_preset == CliRunner().invoke(cli.app, ["plan"]).stdout
    other = CliRunner().invoke(cli.app, ["plan", "--preset", "luffy", "--model", "7b", "--gpus", "8"]).stdout
    assert other.count("| 7b |") == 1


TINY = [
    "model.name=tiny-random",
    "engine.kind=transformers",
    "engine.dtype=model",
    "rollout.group_size=2",
    "rollout.max_new_tokens=48",
    "train.steps=1",
    "evaluate.tasks=0",
    "logs.curves=false",
    "logs.tensorboard=false",
]


def one_step(name: str, tmp_path: Any, changes: list[str]) -> dict[str, Any]:
    """The metrics of the only step of a preset that was made small."""
    import io

    from guru_grpo import loop
    from guru_grpo.logs import Display, read_rows
    from rich.console import Console

    small = config.load(name, [*TINY, f"output={str(tmp_path / 'run')!r}", *changes])
    kept, whole = config.flat(small)["learner.method"], config.flat(config.load(name))["learner.method"]
    assert kept == whole
    with Display(Console(file=io.StringIO())) as display:
        loop.train(small, display, fresh=False)
    (row,) = read_rows(tmp_path / "run" / "metrics.jsonl")
    return row


@pytest.mark.parametrize(("name", "groups"), [("guru", 9), ("multi-domain", 5), ("multi-domain-curriculum", 2)])
def test_a_recipe_made_small_runs_a_step_on_a_tiny_model(name: str, groups: int, tmp_path: Any) -> None:
    pytest.importorskip("torch", reason="needs the extra agent")
    rows = range(len(config.load(name).environments))
    easy = [f"environments.{at}.{part}" for at in rows for part in ("level=1", "knobs={}")]  # their prompts are short
    changes = [f"rollout.groups={groups}", "rollout.max_new_tokens=4", *easy]
    row = one_step(name, tmp_path, changes)
    assert row["groups_drawn"] == groups
    assert row["faults"] == 0
    assert row["outcomes/correct"] + row["outcomes/wrong"] + row["outcomes/no_answer"] == 2 * groups
    if name == "multi-domain-curriculum":
        assert row["level"] == 3.0, "the first stage"


def test_luffys_recipe_made_small_learns_from_traces(tmp_path: Any) -> None:
    pytest.importorskip("torch", reason="needs the extra agent")
    ids = [f"guru/math-v0/train/1/{seed}" for seed in range(4)]
    rows = [{"task_id": one, "response": f"<think>\n</think>\n\\boxed{{{guru_envs.task(one).gold}}}"} for one in ids]
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    changes = ["rollout.groups=4", "environments.0.level=1", f"rollout.traces={str(path)!r}"]
    row = one_step("luffy", tmp_path, changes)
    assert (row["traces_used"], row["traces_dropped"], row["groups_drawn"]) == (4, 0, 4)
    assert row["groups_effective"] == 4, "each trace is right, the tiny model's own response is not"
    assert row["tokens"] > 0
    assert row["grad_norm"] > 0.0
