"""Each method by its one line of configuration, from a model that is sometimes right: it learns, and not as another does."""

from __future__ import annotations

import io
import itertools
import math
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: E402, F401 - registers its environments
from conftest import TINY_RUN  # noqa: E402
from guru_grpo import config, loop  # noqa: E402
from guru_grpo.logs import Display, read_rows  # noqa: E402
from guru_grpo.settings import METHODS  # noqa: E402
from rich.console import Console  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

HALF = [
    "environments=[{id='test/echo-v0', knobs={size=2}, style='binary'}]",
    "evaluate.tasks=0",
    "rollout.max_new_tokens=48",
]


def train(folder: Path, *overrides: str) -> Path:
    """Train a model in a folder and return where it is."""
    folder.mkdir(parents=True)
    file = folder / "tiny.toml"
    file.write_text(TINY_RUN.format(output=folder / "run"))
    with Display(Console(file=io.StringIO(), width=160)) as display:
        loop.train(config.load(str(file), [*HALF, *overrides]), display, fresh=True)
    return folder / "run" / "model"


# So that ratios leave 1 and clips act; a loss without a ratio takes one pass.
MOVING = ["learner.lr=2e-3", "learner.minibatches=2"]
# The toy's entropy is above skywork's own target, below which its bonus begins.
MORE = {"rloo": [], "skywork": ["learner.epochs=2", "learner.entropy_target=9.0"]}


def weights(folder: Path) -> torch.Tensor:
    """All weights of a model as one vector."""
    found = load_file(folder / "model.safetensors")
    return torch.cat([found[name].double().flatten() for name in sorted(found)])


def test_one_line_switches_the_method(tmp_path: Path) -> None:
    """All from the same model, which knows the form and guesses the answer, with the same tasks and seed: two steps of each.

    Two methods differ by more than a thousandth of what GURU's changes; rounding alone makes less than a millionth.
    """
    start = train(tmp_path / "start", "train.steps=0")
    before, found = weights(start), {}
    for method in METHODS:
        folder = tmp_path / method
        more = [f"model.name={start}", "warm_start.steps=0", "train.steps=2", f"learner.method={method}", *MOVING]
        found[method] = weights(train(folder, *more, *MORE.get(method, ["learner.epochs=2"])))
        first, second = read_rows(folder / "run" / "metrics.jsonl")
        assert math.isfinite(first["loss"] + second["loss"])
        assert first["groups_effective"] > 0
        if method == "skywork":
            assert first["entropy_coef"] == 0.0 < second["entropy_coef"], "the bonus begins after the first step"
    changed = (found["guru"] - before).norm()
    apart = {
        pair: float((found[pair[0]] - found[pair[1]]).norm() / changed) for pair in itertools.combinations(found, 2)
    }
    assert {pair: value for pair, value in apart.items() if value < 1e-3} == {}
    assert all((after - before).norm() > 0.1 * changed for after in found.values())
