"""Token losses, KL estimators and aggregation against closed forms and enumeration."""

from __future__ import annotations

import math
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

from guru_grpo.losses import clipped, kl_estimate, policy_loss, token_weights  # noqa: E402

from guru_envs.errors import GuruError  # noqa: E402


def loss_and_slope(
    ratio: float, advantage: float, low: float = 0.2, high: float = 0.2, dual: float | None = None
) -> tuple[float, float]:
    new = torch.tensor([math.log(ratio)], dtype=torch.float64, requires_grad=True)
    loss = policy_loss(
        new, torch.zeros(1, dtype=torch.float64), torch.tensor([advantage], dtype=torch.float64), low, high, dual
    )
    loss.sum().backward()
    assert new.grad is not None
    return loss.item(), new.grad.item()


@pytest.mark.parametrize(
    ("ratio", "advantage", "alive"),
    [
        (1.25, 1.0, False),
        (1.25, -1.0, True),
        (0.75, 1.0, True),
        (0.75, -1.0, False),
        (1.1, 2.0, True),
        (0.9, -2.0, True),
    ],
)
def test_the_gradient_is_clipped_in_two_of_four_quadrants(ratio: float, advantage: float, alive: bool) -> None:
    _, slope = loss_and_slope(ratio, advantage)
    assert slope == pytest.approx(-ratio * advantage if alive else 0.0, abs=1e-12)
    said = clipped(
        "clip",
        torch.tensor([math.log(ratio)]),
        torch.zeros(1),
        torch.tensor([advantage]),
        torch.tensor([0]),
        1,
        0.2,
        0.2,
    )
    assert said.tolist() == [not alive]


def test_a_higher_upper_clip_keeps_the_token_alive() -> None:
    assert loss_and_slope(1.25, 1.0, high=0.20)[1] == 0.0
    assert loss_and_slope(1.25, 1.0, high=0.28)[1] == pytest.approx(-1.25)


def test_dual_clip_bounds_the_loss_of_bad_tokens_only() -> None:
    assert loss_and_slope(5.0, -1.0, dual=3.0) == (3.0, 0.0)
    assert loss_and_slope(2.0, -1.0, dual=3.0) == pytest.approx((2.0, 2.0))
    assert loss_and_slope(5.0, -1.0) == pytest.approx((5.0, 5.0))
    assert loss_and_slope(0.5, 1.0, dual=3.0) == pytest.approx((-0.5, -0.5))


def test_an_absurd_ratio_is_finite() -> None:
    assert all(math.isfinite(value) for value in loss_and_slope(1e40, -1.0))


LENGTHS = torch.tensor([3.0, 0.0, 5.0, 2.0])  # the second rollout does not count


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("token-mean", [1 / 10, 0.0, 1 / 10, 1 / 10]),
        ("sequence-mean", [1 / 9, 0.0, 1 / 15, 1 / 6]),
        ("sequence-sum", [1 / 3, 0.0, 1 / 3, 1 / 3]),
        ("constant", [1 / 24, 0.0, 1 / 24, 1 / 24]),
    ],
)
def test_aggregation_weights(kind: str, expected: list[float]) -> None:
    assert token_weights(LENGTHS, kind, longest=8).tolist() == pytest.approx(expected, abs=1e-15)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["token-mean", "sequence-mean", "sequence-sum", "constant"])
def test_a_batch_twice_has_the_same_gradient(kind: str) -> None:
    once, twice = token_weights(LENGTHS, kind, 8), token_weights(torch.cat([LENGTHS, LENGTHS]), kind, 8)  # type: ignore[arg-type]
    assert (twice[:4] + twice[4:]).tolist() == pytest.approx(once.tolist())


def test_unknown_kinds_are_errors() -> None:
    with pytest.raises(GuruError, match="token-mean"):
        token_weights(LENGTHS, "token-meen")  # type: ignore[arg-type]
    with pytest.raises(GuruError, match="k3"):
        kl_estimate(torch.zeros(1), torch.zeros(1), "k4")  # type: ignore[arg-type]


def test_kl_estimators_by_enumeration() -> None:
    """Their exact expectations, and the exact gradients of their expectations as loss terms, over seven tokens."""
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(7, generator=generator, dtype=torch.float64, requires_grad=True)
    ref = torch.log_softmax(torch.randn(7, generator=generator, dtype=torch.float64), 0)
    logs = torch.log_softmax(logits, 0)
    p = logs.detach().exp()  # sampling probabilities: no gradient goes through the sampling
    forward = (logs.exp() * (logs - ref)).sum()  # KL(pi || ref)
    backward = (ref.exp() * (ref - logs)).sum()  # KL(ref || pi)

    def slope(value: torch.Tensor) -> list[float]:
        return torch.autograd.grad(value, logits, retain_graph=True)[0].tolist()  # type: ignore[no-any-return]

    expected = {kind: (p * kl_estimate(logs, ref, kind)).sum() for kind in ("k1", "k2", "k3", "k3+")}  # type: ignore[arg-type]
    assert expected["k1"].item() == pytest.approx(forward.item())
    assert expected["k3"].item() == pytest.approx(forward.item())
    assert slope(expected["k1"]) == pytest.approx([0.0] * 7, abs=1e-12)
    assert slope(expected["k2"]) == pytest.approx(slope(forward))
    assert slope(expected["k3"]) == pytest.approx(slope(backward))
    assert expected["k3+"].item() == pytest.approx(forward.item())
    assert slope(expected["k3+"]) == pytest.approx(slope(forward))
    other = torch.log_softmax(torch.randn(7, generator=generator, dtype=torch.float64), 0)  # another policy samples
    for kind in ("k1", "k3"):
        corrected = (other.exp() * kl_estimate(logs, ref, kind, other)).sum()  # type: ignore[arg-type]
        assert corrected.item() == pytest.approx(forward.item())
        assert slope(corrected) == pytest.approx(slope(forward))
    k3 = kl_estimate(logs, ref, "k3")
    assert (k3 > 0).all()
    assert kl_estimate(ref, ref, "k3").abs().max() == 0


def test_kl_estimators_as_rewards_by_enumeration() -> None:
    """A reward has no gradient of its own: the policy gradient is the mean of grad log pi times it, exactly, over seven tokens."""
    generator = torch.Generator().manual_seed(2)
    logits = torch.randn(7, generator=generator, dtype=torch.float64, requires_grad=True)
    ref = torch.log_softmax(3 * torch.randn(7, generator=generator, dtype=torch.float64), 0)
    logs = torch.log_softmax(logits, 0)
    p = logs.detach().exp()
    forward, backward = (logs.exp() * (logs - ref)).sum(), (ref.exp() * (ref - logs)).sum()
    second = (logs.exp() * (logs - ref) ** 2 / 2).sum()  # E[k2], the sampling included

    def slope(value: torch.Tensor) -> torch.Tensor:
        return torch.autograd.grad(value, logits, retain_graph=True)[0]

    def followed(kind: Any) -> torch.Tensor:
        return slope((p * logs * kl_estimate(logs, ref, kind).detach()).sum())

    means = {kind: (p * kl_estimate(logs.detach(), ref, kind)).sum().item() for kind in ("k1", "k2", "k3")}
    assert means["k1"] == pytest.approx(forward.item())
    assert means["k3"] == pytest.approx(forward.item())
    assert abs(means["k2"] - forward.item()) > 0.05 * forward.item(), "k2 is biased"
    assert followed("k1").tolist() == pytest.approx(slope(forward).tolist())
    assert followed("k3").tolist() == pytest.approx((slope(forward) - slope(backward)).tolist())
    assert followed("k2").tolist() == pytest.approx((slope(second) - slope(forward)).tolist())
