"""Layout of packed rows: what sees what, at which position, and that nothing is lost."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

from guru_grpo.packing import Pack, Tree, pack_batch, pack_rows  # noqa: E402
from torch.multiprocessing.reductions import StorageWeakRef  # noqa: E402


def visible(pack: Pack, row: int, place: int) -> list[int]:
    return pack.ids[row][pack.mask()[row, 0, place]].tolist()


def test_a_row_by_hand() -> None:
    pack = pack_batch([[([1, 2], [(0, [3, 4]), (1, [5])]), ([6], [(2, [7])])], [([8, 9], [(3, [10])])]])
    assert pack.ids.tolist() == [[1, 2, 3, 4, 5, 6, 7], [8, 9, 10, 0, 0, 0, 0]]
    assert pack.positions.tolist() == [[0, 1, 2, 3, 2, 0, 1], [0, 1, 2, 0, 0, 0, 0]]
    assert pack.predictors.tolist() == [1, 2, 1, 5, 8]
    assert (pack.targets.tolist(), pack.owners.tolist(), pack.steps.tolist()) == (
        [3, 4, 5, 7, 10],
        [0, 0, 1, 2, 3],
        [0, 1, 0, 0, 0],
    )
    assert visible(pack, 0, 3) == [1, 2, 3, 4]
    assert visible(pack, 0, 4) == [1, 2, 5]
    assert visible(pack, 0, 6) == [6, 7]
    assert visible(pack, 1, 2) == [8, 9, 10]


@pytest.mark.parametrize("share", [True, False])
@pytest.mark.parametrize("budget", [1, 17, 40, 10_000])
def test_every_completion_token_sees_exactly_its_own_sequence(share: bool, budget: int) -> None:
    rng = random.Random(budget)
    words = iter(range(1, 100_000))  # all tokens differ, so what is seen can be read off
    trees: list[Tree] = []
    whole: dict[int, tuple[list[int], list[int]]] = {}
    for _ in range(5):
        prompt = [next(words) for _ in range(rng.randint(1, 9))]
        own = [(len(whole) + i, [next(words) for _ in range(rng.choice([0, 1, 4, 8]))]) for i in range(4)]
        whole |= {owner: (prompt, completion) for owner, completion in own}
        trees.append((prompt, own))
    batches = pack_rows(trees, budget, share)
    found: dict[int, list[int]] = {}
    for pack in batches:
        rows, length = pack.ids.shape
        assert rows * length <= budget or (rows == 1 and (share is False or len(set(pack.owners.tolist())) == 1))
        assert pack.mask().any(-1).all(), "a token that sees nothing gives NaN"
        for at, target, owner, step in zip(
            pack.predictors.tolist(), pack.targets.tolist(), pack.owners.tolist(), pack.steps.tolist(), strict=True
        ):
            prompt, completion = whole[owner]
            row, place = divmod(at, length)
            assert visible(pack, row, place) == prompt + completion[:step]
            assert pack.positions[row, place] == len(prompt) + step - 1
            assert completion[step] == target
            found.setdefault(owner, []).append(target)
    assert found == {owner: completion for owner, (_, completion) in whole.items() if completion}
    if share and budget == 10_000:  # each prompt once
        held = sum(int((pack.ids > 0).sum()) for pack in batches)
        assert held == sum(len(prompt) for prompt, own in trees if any(one for _, one in own)) + sum(
            len(one) for _, one in whole.values()
        )


def test_nothing_to_pack() -> None:
    assert pack_rows([], 10) == []
    assert pack_rows([([1], [(0, [])])], 10) == []


@pytest.mark.parametrize("recompute", [False, True])
def test_one_mask_lives_at_a_time(recompute: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step has many rows, and a long row's mask is hundreds of megabytes."""
    pytest.importorskip("transformers", reason="the agent's extra is not installed")
    from guru_grpo.learner import Learner
    from test_learner import ADVANTAGES, SETTINGS, rollouts_of, tiny_llama

    made: list[StorageWeakRef] = []
    make = Pack.mask

    def seen(self: Pack, device: Any) -> Any:
        assert all(one.expired() for one in made)
        mask = make(self, device)
        made.append(StorageWeakRef(mask.untyped_storage()))
        return mask

    monkeypatch.setattr(Pack, "mask", seen)
    learner = Learner(tiny_llama(), replace(SETTINGS, micro_tokens=1, kl_coef=0.1, gradient_checkpointing=recompute))
    learner.update(rollouts_of(tiny_llama()), ADVANTAGES)
    assert len(made) > 10
    assert all(one.expired() for one in made)
