"""Several processes learn what one process learns: torchrun with two ranks, gloo, on the CPU."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

import ranks_by_torchrun  # noqa: E402
from guru_grpo.policy import make_policy  # noqa: E402
from guru_grpo.ranks import ALONE, Ranks  # noqa: E402
from guru_grpo.settings import LearnerSettings  # noqa: E402
from guru_grpo.wire import join, pack, split, unpack  # noqa: E402
from safetensors.torch import load_file  # noqa: E402


def torchrun(*arguments: str, processes: int = 2) -> None:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "OMP_NUM_THREADS": "1",
        "GLOO_SOCKET_IFNAME": "lo",
    }
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        f"--nproc-per-node={processes}",
        *arguments,
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-6000:]


@pytest.fixture(scope="module")
def of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ranks")
    torchrun(str(Path(ranks_by_torchrun.__file__)), str(folder))
    return folder


@pytest.mark.parametrize(("number", "name"), list(enumerate(ranks_by_torchrun.CASES)))
def test_two_processes_learn_what_one_learns(of_two: Path, number: int, name: str) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        weights, metrics = ranks_by_torchrun.trained(
            ranks_by_torchrun.CASES[name], ALONE, ranks_by_torchrun.count_of(name)
        )
    finally:
        torch.set_num_threads(threads)
    found = json.loads((of_two / f"{number}.json").read_text())
    assert found["name"] == name
    tensors = load_file(of_two / f"{number}.safetensors")
    assert set(tensors) == set(weights)
    start = dict(ranks_by_torchrun.tiny_llama().named_parameters())
    for key, weight in weights.items():
        if "proj" in key:
            assert (weight - start[key]).abs().max() > 1e-3, "it has learnt"
        assert (tensors[key] - weight).abs().max() < 1e-7, key  # weights are float64, log-probabilities float32
    for one, two in zip(metrics, found["metrics"], strict=True):
        assert set(one) == set(two)
        for key in one:
            assert two[key] == pytest.approx(one[key], rel=1e-5, abs=1e-7), key


def test_two_processes_in_bfloat16_come_close_to_one(of_two: Path) -> None:
    """Not closer: sharded weights are gathered in bfloat16, and what goes from layer to layer has their type then."""
    found = json.loads((of_two / f"{len(ranks_by_torchrun.CASES)}.json").read_text())
    assert found["name"] == "bfloat16"
    low, exact = (
        ranks_by_torchrun.trained(replace(ranks_by_torchrun.LOW, precision=precision), ALONE)[1][0]
        for precision in ("bfloat16", "float32")
    )
    for key in ("loss", "grad_norm"):
        two = found["metrics"][0][key]
        assert two == pytest.approx(low[key], rel=0.05), key
        assert two == pytest.approx(exact[key], rel=0.05), key
        assert abs(two / exact[key] - 1) > 1e-3, "it is bfloat16"


def test_shares_cover_everything_once_and_are_balanced() -> None:
    items = [(index * 37) % 101 + 1 for index in range(200)]
    shares = [Ranks.share(_of(rank, 7), items, lambda item: item) for rank in range(7)]
    assert sorted(one for share in shares for one in share) == sorted(items)
    assert max(map(sum, shares)) - min(map(sum, shares)) <= max(items)


def _of(rank: int, size: int) -> Any:
    ranks = Ranks.__new__(Ranks)
    ranks.rank, ranks.size = rank, size
    return ranks


@pytest.mark.parametrize("place", ["cpu", "meta"])
def test_weights_are_gathered_in_the_type_that_the_gpus_compute_in(place: str) -> None:
    """When it is sharded a model is not on the GPU yet."""
    types = []

    class Elsewhere(Ranks):
        device = torch.device("cuda")

        def shard(self, root: Any, layers: Any, low: Any) -> None:
            types.append(low)

    model = ranks_by_torchrun.tiny_llama().to(place)
    make_policy(model, LearnerSettings(), Elsewhere())
    make_policy(model, LearnerSettings(precision="float32"), Elsewhere())
    assert types == [torch.bfloat16, None]


def test_values_survive_packing() -> None:
    found = ranks_by_torchrun.rollouts(ranks_by_torchrun.tiny_llama())
    value = {"rollouts": found, "of": ({1: (0.5, 2)}, [[]], [[1.5], [2.5, -0.0]], "é")}
    tensors: dict[str, torch.Tensor] = {}
    plain = json.loads(json.dumps(split(pack(value), tensors)))
    assert unpack(join(plain, tensors)) == value
    assert all(
        isinstance(token, int) for one in unpack(join(plain, tensors))["rollouts"] for token in one.completion_ids
    )


def test_a_run_of_two_processes_is_a_run(run_file: Path, tmp_path: Path) -> None:
    """The command under torchrun: it trains, writes one folder, and one process goes on from its checkpoint."""
    program = tmp_path / "program.py"
    program.write_text("import domains_for_tests\nfrom guru_grpo.cli import main\nmain()\n")
    output = tmp_path / "two"
    arguments = ["train", "--config", str(run_file), "--output", str(output), "--set", "learner.kl_coef=0.001"]
    arguments += ["--set", "learner.entropy_coef=0.01"]  # a gradient for every group
    arguments += ["--set", "learner.temperature_target=1.0"]  # all ranks sample and learn at the same new temperature
    torchrun(str(program), *arguments, "--set", "train.steps=3", "--set", "warm_start.steps=20")
    rows = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [1, 2, 3]
    assert any(row["grad_norm"] > 0 for row in rows)
    assert len({row["temperature"] for row in rows}) == 3
    assert all(row["mismatch_max"] < 1e-4 for row in rows), "every rank's engine has the weights"
    torchrun(str(program), *arguments, "--set", "train.steps=4", "--set", "warm_start.steps=20", processes=1)
    rows = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [1, 2, 3, 4]
    assert rows[-1]["mismatch_max"] < 1e-4
    assert json.loads((output / "summary.json").read_text())["steps"] == 4
