"""What an experiment will cost: tokens, about, and the time expected from the rate of arms that have finished."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from guru_grpo.config import Config
from guru_grpo.experiments.plan import Arm, Plan

# Only for this estimate, which loads no tokenizer: characters of a word or so in one token, tokens of a character that is not
# ASCII (a digit is one token), tokens that a chat template adds, and tasks whose prompts are looked at.
_CHARACTERS, _FOREIGN, _TEMPLATE, _TASKS = 4.2, 1.6, 16, 8


@dataclass(frozen=True)
class Cost:
    """Tokens of an arm, about: responses at their limit, so these are fewer; prompts by their length in characters.

    Attributes:
        responses: sampled in training and in the tests.
        warm_start: tokens of the supervised start.
        training: tokens of the training steps.
        testing: tokens of the tests.
    """

    responses: int
    warm_start: int
    training: int
    testing: int

    @property
    def tokens(self) -> int:
        """All of them."""
        return self.warm_start + self.training + self.testing


def cost(arm: Arm) -> Cost:
    """Of an arm."""
    config, rollout = arm.config, arm.config.rollout
    prompt = _mean_prompt(config)
    rounds = max(1, rollout.dynamic_sampling)
    sampled = config.train.steps * rounds * rollout.groups * rollout.group_size
    training = sampled * rollout.max_new_tokens + config.train.steps * rounds * rollout.groups * prompt
    warm = config.warm_start.steps * config.warm_start.batch * (prompt + rollout.max_new_tokens)
    responses, testing = sampled, 0
    for test in arm.tests:
        settings = test.config.evaluate
        tasks = settings.tasks * len(test.environments)
        responses += tasks * settings.samples
        testing += tasks * (settings.samples * test.config.rollout.max_new_tokens + _mean_prompt(test.config))
    return Cost(responses, warm, training, testing)


def seconds(plan: Plan) -> tuple[float, str]:
    """Seconds that the whole experiment takes, and how that is known."""
    costs = {id(arm): cost(arm) for arm in plan.arms}
    done, spent = 0, 0.0
    for arm in plan.arms:
        summary = read_json(arm.folder / "summary.json")
        if arm.trains and summary:
            done += costs[id(arm)].warm_start + costs[id(arm)].training
            spent += 60 * float(summary["minutes"])
    total = sum(one.tokens for one in costs.values())
    if spent:
        return total * spent / done, f"{done / spent:.0f} tokens/s, measured on the arms that are trained"
    rate = plan.part.tokens_per_second
    return total / rate, f"{rate:.0f} tokens/s, assumed for {plan.part.assumed_on}"


def read_json(path: Any) -> Any:
    """A JSON file, or None when there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _mean_prompt(config: Config) -> int:
    found = [_prompt(json.dumps([row.id, row.options()], sort_keys=True)) for row in config.environments]
    chat = _TEMPLATE + _tokens(config.model.system) if config.model.chat else 0
    return round(sum(found) / len(found) + chat)


def _tokens(text: str) -> float:
    foreign = sum(not letter.isascii() for letter in text)
    digits = sum(letter in "0123456789" for letter in text)
    return _FOREIGN * foreign + digits + (len(text) - foreign - digits) / _CHARACTERS


@cache
def _prompt(key: str) -> float:
    import gymnasium

    env_id, options = json.loads(key)
    env = gymnasium.make(env_id, disable_env_checker=True, **options)
    found = [_tokens(env.reset(seed=seed)[0]) for seed in range(_TASKS)]
    env.close()
    return sum(found) / _TASKS
