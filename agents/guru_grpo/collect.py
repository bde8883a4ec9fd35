"""What a training step learns from: tasks drawn, responses sampled and judged, until there are enough groups with a signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from guru_grpo.randomness import derive
from guru_grpo.rollout import Rollout

if TYPE_CHECKING:
    from guru_grpo.config import Config
    from guru_grpo.dialogue import Dialogue
    from guru_grpo.engine import Completion, Engine
    from guru_grpo.mixture import Mixture


@dataclass(frozen=True)
class Scored:
    """A rollout with what the environment said of it.

    Attributes:
        rollout: what the learner gets.
        outcome: the reward before any shaping.
        fault: the judge failed.
        correct: the answer is right.
        format_ok: it has the form that was asked for.
        answered: an answer could be read.
        level: of the task.
        environment: the number of the environment in the configuration.
    """

    rollout: Rollout
    outcome: float
    fault: bool
    correct: bool
    format_ok: bool
    answered: bool
    level: int
    environment: int


@dataclass(frozen=True)
class Batch:
    """The rollouts of a step.

    Attributes:
        scored: them all, group by group; group ids count from 0.
        groups_drawn: groups that were sampled to get these.
        traces_dropped: responses of the oracle that were longer than the limit.
    """

    scored: list[Scored]
    groups_drawn: int
    traces_dropped: int

    @property
    def without_signal(self) -> int:
        """How many groups have outcomes that are all alike."""
        groups: dict[int, list[Scored]] = {}
        for one in self.scored:
            groups.setdefault(one.rollout.group, []).append(one)
        return sum(not has_signal(members) for members in groups.values())

    @property
    def rollouts(self) -> list[Rollout]:
        """What the learner gets."""
        return [one.rollout for one in self.scored]


def overlong(length: int, limit: int, buffer: int) -> float:
    """DAPO's soft overlong punishment (arXiv 2503.14476, section 3.4): 0 up to ``limit - buffer`` tokens, -1 from ``limit`` on.

    In between it falls in a line.
    """
    return -min(1.0, max(0.0, (length - (limit - buffer)) / buffer)) if buffer else 0.0


def collect(config: Config, engine: Engine, dialogue: Dialogue, mixture: Mixture, step: int) -> Batch:
    """Sample and judge the responses of a step.

    With ``rollout.dynamic_sampling`` (DAPO, arXiv 2503.14476, section 3.2) groups whose outcomes are all alike are left out and
    more are drawn, in at most so many rounds; what is too much is cut off at the end. When no group has a signal, those of the
    last round are returned, and the step teaches nothing.
    """
    wanted, rounds = config.rollout.groups, max(1, config.rollout.dynamic_sampling)
    kept: list[list[Scored]] = []
    last: list[list[Scored]] = []
    drawn = dropped = 0
    for number in range(rounds):
        last, gone = _round(config, engine, dialogue, mixture, step, number)
        drawn, dropped = drawn + len(last), dropped + gone
        kept += [group for group in last if not config.rollout.dynamic_sampling or has_signal(group)]
        if len(kept) >= wanted:
            break
    chosen = kept[:wanted] or last
    return Batch([_grouped(one, group) for group, members in enumerate(chosen) for one in members], drawn, dropped)


def has_signal(group: Sequence[Scored]) -> bool:
    """Whether the outcomes of a group differ, faults left aside."""
    outcomes = [one.outcome for one in group if not one.fault]
    return bool(outcomes) and max(outcomes) - min(outcomes) > 1e-9


def _grouped(one: Scored, group: int) -> Scored:
    return replace(one, rollout=replace(one.rollout, group=group))


def _round(
    config: Config, engine: Engine, dialogue: Dialogue, mixture: Mixture, step: int, number: int
) -> tuple[list[list[Scored]], int]:
    """One draw of tasks with their judged responses by group, and how many traces were too long."""
    from guru_grpo.engine import Sampling

    settings, taught = config.rollout, config.learner.off_policy != "none"
    prompts, origin = mixture.draw(step)
    prompt_ids = [dialogue.prompt(prompt) for prompt in prompts]
    seed = derive(config.seed, "rollout", step, number) if number else derive(config.seed, "rollout", step)
    own = Sampling(
        max_new_tokens=settings.max_new_tokens,
        temperature=settings.temperature,
        n=settings.group_size - taught,
        seed=seed,
    )
    completions = engine.generate(prompt_ids, own)
    traces = mixture.oracle() if taught else []
    texts = [[one.text for one in group] for group in completions]
    if taught:
        texts = [[trace, *group] for trace, group in zip(traces, texts, strict=True)]
    judged = mixture.judge([text for group in texts for text in group])
    groups: list[list[Scored]] = []
    dropped = 0
    for group, members in enumerate(completions):
        groups.append([])
        said: list[Completion | None] = [None, *members] if taught else list(members)
        for position, one in enumerate(said):
            at = group * settings.group_size + position
            outcome, fault = judged.rewards[at], judged.faults[at]
            if one is None:
                ids = dialogue.response(traces[group])
                if len(ids) > settings.max_new_tokens:
                    dropped += 1
                    continue
                rollout = Rollout(prompt_ids[group], ids, [0.0] * len(ids), group, outcome, fault, True, True)
            else:
                reward = outcome
                if not fault:
                    punished = overlong(len(one.token_ids), settings.max_new_tokens, settings.overlong_buffer)
                    reward += settings.overlong_factor * punished
                masked = fault or (settings.mask_cut and not one.finished)
                rollout = Rollout(
                    prompt_ids[group], one.token_ids, one.logprobs, group, reward, masked, one.finished, False
                )
            said_of = judged.correct[at], judged.format_ok[at], judged.answered[at], judged.levels[at]
            groups[-1].append(Scored(rollout, outcome, fault, *said_of, origin[group]))
    return groups, dropped
