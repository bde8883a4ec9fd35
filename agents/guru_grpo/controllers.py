"""Weights of the KL penalty and of the entropy bonus, and a temperature, that follow what is measured from step to step."""

from __future__ import annotations

from typing import Any

from guru_grpo.settings import LearnerSettings


def next_kl_coef(coef: float, kl: float, target: float, responses: int, horizon: int) -> float:
    """The adaptive KL controller (arXiv 1909.08593): coef * (1 + clip(kl / target - 1, -0.2, 0.2) * responses / horizon).

    Args:
        coef: the weight so far.
        kl: measured in this step, per token.
        target: what it should be.
        responses: how many the step has; more than the horizon count as the horizon, so that the weight stays positive.
        horizon: responses over which the weight changes by at most a fifth.
    """
    error = min(0.2, max(-0.2, kl / target - 1.0))
    return coef * (1.0 + error * min(1.0, responses / horizon))


def next_entropy_coef(coef: float, entropy: float, target: float, delta: float, most: float) -> float:
    """Adaptive entropy control (Skywork-OR1, arXiv 2505.22312): up by delta at or below the target, else down, within [0, most]."""
    return min(most, max(0.0, coef + (delta if entropy <= target else -delta)))


def next_temperature(
    temperature: float, entropy: float, target: float, rate: float, most: tuple[float, float]
) -> float:
    """The sampling temperature that goes to where the entropy at that temperature is the target.

    temperature * (1 + clip(1 - entropy / target, -0.2, 0.2) * rate), within the range. A rule of our own, shaped as the KL controller,
    for what the survey arXiv 2509.08827 reports as practice: to hold the entropy of what is sampled near a value such as 0.3.
    """
    error = min(0.2, max(-0.2, 1.0 - entropy / target))
    return min(most[1], max(most[0], temperature * (1.0 + error * rate)))


class Coefficients:
    """The weights of the KL penalty and of the entropy bonus in a step, and its sampling temperature.

    Fixed unless the settings give targets. All ranks measure the same, so all have the same weights.

    Args:
        settings: ``kl_coef``, ``entropy_coef`` and ``temperature`` are where they start.

    Attributes:
        kl: weight of the KL penalty.
        level: weight of the entropy bonus when it is applied.
        temperature: of the responses of the step.
        measured: entropy of the latest step's tokens; None before the first.
    """

    def __init__(self, settings: LearnerSettings) -> None:
        self._settings = settings
        self.kl, self.level, self.temperature = settings.kl_coef, settings.entropy_coef, settings.temperature
        self.measured: float | None = None

    @property
    def entropy(self) -> float:
        """Weight of the entropy bonus in this step: with a target 0 while the entropy of the step before was above it."""
        if not self._settings.entropy_target:
            return self.level
        return self.level if self.measured is not None and self.measured <= self._settings.entropy_target else 0.0

    def follow(self, kl: float, entropy: float, responses: int) -> dict[str, float]:
        """Go on to the next step; the metrics of this one: what has a target, as it was applied."""
        settings, found = self._settings, {}
        if settings.kl_target:
            found["kl_coef"] = self.kl
            self.kl = next_kl_coef(self.kl, kl, settings.kl_target, responses, settings.kl_horizon)
        if settings.entropy_target:
            found["entropy_coef"] = self.entropy
            self.measured = entropy
            self.level = next_entropy_coef(
                self.level, entropy, settings.entropy_target, settings.entropy_delta, settings.entropy_coef_max
            )
        if settings.temperature_target:
            found["temperature"] = self.temperature
            self.temperature = next_temperature(
                self.temperature,
                entropy,
                settings.temperature_target,
                settings.temperature_rate,
                settings.temperature_range,
            )
        return found

    def state_dict(self) -> dict[str, Any]:
        """The state, as plain numbers."""
        return {"kl": self.kl, "level": self.level, "measured": self.measured, "temperature": self.temperature}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self.kl, self.level, self.measured = state["kl"], state["level"], state["measured"]
        if self._settings.temperature_target:
            self.temperature = state["temperature"]
