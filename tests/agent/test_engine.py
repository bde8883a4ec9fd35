"""Engines: reported log-probabilities are the learner's, before and after new weights; seeds; ends; errors."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from guru_grpo.config import EngineConfig  # noqa: E402
from guru_grpo.engine import Completion, Sampling, make_engine  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.model import DEMO_MODEL, ModelError, load_policy  # noqa: E402
from guru_grpo.ranks import Ranks  # noqa: E402
from guru_grpo.rollout import Rollout  # noqa: E402
from guru_grpo.settings import LearnerSettings  # noqa: E402

from guru_envs.errors import GuruError, MissingExtraError  # noqa: E402

HERE = Path(__file__).parent
PROMPTS = [[10, 20, 30, 40, 50], [60], [70, 80, 90]]
SETTINGS = EngineConfig(kind="transformers", max_num_seqs=4)


@pytest.fixture
def policy() -> tuple[Any, Any]:
    model, tokenizer = load_policy("tiny-random")
    with torch.no_grad():  # sharper than at random initialisation, so that mistakes show
        for weight in model.parameters():
            weight.mul_(8 if weight.ndim == 2 else 1)
    return model, tokenizer


def mismatch(model: Any, found: list[list[Completion]], temperature: float) -> float:
    rollouts = [
        Rollout(PROMPTS[group], one.token_ids, one.logprobs, group, 0.0, False, one.finished)
        for group, completions in enumerate(found)
        for one in completions
    ]
    learner = Learner(model, LearnerSettings(lr=0.0, weight_decay=0.0, temperature=temperature))
    return learner.update(rollouts, [1.0] * len(rollouts))["mismatch_max"]


def test_an_engine_of_its_own_is_where_the_ranks_compute(policy: tuple[Any, Any]) -> None:
    """The model may still be on the CPU, until it is sharded."""

    class Elsewhere(Ranks):
        device = torch.device("meta")

    engine: Any = make_engine(SETTINGS, *policy, Elsewhere(), apart=True)
    assert (engine.model.device.type, policy[0].device.type) == ("meta", "cpu")


@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_transformers_engine_reports_the_learners_logprobs(policy: tuple[Any, Any], temperature: float) -> None:
    model, tokenizer = policy
    engine = make_engine(SETTINGS, model, tokenizer)
    found = engine.generate(PROMPTS, Sampling(max_new_tokens=20, temperature=temperature, n=5, seed=1))
    assert [len(group) for group in found] == [5, 5, 5]
    assert mismatch(model, found, temperature) < 1e-4
    assert mismatch(model, found, temperature * 2) > 0.05
    for one in (one for group in found for one in group):
        assert len(one.token_ids) == len(one.logprobs) <= 20
        assert one.finished == (one.token_ids[-1] == tokenizer.eos_token_id)
        assert one.finished or len(one.token_ids) == 20
        assert tokenizer.eos_token_id not in one.token_ids[:-1]
        assert one.text == tokenizer.decode(one.token_ids, skip_special_tokens=True)


def test_seeds_decide(policy: tuple[Any, Any]) -> None:
    engine = make_engine(SETTINGS, *policy)

    def sample(**options: Any) -> list[list[list[int]]]:
        found = engine.generate(PROMPTS, Sampling(max_new_tokens=10, n=2, **options))
        return [[one.token_ids for one in group] for group in found]

    assert sample(seed=1) == sample(seed=1)
    assert sample(seed=1) != sample(seed=2)
    assert sample() != sample()
    greedy = sample(temperature=0.0)
    assert greedy == sample(temperature=0.0, seed=9)
    assert all(first == second for first, second in greedy)
    assert sample(seed=1, top_p=1e-6) == greedy


def test_sampling_follows_the_distribution(policy: tuple[Any, Any]) -> None:
    """Frequencies of the first token against the model's own probabilities, within six standard errors."""
    model, tokenizer = policy
    count = 2000
    engine = make_engine(EngineConfig(kind="transformers", max_num_seqs=count), model, tokenizer)
    (found,) = engine.generate([PROMPTS[0]], Sampling(max_new_tokens=1, temperature=0.5, n=count, seed=3))
    with torch.no_grad():
        probs = torch.softmax(model(torch.tensor([PROMPTS[0]])).logits[0, -1].double() / 0.5, -1)
    seen = torch.bincount(torch.tensor([one.token_ids[0] for one in found]), minlength=len(probs)) / count
    assert ((seen - probs).abs() <= 6 * (probs * (1 - probs) / count).sqrt() + 1 / count).all()


def test_new_weights_are_used(policy: tuple[Any, Any]) -> None:
    model, tokenizer = policy
    other, _ = load_policy("tiny-random")
    engine = make_engine(SETTINGS, other, tokenizer)
    sampling = Sampling(max_new_tokens=10, n=2, seed=1)
    assert mismatch(model, engine.generate(PROMPTS, sampling), 1.0) > 0.05
    engine.load(model.named_parameters())
    assert mismatch(model, engine.generate(PROMPTS, sampling), 1.0) < 1e-4


def test_wrong_names_are_errors(policy: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        kind = "vlm"

    with pytest.raises(GuruError, match="vllm"):
        make_engine(Wrong(), *policy)
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(MissingExtraError, match="vllm"):
        make_engine(EngineConfig(kind="vllm"), *policy)


def measure(which: str, folder: Path) -> dict[str, Any]:
    """Run ``vllm_sync.py`` in a process of its own."""
    paths = [str(HERE.parent.parent), str(HERE.parent.parent / "agents")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    if not torch.cuda.is_available():  # on a CPU nothing may need a compiler
        environment |= {
            "CC": "/nonexistent",
            "CXX": "/nonexistent",
            "TORCHINDUCTOR_CACHE_DIR": str(folder) + "-inductor",
        }
    done = subprocess.run(
        [sys.executable, str(HERE / "vllm_sync.py"), which, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed")
@pytest.mark.parametrize("which", ["tiny", "demo"])
def test_vllm_holds_the_learners_weights(which: str, tmp_path: Path) -> None:
    """``head`` changes the tied embedding only: what stays stale after vLLM's own reload on a CPU."""
    if which == "demo":
        try:
            load_policy(DEMO_MODEL)
        except ModelError as error:
            pytest.skip(str(error))
    found = measure(which, tmp_path / "model")
    assert found["tied"]
    assert found["same"] < 1e-3
    assert found["layers_before"] > 0.05
    assert found["layers_after"] < 1e-3
    assert found["head_before"] > 0.05
    assert found["head_after"] < 1e-3
    assert found["repeatable"]
    assert found["other_seed_differs"]
    assert found["group_differs"]
    assert found["sizes"] == [3]
    assert found["same_with_entropies"]
    assert found["entropy_excess"] < 1e-3
    assert all(share > 0.2 for share in found["entropy_shares"])
