"""Measuring a policy on the test split: fixed tasks, several samples of each, estimates with 95 % intervals."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

import gymnasium
from gymnasium.vector import AutoresetMode

import guru_envs
from guru_envs.errors import InvalidValueError
from guru_envs.evals.measure import run_policy
from guru_grpo.config import EnvironmentConfig, EvaluateConfig
from guru_grpo.dialogue import Dialogue
from guru_grpo.estimators import Estimate, mean_interval, pass_at_k, spread_interval
from guru_grpo.randomness import derive

if TYPE_CHECKING:
    from guru_grpo.engine import Engine

_DRAWS = 8  # how often the test split is drawn from until enough different prompts are found
_GUESSES = 32  # blind guesses at each task
_CHUNK = 64  # responses between two movements of the progress bar, about


@dataclass(frozen=True)
class Result:
    """What a policy scored in one environment. All estimates are over tasks; faults are in none of them.

    Attributes:
        environment: name of the environment and level.
        tasks: different prompts.
        samples: responses to each.
        reward: mean reward.
        correct: share of correct responses.
        format_ok: share of responses in exactly the asked form.
        answered: share of responses an answer could be read from.
        when_answered: share of correct ones among the responses with an answer; None without any.
        passed: pass@k by k, unbiased.
        guess_rate: the probability that a blind guess in the right form is correct.
        length: mean tokens of a response.
        cut: share of responses that ran into the token limit.
        faults: responses that could not be judged.
        length_interval: the mean tokens of a response with their interval; None for one task, or where it was not kept.
        passed_interval: pass@k by k with its interval; None without tasks whose samples could all be judged, or where it was not kept.
        surprisal: mean nats of a sampled token, which estimates the entropy of what it was drawn from; None for one task, for greedy
            decoding, or where it was not kept.
    """

    environment: str
    tasks: int
    samples: int
    reward: Estimate
    correct: Estimate
    format_ok: Estimate
    answered: Estimate
    when_answered: float | None
    passed: dict[str, float]
    guess_rate: float
    length: float
    cut: float
    faults: int
    length_interval: Estimate | None = None
    passed_interval: dict[str, Estimate] | None = None
    surprisal: Estimate | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def read(cls, values: dict[str, Any]) -> Result:
        """The counterpart of ``plain``; results of earlier versions have fewer intervals."""
        single = ("reward", "correct", "format_ok", "answered", "length_interval", "surprisal")
        estimates: dict[str, Any] = {name: Estimate(**values[name]) for name in single if values.get(name)}
        if by_k := values.get("passed_interval"):
            estimates["passed_interval"] = {k: Estimate(**one) for k, one in by_k.items()}
        return cls(**{**values, **estimates})


def evaluate(
    rows: Sequence[EnvironmentConfig],
    settings: EvaluateConfig,
    engine: Engine,
    dialogue: Dialogue,
    max_new_tokens: int,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Result]:
    """Measure the policy that the engine holds in each environment.

    ``progress`` is told how many more responses are done. The same settings give the same tasks and sampling seeds.
    """
    return [_evaluate_one(row, settings, engine, dialogue, max_new_tokens, progress) for row in rows]


def _evaluate_one(
    row: EnvironmentConfig,
    settings: EvaluateConfig,
    engine: Engine,
    dialogue: Dialogue,
    max_new_tokens: int,
    progress: Callable[[int], None],
) -> Result:
    from guru_grpo.engine import Sampling

    task_ids = fixed_tasks(row, settings.tasks, settings.seed)
    env = _vector(row, len(task_ids) * settings.samples, settings.samples)
    prompts, _ = env.reset(options={"task_ids": task_ids})
    responses: list[str] = []
    lengths: list[int] = []
    finished: list[bool] = []
    surprisals: list[float] = []  # of each task
    distinct = prompts[:: settings.samples]
    each = max(1, _CHUNK // settings.samples)
    for start in range(0, len(distinct), each):
        sampling = Sampling(
            max_new_tokens=max_new_tokens,
            temperature=settings.temperature,
            top_p=settings.top_p,
            n=settings.samples,
            seed=derive(settings.seed, "evaluate", row.name, start),
        )
        chunk = [dialogue.prompt(prompt) for prompt in distinct[start : start + each]]
        for group in engine.generate(chunk, sampling):
            responses += [one.text for one in group]
            lengths += [len(one.token_ids) for one in group]
            finished += [one.finished for one in group]
            surprisals += [-fmean(tokens)] if (tokens := [nats for one in group for nats in one.logprobs]) else []
        progress(len(chunk) * settings.samples)
    _, rewards, _, faults, infos = env.step(tuple(responses))
    env.close()
    keep = [not fault for fault in faults.tolist()]
    if not any(keep):
        raise InvalidValueError(f"{row.name}: not one response could be judged ({infos['detail'][0]})")

    def by_task(values: Sequence[Any]) -> list[list[float]]:
        found = []
        for start in range(0, len(responses), settings.samples):
            inside = range(start, start + settings.samples)
            found.append([float(values[at]) for at in inside if keep[at]])
        return [task for task in found if task]

    answered = [outcome in ("correct", "wrong") for outcome in infos["outcome"]]
    correct = by_task(infos["correct"])
    passed = {
        str(k): _passed([round(sum(task)) for task in correct if len(task) == settings.samples], settings.samples, k)
        for k in settings.k
    }
    low, high = reward_range(row)
    return Result(
        environment=row.name,
        tasks=len(task_ids),
        samples=settings.samples,
        reward=mean_interval(by_task(rewards), low, high),
        correct=mean_interval(correct),
        format_ok=mean_interval(by_task(infos["format_ok"])),
        answered=mean_interval(by_task(answered)),
        when_answered=sum(infos["correct"]) / sum(answered) if any(answered) else None,
        passed={k: one.mean if one else 0.0 for k, one in passed.items()},
        guess_rate=guess_rate(row, task_ids),
        length=sum(lengths) / len(lengths),
        cut=1 - sum(finished) / len(finished),
        faults=len(keep) - sum(keep),
        length_interval=spread_interval(
            [fmean(lengths[start : start + settings.samples]) for start in range(0, len(lengths), settings.samples)]
        ),
        passed_interval={k: one for k, one in passed.items() if one} or None,
        surprisal=spread_interval(surprisals) if settings.temperature > 0 else None,
    )


def _passed(right: Sequence[int], samples: int, k: int) -> Estimate | None:
    """pass@k over tasks with so many right samples each; None without tasks.

    The samples of a task are at most so many independent tries as they make whole sets of k.
    """
    if not right:
        return None
    return mean_interval([[pass_at_k(samples, count, k)] * (samples // k) for count in right])


def _vector(row: EnvironmentConfig, num_envs: int, group_size: int) -> Any:
    return gymnasium.make_vec(
        row.id,
        num_envs=num_envs,
        group_size=group_size,
        split="test",
        autoreset_mode=AutoresetMode.DISABLED,
        **row.options(),
    )


def fixed_tasks(row: EnvironmentConfig, count: int, seed: int) -> list[str]:
    """Ids of test tasks with different prompts; fewer than ``count`` when the level does not have that many."""
    env = _vector(row, count, 1)
    chosen: dict[str, str] = {}
    for attempt in range(_DRAWS):
        prompts, infos = env.reset(seed=derive(seed, "test tasks") if attempt == 0 else None)
        for prompt, task_id in zip(prompts, infos["task_id"], strict=True):
            chosen.setdefault(prompt, task_id)
        if len(chosen) >= count:
            break
    env.close()
    return list(chosen.values())[:count]


def reward_range(row: EnvironmentConfig) -> tuple[float, float]:
    """The smallest and the largest reward that a response can get."""
    rule = guru_envs.RewardRule.from_mapping({**guru_envs.spec(row.id).reward, **row.numbers}, row.id)
    plain = [rule.correct, rule.wrong, rule.wrong + rule.partial, rule.no_answer]
    every = plain + [value + rule.format for value in plain]
    low, high = min(every) + min(0.0, rule.false_step), max(every) + max(0.0, rule.step)
    return low, max(high, low + 1e-6)


def guess_rate(row: EnvironmentConfig, task_ids: Sequence[str]) -> float:
    """The probability that a blind guess in perfect form is correct.

    The bound that the registry declares for the level; for explicit knobs, what the domain's own guesser scores on the tasks.
    """
    if not row.knobs:
        return float(guru_envs.spec(row.id).guess_rate[(row.level or 1) - 1])
    verdicts = [verdict for _, verdict in run_policy(task_ids, "guess", _GUESSES)]
    return sum(verdict.correct for verdict in verdicts) / len(verdicts)
