"""Arms chosen by what is left to learn at each: levels of an environment, or environments of a mixture.

    arms = Arms(["easy", "hard"], "unmastered")
    arms.record("easy", correct=7, samples=8)
    arms.shares()                          # "easy" comes less often now

``Arms`` counts; ``Chosen`` is a curriculum that draws levels by it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from guru_envs.errors import InvalidValueError, unknown_name

KINDS = ("unmastered", "bandit")


def signal(correct: int, samples: int) -> float:
    """The mean absolute advantage of GRPO in a group of which so many responses are right: 2 sqrt(p (1 - p) (n - 1) / n).

    Advantages are outcomes minus their mean, over their sample deviation. It is 0 where all are alike, and largest at one half.
    """
    if samples < 2:
        return 0.0
    rate = correct / samples
    return 2.0 * math.sqrt(rate * (1.0 - rate) * (samples - 1) / samples)


class Arms:
    """How likely each of several arms is to come next.

    ``unmastered``: in proportion to 1 minus its rate of success, a moving average over groups that begins at 0 (after Kimi k1.5,
    arXiv 2501.12599, which does so with single problems). Arms whose rate has reached ``mastered`` are left out, as
    POLARIS leaves out problems, until all have reached it. ``bandit``: a softmax of the moving average of ``signal`` over
    ``temperature`` (SEC, arXiv 2505.14970).

    Args:
        names: of the arms.
        kind: one of ``KINDS``.
        weight: of the latest group in the moving averages.
        temperature: bandit: the lower, the more the best arm is preferred.
        mastered: unmastered: see above; at 1 no arm is left out.

    Raises:
        InvalidValueError, UnknownNameError: naming the value and what is allowed.
    """

    def __init__(
        self, names: Sequence[str], kind: str, weight: float = 0.2, temperature: float = 0.3, mastered: float = 1.0
    ) -> None:
        if kind not in KINDS:
            raise unknown_name("kind of arms", kind, KINDS)
        if not names or not 0 < weight < 1 or not temperature > 0 or not 0 < mastered <= 1:
            raise InvalidValueError(
                f"arms {list(names)!r}, weight {weight!r}, temperature {temperature!r}, mastered {mastered!r}: at least one arm is "
                "expected, a weight between 0 and 1, a temperature above 0, and mastered above 0 to 1"
            )
        self.kind, self._weight, self._temperature, self._mastered = kind, weight, temperature, mastered
        self._value = dict.fromkeys(names, 0.0)

    def record(self, name: str, correct: int, samples: int) -> None:
        """Take note of the responses to one task of an arm; without responses nothing changes.

        Raises:
            UnknownNameError, InvalidValueError: there is no such arm, or the numbers are impossible.
        """
        if name not in self._value:
            raise unknown_name("arm", name, self._value)
        if not 0 <= correct <= samples:
            raise InvalidValueError(f"{correct} right of {samples} responses for {name}: that is not possible")
        if samples:
            seen = correct / samples if self.kind == "unmastered" else signal(correct, samples)
            self._value[name] += self._weight * (seen - self._value[name])

    def shares(self) -> list[float]:
        """How likely each arm is, in the order of the names; they sum to 1."""
        values = list(self._value.values())
        if self.kind == "bandit":
            top = max(values)
            weights = [math.exp((value - top) / self._temperature) for value in values]
        else:
            left = [0.0 if value >= self._mastered else 1.0 - value for value in values]
            weights = left if any(left) else [1.0] * len(values)
        total = sum(weights)
        return [one / total for one in weights]

    def state_dict(self) -> dict[str, float]:
        """The moving averages."""
        return dict(self._value)

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Go on from a saved state.

        Raises:
            InvalidValueError: the state is of other arms.
        """
        if state.keys() != self._value.keys():
            raise InvalidValueError(f"the state has the arms {sorted(state)}, not {sorted(self._value)}")
        self._value = {name: float(state[name]) for name in self._value}


class Chosen:
    """A curriculum that draws each level by what is left to learn there.

    Args:
        ladders: by environment id the levels to draw from.
        kind, weight, temperature, mastered: as of ``Arms``.
        seed: fixes what is drawn; a level is a function of the seed, the environment, how many were drawn before it, and the shares.
    """

    def __init__(
        self,
        ladders: Mapping[str, Sequence[int]],
        kind: str,
        seed: int = 0,
        weight: float = 0.2,
        temperature: float = 0.3,
        mastered: float = 1.0,
    ) -> None:
        self.arms = {
            name: Arms([str(level) for level in levels], kind, weight, temperature, mastered)
            for name, levels in ladders.items()
        }
        self._ladders, self._seed = {name: list(levels) for name, levels in ladders.items()}, seed
        self._drawn = dict.fromkeys(ladders, 0)

    def _known(self, env_id: str) -> str:
        if env_id not in self.arms:
            raise unknown_name("environment", env_id, self.arms, "the curriculum")
        return env_id

    def levels(self, env_id: str, groups: int) -> list[int]:
        """The level of each of the next groups."""
        shares, start = self.arms[self._known(env_id)].shares(), self._drawn[env_id]
        self._drawn[env_id] += groups
        draws = (random.Random(f"{self._seed} {env_id} {start + n}") for n in range(groups))
        return [draw.choices(self._ladders[env_id], shares)[0] for draw in draws]

    def record(self, env_id: str, level: int, correct: int, samples: int) -> None:
        """Take note of the responses to one task; of a level that is not drawn from nothing is noted."""
        if level in self._ladders[self._known(env_id)]:
            self.arms[env_id].record(str(level), correct, samples)

    def advance(self) -> bool:
        """Never asks for a refresh."""
        return False

    def state_dict(self) -> dict[str, Any]:
        """The moving averages, and how many levels were drawn."""
        return {"arms": {name: one.state_dict() for name, one in self.arms.items()}, "drawn": dict(self._drawn)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state.

        Raises:
            InvalidValueError: the state is of other environments or levels.
        """
        if state["arms"].keys() != self.arms.keys():
            raise InvalidValueError(f"the state is of {sorted(state['arms'])}, not of {sorted(self.arms)}")
        for name, one in self.arms.items():
            one.load_state_dict(state["arms"][name])
        self._drawn = dict(state["drawn"])
